package io.seedfall.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class TidyTest {
  @Test
  void everySourceFileKeepsTheHouseRules() throws IOException {
    Path root = Path.of(System.getProperty("seedfall.root", ".."));
    List<String> violations = new ArrayList<>();
    int files = 0;
    try (Stream<Path> modules = Files.list(root)) {
      for (Path sources : modules.map(module -> module.resolve("src")).sorted().toList()) {
        files += check(root, sources, violations);
      }
    }
    assertThat(files).as("source files under %s", root.toAbsolutePath()).isGreaterThan(50);
    assertThat(violations).isEmpty();
  }

  private static int check(Path root, Path sources, List<String> violations) throws IOException {
    if (!Files.isDirectory(sources)) {
      return 0;
    }
    try (Stream<Path> tree = Files.walk(sources)) {
      List<Path> files = tree.filter(path -> path.toString().endsWith(".java")).sorted().toList();
      for (Path file : files) {
        String name = root.relativize(file).toString();
        violations.addAll(
            TidyRules.violations(name, Files.readString(file), name.contains("/src/test/")));
      }
      return files.size();
    }
  }

  @Test
  void aPublicTypeNeedsJavadocInTheProductAndNotInTests() {
    String source = "package a; public final class Thing {}";
    assertThat(product(source)).containsExactly("A.java:1: Thing is public and has no Javadoc");
    assertThat(TidyRules.violations("A.java", source, true)).isEmpty();
    assertThat(product("package a; /** A thing. */ public final class Thing {}")).isEmpty();
    assertThat(product("package a; final class Thing { public void go() {} }")).isEmpty();
  }

  @Test
  void aPublicMethodNeedsJavadocUnlessItOverrides() {
    assertThat(product("/** T. */ public class T {\n public int size() { return 1; } }"))
        .containsExactly("A.java:2: size is public and has no Javadoc");
    assertThat(product("/** T. */ public class T { @Override public String toString() {} }"))
        .isEmpty();
  }

  @Test
  void aTypeInsideAPublicInterfaceIsPublic() {
    assertThat(product("/** T. */ public interface T {\n record R() {} }"))
        .containsExactly("A.java:2: R is public and has no Javadoc");
  }

  @Test
  void aClassHasAtMostSoManyLines() {
    assertThat(product("class T {" + "\n".repeat(TidyRules.CLASS_LINES_MAX - 1) + "}")).isEmpty();
    assertThat(product("class T {" + "\n".repeat(TidyRules.CLASS_LINES_MAX) + "}"))
        .containsExactly("A.java:1: T has 600 lines (at most 599)");
  }

  @Test
  void aMethodHasAtMostSoManyLines() {
    int limit = TidyRules.METHOD_LINES_MAX;
    assertThat(product("class T { void go() {" + "\n".repeat(limit - 1) + "} }")).isEmpty();
    assertThat(product("class T { void go() {" + "\n".repeat(limit) + "} }"))
        .containsExactly("A.java:1: go has 70 lines (at most 69)");
  }

  @Test
  void aNameSaysWhatTheClassDoes() {
    assertThat(product("class PeerManager {}\nclass Metainfo {}\nclass Item {}\nclass IThing {}"))
        .containsExactly(
            "A.java:1: PeerManager: a name like this says nothing about the job",
            "A.java:4: IThing: a name like this says nothing about the job");
  }

  @Test
  void nothingIsSkippedAndNothingIsLeftForLater() {
    assertThat(product("class T {\n @Disabled void go() {} }"))
        .containsExactly("A.java:2: @Disabled: no test is skipped");
    assertThat(product("class T {} // FIX" + "ME later"))
        .containsExactly("A.java:1: FIX" + "ME: do it or leave it");
  }

  @Test
  void aTestDoesNotSleep() {
    String source = "class T { void go() { Thread.sleep(1); } }";
    assertThat(TidyRules.violations("A.java", source, true))
        .containsExactly("A.java:1: Thread.sleep: a test waits for an event, not for time");
    assertThat(product(source)).isEmpty();
  }

  private static List<String> product(String source) {
    return TidyRules.violations("A.java", source, false);
  }
}
