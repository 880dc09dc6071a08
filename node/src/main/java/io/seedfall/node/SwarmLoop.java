package io.seedfall.node;

import io.seedfall.protocol.Block;
import io.seedfall.protocol.Endpoint;
import io.seedfall.protocol.PieceSet;
import io.seedfall.protocol.metainfo.PieceGeometry;
import io.seedfall.protocol.wire.PeerMessage;
import io.seedfall.swarm.DiskFault;
import io.seedfall.swarm.Reason;
import io.seedfall.swarm.Swarm;
import io.seedfall.swarm.SwarmEffect;
import io.seedfall.swarm.SwarmEvent;
import io.seedfall.swarm.SwarmNotice;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drives one {@link Swarm} on a virtual thread of its own: takes what others posted, tells the
 * swarm, carries out what it answers. Nothing else touches the swarm, its slots or its verified
 * pieces.
 *
 * <pre>
 *   Driving --Close--> Closing --last connection, dial and hash read gone--> over
 *      └──────── a bug ────────> Crashed --Close--> Closing
 * </pre>
 *
 * <p>It never waits for a connection: an outbox that is full ends its connection. So everybody may
 * wait for the inbox, and it is always emptied.
 */
final class SwarmLoop implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(SwarmLoop.class);

  /** What may wait for the swarm's thread. */
  static final int INBOX_MAX = 4096;

  /** What is taken from the inbox in one turn, before what was said is written. */
  private static final int BATCH_MAX = 256;

  /** Dials under way at once; the swarm hears that one more failed. */
  private static final int DIALS_MAX = 256;

  /** A writer that the peer keeps waiting for longer than this ends its connection. */
  static final long WRITE_STALL_NANOS = 30_000_000_000L;

  private static final long HOUSEKEEPING_NANOS = 1_000_000_000L;

  private final Swarm swarm;
  private final PieceGeometry geometry;
  private final Content content;
  private final @Nullable FetchedContent fetched;
  private final int blockBytesMax;
  private final int webSeedBlockBytes;
  private final WireNames names;
  private final Greeter greeter;
  private final NodeParts parts;
  private final SwarmClock clock;
  private final TransferTraffic traffic;
  private final long keepAliveNanos;
  private final Announcer announcer;
  private final Inbox<Posted> inbox;
  private final PieceSet have;
  private final PieceCells cells;
  private final long bytesReused;

  private final HashReads hashReads;
  private final Slots slots;
  private final Set<Remote> touched = new LinkedHashSet<>();
  private final ArrayDeque<SwarmEvent> answers = new ArrayDeque<>();
  private final Map<Endpoint, Long> bytesFrom = new ConcurrentHashMap<>();
  private final Set<DiskFault> faultsTold = EnumSet.noneOf(DiskFault.class);
  private int dials;
  private int visits;
  private int hashReadsOpen;
  private Phase phase = Phase.DRIVING;
  private boolean servable = true;
  private long housekeptNanos;
  private long keptAliveNanos;

  private volatile int peers;
  private volatile int webSeeds;
  private final AtomicLong bytesVerified = new AtomicLong();
  private final AtomicLong bytesFromWebSeeds = new AtomicLong();
  private final AtomicLong bytesSent = new AtomicLong();
  private volatile boolean complete;
  private volatile long firstByteNanos;
  private volatile long verifiedNanos;

  private enum Phase {
    DRIVING,
    CRASHED,
    CLOSING
  }

  /** What a loop is made from. */
  record Setup(
      Swarm swarm,
      PieceGeometry geometry,
      MetainfoTerms terms,
      Content content,
      PieceSet have,
      long bytesReused,
      int slotsMax,
      int blockBytesMax,
      int webSeedBlockBytes,
      Inbox<Posted> inbox,
      WireNames names,
      Greeter greeter,
      NodeParts parts,
      TransferTraffic traffic,
      long originNanos,
      long keepAliveNanos,
      Announcer announcer) {}

  SwarmLoop(Setup setup) {
    this.swarm = setup.swarm();
    this.geometry = setup.geometry();
    this.content = setup.content();
    this.fetched = content instanceof FetchedContent own ? own : null;
    this.have = setup.have().copy();
    this.cells = new PieceCells(have);
    this.bytesReused = setup.bytesReused();
    this.slots = new Slots(setup.slotsMax());
    this.blockBytesMax = setup.blockBytesMax();
    this.webSeedBlockBytes = setup.webSeedBlockBytes();
    this.inbox = setup.inbox();
    this.names = setup.names();
    this.greeter = setup.greeter();
    this.parts = setup.parts();
    this.traffic = setup.traffic();
    this.clock = new SwarmClock(setup.originNanos());
    this.keepAliveNanos = setup.keepAliveNanos();
    this.announcer = setup.announcer();
    this.hashReads = new HashReads(geometry, setup.terms(), content, inbox, parts.threads());
    for (int piece = have.next(0); piece >= 0; piece = have.next(piece + 1)) {
      bytesVerified.addAndGet(geometry.pieceLength(piece));
    }
    complete = fetched == null || fetched.isSettled();
  }

  /** The pieces that are verified now: a set of its own. Any thread may ask. */
  PieceSet verified() {
    return fetched == null ? PieceSet.full(geometry.pieceCount()) : fetched.verified();
  }

  /** Where the transfer stands. Any thread may ask. */
  TransferProgress progress() {
    return new TransferProgress(
        geometry.totalBytes(),
        bytesVerified.get(),
        bytesReused,
        bytesFrom,
        bytesFromWebSeeds.get(),
        bytesSent.get(),
        peers,
        webSeeds,
        complete);
  }

  boolean isComplete() {
    return complete;
  }

  int peers() {
    return peers;
  }

  int webSeeds() {
    return webSeeds;
  }

  /** Which pieces are here. Any thread may ask. */
  PieceCells cells() {
    return cells;
  }

  /** When the first byte was stored, by {@link System#nanoTime}, 0 when none was. Any thread. */
  long firstByteNanos() {
    return firstByteNanos;
  }

  /** When the last piece was verified, likewise. */
  long verifiedNanos() {
    return verifiedNanos;
  }

  @Override
  public void run() {
    paced();
    List<Posted> batch = new ArrayList<>();
    while (phase != Phase.CLOSING || slots.count() > 0 || dials + hashReadsOpen > 0) {
      inbox.take(batch, BATCH_MAX, nanosToWait());
      SwarmTurn event = new SwarmTurn();
      event.begin();
      event.messages = batch.size();
      for (Posted posted : batch) {
        takeSafely(posted);
      }
      batch.clear();
      takeSafely(null);
      for (Remote remote : touched) {
        remote.flush();
      }
      touched.clear();
      peers = slots.count() - visits;
      webSeeds = visits;
      event.commit();
    }
    for (Posted left : inbox.close()) {
      if (left instanceof Posted.Arrived(Greeted greeted)) {
        greeted.close();
      }
    }
    traffic.close();
    try {
      content.close();
    } catch (IOException e) {
      announcer.failed(DiskFault.IO_ERROR, "cannot close the files: " + Words.of(e));
    }
  }

  private long now() {
    return clock.nanos(System.nanoTime());
  }

  private long nanosToWait() {
    if (phase != Phase.DRIVING || clock.isPaused()) {
      return HOUSEKEEPING_NANOS;
    }
    return Math.clamp(swarm.nextDeadlineNanos() - now(), 0, HOUSEKEEPING_NANOS);
  }

  /** A bug stops this transfer and no other; what is posted afterwards only cleans up. */
  private void takeSafely(@Nullable Posted posted) {
    try {
      if (posted == null) {
        tick();
      } else if (phase == Phase.DRIVING) {
        take(posted);
      } else {
        cleanUp(posted);
      }
    } catch (RuntimeException e) {
      crash(e);
    }
  }

  private void crash(Throwable bug) {
    LOG.error("a bug stopped the transfer", bug);
    if (phase == Phase.DRIVING) {
      phase = Phase.CRASHED;
      announcer.failed(DiskFault.IO_ERROR, "internal error: " + bug);
    }
    closeAll();
  }

  private void closeAll() {
    greeter.close();
    for (Remote remote : slots.all()) {
      remote.close(Reason.SHUTDOWN);
    }
  }

  /* --------------- what others posted --------------- */

  private void tick() {
    long now = now();
    if (phase == Phase.DRIVING && !clock.isPaused() && swarm.nextDeadlineNanos() <= now) {
      tell(new SwarmEvent.TimeAdvanced());
    }
    long raw = System.nanoTime();
    if (raw - housekeptNanos >= HOUSEKEEPING_NANOS) {
      housekeptNanos = raw;
      boolean keepAlive = clock.isPaused() && raw - keptAliveNanos >= keepAliveNanos;
      keptAliveNanos = keepAlive ? raw : keptAliveNanos;
      for (Connection connection : connections()) {
        long since = connection.writingSinceNanos();
        if (since != Connection.NOT_WRITING && raw - since > WRITE_STALL_NANOS) {
          connection.close(Reason.TOO_SLOW_TO_READ);
        }
        if (connection.permit().isOver(raw)) {
          connection.close(Reason.PASS_EXPIRED);
        }
        if (keepAlive) {
          connection.outbox().keepAlive();
        }
      }
    }
  }

  private List<Connection> connections() {
    List<Connection> connections = new ArrayList<>();
    for (Remote remote : slots.all()) {
      if (remote instanceof Connection connection) {
        connections.add(connection);
      }
    }
    return connections;
  }

  /** The pace has changed: the swarm's time stands still while it is paused, or goes on. */
  private void paced() {
    TransferPace pace = traffic.pace();
    long raw = System.nanoTime();
    if (pace.paused() != clock.isPaused()) {
      clock.pause(pace.paused(), raw);
      keptAliveNanos = raw;
    }
    connections().forEach(connection -> connection.pace(pace));
  }

  private void take(Posted posted) {
    switch (posted) {
      case Posted.Arrived(Greeted greeted) -> arrived(greeted);
      case Posted.WebSeedOffered(WebSeedVisit.Offer offer) -> visit(offer);
      case Posted.DialFailed(Endpoint remote) -> {
        dials--;
        tell(new SwarmEvent.ConnectFailed(remote));
      }
      case Posted.Spoke(Connection from, PeerMessage message) ->
          tell(new SwarmEvent.PeerSpoke(from.slot(), message));
      case Posted.Stored(Remote from, Block block, PieceFence.Assembly assembly) ->
          stored(from, block, assembly);
      case Posted.Dropped(Remote from, Block block) ->
          tell(new SwarmEvent.BlockDropped(from.slot(), block));
      case Posted.Sent(Connection to, Block block) -> {
        bytesSent.addAndGet(block.length());
        parts.tally().sent(block.length());
        tell(new SwarmEvent.BlockSent(to.slot(), block));
      }
      case Posted.Lost(Remote remote, Reason reason) -> lost(remote, reason);
      case Posted.DiskTrouble(DiskFault fault, String why) -> diskTrouble(fault, why);
      case Posted.Settled() -> settled();
      case Posted.Crashed(Throwable bug) -> crash(bug);
      case Posted.Neighbours(List<Endpoint> neighbours) ->
          tell(new SwarmEvent.NeighboursChanged(neighbours));
      case Posted.Paced() -> paced();
      case Posted.Learnt(SwarmEvent.PeersLearnt peers) -> tell(peers);
      case Posted.HashesRead(SwarmEvent.HashesRead answer) -> {
        hashReadsOpen--;
        tell(answer);
      }
      case Posted.Close() -> {
        phase = Phase.CLOSING;
        closeAll();
      }
    }
  }

  /** The swarm is no longer asked: connections end, and that is all. */
  private void cleanUp(Posted posted) {
    switch (posted) {
      case Posted.Arrived(Greeted greeted) -> {
        if (greeted.facts().dialled()) {
          dials--;
        }
        greeted.close();
      }
      case Posted.WebSeedOffered(WebSeedVisit.Offer offer) -> refuse(offer, Reason.SHUTDOWN);
      case Posted.DialFailed _ -> dials--;
      case Posted.HashesRead _ -> hashReadsOpen--;
      case Posted.Lost(Remote remote, Reason _) -> free(remote);
      case Posted.Close() -> {
        phase = Phase.CLOSING;
        closeAll();
      }
      case Posted.Settled() -> settled();
      case Posted.Spoke _,
          Posted.Stored _,
          Posted.Dropped _,
          Posted.Sent _,
          Posted.DiskTrouble _,
          Posted.Crashed _,
          Posted.Neighbours _,
          Posted.Paced _,
          Posted.Learnt _ -> {}
    }
  }

  private void arrived(Greeted greeted) {
    if (greeted.facts().dialled()) {
      dials--;
    }
    int slot = slots.lowestFree();
    if (slot < 0) {
      greeted.close();
      if (greeted.facts().dialled()) {
        tell(new SwarmEvent.ConnectFailed(greeted.facts().remote()));
      }
      return;
    }
    Connection connection = new Connection(slot, greeted, geometry, blockBytesMax, inbox);
    slots.put(connection);
    connection.pace(traffic.pace());
    parts
        .threads()
        .start(
            "seedfall-read",
            new PeerReader(connection, geometry, fetched, inbox, parts, traffic.receiving()));
    parts
        .threads()
        .start(
            "seedfall-write", new PeerWriter(connection, geometry, content, inbox, parts, traffic));
    tell(new SwarmEvent.PeerConnected(slot, greeted.facts()));
  }

  private void visit(WebSeedVisit.Offer offer) {
    int slot = slots.lowestFree();
    if (slot < 0) {
      refuse(offer, Reason.TOO_MANY_PEERS);
      return;
    }
    WebSeedVisit visit = new WebSeedVisit(slot, offer, inbox);
    slots.put(visit);
    visits++;
    for (int i = 0; i < WebSeedVisit.CONNECTIONS_MAX; i++) {
      FetchedContent store = store("ask web seeds");
      parts
          .threads()
          .start(
              "seedfall-web-read",
              new WebSeedReader(visit, geometry, webSeedBlockBytes, store, inbox, parts, traffic));
    }
    tell(new SwarmEvent.WebSeedConnected(slot, offer.id()));
  }

  private static void refuse(WebSeedVisit.Offer offer, Reason reason) {
    offer.end().complete(new WebSeedVisit.End(reason, "", false));
  }

  private void free(Remote remote) {
    slots.free(remote);
    if (remote instanceof WebSeedVisit) {
      visits--;
    }
  }

  private void stored(Remote from, Block block, PieceFence.Assembly assembly) {
    if (fetched == null || !fetched.fence().isCurrent(assembly)) {
      tell(new SwarmEvent.BlockDropped(from.slot(), block)); // abandoned while this was on its way
      return;
    }
    count(from, block.length());
    parts.tally().received(from instanceof Connection, block.length());
    tell(new SwarmEvent.BlockStored(from.slot(), block));
  }

  private void count(Remote from, int bytes) {
    if (firstByteNanos == 0) {
      firstByteNanos = System.nanoTime();
    }
    if (!(from instanceof Connection connection)) {
      bytesFromWebSeeds.addAndGet(bytes);
      return;
    }
    Endpoint name = connection.name();
    if (bytesFrom.containsKey(name) || bytesFrom.size() < TransferProgress.SENDERS_MAX) {
      bytesFrom.merge(name, (long) bytes, Long::sum);
    }
  }

  private void lost(Remote remote, Reason reason) {
    if (fetched != null) {
      fetched.fence().abandonAll(remote.owner());
    }
    tell(new SwarmEvent.PeerLost(remote.slot(), reason));
    free(remote);
  }

  private void diskTrouble(DiskFault fault, String why) {
    if (fault == DiskFault.CONTENT_CHANGED) {
      servable = false;
    }
    if (announcer.failed(fault, why)) {
      LOG.warn("{}", why);
    }
    if (faultsTold.add(fault)) {
      tell(new SwarmEvent.DiskFailed(fault));
    }
  }

  private void settled() {
    complete = true;
    announcer.completed();
  }

  /* --------------- the swarm --------------- */

  private void tell(SwarmEvent event) {
    answers.add(event);
    for (SwarmEvent next = answers.poll(); next != null; next = answers.poll()) {
      swarm.handle(next, now());
      for (SwarmEffect e = swarm.pollEffect(); e != null; e = swarm.pollEffect()) {
        carryOut(e);
      }
    }
  }

  private void carryOut(SwarmEffect effect) {
    switch (effect) {
      case SwarmEffect.Connect(Endpoint remote) -> dial(remote);
      case SwarmEffect.Disconnect(int peer, Reason reason) -> slots.at(peer).close(reason);
      case SwarmEffect.Send(int peer, PeerMessage message) ->
          give(slots.at(peer), new Outbox.Outgoing.Words(message));
      case SwarmEffect.SendBlock(int peer, Block block) -> sendBlock(peer, block);
      case SwarmEffect.ExpectPiece(int peer, int piece) ->
          store("expect a piece").fence().expect(slots.at(peer).owner(), piece);
      case SwarmEffect.AbandonPiece(int peer, int piece) -> {
        Remote remote = slots.find(peer);
        if (remote != null) {
          store("abandon a piece").fence().abandon(remote.owner(), piece);
        }
      }
      case SwarmEffect.VerifyPiece(int piece) -> verify(piece);
      case SwarmEffect.ReadHashes(int peer, PeerMessage.HashRequest request) -> {
        hashReadsOpen++;
        hashReads.read(peer, request);
      }
      case SwarmEffect.Report(SwarmNotice notice) -> {
        if (notice instanceof SwarmNotice.Finished) {
          verifiedNanos = System.nanoTime();
        } else if (notice instanceof SwarmNotice.PeerBanned) {
          parts.tally().banned();
        }
        announcer.noticed(notice);
      }
    }
  }

  private FetchedContent store(String what) {
    if (fetched == null) {
      throw new IllegalStateException("a seed cannot " + what);
    }
    return fetched;
  }

  private void give(Remote remote, Outbox.Outgoing outgoing) {
    if (!remote.give(outgoing)) {
      remote.close(Reason.TOO_SLOW_TO_READ);
    }
    touched.add(remote);
  }

  private void sendBlock(int peer, Block block) {
    if (!have.contains(block.piece())) {
      throw new IllegalStateException("piece " + block.piece() + " is served but not verified");
    }
    if (servable) {
      give(slots.at(peer), new Outbox.Outgoing.Bytes(block));
    }
  }

  private void stored(int piece) {
    if (have.add(piece)) {
      cells.add(piece);
    }
  }

  private void verify(int piece) {
    try {
      if (isRight(piece)) {
        stored(piece);
        bytesVerified.addAndGet(geometry.pieceLength(piece));
        parts.tally().verified(geometry.pieceLength(piece));
        answers.add(new SwarmEvent.PieceVerified(piece));
      } else {
        parts.tally().rejected();
        answers.add(new SwarmEvent.PieceRejected(piece));
      }
    } catch (IOException e) {
      // What is not journaled is not lost for the others: it is verified and in the file.
      stored(piece);
      answers.add(new SwarmEvent.PieceVerified(piece));
      DiskFault fault = Words.meansNoSpace(e) ? DiskFault.NO_SPACE : DiskFault.IO_ERROR;
      String why = "cannot write the journal: " + Words.of(e);
      if (e instanceof ContentChangedException) {
        servable = false; // it is verified, and not in the file
        fault = DiskFault.CONTENT_CHANGED;
        why = String.valueOf(e.getMessage());
      }
      announcer.failed(fault, why);
      if (faultsTold.add(fault)) {
        answers.add(new SwarmEvent.DiskFailed(fault));
      }
    }
  }

  private boolean isRight(int piece) throws IOException {
    PieceVerified event = new PieceVerified();
    event.begin();
    boolean right = store("verify a piece").verify(piece);
    event.bytes = geometry.pieceLength(piece);
    event.right = right;
    event.commit();
    return right;
  }

  private void dial(Endpoint remote) {
    if (dials >= DIALS_MAX) {
      answers.add(new SwarmEvent.ConnectFailed(remote));
      return;
    }
    dials++;
    parts
        .threads()
        .start(
            "seedfall-dial",
            () -> {
              Posted outcome;
              try {
                outcome = new Posted.Arrived(greeter.dial(remote, names));
              } catch (IOException | RuntimeException e) {
                LOG.debug("dial {}: {}", remote, e.toString());
                outcome = new Posted.DialFailed(remote);
              }
              inbox.put(outcome);
            });
  }
}
