package io.seedfall.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One call puts a whole file system on its disk, where the system has it and is honest. */
final class FileSystemFlushTest {
  @Test
  void aFileSystemIsFlushed(@TempDir Path directory) throws Exception {
    Files.writeString(directory.resolve("file"), "content");
    assertThat(FileSystemFlush.isThere())
        .isEqualTo(
            FileSystemFlush.tellsFailures(
                System.getProperty("os.name"), System.getProperty("os.version")));
    if (FileSystemFlush.isThere()) {
      FileSystemFlush.of(directory);
      assertThatThrownBy(() -> FileSystemFlush.of(directory.resolve("nowhere")))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("nowhere")
          .hasMessageContaining("errno 2");
    } else {
      assertThatThrownBy(() -> FileSystemFlush.of(directory))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void aKernelThatKeepsFailuresToItselfIsNotAsked() {
    assertThat(FileSystemFlush.tellsFailures("Linux", "5.7.19")).isFalse();
    assertThat(FileSystemFlush.tellsFailures("Linux", "4.19.0-21-amd64")).isFalse();
    assertThat(FileSystemFlush.tellsFailures("Linux", "5.8.0")).isTrue();
    assertThat(FileSystemFlush.tellsFailures("Linux", "6.1")).isTrue();
    assertThat(FileSystemFlush.tellsFailures("Linux", "strange")).isFalse();
    assertThat(FileSystemFlush.tellsFailures("FreeBSD", "14.1")).isFalse();
  }
}
