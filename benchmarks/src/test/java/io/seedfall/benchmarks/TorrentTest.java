package io.seedfall.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What foreign clients are given to start with: bytes compared without our decoder. */
final class TorrentTest {
  @Test
  void theTorrentIsAsBep3HasIt(@TempDir Path directory) throws Exception {
    Payload payload = Payload.write(directory, 300_000, 1);
    Torrent torrent = Torrent.write(directory.resolve("t"), payload, "http://x/announce");
    byte[] content = Files.readAllBytes(payload.file());
    String pieces = sha1(content, 0, 262_144) + sha1(content, 262_144, 300_000 - 262_144);
    String info =
        "d6:lengthi300000e4:name11:payload.bin12:piece lengthi262144e6:pieces40:" + pieces + "e";
    assertThat(Files.readString(torrent.file(), StandardCharsets.ISO_8859_1))
        .isEqualTo("d8:announce17:http://x/announce4:info" + info + "e");
    byte[] infoBytes = info.getBytes(StandardCharsets.ISO_8859_1);
    assertThat(new String(torrent.infoHash().toBytes(), StandardCharsets.ISO_8859_1))
        .isEqualTo(sha1(infoBytes, 0, infoBytes.length));
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
  void aSeedIsSeenInAScrape() {
    String scrape = "d5:filesd20:aaaaaaaaaaaaaaaaaaaad8:completei%de10:downloadedi0e10:incomplete";
    assertThat(TrackedSwarm.SEED.matcher(scrape.formatted(0)).find()).isFalse();
    assertThat(TrackedSwarm.SEED.matcher(scrape.formatted(1)).find()).isTrue();
    assertThat(TrackedSwarm.SEED.matcher(scrape.formatted(10)).find()).isTrue();
  }
}
