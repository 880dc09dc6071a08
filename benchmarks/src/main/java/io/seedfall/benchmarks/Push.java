package io.seedfall.benchmarks;

import java.util.function.ToDoubleFunction;

/**
 * One push of a soak, and what everybody's processes looked like after it.
 *
 * @param number the first is 1
 * @param seconds from the start of {@code seedfall deploy} to its end
 * @param rssAnonBytes of the agent that has most
 * @param rssFileBytes of the agent that has most
 * @param threads of the agent that has most
 * @param descriptors of the agent that has most
 * @param diskBytes what all agents' directories hold
 * @param coordinatorRssAnonBytes of the coordinator
 * @param coordinatorThreads of the coordinator
 * @param coordinatorDescriptors of the coordinator
 */
record Push(
    int number,
    double seconds,
    long rssAnonBytes,
    long rssFileBytes,
    int threads,
    int descriptors,
    long diskBytes,
    long coordinatorRssAnonBytes,
    int coordinatorThreads,
    int coordinatorDescriptors) {

  /** What must not grow. */
  enum Quantity {
    SECONDS("seconds a push"),
    RSS_ANON("RssAnon of an agent, MiB"),
    THREADS("threads of an agent"),
    DESCRIPTORS("descriptors of an agent"),
    DISK("disk use of all agents, MiB"),
    COORDINATOR_RSS_ANON("RssAnon of the coordinator, MiB"),
    COORDINATOR_THREADS("threads of the coordinator"),
    COORDINATOR_DESCRIPTORS("descriptors of the coordinator");

    private final String label;

    Quantity(String label) {
      this.label = label;
    }

    String label() {
      return label;
    }

    /** Its value after a push. */
    double of(Push push) {
      ToDoubleFunction<Push> reader =
          switch (this) {
            case SECONDS -> Push::seconds;
            case RSS_ANON -> one -> one.rssAnonBytes() / MIB;
            case THREADS -> Push::threads;
            case DESCRIPTORS -> Push::descriptors;
            case DISK -> one -> one.diskBytes() / MIB;
            case COORDINATOR_RSS_ANON -> one -> one.coordinatorRssAnonBytes() / MIB;
            case COORDINATOR_THREADS -> Push::coordinatorThreads;
            case COORDINATOR_DESCRIPTORS -> Push::coordinatorDescriptors;
          };
      return reader.applyAsDouble(push);
    }
  }

  private static final double MIB = 1 << 20;
}
