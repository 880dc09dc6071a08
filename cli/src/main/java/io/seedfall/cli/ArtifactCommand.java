package io.seedfall.cli;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.seedfall.control.ArtifactReference;
import io.seedfall.control.ArtifactView;
import io.seedfall.control.ControlException;
import io.seedfall.control.SeedfallClient;
import io.seedfall.protocol.InfoHash;
import io.seedfall.protocol.trust.Artifact;
import io.seedfall.protocol.trust.Judge;
import io.seedfall.protocol.trust.Manifest;
import io.seedfall.protocol.trust.Root;
import io.seedfall.protocol.trust.Verdict;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Signs registered artifacts, and checks signatures as machines do. */
@Command(
    name = "artifact",
    mixinStandardHelpOptions = true,
    description = "Sign a registered artifact, or check its signatures as machines do.")
final class ArtifactCommand implements Runnable {
  private final Console console;

  @Spec CommandSpec spec;

  ArtifactCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "which one: sign or verify?");
  }

  /** What came of it, for programs. */
  record Result(
      @JsonProperty("artifact") String artifact,
      @JsonProperty("info_hash") String infoHash,
      @JsonProperty("accepted") boolean accepted,
      @JsonProperty("why") String why,
      @JsonProperty("created_millis") long createdMillis,
      @JsonProperty("expires_millis") long expiresMillis) {
    static Result of(ArtifactReference artifact, Manifest manifest) {
      return new Result(
          artifact.toString(),
          manifest.infoHash().hex(),
          true,
          "",
          manifest.createdMillis(),
          manifest.expiresMillis());
    }
  }

  private int say(Result result, boolean json, String what) {
    if (json) {
      console.json(result);
    } else if (result.accepted()) {
      console.answer("%s %s, until %s".formatted(result.artifact(), what, time(result)));
      console.answer("info-hash  " + result.infoHash());
    } else {
      console.answer("machines would refuse it: " + result.why());
    }
    return result.accepted() ? ExitCode.OK : ExitCode.FAILED;
  }

  private static String time(Result result) {
    return Instant.ofEpochMilli(result.expiresMillis()).toString();
  }

  @Command(
      name = "sign",
      mixinStandardHelpOptions = true,
      description = {
        "Add signatures to a registered artifact.",
        "Say what you sign, because the coordinator is not to be believed: --content or --info-hash,"
            + " unless one of the keys has signed it before."
      })
  int sign(
      @Mixin CoordinatorOption coordinator,
      @Mixin SignOptions options,
      @Parameters(paramLabel = "NAME@VERSION", description = "as seedfall artifacts lists it")
          ArtifactReference artifact,
      @Option(
              names = "--content",
              paramLabel = "PATH",
              description = "the file or directory that it is; it is hashed here")
          @Nullable Path content,
      @Option(
              names = "--info-hash",
              paramLabel = "HASH",
              description = "of the content, as somebody you believe told you")
          @Nullable String infoHash,
      @Option(names = "--json", description = "print JSON") boolean json)
      throws ControlException {
    List<KeyFile> keys = options.keys();
    if (keys.isEmpty() || artifact.newest() || (content != null && infoHash != null)) {
      throw new CommandFailure(
          ExitCode.USAGE, "expected: NAME@VERSION, --sign, and --content or --info-hash, not both");
    }
    try (SeedfallClient client = coordinator.client()) {
      ArtifactSigning signing = new ArtifactSigning(client, options, keys);
      InfoHash known = known(signing, artifact, content, infoHash, json);
      long bytes = ArtifactSigning.metainfo(client, known).geometry().totalBytes();
      Manifest manifest = signing.sign(artifact, known, bytes);
      if (manifest == null) {
        throw new IllegalStateException("there are keys");
      }
      return say(Result.of(artifact, manifest), json, "is signed");
    }
  }

  private InfoHash known(
      ArtifactSigning signing,
      ArtifactReference artifact,
      @Nullable Path content,
      @Nullable String infoHash,
      boolean json)
      throws ControlException {
    if (content != null) {
      return new Publication(console, json).hash(content).infoHash();
    }
    if (infoHash != null) {
      try {
        return InfoHash.parse(infoHash);
      } catch (IllegalArgumentException e) {
        throw new CommandFailure(ExitCode.USAGE, "--info-hash: " + e.getMessage(), e);
      }
    }
    InfoHash before = signing.signedBefore(artifact);
    if (before == null) {
      throw new CommandFailure(
          ExitCode.USAGE,
          "these keys have not signed %s before: say what it is with --content or --info-hash"
              .formatted(artifact));
    }
    return before;
  }

  @Command(
      name = "verify",
      mixinStandardHelpOptions = true,
      description = "Check the signatures of a registered artifact as a machine does.")
  int verify(
      @Mixin CoordinatorOption coordinator,
      @Parameters(paramLabel = "NAME@VERSION", description = "as seedfall artifacts lists it")
          ArtifactReference artifact,
      @Option(
              names = "--trust",
              paramLabel = "ROOT",
              defaultValue = "${env:SEEDFALL_TRUST:-}",
              description = "the root that machines have (default: SEEDFALL_TRUST)")
          Path trust,
      @Option(names = "--json", description = "print JSON") boolean json)
      throws ControlException {
    if (artifact.newest() || trust.toString().isEmpty()) {
      throw new CommandFailure(ExitCode.USAGE, "expected: NAME@VERSION and --trust ROOT");
    }
    Root root = TrustRoot.read(trust).root();
    try (SeedfallClient client = coordinator.client()) {
      ArtifactView view =
          client.artifacts().stream()
              .filter(each ->
                  each.name().equals(artifact.name()) && each.version().equals(artifact.version()))
              .findFirst()
              .orElseThrow(() ->
                  new CommandFailure(
                      ExitCode.REFUSED,
                      artifact + " is none of the latest artifacts: seedfall artifacts"));
      InfoHash infoHash = InfoHash.parse(view.infoHash());
      long bytes = ArtifactSigning.metainfo(client, infoHash).geometry().totalBytes();
      ArtifactSigning.Stored stored = ArtifactSigning.stored(client, artifact);
      Verdict<Manifest> verdict =
          Judge.judge(
              TrustRoot.newest(client, root),
              stored == null ? new byte[0] : stored.signed().encode(),
              new Artifact(artifact.name(), artifact.version(), infoHash, bytes),
              null,
              System.currentTimeMillis());
      return switch (verdict) {
        case Verdict.Accepted<Manifest>(Manifest manifest) ->
            say(Result.of(artifact, manifest), json, "is signed as it must be");
        case Verdict.Refused<Manifest> refused ->
            say(
                new Result(artifact.toString(), infoHash.hex(), false, refused.why(), 0, 0),
                json,
                "");
      };
    }
  }
}
