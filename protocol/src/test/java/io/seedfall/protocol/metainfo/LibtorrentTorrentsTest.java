package io.seedfall.protocol.metainfo;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.seedfall.protocol.Hash256;
import io.seedfall.protocol.WireHash;
import io.seedfall.protocol.bencode.BencodeDecoder;
import io.seedfall.protocol.bencode.BencodeDecoder.Decoded;
import io.seedfall.protocol.bencode.BencodeDictionary;
import io.seedfall.protocol.bencode.BencodeString;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Torrents that libtorrent 2.0.8 made, beside torrents that we make of the same content. How they
 * were made, and the formula of the content: {@code src/test/resources/torrents/make_torrents.py}.
 */
final class LibtorrentTorrentsTest {
  private static final int KIB = 1024;
  private static final int SINGLE_BYTES = 1_000_003;

  private record TestFile(String path, int length) {}

  private static final List<TestFile> TREE =
      List.of(
          new TestFile("a-piece.bin", 32 * KIB),
          new TestFile("a-piece-and-one.bin", 32 * KIB + 1),
          new TestFile("empty.bin", 0),
          new TestFile("leaf.bin", 16 * KIB),
          new TestFile("leaf-and-one.bin", 16 * KIB + 1),
          new TestFile("nested/deeper/grüße \ud83c\udf31.bin", 300_000),
          new TestFile("nested/many.bin", 1_000_000),
          new TestFile("nested.txt", 77),
          new TestFile("one.bin", 1));

  /** What libtorrent printed for its own torrents. */
  private static final String SINGLE_INFO_HASH =
      "984550bb6eef245a6cdf434ede5f4936d46aad8c7b18167d92dfa3a4111a8e58";

  private static final String LEAVES_INFO_HASH =
      "ec2bfbb267fbb6b826335cd644239a230733af41a8564b39598628367b56d32f";
  private static final String ONE_PIECE_INFO_HASH =
      "4ccbe38cf88603cf4e2e2cf7226644ea0679482aa0ac015298afb3f58f82b79c";
  private static final String TREE_INFO_HASH =
      "0a6ed59d7dfc417215c89c591b09f9ea2feadf03292f77b28e2f47c424fff8fe";
  private static final String HYBRID_INFO_HASH =
      "91e94a4e347953f2c65c6e3d6a9d6301fd1a2a58c3cdaa774c29d12dac25950d";

  @Test
  void aFileOfManyPiecesIsTheSameTorrent() throws IOException {
    Metainfo theirs = valid("single.torrent");
    Metainfo ours = single(64 * KIB);
    assertThat(theirs.infoHash().hex()).isEqualTo(SINGLE_INFO_HASH);
    assertSame(ours, theirs);
    assertThat(theirs.isSingleFile()).isTrue();
    assertThat(theirs.name()).isEqualTo("single.bin");
    assertThat(theirs.geometry().pieceCount()).isEqualTo(16);
    assertThat(theirs.isPrivate()).isFalse();
  }

  @Test
  void piecesOfOneLeafHaveTheLeavesAsPieceLayer() throws IOException {
    Metainfo theirs = valid("leaves.torrent");
    assertThat(theirs.infoHash().hex()).isEqualTo(LEAVES_INFO_HASH);
    assertThat(theirs.isPrivate()).as("made with the private flag").isTrue();
    assertThat(theirs.pieceLayer(0)).isEqualTo(single(16 * KIB).pieceLayer(0)).hasSize(62);
    assertThat(theirs.pieceWidthLeaves(0)).isEqualTo(1);
    assertThat(theirs.files()).isEqualTo(single(16 * KIB).files());
  }

  @Test
  void aFileOfOnePieceHasNoPieceLayer() throws IOException {
    Metainfo theirs = valid("one-piece.torrent");
    assertThat(theirs.infoHash().hex()).isEqualTo(ONE_PIECE_INFO_HASH);
    assertSame(single(1024 * KIB), theirs);
    assertThat(theirs.pieceLayer(0)).isNull();
    assertThat(theirs.pieceHash(0)).isEqualTo(theirs.files().getFirst().piecesRoot());
    assertThat(theirs.pieceWidthLeaves(0)).isEqualTo(64);
  }

  @Test
  void aTreeOfFilesIsTheSameTorrent() throws IOException {
    Metainfo theirs = valid("tree.torrent");
    assertThat(theirs.infoHash().hex()).isEqualTo(TREE_INFO_HASH);
    assertSame(tree(), theirs);
    assertThat(theirs.isSingleFile()).isFalse();
    assertThat(theirs.files())
        .extracting(file -> file.path().toString())
        .containsExactly(
            "a-piece-and-one.bin",
            "a-piece.bin",
            "empty.bin",
            "leaf-and-one.bin",
            "leaf.bin",
            "nested/deeper/grüße \ud83c\udf31.bin",
            "nested/many.bin",
            "nested.txt",
            "one.bin");
  }

  @Test
  void aHybridTreeIsTheSameTorrent() throws IOException {
    Metainfo theirs = valid("hybrid.torrent");
    assertThat(theirs.format()).isEqualTo(TorrentFormat.HYBRID);
    assertThat(theirs.infoHash().hex()).isEqualTo(HYBRID_INFO_HASH);
    assertThat(requireNonNull(theirs.v1Hash()).hex())
        .isEqualTo("aeda1f5adae6f501652bbf3ae121ac731f7d7cfd");
    assertThat(theirs.wireHashes())
        .containsExactly(theirs.v1Hash(), WireHash.parse(HYBRID_INFO_HASH.substring(0, 40)));
    assertThat(theirs.wireHash()).isEqualTo(theirs.v1Hash());
    assertThat(theirs.files()).as("without the pad files").isEqualTo(tree().files());
    assertThat(theirs.pieceLayer(6)).isEqualTo(tree().pieceLayer(6)).hasSize(31);
    assertThat(theirs.geometry().paddedLength(1)).as("of one byte").isEqualTo(32 * KIB);
    assertSame(hybridTree(), theirs);
  }

  @Test
  void aHybridOfOneFileIsTheSameTorrent() throws IOException {
    Metainfo theirs = valid("hybrid-single.torrent");
    byte[] content = content(0, SINGLE_BYTES);
    Metainfo ours =
        new MetainfoBuilder("single.bin", 64 * KIB, TorrentFormat.HYBRID)
            .file(
                RelativePath.of("single.bin"),
                content.length,
                TestHashes.pieces(content, 64 * KIB),
                TestHashes.sha1s(content, 64 * KIB))
            .build();
    assertThat(theirs.infoHash().hex())
        .isEqualTo("367c8af137cc7031e54771f59b85827fc97ec98e04dbe00dc55abf3202cb02f2");
    assertThat(theirs.isSingleFile()).isTrue();
    assertThat(theirs.geometry().paddedLength(15)).isEqualTo(SINGLE_BYTES - 15 * 64 * KIB);
    assertSame(ours, theirs);
  }

  @Test
  void aV1FileIsTheSameTorrent() throws IOException {
    Metainfo theirs = valid("v1.torrent");
    byte[] content = content(0, SINGLE_BYTES);
    Metainfo ours =
        new MetainfoBuilder("single.bin", 64 * KIB, TorrentFormat.V1)
            .file(RelativePath.of("single.bin"), content.length)
            .sha1s(TestHashes.sha1s(content, 64 * KIB))
            .build();
    assertThat(theirs.format()).isEqualTo(TorrentFormat.V1);
    assertThat(theirs.wireHash().hex()).isEqualTo("0eff55260ef4e3aa059b7f4773d1ab86f1c80433");
    assertThat(theirs.isSingleFile()).isTrue();
    assertThat(theirs.trackers()).containsExactly(List.of("http://tracker.example/announce"));
    assertSame(ours, theirs);
    assertThat(MetainfoParser.parseWithInfoHash(theirs.toTorrentBytes()))
        .isEqualTo(
            new ParsedMetainfo.Invalid(
                "a v1 torrent (BEP 3); v2 and hybrid torrents (BEP 52) are accepted"));
  }

  @Test
  void aV1TreeWithoutAndWithPadFilesIsTheSameTorrent() throws IOException {
    for (String name : List.of("v1-tree.torrent", "v1-padded.torrent")) {
      Metainfo theirs = valid(name);
      boolean padded = name.contains("padded");
      assertThat(theirs.wireHash().hex())
          .isEqualTo(
              padded
                  ? "eb8f9c26103a7767b94b3bee7ddedfc24be42099"
                  : "bae0cb0d036dedf29131819c96f1be5828777870");
      assertThat(theirs.files().stream().filter(MetainfoFile::pad).count())
          .isEqualTo(padded ? 7 : 0);
      assertThat(theirs.isSingleFile()).isFalse();
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      for (MetainfoFile file : theirs.files()) {
        all.writeBytes(file.pad() ? new byte[(int) file.length()] : contentOf(file));
      }
      byte[] sha1s = TestHashes.sha1s(all.toByteArray(), 32 * KIB);
      for (int piece = 0; piece < theirs.geometry().pieceCount(); piece++) {
        assertThat(theirs.sha1Of(piece))
            .isEqualTo(Arrays.copyOfRange(sha1s, piece * 20, piece * 20 + 20));
      }
      assertThat(sha1s).hasSize(20 * theirs.geometry().pieceCount());
      if (!padded) {
        MetainfoBuilder builder = new MetainfoBuilder("tree", 32 * KIB, TorrentFormat.V1);
        theirs.files().forEach(file -> builder.file(file.path(), file.length()));
        assertSame(builder.sha1s(sha1s).build(), theirs);
      }
    }
  }

  @Test
  void anInfoDictionaryBecomesTheTorrentWithTheLayersOfPeers() throws IOException {
    for (String name : List.of("hybrid.torrent", "tree.torrent", "single.torrent", "v1.torrent")) {
      Metainfo torrent = valid(name);
      InfoDictionary info = ((InfoReading.Valid) InfoDictionary.parse(torrent.infoBytes())).info();
      assertThat(info.wireHashes()).isEqualTo(torrent.wireHashes());
      assertThat(info.files()).isEqualTo(torrent.files());
      TreeMap<Hash256, List<Hash256>> layers = new TreeMap<>();
      for (int file = 0; file < torrent.files().size(); file++) {
        List<Hash256> layer = torrent.pieceLayer(file);
        if (layer != null) {
          layers.put(requireNonNull(torrent.files().get(file).piecesRoot()), layer);
        }
      }
      assertThat(info.missingLayers())
          .extracting(InfoDictionary.MissingLayer::piecesRoot)
          .isEqualTo(List.copyOf(layers.keySet()));
      for (InfoDictionary.MissingLayer missing : info.missingLayers()) {
        assertThat(layers.get(missing.piecesRoot())).hasSize(missing.count());
        assertThat((16 * KIB) << missing.layer()).isEqualTo(torrent.pieceBytes());
      }
      assertThat(info.withLayers(layers)).isEqualTo(new ParsedMetainfo.Valid(torrent));
      if (!layers.isEmpty()) {
        Hash256 root = layers.firstKey();
        layers.put(root, requireNonNull(layers.get(root)).reversed());
        assertThat(info.withLayers(layers)).isInstanceOf(ParsedMetainfo.Invalid.class);
        layers.remove(root);
        assertThat(info.withLayers(layers)).isInstanceOf(ParsedMetainfo.Invalid.class);
      }
    }
  }

  private static void assertSame(Metainfo ours, Metainfo theirs) {
    assertThat(ours.infoBytes()).isEqualTo(theirs.infoBytes());
    assertThat(ours.wireHashes()).isEqualTo(theirs.wireHashes());
    assertThat(ours.files()).isEqualTo(theirs.files());
    for (int file = 0; file < ours.files().size(); file++) {
      assertThat(ours.pieceLayer(file)).isEqualTo(theirs.pieceLayer(file));
    }
    assertThat(ours.withTrackers(theirs.trackers()).toTorrentBytes())
        .isEqualTo(theirs.toTorrentBytes());
    for (int piece = 0;
        ours.format() != TorrentFormat.V2 && piece < ours.geometry().pieceCount();
        piece++) {
      assertThat(ours.sha1Of(piece)).isEqualTo(theirs.sha1Of(piece));
    }
  }

  private static byte[] contentOf(MetainfoFile file) {
    for (int i = 0; i < TREE.size(); i++) {
      if (TREE.get(i).path().equals(file.path().toString())) {
        return content(i, TREE.get(i).length());
      }
    }
    throw new AssertionError("none of ours: " + file);
  }

  private static Metainfo hybridTree() {
    MetainfoBuilder builder = new MetainfoBuilder("tree", 32 * KIB, TorrentFormat.HYBRID);
    for (int i = TREE.size() - 1; i >= 0; i--) {
      byte[] content = content(i, TREE.get(i).length());
      byte[] padded = Arrays.copyOf(content, Math.ceilDiv(content.length, 32 * KIB) * 32 * KIB);
      builder.file(
          RelativePath.parse(TREE.get(i).path()),
          content.length,
          TestHashes.pieces(content, 32 * KIB),
          TestHashes.sha1s(padded, 32 * KIB));
    }
    return builder.build();
  }

  private static Metainfo single(int pieceBytes) {
    MetainfoBuilder builder = new MetainfoBuilder("single.bin", pieceBytes);
    byte[] content = content(0, SINGLE_BYTES);
    return builder
        .file(RelativePath.of("single.bin"), content.length, TestHashes.pieces(content, pieceBytes))
        .build();
  }

  private static Metainfo tree() {
    MetainfoBuilder builder = new MetainfoBuilder("tree", 32 * KIB);
    for (int i = TREE.size() - 1; i >= 0; i--) {
      byte[] content = content(i, TREE.get(i).length());
      builder.file(
          RelativePath.parse(TREE.get(i).path()),
          content.length,
          TestHashes.pieces(content, 32 * KIB));
    }
    return builder.build();
  }

  private static byte[] content(int file, int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (i * 31 + (i >> 8) * 17 + (i >> 16) * 13 + file);
    }
    return bytes;
  }

  private static Metainfo valid(String resource) throws IOException {
    byte[] bytes = resource(resource);
    Metainfo metainfo = valid(bytes);
    assertThat(layersOf(decoded(bytes))).isEqualTo(layersOf(decoded(metainfo.toTorrentBytes())));
    return metainfo;
  }

  private static Metainfo valid(byte[] bytes) {
    return switch (MetainfoParser.parse(bytes)) {
      case ParsedMetainfo.Valid(Metainfo metainfo) -> metainfo;
      case ParsedMetainfo.Invalid(String reason) -> throw new AssertionError(reason);
    };
  }

  private static List<Hash256> layersOf(BencodeDictionary torrent) {
    List<Hash256> hashes = new ArrayList<>();
    if (!(torrent.get("piece layers") instanceof BencodeDictionary layers)) {
      return List.of();
    }
    for (BencodeDictionary.Entry entry : layers.entries()) {
      byte[] row = ((BencodeString) entry.value()).toBytes();
      for (int i = 0; i < row.length; i += Hash256.BYTES) {
        hashes.add(Hash256.of(row, i));
      }
    }
    return hashes;
  }

  private static BencodeDictionary decoded(byte[] bytes) {
    return (BencodeDictionary) ((Decoded.Value) BencodeDecoder.decode(bytes)).value();
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in =
        requireNonNull(LibtorrentTorrentsTest.class.getResourceAsStream("/torrents/" + name))) {
      return in.readAllBytes();
    }
  }
}
