package io.seedfall.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.seedfall.node.ArtifactHasher;
import io.seedfall.node.HashProgress;
import io.seedfall.protocol.SelfSigned;
import io.seedfall.protocol.metainfo.TorrentFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Debian's nginx is the origin (BEP 19), alone and beside a peer. */
final class WebSeedsTest {
  private static final String LOOPBACK = "127.0.0.1:0";
  private static final int PIECE_BYTES = 64 * 1024;
  private static final long FILE_BYTES = (12 << 20) + 7;
  private static final Pattern FROM =
      Pattern.compile("\"from_peers\":([0-9]+),\"from_web_seeds\":([0-9]+)");

  private final Path directory;
  private final Path web;
  private final Path scratch;
  private final Path torrent;
  private final Path out;

  WebSeedsTest(@TempDir Path directory) throws IOException {
    this.directory = directory;
    this.web = Files.createDirectories(directory.resolve("web"));
    this.scratch = directory.resolve("nginx");
    this.torrent = directory.resolve("made.torrent");
    this.out = directory.resolve("out");
  }

  private void makeTorrent(Path source, TorrentFormat format, Nginx nginx) throws IOException {
    Files.write(
        torrent,
        ArtifactHasher.hash(
                source,
                String.valueOf(source.getFileName()),
                PIECE_BYTES,
                HashProgress.none(),
                format)
            .withWebSeeds(List.of(nginx.url()))
            .toTorrentBytes());
  }

  private SeedfallProcess get(String... more) throws IOException {
    return SeedfallProcess.start(directory, arguments(more));
  }

  private String[] arguments(String... more) {
    List<String> arguments = new ArrayList<>(List.of("get", torrent.toString()));
    arguments.addAll(List.of("--output", out.toString(), "--listen", LOOPBACK));
    arguments.addAll(List.of(more));
    return arguments.toArray(String[]::new);
  }

  /** How many bytes came from peers, and from web seeds. */
  private static long[] sources(SeedfallProcess get) throws InterruptedException {
    assertThat(get.awaitExit()).as(get.both()).isZero();
    Matcher from = FROM.matcher(get.answer().getFirst());
    assertThat(from.find()).as(get.both()).isTrue();
    return new long[] {Long.parseLong(from.group(1)), Long.parseLong(from.group(2))};
  }

  @ParameterizedTest
  @EnumSource
  void aTreeComesFromNginxAlone(TorrentFormat format) throws Exception {
    Path tree = TestFiles.tree(web.resolve("tree"), 31);
    try (Nginx nginx = Nginx.serving(web, scratch, "0")) {
      makeTorrent(tree, format, nginx);
      try (SeedfallProcess get = get("--json")) {
        assertThat(sources(get)).containsExactly(0, TestFiles.TREE_BYTES);
      }
    }
    assertThat(TestFiles.sha256s(out.resolve("tree"))).isEqualTo(TestFiles.sha256s(tree));
  }

  @ParameterizedTest
  @EnumSource
  void aFileComesFromNginxAlone(TorrentFormat format) throws Exception {
    Path file = TestFiles.random(web.resolve("a file"), FILE_BYTES, 32);
    try (Nginx nginx = Nginx.serving(web, scratch, "0")) {
      makeTorrent(file, format, nginx);
      try (SeedfallProcess get = get("--json")) {
        assertThat(sources(get)).containsExactly(0, FILE_BYTES);
      }
    }
    assertThat(TestFiles.sha256(out.resolve("a file"))).isEqualTo(TestFiles.sha256(file));
  }

  @Test
  void aCertificateThatNobodyTrustsIsRefusedAndOneThatIsTrustedIsTaken() throws Exception {
    Path file = TestFiles.random(web.resolve("f"), FILE_BYTES, 38);
    SelfSigned certificate = SelfSigned.of(scratch, "ip:127.0.0.1");
    try (Nginx nginx = Nginx.serving(web, scratch, certificate)) {
      makeTorrent(file, TorrentFormat.V2, nginx);
      try (SeedfallProcess get = get()) {
        get.awaitNote(line ->
            line.startsWith(
                "web seed %s: its certificate is signed by nobody whom this machine trusts; asked"
                    .formatted(nginx.url())));
      }
      try (SeedfallProcess get =
          SeedfallProcess.startWith(trusting(certificate), directory, arguments("--json"))) {
        assertThat(sources(get)).containsExactly(0, FILE_BYTES);
      }
    }
    assertThat(TestFiles.sha256(out.resolve("f"))).isEqualTo(TestFiles.sha256(file));
  }

  /** What docs/protocol.md tells people to do. */
  private List<String> trusting(SelfSigned certificate) throws Exception {
    Path pem = Files.writeString(directory.resolve("ca.pem"), certificate.certificatePem());
    Path store = directory.resolve("trust.p12");
    SelfSigned.keytool(
        List.of(
            "-importcert",
            "-noprompt",
            "-alias",
            "ca",
            "-file",
            pem.toString(),
            "-keystore",
            store.toString(),
            "-storepass",
            "changeit"));
    return List.of(
        "-Djavax.net.ssl.trustStore=" + store, "-Djavax.net.ssl.trustStorePassword=changeit");
  }

  @Test
  void createWritesTheServersAndShowListsThem() throws Exception {
    Path file = TestFiles.random(directory.resolve("f"), 1000, 33);
    String url = "http://10.0.0.1/files/";
    try (SeedfallProcess create =
        SeedfallProcess.start(
            directory,
            "torrent",
            "create",
            file.toString(),
            "--web-seed",
            url,
            "--web-seed",
            "https://h/f",
            "-o",
            torrent.toString())) {
      assertThat(create.awaitExit()).as(create.both()).isZero();
    }
    try (SeedfallProcess show =
            SeedfallProcess.start(directory, "torrent", "show", torrent.toString());
        SeedfallProcess wrong = get("--web-seed", "file:///etc/passwd")) {
      assertThat(show.awaitExit()).isZero();
      assertThat(show.answer()).contains("web seed   " + url, "web seed   https://h/f");
      assertThat(wrong.awaitExit()).isEqualTo(2);
    }
  }

  @Test
  void nginxAndAPeerShareTheWork() throws Exception {
    Path file = TestFiles.random(web.resolve("f"), FILE_BYTES, 34);
    try (Nginx nginx = Nginx.serving(web, scratch, "1m");
        SeedfallProcess seed =
            SeedfallProcess.seed(directory, file, torrent, "--max-rate", "4MB/s");
        SeedfallProcess get =
            get("--json", "--peer", seed.awaitAddress(), "--web-seed", nginx.url())) {
      long[] from = sources(get);
      assertThat(from[0]).as(get.both()).isPositive();
      assertThat(from[1]).as(get.both()).isPositive();
      assertThat(from[0] + from[1]).as(get.both()).isEqualTo(FILE_BYTES);
    }
    assertThat(TestFiles.sha256(out.resolve("f"))).isEqualTo(TestFiles.sha256(file));
  }

  @Test
  void whenNginxIsKilledThePeerSendsTheRest() throws Exception {
    Path file = TestFiles.random(web.resolve("f"), FILE_BYTES, 35);
    try (Nginx nginx = Nginx.serving(web, scratch, "300k");
        SeedfallProcess seed =
            SeedfallProcess.seed(directory, file, torrent, "--max-rate", "2MB/s");
        SeedfallProcess get = get("--peer", seed.awaitAddress(), "--web-seed", nginx.url())) {
      get.awaitNote(line -> line.matches(".*, 1 web seed \\([1-9].*"));
      nginx.kill();
      assertThat(get.awaitExit()).as(get.both()).isZero();
      assertThat(get.notes()).as(get.both()).anyMatch(line -> line.contains("asked again after"));
    }
    assertThat(TestFiles.sha256(out.resolve("f"))).isEqualTo(TestFiles.sha256(file));
  }

  @Test
  void anotherFileAtNginxIsNoticedAndNotAskedForAgain() throws Exception {
    Path file = TestFiles.random(directory.resolve("f"), FILE_BYTES, 36);
    TestFiles.random(web.resolve("f"), FILE_BYTES, 37);
    try (Nginx nginx = Nginx.serving(web, scratch, "0");
        SeedfallProcess seed =
            SeedfallProcess.seed(directory, file, torrent, "--max-rate", "4MB/s");
        SeedfallProcess get = get("--peer", seed.awaitAddress(), "--web-seed", nginx.url())) {
      get.awaitNote(line -> line.contains("it sent wrong bytes; it is not asked any more"));
      assertThat(get.awaitExit()).as(get.both()).isZero();
    }
    assertThat(TestFiles.sha256(out.resolve("f"))).isEqualTo(TestFiles.sha256(file));
  }
}
