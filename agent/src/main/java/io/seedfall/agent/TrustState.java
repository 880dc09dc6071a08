package io.seedfall.agent;

import io.seedfall.protocol.InfoHash;
import io.seedfall.protocol.trust.Seen;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an agent with trust roots must never forget. A value; {@link TrustFile} keeps it.
 *
 * @param format {@link #FORMAT}
 * @param root the newest root that was believed, as it was signed, in base64
 * @param seen the newest that was believed of each artifact, by name
 */
record TrustState(int format, String root, Map<String, Entry> seen) {
  static final int FORMAT = 1;

  /** Artifacts remembered. None is ever forgotten: those beyond are not installed. */
  static final int SEEN_MAX = 10_000;

  TrustState {
    seen = new LinkedHashMap<>(seen);
  }

  /** A {@link Seen} in JSON. */
  record Entry(long createdMillis, String version, String infoHash, boolean manifestKnown) {
    static Entry of(Seen seen) {
      return new Entry(
          seen.createdMillis(), seen.version(), seen.infoHash().hex(), seen.manifestKnown());
    }

    Seen seen() {
      return new Seen(createdMillis, version, InfoHash.parse(infoHash), manifestKnown);
    }
  }

  @Nullable Seen of(String artifact) {
    Entry entry = seen.get(artifact);
    return entry == null ? null : entry.seen();
  }

  boolean hasRoomFor(String artifact) {
    return seen.size() < SEEN_MAX || seen.containsKey(artifact);
  }

  TrustState with(String artifact, Seen newest) {
    Map<String, Entry> changed = new LinkedHashMap<>(seen);
    changed.put(artifact, Entry.of(newest));
    return new TrustState(format, root, changed);
  }

  TrustState withRoot(String newest) {
    return new TrustState(format, newest, seen);
  }
}
