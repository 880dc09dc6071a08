package io.seedfall.swarm;

import io.seedfall.protocol.Endpoint;
import io.seedfall.protocol.PieceSet;
import io.seedfall.protocol.wire.GrantTerms;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One connection, from its handshake to its end.
 *
 * <pre>
 *   GREETING --extension handshake with sf_grant--> OWN -----+
 *      +------- without it, or any other message --> FOREIGN --+--> CLOSED
 *      +------------------------------------------------------+
 *
 *   WEB_SEED, from its beginning, --> CLOSED
 * </pre>
 *
 * <p>What is only true of one kind of peer is kept in one place: {@link OwnSide} exists while the
 * peer is OWN, {@link ForeignSide} while it is FOREIGN.
 */
final class PeerSession {
  enum Phase {
    /** Handshakes done; we wait for its extension handshake. */
    GREETING,
    /** It speaks sf_grant. */
    OWN,
    /** It speaks BitTorrent without sf_grant. */
    FOREIGN,
    /** A web server: it has everything and says nothing. */
    WEB_SEED,
    /** Over. */
    CLOSED
  }

  /** Grants, offers and transfers towards a peer that speaks sf_grant. */
  static final class OwnSide {
    private final Standings standings;
    private final int slot;
    final GrantTerms terms;
    final List<OpenGrant> grants = new ArrayList<>(2);
    final List<Transfer> transfers = new ArrayList<>(2);

    /** What it asks others for, when it stands in our rack; {@link RackView} alone changes it. */
    final ArrayList<RackView.Asking> asking = new ArrayList<>();

    OwnSide(Standings standings, int slot, GrantTerms terms) {
      this.standings = standings;
      this.slot = slot;
      this.terms = terms;
    }

    /** The block between this peer and us. */
    int blockBytes(SwarmSettings settings) {
      return Math.min(settings.blockBytes(), terms.blockBytes());
    }

    /** How many of both. */
    int open() {
      return standings.open(slot);
    }

    void add(OpenGrant grant) {
      standings.addToOpen(slot, 1);
      grants.add(grant);
    }

    void remove(OpenGrant grant) {
      standings.addToOpen(slot, grants.remove(grant) ? -1 : 0);
    }

    void add(Transfer transfer) {
      standings.addToOpen(slot, 1);
      transfers.add(transfer);
    }

    void remove(Transfer transfer) {
      standings.addToOpen(slot, transfers.remove(transfer) ? -1 : 0);
    }
  }

  /** A grant or offer, until it is answered or void. */
  static final class OpenGrant {
    private final PeerSession to;
    private final int @Nullable [] offered;
    private final long openedNanos;
    private final long expiresNanos;
    private boolean over;

    OpenGrant(PeerSession to, int @Nullable [] offered, long openedNanos, long expiresNanos) {
      this.to = to;
      this.offered = offered;
      this.openedNanos = openedNanos;
      this.expiresNanos = expiresNanos;
    }

    PeerSession to() {
      return to;
    }

    /** The pieces of an offer; null for a grant, which leaves the choice to the receiver. */
    int @Nullable [] offered() {
      return offered;
    }

    /** Whether it is an offer of that piece, alone or among others. */
    boolean isOfferOf(int piece) {
      if (offered != null) {
        for (int each : offered) {
          if (each == piece) {
            return true;
          }
        }
      }
      return false;
    }

    long openedNanos() {
      return openedNanos;
    }

    long expiresNanos() {
      return expiresNanos;
    }

    boolean isOver() {
      return over;
    }

    void end() {
      over = true;
    }
  }

  /** Choking and interest, both ways, with a client that does not speak sf_grant. */
  static final class ForeignSide {
    boolean theyAreInterested;
    boolean weUnchokeThem;
    long unchokedSinceNanos;
    boolean weAreInterested;
    boolean theyUnchokeUs;
    @Nullable Transfer upload;
    int requestsOut;

    /** What it is to fetch and pass on; {@link SuperSeeding} alone changes it. */
    final List<SuperSeeding.Reveal> reveals = new ArrayList<>(SuperSeeding.REVEALED_MAX);

    /** Everything that was revealed to it. */
    final PieceSet told;

    ForeignSide(int pieces) {
      this.told = new PieceSet(pieces);
    }
  }

  private final int slot;
  private final Standings standings;
  private final PeerFacts facts;
  private final PieceSet has;
  private final ArrayList<Download> downloads = new ArrayList<>();
  private Phase phase = Phase.GREETING;
  private @Nullable OwnSide own;
  private @Nullable ForeignSide foreign;
  private @Nullable Endpoint listens;
  private boolean saidWhatItHas;
  private boolean countedAsSeed;
  private boolean knowsWhatWeHave;
  private boolean exchangesMetadata;
  private boolean exchangesPeers;
  private boolean uploadOnly;
  private PeerGossip.@Nullable Side gossip;
  private int toldUpTo;
  private int stalls;
  private long askNothingUntilNanos = Long.MIN_VALUE;
  private long heardNanos;
  private long spokeNanos;
  private long usefulNanos;

  PeerSession(int slot, Standings standings, PeerFacts facts, int pieces, long nowNanos) {
    this.slot = slot;
    this.standings = standings;
    this.facts = facts;
    this.has = new PieceSet(pieces);
    this.listens = facts.dialled() ? facts.remote() : null;
    this.heardNanos = nowNanos;
    this.spokeNanos = nowNanos;
    this.usefulNanos = nowNanos;
  }

  /* --------------- phase --------------- */

  void becomeOwn(GrantTerms terms) {
    enter(Phase.OWN, "it announced sf_grant");
    own = new OwnSide(standings, slot, terms);
  }

  void becomeForeign(String why) {
    enter(Phase.FOREIGN, why);
    foreign = new ForeignSide(has.pieces());
  }

  void becomeWebSeed() {
    enter(Phase.WEB_SEED, "it answers HTTP");
    has.addAll();
    saidWhatItHasNow();
    toldWhatWeHave();
    countAsSeed();
  }

  void close(String why) {
    enter(Phase.CLOSED, why);
    own = null;
    foreign = null;
    downloads.clear();
  }

  private void enter(Phase next, String why) {
    boolean possible =
        phase == Phase.GREETING ? next != Phase.GREETING : next == Phase.CLOSED && phase != next;
    if (!possible) {
      throw new IllegalStateException(this + ": " + phase + " -> " + next + " (" + why + ")");
    }
    phase = next;
  }

  boolean isGreeting() {
    return phase == Phase.GREETING;
  }

  boolean isClosed() {
    return phase == Phase.CLOSED;
  }

  boolean isOwn() {
    return phase == Phase.OWN;
  }

  boolean isForeign() {
    return phase == Phase.FOREIGN;
  }

  boolean isWebSeed() {
    return phase == Phase.WEB_SEED;
  }

  /** What is true of a peer that speaks sf_grant; it must be one. */
  OwnSide own() {
    if (own == null) {
      throw new IllegalStateException(this + " does not speak sf_grant");
    }
    return own;
  }

  /** What is true of a peer that does not speak sf_grant; it must be one. */
  ForeignSide foreign() {
    if (foreign == null) {
      throw new IllegalStateException(this + " is not foreign");
    }
    return foreign;
  }

  /* --------------- who it is --------------- */

  int slot() {
    return slot;
  }

  PeerFacts facts() {
    return facts;
  }

  /** Where it listens, as far as we know; else the other end of the connection. */
  Endpoint endpoint() {
    return listens != null ? listens : facts.remote();
  }

  /** What it said about its listening port; an inbound connection's own port is of no use. */
  void listensOn(int port) {
    if (listens == null && port > 0 && port <= 65_535) {
      listens = new Endpoint(facts.remote().address(), port);
    }
  }

  /** Whether we know where it listens. */
  boolean isListening() {
    return listens != null;
  }

  /** It announced ut_pex (BEP 11). */
  void exchangesPeers() {
    exchangesPeers = true;
  }

  /** Whether it announced ut_pex. */
  boolean isExchangingPeers() {
    return exchangesPeers;
  }

  /** What was said between it and us about others; {@link PeerGossip} alone asks and changes it. */
  PeerGossip.Side gossip() {
    if (gossip == null) {
      gossip = new PeerGossip.Side();
    }
    return gossip;
  }

  /* --------------- what it has --------------- */

  /** What it said that it has. Changed by {@link Swarm} only. */
  PieceSet has() {
    return has;
  }

  boolean saidWhatItHas() {
    return saidWhatItHas;
  }

  void saidWhatItHasNow() {
    saidWhatItHas = true;
  }

  /** Whether the picker counts it among those who have everything. */
  boolean isCountedAsSeed() {
    return countedAsSeed;
  }

  void countAsSeed() {
    countedAsSeed = true;
  }

  void countAsSeedNoMore() {
    countedAsSeed = false;
  }

  /** What it said last about whether it wants nothing more (BEP 21). */
  void uploadOnly(boolean said) {
    uploadOnly = said;
  }

  /** Whether nothing that we have is of use to it. */
  boolean wantsNothing() {
    return uploadOnly || has.isFull();
  }

  /** Whether it was told what we have; a source keeps that to itself during its first pass. */
  boolean knowsWhatWeHave() {
    return knowsWhatWeHave;
  }

  void toldWhatWeHave() {
    knowsWhatWeHave = true;
  }

  /** How many of the pieces verified here it was told of, in the order of {@link Announcements}. */
  int toldUpTo() {
    return toldUpTo;
  }

  void toldUpTo(int pieces) {
    toldUpTo = pieces;
  }

  /** Whether it announced ut_metadata (BEP 9). */
  boolean isExchangingMetadata() {
    return exchangesMetadata;
  }

  void exchangesMetadata() {
    exchangesMetadata = true;
  }

  /** How many pieces we have that it is not known to have. */
  int piecesOfOursItLacks() {
    return standings.lacks(slot);
  }

  /** It offered a piece: a source in its first pass has everything, whatever it says it has. */
  void offeredAPiece() {
    standings.lacksNothing(slot);
  }

  void lacksOfOurs(int pieces) {
    standings.lacks(slot, pieces);
  }

  /** We verified a piece that it is not known to have. */
  void lacksOneMoreOfOurs() {
    standings.addToLacks(slot, 1);
  }

  /** It has a piece now that we have too. */
  void gainedOneOfOurs() {
    if (standings.addToLacks(slot, -1) < 0) {
      throw new IllegalStateException(this + " has more pieces of ours than there are");
    }
  }

  /* --------------- what is on its way --------------- */

  /** Pieces that it is to send us. */
  List<Download> downloads() {
    return downloads;
  }

  @Nullable Download download(int piece) {
    for (Download download : downloads) {
      if (download.piece() == piece) {
        return download;
      }
    }
    return null;
  }

  int blocksInSocket() {
    return standings.inSocket(slot);
  }

  void blockGivenToSocket() {
    standings.addToInSocket(slot, 1);
  }

  void blockTakenBySocket() {
    standings.addToInSocket(slot, -1);
  }

  /* --------------- times --------------- */

  void heard(long nowNanos) {
    heardNanos = nowNanos;
  }

  long heardNanos() {
    return heardNanos;
  }

  void spoke(long nowNanos) {
    spokeNanos = nowNanos;
  }

  long spokeNanos() {
    return spokeNanos;
  }

  /** A piece moved, either way, or one side lacked something of the other. */
  void useful(long nowNanos) {
    usefulNanos = nowNanos;
  }

  long usefulNanos() {
    return usefulNanos;
  }

  /**
   * It let us ask and sent nothing: its grants are declined for a while. It may grant faster than
   * anybody else, and would get the piece that it held up again and again.
   */
  void askNothingUntil(long nanos) {
    askNothingUntilNanos = nanos;
  }

  boolean isAskedNothing(long nowNanos) {
    return nowNanos < askNothingUntilNanos;
  }

  int stalled() {
    return ++stalls;
  }

  void deliveredAPiece() {
    stalls = 0;
  }

  @Override
  public String toString() {
    return "peer " + slot + " " + endpoint() + " (" + phase + ")";
  }
}
