package io.seedfall.cli;

/**
 * A command that runs until it is stopped, and logs what it does. Its options are its settings:
 * {@link Setting}.
 */
interface Daemon {
  /**
   * Refuses settings that make no sense together, without starting or touching anything.
   *
   * @throws CommandFailure in one line
   */
  void requireSound();
}
