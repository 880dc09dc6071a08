package io.seedfall.agent;

import io.seedfall.control.Pace;
import io.seedfall.control.Priority;
import io.seedfall.node.TransferPace;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What was said about how fast one content may move, by whoever wants it: deployments, and the word
 * to seed it. The fastest counts of those that are at work; when no deployment is at work here any
 * more, what was said last. Belongs to the {@link AgentLoop}'s thread.
 */
final class Paces {
  /** What is remembered at most; the oldest goes first. */
  static final int PACES_MAX = 16;

  /** The word to seed it, among the deployments. */
  private static final String SEED = "";

  private final LinkedHashMap<String, Pace> said = new LinkedHashMap<>();

  /** That deployment may move so fast. */
  void say(String deployment, Pace pace) {
    said.remove(deployment);
    said.put(deployment, pace);
    if (said.size() > PACES_MAX) {
      said.pollFirstEntry();
    }
  }

  /** It is seeded so fast. */
  void saySeed(Pace pace) {
    say(SEED, pace);
  }

  /** It is seeded to nobody. */
  void forgetSeed() {
    said.remove(SEED);
  }

  /** That deployment was withdrawn. */
  void forget(String deployment) {
    said.remove(deployment);
  }

  /**
   * What counts now.
   *
   * @param isAtWork whether a deployment is at work here
   */
  Pace current(Predicate<String> isAtWork) {
    Pace fastest = null;
    for (Map.Entry<String, Pace> entry : said.entrySet()) {
      if (isAtWork.test(entry.getKey())) {
        fastest = faster(fastest, entry.getValue());
      }
    }
    if (fastest != null) {
      Pace both = faster(fastest, said.getOrDefault(SEED, fastest));
      return new Pace( // the word to seed says nothing about what comes in
          both.priority(),
          both.maxBytesPerSecond(),
          both.paused(),
          fastest.receivedBytesPerSecond());
    }
    Map.Entry<String, Pace> last = said.lastEntry();
    return last == null ? Pace.FREE : last.getValue();
  }

  /** What both want: whoever is paused wants nothing. */
  private static Pace faster(@Nullable Pace one, Pace other) {
    if (one == null || one.paused()) {
      return other;
    }
    if (other.paused()) {
      return one;
    }
    Priority priority =
        one.priority().weight() >= other.priority().weight() ? one.priority() : other.priority();
    return new Pace(
        priority,
        higher(one.maxBytesPerSecond(), other.maxBytesPerSecond()),
        false,
        higher(one.receivedBytesPerSecond(), other.receivedBytesPerSecond()));
  }

  private static long higher(long one, long other) {
    return one == 0 || other == 0 ? 0 : Math.max(one, other);
  }

  /**
   * The same for a transfer.
   *
   * @param halted whether all of them stand still
   */
  static TransferPace ofTransfer(Pace pace, boolean halted) {
    return new TransferPace(
        pace.priority().weight(),
        pace.maxBytesPerSecond(),
        pace.paused() || halted,
        pace.priority() == Priority.LOW,
        pace.receivedBytesPerSecond());
  }
}
