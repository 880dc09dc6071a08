package io.seedfall.cli;

import io.seedfall.node.Node;
import io.seedfall.node.TorrentId;
import io.seedfall.node.TorrentLookup;
import io.seedfall.protocol.Endpoint;
import io.seedfall.protocol.InfoHash;
import io.seedfall.protocol.metainfo.MagnetLink;
import io.seedfall.protocol.metainfo.Metainfo;
import io.seedfall.protocol.metainfo.MetainfoParser;
import io.seedfall.protocol.metainfo.ParsedMetainfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The torrent that a magnet link names. Peers are asked for it once; then it is kept beside what is
 * fetched, so that a command that was killed goes on without asking again.
 */
final class MagnetTorrent {
  private static final long POLL_MILLIS = 200;
  private static final long LINE_NANOS = 2_000_000_000L;

  private final MagnetLink link;
  private final Path staging;

  /** The torrent of {@code link}, to be fetched to {@code output}. */
  MagnetTorrent(MagnetLink link, Path output) {
    this.link = link;
    InfoHash v2 = link.infoHash();
    TorrentId id =
        v2 == null ? new TorrentId(Objects.requireNonNull(link.v1Hash()).hex()) : TorrentId.of(v2);
    this.staging = output.toAbsolutePath().normalize().resolve(".seedfall-" + id);
  }

  /** The link that {@code text} is; null when it is something else. */
  static @Nullable MagnetLink link(String text) {
    if (!text.regionMatches(true, 0, "magnet:", 0, "magnet:".length())) {
      return null;
    }
    return switch (MagnetLink.parse(text)) {
      case MagnetLink.Parsed.Valid(MagnetLink link) -> link;
      case MagnetLink.Parsed.Invalid(String reason) ->
          throw new CommandFailure(ExitCode.USAGE, "not a magnet link that can be used: " + reason);
    };
  }

  /** Where what it describes grows; the torrent itself is kept there too. */
  Path staging() {
    return staging;
  }

  private Path file() {
    return staging.resolve("torrent");
  }

  /**
   * The torrent, from where it is kept or from peers; null when somebody stopped the command before
   * it was here.
   *
   * @param console hears what is waited for; null for nobody
   * @param trackers hears what the link's trackers do
   */
  @Nullable Metainfo find(
      Node node,
      List<Endpoint> peers,
      Lifetime lifetime,
      @Nullable Console console,
      TrackerNotes trackers)
      throws IOException, InterruptedException {
    Metainfo kept = kept();
    if (kept != null) {
      return kept;
    }
    Metainfo found = ask(node, peers, lifetime, console, trackers);
    if (found == null) {
      return null;
    }
    Metainfo whole =
        found
            .withTrackers(link.trackers().stream().map(List::of).toList())
            .withWebSeeds(link.webSeeds());
    keep(whole);
    return whole;
  }

  private @Nullable Metainfo kept() throws IOException {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file());
    } catch (NoSuchFileException e) {
      return null;
    }
    return MetainfoParser.parse(bytes) instanceof ParsedMetainfo.Valid(Metainfo metainfo)
            && link.isFor(metainfo.infoBytes())
        ? metainfo
        : null;
  }

  private void keep(Metainfo metainfo) throws IOException {
    Files.createDirectories(staging);
    Path unfinished = staging.resolve("torrent.part");
    Files.write(unfinished, metainfo.toTorrentBytes());
    Files.move(unfinished, file(), StandardCopyOption.ATOMIC_MOVE);
  }

  private @Nullable Metainfo ask(
      Node node,
      List<Endpoint> peers,
      Lifetime lifetime,
      @Nullable Console console,
      TrackerNotes trackers)
      throws IOException, InterruptedException {
    try (TorrentLookup lookup = node.lookup(link, peers, trackers)) {
      long lineNanos = System.nanoTime() - LINE_NANOS;
      String said = "";
      Metainfo found = lookup.await(0);
      while (found == null && !lifetime.awaitStop(0)) {
        String line = waitingFor(lookup.state());
        boolean due = System.nanoTime() - lineNanos >= LINE_NANOS && !line.equals(said);
        if (console != null && (console.terminal() || due)) {
          console.live(line);
          lineNanos = System.nanoTime();
          said = line;
        }
        found = lookup.await(POLL_MILLIS);
      }
      return found;
    }
  }

  private String waitingFor(TorrentLookup.State state) {
    if (state.peersKnown() == 0) {
      return link.trackers().isEmpty()
          ? "waiting for the torrent: no peer of it is known (--peer names one, --tracker finds some)"
          : "waiting for the torrent: its trackers know no peer of it yet";
    }
    return "waiting for %s, from %d of %d known peers"
        .formatted(
            state.named() ? "the hashes of the torrent's pieces" : "the torrent",
            state.peersAsked(),
            state.peersKnown());
  }
}
