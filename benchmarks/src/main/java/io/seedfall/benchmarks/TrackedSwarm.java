package io.seedfall.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;

/** A torrent and a tracker beside the hosts, for clients that find each other by one. */
final class TrackedSwarm {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Pattern LISTENING = Pattern.compile("tracker at");
  private static final Pattern SEED = Pattern.compile(Tracker.SEED_LINE);

  private final Path torrent;
  private final Started tracker;

  private TrackedSwarm(Path torrent, Started tracker) {
    this.torrent = torrent;
    this.tracker = tracker;
  }

  static TrackedSwarm start(Stage stage) throws IOException {
    String address = stage.hosts().besideAddress();
    int port = stage.hosts().port();
    Path torrent =
        Torrent.write(
            stage.path("payload.torrent"),
            stage.payload(),
            "http://%s:%d/announce".formatted(address, port));
    Started tracker =
        stage.startBeside(
            Product.benchCommand(
                "tracker", "--address", address, "--port", Integer.toString(port)));
    tracker.await(LISTENING, PATIENCE);
    return new TrackedSwarm(torrent, tracker);
  }

  Path torrent() {
    return torrent;
  }

  /** Waits until somebody who has everything has announced itself. */
  void awaitSeed() {
    tracker.await(SEED, PATIENCE);
  }
}
