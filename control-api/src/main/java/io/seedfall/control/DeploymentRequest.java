package io.seedfall.control;

/**
 * Make machines have an artifact.
 *
 * @param artifact {@code NAME} for its newest version, or {@code NAME@VERSION}
 * @param selector {@code all} or {@code role=search,zone!=b}
 * @param destination path inside each agent's root
 * @param rollout how to go about it
 * @param by who asks, for the history: as they say
 */
public record DeploymentRequest(
    String artifact,
    String selector,
    String destination,
    @AbsentAs("{}") Rollout rollout,
    @AbsentAs("\"\"") String by) {
  /** The most characters of {@link #by}. */
  public static final int BY_CHARS_MAX = 128;

  /** Checks who asks. */
  public DeploymentRequest {
    checkBy(by);
  }

  static void checkBy(String by) {
    if (by.length() > BY_CHARS_MAX || by.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          "by (expected: at most " + BY_CHARS_MAX + " characters, none of them control)");
    }
  }

  /** All at once, by nobody in particular. */
  public DeploymentRequest(String artifact, String selector, String destination) {
    this(artifact, selector, destination, Rollout.PLAIN, "");
  }
}
