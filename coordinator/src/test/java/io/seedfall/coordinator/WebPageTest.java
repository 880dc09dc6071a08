package io.seedfall.coordinator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WebPageTest {
  @TempDir Path state;

  @Test
  void thePageMayLoadNothingFromElsewhereAndStandInNoFrame() throws IOException {
    try (Rig rig = new Rig(state)) {
      String answer = get(rig, "/", "");
      assertThat(answer)
          .startsWith("HTTP/1.1 200")
          .contains("Content-Security-Policy: default-src 'none'; script-src 'self'")
          .contains("frame-ancestors 'none'")
          .contains("X-Content-Type-Options: nosniff")
          .contains("X-Frame-Options: DENY")
          .contains("Content-Type: text/html;")
          .contains("Cache-Control: no-cache")
          .contains("<title>Seedfall</title>");
      assertThat(WebPage.POLICY).doesNotContain("unsafe").doesNotContain("http");
    }
  }

  @Test
  void whoHasItAlreadyIsToldSo() throws IOException {
    try (Rig rig = new Rig(state)) {
      String tag = header(get(rig, "/", ""), "ETag");
      assertThat(get(rig, "/", "If-None-Match: " + tag + "\r\n")).startsWith("HTTP/1.1 304");
      assertThat(get(rig, "/", "If-None-Match: \"another\"\r\n")).startsWith("HTTP/1.1 200");
    }
  }

  @Test
  void aPathThatTheBuildDidNotListIsNone() throws IOException {
    try (Rig rig = new Rig(state)) {
      for (String path :
          new String[] {"/files.txt", "/assets/../index.html", "/%2e%2e/Store.class", "/assets/"}) {
        assertThat(get(rig, path, "")).matches("(?s)HTTP/1.1 40[04].*");
      }
    }
  }

  @Test
  void onlyAListedPageOfOurOwnHostIsServed() throws IOException {
    try (Rig rig = new Rig(state)) {
      String answer = rig.raw("GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n");
      assertThat(answer).startsWith("HTTP/1.1 403");
    }
  }

  @Test
  void whoTakesNoGzipGetsNone() {
    assertThat(WebPage.takesGzip("gzip, deflate, br")).isTrue();
    assertThat(WebPage.takesGzip("br;q=1.0, GZIP;q=0.5")).isTrue();
    assertThat(WebPage.takesGzip("gzip;q=0")).isFalse();
    assertThat(WebPage.takesGzip("gzip; q=0.000")).isFalse();
    assertThat(WebPage.takesGzip("xgzip")).isFalse();
    assertThat(WebPage.takesGzip("")).isFalse();
    assertThat(WebPage.takesGzip(null)).isFalse();
  }

  @Test
  void aPageIsAFewSmallFiles() {
    Map<String, byte[]> files = new TreeMap<>(Map.of("index.html", "x".getBytes(UTF_8)));
    for (int file = 1; file < WebPage.FILES_MAX; file++) {
      files.put("assets/" + file + ".js", new byte[0]);
    }
    assertThat(new WebPage(files).paths()).contains("/", "/assets/1.js").hasSize(files.size());

    Map<String, byte[]> oneMore = new HashMap<>(files);
    oneMore.put("assets/more.js", new byte[0]);
    assertThatThrownBy(() -> new WebPage(oneMore)).isInstanceOf(IllegalStateException.class);

    files.put("assets/1.js", new byte[WebPage.BYTES_MAX - 1]);
    assertThat(new WebPage(files).paths()).hasSize(files.size());
    files.put("assets/1.js", new byte[WebPage.BYTES_MAX]);
    assertThatThrownBy(() -> new WebPage(files)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> new WebPage(Map.of())).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(
            () -> new WebPage(Map.of("index.html", new byte[0], "what.exe", new byte[0])))
        .hasMessageContaining("what.exe");
  }

  private static String get(Rig rig, String path, String more) throws IOException {
    return rig.raw(
        "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + more + "Connection: close\r\n\r\n");
  }

  private static String header(String answer, String name) {
    return answer
        .lines()
        .filter(line -> line.startsWith(name + ": "))
        .findFirst()
        .orElseThrow()
        .substring(name.length() + 2);
  }
}
