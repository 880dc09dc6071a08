package io.seedfall.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * libtorrent through its Python binding: a session on every host; at the start each adds the
 * torrent and is told of all others. With the settings it comes with, or with settings for fast
 * links without strangers.
 */
final class Libtorrent implements Contender {
  /** Debian's module is for Debian's Python. */
  static final String PYTHON = "/usr/bin/python3";

  private static final String SCRIPT = "libtorrent_peer.py";
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final Pattern READY = Pattern.compile("ready");

  private final boolean tuned;
  private final List<Started> peers = new ArrayList<>();

  Libtorrent(boolean tuned) {
    this.tuned = tuned;
  }

  @Override
  public void prepare(Stage stage) throws IOException {
    Hosts hosts = stage.hosts();
    Path script = stage.path(SCRIPT);
    try (InputStream in = Libtorrent.class.getResourceAsStream(SCRIPT)) {
      Files.write(script, Objects.requireNonNull(in).readAllBytes());
    }
    Path torrent =
        Torrent.write(stage.path("payload.torrent"), stage.payload(), "http://127.0.0.1/").file();
    List<String> addresses = new ArrayList<>();
    for (int host = 0; host < hosts.count(); host++) {
      addresses.add(hosts.address(host) + ":" + hosts.port());
    }
    for (int host = 0; host < hosts.count(); host++) {
      List<String> others = new ArrayList<>(addresses);
      others.remove(host);
      peers.add(
          stage.start(
              host,
              List.of(
                  PYTHON,
                  script.toString(),
                  tuned ? "tuned" : "default",
                  host == 0 ? "seed" : "leech",
                  torrent.toString(),
                  stage.directory(host).toString(),
                  addresses.get(host),
                  String.join(",", others))));
    }
    for (Started peer : peers) {
      peer.await(READY, PATIENCE);
    }
  }

  @Override
  public void go(Stage stage) {
    peers.forEach(peer -> peer.tell("go"));
  }
}
