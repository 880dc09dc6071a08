package io.seedfall.agent;

import io.seedfall.control.AgentKind;
import io.seedfall.control.AgentMessage;
import io.seedfall.control.ControlApi;
import io.seedfall.control.CoordinatorMessage;
import io.seedfall.control.Names;
import io.seedfall.control.Neighbour;
import io.seedfall.control.Pace;
import io.seedfall.control.SeedfallClient;
import io.seedfall.control.SessionClient;
import io.seedfall.control.SessionListener;
import io.seedfall.control.SessionSettings;
import io.seedfall.node.Node;
import io.seedfall.node.NodeSettings;
import io.seedfall.node.PeerSecurity;
import io.seedfall.node.SeedSpec;
import io.seedfall.node.Transfer;
import io.seedfall.node.TransferFault;
import io.seedfall.node.TransferListener;
import io.seedfall.node.TransferPace;
import io.seedfall.node.TransferProgress;
import io.seedfall.protocol.Endpoint;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.PublicKey;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Seeds a file or a directory from where it lies, for as long as it runs, as a source: it deals
 * every piece once before it sends any twice. Without an identity of the cluster any BitTorrent v2
 * client may take it, too; with one, those who show a pass. When the files change it stops and says
 * so; they are never written to.
 */
public final class Publisher implements AutoCloseable {
  private static final long WATCH_MILLIS = 1_000;

  private final PublisherSettings settings;
  private final PublisherListener listener;
  private final Closer opened = new Closer();
  private final String infoHash;
  private final Node node;
  private final Transfer transfer;
  private final AtomicBoolean failed = new AtomicBoolean();
  private final CountDownLatch started = new CountDownLatch(1);
  private final HaltWord halt = new HaltWord();
  private volatile Pace said = Pace.FREE;
  private volatile boolean running;
  private volatile @Nullable SessionClient session;

  /**
   * Starts to seed, and to connect to the coordinator.
   *
   * @throws IOException in one line: the content cannot be read or is not what the metainfo says,
   *     the listen address is taken, there is no certificate to be had
   */
  public static Publisher start(PublisherSettings settings, PublisherListener listener)
      throws IOException {
    Names.check("name", settings.name());
    return new Publisher(settings, listener);
  }

  private Publisher(PublisherSettings settings, PublisherListener listener) throws IOException {
    this.settings = settings;
    this.listener = listener;
    this.infoHash = settings.metainfo().infoHash().hex();
    try {
      node = opened.add(Node.open(nodeSettings(settings).withSecurity(security(settings))));
      SeedSpec spec =
          new SeedSpec(settings.metainfo(), settings.content(), true, List.of(), new Seeding());
      String stamp = ContentStamp.ofFiles(settings.content(), settings.metainfo());
      transfer = opened.add(node.seed(spec));
      String endpoint =
          Advertised.endpoint(node.listenAddress(), settings.coordinators().first()).toString();
      session =
          opened.add(
              SessionClient.open(
                  SessionSettings.of(
                      settings.coordinators(),
                      Agent.ownSeed(settings.seed(), settings.name()),
                      settings.identity()),
                  () -> hello(endpoint),
                  () -> AgentMessage.FREE_BYTES_UNKNOWN,
                  new Listening()));
      Thread watching =
          Thread.ofVirtual().name("seedfall-watch").start(() -> watch(settings.content(), stamp));
      opened.add(() -> {
        watching.interrupt();
        if (!watching.equals(Thread.currentThread())) {
          watching.join();
        }
      });
      running = true;
      started.countDown();
    } catch (IOException | RuntimeException e) {
      started.countDown();
      opened.close();
      throw e;
    }
  }

  /** Where peers reach it. */
  public InetSocketAddress listenAddress() {
    return node.listenAddress();
  }

  /** What it has sent, and to how many. */
  public TransferProgress progress() {
    return transfer.progress();
  }

  /** How fast its bytes may move. */
  TransferPace pace() {
    return transfer.pace();
  }

  /** Stops seeding; no thread is left. */
  @Override
  public void close() {
    opened.close();
  }

  private static NodeSettings nodeSettings(PublisherSettings settings) {
    return NodeSettings.of(
        settings.listen(),
        settings.maxBytesPerSecond(),
        settings.linkBytesPerSecond(),
        "",
        Agent.ownSeed(settings.seed(), settings.name()));
  }

  private PeerSecurity security(PublisherSettings of) throws IOException {
    if (of.identity().tls() == null) {
      return new PeerSecurity.Plain();
    }
    LongSupplier nowMillis = System::currentTimeMillis;
    SeedfallClient coordinator = opened.add(new SeedfallClient(of.coordinators(), of.identity()));
    PublisherKey key = PublisherKey.open(coordinator, nowMillis);
    PublicKey authority = key.key().bundle().authority().getPublicKey();
    PassDesk passes = opened.add(new PassDesk(authority, coordinator::passes, nowMillis));
    passes.want(of.metainfo().infoHash());
    passes.begin(PassDesk.LOOK_MILLIS, key::renewWhenDue);
    return Membership.peers(key.key(), InstantSource.system(), passes);
  }

  private AgentMessage.Hello hello(String endpoint) {
    return new AgentMessage.Hello(
        ControlApi.PROTOCOL_VERSION,
        settings.name(),
        AgentKind.PUBLISHER,
        Map.of(),
        endpoint,
        failed.get() ? List.of() : List.of(infoHash));
  }

  /**
   * Looks at the files now and then. The transfer looks when it reads; between two deployments
   * nobody does, and the coordinator would count on a copy that is not there any more.
   */
  private void watch(Path content, String stamp) {
    try {
      while (!failed.get()) {
        Thread.sleep(WATCH_MILLIS);
        halt(word -> word.lapse(System.nanoTime()));
        String now = stampOrEmpty(content);
        if (!now.equals(stamp)) {
          fail(content + " was changed while it was seeded: publish it again");
        }
      }
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
    }
  }

  private String stampOrEmpty(Path content) {
    try {
      return ContentStamp.ofFiles(content, settings.metainfo());
    } catch (IOException gone) {
      return "";
    }
  }

  private void fail(String why) {
    if (failed.compareAndSet(false, true)) {
      sayNoLongerHeld();
      transfer.close();
      listener.failed(why);
    }
  }

  /** Tells it something, and the transfer what follows. */
  private void halt(Consumer<HaltWord> something) {
    synchronized (halt) {
      something.accept(halt);
      applyPace();
    }
  }

  private void applyPace() {
    synchronized (halt) {
      TransferPace due = Paces.ofTransfer(said, halt.isHalted());
      if (!transfer.pace().equals(due)) {
        transfer.pace(due);
      }
    }
  }

  private void sayNoLongerHeld() {
    SessionClient current = session;
    if (current != null) {
      current.holding(infoHash, false);
    }
  }

  private final class Seeding implements TransferListener {
    @Override
    public void completed() {
      // It was, before it began.
    }

    @Override
    public void failed(TransferFault fault, String why) {
      try {
        started.await();
        if (running) {
          fail(why);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private final class Listening implements SessionListener {
    @Override
    public void connected(CoordinatorMessage.Welcome welcome) {
      halt(word -> word.welcomed(System.nanoTime()));
      listener.connected();
    }

    @Override
    public void disconnected(String why) {
      listener.disconnected(why);
    }

    @Override
    public void refused(String why) {
      listener.refused(why);
    }

    @Override
    public void received(CoordinatorMessage message) {
      switch (message) {
        case CoordinatorMessage.Seed seed -> {
          if (seed.infoHash().equals(infoHash)) {
            transfer.neighbours(endpoints(seed.neighbours()));
            said = seed.pace();
            applyPace();
          }
        }
        case CoordinatorMessage.Halt(boolean halted) -> halt(word -> word.said(halted));
        case CoordinatorMessage.Assign _,
            CoordinatorMessage.Withdraw _,
            CoordinatorMessage.Neighbours _,
            CoordinatorMessage.Activate _,
            CoordinatorMessage.PaceChanged _,
            CoordinatorMessage.CheckHealth _,
            CoordinatorMessage.Cap _,
            CoordinatorMessage.Welcome _,
            CoordinatorMessage.Refused _ -> {}
      }
    }

    private List<Endpoint> endpoints(List<Neighbour> neighbours) {
      return neighbours.stream()
          .limit(KeptVersion.NEIGHBOURS_MAX)
          .map(KeptVersion::endpoint)
          .filter(Objects::nonNull)
          .toList();
    }
  }
}
