package io.seedfall.protocol.metainfo;

import static io.seedfall.protocol.metainfo.TestTorrent.LEAF;
import static io.seedfall.protocol.metainfo.TestTorrent.at;
import static io.seedfall.protocol.metainfo.TestTorrent.directory;
import static io.seedfall.protocol.metainfo.TestTorrent.file;
import static io.seedfall.protocol.metainfo.TestTorrent.hash;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.seedfall.protocol.Hash256;
import io.seedfall.protocol.Seeds;
import io.seedfall.protocol.bencode.BencodeDecoder;
import io.seedfall.protocol.bencode.BencodeDictionary;
import io.seedfall.protocol.bencode.BencodeInteger;
import io.seedfall.protocol.bencode.BencodeLimits;
import io.seedfall.protocol.bencode.BencodeList;
import io.seedfall.protocol.bencode.BencodeString;
import io.seedfall.protocol.bencode.BencodeValue;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** BEP 52, "metainfo files" and "infohash". */
final class MetainfoParserTest {
  private static final BencodeValue TEXT = BencodeString.of("text");

  @Test
  void aTorrentOfOneByteIsRead() {
    Metainfo metainfo = new TestTorrent().valid();
    assertThat(metainfo.name()).isEqualTo("a");
    assertThat(metainfo.pieceBytes()).isEqualTo(LEAF);
    assertThat(metainfo.files())
        .containsExactly(new MetainfoFile(RelativePath.of("a"), 1, hash(1)));
    assertThat(metainfo.isSingleFile()).isTrue();
    assertThat(metainfo.geometry().totalBytes()).isEqualTo(1);
  }

  @Test
  void theInfoHashIsTakenOverTheExactBytes() throws Exception {
    TestTorrent torrent =
        new TestTorrent()
            .top("announce", BencodeString.of("http://tracker.example/"))
            .info("zz unknown", new BencodeList(List.of(TEXT)))
            .info("private", new BencodeInteger(1));
    byte[] bytes = torrent.bytes();
    Metainfo metainfo = torrent.valid();
    String all = new String(bytes, ISO_8859_1);
    int begin = all.indexOf("4:info") + 6;
    int end = all.indexOf("12:piece layers");
    byte[] info = Arrays.copyOfRange(bytes, begin, end);
    assertThat(metainfo.infoBytes()).isEqualTo(info);
    assertThat(new String(metainfo.infoBytes(), ISO_8859_1))
        .contains("10:zz unknownl4:texte")
        .contains("7:privatei1e");
    assertThat(metainfo.infoHash().hash())
        .isEqualTo(Hash256.of(MessageDigest.getInstance("SHA-256").digest(info)));
  }

  @Test
  void thePrivateFlagIsKept() {
    assertThat(new TestTorrent().valid().isPrivate()).isFalse();
    assertThat(new TestTorrent().info("private", new BencodeInteger(1)).valid().isPrivate())
        .isTrue();
    assertThat(new TestTorrent().info("private", new BencodeInteger(0)).valid().isPrivate())
        .isFalse();
  }

  @Test
  void trackersAndOtherKeysDoNotDisturb() {
    Metainfo plain = new TestTorrent().valid();
    Metainfo decorated =
        new TestTorrent()
            .top("announce", TEXT)
            .top("announce-list", new BencodeList(List.of(new BencodeList(List.of(TEXT)))))
            .top("creation date", new BencodeInteger(1))
            .top("zzz", BencodeDictionary.EMPTY)
            .valid();
    assertThat(decorated).isEqualTo(plain);
    assertThat(decorated.toTorrentBytes()).isEqualTo(plain.toTorrentBytes());
    assertThat(MetainfoParser.parse(plain.toTorrentBytes()))
        .isEqualTo(new ParsedMetainfo.Valid(plain));
  }

  @Test
  void whatIsNoTorrentIsInvalid() {
    assertThat(reason("")).contains("end within");
    assertThat(reason("hello")).contains("byte 0");
    assertThat(reason("i1e")).isEqualTo("no dictionary");
    assertThat(reason("de")).isEqualTo("info: missing or no dictionary");
    assertThat(reason("d4:infoi1ee")).isEqualTo("info: missing or no dictionary");
    assertThat(reason("d4:infod12:meta versioni02eee")).contains("leading zero");
  }

  @Test
  void theVersionIsLookedAtFirst() {
    assertThat(new TestTorrent().info("meta version", new BencodeInteger(3)).tree(TEXT).reason())
        .contains("meta version")
        .contains("3")
        .contains("(expected: 2)");
    assertThat(new TestTorrent().info("meta version", TEXT).reason()).contains("meta version");
    assertThat(new TestTorrent().info("meta version", null).reason()).contains("meta version");
    assertThat(new TestTorrent().info("meta version", new BencodeInteger(1)).reason())
        .contains("(expected: 2)");
  }

  @Test
  void everyKeyMustBeThereAndOfItsType() {
    for (String key : List.of("name", "piece length", "file tree")) {
      assertThat(new TestTorrent().info(key, null).reason()).startsWith(key + ": ");
      assertThat(new TestTorrent().info(key, new BencodeList(List.of())).reason())
          .startsWith(key + ": ");
    }
    assertThat(new TestTorrent().withoutLayers().reason()).startsWith("piece layers: ");
    assertThat(new TestTorrent().top("piece layers", TEXT).reason()).startsWith("piece layers: ");
  }

  @Test
  void theNameCouldBeThatOfAFile() {
    for (String bad : List.of("", ".", "..", "a/b", "/", "a\0b", "x".repeat(256))) {
      assertThat(new TestTorrent().info("name", BencodeString.of(bad)).reason())
          .startsWith("name: ");
    }
    assertThat(new TestTorrent().info("name", bytes(0xff)).reason()).isEqualTo("name: not UTF-8");
    assertThat(new TestTorrent().info("name", BencodeString.of("x".repeat(255))).valid().name())
        .hasSize(255);
  }

  @Test
  void thePieceSizeIsAPowerOfTwoWithinItsLimits() {
    for (long good : new long[] {16 << 10, 32 << 10, 4 << 20, PieceGeometry.PIECE_BYTES_MAX}) {
      assertThat(pieceLength(good).valid().pieceBytes()).isEqualTo((int) good);
    }
    long most = PieceGeometry.PIECE_BYTES_MAX;
    for (long bad :
        new long[] {
          -1, 0, 1, 8 << 10, (16 << 10) - 1, 24 << 10, most + 1, 2 * most, 1L << 32, Long.MIN_VALUE
        }) {
      assertThat(pieceLength(bad).reason()).startsWith("piece length: ").contains("" + bad);
    }
  }

  @Test
  void aFileHasALengthAndARootExactlyIfItIsNotEmpty() {
    assertThat(tree(file(0, null)).valid().files().getFirst().piecesRoot()).isNull();
    assertThat(tree(file(0, hash(1))).reason()).contains("a pieces root of an empty file at 'a'");
    assertThat(tree(file(1, null)).reason()).contains("no pieces root at 'a'");
    assertThat(tree(file(-1, hash(1))).reason()).contains("no length >= 0 at 'a'");
    assertThat(tree(facts("pieces root", bytes(1))).reason()).contains("no length >= 0");
    assertThat(tree(facts("length", TEXT)).reason()).contains("no length >= 0");
    BencodeDictionary.Builder shortRoot = BencodeDictionary.builder().put("length", 1);
    shortRoot.put("pieces root", BencodeString.of(new byte[31]));
    assertThat(tree(directory("", shortRoot.build())).reason())
        .contains("no pieces root of 32 bytes");
  }

  @Test
  void unknownFactsOfAFileArePassedOverButLinksAreRefused() {
    assertThat(tree(facts("length", new BencodeInteger(0), "attr", BencodeString.of("x"))).valid())
        .isNotNull();
    assertThat(
            tree(facts("length", new BencodeInteger(0), "attr", BencodeString.of("xl"))).reason())
        .contains("a symbolic link (BEP 47) at 'a'");
    assertThat(tree(facts("length", new BencodeInteger(0), "attr", bytes(0xff))).reason())
        .contains("a symbolic link");
  }

  @Test
  void aPathIsEitherFileOrDirectory() {
    BencodeDictionary both =
        directory("", Objects.requireNonNull(file(1, hash(1)).get("")), "b", file(1, hash(1)));
    assertThat(tree(both).reason()).contains("both file and directory at 'a'");
    assertThat(new TestTorrent().tree(file(1, hash(1))).reason()).contains("the root is a file");
    assertThat(tree(directory("", TEXT)).reason()).contains("no dictionary under the empty key");
    assertThat(tree(TEXT).reason()).contains("no dictionary at 'a'");
    assertThat(tree(BencodeDictionary.EMPTY).reason()).contains("a directory without files: 'a'");
    assertThat(new TestTorrent().tree(BencodeDictionary.EMPTY).reason())
        .contains("a directory without files: ''");
  }

  @Test
  void namesThatLeadAstrayAreRefused() {
    for (String bad : List.of(".", "..", "/", "a/b", "../etc", "/etc/passwd", "a\0", "\0")) {
      assertThat(new TestTorrent().tree(directory(bad, file(1, hash(1)))).reason())
          .startsWith("file tree: ");
      assertThat(new TestTorrent().tree(directory("d", directory(bad, file(1, hash(1))))).reason())
          .startsWith("file tree: ");
      assertThat(new TestTorrent().tree(directory(bad, directory("f", file(1, hash(1))))).reason())
          .startsWith("file tree: ");
    }
    for (BencodeString bad :
        List.of(bytes(0xff), bytes(0xc0, 0xae), bytes(0xc0, 0x80), bytes(0xed, 0xa0, 0x80))) {
      assertThat(new TestTorrent().tree(directory(bad, file(1, hash(1)))).reason())
          .contains("not UTF-8");
    }
  }

  @Test
  void pathsHaveTheirLimits() {
    assertThat(new TestTorrent().tree(at(List.of("n".repeat(255)))).valid()).isNotNull();
    assertThat(new TestTorrent().tree(at(List.of("n".repeat(256)))).reason())
        .contains("a name of 256 bytes");
    assertThat(new TestTorrent().tree(at(List.of("ü".repeat(127) + "n"))).valid()).isNotNull();
    assertThat(new TestTorrent().tree(at(List.of("ü".repeat(128)))).reason())
        .contains("a name of 256 bytes");
    // 8 names of 255 bytes and 8 separators are 2048 bytes.
    List<String> longest = Collections.nCopies(8, "n".repeat(255));
    assertThat(new TestTorrent().tree(at(longest)).valid()).isNotNull();
    assertThat(new TestTorrent().tree(at(append(longest, "x"))).reason())
        .contains("2049 bytes (expected: <= 2048)");
    List<String> deepest = Collections.nCopies(RelativePath.PARTS_MAX, "d");
    assertThat(new TestTorrent().tree(at(deepest)).valid()).isNotNull();
    assertThat(new TestTorrent().tree(at(append(deepest, "x"))).reason()).contains("nested");
  }

  @Test
  void namesThatSomeFileSystemTakesForTheSameAreRefused() {
    String[][] same = {
      {"readme", "README"},
      {"Straße", "STRASSE"},
      {"\u00e9", "e\u0301"}, // composed and not
      {"\u00c9", "e\u0301"}, // and in the other case
      {"\u212b", "\u00c5"}, // Angstrom sign, A with ring
      {"\u03c3", "\u03c2"}, // sigma and final sigma
    };
    for (String[] pair : same) {
      BencodeDictionary two = directory(pair[0], file(1, hash(1)), pair[1], file(1, hash(1)));
      assertThat(new TestTorrent().tree(two).reason()).contains("differ only in case or Unicode");
      assertThat(new TestTorrent().tree(directory("d", two)).reason()).contains("differ only");
      BencodeDictionary directories =
          directory(pair[0], at(List.of("x")), pair[1], at(List.of("y")));
      assertThat(new TestTorrent().tree(directories).reason()).contains("differ only");
      BencodeDictionary mixed = directory(pair[0], file(1, hash(1)), pair[1], at(List.of("y")));
      assertThat(new TestTorrent().tree(mixed).reason()).contains("differ only");
    }
    BencodeDictionary apart =
        directory("a", at(List.of("x")), "b", at(List.of("X")), "x", file(1, hash(1)));
    assertThat(new TestTorrent().tree(apart).valid().files()).hasSize(3);
  }

  @Test
  void filesComeInTheOrderOfTheTree() {
    BencodeDictionary tree =
        directory(
            "b", file(0, null),
            "a", directory("z", file(0, null), "B", file(0, null)),
            "a.txt", file(0, null),
            "\u00e4", file(0, null),
            "Z", file(0, null));
    assertThat(new TestTorrent().tree(tree).valid().files())
        .extracting(file -> file.path().toString())
        .containsExactly("Z", "a/B", "a/z", "a.txt", "b", "\u00e4")
        .hasSize(6);
    List<RelativePath> paths =
        new TestTorrent().tree(tree).valid().files().stream().map(MetainfoFile::path).toList();
    assertThat(paths).isSorted();
  }

  @Test
  void aFileLargerThanAPieceNeedsItsLayer() {
    TestTorrent torrent = new TestTorrent().info("piece length", new BencodeInteger(2 * LEAF));
    Hash256 root = torrent.layer(1, 3);
    torrent.tree(directory("a", file(4L * LEAF + 1, root)));
    Metainfo metainfo = torrent.valid();
    assertThat(metainfo.pieceLayer(0)).hasSize(3);
    assertThat(MetainfoParser.parse(metainfo.toTorrentBytes()))
        .isEqualTo(new ParsedMetainfo.Valid(metainfo));

    assertThat(torrent.tree(directory("a", file(4L * LEAF, root))).reason())
        .contains("96 bytes for 'a' (expected: 64)");
    assertThat(torrent.tree(directory("a", file(6L * LEAF + 1, root))).reason())
        .contains("96 bytes for 'a' (expected: 128)");
    assertThat(torrent.tree(directory("a", file(6L * LEAF, root))).valid()).isNotNull();
    assertThat(torrent.tree(directory("a", file(4L * LEAF + 1, hash(9)))).reason())
        .contains("none for 'a'");
    assertThat(torrent.tree(directory("a", file(2L * LEAF, root))).reason())
        .contains("one that no file needs");
  }

  @Test
  void aLayerMustHaveTheRootOfItsFile() {
    byte[] row = new byte[64];
    TestTorrent torrent = new TestTorrent().tree(directory("a", file(2L * LEAF, hash(9))));
    torrent.layer(BencodeString.of(hash(9).toBytes()), BencodeString.of(row));
    assertThat(torrent.reason()).isEqualTo("piece layers: not the pieces root of 'a'");

    TestTorrent wrongLayer = new TestTorrent().info("piece length", new BencodeInteger(2 * LEAF));
    Hash256 root = wrongLayer.layer(0, 3); // padded with leaves instead of pieces
    assertThat(wrongLayer.tree(directory("a", file(6L * LEAF, root))).reason())
        .isEqualTo("piece layers: not the pieces root of 'a'");
    assertThat(new TestTorrent().layer(BencodeString.of("short"), TEXT).reason())
        .contains("one that no file needs");
  }

  @Test
  void filesOfEqualContentShareTheirLayer() {
    TestTorrent torrent = new TestTorrent();
    Hash256 root = torrent.layer(0, 5);
    torrent.tree(directory("a", file(5L * LEAF, root), "b", file(5L * LEAF, root)));
    Metainfo metainfo = torrent.valid();
    assertThat(metainfo.pieceLayer(0)).isEqualTo(metainfo.pieceLayer(1)).hasSize(5);
    assertThat(metainfo.pieceHash(7)).isEqualTo(metainfo.pieceHash(2));
  }

  @Test
  void piecesStopAtTheLimit() {
    int most = PieceGeometry.PIECES_MAX;
    TestTorrent torrent = new TestTorrent();
    Hash256 root = torrent.layer(0, most);
    torrent.tree(directory("a", file((long) most * LEAF, root)));
    assertThat(torrent.valid().geometry().pieceCount()).isEqualTo(most);
    torrent.tree(directory("a", file((long) most * LEAF, root), "b", file(1, hash(1))));
    assertThat(torrent.reason()).isEqualTo("more than " + most + " pieces");
    for (long absurd : new long[] {1L << 40, Long.MAX_VALUE}) {
      BencodeDictionary two = directory("a", file(absurd, hash(1)), "b", file(absurd, hash(1)));
      assertThat(new TestTorrent().tree(two).reason()).isEqualTo("more than " + most + " pieces");
    }
  }

  @Test
  void filesStopAtTheLimit() {
    assertThat(new TestTorrent().tree(emptyFiles(Metainfo.FILES_MAX)).valid().files())
        .hasSize(Metainfo.FILES_MAX);
    assertThat(new TestTorrent().tree(emptyFiles(Metainfo.FILES_MAX + 1)).reason())
        .isEqualTo("file tree: more than " + Metainfo.FILES_MAX + " files");
  }

  @Test
  void theTorrentFileStopsAtTheLimit() {
    byte[] small = new TestTorrent().top("zzz", BencodeString.of(new byte[10_000_000])).bytes();
    int room = Metainfo.TORRENT_BYTES_MAX - (small.length - 10_000_000);
    assertThat(new TestTorrent().top("zzz", BencodeString.of(new byte[room])).valid()).isNotNull();
    assertThat(new TestTorrent().top("zzz", BencodeString.of(new byte[room + 1])).reason())
        .isEqualTo("67108865 bytes (expected: <= 67108864)");
    assertThat(Metainfo.TORRENT_BYTES_MAX).isEqualTo(BencodeLimits.BYTES_MAX);
  }

  @Test
  void hostileBytesNeverThrowAndWhatIsValidIsReadAgain() throws Exception {
    byte[] tree = resource("tree.torrent");
    byte[] hybrid = resource("hybrid.torrent");
    Seeds.check(
        4_000,
        random -> {
          byte[] bytes = (random.nextBoolean() ? tree : hybrid).clone();
          for (int i = 1 + random.nextInt(4); i > 0; i--) {
            int at = random.nextInt(random.nextBoolean() ? 700 : bytes.length);
            bytes[at] =
                random.nextBoolean()
                    ? (byte) "0123456789:-ilde/.".charAt(random.nextInt(18))
                    : (byte) random.nextInt();
          }
          if (random.nextInt(4) == 0) {
            bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
          }
          if (MetainfoParser.parse(bytes) instanceof ParsedMetainfo.Valid valid) {
            assertThat(MetainfoParser.parse(valid.metainfo().toTorrentBytes())).isEqualTo(valid);
          }
        });
  }

  @Test
  void aTruncatedTorrentIsInvalidAtEveryLength() throws Exception {
    byte[] bytes = resource("tree.torrent");
    for (int length = 0; length < bytes.length; length++) {
      assertThat(MetainfoParser.parse(Arrays.copyOf(bytes, length)))
          .isInstanceOf(ParsedMetainfo.Invalid.class);
    }
  }

  @Test
  void aRelabelledValueIsInvalidAndNeverThrows() throws Exception {
    // Every dictionary entry in turn becomes a value of each other type.
    byte[] bytes = resource("tree.torrent");
    String text = new String(bytes, ISO_8859_1);
    assertThat(BencodeDecoder.decode(bytes)).isInstanceOf(BencodeDecoder.Decoded.Value.class);
    for (String key : List.of("file tree", "meta version", "name", "piece length", "length")) {
      String marked = key.length() + ":" + key;
      int at = text.indexOf(marked) + marked.length();
      for (String other : List.of("i7e", "le", "de", "0:", "i-1e")) {
        String changed = text.substring(0, at) + other + text.substring(at);
        assertThat(MetainfoParser.parse(changed.getBytes(ISO_8859_1)))
            .isInstanceOf(ParsedMetainfo.Invalid.class);
      }
    }
  }

  private static String reason(String torrent) {
    return switch (MetainfoParser.parse(torrent.getBytes(ISO_8859_1))) {
      case ParsedMetainfo.Valid valid -> valid.toString();
      case ParsedMetainfo.Invalid(String reason) -> reason;
    };
  }

  private static TestTorrent pieceLength(long bytes) {
    return new TestTorrent().info("piece length", new BencodeInteger(bytes));
  }

  private static TestTorrent tree(BencodeValue entryOfA) {
    return new TestTorrent().tree(directory("a", entryOfA));
  }

  private static BencodeDictionary facts(Object... facts) {
    return directory("", directory(facts));
  }

  private static BencodeDictionary emptyFiles(int count) {
    return directory(
        IntStream.range(0, count)
            .boxed()
            .flatMap(i -> List.<Object>of("f" + i, file(0, null)).stream())
            .toArray());
  }

  private static List<String> append(List<String> path, String name) {
    List<String> longer = new ArrayList<>(path);
    longer.add(name);
    return longer;
  }

  private static BencodeString bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return BencodeString.of(bytes);
  }

  private static byte[] resource(String name) throws Exception {
    try (InputStream in = MetainfoParserTest.class.getResourceAsStream("/torrents/" + name)) {
      return Objects.requireNonNull(in).readAllBytes();
    }
  }
}
