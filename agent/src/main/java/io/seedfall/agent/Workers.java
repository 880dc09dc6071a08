package io.seedfall.agent;

import io.seedfall.control.ControlException;
import io.seedfall.control.CoordinatorClient;
import io.seedfall.control.Destination;
import io.seedfall.control.Problem;
import io.seedfall.node.FetchSpec;
import io.seedfall.node.LocalCopy;
import io.seedfall.node.Node;
import io.seedfall.node.Repair;
import io.seedfall.node.SeedSpec;
import io.seedfall.node.Transfer;
import io.seedfall.node.TransferFault;
import io.seedfall.node.TransferListener;
import io.seedfall.node.TransferProgress;
import io.seedfall.protocol.Endpoint;
import io.seedfall.protocol.InfoHash;
import io.seedfall.protocol.PieceSet;
import io.seedfall.protocol.metainfo.Metainfo;
import io.seedfall.protocol.metainfo.MetainfoFile;
import io.seedfall.protocol.metainfo.MetainfoParser;
import io.seedfall.protocol.metainfo.ParsedMetainfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
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

  private static final int CLOSE_SECONDS = 30;
  private static final Logger LOG = LoggerFactory.getLogger(Workers.class);

  private final AgentInbox inbox;
  private final Path root;
  private final VersionStore store;
  private final Installer installer;
  private final Node node;
  private final CoordinatorClient coordinator;
  private final RepairPeers repairPeers;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final ExecutorService installing =
      new ThreadPoolExecutor(
          1,
          1,
          0,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(INSTALLS_MAX),
          Thread.ofPlatform().name("seedfall-install").factory());

  Workers(
      AgentInbox inbox,
      Path root,
      VersionStore store,
      Installer installer,
      Node node,
      CoordinatorClient coordinator,
      RepairPeers repairPeers) {
    this.inbox = inbox;
    this.root = root;
    this.store = store;
    this.installer = installer;
    this.node = node;
    this.coordinator = coordinator;
    this.repairPeers = repairPeers;
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
        boolean later = e.code().equals(Problem.UNREACHABLE) || e.code().equals(Problem.BUSY);
        if (!later || attempt == METAINFO_ATTEMPTS_MAX) {
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
  public void fetch(Metainfo metainfo, List<Endpoint> neighbours, List<Metainfo> here) {
    Heard heard = new Heard(metainfo);
    FetchSpec spec = spec(metainfo, neighbours, here, heard);
    open(metainfo, heard, () -> node.fetch(spec));
  }

  private FetchSpec spec(
      Metainfo metainfo, List<Endpoint> neighbours, List<Metainfo> here, Heard heard) {
    Path directory = store.directory(metainfo.infoHash());
    List<LocalCopy> copies =
        here.stream().map(each -> new LocalCopy(each, store.content(each))).toList();
    return new FetchSpec(metainfo, directory, neighbours, heard).withCopies(copies);
  }

  @Override
  public void repair(
      Metainfo metainfo,
      Transfer transfer,
      PieceSet damaged,
      List<Endpoint> neighbours,
      List<Metainfo> here) {
    Heard heard = new Heard(metainfo);
    FetchSpec spec = spec(metainfo, neighbours, here, heard);
    open(
        metainfo,
        heard,
        () -> {
          transfer.close();
          Repair.begin(metainfo, spec.directory(), damaged);
          return openRepair(spec);
        });
  }

  /** Goes on with a repair at the agent's start, before the loop runs. */
  Transfer resumeRepair(Metainfo metainfo) throws IOException {
    Heard heard = new Heard(metainfo);
    Transfer transfer = openRepair(spec(metainfo, List.of(), List.of(), heard));
    heard.opened(transfer);
    return transfer;
  }

  private Transfer openRepair(FetchSpec spec) throws IOException {
    Transfer transfer = node.fetch(spec.whileInUse());
    start(threads, () -> repairPeers.findFor(transfer));
    return transfer;
  }

  @Override
  public void seed(Metainfo metainfo, boolean source, List<Endpoint> neighbours) {
    Heard heard = new Heard(metainfo);
    open(metainfo, heard, () -> openSeed(metainfo, source, neighbours, heard));
  }

  /** Opens a complete version at the agent's start, before the loop runs. */
  Transfer reopen(Metainfo metainfo) throws IOException {
    Heard heard = new Heard(metainfo);
    Transfer transfer = openSeed(metainfo, false, List.of(), heard);
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
          return openSeed(metainfo, false, List.of(), heard);
        });
  }

  private Transfer openSeed(
      Metainfo metainfo, boolean source, List<Endpoint> neighbours, Heard heard)
      throws IOException {
    return node.seed(new SeedSpec(metainfo, store.content(metainfo), source, neighbours, heard));
  }

  private interface Opening {
    Transfer open() throws IOException;
  }

  private void open(Metainfo metainfo, Heard heard, Opening opening) {
    start(
        threads,
        () -> {
          try {
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
  public boolean isThere(Destination destination) {
    return Files.exists(root.resolve(destination.path()), LinkOption.NOFOLLOW_LINKS);
  }

  @Override
  public void check(
      String deploymentId,
      Destination destination,
      Metainfo metainfo,
      @Nullable String stamp,
      boolean ours) {
    start(
        installing,
        () -> {
          try {
            installer.check(destination, !metainfo.isSingleFile(), ours);
            inbox.answer(checkedVersion(deploymentId, metainfo, stamp));
          } catch (InstallRefused e) {
            inbox.answer(new AgentEvent.CheckRefused(deploymentId, e.why()));
          } catch (IOException e) {
            inbox.answer(new AgentEvent.CheckRefused(deploymentId, words(e)));
          }
        });
  }

  private AgentEvent checkedVersion(String deploymentId, Metainfo metainfo, @Nullable String stamp)
      throws IOException {
    InfoHash infoHash = metainfo.infoHash();
    if (stamp != null) {
      return stamp.equals(ContentStamp.ofOrEmpty(store.content(metainfo)))
          ? new AgentEvent.Checked(deploymentId)
          : new AgentEvent.Damaged(infoHash, "somebody changed the files of the kept version");
    }
    long needed = metainfo.files().stream().mapToLong(MetainfoFile::length).sum();
    long free = store.usableBytes();
    // What is begun has its room already; if not, the transfer says so.
    if (!store.isBegun(infoHash) && needed > free) {
      return new AgentEvent.CheckRefused(
          deploymentId,
          "not enough space in %s: %s needed (%d bytes), %s free (%d bytes)"
              .formatted(root, Sizes.text(needed), needed, Sizes.text(free), free));
    }
    return new AgentEvent.Checked(deploymentId);
  }

  @Override
  public void install(
      String deploymentId, Destination destination, Metainfo metainfo, boolean ours) {
    start(
        installing,
        () -> {
          try {
            installer.install(store.content(metainfo), !metainfo.isSingleFile(), destination, ours);
            inbox.answer(new AgentEvent.Installed(deploymentId));
            installer.sweep();
          } catch (InstallRefused e) {
            inbox.answer(new AgentEvent.NotInstalled(deploymentId, e.why()));
          } catch (IOException e) {
            inbox.answer(new AgentEvent.NotInstalled(deploymentId, words(e)));
          }
        });
  }

  /* --------------- Threads --------------- */

  private interface Task {
    void run() throws InterruptedException;
  }

  private void start(ExecutorService on, Task task) {
    on.execute(() -> {
      try {
        task.run();
      } catch (InterruptedException closing) {
        Thread.currentThread().interrupt();
      } catch (RuntimeException bug) {
        inbox.answer(new AgentEvent.Crashed(bug));
      }
    });
  }

  private static String words(IOException e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  /** Lets an install under way end, and stops the rest. */
  @Override
  public void close() {
    threads.shutdownNow();
    installing.shutdown();
    try {
      if (!threads.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)
          || !installing.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("workers still busy after {} s", CLOSE_SECONDS);
        installing.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      installing.shutdownNow();
    }
  }
}
