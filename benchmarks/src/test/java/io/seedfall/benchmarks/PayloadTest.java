package io.seedfall.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a contest is about is the same for all, and what arrives is compared to all of it. */
final class PayloadTest {
  @Test
  void aFilesDigestIsThatOfItsContent(@TempDir Path directory) throws Exception {
    Payload payload = Payload.write(directory, (1 << 20) + 1, 1);
    assertThat(Files.size(payload.file())).isEqualTo((1 << 20) + 1);
    assertThat(Commands.run("sha256sum", payload.file().toString())).startsWith(payload.sha256());
  }

  @Test
  void aTreeHasItsFilesAndItsCopyIsTold(@TempDir Path directory) throws Exception {
    Payload tree = Payload.writeTree(directory, 201, 10, 1);
    assertThat(tree.bytes()).isEqualTo(2010);
    assertThat(files(tree.file())).hasSize(201);
    Path copy = directory.resolve("copy");
    tree.linkTo(copy);
    assertThat(tree.isIn(copy)).isTrue();

    Path one = files(copy).get(100);
    byte[] content = Files.readAllBytes(one);
    Files.delete(one);
    assertThat(tree.isIn(copy)).as("a file is missing").isFalse();
    Files.write(one.resolveSibling("other"), content);
    assertThat(tree.isIn(copy)).as("a file has another name").isFalse();
    Files.delete(one.resolveSibling("other"));
    Files.write(one, new byte[10]);
    assertThat(tree.isIn(copy)).as("a file has other content").isFalse();
    Files.write(one, content);
    assertThat(tree.isIn(copy)).isTrue();
    assertThat(tree.isIn(directory.resolve("nothing"))).isFalse();
  }

  private static List<Path> files(Path tree) throws Exception {
    try (Stream<Path> all = Files.walk(tree)) {
      return all.filter(Files::isRegularFile).sorted().toList();
    }
  }
}
