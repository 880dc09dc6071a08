package io.seedfall.coordinator;

import io.seedfall.control.Problem;

/** Ends a request with a status and its problem; thrown and caught within one request. */
final class RequestRefused extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final transient Problem problem;
  private final String leader;

  RequestRefused(int status, String code, String message) {
    this(status, code, message, "");
  }

  private RequestRefused(int status, String code, String message, String leader) {
    super(message, null, false, false);
    this.status = status;
    this.leader = leader;
    this.problem = new Problem(code, message);
  }

  static RequestRefused malformed(String why) {
    return new RequestRefused(400, Problem.MALFORMED, why);
  }

  static RequestRefused unknownDeployment() {
    return new RequestRefused(
        404,
        Problem.UNKNOWN_DEPLOYMENT,
        "no deployment has that id: 'seedfall deployments' lists the latest");
  }

  static RequestRefused busy() {
    return new RequestRefused(503, Problem.BUSY, "the coordinator is busy: try again");
  }

  /** Sends whoever asked to the coordinator that leads, if somebody does. */
  static RequestRefused notLeading(String leader) {
    return leader.isEmpty()
        ? new RequestRefused(
            503, Problem.NO_LEADER, "no coordinator leads at this moment: try again")
        : new RequestRefused(
            421, Problem.NOT_LEADER, "another coordinator leads: ask the one at " + leader, leader);
  }

  /** Where the coordinator is that should have been asked; empty when this one is right. */
  String leader() {
    return leader;
  }

  int status() {
    return status;
  }

  Problem problem() {
    return problem;
  }
}
