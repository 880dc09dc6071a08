package io.seedfall.protocol.metainfo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seedfall.protocol.Seeds;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

final class RelativePathTest {
  @Test
  void aPathIsItsNames() {
    RelativePath path = RelativePath.parse("a/b c/d.txt");
    assertThat(path).isEqualTo(RelativePath.of("a", "b c", "d.txt"));
    assertThat(path).hasToString("a/b c/d.txt");
    assertThat(path.fileName()).isEqualTo("d.txt");
    assertThat(path.parts()).containsExactly("a", "b c", "d.txt");
  }

  @Test
  void plainNamesPassAsTheyAre() {
    for (String name : List.of("...", "..a", "a..", " ", "-", "~", "\\", "a\nb", "CON", "🌱")) {
      assertThat(RelativePath.of(name).fileName()).isEqualTo(name);
    }
  }

  @Test
  void whatIsNotPlainlyANameIsRefused() {
    for (String bad :
        List.of("", "/", "/a", "a/", "a//b", ".", "..", "a/..", "../a", "a/./b", "a\0b")) {
      assertThatThrownBy(() -> RelativePath.parse(bad))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("path: ");
    }
    assertThatThrownBy(() -> RelativePath.of("a/b")).hasMessageContaining("'/'");
    assertThatThrownBy(() -> RelativePath.of("half a pair \ud83c"))
        .hasMessageContaining("not Unicode");
    assertThatThrownBy(RelativePath::of).hasMessageContaining("0 names");
  }

  @Test
  void aPathHasItsLimits() {
    assertThat(RelativePath.of("é".repeat(127) + "e")).isNotNull();
    assertThatThrownBy(() -> RelativePath.of("é".repeat(128))).hasMessageContaining("256 bytes");

    List<String> most = Collections.nCopies(RelativePath.PARTS_MAX, "x");
    assertThat(new RelativePath(most)).isNotNull();
    List<String> tooMany = Collections.nCopies(RelativePath.PARTS_MAX + 1, "x");
    assertThatThrownBy(() -> new RelativePath(tooMany)).hasMessageContaining("29 names");

    List<String> longest = new ArrayList<>(Collections.nCopies(8, "x".repeat(255)));
    assertThat(new RelativePath(longest).toString()).hasSize(RelativePath.PATH_BYTES_MAX - 1);
    longest.set(7, "x".repeat(254));
    longest.add("y");
    assertThat(new RelativePath(longest).toString()).hasSize(RelativePath.PATH_BYTES_MAX);
    longest.set(8, "yy");
    assertThatThrownBy(() -> new RelativePath(longest)).hasMessageContaining("2049 bytes");
  }

  @Test
  void aPathKeepsItsNames() {
    List<String> names = new ArrayList<>(List.of("a"));
    RelativePath path = new RelativePath(names);
    names.set(0, "..");
    assertThat(path.parts()).containsExactly("a");
  }

  @Test
  void pathsSortNameByNameAndByRawBytes() {
    TreeSet<RelativePath> sorted = new TreeSet<>();
    for (String path :
        List.of("b", "a.txt", "a/z", "a", "ä", "Z", "\uffee", "\ud83c\udf31", "a/B")) {
      sorted.add(RelativePath.parse(path));
    }
    // As UTF-16 the seedling (a surrogate pair) would stand before U+FFEE.
    assertThat(sorted)
        .extracting(RelativePath::toString)
        .containsExactly("Z", "a", "a/B", "a/z", "a.txt", "b", "ä", "\uffee", "\ud83c\udf31");
  }

  @Test
  void noNamesLeadOutOfTheDirectory() {
    String alphabet = "./a\0\\ b";
    Seeds.check(
        5_000,
        random -> {
          StringBuilder text = new StringBuilder();
          for (int i = random.nextInt(10); i > 0; i--) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
          }
          if (RelativePath.faultOf(List.of(text.toString().split("/", -1))) == null) {
            String normal = "/" + RelativePath.parse(text.toString()) + "/";
            assertThat(normal).isEqualTo("/" + text + "/");
            assertThat(normal).doesNotContain("/../", "/./", "//", "\0");
          } else {
            assertThatThrownBy(() -> RelativePath.parse(text.toString()))
                .isInstanceOf(IllegalArgumentException.class);
          }
        });
  }
}
