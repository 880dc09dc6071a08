package io.seedfall.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seedfall.protocol.Block;
import io.seedfall.protocol.Hash256;
import io.seedfall.protocol.PieceSet;
import io.seedfall.protocol.metainfo.Metainfo;
import io.seedfall.protocol.metainfo.PieceGeometry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FetchedContentTest {
  private static final int PIECE_BYTES = 64 * 1024;
  private static final int PIECES = 5;
  private static final StagingArea.Room PLENTY = directory -> Long.MAX_VALUE;

  @TempDir Path root;
  private byte[] bytes;
  private Metainfo metainfo;
  private PieceGeometry geometry;
  private final FaultyDisk disk = new FaultyDisk();
  private final PieceFence.Owner owner = new PieceFence.Owner();
  private final CompletableFuture<Boolean> settled = new CompletableFuture<>();
  private FetchedContent content;

  @BeforeEach
  void setUp() throws Exception {
    try (Bench bench = new Bench(root)) {
      Path source = bench.file("a.bin", 4 * PIECE_BYTES + 1000, 9);
      bytes = Files.readAllBytes(source);
      metainfo = Bench.metainfo(source, PIECE_BYTES);
    }
    geometry = metainfo.geometry();
    assertThat(geometry.pieceCount()).isEqualTo(PIECES);
    content = open();
  }

  @AfterEach
  void tearDown() throws Exception {
    content.close();
  }

  private FetchedContent open() throws IOException {
    return open(PLENTY);
  }

  private FetchedContent open(StagingArea.Room room) throws IOException {
    return open(room, false);
  }

  private FetchedContent open(StagingArea.Room room, boolean inUse) throws IOException {
    MetainfoTerms terms = new MetainfoTerms(metainfo);
    StagingArea staging = new StagingArea(root.resolve("staging"), metainfo, inUse);
    FetchedContent opened =
        new FetchedContent(
            staging,
            staging.open(terms, room, disk),
            terms,
            new FetchedContent.Outcome() {
              @Override
              public void settled() {
                settled.complete(true);
              }

              @Override
              public void failed(IOException why) {
                settled.completeExceptionally(why);
              }
            });
    opened.start();
    return opened;
  }

  private Path file() {
    return root.resolve("staging/content/a.bin");
  }

  private ByteBuffer payload(Block block) {
    int from = block.piece() * PIECE_BYTES + block.offset();
    return ByteBuffer.wrap(bytes, from, block.length()).slice();
  }

  private boolean write(PieceFence.Owner writer, Block block, ByteBuffer payload)
      throws IOException {
    PieceFence.Assembly assembly = Objects.requireNonNull(content.fence().assembly(writer, block));
    Hash256[] leaves = new LeafHasher().leaves(payload);
    return content.write(assembly, block, payload, leaves);
  }

  /**
   * Sixteen kilobytes at once, of which lanes hash no batch.
   *
   * @param spoilt whether the file's first byte changes when all is written and nothing hashed
   */
  private void fetchInSmallBlocks(int piece, boolean spoilt) throws IOException {
    LeafHasher hasher = new LeafHasher(() -> true);
    ByteBuffer scratch = ByteBuffer.allocateDirect(2 * PieceGeometry.LEAF_BYTES);
    content.fence().expect(owner, piece);
    int blocks = geometry.blockCount(piece, PieceGeometry.LEAF_BYTES);
    for (int i = 0; i < blocks; i++) {
      Block block = geometry.blockAt(piece, i, PieceGeometry.LEAF_BYTES);
      PieceFence.Assembly assembly = Objects.requireNonNull(content.fence().assembly(owner, block));
      Hash256[] leaves = content.leaves(hasher, block, payload(block));
      assertThat(leaves).containsOnly(Hash256.ZERO);
      assertThat(content.fence().awaitsHashes(assembly)).isFalse();
      assertThat(content.write(assembly, block, payload(block), leaves)).isTrue();
      assertThat(content.fence().awaitsHashes(assembly)).isEqualTo(i == blocks - 1);
      if (i == blocks - 1 && spoilt) {
        Files.write(file(), new byte[] {(byte) ~bytes[0]}, StandardOpenOption.WRITE);
      }
      content.completed(assembly, hasher, scratch);
      assertThat(content.fence().awaitsHashes(assembly)).isFalse();
    }
  }

  private Block whole(int piece) {
    return new Block(piece, 0, geometry.pieceLength(piece));
  }

  private void fetch(int piece) throws IOException {
    content.fence().expect(owner, piece);
    assertThat(write(owner, whole(piece), payload(whole(piece)))).isTrue();
    assertThat(content.verify(piece)).isTrue();
  }

  private static PieceSet pieces(int... members) {
    PieceSet set = new PieceSet(PIECES);
    for (int member : members) {
      set.add(member);
    }
    return set;
  }

  /** What a killed process leaves: the journal and the files as they are, nothing closed. */
  private FetchedContent openAfterKill() throws IOException {
    Path killed = root.resolve("killed");
    Files.createDirectories(killed.resolve("content"));
    Files.copy(root.resolve("staging/journal"), killed.resolve("journal"));
    Files.copy(file(), killed.resolve("content/a.bin"));
    content.close();
    Path aside = root.resolve("aside");
    Files.move(root.resolve("staging"), aside);
    Files.move(killed, root.resolve("staging"));
    content = open();
    return content;
  }

  /* --------------- while others use the files --------------- */

  @Test
  void aBlockIsInTheFileOnlyWhenItsPieceIsVerified() throws Exception {
    content.close();
    content = open(PLENTY, true);
    byte[] before = Files.readAllBytes(file());
    fetchInSmallBlocks(0, false);
    assertThat(file()).hasBinaryContent(before);
    assertThat(content.verify(0)).isTrue();
    assertThat(Arrays.copyOf(Files.readAllBytes(file()), PIECE_BYTES))
        .isEqualTo(Arrays.copyOf(bytes, PIECE_BYTES));
    for (int piece = 1; piece < PIECES; piece++) {
      fetch(piece);
    }
    assertThat(settled.get(Heard.PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(file()).hasBinaryContent(bytes);
    assertThat(root.resolve("staging/drafts")).doesNotExist();
  }

  @Test
  void aPieceThatCannotBeWrittenThereIsNotSaidToBeThere() throws Exception {
    content.close();
    content = open(PLENTY, true);
    content.fence().expect(owner, 1);
    assertThat(write(owner, whole(1), payload(whole(1)))).isTrue();
    disk.onWrite(position -> {
      throw new IOException("No space left on device");
    });
    assertThatThrownBy(() -> content.verify(1))
        .isInstanceOf(ContentChangedException.class)
        .hasMessageContaining("cannot be repaired: No space left");
    assertThat(content.verified()).isEqualTo(pieces());
  }

  /* --------------- fetching --------------- */

  @Test
  void aPieceThatComesInSmallBlocksIsHashedWhenItIsWhole() throws Exception {
    fetchInSmallBlocks(0, false);
    assertThat(content.verify(0)).isTrue();
    assertThat(content.verified()).isEqualTo(pieces(0));
  }

  @Test
  void whatIsHashedThenIsWhatTheFileHas() throws Exception {
    fetchInSmallBlocks(0, true);
    assertThat(content.verify(0)).isFalse();
    assertThat(content.verified()).isEqualTo(pieces());
  }

  @Test
  void aPieceOfOneBlockIsHashedAtOnce() throws Exception {
    Block last = whole(PIECES - 1);
    Hash256[] leaves = content.leaves(new LeafHasher(() -> true), last, payload(last));
    assertThat(leaves).doesNotContain(Hash256.ZERO);
  }

  @Test
  void theFileHasItsLengthBeforeTheFirstByte() {
    assertThat(file()).hasSize(bytes.length);
    assertThat(content.verified()).isEqualTo(pieces());
  }

  @Test
  void onceEverythingIsVerifiedItSettlesAndIsReadAsItWasSent() throws Exception {
    for (int piece = PIECES - 1; piece >= 0; piece--) {
      fetch(piece);
    }
    assertThat(settled.get(Heard.PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(content.isSettled()).isTrue();
    assertThat(file()).hasBinaryContent(bytes);
    try (Content.BlockBytes read = content.read(whole(4))) {
      assertThat(read.buffer()).isEqualTo(payload(whole(4)));
      assertThat(read.buffer().isReadOnly()).isTrue();
    }
  }

  @Test
  void aPieceWithOneWrongBitIsNotVerified() throws Exception {
    content.fence().expect(owner, 1);
    ByteBuffer wrong = ByteBuffer.allocate(PIECE_BYTES).put(payload(whole(1))).flip();
    wrong.put(77, (byte) (wrong.get(77) ^ 1));
    assertThat(write(owner, whole(1), wrong)).isTrue();
    assertThat(content.verify(1)).isFalse();
    assertThat(content.verified()).isEqualTo(pieces());
    fetch(1); // and it can be fetched again
  }

  @Test
  void aSlowWriteOfAFormerOwnerNeverLandsOnTheNewOwnersBytes() throws Exception {
    PieceFence.Owner slow = new PieceFence.Owner();
    CountDownLatch inTheDisk = new CountDownLatch(1);
    CountDownLatch letGo = new CountDownLatch(1);
    disk.onWrite(position -> {
      if (inTheDisk.getCount() > 0) {
        inTheDisk.countDown();
        awaitUninterrupted(letGo);
      }
    });
    content.fence().expect(slow, 2);
    ByteBuffer poison = ByteBuffer.allocate(PIECE_BYTES);
    CompletableFuture<Boolean> slowCounts = new CompletableFuture<>();
    Thread slowWriter = startWriter(slow, poison, slowCounts);
    inTheDisk.await();
    content.fence().abandon(slow, 2);
    content.fence().expect(owner, 2);
    CompletableFuture<Boolean> freshCounts = new CompletableFuture<>();
    Thread freshWriter = startWriter(owner, payload(whole(2)), freshCounts);
    while (freshWriter.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    letGo.countDown();
    assertThat(freshCounts.get(Heard.PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(slowCounts.get(Heard.PATIENCE_SECONDS, TimeUnit.SECONDS)).isFalse();
    assertThat(content.verify(2)).isTrue();
    try (Content.BlockBytes read = content.read(whole(2))) {
      assertThat(read.buffer()).isEqualTo(payload(whole(2)));
    }
    slowWriter.join();
    freshWriter.join();
  }

  private Thread startWriter(
      PieceFence.Owner writer, ByteBuffer payload, CompletableFuture<Boolean> counts) {
    return Thread.ofPlatform()
        .start(() -> {
          try {
            counts.complete(write(writer, whole(2), payload));
          } catch (IOException | RuntimeException e) {
            counts.completeExceptionally(e);
          }
        });
  }

  private static void awaitUninterrupted(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aWriteThatFailsIsSaidAndDoesNotCount() throws Exception {
    disk.onWrite(position -> {
      throw new IOException("No space left on device");
    });
    content.fence().expect(owner, 0);
    assertThatThrownBy(() -> write(owner, whole(0), payload(whole(0))))
        .isInstanceOf(IOException.class)
        .matches(e -> Words.meansNoSpace((IOException) e));
    disk.onWrite(position -> {});
    assertThat(write(owner, whole(0), payload(whole(0)))).isTrue();
    assertThat(content.verify(0)).isTrue();
  }

  @Test
  void aForceThatFailsIsTheEndAndNothingIsCalledSettled() throws Exception {
    disk.onForce(position -> {
      throw new IOException("Input/output error");
    });
    for (int piece = 0; piece < PIECES; piece++) {
      fetch(piece);
    }
    assertThatThrownBy(() -> settled.get(Heard.PATIENCE_SECONDS, TimeUnit.SECONDS))
        .hasMessageContaining("Input/output error");
    assertThat(content.isSettled()).isFalse();
  }

  /* --------------- going on --------------- */

  @Test
  void whatWasClosedInOrderIsBelievedWithoutReadingIt() throws Exception {
    fetch(0);
    fetch(3);
    content.close();
    FileTime before = Files.getLastModifiedTime(file());
    spoil(0); // so that hashing it again would be noticed
    Files.setLastModifiedTime(file(), before);
    content = open();
    assertThat(content.verified()).isEqualTo(pieces(0, 3));
  }

  @Test
  void whatChangedWhileNobodyLookedIsHashedAgain() throws Exception {
    fetch(0);
    fetch(3);
    content.close();
    spoil(0);
    Files.setLastModifiedTime(file(), FileTime.fromMillis(1));
    content = open();
    assertThat(content.verified()).isEqualTo(pieces(3));
  }

  @Test
  void afterAKillWhatWasVerifiedIsHashedAgainAndKept() throws Exception {
    fetch(1);
    fetch(2);
    content.fence().expect(owner, 4);
    write(owner, whole(4), payload(whole(4))); // stored, and never verified
    assertThat(openAfterKill().verified()).isEqualTo(pieces(1, 2));
  }

  @Test
  void afterAPowerCutWhatDidNotReachTheDiskIsFetchedAgain() throws Exception {
    fetch(1);
    fetch(2);
    spoil(2);
    assertThat(openAfterKill().verified()).isEqualTo(pieces(1));
  }

  @Test
  void withoutAJournalWhatLiesThereIsHashed() throws Exception {
    fetch(1);
    fetch(2);
    content.close();
    Files.delete(root.resolve("staging/journal"));
    content = open();
    assertThat(content.verified()).isEqualTo(pieces(1, 2));
  }

  @Test
  void whatIsCompleteIsSettledAtOnce() throws Exception {
    for (int piece = 0; piece < PIECES; piece++) {
      fetch(piece);
    }
    settled.get(Heard.PATIENCE_SECONDS, TimeUnit.SECONDS);
    content.close();
    content = open();
    assertThat(content.isSettled()).isTrue();
  }

  @Test
  void aFileThatIsGoneIsFetchedAgain() throws Exception {
    fetch(1);
    content.close();
    Files.delete(file());
    content = open();
    assertThat(content.verified()).isEqualTo(pieces());
    assertThat(file()).hasSize(bytes.length);
  }

  @Test
  void aJournalCutAtAnyLengthVouchesForNothingThatIsNotThere() throws Exception {
    fetch(1);
    fetch(2);
    content.close();
    byte[] journal = Files.readAllBytes(root.resolve("staging/journal"));
    for (int length = 0; length < journal.length; length++) {
      Files.write(root.resolve("staging/journal"), Arrays.copyOf(journal, length));
      content = open();
      boolean wrong = content.verified().hasSomethingMissingIn(pieces(1, 2));
      assertThat(wrong).as("cut to %d: %s", length, content.verified()).isFalse();
      content.close();
    }
  }

  private void spoil(int piece) throws IOException {
    try (FileChannel channel = FileChannel.open(file(), StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[100]), (long) piece * PIECE_BYTES);
    }
  }

  /* --------------- room --------------- */

  @Test
  void aDiskThatIsTooSmallByOneByteIsRefusedWithTheFigures() throws Exception {
    content.close();
    Files.delete(file());
    Files.delete(root.resolve("staging/journal"));
    long needed = bytes.length + Journal.bytesMax(PIECES, 1);
    assertThatThrownBy(() -> open(directory -> needed - 1))
        .isInstanceOfSatisfying(
            TransferException.class, e -> assertThat(e.fault()).isEqualTo(TransferFault.NO_SPACE))
        .hasMessageContaining("not enough space below")
        .hasMessageContaining(Words.bytes(needed) + " needed");
    assertThat(file()).doesNotExist();
    content = open(directory -> needed);
    assertThat(file()).hasSize(bytes.length);
  }

  /* --------------- changes under us --------------- */

  @Test
  void aFileThatWasCutIsNoticedAndCrashesNothing() throws Exception {
    for (int piece = 0; piece < PIECES; piece++) {
      fetch(piece);
    }
    settled.get(Heard.PATIENCE_SECONDS, TimeUnit.SECONDS);
    try (FileChannel channel = FileChannel.open(file(), StandardOpenOption.WRITE)) {
      channel.truncate(10);
    }
    assertThatThrownBy(() -> content.checkUnchanged(whole(2)))
        .isInstanceOf(ContentChangedException.class);
    assertThatThrownBy(() -> content.read(whole(2)))
        .isInstanceOf(ContentChangedException.class)
        .hasMessageContaining("a.bin");
  }
}
