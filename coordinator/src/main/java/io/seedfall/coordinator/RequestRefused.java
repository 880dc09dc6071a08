package io.seedfall.coordinator;

import io.seedfall.control.Problem;

/** Ends a request with a status and its problem; thrown and caught within one request. */
final class RequestRefused extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Problem problem;
  private final String leader;

  /** With what is always to be done about that kind. */
  RequestRefused(int status, String code, String detail) {
    this(Problem.of(status, code, detail), "");
  }

  /** With what is to be done about it this time. */
  RequestRefused(int status, String code, String detail, String action) {
    this(Problem.of(status, code, detail, action), "");
  }

  private RequestRefused(Problem problem, String leader) {
    super(problem.line(), null, false, false);
    this.leader = leader;
    this.problem = problem;
  }

  /** In words of the planner, where what to do stands behind a colon. */
  static RequestRefused inWords(int status, String code, String why) {
    int colon = why.indexOf(": ");
    return colon < 0
        ? new RequestRefused(status, code, why)
        : new RequestRefused(status, code, why.substring(0, colon), why.substring(colon + 2));
  }

  static RequestRefused malformed(String why) {
    return new RequestRefused(400, Problem.MALFORMED, why);
  }

  static RequestRefused unknownDeployment() {
    return new RequestRefused(404, Problem.UNKNOWN_DEPLOYMENT, "no deployment has that id");
  }

  static RequestRefused busy() {
    return new RequestRefused(503, Problem.BUSY, "the coordinator is busy");
  }

  static RequestRefused tooMany(String what) {
    return new RequestRefused(429, Problem.TOO_MANY_REQUESTS, what);
  }

  /** Sends whoever asked to the coordinator that leads, if somebody does. */
  static RequestRefused notLeading(String leader) {
    return leader.isEmpty()
        ? new RequestRefused(503, Problem.NO_LEADER, "no coordinator leads at this moment")
        : new RequestRefused(
            Problem.of(
                421, Problem.NOT_LEADER, "another coordinator leads", "ask the one at " + leader),
            leader);
  }

  /** Where the coordinator is that should have been asked; empty when this one is right. */
  String leader() {
    return leader;
  }

  Problem problem() {
    return problem;
  }
}
