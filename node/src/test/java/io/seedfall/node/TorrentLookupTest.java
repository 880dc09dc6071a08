package io.seedfall.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seedfall.protocol.Endpoint;
import io.seedfall.protocol.metainfo.MagnetLink;
import io.seedfall.protocol.metainfo.Metainfo;
import io.seedfall.protocol.metainfo.TorrentFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** From the name of a torrent to the torrent. */
final class TorrentLookupTest {
  private static final String PEER_ID = "-XX0001-abcdefghijkl";
  private static final long PATIENCE_MILLIS = 60_000;
  private static final int PIECE_BYTES = 16 * 1024;

  @TempDir Path root;
  private Bench bench;
  private Path source;

  @BeforeEach
  void setUp() throws Exception {
    bench = new Bench(root);
    source = bench.file("a.bin", 20_000_000, 1);
  }

  @AfterEach
  void tearDown() throws Exception {
    bench.close();
  }

  private Metainfo metainfo(TorrentFormat format) throws IOException {
    return ArtifactHasher.hash(source, "a.bin", PIECE_BYTES, HashProgress.none(), format);
  }

  private Endpoint seed(Metainfo metainfo) throws IOException {
    Node node = bench.node();
    node.seed(new SeedSpec(metainfo, source, false, List.of(), new Heard()));
    return Bench.endpoint(node);
  }

  private static MagnetLink link(Metainfo metainfo) {
    return MagnetLink.of(metainfo, List.of());
  }

  private Metainfo found(MagnetLink link, Endpoint... peers) throws Exception {
    try (TorrentLookup lookup = bench.node().lookup(link, List.of(peers), _ -> {})) {
      return Objects.requireNonNull(lookup.await(PATIENCE_MILLIS));
    }
  }

  @ParameterizedTest
  @EnumSource(TorrentFormat.class)
  void aPeerGivesTheMetadataAndTheHashesOfThePieces(TorrentFormat format) throws Exception {
    Metainfo metainfo = metainfo(format); // 1221 pieces: three requests for hashes, the last short
    assertThat(found(link(metainfo), seed(metainfo)).toTorrentBytes())
        .isEqualTo(metainfo.toTorrentBytes());
  }

  @Test
  void aHybridIsFoundByEitherOfItsNames() throws Exception {
    Metainfo metainfo = metainfo(TorrentFormat.HYBRID);
    Endpoint seed = seed(metainfo);
    MagnetLink v1 = new MagnetLink(metainfo.v1Hash(), null, "", List.of(), List.of(), List.of());
    MagnetLink v2 =
        new MagnetLink(null, metainfo.infoHash(), "", List.of(), List.of(seed), List.of());
    assertThat(found(v1, seed).toTorrentBytes()).isEqualTo(metainfo.toTorrentBytes());
    assertThat(found(v2).toTorrentBytes()).isEqualTo(metainfo.toTorrentBytes());
  }

  @Test
  void aPeerThatLiesIsNotAskedAgainAndAnotherIs() throws Exception {
    Metainfo metainfo = metainfo(TorrentFormat.V1);
    byte[] info = metainfo.infoBytes();
    info[info.length - 3] ^= 1;
    try (ServerSocket server = RawPeer.listen();
        TorrentLookup lookup =
            bench.node().lookup(link(metainfo), List.of(endpoint(server)), _ -> {})) {
      try (RawPeer liar = RawPeer.accept(server)) {
        greet(liar, metainfo, info.length);
        for (int piece = 0; piece * PIECE_BYTES < info.length; piece++) {
          giveMetadata(liar, piece, info);
        }
        assertThat(liar.isClosedByThem()).isTrue();
      }
      assertThat(lookup.await(0)).isNull();
      lookup.learnt(List.of(seed(metainfo)));
      assertThat(lookup.await(PATIENCE_MILLIS)).isEqualTo(metainfo);
      server.setSoTimeout(1);
      assertThatThrownBy(server::accept).isInstanceOf(IOException.class);
    }
  }

  @Test
  void metadataLargerThanIsTakenIsNotAskedForAndThePeerIsAskedAgainLater() throws Exception {
    Metainfo metainfo = metainfo(TorrentFormat.V1);
    byte[] info = metainfo.infoBytes();
    try (ServerSocket server = RawPeer.listen();
        TorrentLookup lookup =
            bench.node().lookup(link(metainfo), List.of(endpoint(server)), _ -> {})) {
      try (RawPeer peer = RawPeer.accept(server)) {
        greet(peer, metainfo, LookupPeer.METADATA_BYTES_MAX + 1);
        assertThat(peer.isClosedByThem()).isTrue();
      }
      try (RawPeer peer = RawPeer.accept(server)) {
        greet(peer, metainfo, LookupPeer.METADATA_BYTES_MAX);
        assertThat(peer.readUntil(20)[1]).isZero();
        assertThat(new String(peer.readUntil(20), StandardCharsets.ISO_8859_1))
            .endsWith("d8:msg_typei0e5:piecei0ee");
      }
      try (RawPeer peer = RawPeer.accept(server)) {
        greet(peer, metainfo, info.length);
        for (int piece = 0; piece * PIECE_BYTES < info.length; piece++) {
          giveMetadata(peer, piece, info);
        }
        assertThat(lookup.await(PATIENCE_MILLIS)).isEqualTo(metainfo);
      }
    }
  }

  @Test
  void hashesThatAreWrongAreALie() throws Exception {
    Metainfo metainfo = metainfo(TorrentFormat.V2);
    byte[] info = metainfo.infoBytes();
    try (ServerSocket server = RawPeer.listen();
        TorrentLookup lookup =
            bench.node().lookup(link(metainfo), List.of(endpoint(server)), _ -> {})) {
      try (RawPeer liar = RawPeer.accept(server)) {
        greet(liar, metainfo, info.length);
        giveMetadata(liar, 0, info);
        byte[] request = liar.readUntil(21);
        int asked = 512 + 2; // 512 hashes of 2048 and two uncles
        byte[] answer = Arrays.copyOf(request, request.length + asked * 32);
        answer[0] = 22;
        liar.out.writeInt(answer.length);
        liar.send(answer);
        assertThat(liar.isClosedByThem()).isTrue();
      }
      assertThat(lookup.state().named()).isTrue();
      assertThat(lookup.await(0)).isNull();
      lookup.learnt(List.of(seed(metainfo)));
      assertThat(lookup.await(PATIENCE_MILLIS)).isEqualTo(metainfo);
    }
  }

  @Test
  void aTorrentThatCannotBeUsedIsSaidInWords() throws Exception {
    Metainfo metainfo = metainfo(TorrentFormat.V1);
    byte[] info = "d4:name1:ae".getBytes(StandardCharsets.US_ASCII);
    String hash = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(info));
    MagnetLink link =
        ((MagnetLink.Parsed.Valid) MagnetLink.parse("magnet:?xt=urn:btih:" + hash)).link();
    try (ServerSocket server = RawPeer.listen();
        TorrentLookup lookup = bench.node().lookup(link, List.of(endpoint(server)), _ -> {});
        RawPeer peer = RawPeer.accept(server)) {
      greet(peer, HexFormat.of().parseHex(hash), info.length);
      giveMetadata(peer, 0, info);
      assertThatThrownBy(() -> lookup.await(PATIENCE_MILLIS))
          .hasMessageContaining("cannot be used");
    }
    assertThat(metainfo.v1Hash()).isNotNull();
  }

  @Test
  void peersAreRememberedUpToTheirNumber() throws Exception {
    MagnetLink link = link(metainfo(TorrentFormat.V1));
    try (TorrentLookup lookup = bench.node().lookup(link, List.of(), _ -> {})) {
      for (int i = 0; i < TorrentLookup.PEERS_MAX + 1; i++) {
        lookup.learnt(List.of(new Endpoint("127.1." + i / 250 + "." + (1 + i % 250), 1)));
        assertThat(lookup.state().peersKnown()).isEqualTo(Math.min(i + 1, TorrentLookup.PEERS_MAX));
      }
    }
  }

  @Test
  void aNodeThatIsClosedLeavesNoLookupBehind() throws Exception {
    Node node = bench.node();
    try (ServerSocket silent = RawPeer.listen()) {
      TorrentLookup lookup =
          node.lookup(link(metainfo(TorrentFormat.V1)), List.of(endpoint(silent)), _ -> {});
      try (RawPeer peer = RawPeer.accept(silent)) {
        peer.readHandshake();
        node.close();
        assertThat(peer.isClosedByThem()).isTrue();
      }
      assertThat(lookup.await(PATIENCE_MILLIS)).isNull();
    }
  }

  /* --------------- a peer that writes its bytes by hand --------------- */

  private static Endpoint endpoint(ServerSocket server) {
    return new Endpoint("127.0.0.1", server.getLocalPort());
  }

  private static void greet(RawPeer peer, Metainfo metainfo, int metadataBytes) throws IOException {
    greet(peer, metainfo.wireHash().toBytes(), metadataBytes);
  }

  private static void greet(RawPeer peer, byte[] name, int metadataBytes) throws IOException {
    peer.readHandshake();
    peer.send(RawPeer.handshake(name, 0x10, 0x14, PEER_ID));
    peer.say(14); // HAVE ALL
    extended(
        peer, 0, "d1:md11:ut_metadatai3ee13:metadata_sizei" + metadataBytes + "ee", new byte[0]);
  }

  private static void giveMetadata(RawPeer peer, int piece, byte[] info) throws IOException {
    String head = "d8:msg_typei1e5:piecei%de10:total_sizei%dee".formatted(piece, info.length);
    int from = piece * PIECE_BYTES;
    byte[] bytes = Arrays.copyOfRange(info, from, Math.min(info.length, from + PIECE_BYTES));
    extended(peer, 1, head, bytes); // 1 is what our handshake calls ut_metadata
  }

  private static void extended(RawPeer peer, int id, String dictionary, byte[] behind)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(20);
    bytes.write(id);
    bytes.write(dictionary.getBytes(StandardCharsets.ISO_8859_1));
    bytes.write(behind);
    peer.out.writeInt(bytes.size());
    peer.send(bytes.toByteArray());
  }
}
