package io.seedfall.coordinator;

import io.seedfall.protocol.Endpoint;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The body of the coordinator: it says who should have what and who talks to whom, and sends no
 * byte of any file. Everything it knows is in its database; stop it at any time, and a new one on
 * the same database goes on.
 *
 * <p>From bottom to top: a lock on the state directory (with SQLite), the store, the web server,
 * and the leadership, which has a control loop (the one owner of planner and sessions) for as long
 * as this coordinator leads. They end in the opposite order.
 */
public final class Coordinator implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Coordinator.class);

  private final Deque<AutoCloseable> parts;
  private final InetSocketAddress address;
  private final @Nullable InetSocketAddress trackerAddress;
  private final CompletableFuture<Void> ended;

  private Coordinator(
      Deque<AutoCloseable> parts,
      InetSocketAddress address,
      @Nullable InetSocketAddress trackerAddress,
      CompletableFuture<Void> ended) {
    this.parts = parts;
    this.address = address;
    this.trackerAddress = trackerAddress;
    this.ended = ended;
  }

  /**
   * Starts one; it answers when this returns.
   *
   * @throws IOException in words: the port is taken, another coordinator uses the state directory,
   *     the directory cannot be used
   */
  public static Coordinator start(CoordinatorSettings settings) throws IOException {
    return start(settings, Limits.DEFAULTS, Leadership.Times.DEFAULTS);
  }

  static Coordinator start(CoordinatorSettings settings, Limits limits, Leadership.Times times)
      throws IOException {
    Deque<AutoCloseable> parts = new ArrayDeque<>();
    try {
      Duration patience = Duration.ofMillis(limits.askMillis());
      SteadyClock clock = new SteadyClock();
      parts.push(lock(settings.database()));
      ClusterIdentity identity =
          settings.identity() == null ? null : ClusterIdentity.read(settings.identity());
      CoordinatorMeters meters = new CoordinatorMeters();
      Store store = Store.open(settings.database(), meters);
      parts.push(store);
      requireSame(identity, store);
      MetainfoShelf files =
          new MetainfoCache(shelf(settings.database(), store), MetainfoCache.BYTES_MAX);
      BlockingCalls blocking = new BlockingCalls(patience, store.dialect());
      parts.push(blocking);
      Leadership leadership = leadership(settings.database(), limits, times, store, clock, meters);
      StoredViews stored = new StoredViews(store, clock);
      PieceMaps pieces = new PieceMaps(clock.startMillis(), PieceMaps.BYTES_MAX);
      DeploymentRoutes deployments = new DeploymentRoutes(leadership, stored, store, blocking);
      Doorkeeper door = new Doorkeeper(identity, store, blocking, clock::nowMillis);
      Supplier<Store> leading = () -> store.ledBy(leadership.term());
      Members members =
          identity == null
              ? null
              : new Members(identity, leading, clock::nowMillis, Members.Bounds.DEFAULTS);
      Passes passes = identity == null ? null : new Passes(identity, store, clock::nowMillis);
      AuditLog audit =
          identity == null ? null : new AuditLog(identity, leading, blocking, clock::nowMillis);
      Logins logins = Logins.of(identity, door, audit, store, leading, blocking, clock::nowMillis);
      Routes routes =
          new Routes(
              List.of(
                  new CatalogRoutes(leadership, stored, store, files, blocking).table(),
                  new TrustRoutes(leadership, store, blocking).table(),
                  deployments.table(),
                  new EventRoutes(leadership, store, blocking, door, limits.quietMillisMax())
                      .table(),
                  new PictureRoutes(leadership, store, blocking, pieces, deployments::snapshot)
                      .table(),
                  new IdentityRoutes(identity, members, passes, store, leadership, blocking)
                      .table(),
                  new LoginRoutes(logins, leadership, clock::nowMillis).table(),
                  meters.table()),
              door,
              audit,
              limits,
              meters);
      meters.watch(leadership, routes, blocking, clock, limits.inboxMax());
      AgentSocket agents = new AgentSocket(limits, clock, leadership, pieces, door, meters);
      WebServer server =
          WebServer.start(
              settings.listen(), limits, routes, agents, tls(identity, settings, clock, parts));
      parts.push(server);
      InetSocketAddress tracker = startTracker(settings, clock, parts);
      leadership.begin(reached(settings, server.address()));
      parts.push(leadership); // ends first: agents that the server cuts off have not left
      announce(settings, identity, server.address(), tracker);
      return new Coordinator(parts, server.address(), tracker, leadership.ended());
    } catch (IOException | RuntimeException e) {
      closeAll(parts);
      throw e;
    }
  }

  private static Leadership leadership(
      Database database,
      Limits limits,
      Leadership.Times times,
      Store store,
      SteadyClock clock,
      CoordinatorMeters meters) {
    Duration patience = Duration.ofMillis(limits.askMillis());
    return new Leadership(
        new Lease(store, UUID.randomUUID().toString()),
        database instanceof Database.Embedded,
        times,
        clock,
        store.dialect(),
        term ->
            new ControlLoop(
                () -> new Control(limits, clock, store, term, meters),
                limits.inboxMax(),
                patience,
                meters));
  }

  private static void announce(
      CoordinatorSettings settings,
      @Nullable ClusterIdentity identity,
      InetSocketAddress address,
      @Nullable InetSocketAddress tracker) {
    LOG.info("listening on {}, {}, tracker {}", address, settings.database(), tracker);
    if (identity == null) {
      LOG.warn(
          "this cluster has no identity: nothing is encrypted, and whoever reaches this"
              + " coordinator may do everything ('seedfall coordinator init' changes that)");
    } else {
      LOG.info("the cluster's authority is {}", identity.authority());
    }
  }

  private static @Nullable SSLContext tls(
      @Nullable ClusterIdentity identity,
      CoordinatorSettings settings,
      SteadyClock clock,
      Deque<AutoCloseable> parts) {
    if (identity == null) {
      return null;
    }
    ServerKey key =
        new ServerKey(identity, settings.listen(), settings.advertise(), clock::nowMillis);
    parts.push(key);
    return key.tls();
  }

  /** A database with an identity is never served without it, nor with another. */
  static void requireSame(@Nullable ClusterIdentity identity, Store store) throws IOException {
    String known = store.read(IdentityRows::authority);
    String shown = identity == null ? "" : identity.authority().hex();
    if (known.equals(shown)) {
      return;
    }
    throw new IOException(
        known.isEmpty()
            ? "the identity is not this database's, which has none: 'seedfall coordinator init'"
                + " makes both (see docs/security.md)"
            : "the database belongs to the cluster with the authority "
                + known
                + (shown.isEmpty()
                    ? ": name the directory of its identity with --identity"
                    : ", the identity is that of " + shown));
  }

  /** Where others reach it, as in URLs. */
  private static String reached(CoordinatorSettings settings, InetSocketAddress listening) {
    InetSocketAddress at = settings.advertise() == null ? listening : settings.advertise();
    String host = at.getAddress().getHostAddress().replaceFirst("%.*", "");
    return new Endpoint(host, at.getPort()).toString();
  }

  private static MetainfoShelf shelf(Database database, Store store) throws IOException {
    return switch (database) {
      case Database.Embedded(Path directory) -> new MetainfoFiles(directory.resolve("metainfo"));
      case Database.Postgres _ -> new MetainfoRows(store);
    };
  }

  private static @Nullable InetSocketAddress startTracker(
      CoordinatorSettings settings, SteadyClock clock, Deque<AutoCloseable> parts)
      throws IOException {
    InetSocketAddress listen = settings.tracker();
    if (listen == null) {
      return null;
    }
    Tracker tracker = Tracker.start(listen, PeerBook.Limits.DEFAULTS, clock::nowMillis);
    parts.push(tracker);
    return tracker.address();
  }

  /** Where it listens; with the real port when port 0 was asked for. */
  public InetSocketAddress address() {
    return address;
  }

  /** Where its tracker listens, HTTP and UDP, with the real port; null when it has none. */
  public @Nullable InetSocketAddress trackerAddress() {
    return trackerAddress;
  }

  /**
   * Completed when it has ended: normally after {@link #close}, exceptionally when it had to stop
   * because it could not store what it decided. Then close it.
   */
  public CompletableFuture<Void> ended() {
    return ended.copy();
  }

  /** Ends it; agents go on with what they do and look for it again. */
  @Override
  public void close() {
    closeAll(parts);
  }

  /** The version of the program, as its jar says. */
  static String version() {
    String version = Coordinator.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  /** Keeps other coordinators away from a database that is for one alone. */
  static AutoCloseable lock(Database database) throws IOException {
    return switch (database) {
      case Database.Embedded(Path directory) -> lock(directory);
      case Database.Postgres _ -> () -> {};
    };
  }

  private static AutoCloseable lock(Path directory) throws IOException {
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new IOException("cannot make the state directory " + directory + ": " + e, e);
    }
    Path file = directory.resolve("lock");
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    FileLock held = null;
    try {
      held = channel.tryLock();
    } catch (OverlappingFileLockException _) {
      // by this very process: the same answer
    }
    if (held == null) {
      channel.close();
      throw new IOException("another coordinator uses the state directory " + directory);
    }
    return channel;
  }

  private static void closeAll(Deque<AutoCloseable> parts) {
    while (!parts.isEmpty()) {
      AutoCloseable part = parts.pop();
      try {
        part.close();
      } catch (Exception e) {
        LOG.warn("closing {}", part.getClass().getSimpleName(), e);
      }
    }
  }
}
