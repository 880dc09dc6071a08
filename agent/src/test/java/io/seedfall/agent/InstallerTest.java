package io.seedfall.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seedfall.control.Destination;
import io.seedfall.control.FileAttributes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstallerTest {
  @TempDir Path temporary;
  private Path root;
  private Path outside;
  private Path kept;
  private Installer installer;

  @BeforeEach
  void openInstaller() throws IOException {
    temporary = temporary.toRealPath();
    root = Files.createDirectory(temporary.resolve("root"));
    outside = Files.createDirectory(temporary.resolve("outside"));
    installer = Installer.open(root);
    kept = Files.createDirectories(root.resolve(".seedfall/versions/v/content"));
  }

  @AfterEach
  void closeInstaller() throws IOException {
    installer.close();
  }

  @Test
  void aFileIsLinkedToItsDestinationAndParentsAreMade() throws Exception {
    Path content = keptFile("model.bin", "one");

    install(installer, content, false, at("models/search/current"), false);

    Path installed = root.resolve("models/search/current");
    assertThat(installed).hasContent("one");
    assertThat(inode(installed)).isEqualTo(inode(content));
    assertThat(staged()).isEmpty();
  }

  @Test
  void aFileReplacesAFileWhoeverPutItThereAndTheKeptVersionStays() throws Exception {
    Files.writeString(root.resolve("current"), "by hand");
    Path content = keptFile("model.bin", "two");

    install(installer, content, false, at("current"), false);

    assertThat(root.resolve("current")).hasContent("two");
    assertThat(content).hasContent("two");
    assertThat(staged()).isEmpty();
  }

  @Test
  void theSameFileInstalledAgainLeavesNothingBehind() throws Exception {
    Path content = keptFile("model.bin", "one");

    install(installer, content, false, at("current"), false);
    install(installer, content, false, at("current"), true);

    assertThat(root.resolve("current")).hasContent("one");
    assertThat(staged()).isEmpty();
  }

  @Test
  void aTreeIsPutInPlaceWithEveryFile() throws Exception {
    keptFile("a/empty", "");
    keptFile("a/b/ü.txt", "deep");

    install(installer, kept, true, at("x/tree"), false);

    assertThat(root.resolve("x/tree/a/empty")).isEmptyFile();
    assertThat(root.resolve("x/tree/a/b/ü.txt")).hasContent("deep");
    assertThat(staged()).isEmpty();
  }

  @Test
  void aTreeThatWeInstalledIsExchangedForTheNextOne() throws Exception {
    keptFile("old", "old");
    install(installer, kept, true, at("tree"), false);
    Path next = Files.createDirectories(root.resolve(".seedfall/versions/w/content"));
    Files.writeString(next.resolve("new"), "new");

    Prepared prepared = installer.prepare(next, true, at("tree"), true, FileAttributes.NONE);
    installer.place(prepared, at("tree"), true, false);

    assertThat(names(root.resolve("tree"))).containsExactly("new");
    assertThat(staged()).hasSize(1);
    installer.discard(prepared);
    assertThat(staged()).isEmpty();
    assertThat(kept.resolve("old")).hasContent("old");
  }

  @Test
  void anEmptyDirectoryIsReplacedByATree() throws Exception {
    Files.createDirectory(root.resolve("tree"));
    keptFile("f", "f");

    install(installer, kept, true, at("tree"), false);

    assertThat(root.resolve("tree/f")).hasContent("f");
  }

  @Test
  void aTreeOfOursIsReplacedByAFileAndTheReverse() throws Exception {
    Path content = keptFile("f", "f");
    install(installer, kept, true, at("x"), false);

    install(installer, content, false, at("x"), true);
    assertThat(root.resolve("x")).isRegularFile().hasContent("f");

    install(installer, kept, true, at("x"), true);
    assertThat(root.resolve("x/f")).hasContent("f");
  }

  @Test
  void aDirectoryThatWeDidNotInstallStays() throws Exception {
    Files.createDirectory(root.resolve("x"));
    Files.writeString(root.resolve("x/mine"), "mine");
    Path content = keptFile("f", "f");

    refused(content, false, "x", false, "is a directory: a file is to be put there");
    refused(kept, true, "x", false, "is a directory that Seedfall did not install");
    assertThat(root.resolve("x/mine")).hasContent("mine");
  }

  @Test
  void aFileThatWeDidNotInstallIsNotReplacedByATree() throws Exception {
    Files.writeString(root.resolve("x"), "mine");
    keptFile("f", "f");

    refused(kept, true, "x", false, "is a file: a directory is to be put there");
    assertThat(root.resolve("x")).hasContent("mine");
  }

  @Test
  void aParentThatIsAFileIsRefused() throws Exception {
    Files.writeString(root.resolve("file"), "mine");

    refused(keptFile("f", "f"), false, "file/x", false, root + "/file is not a directory");
  }

  @Test
  void aLinkOnTheWayIsRefused() throws Exception {
    Files.createSymbolicLink(root.resolve("way"), outside);
    Files.createDirectory(outside.resolve("in"));

    refused(keptFile("f", "f"), false, "way/x", false, root + "/way is a symbolic link");
    refused(keptFile("f", "f"), false, "way/in/x", false, root + "/way is a symbolic link");
    assertThat(names(outside.resolve("in"))).isEmpty();
  }

  @Test
  void theAgentsOwnDirectoryIsRefused() throws Exception {
    refused(keptFile("f", "f"), false, ".seedfall", true, "the agent's own");
    refused(keptFile("f", "f"), false, ".seedfall/versions/x", true, "the agent's own");
    refused(keptFile("f", "f"), false, ".SEEDFALL/x", true, "the agent's own");
    install(installer, keptFile("f", "f"), false, at("a/.seedfall"), false);
    assertThat(root.resolve("a/.seedfall")).hasContent("f");
  }

  @Test
  void aLinkAtTheDestinationIsRefused() throws Exception {
    Files.writeString(outside.resolve("target"), "theirs");
    Files.createSymbolicLink(root.resolve("x"), outside.resolve("target"));

    refused(keptFile("f", "f"), false, "x", true, "is a symbolic link");
    assertThat(outside.resolve("target")).hasContent("theirs");
    assertThat(Files.isSymbolicLink(root.resolve("x"))).isTrue();
  }

  @Test
  void contentOnAnotherFileSystemIsCopied() throws Exception {
    // Shared memory is a file system of its own on every Linux.
    Path other = Files.createTempDirectory(Path.of("/dev/shm"), "seedfall-installer");
    try (Installer there = Installer.open(other)) {
      Path content = keptFile("f", "f");
      install(there, content, false, at("deep/x"), false);
      assertThat(other.resolve("deep/x")).hasContent("f");
      assertThat(names(other.resolve(".seedfall/install"))).isEmpty();
    } finally {
      deleteTree(other);
    }
  }

  @Test
  void aDestinationThatTakesNoNewEntriesIsNotWritable() throws Exception {
    Path content = keptFile("f", "f");
    Path closed = Files.createDirectory(root.resolve("closed"));
    try (Unwritable ignored = Unwritable.make(closed)) {
      assertThat(ignored).isNotNull();
      assertThatThrownBy(() -> install(installer, content, false, at("closed/x"), false))
          .isInstanceOf(InstallRefused.class)
          .hasMessageContaining("destination " + root + "/closed/x is not writable");
    }
    assertThat(names(closed)).isEmpty();
    assertThat(staged()).isEmpty();
  }

  @Test
  void withoutHardLinksTheContentIsCopied() throws Exception {
    keptFile("a/f", "copied");
    try (Installer copying = Installer.open(root, failingLinks(LinuxException.EPERM))) {
      install(copying, kept, true, at("tree"), false);
    }
    assertThat(root.resolve("tree/a/f")).hasContent("copied");
    assertThat(inode(root.resolve("tree/a/f"))).isNotEqualTo(inode(kept.resolve("a/f")));
  }

  @Test
  void aFailureWhileStagingLeavesTheDestinationAsItWas() throws Exception {
    Files.writeString(root.resolve("x"), "old");
    Path content = keptFile("f", "f");
    try (Installer failing = Installer.open(root, failingLinks(LinuxException.ENOSPC))) {
      assertThatThrownBy(() -> install(failing, content, false, at("x"), false))
          .isInstanceOf(InstallRefused.class)
          .hasMessageContaining("no space left for " + root + "/x");
    }
    assertThat(root.resolve("x")).hasContent("old");
    assertThat(staged()).isEmpty();
  }

  @Test
  void aLinkInTheKeptVersionIsNotInstalled() throws Exception {
    keptFile("f", "f");
    Files.writeString(outside.resolve("secret"), "secret");
    Files.createSymbolicLink(kept.resolve("l"), outside.resolve("secret"));

    refusedAtInstall(kept, true, "tree", "not a regular file");
    refusedAtInstall(kept.resolve("l"), false, "file", "not a regular file");
    assertThat(root.resolve("tree")).doesNotExist();
    assertThat(root.resolve("file")).doesNotExist();
  }

  @Test
  void whatAKilledInstallLeftIsGoneAfterTheNextStart() throws Exception {
    Files.createDirectories(root.resolve(".seedfall/install/new-0/deep/er"));
    Files.writeString(root.resolve(".seedfall/install/new-1"), "half");
    Files.createSymbolicLink(root.resolve(".seedfall/install/l"), outside);
    Files.writeString(outside.resolve("theirs"), "theirs");

    try (Installer next = Installer.open(root)) {
      next.sweep(Set.of());
    }

    assertThat(staged()).isEmpty();
    assertThat(outside.resolve("theirs")).exists();
  }

  @Test
  void ourOwnDirectoryMustNotBeALink() throws Exception {
    Path other = Files.createDirectory(temporary.resolve("other"));
    Files.createSymbolicLink(other.resolve(".seedfall"), outside);

    assertThatThrownBy(() -> Installer.open(other)).isInstanceOf(IOException.class);
    assertThat(names(outside)).isEmpty();
  }

  @Test
  void aParentSwappedForALinkMeanwhileLeadsNowhere() throws Exception {
    Path content = keptFile("f", "new");
    Path parent = Files.createDirectory(root.resolve("parent"));
    Path aside = root.resolve("aside");
    AtomicBoolean stop = new AtomicBoolean();
    Thread flipper = Thread.ofPlatform().start(() -> flipUntil(stop, parent, aside));
    int installed = 0;
    int refused = 0;
    try {
      for (int i = 0; i < 20_000 && (i < 200 || installed == 0 || refused == 0); i++) {
        try {
          install(installer, content, false, at("parent/x"), false);
          installed++;
        } catch (InstallRefused expected) {
          refused++;
        }
      }
    } finally {
      stop.set(true);
      flipper.join();
    }
    assertThat(names(outside)).isEmpty();
    assertThat(staged()).isEmpty();
    assertThat(installed).isPositive();
    assertThat(refused).isPositive();
  }

  /** One moment the parent is a directory, the next a link that leads outside. */
  private void flipUntil(AtomicBoolean stop, Path parent, Path aside) {
    while (!stop.get()) {
      try {
        Files.move(parent, aside);
        Files.createSymbolicLink(parent, outside);
        Files.delete(parent);
        Files.move(aside, parent);
      } catch (IOException e) {
        // The installer made the parent anew in between: start over from that one.
        removeQuietly(aside);
        if (Files.isSymbolicLink(parent)) {
          removeQuietly(parent);
        }
      }
    }
  }

  private static void removeQuietly(Path path) {
    try {
      if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
        deleteTree(path);
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private void refused(Path content, boolean tree, String where, boolean ours, String why) {
    assertThatThrownBy(() -> installer.check(at(where), tree, ours))
        .isInstanceOf(InstallRefused.class)
        .hasMessageContaining(why);
    refusedAtInstall(content, tree, where, why, ours);
  }

  private void refusedAtInstall(Path content, boolean tree, String where, String why) {
    refusedAtInstall(content, tree, where, why, false);
  }

  private void refusedAtInstall(
      Path content, boolean tree, String where, String why, boolean ours) {
    assertThatThrownBy(() -> install(installer, content, tree, at(where), ours))
        .isInstanceOf(InstallRefused.class)
        .hasMessageContaining(why);
  }

  private static void install(
      Installer by, Path content, boolean tree, Destination destination, boolean ours)
      throws InstallRefused, IOException {
    Prepared prepared = by.prepare(content, tree, destination, ours, FileAttributes.NONE);
    by.place(prepared, destination, ours, false);
    by.discard(prepared);
  }

  private static Staging.Links failingLinks(int errno) {
    return (source, name, target, newName) -> {
      throw new LinuxException("link", newName, errno);
    };
  }

  private static Destination at(String text) {
    return Destination.parse(text);
  }

  private Path keptFile(String name, String text) throws IOException {
    Path file = kept.resolve(name);
    Files.createDirectories(file.resolveSibling("."));
    return Files.writeString(file, text);
  }

  private static Object inode(Path path) throws IOException {
    return Files.getAttribute(path, "unix:ino");
  }

  private List<String> staged() throws IOException {
    return names(root.resolve(".seedfall/install"));
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    }
  }

  private static void deleteTree(Path path) throws IOException {
    try (Directory parent = Directory.open(path.resolveSibling("."))) {
      parent.removeTree(path.getFileName().toString());
    }
  }
}
