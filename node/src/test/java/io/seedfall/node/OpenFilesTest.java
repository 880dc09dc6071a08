package io.seedfall.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OpenFilesTest {
  @TempDir Path root;
  private final List<Path> paths = new ArrayList<>();
  private final List<FileChannel> opened = new ArrayList<>();

  @BeforeEach
  void makeMoreFilesThanMayBeOpen() throws Exception {
    for (int i = 0; i <= OpenFiles.OPEN_MAX; i++) {
      paths.add(Files.write(root.resolve("f" + i), new byte[] {(byte) i}));
    }
  }

  private OpenFiles files(boolean mapped) {
    return new OpenFiles(
        paths,
        false,
        mapped,
        (path, options) -> {
          FileChannel channel = FileChannel.open(path, options);
          opened.add(channel);
          return channel;
        });
  }

  @Test
  void theFileUnusedForLongestIsClosedForTheNext() throws Exception {
    try (OpenFiles files = files(true)) {
      for (int i = 0; i < OpenFiles.OPEN_MAX; i++) {
        files.lease(i).close();
      }
      files.lease(0).close(); // used again: now file 1 is the oldest
      assertThat(opened).allMatch(FileChannel::isOpen);
      files.lease(OpenFiles.OPEN_MAX).close();
      assertThat(opened.get(0).isOpen()).isTrue();
      assertThat(opened.get(1).isOpen()).isFalse();
    }
    assertThat(opened).noneMatch(FileChannel::isOpen);
  }

  @Test
  void aFileIsMappedWhenItIsLargeEnoughToBeWorthIt() throws Exception {
    int least = OpenFiles.MAPPED_BYTES_MIN;
    Files.write(paths.get(0), new byte[least]);
    Files.write(paths.get(1), new byte[least - 1]);
    try (OpenFiles files = files(true);
        OpenFiles.Lease large = files.lease(0);
        OpenFiles.Lease small = files.lease(1)) {
      assertThat(large.mapped(0, least)).isNotNull();
      assertThat(large.mapped(1, least)).as("the file ends before").isNull();
      assertThat(small.mapped(0, 1)).isNull();
    }
    try (OpenFiles files = files(false);
        OpenFiles.Lease large = files.lease(0)) {
      assertThat(large.mapped(0, 1)).as("nobody wants it mapped").isNull();
    }
  }

  @Test
  void aLeasedFileIsNeverClosedForAnother() throws Exception {
    try (OpenFiles files = files(false)) {
      List<OpenFiles.Lease> leases = new ArrayList<>();
      for (int i = 0; i < OpenFiles.OPEN_MAX; i++) {
        leases.add(files.lease(i));
      }
      CompletableFuture<OpenFiles.Lease> next = new CompletableFuture<>();
      Thread waiting =
          Thread.ofPlatform()
              .start(() -> {
                try {
                  next.complete(files.lease(OpenFiles.OPEN_MAX));
                } catch (IOException e) {
                  next.completeExceptionally(e);
                }
              });
      while (waiting.getState() != Thread.State.WAITING) {
        Thread.onSpinWait();
      }
      assertThat(next).isNotDone();
      leases.removeLast().close();
      next.get(Heard.PATIENCE_SECONDS, TimeUnit.SECONDS).close();
      waiting.join();
      leases.forEach(OpenFiles.Lease::close);
    }
  }

  @Test
  void closingWhileSomebodyReadsIsABug() throws Exception {
    OpenFiles files = files(false);
    OpenFiles.Lease lease = files.lease(0);
    assertThatThrownBy(files::close).isInstanceOf(IllegalStateException.class);
    lease.channel().close();
  }

  @Test
  void noLinkIsFollowed() throws Exception {
    Path link = Files.createSymbolicLink(root.resolve("link"), paths.get(0));
    try (OpenFiles files = new OpenFiles(List.of(link), false, false, FileChannel::open)) {
      assertThatThrownBy(() -> files.lease(0)).isInstanceOf(IOException.class);
    }
  }
}
