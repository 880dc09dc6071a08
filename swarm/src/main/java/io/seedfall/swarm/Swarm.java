package io.seedfall.swarm;

import io.seedfall.protocol.Block;
import io.seedfall.protocol.Endpoint;
import io.seedfall.protocol.Hash256;
import io.seedfall.protocol.PeerId;
import io.seedfall.protocol.SeededRandom;
import io.seedfall.protocol.wire.PeerMessage;
import io.seedfall.protocol.wire.PeerMessage.HashRequest;
import io.seedfall.swarm.PeerSession.OpenGrant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The brain of one peer in one swarm. A driver tells it what happened and carries out what it
 * answers:
 *
 * <pre>{@code
 * swarm.handle(event, nowNanos);                 // tell it what happened
 * for (var e = swarm.pollEffect(); e != null; e = swarm.pollEffect()) carryOut(e);
 * long wakeAt = swarm.nextDeadlineNanos();       // and when to come back, with TimeAdvanced
 * }</pre>
 *
 * <p>One thread calls it. {@code nowNanos} never goes back and begins near zero. All effects are
 * polled before the next event is handled. After AbandonPiece the driver delivers no BlockStored of
 * that expectation any more. It does no I/O, reads no clock and draws randomness from its seed
 * only: the same setup and events give the same effects in any JVM.
 *
 * <p>It is a switchboard: it routes events to the parts, which do not know each other.
 */
public final class Swarm {
  private final SwarmSettings settings;
  private final Effects effects;
  private final Announcements announcements;
  private final Peers peers;
  private final PiecePicker picker;
  private final Downloads downloads;
  private final Uplink uplink;
  private final UploadGrants grants;
  private final FirstPass firstPass;
  private final SuperSeeding superSeeding;
  private final ForeignUploads foreignUploads;
  private final Neighbourhood neighbourhood;
  private final RackView rack;
  private final Strikes strikes;
  private final TorrentAnswers answers;
  private final PeerGossip gossip;
  private final Conversation conversation;
  private final SwarmSetup setup;
  private long bytesVerified;
  private long housekeepingNanos;
  private long noOwnPeerSinceNanos;
  private long deadlineNanos = Long.MAX_VALUE;
  private boolean refillDue;
  private boolean stopped;

  /** How often what has no event of its own is looked at: stalls, idle peers, upload slots. */
  static final long HOUSEKEEPING_NANOS = 500_000_000L;

  /** How long two peers that both have everything stay connected. */
  static final long COMPLETE_LINGER_NANOS = 5_000_000_000L;

  /** How long a source in its first pass waits for a peer with sf_grant before it serves others. */
  static final long FIRST_PASS_PATIENCE_NANOS = 1_000_000_000L;

  /** Where web seeds are for a brain, which resolves no names: nowhere. */
  private static final Endpoint WEB_SEED = new Endpoint("0.0.0.0", 80);

  /** A swarm without peers. */
  public Swarm(SwarmSetup setup) {
    if (setup.have().pieces() != setup.geometry().pieceCount()) {
      throw new IllegalArgumentException(
          "have: %d pieces (expected: %d)"
              .formatted(setup.have().pieces(), setup.geometry().pieceCount()));
    }
    this.setup = setup;
    this.settings = setup.settings();
    SeededRandom random = new SeededRandom(setup.seed());
    Bundles bundles = new Bundles(setup.geometry());
    this.effects = new Effects(settings, setup.geometry().pieceCount());
    this.announcements = effects.announcements();
    this.picker = new PiecePicker(setup.have(), random);
    this.downloads = new Downloads(settings, setup.geometry(), bundles, picker, effects);
    this.peers = new Peers(settings.peersMax());
    Standings standings = peers.standings();
    this.uplink = new Uplink(settings, standings, effects);
    this.grants = new UploadGrants(settings, setup.geometry(), random, standings, uplink, effects);
    this.firstPass = new FirstPass(settings, picker, bundles, grants, standings, random);
    this.superSeeding = new SuperSeeding(settings, picker, effects);
    this.foreignUploads = new ForeignUploads(settings, uplink, effects);
    this.neighbourhood = new Neighbourhood(settings, setup.listen());
    this.rack = new RackView(settings, setup.geometry().pieceCount(), bundles);
    this.strikes = new Strikes(settings.stallNanos());
    this.answers = new TorrentAnswers(setup.knowledge(), picker.have(), effects);
    this.gossip = new PeerGossip(settings, picker, neighbourhood, effects);
    this.conversation =
        new Conversation(
            setup,
            peers,
            bundles,
            picker,
            downloads,
            grants,
            firstPass,
            foreignUploads,
            rack,
            answers,
            gossip,
            effects);
    for (int piece = setup.have().next(0); piece >= 0; piece = setup.have().next(piece + 1)) {
      bytesVerified += setup.geometry().pieceLength(piece);
    }
  }

  /** Takes in one event that happened at {@code nowNanos}. */
  public void handle(SwarmEvent event, long nowNanos) {
    boolean routine = false; // moves no deadline and opens no slot
    switch (event) {
      case SwarmEvent.NeighboursChanged(List<Endpoint> list) ->
          neighbourhood.changed(list, nowNanos);
      case SwarmEvent.PeersLearnt(List<Endpoint> list, SwarmEvent.PeersLearnt.Source source) ->
          learnt(list, source, nowNanos);
      case SwarmEvent.PeerConnected(int peer, PeerFacts facts) -> connected(peer, facts, nowNanos);
      case SwarmEvent.WebSeedConnected(int peer, PeerId id) -> webSeedConnected(peer, id, nowNanos);
      case SwarmEvent.ConnectFailed(Endpoint remote) -> neighbourhood.apart(remote, nowNanos);
      case SwarmEvent.PeerLost(int peer, Reason reason) -> lost(peer, reason, nowNanos);
      case SwarmEvent.PeerSpoke(int peer, PeerMessage message) ->
          routine = spoke(peer, message, nowNanos);
      case SwarmEvent.BlockStored(int peer, Block block) -> routine = stored(peer, block, nowNanos);
      case SwarmEvent.BlockDropped(int peer, Block _) -> {
        PeerSession session = peers.open(peer);
        if (session != null) {
          session.heard(nowNanos);
        }
      }
      case SwarmEvent.BlockSent(int peer, Block block) -> sent(peer, block, nowNanos);
      case SwarmEvent.PieceVerified(int piece) -> downloads.verified(piece);
      case SwarmEvent.PieceRejected(int piece) -> rejected(piece, nowNanos);
      case SwarmEvent.HashesRead(int peer, HashRequest request, List<Hash256> hashes) ->
          answers.read(peer, request, hashes, nowNanos);
      case SwarmEvent.DiskFailed(DiskFault fault) -> diskFailed(fault, nowNanos);
      case SwarmEvent.TimeAdvanced() -> refillDue = true;
    }
    takeWhatIsOurs(nowNanos);
    // More than half of all events change nothing but a few counts: nothing follows from them.
    if (!routine || refillDue || uplink.isChanged() || nowNanos >= deadlineNanos) {
      settle(nowNanos);
      deadlineNanos = earliestDeadlineNanos();
    }
  }

  /** The next thing to do, or null when there is none. */
  public @Nullable SwarmEffect pollEffect() {
    return effects.poll();
  }

  /** When to come back with {@link SwarmEvent.TimeAdvanced}; {@link Long#MAX_VALUE} for never. */
  public long nextDeadlineNanos() {
    return deadlineNanos;
  }

  private long earliestDeadlineNanos() {
    long next = Math.min(grants.nextDeadlineNanos(), uplink.nextDeadlineNanos());
    next = Math.min(next, announcements.nextDeadlineNanos());
    if (dials()) {
      next = Math.min(next, neighbourhood.nextDeadlineNanos());
    }
    next = Math.min(next, firstPass.nextDeadlineNanos());
    return peers.isEmpty() ? next : Math.min(next, housekeepingNanos);
  }

  /** Where it stands. */
  public SwarmProgress progress() {
    return new SwarmProgress(
        picker.have().cardinality(),
        picker.have().pieces(),
        bytesVerified,
        peers.count(),
        downloads.asked(),
        grants.open());
  }

  /* --------------- connections --------------- */

  private void connected(int slot, PeerFacts facts, long nowNanos) {
    PeerSession session = letIn(slot, facts, nowNanos);
    if (!session.isClosed()) {
      neighbourhood.connected(session.endpoint());
      conversation.greet(session, nowNanos);
      gossip.othersChanged();
    }
  }

  private void webSeedConnected(int slot, PeerId id, long nowNanos) {
    PeerSession session = letIn(slot, new PeerFacts(WEB_SEED, id, false, false, false), nowNanos);
    if (!session.isClosed()) {
      session.becomeWebSeed();
      picker.peerHasEverything();
      downloads.fill(session, nowNanos);
    }
  }

  /** A session of its own, or one that is closed because it is refused. */
  private PeerSession letIn(int slot, PeerFacts facts, long nowNanos) {
    int pieces = setup.geometry().pieceCount();
    PeerSession session = new PeerSession(slot, peers.standings(), facts, pieces, nowNanos);
    Reason refusal = refusal(facts);
    if (refusal == null && peers.count() >= settings.peersMax()) {
      refusal = Reason.TOO_MANY_PEERS;
    }
    PeerSession twin = refusal == null ? peers.withId(facts.id()) : null;
    if (twin != null && !winsOver(session, twin)) {
      refusal = Reason.DUPLICATE;
    }
    peers.add(session);
    session.askNothingUntil(strikes.untilNanos(facts.id()));
    if (refusal != null) {
      disconnect(session, refusal, nowNanos);
      return session;
    }
    if (twin != null) {
      disconnect(twin, Reason.DUPLICATE, nowNanos);
    }
    if (peers.count() == 1) {
      housekeepingNanos = nowNanos + HOUSEKEEPING_NANOS;
      noOwnPeerSinceNanos = nowNanos;
    }
    return session;
  }

  private @Nullable Reason refusal(PeerFacts facts) {
    if (facts.id().equals(setup.self())) {
      return Reason.SELF;
    }
    if (stopped) {
      return Reason.SHUTDOWN;
    }
    return neighbourhood.isBanned(facts) ? Reason.BANNED : null;
  }

  /**
   * Of two connections between the same peers both sides keep the one that the lower peer id
   * dialled; of two dialled by the same side the newer, because the older is dead or it would not
   * have dialled.
   */
  private boolean winsOver(PeerSession newer, PeerSession older) {
    if (newer.facts().dialled() == older.facts().dialled()) {
      return true;
    }
    boolean weDial = setup.self().compareTo(newer.facts().id()) < 0;
    return newer.facts().dialled() == weDial;
  }

  private void learnt(List<Endpoint> list, SwarmEvent.PeersLearnt.Source source, long nowNanos) {
    boolean welcome =
        switch (settings.peerSources()) {
          case NEIGHBOURS -> false;
          case TRACKERS -> source == SwarmEvent.PeersLearnt.Source.TRACKER;
          case EVERYWHERE -> true;
        };
    if (welcome) {
      neighbourhood.learnt(list, nowNanos);
    }
  }

  private void lost(int slot, Reason reason, long nowNanos) {
    PeerSession session = peers.any(slot);
    if (!session.isClosed()) {
      release(session, reason, nowNanos);
    }
    peers.remove(slot);
  }

  private void disconnect(PeerSession session, Reason reason, long nowNanos) {
    if (reason.bans()) {
      neighbourhood.ban(session);
    }
    release(session, reason, nowNanos);
    effects.add(new SwarmEffect.Disconnect(session.slot(), reason));
  }

  /** Gives back everything that hangs on a session, and closes it. */
  private void release(PeerSession session, Reason reason, long nowNanos) {
    if (session.isCountedAsSeed()) {
      picker.peerWithEverythingLeft();
    } else {
      picker.peerLeft(session.has());
    }
    if (session.isOwn()) {
      firstPass.lost(session);
      rack.lost(session);
      grants.lost(session);
    } else if (session.isForeign()) {
      foreignUploads.lost(session, nowNanos);
    }
    for (List<Download> together : Downloads.byRequest(session.downloads())) {
      conversation.askingNoMore(together, nowNanos);
    }
    superSeeding.lost(session);
    downloads.lost(session);
    answers.lost(session);
    uplink.lost(session);
    boolean proven = !session.isGreeting() && !session.isWebSeed();
    boolean own = session.isOwn();
    peers.closed(session, reason.name());
    gossip.othersChanged();
    if (peers.withEndpoint(session.endpoint()) == null) {
      neighbourhood.apart(session.endpoint(), nowNanos);
    }
    if (own && peers.own().isEmpty()) {
      noOwnPeerSinceNanos = nowNanos;
    }
    if (proven) {
      effects.report(new SwarmNotice.PeerLeft(session.endpoint(), reason));
    }
    refillDue = true;
  }

  /* --------------- what peers say --------------- */

  /** Whether it was routine. */
  private boolean spoke(int peer, PeerMessage message, long nowNanos) {
    PeerSession session = peers.open(peer);
    if (session == null) {
      return false; // it was disconnected while this was on its way
    }
    session.heard(nowNanos);
    boolean greeting = session.isGreeting();
    Conversation.Outcome outcome = conversation.hear(session, message, nowNanos);
    switch (outcome) {
      case NOTHING_NEW -> {}
      case MAY_GRANT -> refillDue = true;
      case VIOLATION -> disconnect(session, Reason.PROTOCOL_VIOLATION, nowNanos);
      case STALLED -> disconnect(session, Reason.STALLED, nowNanos);
    }
    if (greeting && !session.isGreeting() && !session.isClosed()) {
      neighbourhood.connected(session.endpoint());
      neighbourhood.proved(session.endpoint());
      gossip.othersChanged();
      effects.report(new SwarmNotice.PeerJoined(session.endpoint(), session.isOwn()));
    }
    return outcome == Conversation.Outcome.NOTHING_NEW && session.isOwn() && !greeting;
  }

  /* --------------- pieces --------------- */

  /** Whether it was routine. */
  private boolean stored(int peer, Block block, long nowNanos) {
    PeerSession session = peers.open(peer);
    if (session == null) {
      return false;
    }
    session.heard(nowNanos);
    session.useful(nowNanos);
    downloads.stored(session, block, nowNanos);
    if (session.isForeign() || session.isWebSeed()) {
      downloads.fill(session, nowNanos);
    }
    return session.isOwn();
  }

  private void sent(int peer, Block block, long nowNanos) {
    PeerSession session = peers.open(peer);
    if (session == null) {
      return;
    }
    session.useful(nowNanos);
    if (session.isForeign()) {
      superSeeding.moved(nowNanos);
    }
    Transfer transfer = uplink.sent(session, block, nowNanos);
    if (transfer != null && session.isOwn() && grants.sent(transfer, nowNanos)) {
      refillDue = true;
    }
  }

  private void takeWhatIsOurs(long nowNanos) {
    for (Download next = downloads.nextOurs(); next != null; next = downloads.nextOurs()) {
      verified(next, nowNanos);
    }
  }

  private void verified(Download download, long nowNanos) {
    int piece = download.piece();
    bytesVerified += setup.geometry().pieceLength(piece);
    if (!download.from().isClosed()) {
      download.from().deliveredAPiece();
      strikes.forgive(download.from().facts().id());
    }
    rack.passedOn();
    peers.standings().nothingIsOver();
    announcements.verified(piece, download.isOursWithAnother(), nowNanos);
    PeerMessage.Have have = new PeerMessage.Have(piece);
    for (PeerSession session : peers.all()) {
      if (!session.has().contains(piece)) {
        session.lacksOneMoreOfOurs();
      }
      if (!session.isOwn() && !session.isWebSeed()) {
        effects.send(session, have, nowNanos);
      }
      if (session.isForeign()) {
        downloads.fill(session, nowNanos);
      }
    }
    refillDue = true;
    if (picker.isComplete()) {
      effects.report(new SwarmNotice.Finished());
    }
  }

  private void rejected(int piece, long nowNanos) {
    Download bad = downloads.rejected(piece);
    PeerSession culprit = bad.from();
    conversation.askingNoMore(List.of(bad), nowNanos);
    if (!culprit.facts().remote().equals(WEB_SEED)) {
      effects.report(new SwarmNotice.PeerBanned(culprit.endpoint(), piece));
    }
    if (culprit.isClosed()) {
      neighbourhood.ban(culprit);
    } else {
      disconnect(culprit, Reason.BAD_PIECE, nowNanos);
    }
    fillThoseWithoutGrants(nowNanos);
  }

  private void fillThoseWithoutGrants(long nowNanos) {
    for (PeerSession session : peers.all()) {
      if (session.isForeign() || session.isWebSeed()) {
        downloads.fill(session, nowNanos);
      }
    }
  }

  private void diskFailed(DiskFault fault, long nowNanos) {
    downloads.stop();
    for (PeerSession session : peers.all()) {
      for (Download download : List.copyOf(session.downloads())) {
        downloads.abandon(download, nowNanos);
      }
    }
    effects.report(new SwarmNotice.DiskStopped(fault));
    if (fault == DiskFault.CONTENT_CHANGED) {
      stopped = true; // what we have is not what we said: nobody is served from it
      for (PeerSession session : List.copyOf(peers.all())) {
        disconnect(session, Reason.SHUTDOWN, nowNanos);
      }
    }
  }

  /* --------------- what follows from every event --------------- */

  /**
   * Where a coordinator names the neighbours, those that lack something dial. Elsewhere a seed may
   * be the only one who knows of the other.
   */
  private boolean dials() {
    return !stopped
        && (!picker.isComplete()
            || firstPass.isDealing()
            || settings.peerSources() != PeerSources.NEIGHBOURS);
  }

  private void settle(long nowNanos) {
    for (OpenGrant late = grants.expireNext(nowNanos);
        late != null;
        late = grants.expireNext(nowNanos)) {
      int[] offered = late.offered();
      if (offered != null) {
        firstPass.declined(late.to(), offered);
      }
      refillDue = true;
    }
    refillDue |= nowNanos >= grants.wakeAtNanos();
    if (!peers.isEmpty() && nowNanos >= housekeepingNanos) {
      housekeepingNanos = nowNanos + HOUSEKEEPING_NANOS;
      keepHouse(nowNanos);
    }
    if (refillDue) {
      refillDue = false;
      if (firstPass.isDealing()) {
        goOnWithFirstPass(nowNanos);
      }
      if (!firstPass.isDealing()) {
        grants.refill(peers.own(), neighbourhood.size(), nowNanos);
      }
    }
    announcements.flush(peers.own(), nowNanos);
    uplink.pump(nowNanos);
    if (neighbourhood.nextDeadlineNanos() <= nowNanos && dials()) {
      for (Endpoint endpoint : neighbourhood.due(nowNanos)) {
        effects.add(new SwarmEffect.Connect(endpoint));
      }
    }
  }

  /** Deals to our own; when none of them has been there for a while, others are served. */
  private void goOnWithFirstPass(long nowNanos) {
    boolean over = firstPass.refill(neighbourhood.size(), nowNanos);
    if (!over
        && peers.own().isEmpty()
        && nowNanos - noOwnPeerSinceNanos >= FIRST_PASS_PATIENCE_NANOS) {
      switch (superSeeding.step(peers.all(), noOwnPeerSinceNanos, nowNanos)) {
        case REVEALING -> {}
        case GIVEN_UP -> conversation.tellWhatWeHave(nowNanos);
        case ONE_COPY_IS_OUT -> {
          firstPass.end();
          over = true;
        }
      }
    }
    if (over) {
      effects.report(new SwarmNotice.FirstPassFinished());
      conversation.tellWhatWeHave(nowNanos);
    }
  }

  private void keepHouse(long nowNanos) {
    for (PeerSession session : List.copyOf(peers.all())) {
      Reason reason = reasonToEnd(session, nowNanos);
      if (reason != null) {
        disconnect(session, reason, nowNanos);
        continue;
      }
      if (!session.isWebSeed() && nowNanos - session.spokeNanos() >= settings.keepAliveNanos()) {
        effects.send(session, new PeerMessage.KeepAlive(), nowNanos);
      }
      if (session.isOwn()) {
        grants.closeForgotten(session, nowNanos);
      }
    }
    takeWhatIsOurs(nowNanos);
    gossip.say(peers.all(), nowNanos);
    foreignUploads.rotate(nowNanos);
    fillThoseWithoutGrants(nowNanos);
    refillDue = true;
  }

  private @Nullable Reason reasonToEnd(PeerSession session, long nowNanos) {
    if (!session.isWebSeed() && nowNanos - session.heardNanos() >= settings.idleNanos()) {
      return Reason.IDLE;
    }
    if (session.blocksInSocket() > 0
        && nowNanos - uplink.writingSinceNanos(session, nowNanos) >= 2 * settings.stallNanos()) {
      return Reason.TOO_SLOW_TO_READ;
    }
    if (picker.isComplete()
        && session.wantsNothing()
        && !firstPass.isDealing()
        && nowNanos - session.usefulNanos() >= COMPLETE_LINGER_NANOS) {
      return Reason.NOTHING_TO_DO;
    }
    List<Download> stalled = downloads.stalled(session, nowNanos);
    for (List<Download> together : Downloads.byRequest(stalled)) {
      for (Download download : together) {
        if (!session.isWebSeed()) {
          effects.report(new SwarmNotice.TransferStalled(session.endpoint(), download.piece()));
        }
        downloads.abandon(download, nowNanos);
      }
      conversation.askingNoMore(together, nowNanos);
    }
    if (!stalled.isEmpty()) {
      session.askNothingUntil(strikes.add(session.facts().id(), nowNanos));
    }
    boolean choked = session.isForeign() && !session.foreign().theyUnchokeUs;
    int stallsMax = session.isWebSeed() ? 1 : settings.stallsMax(); // it comes back after a pause
    return !stalled.isEmpty() && !choked && session.stalled() >= stallsMax ? Reason.STALLED : null;
  }
}
