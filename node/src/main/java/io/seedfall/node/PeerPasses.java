package io.seedfall.node;

import io.seedfall.protocol.WireHash;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * What peers show each other, behind TLS and before the BitTorrent handshake, to be let into one
 * torrent. What a pass is made of the node does not know. Any thread; nothing here may wait.
 */
public interface PeerPasses {
  /** The longest pass that is sent or taken. */
  int PASS_BYTES_MAX = 1024;

  /**
   * What we show for a torrent.
   *
   * @param names all names that the wire has for it
   * @return empty when we have none: whether we are let in the other side decides
   */
  byte[] ours(List<WireHash> names);

  /**
   * What a peer may.
   *
   * @param peer whom the handshake has proven
   * @param names of the torrent that the connection is about
   * @param shown its pass, at most {@link #PASS_BYTES_MAX}; anybody may have written it
   */
  PeerRight right(X509Certificate peer, List<WireHash> names, byte[] shown);

  /** What somebody may in one torrent, and for how long: then the connection ends. */
  sealed interface PeerRight {
    /** It may send and be sent content. */
    record Exchanges(long forMillis) implements PeerRight {}

    /** It may send content, and is sent none: what it says it has needs no permission to be had. */
    record Sends(long forMillis) implements PeerRight {}

    /** Nothing: the connection ends. */
    record Refused(String why) implements PeerRight {}
  }
}
