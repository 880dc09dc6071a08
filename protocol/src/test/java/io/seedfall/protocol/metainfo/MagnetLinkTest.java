package io.seedfall.protocol.metainfo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seedfall.protocol.Endpoint;
import io.seedfall.protocol.InfoHash;
import io.seedfall.protocol.Seeds;
import io.seedfall.protocol.WireHash;
import java.util.List;
import org.junit.jupiter.api.Test;

/** BEP 9 "magnet URI format", and the topics of BEP 52. */
final class MagnetLinkTest {
  private static final String V1 = "d2474e86c95b19b8bcfdb92bc12c9d44667cfa36";
  private static final String V2 =
      "d8dd32ac93357c368556af3ac1d95c9d76bd0dff6fa9833ecdac3d53134efabb";

  private static MagnetLink valid(String text) {
    return switch (MagnetLink.parse(text)) {
      case MagnetLink.Parsed.Valid(MagnetLink link) -> link;
      case MagnetLink.Parsed.Invalid(String reason) -> throw new AssertionError(reason);
    };
  }

  private static String reason(String text) {
    return switch (MagnetLink.parse(text)) {
      case MagnetLink.Parsed.Valid(MagnetLink link) -> "valid: " + link;
      case MagnetLink.Parsed.Invalid(String reason) -> reason;
    };
  }

  private static MagnetLink with(String parameters) {
    return valid("magnet:?xt=urn:btih:" + V1 + parameters);
  }

  @Test
  void aHybridLinkHasBothTopics() {
    MagnetLink link = valid("magnet:?xt=urn:btih:" + V1 + "&xt=urn:btmh:1220" + V2);
    assertThat(link.v1Hash()).isEqualTo(WireHash.parse(V1));
    assertThat(link.infoHash()).isEqualTo(InfoHash.parse(V2));
    assertThat(link.wireHashes())
        .containsExactly(WireHash.parse(V1), WireHash.parse(V2.substring(0, 40)));
    assertThat(valid("magnet:?xt=urn:btmh:1220" + V2).wireHashes())
        .containsExactly(WireHash.parse(V2.substring(0, 40)));
    assertThat(with("").wireHashes()).containsExactly(WireHash.parse(V1));
    assertThat(valid("MAGNET:?dn=x&xt.1=URN:BTIH:" + V1.toUpperCase(java.util.Locale.ROOT)))
        .isEqualTo(with("&dn=x"));
  }

  @Test
  void base32IsAnOlderWayToWriteTheHash() {
    // RFC 4648: "foobar" is MZXW6YTBOI.
    assertThat(valid("magnet:?xt=urn:btih:MZXW6YTBOJTG633CMFZGM33PMJQXEZTP").v1Hash())
        .isEqualTo(
            WireHash.of("foobarfoobarfoobarfo".getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    assertThat(reason("magnet:?xt=urn:btih:MZXW6YTBOJTG633CMFZGM33PMJQXEZT1"))
        .contains("is no info-hash");
  }

  @Test
  void everythingElseIsAdvice() {
    MagnetLink link =
        with(
            "&dn=a+b%20%C3%BC&tr=http%3A%2F%2Ft%2Fannounce&tr.1=udp://u:80&tr=http%3A%2F%2Ft%2Fannounce"
                + "&x.pe=10.0.0.1:6881&x.pe=[::1]:80&ws=http%3A%2F%2Fw%2Fa%2Bb&so=0-2&xl=10&empty");
    assertThat(link.name()).isEqualTo("a b ü");
    assertThat(link.trackers()).containsExactly("http://t/announce", "udp://u:80");
    assertThat(link.peers())
        .containsExactly(new Endpoint("10.0.0.1", 6_881), new Endpoint("::1", 80));
    assertThat(link.webSeeds()).containsExactly("http://w/a+b");
    assertThat(with("&tr=nonsense&ws=&x.pe=host:80&x.pe=1.2.3.4&x.pe=1.2.3.4:0&dn=%0a&tr=%zz"))
        .isEqualTo(with(""));
    assertThat(with("&xt=urn:sha1:ABC&xt=urn:btpk:00")).as("of other networks").isEqualTo(with(""));
  }

  @Test
  void aTopicThatCannotBeReadMakesItInvalid() {
    assertThat(reason("magnet:?dn=x")).startsWith("no torrent");
    assertThat(reason("magnet:?")).startsWith("no torrent");
    assertThat(reason("http://x/?xt=urn:btih:" + V1)).startsWith("no magnet link");
    assertThat(reason("")).startsWith("no magnet link");
    for (String topic :
        List.of(
            "btih:",
            "btih:" + V1.substring(1),
            "btih:" + V1 + "0",
            "btih:" + "g".repeat(40),
            "btmh:" + V2,
            "btmh:1220" + V2.substring(1),
            "btmh:1114" + V1,
            "btmh:1220" + V2 + "00")) {
      assertThat(reason("magnet:?xt=urn:" + topic)).contains("is no info-hash");
      assertThat(reason("magnet:?xt=urn:btih:" + V1 + "&xt=urn:" + topic))
          .contains("is no info-hash");
    }
    assertThat(reason("magnet:?xt=urn:btih:" + V1 + "&xt=urn:btih:" + "0".repeat(40)))
        .contains("is another torrent");
    assertThat(reason("magnet:?xt=urn:btmh:1220" + V2 + "&xt=urn:btmh:1220" + "0".repeat(64)))
        .contains("is another torrent");
  }

  @Test
  void itHasLimits() {
    String link = "magnet:?xt=urn:btih:" + V1 + "&dn=";
    int most = MagnetLink.CHARS_MAX - link.length();
    assertThat(valid(link + "x".repeat(most)).name()).as("too long a name").isEmpty();
    assertThat(reason(link + "x".repeat(most + 1))).contains("(expected: <= 65536)");
    assertThat(with("&dn=" + "x".repeat(255)).name()).hasSize(255);
    assertThat(with("&dn=" + "x".repeat(256)).name()).isEmpty();
    StringBuilder peers = new StringBuilder();
    StringBuilder urls = new StringBuilder();
    for (int i = 1; i <= 65; i++) {
      peers.append("&x.pe=10.0.0.1:").append(i);
      urls.append("&tr=http://").append(i).append("&ws=http://").append(i);
    }
    assertThat(with(peers.toString()).peers()).hasSize(MagnetLink.PEERS_MAX);
    assertThat(with(urls.toString()).trackers()).hasSize(Metainfo.TRACKERS_MAX);
    assertThat(with(urls.toString()).webSeeds()).hasSize(Metainfo.WEB_SEEDS_MAX);
    assertThatThrownBy(() -> new MagnetLink(null, null, "", List.of(), List.of(), List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void itIsWrittenAsOthersWriteIt() {
    MagnetLink link =
        new MagnetLink(
            WireHash.parse(V1),
            InfoHash.parse(V2),
            "a b&ü",
            List.of("http://t/announce?x=1"),
            List.of(new Endpoint("::1", 80)),
            List.of("http://w/"));
    assertThat(link)
        .hasToString(
            "magnet:?xt=urn:btih:"
                + V1
                + "&xt=urn:btmh:1220"
                + V2
                + "&dn=a%20b%26%C3%BC&tr=http%3A%2F%2Ft%2Fannounce%3Fx%3D1&x.pe=[::1]:80"
                + "&ws=http%3A%2F%2Fw%2F");
    assertThat(valid(link.toString())).isEqualTo(link);
    assertThat(valid("magnet:?xt=urn:btmh:1220" + V2)).hasToString("magnet:?xt=urn:btmh:1220" + V2);
  }

  @Test
  void aTorrentHasALinkThatLeadsToIt() {
    Metainfo metainfo =
        new TestTorrent().valid().withTrackers(List.of(List.of("http://t"), List.of("udp://u")));
    MagnetLink link = MagnetLink.of(metainfo, List.of(new Endpoint("10.0.0.1", 1)));
    assertThat(link.infoHash()).isEqualTo(metainfo.infoHash());
    assertThat(link.v1Hash()).isNull();
    assertThat(link.trackers()).containsExactly("http://t", "udp://u");
    assertThat(valid(link.toString())).isEqualTo(link);
    InfoDictionary info = ((InfoReading.Valid) InfoDictionary.parse(metainfo.infoBytes())).info();
    assertThat(link.isFor(info)).isTrue();
    assertThat(with("").isFor(info)).isFalse();
    assertThat(
            valid("magnet:?xt=urn:btih:" + V1 + "&xt=urn:btmh:1220" + metainfo.infoHash())
                .isFor(info))
        .as("both hashes must be right")
        .isFalse();
  }

  @Test
  void brokenLinksNeverMakeItThrow() {
    String right =
        "magnet:?xt=urn:btih:"
            + V1
            + "&xt=urn:btmh:1220"
            + V2
            + "&dn=a%20b&tr=http://t&x.pe=1.2.3.4:5";
    Seeds.check(
        2_000,
        random -> {
          StringBuilder text = new StringBuilder(right);
          for (int i = random.nextInt(4); i >= 0; i--) {
            char c =
                random.nextBoolean()
                    ? (char) random.nextInt(0x10000)
                    : "&=%:?0".charAt(random.nextInt(6));
            text.setCharAt(random.nextInt(text.length()), c);
          }
          assertThat(MagnetLink.parse(text.toString())).isNotNull();
        });
  }
}
