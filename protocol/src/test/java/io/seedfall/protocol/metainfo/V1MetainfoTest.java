package io.seedfall.protocol.metainfo;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seedfall.protocol.Seeds;
import io.seedfall.protocol.WireHash;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** BEP 3 "info dictionary", BEP 12, 19, 27 and 47, and the hybrids of BEP 52, byte for byte. */
final class V1MetainfoTest {
  private static final String HASH = "h".repeat(20);

  /** An info dictionary of one file; pieces of 16 KiB. */
  private static String single(long length, int pieces) {
    return "d6:lengthi%de4:name1:a12:piece lengthi16384e6:pieces%d:%se"
        .formatted(length, 20 * pieces, HASH.repeat(pieces));
  }

  /** An info dictionary of these entries of the list of files. */
  private static String tree(int pieces, String... entries) {
    return "d5:filesl%se4:name1:t12:piece lengthi16384e6:pieces%d:%se"
        .formatted(String.join("", entries), 20 * pieces, HASH.repeat(pieces));
  }

  private static String file(long length, String... names) {
    StringBuilder path = new StringBuilder();
    for (String name : names) {
      path.append(name.getBytes(UTF_8).length).append(':').append(name);
    }
    return "d6:lengthi%de4:pathl%see".formatted(length, path);
  }

  private static ParsedMetainfo parse(String torrent) {
    return MetainfoParser.parse(torrent.getBytes(UTF_8));
  }

  private static Metainfo valid(String info) {
    return switch (parse("d4:info" + info + "e")) {
      case ParsedMetainfo.Valid(Metainfo metainfo) -> metainfo;
      case ParsedMetainfo.Invalid(String reason) -> throw new AssertionError(reason);
    };
  }

  private static String reason(String info) {
    return switch (parse("d4:info" + info + "e")) {
      case ParsedMetainfo.Valid(Metainfo metainfo) -> "valid: " + metainfo;
      case ParsedMetainfo.Invalid(String reason) -> reason;
    };
  }

  @Test
  void oneFileIsRead() throws Exception {
    Metainfo metainfo = valid(single(20_000, 2));
    assertThat(metainfo.format()).isEqualTo(TorrentFormat.V1);
    assertThat(metainfo.isSingleFile()).isTrue();
    assertThat(metainfo.files())
        .containsExactly(new MetainfoFile(RelativePath.of("a"), 20_000, null));
    assertThat(metainfo.geometry().pieceLength(1)).isEqualTo(20_000 - 16_384);
    assertThat(new String(metainfo.sha1Of(1), ISO_8859_1)).isEqualTo(HASH);
    byte[] sha1 = MessageDigest.getInstance("SHA-1").digest(single(20_000, 2).getBytes(UTF_8));
    assertThat(metainfo.v1Hash()).isEqualTo(WireHash.of(sha1));
    assertThat(metainfo.wireHashes()).containsExactly(WireHash.of(sha1));
    assertThat(metainfo).hasToString("a (" + WireHash.of(sha1) + ")");
    assertThat(metainfo.infoHashOrNull()).isNull();
    assertThat(metainfo.pieceLayer(0)).isNull();
    assertThat(metainfo.toTorrentBytes())
        .isEqualTo(("d4:info" + single(20_000, 2) + "e").getBytes(UTF_8));
  }

  @Test
  void whatBelongsToTheOtherFormatIsNotThere() {
    Metainfo v1 = valid(single(1, 1));
    assertThatThrownBy(v1::infoHash).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> v1.pieceHash(0)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> v1.pieceWidthLeaves(0)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> v1.sha1Of(1)).isInstanceOf(IndexOutOfBoundsException.class);
    Metainfo v2 = new TestTorrent().valid();
    assertThat(v2.format()).isEqualTo(TorrentFormat.V2);
    assertThat(v2.v1Hash()).isNull();
    assertThat(v2.wireHashes()).containsExactly(v2.infoHash().wire());
    assertThatThrownBy(() -> v2.sha1Of(0)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void filesStandInTheirOrderInOneDirectory() {
    Metainfo metainfo = valid(tree(2, file(10, "z", "y"), file(0, "b"), file(16_384, "z", "a")));
    assertThat(metainfo.files())
        .extracting(file -> file.path().toString())
        .containsExactly("z/y", "b", "z/a");
    assertThat(metainfo.isSingleFile()).isFalse();
    assertThat(valid(tree(1, file(1, "t"))).isSingleFile()).as("t/t").isFalse();
    assertThat(valid(tree(0, file(0, "x"))).geometry().pieceCount()).isZero();
  }

  @Test
  void padFilesHaveBytesAndNeedNoPath() {
    String pad = "d4:attr1:p6:lengthi16374ee";
    String named = "d4:attr2:xp6:lengthi16374e4:pathl4:.pad5:16374ee";
    Metainfo metainfo =
        valid(tree(3, file(10, "a"), pad, file(10, "b"), named, named, file(5, "c")));
    assertThat(metainfo.files())
        .extracting(MetainfoFile::pad)
        .containsExactly(false, true, false, true, true, false);
    assertThat(metainfo.files().get(1).path()).hasToString(".pad/16374");
    assertThat(metainfo.geometry().totalBytes()).isEqualTo(25 + 3 * 16_374);
    assertThat(reason(tree(1, pad))).isEqualTo("files: nothing but pad files");
    assertThat(reason(tree(1, "d4:attr1:p6:lengthi-1ee"))).contains("no length >= 0 at number 0");
  }

  @Test
  void linksAreRefused() {
    String link = "d4:attr1:l6:lengthi0e4:pathl1:aee";
    assertThat(reason(tree(1, file(1, "b"), link))).contains("symbolic link").contains("number 1");
    assertThat(reason("d4:attr1:l" + single(1, 1).substring(1))).contains("symbolic link");
    assertThat(reason("d4:attri1e" + single(1, 1).substring(1))).contains("symbolic link");
    assertThat(valid("d4:attr1:x" + single(1, 1).substring(1))).isNotNull();
  }

  @Test
  void exactlyOneOfLengthAndFiles() {
    assertThat(reason("d6:lengthi1e4:name1:a12:piece lengthi16384e6:pieces0:e"))
        .contains("pieces: no string of 20 bytes");
    assertThat(reason("d4:name1:a12:piece lengthi16384e6:pieces0:e")).startsWith("length, files:");
    assertThat(reason("d5:filesle6:lengthi1e4:name1:a12:piece lengthi16384e6:pieces0:e"))
        .startsWith("length, files:");
    assertThat(reason(tree(0))).startsWith("files: no list, or an empty one");
    assertThat(reason("d5:filesde4:name1:a12:piece lengthi16384e6:pieces0:e"))
        .startsWith("files: no list");
    assertThat(reason(single(-1, 0))).startsWith("length: ");
    assertThat(reason("d6:length1:14:name1:a12:piece lengthi16384e6:pieces0:e"))
        .startsWith("length: ");
  }

  @Test
  void thereIsOneHashForEachPiece() {
    assertThat(reason(single(16_384, 2))).contains("20 for each of 1 pieces");
    assertThat(reason(single(16_385, 1))).contains("20 for each of 2 pieces");
    assertThat(valid(single(16_384, 1)).geometry().pieceCount()).isEqualTo(1);
    assertThat(valid(single(0, 0)).geometry().pieceCount()).isZero();
    assertThat(reason("d6:lengthi1e4:name1:a12:piece lengthi16384e6:piecesi1ee"))
        .startsWith("pieces: no string");
  }

  @Test
  void tooManyPiecesAreRefusedBeforeTheirHashesAreLookedAt() {
    long most = 16_384L * PieceGeometry.PIECES_MAX;
    assertThat(reason(single(most, 0))).contains("20 for each of 1048576 pieces");
    assertThat(reason(single(most + 1, 0))).isEqualTo("more than 1048576 pieces");
    assertThat(reason(single(Long.MAX_VALUE, 0))).isEqualTo("more than 1048576 pieces");
    assertThat(reason(tree(0, file(most, "a"), file(1, "b"))))
        .isEqualTo("more than 1048576 pieces");
    assertThat(reason(tree(0, file(Long.MAX_VALUE, "a"), file(Long.MAX_VALUE, "b"))))
        .isEqualTo("more than 1048576 pieces");
  }

  @Test
  void thereIsALimitOfFiles() {
    String[] files = new String[Metainfo.FILES_MAX + 1];
    for (int i = 0; i < files.length; i++) {
      files[i] = file(0, "f" + i);
    }
    String[] most = Arrays.copyOf(files, Metainfo.FILES_MAX);
    assertThat(valid(tree(0, most)).files()).hasSize(Metainfo.FILES_MAX);
    assertThat(reason(tree(0, files))).isEqualTo("files: more than 131072 files");
  }

  @Test
  void pathsThatLeadAstrayOrClashAreRefused() {
    for (String bad : List.of("..", ".", "", "a/b", "/")) {
      assertThat(reason(tree(1, file(1, bad)))).startsWith("files: ");
      assertThat(reason(tree(1, file(1, "d", bad)))).startsWith("files: ");
    }
    assertThat(reason(tree(1, file(1)))).contains("0 names");
    assertThat(reason(tree(1, "d6:lengthi1ee"))).contains("no path");
    assertThat(reason(tree(1, "d6:lengthi1e4:path1:ae"))).contains("no path");
    assertThat(reason(tree(1, "d6:lengthi1e4:pathli1eee"))).contains("no path");
    assertThat(reason(tree(1, "le"))).contains("no dictionary at number 0");
    assertThat(reason(tree(1, file(1, "a"), file(1, "a")))).contains("twice the same");
    assertThat(reason(tree(1, file(1, "a"), file(1, "A")))).contains("twice the same");
    assertThat(reason(tree(1, file(1, "a"), file(1, "a", "b"))))
        .contains("both file and directory");
    assertThat(reason(tree(1, file(1, "a", "b"), file(1, "a"))))
        .contains("both file and directory");
    assertThat(reason(tree(1, file(1, "a", "b"), file(1, "A", "c"))))
        .contains("differ only in case");
    assertThat(valid(tree(1, file(1, "a", "b"), file(1, "a", "c"), file(1, "ab"))).files())
        .hasSize(3);
  }

  @Test
  void aTorrentThatIsNeitherV1NorV2IsRefused() {
    assertThat(reason("de")).isEqualTo("meta version: null (expected: 2)");
    assertThat(reason("d6:pieces0:e")).startsWith("name: ");
    assertThat(reason("d12:meta versioni3e6:pieces0:e")).startsWith("meta version: ");
    assertThat(reason(single(1, 1).replace("16384", "16385"))).startsWith("piece length: ");
    assertThat(reason(single(1, 1).replace("16384", "8192"))).startsWith("piece length: ");
    assertThat(reason(single(1, 1).replace("16384", "67108864"))).startsWith("valid");
    assertThat(reason(single(1, 1).replace("16384", "134217728"))).startsWith("piece length: ");
  }

  /* --------------- around the info dictionary --------------- */

  private static Metainfo withOuter(String before, String after) {
    return switch (parse("d" + before + "4:info" + single(1, 1) + after + "e")) {
      case ParsedMetainfo.Valid(Metainfo metainfo) -> metainfo;
      case ParsedMetainfo.Invalid(String reason) -> throw new AssertionError(reason);
    };
  }

  @Test
  void trackersComeInTiers() {
    assertThat(withOuter("8:announce10:http://a/x", "").trackers())
        .containsExactly(List.of("http://a/x"));
    Metainfo list =
        withOuter("8:announce8:http://b13:announce-listll8:http://c7:udp://del8:http://eee", "");
    assertThat(list.trackers())
        .as("BEP 12: announce is ignored beside a list")
        .containsExactly(List.of("http://c", "udp://d"), List.of("http://e"));
    assertThat(withOuter("8:announce8:http://b13:announce-listle", "").trackers())
        .as("a list of nothing counts as none")
        .containsExactly(List.of("http://b"));
    assertThat(withOuter("", "").trackers()).isEmpty();
  }

  @Test
  void whatIsNoUrlCountsAsNotSaid() {
    String longest = "http://" + "x".repeat(2_041);
    for (String bad :
        List.of(
            "1:a",
            "0:",
            "i1e",
            "le",
            "10:http://a b",
            "8:http://\u0001",
            "2049:" + longest + "x")) {
      assertThat(withOuter("8:announce" + bad, "").trackers()).as(bad).isEmpty();
    }
    assertThat(withOuter("8:announce2048:" + longest, "").trackers()).hasSize(1);
    assertThat(withOuter("13:announce-listli1el1:ai2eee", "").trackers()).isEmpty();
  }

  @Test
  void webSeedsAreOneStringOrAList() {
    assertThat(withOuter("", "8:url-list8:http://a").webSeeds()).containsExactly("http://a");
    assertThat(withOuter("", "8:url-listl8:http://a8:http://a9:https://be").webSeeds())
        .containsExactly("http://a", "https://b");
    assertThat(withOuter("", "8:url-list0:").webSeeds()).isEmpty();
    assertThat(withOuter("", "8:url-listde").webSeeds()).isEmpty();
  }

  @Test
  void furtherTrackersAndWebSeedsAreNotKept() {
    StringBuilder urls = new StringBuilder();
    List<String> all = new ArrayList<>();
    for (int i = 0; i < Metainfo.TRACKERS_MAX + 1; i++) {
      String url = "http://tracker" + (100 + i);
      all.add(url);
      urls.append(url.length()).append(':').append(url);
    }
    assertThat(withOuter("13:announce-listll" + urls + "el1:xee", "").trackers())
        .containsExactly(all.subList(0, 64));
    assertThat(withOuter("13:announce-listll" + urls + "el8:http://xee", "").trackers()).hasSize(1);
    assertThat(withOuter("", "8:url-listl" + urls + "e").webSeeds()).isEqualTo(all.subList(0, 64));
    Metainfo metainfo = valid(single(1, 1));
    assertThat(metainfo.withWebSeeds(all.subList(0, 64)).webSeeds()).hasSize(64);
    assertThatThrownBy(() -> metainfo.withWebSeeds(all))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(metainfo.withTrackers(List.of(all.subList(0, 64))).trackers()).hasSize(1);
    assertThatThrownBy(() -> metainfo.withTrackers(List.of(all)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> metainfo.withTrackers(List.of(List.of("no url"))))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void trackersAndWebSeedsAreWrittenWithTheTorrent() {
    Metainfo metainfo = valid(single(1, 1));
    Metainfo one =
        metainfo.withTrackers(List.of(List.of("http://a"))).withWebSeeds(List.of("http://w/"));
    assertThat(one).isEqualTo(metainfo);
    assertThat(new String(one.toTorrentBytes(), UTF_8))
        .isEqualTo("d8:announce8:http://a4:info" + single(1, 1) + "8:url-listl9:http://w/ee");
    Metainfo two =
        metainfo.withTrackers(List.of(List.of("http://a"), List.of(), List.of("udp://b:1")));
    assertThat(new String(two.toTorrentBytes(), UTF_8))
        .isEqualTo(
            "d8:announce8:http://a13:announce-listll8:http://ael9:udp://b:1ee4:info"
                + single(1, 1)
                + "e");
    assertThat(two.withTrackers(List.of()).toTorrentBytes()).isEqualTo(metainfo.toTorrentBytes());
  }

  @Test
  void aPrivateTorrentSaysSo() {
    assertThat(valid(single(1, 1)).isPrivate()).isFalse();
    String info = single(1, 1);
    assertThat(valid(info.substring(0, info.length() - 1) + "7:privatei1ee").isPrivate()).isTrue();
    Metainfo built =
        new MetainfoBuilder("a", 16_384, TorrentFormat.V1)
            .file(RelativePath.of("a"), 1)
            .sha1s(HASH.getBytes(UTF_8))
            .markPrivate()
            .build();
    assertThat(new String(built.infoBytes(), UTF_8))
        .isEqualTo(info.substring(0, info.length() - 1) + "7:privatei1ee");
  }

  /* --------------- hybrids --------------- */

  private static final String ROOT = "r".repeat(32);

  /** Two files of 10 and 5 bytes, "a" and "d/b", with {@code v1} as files. */
  private static String hybrid(int pieces, String v1) {
    String facts = "0:d6:lengthi%de11:pieces root32:" + ROOT + "e";
    return ("d9:file treed1:ad"
            + facts
            + "e1:dd1:bd"
            + facts
            + "eee5:filesl%se12:meta versioni2e"
            + "4:name1:t12:piece lengthi16384e6:pieces%d:%se")
        .formatted(10, 5, v1, 20 * pieces, HASH.repeat(pieces));
  }

  private static String hybridReason(int pieces, String... v1) {
    String torrent = "d4:info" + hybrid(pieces, String.join("", v1)) + "12:piece layersdee";
    return switch (parse(torrent)) {
      case ParsedMetainfo.Valid(Metainfo metainfo) -> "valid: " + metainfo.format();
      case ParsedMetainfo.Invalid(String reason) -> reason;
    };
  }

  private static String pad(int length) {
    return "d4:attr1:p6:lengthi" + length + "ee";
  }

  @Test
  void bothHalvesOfAHybridDescribeTheSameFiles() {
    assertThat(hybridReason(2, file(10, "a"), pad(16_374), file(5, "d", "b")))
        .isEqualTo("valid: HYBRID");
    assertThat(hybridReason(2, file(10, "a"), pad(16_374), file(5, "d", "b"), pad(16_379)))
        .isEqualTo("valid: HYBRID");
    assertThat(hybridReason(2, file(10, "a"), pad(16_000), pad(374), file(5, "d", "b")))
        .isEqualTo("valid: HYBRID");
    assertThat(hybridReason(1, file(10, "a"), file(5, "d", "b")))
        .isEqualTo("v1: 'd/b' begins at byte 10 (expected: 16384, aligned by a pad file)");
    assertThat(hybridReason(2, file(10, "a"), pad(16_373), file(5, "d", "b")))
        .contains("begins at byte 16383");
    assertThat(hybridReason(2, file(10, "a"), pad(16_374), file(5, "d", "b"), pad(16_380)))
        .contains("more bytes than v2 has pieces");
    assertThat(hybridReason(2, file(10, "a"), pad(16_374), file(5, "d", "b"), pad(16_378)))
        .contains("ends at byte 32767");
    assertThat(hybridReason(2, file(10, "a"), pad(Integer.MAX_VALUE), file(5, "d", "b")))
        .contains("more bytes than v2");
    assertThat(hybridReason(2, file(10, "a"), pad(16_374), file(6, "d", "b")))
        .contains("differ at 'd/b'");
    assertThat(hybridReason(2, file(10, "a"), pad(16_374), file(5, "d", "c")))
        .contains("differ at 'd/c'");
    assertThat(hybridReason(2, file(5, "d", "b"), pad(16_379), file(10, "a")))
        .contains("differ at 'd/b'");
    assertThat(hybridReason(1, file(10, "a"))).isEqualTo("v1 lacks 'd/b'");
    assertThat(hybridReason(2, file(10, "a"), pad(16_374), file(5, "d", "b"), file(0, "e")))
        .contains("differ at 'e'");
    assertThat(hybridReason(3, file(10, "a"), pad(16_374), file(5, "d", "b")))
        .contains("20 for each of 2 pieces");
    assertThat(hybridReason(2, file(10, "a"), pad(16_374), file(5, "d", "b"), "le"))
        .contains("no dictionary at number 3");
  }

  @Test
  void theBuilderTakesForEachFormatWhatItNeeds() {
    RelativePath path = RelativePath.of("a");
    MetainfoBuilder v1 = new MetainfoBuilder("a", 16_384, TorrentFormat.V1);
    MetainfoBuilder v2 = new MetainfoBuilder("a", 16_384);
    MetainfoBuilder hybrid = new MetainfoBuilder("a", 16_384, TorrentFormat.HYBRID);
    assertThatThrownBy(() -> v1.file(path, 0, List.of())).hasMessageContaining("expected: V2");
    assertThatThrownBy(() -> v2.file(path, 0)).hasMessageContaining("expected: V1");
    assertThatThrownBy(() -> hybrid.file(path, 0)).hasMessageContaining("expected: V1");
    assertThatThrownBy(() -> hybrid.file(path, 0, List.of())).hasMessageContaining("expected: V2");
    assertThatThrownBy(() -> v2.file(path, 0, List.of(), new byte[0]))
        .hasMessageContaining("expected: HYBRID");
    assertThatThrownBy(() -> hybrid.file(path, 1, List.of(TestTorrent.hash(1)), new byte[19]))
        .hasMessageContaining("19 bytes of SHA-1");
    assertThatThrownBy(() -> v1.file(path, 1).build()).hasMessageContaining("pieces:");
    assertThatThrownBy(() -> v2.sha1s(new byte[20])).hasMessageContaining("expected: V1");
    assertThatThrownBy(() -> hybrid.build()).hasMessageContaining("at least one");
  }

  @Test
  void brokenTorrentsNeverMakeItThrow() {
    byte[] v1 =
        ("d4:info" + tree(2, file(10, "z", "y"), pad(6), file(16_384, "z", "a")) + "e")
            .getBytes(UTF_8);
    byte[] hybrid =
        ("d8:announce8:http://a4:info"
                + hybrid(2, file(10, "a") + pad(16_374) + file(5, "d", "b"))
                + "12:piece layersde8:url-list8:http://be")
            .getBytes(UTF_8);
    Seeds.check(
        3_000,
        random -> {
          byte[] bytes = (random.nextBoolean() ? v1 : hybrid).clone();
          for (int i = random.nextInt(3); i >= 0; i--) {
            int at = random.nextInt(bytes.length);
            bytes[at] =
                random.nextBoolean()
                    ? (byte) random.nextInt()
                    : (byte) "0123456789delip:".charAt(random.nextInt(16));
          }
          assertThat(MetainfoParser.parse(bytes)).isNotNull();
        });
  }
}
