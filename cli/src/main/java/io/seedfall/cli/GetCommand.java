package io.seedfall.cli;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.seedfall.node.FetchSpec;
import io.seedfall.node.Node;
import io.seedfall.node.SeedSpec;
import io.seedfall.node.Transfer;
import io.seedfall.node.TransferProgress;
import io.seedfall.protocol.Endpoint;
import io.seedfall.protocol.metainfo.MagnetLink;
import io.seedfall.protocol.metainfo.Metainfo;
import io.seedfall.swarm.PeerSources;
import io.seedfall.swarm.SwarmEvent;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Fetches what a torrent describes, without a coordinator. */
@Command(
    name = "get",
    mixinStandardHelpOptions = true,
    description = {
      "Fetch what a torrent describes from its peers, without a coordinator.",
      "What is cut short goes on where it was when the same command is run again."
    })
final class GetCommand implements Callable<Integer> {
  private static final long POLL_MILLIS = 200;
  private static final long PIPE_LINE_NANOS = 2_000_000_000L;

  private final Console console;

  @Mixin PeerOptions peer;

  @Mixin TrackerOption tracker;

  @Mixin WebSeedOption webSeed;

  @Parameters(
      paramLabel = "TORRENT",
      description = "a torrent file, the URL of one, or a magnet link")
  String torrent;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      defaultValue = ".",
      description = "where it goes, under the torrent's name (default: here)")
  Path output;

  @ArgGroup Afterwards afterwards = new Afterwards();

  /** What comes after the last byte. */
  static final class Afterwards {
    @Option(
        names = "--seed-ratio",
        paramLabel = "R",
        description = "go on until R times the content was sent, the fetching included")
    double ratio;

    @Option(names = "--keep-seeding", description = "go on until stopped")
    boolean keep;
  }

  @Option(names = "--json", description = "print JSON: one line, at the end")
  boolean json;

  @Option(
      names = "--stop-with-input",
      description = "stop when standard input ends, that is, with whoever started it")
  boolean stopWithInput;

  private @Nullable MagnetLink link;
  private final ProgressMeter meter = new ProgressMeter();
  private final long beganNanos = System.nanoTime();
  private long lastLineNanos = Long.MIN_VALUE / 2;

  GetCommand(Console console) {
    this.console = console;
  }

  /**
   * The end, for programs.
   *
   * @param complete whether everything is there, verified and on the disk
   * @param bytes of the content
   * @param seconds from the command's begin to the last byte on the disk
   * @param fromPeers bytes that peers sent
   * @param fromWebSeeds bytes that web seeds sent
   * @param sent bytes that were sent to peers
   * @param peers how much came from each
   * @param path where it is
   */
  record Result(
      @JsonProperty("complete") boolean complete,
      @JsonProperty("bytes") long bytes,
      @JsonProperty("seconds") double seconds,
      @JsonProperty("from_peers") long fromPeers,
      @JsonProperty("from_web_seeds") long fromWebSeeds,
      @JsonProperty("sent") long sent,
      @JsonProperty("peers") SortedMap<String, Long> peers,
      @JsonProperty("path") String path) {}

  @Override
  public Integer call() throws Exception {
    if (afterwards.ratio < 0) {
      throw new CommandFailure(
          ExitCode.USAGE, "--seed-ratio: %s (expected: >= 0)".formatted(afterwards.ratio));
    }
    MagnetLink named = MagnetTorrent.link(torrent);
    link = named == null ? null : webSeed.addedTo(tracker.addedTo(named));
    Metainfo read =
        link == null ? webSeed.addedTo(tracker.addedTo(TorrentSource.read(torrent))) : null;
    try (Lifetime lifetime = Lifetime.begin(console)) {
      if (stopWithInput) {
        lifetime.stopWithEndOf(System.in);
      }
      Node node = lifetime.add(peer.open());
      MagnetTorrent magnet = link == null ? null : new MagnetTorrent(link, output);
      Metainfo metainfo =
          magnet == null
              ? read
              : magnet.find(
                  node,
                  peer.endpoints(),
                  lifetime,
                  json ? null : console,
                  new TrackerNotes(console));
      if (metainfo == null) {
        say(nothing());
        return ExitCode.FAILED;
      }
      Delivery delivery =
          magnet == null
              ? new Delivery(metainfo, output)
              : new Delivery(metainfo, output, magnet.staging());
      delivery.requireFree(console, json);
      Result result =
          delivery.isThere()
              ? alreadyThere(metainfo, delivery)
              : fetch(node, metainfo, delivery, lifetime);
      if (result.complete() && (afterwards.keep || afterwards.ratio > 0)) {
        result = seed(node, metainfo, delivery, lifetime, result);
      }
      say(result);
      return result.complete() ? ExitCode.OK : ExitCode.FAILED;
    } catch (IOException e) {
      throw new CommandFailure(ExitCode.LOCAL, String.valueOf(e.getMessage()), e);
    }
  }

  /** Stopped before it was known what to fetch. */
  private Result nothing() {
    return new Result(false, 0, seconds(), 0, 0, 0, new TreeMap<>(), output.toString());
  }

  private double seconds() {
    return Math.round((System.nanoTime() - beganNanos) / 1e6) / 1e3;
  }

  private static Result alreadyThere(Metainfo metainfo, Delivery delivery) {
    return new Result(
        true,
        metainfo.geometry().totalBytes(),
        0,
        0,
        0,
        0,
        new TreeMap<>(),
        delivery.destination().toString());
  }

  private Result fetch(Node node, Metainfo metainfo, Delivery delivery, Lifetime lifetime)
      throws IOException, InterruptedException {
    lifetime.add(delivery.claim());
    TransferEnd end = new TransferEnd(() -> {}, console);
    Transfer transfer =
        lifetime.add(
            node.fetch(
                new FetchSpec(
                    webSeed.addedTo(metainfo),
                    delivery.staging(),
                    peer.endpoints(),
                    end,
                    PeerSources.EVERYWHERE)));
    List<Endpoint> linked = link == null ? List.of() : link.peers();
    transfer.learnt(linked, SwarmEvent.PeersLearnt.Source.LINK);
    if (peer.endpoints().isEmpty() && linked.isEmpty() && metainfo.webSeeds().isEmpty()) {
      int trackers = metainfo.trackers().stream().mapToInt(List::size).sum();
      String asking =
          trackers == 0
              ? ""
              : "asking %d %s and ".formatted(trackers, trackers == 1 ? "tracker" : "trackers");
      console.note(
          "no peer is named with --peer: %swaiting for one to connect to %s"
              .formatted(asking, ListenAddress.text(node.listenAddress())));
    }
    boolean over = end.await(0);
    while (!over && !lifetime.awaitStop(0)) {
      show(transfer.progress());
      over = end.await(POLL_MILLIS);
    }
    end.requireNoFailure();
    TransferProgress last = transfer.progress();
    double seconds = seconds(); // trackers are still to be told
    lifetime.endNow(transfer);
    if (last.complete()) {
      delivery.deliver(transfer.content());
    }
    return new Result(
        last.complete(),
        metainfo.geometry().totalBytes(),
        seconds,
        last.bytesFromPeers(),
        last.bytesFromWebSeeds(),
        last.bytesSent(),
        named(last.bytesReceivedFrom()),
        delivery.destination().toString());
  }

  private static SortedMap<String, Long> named(Map<Endpoint, Long> from) {
    SortedMap<String, Long> named = new TreeMap<>();
    from.forEach((endpoint, bytes) -> named.put(endpoint.toString(), bytes));
    return named;
  }

  /** Goes on from where it lies now, until enough was sent or somebody stops it. */
  private Result seed(
      Node node, Metainfo metainfo, Delivery delivery, Lifetime lifetime, Result fetched)
      throws IOException, InterruptedException {
    long wanted =
        afterwards.keep
            ? Long.MAX_VALUE
            : (long) (afterwards.ratio * metainfo.geometry().totalBytes());
    TransferEnd end = new TransferEnd(lifetime::stop, console);
    Transfer transfer =
        lifetime.add(
            node.seed(
                new SeedSpec(
                    metainfo,
                    delivery.destination(),
                    false,
                    peer.endpoints(),
                    end,
                    PeerSources.EVERYWHERE)));
    console.note("complete; seeding at " + ListenAddress.text(node.listenAddress()));
    long sent = fetched.sent();
    while (sent < wanted && !lifetime.awaitStop(POLL_MILLIS)) {
      sent = fetched.sent() + transfer.progress().bytesSent();
    }
    end.requireNoFailure();
    return new Result(
        true,
        fetched.bytes(),
        fetched.seconds(),
        fetched.fromPeers(),
        fetched.fromWebSeeds(),
        sent,
        fetched.peers(),
        fetched.path());
  }

  private void show(TransferProgress progress) {
    long now = System.nanoTime() - beganNanos;
    meter.sample(now, progress.bytesVerified());
    if (json || (!console.terminal() && now - lastLineNanos < PIPE_LINE_NANOS)) {
      return;
    }
    lastLineNanos = now;
    long total = progress.bytesTotal();
    console.live(
        "%3d %%  %s of %s  %s  %s left  %d %s%s"
            .formatted(
                total == 0 ? 100 : (int) (progress.bytesVerified() * 100.0 / total),
                Quantity.bytesText(progress.bytesVerified()),
                Quantity.bytesText(total),
                Quantity.rateText(meter.bytesPerSecond()),
                meter.timeLeft(total - progress.bytesVerified()),
                progress.peers(),
                progress.peers() == 1 ? "peer" : "peers",
                webSeeds(progress)));
  }

  private static String webSeeds(TransferProgress progress) {
    if (progress.webSeeds() == 0 && progress.bytesFromWebSeeds() == 0) {
      return "";
    }
    return ", %d web %s (%s)"
        .formatted(
            progress.webSeeds(),
            progress.webSeeds() == 1 ? "seed" : "seeds",
            Quantity.bytesText(progress.bytesFromWebSeeds()));
  }

  private void say(Result result) {
    if (json) {
      console.json(result);
    } else if (result.complete()) {
      console.answer(
          "verified   %s in %.1f s"
              .formatted(Quantity.bytesText(result.bytes()), result.seconds()));
      console.answer("path       " + TextTable.printable(result.path()));
    } else {
      console.answer("stopped before the end; the same command goes on from here");
    }
  }
}
