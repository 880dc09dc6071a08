package io.seedfall.protocol.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every input that is kept, and each of them cut short and changed in one byte. */
final class FuzzCorpusTest {
  private static final Path CORPUS = Path.of("src/test/resources/fuzz");
  private static final int SEED_BYTES_MAX = 8 * 1024;

  @ParameterizedTest
  @EnumSource(FuzzTarget.class)
  void everySeedHoldsAndSoDoItsNeighbours(FuzzTarget target) throws IOException {
    List<Path> seeds = seeds(target);
    assertThat(seeds).as("seeds of %s", target).isNotEmpty();
    for (Path seed : seeds) {
      byte[] bytes = Files.readAllBytes(seed);
      assertThat(bytes.length).as("bytes of %s", seed).isLessThanOrEqualTo(SEED_BYTES_MAX);
      target.check(bytes);
      for (int at = 0; at < bytes.length; at++) {
        byte[] changed = bytes.clone();
        changed[at] ^= (byte) (1 << (at % Byte.SIZE));
        target.check(changed);
        target.check(Arrays.copyOf(bytes, at));
      }
    }
  }

  private static List<Path> seeds(FuzzTarget target) throws IOException {
    try (Stream<Path> files = Files.list(CORPUS.resolve(target.folder()))) {
      return new ArrayList<>(files.sorted().toList());
    }
  }
}
