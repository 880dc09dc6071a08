package io.seedfall.benchmarks;

import io.seedfall.protocol.PercentCode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A torrent and the coordinator's tracker beside the hosts, for clients that find each other by
 * one.
 */
final class TrackedSwarm {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Pattern LISTENING = Pattern.compile("\"listening\"");

  /** What a tracker's answer to a scrape (BEP 48) holds when there is a seed. */
  static final Pattern SEED = Pattern.compile("8:completei[1-9][0-9]*e");

  private final Stage stage;
  private final Torrent torrent;
  private final String tracker;

  private TrackedSwarm(Stage stage, Torrent torrent, String tracker) {
    this.stage = stage;
    this.torrent = torrent;
    this.tracker = tracker;
  }

  static TrackedSwarm start(Stage stage) throws IOException {
    String tracker = "%s:%d".formatted(stage.hosts().besideAddress(), stage.hosts().port());
    Torrent torrent =
        Torrent.write(
            stage.path("payload.torrent"),
            stage.payload(),
            "http://%s/announce".formatted(tracker));
    stage
        .startBeside(
            Product.command(
                "coordinator",
                "--tracker",
                tracker,
                "--insecure",
                "--listen",
                "127.0.0.1:0",
                "--state",
                stage.path("tracker").toString(),
                "--json"))
        .await(LISTENING, PATIENCE);
    return new TrackedSwarm(stage, torrent, tracker);
  }

  Path torrent() {
    return torrent.file();
  }

  /** Waits until somebody who has everything has announced itself. */
  void awaitSeed() {
    String name = PercentCode.escape(torrent.infoHash().toBytes());
    stage.awaitAnswerBeside(
        List.of("curl", "-sS", "http://%s/scrape?info_hash=%s".formatted(tracker, name)),
        outcome -> SEED.matcher(outcome.output()).find());
  }
}
