package io.seedfall.cli;

/**
 * The first line of JSON that a daemon prints with {@code --json}: it is ready.
 *
 * @param event {@link #EVENT}
 * @param address where: the coordinator's URL, or the {@code ADDRESS:PORT} at which peers reach an
 *     agent or a publisher
 * @param pid its process id
 */
record ListeningLine(String event, String address, long pid) {
  static final String EVENT = "listening";

  static ListeningLine of(String address) {
    return new ListeningLine(EVENT, address, ProcessHandle.current().pid());
  }
}
