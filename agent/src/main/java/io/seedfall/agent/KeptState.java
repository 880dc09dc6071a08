package io.seedfall.agent;

import io.seedfall.control.AgentMessage;
import io.seedfall.control.Destination;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The state of a running agent and the file that keeps it. The {@link AgentLoop}'s thread changes
 * it, any thread may read it.
 */
final class KeptState {
  /** The most destinations that {@link AgentMessage.Hello#installed} names. */
  static final int INSTALLED_MAX = 1_000;

  /** The most bytes that they take in a message, which has other things to say, too. */
  static final int INSTALLED_BYTES_MAX = 256 << 10;

  /** What an entry takes besides its destination: the info-hash, quotes, colon, comma. */
  private static final int ENTRY_BYTES = 64 + 6;

  /** One byte of a destination in JSON, at worst: a quote or a backslash. */
  private static final int ESCAPED_BYTES_MAX = 2;

  private static final Logger LOG = LoggerFactory.getLogger(KeptState.class);

  private final StateFile file;
  private volatile AgentState state;

  KeptState(StateFile file, AgentState state) {
    this.file = file;
    this.state = state;
  }

  AgentState now() {
    return state;
  }

  /** This is the state from now on, also after a restart. */
  void keep(AgentState next) {
    state = next;
    try {
      file.write(next);
    } catch (IOException e) {
      // The next change writes it all again; until then a restart would not know of this one.
      LOG.error("cannot write the agent's state: {}", e.getMessage());
    }
  }

  /**
   * Info-hashes by the destinations where they are in place: the latest ones, within the limits of
   * a Hello. What is not judged yet after a crash is not among them.
   *
   * @param isThere whether there is anything at a destination
   */
  Map<String, String> installed(Predicate<Destination> isThere) {
    Map<String, String> newest = new LinkedHashMap<>();
    int bytes = 0;
    for (Map.Entry<String, AgentState.Place> entry :
        new ArrayList<>(state.places().entrySet()).reversed()) {
      AgentState.Place place = entry.getValue();
      String destination = entry.getKey();
      String infoHash = place.installed();
      if (infoHash == null
          || place.unproven() != null
          || !isThere.test(Destination.parse(destination))) {
        continue;
      }
      bytes +=
          ESCAPED_BYTES_MAX * destination.getBytes(StandardCharsets.UTF_8).length + ENTRY_BYTES;
      if (newest.size() == INSTALLED_MAX || bytes > INSTALLED_BYTES_MAX) {
        break;
      }
      newest.put(destination, infoHash);
    }
    return newest;
  }
}
