package io.seedfall.agent;

import io.seedfall.control.AgentMessage;
import io.seedfall.control.Assignment;
import io.seedfall.control.ControlException;
import io.seedfall.control.Destination;
import io.seedfall.control.Hooks;
import io.seedfall.control.SeedfallClient;
import io.seedfall.node.FetchSpec;
import io.seedfall.node.LocalCopy;
import io.seedfall.node.Node;
import io.seedfall.node.NodeCaps;
import io.seedfall.node.Repair;
import io.seedfall.node.SeedSpec;
import io.seedfall.node.Transfer;
import io.seedfall.node.TransferFault;
import io.seedfall.node.TransferListener;
import io.seedfall.node.TransferPace;
import io.seedfall.node.TransferProgress;
import io.seedfall.protocol.Endpoint;
import io.seedfall.protocol.InfoHash;
import io.seedfall.protocol.metainfo.Metainfo;
import io.seedfall.protocol.metainfo.MetainfoFile;
import io.seedfall.protocol.metainfo.MetainfoParser;
import io.seedfall.protocol.metainfo.ParsedMetainfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what the {@link AgentLoop} asks for: the network on a virtual thread for each question,
 * everything about destinations on one platform thread, one after the other.
 */
final class Workers implements AgentWork, AutoCloseable {
  /** How often the metainfo is asked for before an assignment fails for want of it. */
  static final int METAINFO_ATTEMPTS_MAX = 6;

  private static final int METAINFO_WAIT_MILLIS = 250;

  /** Checks and installs that wait: two for each assignment at most. */
  private static final int INSTALLS_MAX = 2 * AssignmentBook.RUNNING_MAX;

  /** Versions that wait to be laid ready; also of assignments that have ended meanwhile. */
  private static final int PREPARES_MAX = 2 * AssignmentBook.RUNNING_MAX;

  /**
   * Versions that are laid ready at once: one that is copied does not hold up one that is linked.
   */
  private static final int PREPARING_MAX = 2;

  private static final int CLOSE_SECONDS = 30;
  private static final Logger LOG = LoggerFactory.getLogger(Workers.class);

  private final AgentInbox inbox;
  private final Roots roots;
  private final VersionStore store;
  private final Node node;
  private final SeedfallClient coordinator;
  private final RepairPeers repairPeers;
  private final HookDesk hooks;
  private final TrustDesk trust;
  private final @Nullable PassDesk passes;
  private final Surroundings surroundings;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final ExecutorService installing =
      new ThreadPoolExecutor(
          1,
          1,
          0,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(INSTALLS_MAX),
          Thread.ofPlatform().name("seedfall-install").factory());
  private final ThreadPoolExecutor trusting =
      new ThreadPoolExecutor(
          1,
          1,
          0,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(INSTALLS_MAX),
          Thread.ofVirtual().name("trust").factory());
  private final ThreadPoolExecutor preparing =
      new ThreadPoolExecutor(
          PREPARING_MAX,
          PREPARING_MAX,
          0,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(PREPARES_MAX),
          Thread.ofPlatform().name("seedfall-prepare-", 0).factory());

  Workers(
      AgentInbox inbox,
      Roots roots,
      VersionStore store,
      Node node,
      SeedfallClient coordinator,
      RepairPeers repairPeers,
      HookSettings hooks,
      TrustDesk trust,
      @Nullable PassDesk passes,
      Surroundings surroundings)
      throws IOException {
    this.inbox = inbox;
    this.roots = roots;
    this.store = store;
    this.node = node;
    this.coordinator = coordinator;
    this.repairPeers = repairPeers;
    this.hooks = new HookDesk(hooks, threads);
    this.trust = trust;
    this.passes = passes;
    this.surroundings = surroundings;
  }

  /** The desk of hooks, to look at its numbers. */
  HookDesk hooks() {
    return hooks;
  }

  @Override
  public void cap(NodeCaps caps) {
    node.cap(caps);
  }

  /* --------------- Metainfo --------------- */

  @Override
  public void learn(InfoHash infoHash) {
    start(threads, () -> inbox.answer(learned(infoHash)));
  }

  private AgentEvent learned(InfoHash infoHash) throws InterruptedException {
    try {
      Metainfo kept = store.readMetainfo(infoHash);
      if (kept != null) {
        return new AgentEvent.MetainfoCame(kept);
      }
      byte[] torrent = askForMetainfo(infoHash);
      return switch (MetainfoParser.parseWithInfoHash(torrent)) {
        case ParsedMetainfo.Invalid(String reason) ->
            missing(infoHash, "it is no metainfo: " + reason);
        case ParsedMetainfo.Valid(Metainfo metainfo) -> {
          if (!metainfo.infoHash().equals(infoHash)) {
            yield missing(infoHash, "the coordinator gave that of " + metainfo.infoHash());
          }
          store.writeMetainfo(infoHash, torrent);
          yield new AgentEvent.MetainfoCame(metainfo);
        }
      };
    } catch (ControlException e) {
      return missing(infoHash, e.why());
    } catch (IOException e) {
      return missing(infoHash, words(e));
    }
  }

  private static AgentEvent missing(InfoHash infoHash, String why) {
    return new AgentEvent.MetainfoMissing(infoHash, "the metainfo is not to be had: " + why);
  }

  private byte[] askForMetainfo(InfoHash infoHash) throws ControlException, InterruptedException {
    long waitMillis = METAINFO_WAIT_MILLIS;
    for (int attempt = 1; ; attempt++) {
      try {
        return coordinator.metainfo(infoHash.hex());
      } catch (ControlException e) {
        if (!e.mayPass() || attempt == METAINFO_ATTEMPTS_MAX) {
          throw e;
        }
        LOG.debug("metainfo of {}, attempt {}: {}", infoHash, attempt, e.why());
      }
      Thread.sleep(waitMillis);
      waitMillis *= 2;
    }
  }

  /* --------------- Transfers --------------- */

  @Override
  public void fetch(
      Metainfo metainfo, List<Endpoint> neighbours, List<Here> here, TransferPace pace) {
    Heard heard = new Heard(metainfo);
    FetchSpec spec = spec(metainfo, neighbours, here, pace, heard);
    open(metainfo, heard, () -> node.fetch(spec));
  }

  private FetchSpec spec(
      Metainfo metainfo,
      List<Endpoint> neighbours,
      List<Here> here,
      TransferPace pace,
      Heard heard) {
    Path directory = store.directory(metainfo.infoHash());
    List<LocalCopy> copies =
        here.stream()
            .map(each ->
                new LocalCopy(each.metainfo(), store.content(each.metainfo()), each.pieces()))
            .toList();
    return new FetchSpec(metainfo, directory, neighbours, heard).withCopies(copies).withPace(pace);
  }

  @Override
  public void repair(Rotten rotten, List<Endpoint> neighbours, List<Here> here, TransferPace pace) {
    Metainfo metainfo = rotten.metainfo();
    Heard heard = new Heard(metainfo);
    FetchSpec spec = spec(metainfo, neighbours, here, pace, heard);
    open(
        metainfo,
        heard,
        () -> {
          rotten.transfer().close();
          warnOfCopies(metainfo, rotten.installedAt());
          Repair.begin(metainfo, spec.directory(), rotten.pieces());
          return openRepair(spec);
        });
  }

  /** A repair changes the kept files, and so every link to them; copies are left as they are. */
  private void warnOfCopies(Metainfo metainfo, List<Destination> installedAt) {
    for (Destination destination : installedAt) {
      Path place = ready(destination).path();
      if (roots.isThere(destination) && !store.isLinkedAt(place, metainfo)) {
        LOG.warn(
            "what is at {} is a copy of version {}, which the repair does not reach: it may have the"
                + " same damage; deploy it again when the version is whole",
            destination,
            metainfo.infoHash());
      }
    }
  }

  /** Goes on with a repair at the agent's start, before the loop runs. */
  Transfer resumeRepair(Metainfo metainfo) throws IOException {
    Heard heard = new Heard(metainfo);
    notePass(metainfo);
    Transfer transfer = openRepair(spec(metainfo, List.of(), List.of(), TransferPace.FREE, heard));
    heard.opened(transfer);
    return transfer;
  }

  private Transfer openRepair(FetchSpec spec) throws IOException {
    Transfer transfer = node.fetch(spec.whileInUse());
    start(threads, () -> repairPeers.findFor(transfer));
    return transfer;
  }

  @Override
  public void seed(
      Metainfo metainfo, boolean source, List<Endpoint> neighbours, TransferPace pace) {
    Heard heard = new Heard(metainfo);
    open(metainfo, heard, () -> openSeed(metainfo, source, neighbours, heard, pace));
  }

  /** Opens a complete version at the agent's start, before the loop runs. */
  Transfer reopen(Metainfo metainfo) throws IOException {
    Heard heard = new Heard(metainfo);
    notePass(metainfo);
    Transfer transfer = openSeed(metainfo, false, List.of(), heard, TransferPace.FREE);
    heard.opened(transfer);
    return transfer;
  }

  @Override
  public void adopt(AgentEvent.Handover handover) {
    Metainfo metainfo = handover.metainfo();
    Heard heard = new Heard(metainfo);
    open(
        metainfo,
        heard,
        () -> {
          store.adopt(handover.staged(), metainfo.infoHash());
          store.writeMetainfo(metainfo.infoHash(), metainfo.toTorrentBytes());
          return openSeed(metainfo, false, List.of(), heard, TransferPace.FREE);
        });
  }

  private Transfer openSeed(
      Metainfo metainfo, boolean source, List<Endpoint> neighbours, Heard heard, TransferPace pace)
      throws IOException {
    return node.seed(
        new SeedSpec(metainfo, store.content(metainfo), source, neighbours, heard).withPace(pace));
  }

  /** At the agent's start nobody waits for the coordinator. */
  private void notePass(Metainfo metainfo) {
    if (passes != null) {
      passes.note(metainfo.infoHash());
    }
  }

  private interface Opening {
    Transfer open() throws IOException;
  }

  private void open(Metainfo metainfo, Heard heard, Opening opening) {
    start(
        threads,
        () -> {
          try {
            if (passes != null) {
              passes.want(metainfo.infoHash());
            }
            Transfer transfer = opening.open();
            inbox.answer(new AgentEvent.Opened(transfer));
            heard.opened(transfer);
          } catch (IOException e) {
            inbox.answer(new AgentEvent.NotOpened(metainfo.infoHash(), words(e)));
          }
        });
  }

  /** Passes on what a transfer says, behind the news that it is open. */
  private final class Heard implements TransferListener {
    private final Metainfo metainfo;
    private final CountDownLatch open = new CountDownLatch(1);
    private volatile @Nullable Transfer transfer;

    Heard(Metainfo metainfo) {
      this.metainfo = metainfo;
    }

    void opened(Transfer opened) {
      transfer = opened;
      open.countDown();
    }

    @Override
    public void preparing(TransferProgress progress) {
      inbox.answer(new AgentEvent.Preparing(metainfo.infoHash(), progress));
    }

    @Override
    public void completed() {
      Transfer opened = awaitOpen();
      if (opened == null) {
        return;
      }
      try {
        String stamp = ContentStamp.of(store.content(metainfo));
        inbox.answer(new AgentEvent.Completed(opened, stamp));
      } catch (IOException e) {
        inbox.answer(new AgentEvent.Broken(opened, words(e)));
      }
    }

    @Override
    public void failed(TransferFault fault, String why) {
      Transfer opened = awaitOpen();
      if (opened != null) {
        inbox.answer(new AgentEvent.Broken(opened, why));
      }
    }

    private @Nullable Transfer awaitOpen() {
      try {
        open.await();
        return transfer;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return null;
      }
    }
  }

  @Override
  public void close(InfoHash infoHash, @Nullable Transfer transfer, boolean discard) {
    start(
        threads,
        () -> {
          if (transfer != null) {
            transfer.close();
          }
          if (passes != null) {
            passes.drop(infoHash);
          }
          if (discard) {
            try {
              store.delete(infoHash);
            } catch (IOException e) {
              LOG.warn("version {} is left behind: {}", infoHash, words(e));
            }
          }
          inbox.answer(new AgentEvent.Closed(infoHash));
        });
  }

  @Override
  public void deleteStaged(Path staged) {
    start(
        threads,
        () -> {
          try {
            store.deleteStaged(staged);
          } catch (IOException e) {
            LOG.warn("a handover is left behind: {}", words(e));
          }
        });
  }

  /* --------------- Destinations --------------- */

  @Override
  public String refusal(Assignment assignment) {
    return trust.recheck(assignment);
  }

  @Override
  public boolean isThere(Destination destination) {
    return roots.isThere(destination);
  }

  @Override
  public DiskSpace space() throws IOException {
    return surroundings.space().of(roots.usual());
  }

  @Override
  public void check(
      Assignment assignment,
      Destination destination,
      Metainfo metainfo,
      @Nullable String stamp,
      boolean ours) {
    String id = assignment.deploymentId();
    if (!trust.isOn()) {
      checkPlace(assignment, destination, metainfo, stamp, ours);
    } else if (trusting.getQueue().remainingCapacity() == 0) {
      inbox.answer(
          new AgentEvent.CheckRefused(id, INSTALLS_MAX + " checks wait on this agent already"));
    } else {
      start(
          trusting,
          () -> {
            String why = trust.check(assignment, metainfo.geometry().totalBytes());
            if (why.isEmpty()) {
              checkPlace(assignment, destination, metainfo, stamp, ours);
            } else {
              inbox.answer(new AgentEvent.CheckRefused(id, why));
            }
          });
    }
  }

  private void checkPlace(
      Assignment assignment,
      Destination destination,
      Metainfo metainfo,
      @Nullable String stamp,
      boolean ours) {
    String id = assignment.deploymentId();
    start(
        installing,
        () -> {
          try {
            Roots.Site site = roots.site(destination);
            site.installer().check(site.inside(), !metainfo.isSingleFile(), ours);
            hooks.check(assignment.hooks());
            inbox.answer(checkedVersion(assignment, site, metainfo, stamp));
          } catch (InstallRefused e) {
            inbox.answer(new AgentEvent.CheckRefused(id, e.why()));
          } catch (HookRefused e) {
            inbox.answer(new AgentEvent.CheckRefused(id, e.why()));
          } catch (IOException e) {
            inbox.answer(new AgentEvent.CheckRefused(id, words(e)));
          }
        });
  }

  private AgentEvent checkedVersion(
      Assignment assignment, Roots.Site site, Metainfo metainfo, @Nullable String stamp)
      throws InstallRefused, IOException {
    InfoHash infoHash = metainfo.infoHash();
    if (stamp != null && !stamp.equals(ContentStamp.ofOrEmpty(store.content(metainfo)))) {
      return new AgentEvent.Damaged(infoHash, "somebody changed the files of the kept version");
    }
    long bytes = metainfo.files().stream().mapToLong(MetainfoFile::length).sum();
    // What is begun has its room already; if not, the transfer says so.
    long kept = stamp != null || store.isBegun(infoHash) ? 0 : bytes;
    boolean together = Files.getFileStore(site.root()).equals(Files.getFileStore(roots.usual()));
    if (!together) {
      requireRoom(roots.usual(), kept);
      requireRoom(site.root(), bytes); // links do not reach there
    } else {
      boolean copied = !FileLooks.isPlain(assignment.attributes());
      requireRoom(roots.usual(), copied ? kept + bytes : kept);
    }
    return new AgentEvent.Checked(assignment.deploymentId());
  }

  private static void requireRoom(Path root, long needed) throws InstallRefused, IOException {
    long free = Files.getFileStore(root).getUsableSpace();
    if (needed > free) {
      throw new InstallRefused(
          "not enough space in %s: %s needed (%d bytes), %s free (%d bytes)"
              .formatted(root, Sizes.text(needed), needed, Sizes.text(free), free));
    }
  }

  @Override
  public void prepare(
      Assignment assignment,
      int attempt,
      Destination destination,
      Metainfo metainfo,
      boolean ours) {
    String id = assignment.deploymentId();
    if (preparing.getQueue().remainingCapacity() == 0) {
      inbox.answer(
          new AgentEvent.NotReady(
              id, attempt, PREPARES_MAX + " installs wait on this agent already"));
      return;
    }
    start(
        preparing,
        () -> {
          try {
            Roots.Site site = roots.site(destination);
            Prepared prepared =
                site.installer()
                    .prepare(
                        store.content(metainfo),
                        !metainfo.isSingleFile(),
                        site.inside(),
                        ours,
                        assignment.attributes());
            inbox.answer(new AgentEvent.Ready(id, attempt, prepared));
          } catch (InstallRefused e) {
            inbox.answer(new AgentEvent.NotReady(id, attempt, e.why()));
          } catch (IOException e) {
            inbox.answer(new AgentEvent.NotReady(id, attempt, words(e)));
          }
        });
  }

  @Override
  public void install(Install order) {
    Roots.Site site = ready(order.destination());
    HookDesk.Subject subject =
        new HookDesk.Subject(order.by(), site.path(), site.installer().pathOf(order.prepared()));
    Installing install = new Installing(order, site, installing, hooks, subject);
    if (order.hooks().equals(Hooks.NONE) && !order.inPlace()) {
      start(installing, () -> answer(order, install.place()));
    } else if (!hooks.inTurn(order.destination(), guarded(() -> answer(order, install.run())))) {
      String why = HookLanes.WAITING_MAX + " hooks wait at " + order.destination() + " already";
      answer(order, new AgentEvent.NotInstalled(order.by().deployment(), why, HooksRan.NONE));
    }
  }

  /** The site of a destination where something lies ready, or is in place. */
  private Roots.Site ready(Destination destination) {
    try {
      return roots.site(destination);
    } catch (InstallRefused e) {
      throw new IllegalStateException(e); // it was there when it was checked
    }
  }

  /** Says how it ended, and then removes what is left of the old content, or of the new. */
  private void answer(Install order, AgentEvent outcome) {
    inbox.answer(outcome);
    ready(order.destination()).installer().discard(order.prepared());
  }

  @Override
  public void health(AgentState.By by, Destination destination, String hook) {
    Path place = ready(destination).path();
    HookDesk.Subject subject = new HookDesk.Subject(by, place, place);
    boolean taken =
        hooks.inTurn(
            destination,
            guarded(() -> inbox.answer(new AgentEvent.HealthSaid(hooks.health(hook, subject)))));
    if (!taken) {
      String why = HookLanes.WAITING_MAX + " hooks wait at " + destination + " already";
      inbox.answer(new AgentEvent.HealthSaid(new AgentMessage.Health(by.deployment(), false, why)));
    }
  }

  @Override
  public void discard(Destination destination, Prepared prepared) {
    start(threads, () -> ready(destination).installer().discard(prepared));
  }

  /* --------------- Threads --------------- */

  private void start(ExecutorService on, HookLanes.Task task) {
    HookLanes.Task safely = guarded(task);
    on.execute(() -> {
      try {
        safely.run();
      } catch (InterruptedException closing) {
        Thread.currentThread().interrupt();
      }
    });
  }

  /** A bug in it ends the agent. */
  private HookLanes.Task guarded(HookLanes.Task task) {
    return () -> {
      try {
        task.run();
      } catch (RuntimeException bug) {
        inbox.answer(new AgentEvent.Crashed(bug));
      }
    };
  }

  private static String words(IOException e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  /** Lets an install under way end, and stops the rest. */
  @Override
  public void close() {
    threads.shutdownNow();
    trusting.shutdownNow();
    installing.shutdown();
    preparing.shutdownNow();
    try {
      if (!threads.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)
          || !trusting.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)
          || !installing.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)
          || !preparing.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("workers still busy after {} s", CLOSE_SECONDS);
        installing.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      installing.shutdownNow();
    }
  }
}
