package io.seedfall.protocol.metainfo;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seedfall.protocol.Hash256;
import io.seedfall.protocol.Seeds;
import io.seedfall.protocol.merkle.MerkleTree;
import io.seedfall.protocol.wire.PeerMessage.HashRequest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Making torrents, and asking them. */
final class MetainfoTest {
  private static final int LEAF = MerkleTree.LEAF_BYTES;

  @Test
  void whatIsBuiltIsReadAgain() {
    Seeds.check(
        100,
        random -> {
          int pieceBytes = LEAF << random.nextInt(3);
          MetainfoBuilder builder = new MetainfoBuilder("torrent", pieceBytes);
          int count = 1 + random.nextInt(6);
          for (int i = 0; i < count; i++) {
            byte[] content = content(random);
            String path = random.nextBoolean() ? "d" + i + "/f" : "f" + i;
            builder.file(
                RelativePath.parse(path), content.length, TestHashes.pieces(content, pieceBytes));
          }
          Metainfo metainfo = builder.build();
          assertThat(MetainfoParser.parse(metainfo.toTorrentBytes()))
              .isEqualTo(new ParsedMetainfo.Valid(metainfo));
          assertThat(metainfo.files()).hasSize(count);
        });
  }

  @Test
  void everyPieceHasTheHashAndTheWidthOfItsLeaves() {
    Seeds.check(
        60,
        random -> {
          int pieceBytes = LEAF << random.nextInt(3);
          List<byte[]> contents = new ArrayList<>();
          MetainfoBuilder builder = new MetainfoBuilder("torrent", pieceBytes);
          for (int i = 0; i < 3; i++) {
            byte[] content = content(random);
            contents.add(content);
            builder.file(
                RelativePath.of("f" + i), content.length, TestHashes.pieces(content, pieceBytes));
          }
          Metainfo metainfo = builder.build();
          PieceGeometry geometry = metainfo.geometry();
          for (int piece = 0; piece < geometry.pieceCount(); piece++) {
            byte[] content = contents.get(geometry.fileOf(piece));
            int from = (int) geometry.offsetInFile(piece);
            byte[] bytes = Arrays.copyOfRange(content, from, from + geometry.pieceLength(piece));
            List<Hash256> leaves = TestHashes.pieces(bytes, LEAF);
            int width = metainfo.pieceWidthLeaves(piece);
            assertThat(metainfo.pieceHash(piece)).isEqualTo(MerkleTree.root(leaves, width));
            int expectedWidth =
                content.length > pieceBytes ? pieceBytes / LEAF : MerkleTree.width(leaves.size());
            assertThat(width).isEqualTo(expectedWidth);
          }
        });
  }

  @Test
  void hashRequestsAreAnsweredFromThePieceLayerUp() {
    byte[] content = new byte[11 * 2 * LEAF - 5];
    Arrays.fill(content, (byte) 7);
    List<Hash256> pieces = TestHashes.pieces(content, 2 * LEAF);
    Metainfo metainfo =
        new MetainfoBuilder("m", 2 * LEAF)
            .file(RelativePath.of("big"), content.length, pieces)
            .file(RelativePath.of("small"), 3, TestHashes.pieces(new byte[3], 2 * LEAF))
            .build();
    Hash256 root = requireNonNull(metainfo.files().get(0).piecesRoot());
    Hash256 small = requireNonNull(metainfo.files().get(1).piecesRoot());

    List<Hash256> all = requireNonNull(metainfo.hashes(new HashRequest(root, 1, 0, 16, 3)));
    assertThat(all.subList(0, 11)).isEqualTo(pieces);
    assertThat(all.subList(11, 16)).containsOnly(MerkleTree.padding(1));
    List<Hash256> some = requireNonNull(metainfo.hashes(new HashRequest(root, 1, 4, 4, 3)));
    assertThat(some.subList(0, 4)).isEqualTo(pieces.subList(4, 8));
    assertThat(MerkleTree.proves(some, root, 5, 1, 4, 4)).isTrue();

    assertThat(metainfo.hashes(new HashRequest(root, 0, 0, 2, 1))).as("leaves").isNull();
    assertThat(metainfo.hashes(new HashRequest(root, 1, 0, 32, 3))).isNull();
    assertThat(metainfo.hashes(new HashRequest(small, 0, 0, 1, 0))).isNull();
    assertThat(metainfo.hashes(new HashRequest(Hash256.ZERO, 1, 0, 2, 1))).isNull();
  }

  @Test
  void anEmptyTorrentHasNoPieces() {
    Metainfo metainfo =
        new MetainfoBuilder("empty", LEAF).file(RelativePath.of("empty"), 0, List.of()).build();
    assertThat(metainfo.geometry().pieceCount()).isZero();
    assertThat(metainfo.pieceLayer(0)).isNull();
    assertThat(metainfo.isSingleFile()).isTrue();
    assertThatThrownBy(() -> metainfo.pieceHash(0)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void aSingleFileIsAllThereIsAndHasTheNameOfTheTorrent() {
    List<Hash256> piece = TestHashes.pieces(new byte[1], LEAF);
    Metainfo inDirectory =
        new MetainfoBuilder("m", LEAF).file(RelativePath.parse("d/f"), 1, piece).build();
    assertThat(inDirectory.isSingleFile()).isFalse();
    Metainfo aloneInDirectory =
        new MetainfoBuilder("m", LEAF).file(RelativePath.of("f"), 1, piece).build();
    assertThat(aloneInDirectory.isSingleFile()).isFalse();
  }

  @Test
  void aMetainfoKeepsItsBytesToItself() {
    Metainfo metainfo =
        new MetainfoBuilder("m", LEAF).file(RelativePath.of("f"), 0, List.of()).build();
    metainfo.infoBytes()[0] = 'x';
    assertThat(metainfo.infoBytes()[0]).isEqualTo((byte) 'd');
    assertThat(metainfo).hasToString("m (" + metainfo.infoHash() + ")");
    assertThat(metainfo).hasSameHashCodeAs(valid(metainfo.toTorrentBytes()));
  }

  @Test
  void theBuilderWantsOneHashForEachPiece() {
    MetainfoBuilder builder = new MetainfoBuilder("m", LEAF);
    List<Hash256> two = List.of(Hash256.ZERO, Hash256.ZERO);
    RelativePath path = RelativePath.of("f");
    for (long length : new long[] {-1, 0, 1, LEAF, 2L * LEAF + 1, Long.MAX_VALUE}) {
      assertThatThrownBy(() -> builder.file(path, length, two))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("2 piece hashes for " + length);
    }
    assertThat(builder.file(path, LEAF + 1, two).file(RelativePath.of("g"), 2L * LEAF, two).build())
        .isNotNull();
  }

  @Test
  void theBuilderRefusesWhatTheParserWould() {
    assertRefused("files: none");
    assertRefused("f: is there already", "f", "f");
    assertRefused("'d' is a file already", "d", "d/f");
    assertRefused("d: is there already", "d/f", "d");
    assertRefused("differ only in case", "readme", "README");
    assertRefused("differ only in case", "d/x", "D/y");
    assertThatThrownBy(() -> empty(new MetainfoBuilder("..", LEAF), "f").build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("name: ");
    assertThatThrownBy(() -> new MetainfoBuilder("m", LEAF - 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new MetainfoBuilder("m", 2 * PieceGeometry.PIECE_BYTES_MAX))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aFileHasARootExactlyIfItIsNotEmpty() {
    RelativePath path = RelativePath.of("f");
    assertThat(new MetainfoFile(path, 0, null)).isNotNull();
    assertThat(new MetainfoFile(path, 1, Hash256.ZERO)).isNotNull();
    assertThatThrownBy(() -> new MetainfoFile(path, 0, Hash256.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(new MetainfoFile(path, 1, null)).as("of a v1 torrent").isNotNull();
    assertThatThrownBy(() -> new MetainfoFile(path, 1, Hash256.ZERO, true))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new MetainfoFile(path, -1, Hash256.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static void assertRefused(String reason, String... paths) {
    assertThatThrownBy(
            () -> {
              MetainfoBuilder builder = new MetainfoBuilder("m", LEAF);
              for (String path : paths) {
                empty(builder, path);
              }
              builder.build();
            })
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(reason);
  }

  private static MetainfoBuilder empty(MetainfoBuilder builder, String path) {
    return builder.file(RelativePath.parse(path), 0, List.of());
  }

  private static Metainfo valid(byte[] torrent) {
    return switch (MetainfoParser.parse(torrent)) {
      case ParsedMetainfo.Valid(Metainfo metainfo) -> metainfo;
      case ParsedMetainfo.Invalid(String reason) -> throw new AssertionError(reason);
    };
  }

  /** Nothing, a few bytes, or a few pieces, often right at a border. */
  private static byte[] content(RandomGenerator random) {
    int leaves = random.nextInt(12);
    byte[] bytes = new byte[Math.max(0, leaves * LEAF + random.nextInt(3) - 1)];
    random.nextBytes(bytes);
    return bytes;
  }
}
