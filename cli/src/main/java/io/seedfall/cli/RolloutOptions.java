package io.seedfall.cli;

import io.seedfall.control.FileAttributes;
import io.seedfall.control.Hooks;
import io.seedfall.control.OnFailure;
import io.seedfall.control.Pace;
import io.seedfall.control.Priority;
import io.seedfall.control.Rollout;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** How a deployment goes about it. */
final class RolloutOptions {
  @Option(
      names = "--once",
      description = "only machines that are there now; else whoever joins later gets it too")
  boolean once;

  @Option(
      names = "--stage",
      description = "bring the bytes to all machines, and switch when it is activated")
  boolean stage;

  @Option(
      names = "--waves",
      split = ",",
      paramLabel = "N|P%",
      description = "how many machines have begun after each wave: 1,10%%,100%%")
  List<String> waves = List.of();

  @Option(
      names = "--wave-by",
      paramLabel = "LABEL",
      defaultValue = "",
      description = "one wave for each value of a label, in their order: zone")
  String waveBy;

  @Option(
      names = "--success",
      paramLabel = "N|P%",
      defaultValue = "100%",
      description =
          "the next wave begins when so many that have not failed have it (default: 100%%)")
  String success;

  @Option(
      names = "--soak",
      paramLabel = "TIME",
      converter = Converters.Millis.class,
      defaultValue = "0s",
      description = "so long nothing may fail before the next wave begins: 30s, 5m, 2h")
  long soakMillis;

  @Option(
      names = "--health",
      paramLabel = "HOOK",
      defaultValue = "",
      description = "the agents run this hook after each wave; who says no has failed")
  String healthHook;

  @Option(
      names = "--max-failed",
      paramLabel = "N|P%",
      defaultValue = "",
      description = "stop when more machines have failed (default: 0 with waves, else never)")
  String maxFailed;

  @Option(
      names = "--on-failure",
      paramLabel = "WHAT",
      defaultValue = "stop",
      description = "what to do then: stop or roll-back (default: ${DEFAULT-VALUE})")
  OnFailure onFailure;

  @Option(
      names = "--quorum",
      paramLabel = "N|P%",
      defaultValue = "100%",
      description = "done when so many have it; the others go on (default: 100%%)")
  String quorum;

  @Option(
      names = "--deadline",
      paramLabel = "TIME",
      converter = Converters.Millis.class,
      defaultValue = "0s",
      description = "it has failed when it is not done after so long: 10m (default: no limit)")
  long deadlineMillis;

  @Option(
      names = "--priority",
      paramLabel = "P",
      defaultValue = "normal",
      description = "share beside others: low, normal, high, urgent (default: ${DEFAULT-VALUE})")
  Priority priority;

  @Option(
      names = "--machine-rate",
      paramLabel = "RATE",
      converter = Converters.BytesPerSecond.class,
      description = "at most so much on each machine and each way (default: no limit)")
  long machineBytesPerSecond;

  @Option(
      names = "--total-rate",
      paramLabel = "RATE",
      converter = Converters.BytesPerSecond.class,
      description = "all machines together receive at most so much (default: no limit)")
  long totalBytesPerSecond;

  @Option(
      names = "--pre-install",
      paramLabel = "HOOK",
      defaultValue = "",
      description = "the agent runs this hook before it puts anything in place")
  String preInstall;

  @Option(
      names = "--post-install",
      paramLabel = "HOOK",
      defaultValue = "",
      description = "the agent runs this hook afterwards; when it fails the version before is back")
  String postInstall;

  @Option(
      names = "--owner",
      paramLabel = "USER",
      defaultValue = "",
      description = "who owns the files")
  String owner;

  @Option(
      names = "--group",
      paramLabel = "GROUP",
      defaultValue = "",
      description = "which group they are of")
  String group;

  @Option(
      names = "--mode",
      paramLabel = "OCTAL",
      defaultValue = "",
      description = "permissions of files: 644; directories get x where files have r")
  String mode;

  @Option(
      names = "--modified",
      paramLabel = "EPOCH-MILLIS",
      description = "time of last modification of every file")
  long modifiedMillis;

  @Option(
      names = "--xattr",
      paramLabel = "user.KEY=VALUE",
      description = "extended attribute of every file; can be repeated")
  Map<String, String> xattrs = new LinkedHashMap<>();

  /** All of it, checked. */
  Rollout rollout() {
    try {
      return new Rollout(
          once,
          stage,
          waves,
          waveBy,
          success,
          soakMillis,
          healthHook,
          maxFailed,
          onFailure,
          quorum,
          deadlineMillis,
          new Pace(priority, machineBytesPerSecond, false, totalBytesPerSecond),
          new Hooks(preInstall, postInstall),
          new FileAttributes(owner, group, mode, modifiedMillis, xattrs));
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
    }
  }

  /** Who asks, for the history: the user of this process on this machine. */
  static String by() {
    String user = System.getProperty("user.name", "somebody");
    String host = System.getenv().getOrDefault("HOSTNAME", "");
    String text = host.isEmpty() ? user : user + "@" + host;
    return text.replaceAll("\\p{Cntrl}", "?").substring(0, Math.min(text.length(), 100));
  }
}
