package io.seedfall.cli;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.seedfall.node.ArtifactHasher;
import io.seedfall.node.ContentVerifier;
import io.seedfall.node.Node;
import io.seedfall.node.SeedSpec;
import io.seedfall.node.Transfer;
import io.seedfall.node.TransferProgress;
import io.seedfall.protocol.Endpoint;
import io.seedfall.protocol.metainfo.MagnetLink;
import io.seedfall.protocol.metainfo.Metainfo;
import io.seedfall.swarm.PeerSources;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Seeds a path without a coordinator. */
@Command(
    name = "seed",
    mixinStandardHelpOptions = true,
    description = {
      "Make a torrent of a file or directory and seed it until stopped, without a coordinator.",
      "Any BitTorrent client that knows the format can fetch it."
    })
final class SeedCommand implements Callable<Integer> {
  private static final long LINE_MILLIS = 1_000;

  private final Console console;

  @Mixin PeerOptions peer;

  @Mixin TrackerOption tracker;

  @Mixin WebSeedOption webSeed;

  @Parameters(paramLabel = "PATH", description = "a file or a directory")
  Path source;

  @Option(
      names = "--torrent",
      paramLabel = "FILE",
      description = "seed what this torrent describes, after checking that PATH is that")
  @Nullable Path torrent;

  @Option(names = "--torrent-out", paramLabel = "FILE", description = "write the torrent there")
  @Nullable Path torrentOut;

  @Mixin PieceSizeOption pieceSize;

  @Mixin FormatOption format;

  @Option(
      names = "--super-seed",
      description =
          "give every piece away once before any twice, also to other clients (BEP 16): for the only"
              + " seed of several peers that have nothing")
  boolean superSeed;

  @Option(names = "--json", description = "print JSON")
  boolean json;

  @Option(
      names = "--stop-with-input",
      description = "stop when standard input ends, that is, with whoever started it")
  boolean stopWithInput;

  SeedCommand(Console console) {
    this.console = console;
  }

  /**
   * What it prints when it is ready, for programs.
   *
   * @param event {@code listening}
   * @param address where peers reach it
   * @param pid this process
   * @param infoHash of the torrent, 64 hexadecimal digits; null for v1
   * @param infoHashV1 by which v1 clients know it, 40 hexadecimal digits; null for v2
   * @param bytes of the content
   * @param magnet the magnet link, with this peer in it when it listens on one address
   */
  record Listening(
      @JsonProperty("event") String event,
      @JsonProperty("address") String address,
      @JsonProperty("pid") long pid,
      @JsonProperty("info_hash") @Nullable String infoHash,
      @JsonProperty("info_hash_v1") @Nullable String infoHashV1,
      @JsonProperty("bytes") long bytes,
      @JsonProperty("magnet") String magnet) {}

  @Override
  public Integer call() throws Exception {
    Publication.requireThere(source);
    Metainfo metainfo =
        webSeed.addedTo(
            tracker.addedTo(torrent == null ? create() : checked(TorrentSource.read(torrent))));
    if (torrentOut != null) {
      TorrentCommand.write(torrentOut, metainfo.toTorrentBytes());
    }
    try (Lifetime lifetime = Lifetime.begin(console)) {
      Node node = lifetime.add(peer.open());
      TransferEnd end = new TransferEnd(lifetime::stop, console);
      Transfer transfer =
          lifetime.add(
              node.seed(
                  new SeedSpec(
                      metainfo,
                      source.toRealPath(),
                      superSeed,
                      peer.endpoints(),
                      end,
                      PeerSources.EVERYWHERE)));
      say(node, metainfo);
      if (stopWithInput) {
        lifetime.stopWithEndOf(System.in);
      }
      if (console.terminal() && !json) {
        watch(transfer, lifetime);
      }
      lifetime.awaitStop();
      end.requireNoFailure();
      return ExitCode.OK;
    } catch (IOException e) {
      throw new CommandFailure(ExitCode.LOCAL, String.valueOf(e.getMessage()), e);
    }
  }

  private Metainfo create() {
    String name = String.valueOf(source.toAbsolutePath().normalize().getFileName());
    try {
      HashLine line = new HashLine(console, json, name);
      return ArtifactHasher.hash(source, name, pieceSize.bytes, line::hashed, format.format);
    } catch (IOException e) {
      throw new CommandFailure(ExitCode.LOCAL, String.valueOf(e.getMessage()), e);
    }
  }

  private Metainfo checked(Metainfo metainfo) throws IOException {
    HashLine line = new HashLine(console, json, metainfo.name());
    ContentVerifier.Verdict verdict = ContentVerifier.verify(metainfo, source, line::hashed);
    if (!verdict.isComplete()) {
      throw new CommandFailure(
          ExitCode.LOCAL,
          "%s is not what %s describes: %d of %d pieces are right%s"
              .formatted(
                  source,
                  torrent,
                  verdict.good().cardinality(),
                  verdict.good().pieces(),
                  verdict.trouble().isEmpty() ? "" : "; " + verdict.trouble().getFirst()));
    }
    return metainfo;
  }

  private void say(Node node, Metainfo metainfo) {
    String address = ListenAddress.text(node.listenAddress());
    if (json) {
      console.json(
          new Listening(
              ListeningLine.EVENT,
              address,
              ProcessHandle.current().pid(),
              TorrentCommand.infoHash(metainfo),
              TorrentCommand.infoHashV1(metainfo),
              metainfo.geometry().totalBytes(),
              magnet(node, metainfo)));
      return;
    }
    console.answer("torrent    " + TorrentCommand.summary(metainfo));
    TorrentCommand.sayHashes(console, metainfo);
    console.answer("magnet     " + magnet(node, metainfo));
    console.answer("seeded at  %s (Ctrl-C stops it)".formatted(address));
  }

  private static String magnet(Node node, Metainfo metainfo) {
    InetSocketAddress listen = node.listenAddress();
    boolean reachable = !listen.getAddress().isAnyLocalAddress();
    List<Endpoint> self =
        reachable
            ? List.of(new Endpoint(listen.getAddress().getHostAddress(), listen.getPort()))
            : List.of();
    return MagnetLink.of(metainfo, self).toString();
  }

  /** One live line while a person looks on. */
  private void watch(Transfer transfer, Lifetime lifetime) {
    Thread.ofVirtual()
        .name("seed-progress")
        .start(() -> {
          ProgressMeter meter = new ProgressMeter();
          long began = System.nanoTime();
          try {
            while (!lifetime.awaitStop(LINE_MILLIS)) {
              TransferProgress now = transfer.progress();
              meter.sample(System.nanoTime() - began, now.bytesSent());
              console.live(
                  "%d peers, sent %s, %s"
                      .formatted(
                          now.peers(),
                          Quantity.bytesText(now.bytesSent()),
                          Quantity.rateText(meter.bytesPerSecond())));
            }
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }
}
