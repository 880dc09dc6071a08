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

  /**
   * The same line of a coordinator with a tracker.
   *
   * @param tracker the {@code ADDRESS:PORT} of the tracker, HTTP and UDP
   */
  record WithTracker(String event, String address, long pid, String tracker) {
    static WithTracker of(String address, String tracker) {
      return new WithTracker(EVENT, address, ProcessHandle.current().pid(), tracker);
    }
  }
}
