package io.seedfall.control.identity;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PrivateFilesTest {
  private static final byte[] OLD = "old".getBytes(UTF_8);
  private static final byte[] NEW = "new".getBytes(UTF_8);

  @TempDir private Path directory;

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    }
  }

  @Test
  void whatIsWrittenIsForTheOwnerAlone() throws IOException {
    Path file = directory.resolve("key");
    PrivateFiles.write(file, OLD);
    assertThat(mode(file)).isEqualTo("rw-------");
    PrivateFiles.write(file, NEW);
    assertThat(PrivateFiles.read(file)).isEqualTo(NEW);
    Path made = PrivateFiles.directory(directory.resolve("a/b"));
    assertThat(mode(made)).isEqualTo("rwx------");
    assertThat(mode(directory.resolve("a"))).isEqualTo("rwx------");
    assertThat(files()).as("nothing is left").hasSize(2);
  }

  @Test
  void aNewFileIsWrittenOnce() throws IOException {
    Path file = directory.resolve("key");
    PrivateFiles.writeNew(file, OLD);
    assertThatExceptionOfType(FileAlreadyExistsException.class)
        .isThrownBy(() -> PrivateFiles.writeNew(file, NEW));
    assertThat(PrivateFiles.read(file)).isEqualTo(OLD);
    assertThat(mode(file)).isEqualTo("rw-------");
    assertThat(files()).containsExactly(file);
  }

  @Test
  void aFileThatOthersMayUseIsNotRead() throws IOException {
    Path file = directory.resolve("key");
    for (String open : List.of("rw-r-----", "rw--w----", "rw----r--", "rw-----w-", "rwxrwxrwx")) {
      PrivateFiles.write(file, OLD);
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(open));
      assertThatIOException()
          .as(open)
          .isThrownBy(() -> PrivateFiles.read(file))
          .withMessageContaining("chmod 600 " + file);
    }
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--------"));
    assertThat(PrivateFiles.read(file)).isEqualTo(OLD);
  }

  @Test
  void aFileIsReadUpToItsLimit() throws IOException {
    Path file = directory.resolve("key");
    PrivateFiles.write(file, new byte[PrivateFiles.BYTES_MAX]);
    assertThat(PrivateFiles.read(file)).hasSize(PrivateFiles.BYTES_MAX);
    PrivateFiles.write(file, new byte[PrivateFiles.BYTES_MAX + 1]);
    assertThatIOException().isThrownBy(() -> PrivateFiles.read(file));
  }
}
