package io.seedfall.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PreallocationTest {
  @TempDir Path root;

  @Test
  void aFileGetsItsLengthAndKeepsWhatItHolds() throws Exception {
    Path file = Files.write(root.resolve("größe"), new byte[] {1, 2, 3});
    Preallocation.Outcome outcome = Preallocation.reserve(file, 1_000_000);
    assertThat(outcome).isIn(Preallocation.Outcome.RESERVED, Preallocation.Outcome.LENGTH_ONLY);
    assertThat(file).hasSize(1_000_000);
    assertThat(Files.readAllBytes(file)).startsWith(1, 2, 3, 0);
  }

  @Test
  void reservingAgainOrLessChangesNothing() throws Exception {
    Path file = Files.write(root.resolve("a"), new byte[5000]);
    Preallocation.reserve(file, 5000);
    Preallocation.reserve(file, 10);
    assertThat(file).hasSize(5000);
  }

  @Test
  void nothingIsReservedForAnEmptyFile() throws Exception {
    Path file = Files.createFile(root.resolve("empty"));
    Preallocation.reserve(file, 0);
    assertThat(file).isEmptyFile();
  }

  @Test
  void aFileThatIsNotThereIsSaid() {
    assertThatThrownBy(() -> Preallocation.reserve(root.resolve("none"), 10))
        .isInstanceOf(IOException.class);
  }
}
