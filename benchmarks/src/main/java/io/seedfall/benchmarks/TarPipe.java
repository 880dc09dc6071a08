package io.seedfall.benchmarks;

import java.io.IOException;
import java.util.List;

/**
 * {@code tar | nc} on host 0 and {@code nc | tar} on host 1: what people do with a tree of small
 * files. Nobody checks the bytes; the tree counts as there when it is unpacked and on disk.
 */
final class TarPipe implements Contender {
  /** The one that ends its connection when its input ends. */
  static final String NC = "nc.openbsd";

  private int port;

  @Override
  public void prepare(Stage stage) throws IOException {
    port = stage.hosts().port();
    stage.start(
        1,
        List.of(
            "sh",
            "-c",
            "%s -l %s %d | tar -xf - -C '%s' && sync -f '%s' && touch '%s'"
                .formatted(
                    NC,
                    stage.hosts().address(1),
                    port,
                    stage.directory(1),
                    stage.directory(1),
                    stage.mark(1))));
    stage.awaitAnswer(
        1,
        List.of("ss", "-Hltn", "sport = :" + port),
        outcome -> outcome.exit() == 0 && !outcome.output().isBlank());
  }

  @Override
  public void go(Stage stage) throws IOException {
    stage.start(
        0,
        List.of(
            "sh",
            "-c",
            "tar -cf - -C '%s' '%s' | %s -N %s %d"
                .formatted(stage.directory(0), Payload.NAME, NC, stage.hosts().address(1), port)));
  }
}
