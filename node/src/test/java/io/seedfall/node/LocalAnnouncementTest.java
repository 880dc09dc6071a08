package io.seedfall.node;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.seedfall.protocol.WireHash;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Packets of BEP 14, written by hand. */
final class LocalAnnouncementTest {
  private static final String NAME = "0123456789abcdef0123456789abcdef01234567";
  private static final WireHash TORRENT = WireHash.parse(NAME);
  private static final String FIRST = "BT-SEARCH * HTTP/1.1\r\n";
  private static final int PACKET_BYTES_MAX = 1400;
  private static final int TORRENTS_MAX = 25;

  private static @Nullable LocalAnnouncement parsed(String packet) {
    byte[] bytes = packet.getBytes(ISO_8859_1);
    return LocalAnnouncement.parse(bytes, bytes.length);
  }

  @Test
  void aPacketIsAsTheBepHasIt() {
    assertThat(
            new String(
                new LocalAnnouncement(6881, List.of(TORRENT), "1f2e3d4c")
                    .packet("239.192.152.143:6771"),
                ISO_8859_1))
        .isEqualTo(
            FIRST
                + "Host: 239.192.152.143:6771\r\nPort: 6881\r\nInfohash: "
                + NAME
                + "\r\ncookie: 1f2e3d4c\r\n\r\n\r\n");
  }

  @Test
  void whatOtherClientsWriteIsRead() {
    assertThat(
            parsed(
                "bt-search * http/1.1\r\nhost:239.192.152.143:6771\r\nPORT:1\r\nX-Else: y\r\ninfohash: "
                    + NAME.toUpperCase(java.util.Locale.ROOT)
                    + "\r\n\r\n"))
        .isEqualTo(new LocalAnnouncement(1, List.of(TORRENT), ""));
    assertThat(
            parsed(FIRST + "Port: 65535\r\nInfohash: " + NAME + "\r\nInfohash: " + NAME + "\r\n"))
        .isEqualTo(new LocalAnnouncement(65_535, List.of(TORRENT, TORRENT), ""));
  }

  @Test
  void whatIsNoAnnouncementIsNone() {
    String rest = "Infohash: " + NAME + "\r\n\r\n";
    Stream.of(
            "",
            "M-SEARCH * HTTP/1.1\r\nPort: 1\r\n" + rest,
            FIRST + rest,
            FIRST + "Port: 0\r\n" + rest,
            FIRST + "Port: 65536\r\n" + rest,
            FIRST + "Port: 123456\r\n" + rest,
            FIRST + "Port: -1\r\n" + rest,
            FIRST + "Port: 1\r\n\r\n" + rest,
            FIRST + "Port: 1\r\nInfohash: " + NAME.substring(1) + "\r\n",
            FIRST + "Port: 1\r\nInfohash: " + NAME + "0\r\n",
            FIRST + "Port: 1\r\nno colon\r\n")
        .forEach(packet -> assertThat(parsed(packet)).as(packet).isNull());
  }

  @Test
  void aPacketHasItsLimit() {
    String packet = FIRST + "Port: 1\r\nInfohash: " + NAME + "\r\nx: ";
    assertThat(parsed(packet + "x".repeat(PACKET_BYTES_MAX - packet.length()))).isNotNull();
    assertThat(parsed(packet + "x".repeat(PACKET_BYTES_MAX + 1 - packet.length()))).isNull();
  }

  @Test
  void soManyNamesFitAndTheLargestPacketIsWithinTheLimit() {
    List<WireHash> most = Stream.generate(() -> TORRENT).limit(TORRENTS_MAX).toList();
    byte[] packet =
        new LocalAnnouncement(65_535, most, "12345678").packet("[ff15::efc0:988f]:6771");
    assertThat(packet.length).isLessThanOrEqualTo(PACKET_BYTES_MAX);
    LocalAnnouncement read = LocalAnnouncement.parse(packet, packet.length);
    assertThat(read).isEqualTo(new LocalAnnouncement(65_535, most, "12345678"));
    String more = FIRST + "Port: 1\r\n" + ("infohash:" + NAME + "\r\n").repeat(TORRENTS_MAX + 1);
    LocalAnnouncement cut = parsed(more);
    assertThat(cut).isEqualTo(new LocalAnnouncement(1, most, ""));
  }
}
