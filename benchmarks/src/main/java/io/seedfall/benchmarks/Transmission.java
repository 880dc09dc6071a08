package io.seedfall.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * transmission: daemons up on all hosts, seeding on host 0; the others are told of the torrent.
 * Peers and upload slots are not short.
 */
final class Transmission implements Contender {
  private static final String SELF = "127.0.0.1";

  private @Nullable TrackedSwarm swarm;

  @Override
  public void prepare(Stage stage) throws IOException {
    TrackedSwarm made = TrackedSwarm.start(stage);
    swarm = made;
    Path hook = stage.script("complete.sh", "touch \"$TR_TORRENT_DIR/complete\"\n");
    for (int host = 0; host < stage.hosts().count(); host++) {
      Path settings = Files.createDirectory(stage.directory(host).resolve("settings"));
      Files.writeString(
          settings.resolve("settings.json"),
          JsonMapper.builder().build().writeValueAsString(settings(stage, host, hook)));
      stage.start(host, List.of("transmission-daemon", "-f", "-g", settings.toString()));
    }
    for (int host = 0; host < stage.hosts().count(); host++) {
      stage.awaitAnswer(
          host, List.of("transmission-remote", SELF, "-si"), outcome -> outcome.exit() == 0);
    }
    stage.start(0, add(made));
    made.awaitSeed();
  }

  private static Map<String, Object> settings(Stage stage, int host, Path hook) {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("download-dir", stage.directory(host).toString());
    settings.put("peer-port", 6881);
    settings.put("dht-enabled", false);
    settings.put("lpd-enabled", false);
    settings.put("utp-enabled", false);
    settings.put("port-forwarding-enabled", false);
    settings.put("rpc-authentication-required", false);
    settings.put("rpc-whitelist-enabled", false);
    settings.put("rpc-host-whitelist-enabled", false);
    settings.put("speed-limit-up-enabled", false);
    settings.put("speed-limit-down-enabled", false);
    settings.put("upload-slots-per-torrent", 8);
    settings.put("peer-limit-global", 1000);
    settings.put("peer-limit-per-torrent", 500);
    settings.put("cache-size-mb", 64);
    settings.put("encryption", 0);
    settings.put("preallocation", 0);
    settings.put("rename-partial-files", false);
    settings.put("start-added-torrents", true);
    settings.put("script-torrent-done-enabled", true);
    settings.put("script-torrent-done-filename", hook.toString());
    return settings;
  }

  @Override
  public void go(Stage stage) throws IOException {
    if (swarm == null) {
      throw new IllegalStateException("go before prepare");
    }
    for (int host = 1; host < stage.hosts().count(); host++) {
      stage.start(host, add(swarm));
    }
  }

  private static List<String> add(TrackedSwarm swarm) {
    return List.of("transmission-remote", SELF, "-a", swarm.torrent().toString());
  }
}
