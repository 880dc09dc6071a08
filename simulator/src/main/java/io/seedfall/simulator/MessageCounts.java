package io.seedfall.simulator;

import io.seedfall.protocol.wire.PeerMessage;

/** How many messages of each kind all swarms of a run sent. */
public final class MessageCounts {
  private long blocks;
  private long haves;
  private long requests;
  private long grants;
  private long declines;
  private long offers;
  private long others;

  MessageCounts() {}

  void count(PeerMessage message) {
    if (message instanceof PeerMessage.Have || message instanceof PeerMessage.Haves) {
      haves++;
    } else if (message instanceof PeerMessage.RequestPiece
        || message instanceof PeerMessage.RequestPieces
        || message instanceof PeerMessage.Request) {
      requests++;
    } else if (message instanceof PeerMessage.Grant) {
      grants++;
    } else if (message instanceof PeerMessage.Decline) {
      declines++;
    } else if (message instanceof PeerMessage.Offer || message instanceof PeerMessage.OfferPieces) {
      offers++;
    } else {
      others++;
    }
  }

  void countBlock() {
    blocks++;
  }

  /** PIECE messages. */
  public long blocks() {
    return blocks;
  }

  /** HAVE messages. */
  public long haves() {
    return haves;
  }

  /** REQUEST, REQUEST PIECE and REQUEST PIECES messages. */
  public long requests() {
    return requests;
  }

  /** GRANT messages. */
  public long grants() {
    return grants;
  }

  /** DECLINE messages, busy and nothing. */
  public long declines() {
    return declines;
  }

  /** OFFER and OFFER PIECES messages. */
  public long offers() {
    return offers;
  }

  /** All the rest. */
  public long others() {
    return others;
  }

  @Override
  public String toString() {
    return "blocks %d, haves %d, requests %d, grants %d, declines %d, offers %d, others %d"
        .formatted(blocks, haves, requests, grants, declines, offers, others);
  }
}
