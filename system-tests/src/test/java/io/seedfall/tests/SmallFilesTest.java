package io.seedfall.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A tree of a hundred thousand files: all that is kept for each must fit the usual heap. */
final class SmallFilesTest {
  private static final int FOLDERS = 500;
  private static final int FILES = 200;
  private static final int FILE_BYTES = 40;

  @Test
  void aHundredThousandFilesArrive(@TempDir Path directory) throws Exception {
    Path tree = directory.resolve("tree");
    SplittableRandom random = new SplittableRandom(1);
    byte[] content = new byte[FILE_BYTES];
    for (int folder = 0; folder < FOLDERS; folder++) {
      Path at = Files.createDirectories(tree.resolve("folder-" + folder));
      for (int file = 0; file < FILES; file++) {
        random.nextBytes(content);
        Files.write(at.resolve("file-" + file), content);
      }
    }
    try (Cluster cluster = Cluster.start(directory)) {
      cluster.agent(1);
      SeedfallProcess deploy =
          cluster.command("deploy", tree.toString(), "--to", "all", "--path", "tree");
      assertThat(deploy.awaitExit()).as(deploy.both()).isZero();
      assertThat(TestFiles.sha256s(cluster.root(1).resolve("tree")))
          .hasSize(FOLDERS * FILES)
          .isEqualTo(TestFiles.sha256s(tree));
    }
  }
}
