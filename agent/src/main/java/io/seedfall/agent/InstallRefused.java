package io.seedfall.agent;

/**
 * Content cannot go where it was to go; the message is one line for people. Nothing was changed.
 */
final class InstallRefused extends Exception {
  private static final long serialVersionUID = 1L;

  InstallRefused(String why) {
    super(why);
  }

  /** The line for people. */
  String why() {
    return String.valueOf(getMessage());
  }
}
