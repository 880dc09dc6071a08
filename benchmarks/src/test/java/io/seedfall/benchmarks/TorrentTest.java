package io.seedfall.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What foreign clients are given to start with: bytes compared without our decoder. */
final class TorrentTest {
  private static final String PEER_1 = "\n\0\0\1\0\7"; // 10.0.0.1, port 7
  private static final String ANSWER = "d8:intervali2e12:min intervali2e5:peers%d:%se";

  @Test
  void theTorrentIsAsBep3HasIt(@TempDir Path directory) throws Exception {
    Payload payload = Payload.write(directory, 300_000, 1);
    Path torrent = Torrent.write(directory.resolve("t"), payload, "http://x/announce");
    byte[] content = Files.readAllBytes(payload.file());
    String pieces = sha1(content, 0, 262_144) + sha1(content, 262_144, 300_000 - 262_144);
    assertThat(Files.readString(torrent, StandardCharsets.ISO_8859_1))
        .isEqualTo(
            "d8:announce17:http://x/announce4:infod6:lengthi300000e4:name11:payload.bin"
                + "12:piece lengthi262144e6:pieces40:"
                + pieces
                + "ee");
  }

  private static String sha1(byte[] content, int offset, int length) throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-1");
    digest.update(content, offset, length);
    return new String(digest.digest(), StandardCharsets.ISO_8859_1);
  }

  @Test
  void piecesAreSomeHundredsToTwoThousand() {
    assertThat(Torrent.pieceBytes(1)).isEqualTo(256 << 10);
    assertThat(Torrent.pieceBytes(128L << 20)).isEqualTo(256 << 10);
    assertThat(Torrent.pieceBytes(1L << 30)).isEqualTo(1 << 20);
    assertThat(Torrent.pieceBytes(1L << 40)).isEqualTo(4 << 20);
  }

  @Test
  void aPayloadIsTheSameForTheSameSeedAndKnowsItsCopies(@TempDir Path directory) throws Exception {
    Path other = Files.createDirectory(directory.resolve("other"));
    Payload one = Payload.write(directory, 3_000_000, 5);
    Payload two = Payload.write(other, 3_000_000, 5);
    assertThat(one.sha256()).isEqualTo(two.sha256());
    assertThat(one.isIn(two.file())).isTrue();
    Files.write(two.file(), HexFormat.of().parseHex("00"));
    assertThat(one.isIn(two.file())).isFalse();
    assertThat(one.isIn(directory.resolve("none"))).isFalse();
  }

  @Test
  void theTrackerTellsEverybodyOfAllOthersOnly() throws Exception {
    Tracker tracker = new Tracker();
    InetAddress first = InetAddress.ofLiteral("10.0.0.1");
    InetAddress second = InetAddress.ofLiteral("10.0.0.2");
    assertThat(announced(tracker, first, "info_hash=x&port=7&left=0&event=started"))
        .isEqualTo(ANSWER.formatted(0, ""));
    assertThat(announced(tracker, second, "port=8&left=9")).isEqualTo(ANSWER.formatted(6, PEER_1));
    announced(tracker, first, "port=7&left=0&event=stopped");
    assertThat(announced(tracker, second, "port=8&left=0")).isEqualTo(ANSWER.formatted(0, ""));
  }

  @Test
  void theTrackerRefusesWhoHasNoPort() throws Exception {
    assertThat(announced(new Tracker(), InetAddress.ofLiteral("10.0.0.1"), "left=0&port=x"))
        .isEqualTo("d14:failure reason7:no porte");
  }

  @Test
  void theTrackerKnowsSoManyPeersAndNoMore() throws Exception {
    Tracker tracker = new Tracker();
    for (int i = 0; i < Tracker.PEERS_MAX; i++) {
      announced(tracker, InetAddress.ofLiteral("10.0." + i / 256 + "." + i % 256), "port=1&left=1");
    }
    announced(tracker, InetAddress.ofLiteral("10.1.0.0"), "port=1&left=1");
    assertThat(announced(tracker, InetAddress.ofLiteral("10.2.0.0"), "port=1&left=1"))
        .contains("5:peers" + 6 * Tracker.PEERS_MAX + ":");
  }

  private static String announced(Tracker tracker, InetAddress from, String query) {
    return new String(tracker.announced(from, query), StandardCharsets.ISO_8859_1);
  }
}
