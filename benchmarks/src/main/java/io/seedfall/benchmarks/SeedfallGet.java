package io.seedfall.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Seedfall without a coordinator: {@code seedfall seed} on host 0, {@code seedfall get} everywhere
 * else, each told of all others. Time begins with the processes of {@code get}.
 */
final class SeedfallGet implements Contender {
  private static final Duration HASHING_MAX = Duration.ofMinutes(5);
  private static final Pattern SEEDING = Pattern.compile("\"address\"");

  @Override
  public void prepare(Stage stage) throws IOException {
    stage
        .start(
            0,
            Product.command(
                "seed",
                stage.file(0).toString(),
                "--listen",
                address(stage, 0),
                "--torrent-out",
                torrent(stage).toString(),
                "--super-seed",
                "--json"))
        .await(SEEDING, HASHING_MAX);
  }

  @Override
  public void go(Stage stage) throws IOException {
    for (int host = 1; host < stage.hosts().count(); host++) {
      List<String> words =
          new ArrayList<>(
              List.of(
                  "get",
                  torrent(stage).toString(),
                  "--output",
                  stage.directory(host).toString(),
                  "--listen",
                  address(stage, host),
                  "--keep-seeding"));
      for (int other = 0; other < stage.hosts().count(); other++) {
        if (other != host) {
          words.addAll(List.of("--peer", address(stage, other)));
        }
      }
      stage.start(host, Product.command(words.toArray(String[]::new)));
    }
  }

  /** {@code get} puts the file in its place in one rename. */
  @Override
  public Path complete(Stage stage, int host) {
    return copy(stage, host);
  }

  private static Path torrent(Stage stage) {
    return stage.path("payload.torrent");
  }

  private static String address(Stage stage, int host) {
    return stage.hosts().address(host) + ":" + stage.hosts().port();
  }
}
