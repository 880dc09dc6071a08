package io.seedfall.protocol.tracker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seedfall.protocol.CompactEndpoints;
import io.seedfall.protocol.Endpoint;
import io.seedfall.protocol.PeerId;
import io.seedfall.protocol.Seeds;
import io.seedfall.protocol.WireHash;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** BEP 15, packet for packet. */
final class UdpTrackerTest {
  private static final WireHash TORRENT = WireHash.parse("aa".repeat(20));
  private static final PeerId PEER = PeerId.of(hex("bb".repeat(20)));
  private static final String ANNOUNCE =
      "0102030405060708 00000001 0a0b0c0d"
          + "aa".repeat(20)
          + "bb".repeat(20)
          + "0000000000000002 0000000000000003 0000000000000001"
          + "00000002 00000000 fffffffe ffffffff 1ae1";
  private static final String SCRAPE =
      "0102030405060708 00000002 0a0b0c0d" + "aa".repeat(20) + "cc".repeat(20);

  private static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits.replace(" ", ""));
  }

  private static UdpRequest request(byte[] packet) {
    return switch (UdpTracker.parseRequest(packet)) {
      case Parsed.Valid<UdpRequest>(UdpRequest value) -> value;
      case Parsed.Malformed<UdpRequest>(String reason) -> throw new AssertionError(reason);
    };
  }

  private static UdpResponse response(byte[] packet, CompactEndpoints family) {
    return switch (UdpTracker.parseResponse(packet, family)) {
      case Parsed.Valid<UdpResponse>(UdpResponse value) -> value;
      case Parsed.Malformed<UdpResponse>(String reason) -> throw new AssertionError(reason);
    };
  }

  private static void checkRequest(String packet, UdpRequest request) {
    assertThat(UdpTracker.encode(request)).isEqualTo(hex(packet));
    assertThat(request(hex(packet))).isEqualTo(request);
    assertThat(request(hex(packet + "ff"))).as("longer than expected").isEqualTo(request);
  }

  private static void checkResponse(String packet, CompactEndpoints family, UdpResponse response) {
    assertThat(UdpTracker.encode(response, family)).isEqualTo(hex(packet));
    assertThat(response(hex(packet), family)).isEqualTo(response);
  }

  @Test
  void connect() {
    checkRequest("0000041727101980 00000000 0a0b0c0d", new UdpRequest.Connect(0x0a0b0c0d));
    checkResponse(
        "00000000 0a0b0c0d 0102030405060708",
        CompactEndpoints.V4,
        new UdpResponse.Connected(0x0a0b0c0d, 0x0102030405060708L));
    assertThat(UdpTracker.parseRequest(hex("0000041727101981 00000000 0a0b0c0d")))
        .isInstanceOf(Parsed.Malformed.class);
  }

  @Test
  void announce() {
    AnnounceRequest said =
        new AnnounceRequest(TORRENT, PEER, 6_881, 1, 2, 3, AnnounceEvent.STARTED, -1, -2);
    checkRequest(ANNOUNCE, new UdpRequest.Announce(0x0102030405060708L, 0x0a0b0c0d, said));
    List<AnnounceEvent> events =
        List.of(
            AnnounceEvent.NONE,
            AnnounceEvent.COMPLETED,
            AnnounceEvent.STARTED,
            AnnounceEvent.STOPPED,
            AnnounceEvent.NONE);
    for (int number = 0; number < events.size(); number++) {
      byte[] packet = hex(ANNOUNCE);
      packet[83] = (byte) number;
      assertThat(announced(packet).event()).isEqualTo(events.get(number));
    }
    byte[] stopped =
        UdpTracker.encode(
            new UdpRequest.Announce(
                1,
                2,
                new AnnounceRequest(TORRENT, PEER, 1, 0, 0, 0, AnnounceEvent.STOPPED, -1, 0)));
    assertThat(stopped[83]).isEqualTo((byte) 3);
    byte[] address = hex(ANNOUNCE);
    address[84] = 10;
    assertThat(announced(address)).as("a client's own address is not believed").isEqualTo(said);
  }

  private static AnnounceRequest announced(byte[] packet) {
    return ((UdpRequest.Announce) request(packet)).request();
  }

  @Test
  void numbersOfAnAnnouncementThatMakeNoSense() {
    byte[] noPort = hex(ANNOUNCE.replace("1ae1", "0000"));
    assertThat(UdpTracker.parseRequest(noPort)).isInstanceOf(Parsed.Malformed.class);
    byte[] left = hex(ANNOUNCE);
    left[64] = (byte) 0x80;
    assertThat(UdpTracker.parseRequest(left)).isInstanceOf(Parsed.Malformed.class);
    byte[] others = hex(ANNOUNCE);
    others[56] = (byte) 0x80; // downloaded
    others[72] = (byte) 0x80; // uploaded
    others[92] = (byte) 0x80; // wanted
    AnnounceRequest said = announced(others);
    assertThat(said.downloaded()).isZero();
    assertThat(said.uploaded()).isZero();
    assertThat(said.numWant()).isEqualTo(-1);
  }

  @Test
  void announceResponseOfEachFamily() {
    String head = "00000001 0a0b0c0d 00000708 00000003 00000002";
    AnnounceResponse.Peers four =
        new AnnounceResponse.Peers(1_800, 0, 2, 3, List.of(new Endpoint("10.1.2.3", 6_881)));
    AnnounceResponse.Peers six =
        new AnnounceResponse.Peers(1_800, 0, 2, 3, List.of(new Endpoint("2001:db8::1", 80)));
    String fourPacket = head + "0a010203 1ae1";
    String sixPacket = head + "20010db8 00000000 00000000 00000001 0050";
    checkResponse(fourPacket, CompactEndpoints.V4, new UdpResponse.Announced(0x0a0b0c0d, four));
    checkResponse(sixPacket, CompactEndpoints.V6, new UdpResponse.Announced(0x0a0b0c0d, six));
    AnnounceResponse.Peers both =
        new AnnounceResponse.Peers(
            1_800, 60, 2, 3, List.of(six.peers().getFirst(), four.peers().getFirst()));
    UdpResponse toBoth = new UdpResponse.Announced(0x0a0b0c0d, both);
    assertThat(UdpTracker.encode(toBoth, CompactEndpoints.V4)).isEqualTo(hex(fourPacket));
    assertThat(UdpTracker.encode(toBoth, CompactEndpoints.V6)).isEqualTo(hex(sixPacket));
    assertThat(response(hex(fourPacket + "0102"), CompactEndpoints.V4))
        .as("half a peer")
        .isEqualTo(new UdpResponse.Announced(0x0a0b0c0d, four));
    UdpResponse odd =
        response(hex("00000001 0a0b0c0d 00000000 ffffffff ffffffff"), CompactEndpoints.V4);
    assertThat(odd)
        .isEqualTo(
            new UdpResponse.Announced(
                0x0a0b0c0d, new AnnounceResponse.Peers(1, 0, 0, 0, List.of())));
  }

  @Test
  void anAnswerFitsAFrame() {
    List<Endpoint> many = Collections.nCopies(75, new Endpoint("::1", 1));
    UdpResponse said = new UdpResponse.Announced(1, new AnnounceResponse.Peers(1, 0, 0, 0, many));
    assertThat(UdpTracker.encode(said, CompactEndpoints.V6)).hasSize(20 + 74 * 18);
    assertThat(UdpTracker.encode(said, CompactEndpoints.V4)).hasSize(20);
  }

  @Test
  void scrape() {
    checkRequest(
        SCRAPE,
        new UdpRequest.Scrape(
            0x0102030405060708L, 0x0a0b0c0d, List.of(TORRENT, WireHash.parse("cc".repeat(20)))));
    checkResponse(
        "00000002 0a0b0c0d 00000001 00000002 00000003 00000004 00000005 00000006",
        CompactEndpoints.V4,
        new UdpResponse.Scraped(
            0x0a0b0c0d, List.of(new SwarmCounts(1, 2, 3), new SwarmCounts(4, 5, 6))));
    String head = "0102030405060708 00000002 0a0b0c0d";
    assertThat(request(hex(head + "aa".repeat(74 * 20)))).isInstanceOf(UdpRequest.Scrape.class);
    for (int count : new int[] {0, 75}) {
      assertThat(UdpTracker.parseRequest(hex(head + "aa".repeat(count * 20))))
          .isInstanceOf(Parsed.Malformed.class);
      assertThatThrownBy(() -> new UdpRequest.Scrape(0, 0, Collections.nCopies(count, TORRENT)))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void error() {
    checkResponse(
        "00000003 0a0b0c0d 6e6f", CompactEndpoints.V6, new UdpResponse.Failed(0x0a0b0c0d, "no"));
    assertThat(response(hex("00000003 0a0b0c0d 0a00"), CompactEndpoints.V4))
        .isEqualTo(new UdpResponse.Failed(0x0a0b0c0d, "  "));
  }

  @Test
  void shortAndLongPacketsAreMalformed() {
    for (String packet : List.of("0000041727101980 00000000 0a0b0c0d", ANNOUNCE)) {
      byte[] whole = hex(packet);
      for (int length = 0; length < whole.length; length++) {
        assertThat(UdpTracker.parseRequest(Arrays.copyOf(whole, length)))
            .isInstanceOf(Parsed.Malformed.class);
      }
      assertThat(UdpTracker.parseRequest(Arrays.copyOf(whole, UdpTracker.PACKET_BYTES_MAX)))
          .isInstanceOf(Parsed.Valid.class);
      assertThat(UdpTracker.parseRequest(Arrays.copyOf(whole, UdpTracker.PACKET_BYTES_MAX + 1)))
          .isInstanceOf(Parsed.Malformed.class);
    }
    for (int length : new int[] {0, 7, 15, 4_097}) {
      assertThat(UdpTracker.parseResponse(new byte[length], CompactEndpoints.V4))
          .isInstanceOf(Parsed.Malformed.class);
    }
    assertThat(UdpTracker.parseResponse(hex("00000001" + "00".repeat(15)), CompactEndpoints.V4))
        .isInstanceOf(Parsed.Malformed.class);
    assertThat(UdpTracker.parseResponse(hex("00000004 00000000"), CompactEndpoints.V4))
        .isInstanceOf(Parsed.Malformed.class);
    assertThat(UdpTracker.parseRequest(hex("0102030405060708 00000003 0a0b0c0d")))
        .isInstanceOf(Parsed.Malformed.class);
  }

  @Test
  void anyBytesAreSomethingOrMalformed() {
    Seeds.check(
        2_000,
        random -> {
          byte[] bytes = new byte[random.nextInt(120)];
          random.nextBytes(bytes);
          for (int at : new int[] {0, 1, 2, 8, 9, 10}) {
            if (at < bytes.length) {
              bytes[at] = 0;
            }
          }
          for (int at : new int[] {3, 11}) {
            if (at < bytes.length) {
              bytes[at] &= 3;
            }
          }
          assertThat(UdpTracker.parseRequest(bytes)).isNotNull();
          for (CompactEndpoints family : CompactEndpoints.values()) {
            assertThat(UdpTracker.parseResponse(bytes, family)).isNotNull();
          }
        });
  }
}
