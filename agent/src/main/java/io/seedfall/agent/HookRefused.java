package io.seedfall.agent;

/** A hook is not run; the message is one line for people. */
final class HookRefused extends Exception {
  private static final long serialVersionUID = 1L;

  HookRefused(String why) {
    super(why);
  }

  /** The line for people. */
  String why() {
    return String.valueOf(getMessage());
  }
}
