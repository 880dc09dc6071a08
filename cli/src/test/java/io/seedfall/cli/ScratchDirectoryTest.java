package io.seedfall.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ScratchDirectoryTest {
  private static final int FILES = 2_000;

  @TempDir Path parent;

  private ScratchDirectory make() throws IOException {
    return ScratchDirectory.make(parent, "scratch-");
  }

  @Test
  void itGoesWithEverythingInItAndOnlyOnce() throws Exception {
    Path kept = Files.writeString(parent.resolve("kept"), "not ours");
    ScratchDirectory scratch = make();
    Path deep = Files.createDirectories(scratch.path().resolve("a/b/c"));
    Files.createFile(deep.resolve("file"));
    Files.createSymbolicLink(deep.resolve("link"), kept);
    Files.createSymbolicLink(deep.resolve("up"), parent);
    scratch.close();
    scratch.close();
    assertThat(parent).isDirectoryNotContaining(path -> !path.equals(kept));
    assertThat(kept).hasContent("not ours");
  }

  @Test
  void itGoesAlsoWhileSomebodyWritesIntoIt() throws Exception {
    ScratchDirectory scratch = make();
    CountDownLatch writing = new CountDownLatch(1);
    AtomicReference<@Nullable IOException> end = new AtomicReference<>();
    Thread writer =
        Thread.ofPlatform()
            .start(() -> {
              try {
                for (int number = 0; number < FILES; number++) {
                  Files.createFile(scratch.path().resolve("file-" + number));
                  writing.countDown();
                }
              } catch (IOException e) {
                end.set(e);
              }
            });
    writing.await();
    scratch.close();
    writer.join();
    assertThat(end.get())
        .satisfiesAnyOf(
            none -> assertThat(none).isNull(),
            gone -> assertThat(gone).isInstanceOf(NoSuchFileException.class));
    assertThat(parent).isEmptyDirectory();
  }
}
