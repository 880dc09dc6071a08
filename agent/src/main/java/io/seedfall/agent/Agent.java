package io.seedfall.agent;

import io.seedfall.control.AgentKind;
import io.seedfall.control.AgentMessage;
import io.seedfall.control.ClientIdentity;
import io.seedfall.control.ControlApi;
import io.seedfall.control.CoordinatorMessage;
import io.seedfall.control.Destination;
import io.seedfall.control.MachineReport;
import io.seedfall.control.Names;
import io.seedfall.control.SeedfallClient;
import io.seedfall.control.SessionClient;
import io.seedfall.control.SessionListener;
import io.seedfall.control.SessionSettings;
import io.seedfall.metrics.MetricsServer;
import io.seedfall.node.Node;
import io.seedfall.node.NodeSettings;
import io.seedfall.node.PeerSecurity;
import io.seedfall.node.Repair;
import io.seedfall.node.Transfer;
import io.seedfall.protocol.InfoHash;
import io.seedfall.protocol.metainfo.Metainfo;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The daemon of a machine: does what the coordinator assigns, installs it below its root, and seeds
 * every version it keeps. It runs until it is closed; when the coordinator is away it goes on, and
 * comes back by itself.
 *
 * <p>On disk: {@code ROOT/.seedfall} (versions, and what is being installed) and its state
 * directory (what is installed where, and the socket for local users). Both are locked against a
 * second agent.
 */
public final class Agent implements AutoCloseable {
  private static final String OWNER_ONLY = "rwx------";
  private static final String RACK_LABEL = "rack";
  private static final String ZONE_LABEL = "zone";
  private static final Logger LOG = LoggerFactory.getLogger(Agent.class);

  private final Closer opened = new Closer();
  private final AgentTally tally = new AgentTally();
  private final AgentInbox inbox = new AgentInbox(tally);
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Node node;
  private final AgentLoop loop;
  private final KeptState kept;
  private final Predicate<Destination> places;
  private volatile @Nullable SessionClient session;
  private final @Nullable InetSocketAddress metricsAddress;
  private volatile @Nullable Throwable bug;

  /**
   * Starts an agent. It connects to the coordinator by itself, now or whenever that is there.
   *
   * @throws IOException in one line: the root is missing or not writable, root or state directory
   *     are in use by another agent or belong to another one, the listen address is taken
   */
  public static Agent start(AgentSettings settings) throws IOException {
    return start(settings, Surroundings.REAL, null);
  }

  /**
   * The same that lets Prometheus look at its numbers.
   *
   * @param metrics where; in the clear, for whoever reaches it. Null for nowhere
   */
  public static Agent start(AgentSettings settings, @Nullable InetSocketAddress metrics)
      throws IOException {
    return start(settings, Surroundings.REAL, metrics);
  }

  /** The same in surroundings of a test's own. */
  static Agent start(AgentSettings settings, Surroundings surroundings) throws IOException {
    return start(settings, surroundings, null);
  }

  static Agent start(
      AgentSettings settings, Surroundings surroundings, @Nullable InetSocketAddress metrics)
      throws IOException {
    Names.check("name", settings.name());
    Names.checkLabels(settings.labels());
    return new Agent(settings, surroundings, metrics);
  }

  private Agent(AgentSettings given, Surroundings surroundings, @Nullable InetSocketAddress metrics)
      throws IOException {
    try {
      Path stateDirectory = madeStateDirectory(given.state());
      opened.add(DirectoryLock.take(stateDirectory, "state directory"));
      Membership membership = opened.add(Membership.open(stateDirectory, given, surroundings));
      AgentSettings settings = given.withLabels(membership.labels(given));
      Path root = settings.root().toAbsolutePath().normalize();
      VersionStore store = VersionStore.open(root);
      opened.add(store.lock());
      Roots roots = opened.add(Roots.open(root, settings.roots()));
      StateFile stateFile = new StateFile(stateDirectory);
      AgentState state =
          new Settling(roots, store)
              .settled(readState(stateFile, settings.name(), root))
              .withAllUsed(surroundings.nowMillis().getAsLong());

      SeedfallClient coordinator =
          opened.add(new SeedfallClient(settings.coordinators(), membership.identity()));
      PassDesk passes = openedPasses(membership, coordinator);
      node = opened.add(Node.open(nodeSettings(settings, membership.security(passes))));
      node.cap(state.caps());
      TrustDesk trust =
          TrustDesk.open(
              stateDirectory, settings.trust(), state, coordinator::root, surroundings.nowMillis());
      Workers workers =
          opened.add(
              new Workers(
                  inbox,
                  roots,
                  store,
                  node,
                  coordinator,
                  repairPeers(inbox, coordinator, settings),
                  settings.hooks(),
                  trust,
                  passes,
                  surroundings));
      Reopened reopened = reopened(state, store, workers);
      store.sweep(reopened.state().versions().keySet(), Instant.now());
      stateFile.write(reopened.state());
      kept = new KeptState(stateFile, reopened.state());
      places = roots::isThere;
      loop =
          new AgentLoop(inbox, workers, kept, settings.retention(), surroundings.nowMillis(), up());
      reopened.complete().forEach((metainfo, open) -> loop.reopened(metainfo, open, true));
      reopened.repaired().forEach((metainfo, open) -> loop.reopened(metainfo, open, false));

      String endpoint =
          Advertised.endpoint(node.listenAddress(), settings.coordinators().first()).toString();
      Thread owner = Thread.ofVirtual().name("agent").start(this::runLoop);
      opened.add(() -> stopLoop(owner));
      readAgain(store, settings.rehashBytesPerSecond());
      session =
          opened.add(
              SessionClient.open(
                  sessionSettings(settings, membership.identity()),
                  () -> hello(settings, endpoint),
                  () -> freeBytes(root),
                  new Listening()));
      membership.keepRenewed(settings.coordinators());
      metricsAddress = measured(metrics, workers, roots, membership, surroundings);
      opened.add(LocalSocket.open(stateDirectory, new HandoverDesk(inbox, store, coordinator)));
      LOG.info("agent {} listens on {}, root {}", settings.name(), endpoint, root);
    } catch (IOException | RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  private void readAgain(VersionStore store, long bytesPerSecond) {
    if (bytesPerSecond > 0) {
      opened.add(Rehash.start(inbox, store, loop::holdings, bytesPerSecond));
    }
  }

  private @Nullable InetSocketAddress measured(
      @Nullable InetSocketAddress at,
      Workers workers,
      Roots roots,
      Membership membership,
      Surroundings surroundings)
      throws IOException {
    if (at == null) {
      return null;
    }
    AgentMeters.Parts parts =
        new AgentMeters.Parts(
            tally, inbox, node, workers, roots, membership, () -> loop.holdings().size());
    MetricsServer server = opened.add(MetricsServer.start(at, AgentMeters.of(parts, surroundings)));
    LOG.info("metrics at {}", server.address());
    return server.address();
  }

  /** Where peers reach it, with the port that was taken when 0 was asked for. */
  public InetSocketAddress listenAddress() {
    return node.listenAddress();
  }

  /** Where Prometheus looks, with the real port; null for nowhere. */
  public @Nullable InetSocketAddress metricsAddress() {
    return metricsAddress;
  }

  /**
   * Waits until the agent has ended.
   *
   * @throws IllegalStateException when a bug ended it
   */
  public void awaitEnd() throws InterruptedException {
    ended.await();
    Throwable cause = bug;
    if (cause != null) {
      throw new IllegalStateException("the agent ended by a bug", cause);
    }
  }

  /** Ends it; transfers can be resumed, nothing half-done is visible, no thread is left. */
  @Override
  public void close() {
    opened.close();
    ended.countDown();
  }

  /* --------------- State --------------- */

  private static Path madeStateDirectory(Path directory) throws IOException {
    try {
      Path made = Files.createDirectories(directory.toAbsolutePath().normalize());
      Files.setPosixFilePermissions(made, PosixFilePermissions.fromString(OWNER_ONLY));
      return made;
    } catch (IOException e) {
      throw new IOException("cannot use state directory " + directory + ": " + e.getMessage(), e);
    }
  }

  private static AgentState readState(StateFile file, String name, Path root) throws IOException {
    AgentState state = file.read();
    if (state == null) {
      return AgentState.empty(name, root.toString());
    }
    if (!state.name().equals(name) || !state.root().equals(root.toString())) {
      throw new IOException(
          "the state directory belongs to agent %s with root %s: give agent %s its own"
              .formatted(state.name(), state.root(), name));
    }
    return state;
  }

  private static RepairPeers repairPeers(
      AgentInbox inbox, SeedfallClient coordinator, AgentSettings settings) {
    return new RepairPeers(
        inbox,
        RepairPeers.Views.of(coordinator),
        settings.name(),
        ownSeed(settings.seed(), settings.name()));
  }

  private record Reopened(
      AgentState state, Map<Metainfo, Transfer> complete, Map<Metainfo, Transfer> repaired) {}

  /** Seeds every complete version again whose files are as they were, and goes on with repairs. */
  private static Reopened reopened(AgentState state, VersionStore store, Workers workers)
      throws IOException {
    AgentState still = state;
    Map<Metainfo, Transfer> complete = new LinkedHashMap<>();
    Map<Metainfo, Transfer> repaired = new LinkedHashMap<>();
    for (Map.Entry<String, AgentState.Version> entry : state.versions().entrySet()) {
      try {
        Metainfo metainfo = store.readMetainfo(InfoHash.parse(entry.getKey()));
        if (metainfo == null) {
          throw new IOException("its metainfo is gone");
        }
        if (Repair.isUnderWay(metainfo, store.directory(metainfo.infoHash()))) {
          repaired.put(metainfo, workers.resumeRepair(metainfo));
          continue;
        }
        if (!ContentStamp.of(store.content(metainfo)).equals(entry.getValue().stamp())) {
          throw new IOException("its files were changed");
        }
        complete.put(metainfo, workers.reopen(metainfo));
      } catch (IOException e) {
        LOG.warn("kept version {} is given up: {}", entry.getKey(), e.getMessage());
        still = still.withoutVersion(entry.getKey());
        store.delete(InfoHash.parse(entry.getKey()));
      }
    }
    return new Reopened(still, complete, repaired);
  }

  private static SessionSettings sessionSettings(AgentSettings settings, ClientIdentity identity) {
    return SessionSettings.of(
        settings.coordinators(), ownSeed(settings.seed(), settings.name()), identity);
  }

  /** Null where there is no identity. */
  private @Nullable PassDesk openedPasses(Membership membership, SeedfallClient coordinator) {
    PassDesk passes = membership.passes(coordinator);
    if (passes != null) {
      opened.add(passes);
      passes.begin(PassDesk.LOOK_MILLIS, () -> {});
    }
    return passes;
  }

  private static NodeSettings nodeSettings(AgentSettings settings, PeerSecurity security) {
    return NodeSettings.of(
            settings.listen(),
            settings.maxBytesPerSecond(),
            settings.linkBytesPerSecond(),
            settings.labels().getOrDefault(RACK_LABEL, ""),
            ownSeed(settings.seed(), settings.name()))
        .withZone(settings.labels().getOrDefault(ZONE_LABEL, ""))
        .withSecurity(security);
  }

  /**
   * A seed of its own for each name: agents that were started alike must not draw the same peer id,
   * nor come back to a coordinator in the same moment.
   */
  static long ownSeed(long seed, String name) {
    UUID mixed = UUID.nameUUIDFromBytes((seed + " " + name).getBytes(StandardCharsets.UTF_8));
    return mixed.getMostSignificantBits() ^ mixed.getLeastSignificantBits();
  }

  /* --------------- The loop and the session --------------- */

  private void runLoop() {
    try {
      loop.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.error("bug: the agent ends", e);
      bug = e;
      ended.countDown();
    }
  }

  private void stopLoop(Thread owner) throws InterruptedException {
    inbox.answer(new AgentEvent.Stop());
    owner.join();
  }

  private AgentLoop.Upwards up() {
    return new AgentLoop.Upwards() {
      @Override
      public void report(MachineReport report) {
        tally.reported(report);
        SessionClient current = session;
        if (current != null) {
          current.report(report);
        }
      }

      @Override
      public void holding(String infoHash, boolean complete) {
        SessionClient current = session;
        if (current != null) {
          current.holding(infoHash, complete);
        }
      }

      @Override
      public void health(AgentMessage.Health answer) {
        SessionClient current = session;
        if (current != null) {
          current.health(answer);
        }
      }
    };
  }

  private AgentMessage.Hello hello(AgentSettings settings, String endpoint) {
    List<String> holdings = loop.holdings();
    return new AgentMessage.Hello(
        ControlApi.PROTOCOL_VERSION,
        settings.name(),
        AgentKind.AGENT,
        settings.labels(),
        endpoint,
        holdings,
        kept.installed(places));
  }

  private static long freeBytes(Path root) {
    try {
      return Files.getFileStore(root).getUsableSpace();
    } catch (IOException e) {
      return -1;
    }
  }

  private final class Listening implements SessionListener {
    @Override
    public void connected(CoordinatorMessage.Welcome welcome) {
      tally.connected(true);
      LOG.info("connected to coordinator {}", welcome.coordinator());
      received(welcome);
    }

    @Override
    public void disconnected(String why) {
      tally.connected(false);
      LOG.warn("{}; trying again", why);
    }

    @Override
    public void refused(String why) {
      tally.connected(false);
      LOG.error("the coordinator refuses this agent: {}; trying again slowly", why);
    }

    @Override
    public void received(CoordinatorMessage message) {
      try {
        inbox.said(message);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
