package io.seedfall.control;

import java.util.List;

/**
 * How a deployment goes about it. Everything has a default.
 *
 * @param once whether its targets are fixed when it is made; else whoever joins later and matches
 *     gets it too
 * @param stage whether machines only fetch, and switch when it is activated
 * @param waves how many machines have begun after each wave, ascending: {@code 1}, {@code 10%},
 *     {@code 100%}; empty for all at once
 * @param waveBy a label: one wave for each of its values, in their order, instead of {@code waves}
 * @param success of the machines that have begun, so many must have it before a gate opens
 * @param soakMillis so long nothing may break before a gate opens
 * @param healthHook runs on the machines that have it before a gate opens, empty for none
 * @param maxFailed a deployment with more failed machines stops; empty: none with waves, else all
 * @param onFailure what to do then
 * @param quorum it is done when so many of its machines have it; the others go on
 * @param deadlineMillis it is over after so long, done or failed by its quorum; 0 for never
 * @param pace of its bytes
 * @param hooks around each install
 * @param attributes of the files
 */
public record Rollout(
    @AbsentAs("false") boolean once,
    @AbsentAs("false") boolean stage,
    @AbsentAs("[]") List<String> waves,
    @AbsentAs("\"\"") String waveBy,
    @AbsentAs("\"100%\"") String success,
    @AbsentAs("0") long soakMillis,
    @AbsentAs("\"\"") String healthHook,
    @AbsentAs("\"\"") String maxFailed,
    @AbsentAs("\"STOP\"") OnFailure onFailure,
    @AbsentAs("\"100%\"") String quorum,
    @AbsentAs("0") long deadlineMillis,
    @AbsentAs("{}") Pace pace,
    @AbsentAs("{}") Hooks hooks,
    @AbsentAs("{}") FileAttributes attributes) {
  /** The most waves. */
  public static final int WAVES_MAX = 32;

  /** The longest soak and the latest deadline: thirty days. */
  public static final long MILLIS_MAX = 30L * 86_400_000;

  /** All at once, and whoever joins later. */
  public static final Rollout PLAIN =
      new Rollout(
          false,
          false,
          List.of(),
          "",
          "100%",
          0,
          "",
          "",
          OnFailure.STOP,
          "100%",
          0,
          Pace.FREE,
          Hooks.NONE,
          FileAttributes.NONE);

  /** Checks what is not checked by its parts. */
  public Rollout {
    waves = List.copyOf(waves);
    if (waves.size() > WAVES_MAX) {
      throw new IllegalArgumentException(
          "waves: " + waves.size() + " (expected: at most " + WAVES_MAX + ")");
    }
    if (!waves.isEmpty() && !waveBy.isEmpty()) {
      throw new IllegalArgumentException("waves and waveBy (expected: one of them)");
    }
    waves.forEach(Amount::parse);
    Amount.parse(success);
    Amount.parse(quorum);
    if (!maxFailed.isEmpty()) {
      Amount.parse(maxFailed);
    }
    Hooks.checkName("waveBy", waveBy);
    Hooks.checkName("healthHook", healthHook);
    checkMillis("soakMillis", soakMillis);
    checkMillis("deadlineMillis", deadlineMillis);
    SharedRate.check("receivedBytesPerSecond", pace.receivedBytesPerSecond());
    if (pace.paused()) {
      throw new IllegalArgumentException("paused (expected: a deployment that begins)");
    }
  }

  private static void checkMillis(String what, long millis) {
    if (millis < 0 || millis > MILLIS_MAX) {
      throw new IllegalArgumentException(
          what + ": " + millis + " (expected: 0 to " + MILLIS_MAX + ")");
    }
  }
}
