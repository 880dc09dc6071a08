package io.seedfall.coordinator;

import io.seedfall.control.Problem;

/** Ends a request with a status and its problem; thrown and caught within one request. */
final class RequestRefused extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final transient Problem problem;

  RequestRefused(int status, String code, String message) {
    super(message, null, false, false);
    this.status = status;
    this.problem = new Problem(code, message);
  }

  static RequestRefused malformed(String why) {
    return new RequestRefused(400, Problem.MALFORMED, why);
  }

  static RequestRefused busy() {
    return new RequestRefused(503, Problem.BUSY, "the coordinator is busy: try again");
  }

  int status() {
    return status;
  }

  Problem problem() {
    return problem;
  }
}
