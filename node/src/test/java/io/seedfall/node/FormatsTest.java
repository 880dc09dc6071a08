package io.seedfall.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.seedfall.protocol.Block;
import io.seedfall.protocol.Endpoint;
import io.seedfall.protocol.WireHash;
import io.seedfall.protocol.metainfo.Metainfo;
import io.seedfall.protocol.metainfo.MetainfoFile;
import io.seedfall.protocol.metainfo.MetainfoParser;
import io.seedfall.protocol.metainfo.ParsedMetainfo;
import io.seedfall.protocol.metainfo.PieceGeometry;
import io.seedfall.protocol.metainfo.TorrentFormat;
import io.seedfall.swarm.SwarmNotice;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Torrents of every format, made, seeded and fetched. */
final class FormatsTest {
  private static final int PIECE_BYTES = 64 * 1024;
  private static final int LEAF_BYTES = PieceGeometry.LEAF_BYTES;
  private static final String PEER_ID = "-XX0001-abcdefghijkl";
  private static final List<String> NAMES =
      List.of("a few bytes", "deep/er/large", "empty", "odd", "q", "r", "whole");

  @TempDir Path root;
  private Bench bench;
  private Path tree;

  @BeforeEach
  void setUp() throws IOException {
    bench = new Bench(root);
    tree = tree("tree", 1);
  }

  @AfterEach
  void tearDown() throws Exception {
    bench.close();
  }

  private Path tree(String name, long seed) throws IOException {
    Path directory = bench.directory(name);
    bench.file(name + "/a few bytes", 17, seed);
    bench.file(name + "/deep/er/large", 3 * 1024 * 1024 + 5, seed + 1);
    bench.file(name + "/empty", 0, seed);
    bench.file(name + "/odd", PIECE_BYTES + 1, seed + 2);
    bench.file(name + "/q", 3, seed + 3);
    bench.file(name + "/r", LEAF_BYTES, seed + 4);
    bench.file(name + "/whole", 4 * PIECE_BYTES, seed + 5);
    return directory;
  }

  private static Metainfo metainfo(Path source, TorrentFormat format) throws IOException {
    return ArtifactHasher.hash(
        source, String.valueOf(source.getFileName()), PIECE_BYTES, HashProgress.none(), format);
  }

  /** What a v1 client that aligns files would make of the tree: pad files are in the list. */
  private Metainfo padded() throws IOException {
    return padded(metainfo(tree, TorrentFormat.HYBRID), PIECE_BYTES);
  }

  /** The same of any hybrid torrent of a tree. */
  static Metainfo padded(Metainfo hybrid, int pieceBytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    write(out, "d4:infod5:filesl");
    for (MetainfoFile file : hybrid.files()) {
      write(out, "d6:lengthi" + file.length() + "e4:pathl");
      for (String part : file.path().parts()) {
        write(out, part.getBytes(StandardCharsets.UTF_8).length + ":" + part);
      }
      write(out, "ee");
      long gap = Math.floorMod(-file.length(), (long) pieceBytes);
      if (gap > 0) {
        String name = Long.toString(gap);
        write(out, "d4:attr1:p6:lengthi" + gap + "e4:pathl4:.pad");
        write(out, name.length() + ":" + name + "ee");
      }
    }
    int pieces = hybrid.geometry().pieceCount();
    write(out, "e4:name4:tree12:piece lengthi" + pieceBytes + "e");
    write(out, "6:pieces" + pieces * WireHash.BYTES + ":");
    for (int piece = 0; piece < pieces; piece++) {
      out.write(hybrid.sha1Of(piece));
    }
    write(out, "ee");
    return switch (MetainfoParser.parse(out.toByteArray())) {
      case ParsedMetainfo.Valid(Metainfo metainfo) -> metainfo;
      case ParsedMetainfo.Invalid(String reason) -> throw new AssertionError(reason);
    };
  }

  private static void write(ByteArrayOutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
  }

  private Transfer fetch(Node node, Metainfo metainfo, String directory, Heard heard, Node from)
      throws IOException {
    return node.fetch(
        new FetchSpec(metainfo, root.resolve(directory), List.of(Bench.endpoint(from)), heard));
  }

  private Node seeding(Metainfo metainfo, Path content) throws IOException {
    Node node = bench.node();
    node.seed(new SeedSpec(metainfo, content, false, List.of(), new Heard()));
    return node;
  }

  private void assertIsTheTree(Path content) throws IOException {
    try (Stream<Path> all = Files.walk(content)) {
      assertThat(all.filter(Files::isRegularFile))
          .containsExactlyInAnyOrderElementsOf(NAMES.stream().map(content::resolve).toList());
    }
    for (String name : NAMES) {
      assertThat(content.resolve(name)).hasSameBinaryContentAs(tree.resolve(name));
    }
  }

  /* --------------- whole transfers --------------- */

  @ParameterizedTest
  @EnumSource
  void aTreeGoesFromSeedToFetchAndOnToTheNext(TorrentFormat format) throws Exception {
    Metainfo metainfo = metainfo(tree, format);
    assertThat(metainfo.format()).isEqualTo(format);
    Node seed = seeding(metainfo, tree);
    Node middle = bench.node();
    Heard heard = new Heard();
    fetch(middle, metainfo, "middle", heard, seed);
    heard.awaitCompleted();
    seed.close();
    Heard last = new Heard();
    Transfer fetch = fetch(bench.node(), metainfo, "last", last, middle);
    last.awaitCompleted();
    assertIsTheTree(fetch.content());
    assertThat(ContentVerifier.verify(metainfo, fetch.content(), HashProgress.none()).isComplete())
        .isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void aSingleFileGoesToo(TorrentFormat format) throws Exception {
    Path file = tree.resolve("odd");
    Metainfo metainfo = metainfo(file, format);
    assertThat(metainfo.isSingleFile()).isTrue();
    Heard heard = new Heard();
    Transfer fetch = fetch(bench.node(), metainfo, "staging", heard, seeding(metainfo, file));
    heard.awaitCompleted();
    assertThat(fetch.content()).hasSameBinaryContentAs(file);
  }

  @Test
  void padFilesOfAV1TorrentAreOnNoDisk() throws Exception {
    Metainfo metainfo = padded();
    assertThat(metainfo.files()).anyMatch(MetainfoFile::pad);
    Heard heard = new Heard();
    Node middle = bench.node();
    fetch(middle, metainfo, "middle", heard, seeding(metainfo, tree));
    heard.awaitCompleted();
    middle.close();
    Node again = bench.node();
    Heard resumed = new Heard();
    fetch(again, metainfo, "middle", resumed, bench.node());
    resumed.awaitCompleted();
    Heard last = new Heard();
    Transfer fetch = fetch(bench.node(), metainfo, "last", last, again);
    last.awaitCompleted();
    assertIsTheTree(fetch.content());
  }

  @Test
  void whoSendsBytesOfAWrongSha1IsBannedAndTheRestComesFromAnother() throws Exception {
    Metainfo metainfo = metainfo(tree, TorrentFormat.V1);
    Node poisoning = seeding(metainfo, tree("poison/tree", 100));
    Heard heard = new Heard();
    Transfer fetch = fetch(bench.node(), metainfo, "staging", heard, poisoning);
    Endpoint poisoner = Bench.endpoint(poisoning);
    await().until(() -> heard.notices().stream().anyMatch(notice -> bans(notice, poisoner)));
    fetch.neighbours(List.of(Bench.endpoint(poisoning), Bench.endpoint(seeding(metainfo, tree))));
    heard.awaitCompleted();
    assertIsTheTree(fetch.content());
  }

  private static boolean bans(SwarmNotice notice, Endpoint whom) {
    return notice instanceof SwarmNotice.PeerBanned(Endpoint remote, int _) && remote.equals(whom);
  }

  @Test
  void aV1FetchGoesOnFromItsJournal() throws Exception {
    Metainfo metainfo = metainfo(tree, TorrentFormat.V1);
    Node seed = bench.node(Bench.settings("127.0.0.1", 1, 0, 1024 * 1024));
    seed.seed(new SeedSpec(metainfo, tree, true, List.of(), new Heard()));
    Node node = bench.node();
    long verified;
    try (Transfer first = fetch(node, metainfo, "staging", new Heard(), seed)) {
      await().until(() -> first.progress().bytesVerified() > 2 * 1024 * 1024);
      verified = first.progress().bytesVerified();
    }
    Heard heard = new Heard();
    Transfer second = fetch(node, metainfo, "staging", heard, seed);
    assertThat(second.progress().bytesVerified()).isGreaterThanOrEqualTo(verified);
    heard.awaitCompleted();
    assertIsTheTree(second.content());
  }

  @Test
  void aChangedFileTakesThePiecesOfItsNeighboursWithIt() throws Exception {
    Metainfo metainfo = metainfo(tree, TorrentFormat.V1);
    Heard heard = new Heard();
    Node node = bench.node();
    Transfer fetch = fetch(node, metainfo, "staging", heard, seeding(metainfo, tree));
    heard.awaitCompleted();
    fetch.close();
    Files.write(fetch.content().resolve("q"), new byte[] {1, 2, 3});
    PieceGeometry geometry = metainfo.geometry();
    int spoilt = geometry.firstPiece(4);
    assertThat(geometry.pieceCount(4)).isEqualTo(1);
    Transfer again = fetch(node, metainfo, "staging", new Heard(), bench.node());
    assertThat(again.progress().bytesVerified())
        .isEqualTo(geometry.totalBytes() - geometry.pieceLength(spoilt));
    again.close();
    assertThat(
            ContentVerifier.verify(metainfo, fetch.content(), HashProgress.none())
                .good()
                .contains(spoilt))
        .isFalse();
  }

  /* --------------- blocks --------------- */

  @Test
  void blocksOfAV1PieceMayComeInAnyOrder() throws Exception {
    Metainfo metainfo = metainfo(tree, TorrentFormat.V1);
    MetainfoTerms terms = new MetainfoTerms(metainfo);
    StagingArea staging = new StagingArea(root.resolve("staging"), metainfo, false);
    StagingArea.Found found = staging.open(terms, directory -> Long.MAX_VALUE, FileChannel::open);
    Heard heard = new Heard();
    FetchedContent content =
        new FetchedContent(
            staging,
            found,
            terms,
            new FetchedContent.Outcome() {
              @Override
              public void settled() {
                heard.completed();
              }

              @Override
              public void failed(IOException why) {
                heard.failed(TransferFault.IO_ERROR, String.valueOf(why));
              }
            });
    content.start();
    PieceFence.Owner owner = new PieceFence.Owner();
    PieceGeometry geometry = metainfo.geometry();
    SeededContent source =
        SeededContent.open(TorrentFiles.at(metainfo, tree), new BufferPool(PIECE_BYTES, 2));
    for (int piece = 0; piece < geometry.pieceCount(); piece++) {
      content.fence().expect(owner, piece);
      int blocks = geometry.blockCount(piece, LEAF_BYTES);
      for (int i = 0; i < blocks; i++) {
        Block block = geometry.blockAt(piece, (i + 1) % blocks, LEAF_BYTES);
        PieceFence.Assembly assembly =
            Objects.requireNonNull(content.fence().assembly(owner, block));
        try (Content.BlockBytes read = source.read(block)) {
          ByteBuffer bytes = read.buffer();
          assertThat(content.write(assembly, block, bytes, LeafHasher.marks(bytes))).isTrue();
        }
      }
      assertThat(content.verify(piece)).isTrue();
    }
    heard.awaitCompleted();
    content.close();
    source.close();
    assertIsTheTree(staging.contentRoot());
  }

  /* --------------- the names of a hybrid torrent --------------- */

  private static byte[] answerTo(Node node, byte[] name) throws IOException {
    try (RawPeer peer = RawPeer.dial(node)) {
      peer.greetAsForeign(name, PEER_ID);
      return peer.readHandshake();
    }
  }

  @Test
  void eachNameOfAHybridIsAnsweredWithItselfAndTheV2Bit() throws Exception {
    Metainfo metainfo = metainfo(tree, TorrentFormat.HYBRID);
    Node node = seeding(metainfo, tree);
    assertThat(metainfo.wireHashes()).hasSize(2);
    for (WireHash name : metainfo.wireHashes()) {
      byte[] answer = answerTo(node, name.toBytes());
      assertThat(Arrays.copyOfRange(answer, 28, 48)).isEqualTo(name.toBytes());
      assertThat(answer[27] & 0x10).isEqualTo(0x10);
    }
  }

  @Test
  void aV1TorrentIsOfferedWithoutTheV2Bit() throws Exception {
    Metainfo metainfo = metainfo(tree, TorrentFormat.V1);
    byte[] answer = answerTo(seeding(metainfo, tree), metainfo.wireHash().toBytes());
    assertThat(answer[27] & 0x10).isZero();
  }

  @Test
  void paddingThatAV1ClientAsksAHybridForIsZeros() throws Exception {
    Metainfo metainfo = metainfo(tree, TorrentFormat.HYBRID);
    byte[] first = Files.readAllBytes(tree.resolve("a few bytes"));
    try (RawPeer peer = RawPeer.dial(seeding(metainfo, tree))) {
      peer.greetAsForeign(metainfo.wireHash().toBytes(), PEER_ID);
      peer.readHandshake();
      peer.say(15); // HAVE_NONE
      peer.say(2); // INTERESTED
      peer.readUntil(1); // UNCHOKE
      peer.say(6, 0, 0, LEAF_BYTES);
      byte[] answer = peer.readUntil(7);
      assertThat(Arrays.copyOfRange(answer, 9, answer.length))
          .isEqualTo(Arrays.copyOf(first, LEAF_BYTES));
      peer.say(6, 0, LEAF_BYTES, LEAF_BYTES); // nothing but padding
      answer = peer.readUntil(7);
      assertThat(Arrays.copyOfRange(answer, 9, answer.length)).isEqualTo(new byte[LEAF_BYTES]);
    }
  }

  @Test
  void whoHangsUpOnTheFirstNameOfAHybridIsAskedForTheSecond() throws Exception {
    Metainfo metainfo = metainfo(tree, TorrentFormat.HYBRID);
    try (ServerSocket server = RawPeer.listen()) {
      bench
          .node()
          .fetch(
              new FetchSpec(
                  metainfo,
                  root.resolve("staging"),
                  List.of(new Endpoint("127.0.0.1", server.getLocalPort())),
                  new Heard()));
      for (WireHash name : metainfo.wireHashes()) {
        try (RawPeer peer = RawPeer.accept(server)) {
          byte[] theirs = peer.readHandshake();
          assertThat(Arrays.copyOfRange(theirs, 28, 48)).isEqualTo(name.toBytes());
        }
      }
    }
  }
}
