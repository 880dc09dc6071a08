package io.seedfall.simulator.fleet;

import io.seedfall.planner.Contact;
import io.seedfall.protocol.Endpoint;
import io.seedfall.protocol.InfoHash;

/** Who exchanges content. A content is 64 pieces here: one bit each. */
interface Peer {
  /** All pieces. */
  long WHOLE = -1L;

  /** Its name. */
  String name();

  /** Where it listens. */
  Endpoint endpoint();

  /** Whether its process runs and its cable is in. */
  boolean isThere();

  /** What it has of it, and would send. */
  long pieces(InfoHash infoHash);

  /** Whether it is to connect to that one for this. */
  boolean lists(InfoHash infoHash, Peer other);

  /** Whether a contact is that peer, and reaches it. */
  static boolean isMeant(Contact contact, Peer peer) {
    return contact.name().equals(peer.name()) && contact.endpoint().equals(peer.endpoint());
  }
}
