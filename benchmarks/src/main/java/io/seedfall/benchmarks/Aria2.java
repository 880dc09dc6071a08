package io.seedfall.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * aria2, seeding on host 0 and started everywhere else. Its limits on peers, and below which rate
 * it looks for more of them, are out of the way.
 */
final class Aria2 implements Contender {
  private @Nullable TrackedSwarm swarm;
  private @Nullable Path hook;

  @Override
  public void prepare(Stage stage) throws IOException {
    swarm = TrackedSwarm.start(stage);
    // aria2 gives the hook: id, number of files, path of the first.
    hook = stage.script("complete.sh", "touch \"$(dirname \"$3\")/complete\"\n");
    start(stage, 0, List.of("--check-integrity=true"));
    swarm.awaitSeed();
  }

  @Override
  public void go(Stage stage) throws IOException {
    for (int host = 1; host < stage.hosts().count(); host++) {
      start(stage, host, List.of("--on-bt-download-complete=" + hook));
    }
  }

  private void start(Stage stage, int host, List<String> more) throws IOException {
    if (swarm == null) {
      throw new IllegalStateException("go before prepare");
    }
    List<String> words =
        Commands.words(
            List.of("aria2c"),
            "--no-conf",
            "--enable-dht=false",
            "--bt-enable-lpd=false",
            "--seed-ratio=0",
            "--listen-port=6881",
            "--bt-max-peers=0",
            "--bt-request-peer-speed-limit=10000M",
            "--bt-tracker-interval=1",
            "--file-allocation=none",
            "--disk-cache=64M",
            "--summary-interval=0",
            "--show-console-readout=false",
            "--console-log-level=error",
            "--dir=" + stage.directory(host));
    words.addAll(more);
    words.add(swarm.torrent().toString());
    stage.start(host, words);
  }
}
