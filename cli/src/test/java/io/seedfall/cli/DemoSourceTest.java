package io.seedfall.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DemoSourceTest {
  @TempDir Path directory;

  private Path filled(String name, long seed) throws IOException {
    Path file = Files.createFile(directory.resolve(name));
    DemoSource.fill(file, (1 << 20) + 3, seed);
    return file;
  }

  @Test
  void aFileIsNotFilledThatIsGone() {
    assertThatThrownBy(() -> DemoSource.fill(directory.resolve("gone"), 10, 1))
        .isInstanceOf(NoSuchFileException.class);
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void aMadeFileHasTheSizeAskedForAndFollowsFromItsSeed() throws IOException {
    Path one = filled("one", 7);
    Path same = filled("same", 7);
    Path other = filled("other", 8);
    assertThat(Files.size(one)).isEqualTo((1 << 20) + 3);
    assertThat(TreeDigest.of(one))
        .isEqualTo(TreeDigest.of(same))
        .isNotEqualTo(TreeDigest.of(other));
  }

  @Test
  void spaceIsCheckedBeforeAnythingStarts() throws IOException {
    DemoSource.requireSpace(directory, 1_000, 9);
    assertThatThrownBy(() -> DemoSource.requireSpace(directory, Long.MAX_VALUE / 4, 9))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("not enough space in " + directory)
        .hasMessageContaining("--size");
  }

  @Test
  void aDemoWritesWhereTheUserWants() {
    assertThat(DemoSource.temporaryDirectory(directory.toString())).isEqualTo(directory);
    Path usual = Path.of(System.getProperty("java.io.tmpdir"));
    assertThat(DemoSource.temporaryDirectory(null)).isEqualTo(usual);
    assertThat(DemoSource.temporaryDirectory("")).isEqualTo(usual);
    String missing = directory.resolve("none").toString();
    assertThatThrownBy(() -> DemoSource.temporaryDirectory(missing))
        .isInstanceOf(CommandFailure.class)
        .hasMessage("TMPDIR: no such directory: " + missing);
  }

  @Test
  void aTreesBytesAreThoseOfItsFiles() throws IOException {
    Files.createDirectories(directory.resolve("tree/sub"));
    Files.write(directory.resolve("tree/a"), new byte[10]);
    Files.write(directory.resolve("tree/sub/b"), new byte[5]);
    assertThat(DemoSource.bytesAt(directory.resolve("tree"))).isEqualTo(15);
    assertThatThrownBy(() -> DemoSource.bytesAt(directory.resolve("none")))
        .hasMessage("no such file: " + directory.resolve("none"));
  }

  @Test
  void twoTreesAreEqualWhenEveryFileIs() throws IOException {
    for (String tree : new String[] {"x", "y"}) {
      Files.createDirectories(directory.resolve(tree + "/ordner/ünter"));
      Files.writeString(directory.resolve(tree + "/ordner/ünter/größe.bin"), "inhalt");
      Files.write(directory.resolve(tree + "/empty"), new byte[0]);
    }
    TreeDigest first = TreeDigest.of(directory.resolve("x"));
    assertThat(TreeDigest.of(directory.resolve("y"))).isEqualTo(first);
    assertThat(first.files().keySet()).containsExactly("empty", "ordner/ünter/größe.bin");
    Files.createSymbolicLink(directory.resolve("y/link"), Path.of("empty"));
    assertThat(TreeDigest.of(directory.resolve("y"))).isNotEqualTo(first);
  }
}
