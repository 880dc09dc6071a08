package io.seedfall.node;

import java.io.IOException;

/** A transfer that could not be opened, with the fault and one line for a person. */
public final class TransferException extends IOException {
  private static final long serialVersionUID = 1L;

  private final TransferFault fault;

  TransferException(TransferFault fault, String why) {
    super(why);
    this.fault = fault;
  }

  TransferException(TransferFault fault, String why, Throwable cause) {
    super(why, cause);
    this.fault = fault;
  }

  /** What is wrong. */
  public TransferFault fault() {
    return fault;
  }
}
