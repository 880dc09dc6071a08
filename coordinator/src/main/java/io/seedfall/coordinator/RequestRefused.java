package io.seedfall.coordinator;

import io.seedfall.control.Problem;

/** Ends a request with a status and its problem; thrown and caught within one request. */
final class RequestRefused extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Problem problem;
  private final String leader;
  private final long retryAfterSeconds;

  /** With what is always to be done about that kind. */
  RequestRefused(int status, String code, String detail) {
    this(Problem.of(status, code, detail), "", 0);
  }

  /** With what is to be done about it this time. */
  RequestRefused(int status, String code, String detail, String action) {
    this(Problem.of(status, code, detail, action), "", 0);
  }

  private RequestRefused(Problem problem, String leader, long retryAfterSeconds) {
    super(problem.line(), null, false, false);
    this.leader = leader;
    this.retryAfterSeconds = retryAfterSeconds;
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

  /** The same until so many seconds have passed. */
  static RequestRefused tooMany(String what, long retryAfterSeconds) {
    return new RequestRefused(
        Problem.of(
            429,
            Problem.TOO_MANY_REQUESTS,
            what,
            "try again in "
                + retryAfterSeconds
                + (retryAfterSeconds == 1 ? " second" : " seconds")),
        "",
        retryAfterSeconds);
  }

  /** Sends whoever asked to the coordinator that leads, if somebody does. */
  static RequestRefused notLeading(String leader) {
    return leader.isEmpty()
        ? new RequestRefused(503, Problem.NO_LEADER, "no coordinator leads at this moment")
        : new RequestRefused(
            Problem.of(
                421, Problem.NOT_LEADER, "another coordinator leads", "ask the one at " + leader),
            leader,
            0);
  }

  /** Where the coordinator is that should have been asked; empty when this one is right. */
  String leader() {
    return leader;
  }

  /** When to try again, for the header Retry-After; 0 when nothing better is known than always. */
  long retryAfterSeconds() {
    return retryAfterSeconds;
  }

  Problem problem() {
    return problem;
  }
}
