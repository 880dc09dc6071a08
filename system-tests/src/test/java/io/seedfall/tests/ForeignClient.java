package io.seedfall.tests;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * BitTorrent clients that others wrote, as Debian has them: how each is told to do the same. Every
 * one prints {@link #COMPLETE} when it has it all and goes on seeding.
 */
enum ForeignClient {
  ARIA2,
  LIBTORRENT,
  TRANSMISSION;

  /** The line that says so. */
  static final String COMPLETE = "complete";

  /** The line of a libtorrent that was told who is the source. */
  static final String ONE_COPY_IS_OUT = "one copy is out";

  /** Where transmission listens: it has a network namespace of its own. */
  static final int TRANSMISSION_PORT = 51413;

  private static final String PYTHON = "/usr/bin/python3";

  /** The command that fetches into {@code content}, or seeds what lies there. */
  List<String> command(Path directory, String address, Path torrent, Path content, boolean seeds)
      throws IOException {
    return switch (this) {
      case ARIA2 -> aria2(directory, torrent, content);
      case LIBTORRENT ->
          libtorrent(
              directory,
              seeds ? "seed" : "get",
              torrent.toString(),
              content.toString(),
              address,
              "--seed-on");
      case TRANSMISSION -> transmission(directory, address, List.of(torrent), content);
    };
  }

  private static List<String> aria2(Path directory, Path torrent, Path content) throws IOException {
    return List.of(
        "aria2c",
        "--no-conf",
        "--disable-ipv6=true",
        "--enable-dht=true", // the same socket asks UDP trackers; it is told of no DHT node
        "--dht-file-path=" + directory.resolve("aria2.dht"),
        "--enable-peer-exchange=true",
        "--bt-enable-lpd=false",
        "--file-allocation=none",
        "--disk-cache=0",
        "--check-integrity=true",
        "--seed-ratio=0.0",
        "--summary-interval=0",
        "--show-console-readout=false",
        "--on-bt-download-complete=" + sayingComplete(directory),
        "--dir=" + content,
        torrent.toString());
  }

  /** A command of {@code libtorrent_peer.py}, which lies in {@code directory} from then on. */
  static List<String> libtorrent(Path directory, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(PYTHON, script(directory)));
    command.addAll(List.of(arguments));
    return command;
  }

  private static String script(Path directory) throws IOException {
    Path script = directory.resolve("libtorrent_peer.py");
    if (!Files.exists(script)) {
      try (InputStream in = ForeignClient.class.getResourceAsStream("libtorrent_peer.py")) {
        Files.write(script, Objects.requireNonNull(in).readAllBytes());
      }
    }
    return script.toString();
  }

  /** It adds what it finds in a directory that it watches. */
  static List<String> transmission(
      Path directory, String address, List<Path> torrents, Path content) throws IOException {
    Path home = Files.createTempDirectory(directory, "transmission");
    Path watched = Files.createDirectories(home.resolve("watched"));
    Files.writeString(
        home.resolve("settings.json"),
        """
        {"script-torrent-done-enabled": true, "script-torrent-done-filename": "%s",
         "incomplete-dir-enabled": false, "rename-partial-files": false, "cache-size-mb": 0}
        """
            .formatted(sayingComplete(directory)));
    for (int i = 0; i < torrents.size(); i++) {
      Files.copy(torrents.get(i), watched.resolve(i + ".torrent"));
    }
    return List.of(
        "transmission-daemon",
        "--foreground",
        "--config-dir",
        home.toString(),
        "--watch-dir",
        watched.toString(),
        "--download-dir",
        content.toString(),
        "--bind-address-ipv4",
        address,
        "--peerport",
        String.valueOf(TRANSMISSION_PORT),
        "--no-dht",
        "--no-lpd",
        "--no-utp",
        "--no-portmap",
        "--encryption-tolerated",
        "--log-debug");
  }

  private static Path sayingComplete(Path directory) throws IOException {
    Path script = directory.resolve("complete.sh");
    if (!Files.exists(script)) {
      Files.writeString(script, "#!/bin/sh\necho " + COMPLETE + "\n");
      Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    }
    return script;
  }
}
