package io.seedfall.node;

import io.seedfall.protocol.Endpoint;
import io.seedfall.protocol.PeerId;
import io.seedfall.protocol.PieceSet;
import io.seedfall.protocol.SeededRandom;
import io.seedfall.protocol.WireHash;
import io.seedfall.protocol.metainfo.MagnetLink;
import io.seedfall.protocol.metainfo.Metainfo;
import io.seedfall.swarm.PeerSources;
import io.seedfall.swarm.Swarm;
import io.seedfall.swarm.SwarmEvent;
import io.seedfall.swarm.SwarmSettings;
import io.seedfall.swarm.SwarmSetup;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The body of one peer: one listening socket, over which any number of torrents are seeded and
 * fetched. Everything that blocks runs on virtual threads; no thread, socket or file of it is left
 * when {@link #close} returns.
 *
 * <p>Any thread may call it.
 */
public final class Node implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Node.class);

  /** Connections that wait to be accepted. */
  private static final int BACKLOG_MAX = 1024;

  private static final long TROUBLE_PAUSE_NANOS = 100_000_000L;

  /** Slots beyond the connections that the swarm allows, so that it is the swarm who says no. */
  private static final int SPARE_SLOTS = 64;

  private final NodeSettings settings;
  private final NodeParts parts;
  private final PeerId self;
  private final ServerSocketChannel server;
  private final InetSocketAddress listenAddress;
  private final ConnectionCap cap = new ConnectionCap();
  private final Greeter greeter;
  private final long originNanos = System.nanoTime();
  private final StagingArea.Room room;
  private final WebSeedPatience patience;

  private final ReentrantLock lock = new ReentrantLock();
  private final Map<TorrentId, Transfer> transfers = new TreeMap<>();

  /** Every name that a transfer has on the wire. */
  private final Map<WireHash, Transfer> byWireHash = new TreeMap<>();

  /** Names that the local network may hear of. */
  private final Set<WireHash> discoverable = new TreeSet<>();

  private @Nullable LocalDiscovery discovery;

  /** Lookups under way, and a few that are over. */
  private final List<TorrentLookup> lookups = new ArrayList<>();

  private boolean closed;

  private Node(
      NodeSettings settings,
      ServerSocketChannel server,
      StagingArea.Room room,
      WebSeedPatience patience)
      throws IOException {
    this.settings = settings;
    this.parts = NodeParts.of(settings);
    this.self = PeerId.random(new SeededRandom(settings.seed()));
    this.server = server;
    this.room = room;
    this.patience = patience;
    if (!(server.getLocalAddress() instanceof InetSocketAddress bound)) {
      throw new IOException("no listen address");
    }
    this.listenAddress = bound;
    this.greeter = newGreeter();
  }

  /**
   * Listens, and takes connections for the torrents that will be opened.
   *
   * @throws BindException when the address is not this machine's or the port is taken, in words
   * @throws IOException when there is no socket to be had
   */
  public static Node open(NodeSettings settings) throws IOException {
    return open(settings, Node::usable);
  }

  private static long usable(Path directory) throws IOException {
    return Files.getFileStore(directory).getUsableSpace();
  }

  /** The same with a disk of a test's own size. */
  static Node open(NodeSettings settings, StagingArea.Room room) throws IOException {
    return open(settings, room, WebSeedPatience.USUAL);
  }

  /** The same with a test's own patience. */
  static Node open(NodeSettings settings, WebSeedPatience patience) throws IOException {
    return open(settings, Node::usable, patience);
  }

  private static Node open(NodeSettings settings, StagingArea.Room room, WebSeedPatience patience)
      throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open();
    try {
      server.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      server.bind(settings.listen(), BACKLOG_MAX);
      Node node = new Node(settings, server, room, patience);
      node.parts.threads().start("seedfall-accept", node::accept);
      LaneProof.begin();
      return node;
    } catch (BindException e) {
      server.close();
      BindException inWords =
          new BindException(
              "cannot listen on %s: %s (another process may use the port)"
                  .formatted(text(settings.listen()), e.getMessage()));
      inWords.initCause(e);
      throw inWords;
    } catch (IOException | RuntimeException e) {
      server.close();
      throw e;
    }
  }

  private static String text(InetSocketAddress address) {
    return address.getAddress().getHostAddress() + ":" + address.getPort();
  }

  private Greeter newGreeter() {
    boolean specific = !listenAddress.getAddress().isAnyLocalAddress();
    return new Greeter(self, specific ? listenAddress : null, cap, settings.security());
  }

  /** Where peers reach us, with the port that was taken when 0 was asked for. */
  public InetSocketAddress listenAddress() {
    return listenAddress;
  }

  /** How we name ourselves to other peers. */
  public PeerId peerId() {
    return self;
  }

  /* --------------- the local network --------------- */

  /**
   * Looks for peers on the local network (BEP 14) from now on, for every transfer that is opened
   * afterwards and takes peers from everywhere. To be called once at most.
   *
   * @throws IOException when no network interface can be used for it, in words
   */
  public void discoverLocally() throws IOException {
    LocalDiscovery opened =
        LocalDiscovery.open(
            new LocalDiscovery.Setup(
                listenAddress,
                LocalDiscovery.PORT,
                this::discoverableNames,
                this::heardLocally,
                settings.seed()));
    lock.lock();
    try {
      if (closed || discovery != null) {
        opened.close();
        throw new IllegalStateException(closed ? "the node is closed" : "it does so already");
      }
      discovery = opened;
      opened.start(parts.threads());
    } finally {
      lock.unlock();
    }
  }

  private List<WireHash> discoverableNames() {
    lock.lock();
    try {
      return List.copyOf(discoverable);
    } finally {
      lock.unlock();
    }
  }

  private void heardLocally(WireHash name, Endpoint peer) {
    Transfer transfer;
    lock.lock();
    try {
      transfer = discoverable.contains(name) ? byWireHash.get(name) : null;
    } finally {
      lock.unlock();
    }
    if (transfer != null) {
      transfer.learnt(List.of(peer), SwarmEvent.PeersLearnt.Source.LOCAL);
    }
  }

  /* --------------- accepting --------------- */

  private void accept() {
    while (server.isOpen()) {
      try {
        SocketChannel channel = server.accept();
        ConnectionCap.Place place = place(channel);
        if (place == null) {
          Greeted.closeQuietly(channel);
        } else {
          parts.threads().start("seedfall-welcome", () -> welcome(channel, place));
        }
      } catch (IOException e) {
        if (server.isOpen()) {
          LOG.warn("cannot accept a connection: {}", e.toString());
          pauseAfterTrouble();
        }
      }
    }
  }

  private ConnectionCap.@Nullable Place place(SocketChannel channel) throws IOException {
    return channel.getRemoteAddress() instanceof InetSocketAddress remote
        ? cap.enter(remote.getAddress())
        : null;
  }

  /** Out of file descriptors, most likely: trying again at once would only burn the processor. */
  private static void pauseAfterTrouble() {
    LockSupport.parkNanos(TROUBLE_PAUSE_NANOS);
  }

  private void welcome(SocketChannel channel, ConnectionCap.Place place) {
    try {
      Greeter.Welcomed welcomed = greeter.welcome(channel, place, this::names);
      Transfer transfer = find(welcomed.torrent());
      if (transfer == null || !transfer.inbox().put(new Posted.Arrived(welcomed.greeted()))) {
        welcomed.greeted().close();
      }
    } catch (IOException e) {
      LOG.debug("turned away: {}", e.toString());
    }
  }

  private @Nullable WireNames names(WireHash wireHash) {
    Transfer transfer = find(wireHash);
    return transfer == null ? null : transfer.wireNames();
  }

  private @Nullable Transfer find(WireHash wireHash) {
    lock.lock();
    try {
      return byWireHash.get(wireHash);
    } finally {
      lock.unlock();
    }
  }

  /**
   * All transfers together move no more than that, beside what the settings say; from now on, also
   * those under way. Any thread.
   */
  public void cap(NodeCaps caps) {
    parts.cap(settings, caps);
  }

  /* --------------- transfers --------------- */

  /**
   * Serves content that exists, from where it lies. Size, modification time and inode of every file
   * are remembered; when one of them changes, the listener hears CONTENT_CHANGED and nothing more
   * is served. The content is not hashed here: what the metainfo says of it is believed.
   *
   * @throws TransferException UNREADABLE when a file is missing or cannot be read, CONTENT_CHANGED
   *     when one has another length than the metainfo says
   * @throws IllegalStateException when the torrent is open in this node already
   */
  public Transfer seed(SeedSpec spec) throws IOException {
    Metainfo metainfo = spec.metainfo();
    SeededContent content =
        SeededContent.open(TorrentFiles.at(metainfo, spec.content()), parts.served());
    SwarmSettings rules = rules(metainfo, spec.peerSources()).withFirstPass(spec.firstPass());
    Opening opening =
        new Opening(
            metainfo,
            content,
            PieceSet.full(metainfo.geometry().pieceCount()),
            0,
            rules,
            new Inbox<>(SwarmLoop.INBOX_MAX),
            new Announcer(spec.listener()),
            spec.neighbours(),
            spec.pace());
    return start(opening, spec.content());
  }

  /**
   * Fetches content into a directory, or goes on with what is there: pieces that the journal
   * vouches for are kept, what is in doubt is hashed again first, and what other content on this
   * machine has is copied from there (this call waits for both). Room for everything is reserved
   * before the first byte is asked for. A directory that is complete is simply served, and the
   * listener hears completed() at once.
   *
   * @throws TransferException NO_SPACE when the content does not fit, with the figures; IO_ERROR
   *     when the directory cannot be used
   * @throws IllegalStateException when the torrent is open in this node already
   */
  public Transfer fetch(FetchSpec spec) throws IOException {
    Metainfo metainfo = spec.metainfo();
    PieceHashes hashes = new MetainfoTerms(metainfo);
    StagingArea staging = new StagingArea(spec.directory(), metainfo, spec.inUse());
    StagingArea.Found found = staging.open(hashes, room, FileChannel::open);
    Inbox<Posted> inbox = new Inbox<>(SwarmLoop.INBOX_MAX);
    FetchedContent content =
        new FetchedContent(staging, found, hashes, new PostedOutcome(inbox), parts.tally());
    Announcer announcer = new Announcer(spec.listener());
    content.start();
    long bytesReused = reuse(spec, staging, content, announcer);
    Opening opening =
        new Opening(
            metainfo,
            content,
            content.verified(),
            bytesReused,
            rules(metainfo, spec.peerSources()),
            inbox,
            announcer,
            spec.neighbours(),
            spec.pace());
    Path where = staging.contentRoot();
    return start(opening, metainfo.isSingleFile() ? staging.places().path(0) : where);
  }

  private static long reuse(
      FetchSpec spec, StagingArea staging, FetchedContent content, Announcer announcer)
      throws IOException {
    try {
      return new PieceReuse(spec.metainfo(), staging.places(), content, announcer::preparing)
          .take(spec.copies());
    } catch (IOException e) {
      content.close();
      throw staging.unusable(e);
    } catch (RuntimeException e) {
      content.close();
      throw e;
    }
  }

  private SwarmSettings rules(Metainfo metainfo, PeerSources sources) {
    boolean trackersAtMost = metainfo.isPrivate() && sources == PeerSources.EVERYWHERE; // BEP 27
    long rate = settings.pacingBytesPerSecond();
    SwarmSettings rule =
        rate == 0
            ? SwarmSettings.forUnknownRate(metainfo.pieceBytes(), settings.oneWayNanos())
            : SwarmSettings.forTransfer(metainfo.pieceBytes(), rate, settings.oneWayNanos());
    return rule.withPlace(settings.rack(), settings.zone())
        .withPeerSources(trackersAtMost ? PeerSources.TRACKERS : sources);
  }

  /** What a transfer is opened with. */
  private record Opening(
      Metainfo metainfo,
      Content content,
      PieceSet have,
      long bytesReused,
      SwarmSettings rules,
      Inbox<Posted> inbox,
      Announcer announcer,
      List<Endpoint> neighbours,
      TransferPace pace) {}

  private Transfer start(Opening opening, Path where) throws IOException {
    Metainfo metainfo = opening.metainfo();
    WireNames names = WireNames.of(metainfo);
    MetainfoTerms terms = new MetainfoTerms(metainfo);
    TransferTraffic traffic = new TransferTraffic(parts);
    traffic.pace(opening.pace());
    Swarm swarm =
        new Swarm(
            new SwarmSetup(
                opening.rules(),
                metainfo.geometry(),
                opening.have(),
                self,
                Addresses.endpoint(listenAddress),
                terms,
                settings.seed() ^ names.hashCode()));
    SwarmLoop loop =
        new SwarmLoop(
            new SwarmLoop.Setup(
                swarm,
                metainfo.geometry(),
                terms,
                opening.content(),
                opening.have(),
                opening.bytesReused(),
                opening.rules().peersMax() + SPARE_SLOTS,
                Math.max(opening.rules().blockBytes(), opening.rules().foreignBlockBytes()),
                opening.rules().webSeedBlockBytes(),
                opening.inbox(),
                names,
                newGreeter(),
                parts,
                traffic,
                originNanos,
                opening.rules().keepAliveNanos(),
                opening.announcer()));
    Transfer transfer = new Transfer(metainfo, where, loop, opening.inbox(), traffic, this::forget);
    lock.lock();
    try {
      if (closed || names.all().stream().anyMatch(byWireHash::containsKey)) {
        opening.content().close();
        traffic.close();
        throw new IllegalStateException(
            closed ? "the node is closed" : "torrent " + transfer.id() + " is open already");
      }
      transfers.put(transfer.id(), transfer);
      names.all().forEach(name -> byWireHash.put(name, transfer));
      if (discovery != null && opening.rules().peerSources() == PeerSources.EVERYWHERE) {
        discoverable.addAll(names.all());
        discovery.torrentAdded();
      }
      transfer.start(parts.threads(), trackers(opening, transfer), webSeeds(opening));
    } finally {
      lock.unlock();
    }
    transfer.neighbours(opening.neighbours());
    return transfer;
  }

  /**
   * Asks peers what a magnet link names, and the link's trackers for peers.
   *
   * @param peers whom to ask beside those that the link names
   * @param news takes what the trackers do; must not block
   * @throws IllegalArgumentException when an address is no literal IP address
   */
  public TorrentLookup lookup(MagnetLink link, List<Endpoint> peers, Consumer<TrackerNews> news) {
    TorrentLookup lookup = new TorrentLookup(link, newGreeter());
    lookup.learnt(peers);
    lookup.learnt(link.peers());
    lock.lock();
    try {
      if (closed) {
        throw new IllegalStateException("the node is closed");
      }
      lookups.removeIf(TorrentLookup::isOver);
      lookups.add(lookup);
      lookup.start(
          trackers(
              link.trackers().stream().map(List::of).toList(),
              link.wireHashes(),
              () -> TransferProgress.NAME_ONLY,
              lookup::learnt,
              news));
    } finally {
      lock.unlock();
    }
    return lookup;
  }

  /** None when a coordinator says who is a neighbour. */
  private Trackers trackers(Opening opening, Transfer transfer) {
    Metainfo metainfo = opening.metainfo();
    return opening.rules().peerSources() == PeerSources.NEIGHBOURS
        ? Trackers.NONE
        : trackers(
            metainfo.trackers(),
            metainfo.wireHashes(),
            transfer::progress,
            peers -> transfer.learnt(peers, SwarmEvent.PeersLearnt.Source.TRACKER),
            opening.announcer()::trackers);
  }

  /** None when a coordinator says who has what, or nothing is missing. */
  private WebSeeds webSeeds(Opening opening) {
    return opening.rules().peerSources() == PeerSources.NEIGHBOURS || opening.have().isFull()
        ? WebSeeds.NONE
        : WebSeeds.of(
            opening.metainfo(),
            opening.inbox(),
            opening.announcer()::webSeeds,
            patience,
            settings.seed() ^ opening.metainfo().webSeeds().hashCode());
  }

  private Trackers trackers(
      List<List<String>> tiers,
      List<WireHash> names,
      Supplier<TransferProgress> progress,
      Consumer<List<Endpoint>> learnt,
      Consumer<TrackerNews> news) {
    if (tiers.isEmpty()) {
      return Trackers.NONE;
    }
    InetAddress own = listenAddress.getAddress();
    SeededRandom random = new SeededRandom(settings.seed() ^ names.hashCode());
    int key = random.nextInt();
    return Trackers.of(
        names,
        name ->
            new TrackerLoop.Setup(
                tiers,
                name,
                self,
                listenAddress.getPort(),
                own.isAnyLocalAddress() ? null : own,
                key,
                progress,
                learnt,
                news,
                TrackerPatience.USUAL,
                random.nextLong()));
  }

  private void forget(Transfer transfer) {
    lock.lock();
    try {
      transfers.remove(transfer.id(), transfer);
      for (WireHash name : transfer.wireNames().all()) {
        if (byWireHash.remove(name, transfer)) {
          discoverable.remove(name);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** What it has done since it was opened. Any thread. */
  public NodeTally tally() {
    return parts.tally();
  }

  /** What it does now. Any thread. */
  public NodeFigures figures() {
    List<Transfer> open;
    lock.lock();
    try {
      open = List.copyOf(transfers.values());
    } finally {
      lock.unlock();
    }
    return NodeParts.figures(parts, open);
  }

  /** How many virtual threads of the node run. */
  int threadsAlive() {
    return parts.threads().alive();
  }

  /** How many connections are open, handshakes done or not. */
  int connections() {
    return cap.connections();
  }

  /** Closes every transfer and the listening socket, and waits until nothing of them is left. */
  @Override
  public void close() throws IOException {
    List<Transfer> open;
    List<TorrentLookup> asking;
    lock.lock();
    try {
      closed = true;
      open = List.copyOf(transfers.values());
      asking = List.copyOf(lookups);
      if (discovery != null) {
        discovery.close();
      }
    } finally {
      lock.unlock();
    }
    server.close();
    greeter.close();
    asking.forEach(TorrentLookup::close);
    for (Transfer transfer : open) {
      transfer.close();
    }
    parts.threads().awaitNone();
  }
}
