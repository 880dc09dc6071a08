package io.seedfall.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SoakResultTest {
  private static SoakResult soak(int count, IntToDoubleFunction seconds) {
    List<Push> pushes = new ArrayList<>();
    for (int number = 1; number <= count; number++) {
      pushes.add(
          new Push(
              number,
              seconds.applyAsDouble(number),
              100 << 20,
              0,
              30,
              50,
              1L << 30,
              90 << 20,
              40,
              60));
    }
    return SoakResult.of(3, 1, pushes);
  }

  @Test
  void growthOfFivePercentIsFlatAndMoreIsNot() {
    assertThat(soak(200, number -> number > 100 ? 1.05 : 1).flat()).isTrue();
    SoakResult grown = soak(200, number -> number > 100 ? 1.051 : 1);
    assertThat(grown.flat()).isFalse();
    assertThat(grown.text()).anySatisfy(line -> assertThat(line).contains("seconds", "GROWS"));
    assertThat(grown.lines().stream().filter(line -> !line.isFlat())).hasSize(1);
  }

  @Test
  void theFirstTwentyPushesWarmUpAndCountForNothing() {
    assertThat(soak(200, number -> number <= 20 ? 9 : 1).flat()).isTrue();
  }

  @Test
  void lessIsNoGrowth() {
    assertThat(soak(60, number -> number > 40 ? 0.1 : 1).flat()).isTrue();
  }

  @Test
  void fewerThanSixtyPushesGiveNoVerdict() {
    assertThat(soak(59, number -> 1).lines()).isEmpty();
    assertThat(soak(59, number -> 1).text())
        .containsExactly("59 pushes are too few for a verdict (at least 60)");
    assertThat(soak(60, number -> 1).lines()).hasSize(Push.Quantity.values().length);
  }

  @Test
  void halfOfEveryVersionIsNew(@TempDir Path directory) throws Exception {
    Path path = directory.resolve("file");
    int stretch = 1 << 20;
    ChangingFile file = new ChangingFile(path, 4 * stretch + 5);
    file.next();
    byte[] before = Files.readAllBytes(path);
    assertThat(before).hasSize(4 * stretch + 5);
    for (int version = 1; version < 4; version++) {
      file.next();
      byte[] now = Files.readAllBytes(path);
      for (int i = 0; i < 5; i++) {
        int from = i * stretch;
        int to = Math.min(from + stretch, now.length);
        boolean same =
            Arrays.equals(Arrays.copyOfRange(before, from, to), Arrays.copyOfRange(now, from, to));
        assertThat(same).as("version %d, stretch %d", version, i).isEqualTo(i % 2 != version % 2);
      }
      before = now;
    }
  }

  @Test
  void aFileWithTwoNamesHoldsItsBytesOnce(@TempDir Path directory) throws Exception {
    Path file = Files.write(directory.resolve("a"), new byte[1_000]);
    Files.createLink(Files.createDirectory(directory.resolve("d")).resolve("b"), file);
    assertThat(SoakCommand.diskBytes(directory)).isEqualTo(1_000);
  }
}
