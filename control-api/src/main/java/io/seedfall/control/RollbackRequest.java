package io.seedfall.control;

/**
 * Take a deployment back.
 *
 * @param toVersion which version of the same artifact; empty for the one that was in place before
 * @param by who asks, as they say
 */
public record RollbackRequest(@AbsentAs("\"\"") String toVersion, @AbsentAs("\"\"") String by) {
  /** Checks both. */
  public RollbackRequest {
    Hooks.checkName("toVersion", toVersion);
    DeploymentRequest.checkBy(by);
  }
}
