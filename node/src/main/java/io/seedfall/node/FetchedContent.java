package io.seedfall.node;

import io.seedfall.protocol.Block;
import io.seedfall.protocol.Hash256;
import io.seedfall.protocol.PieceSet;
import io.seedfall.protocol.metainfo.PieceGeometry;
import io.seedfall.protocol.metainfo.Segment;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The files of a torrent that is being fetched, and served as far as it is verified.
 *
 * <p>Blocks are written by the threads of their connections ({@link PieceFence} says which may be);
 * a verified piece is journaled at once, which a killed process does not lose; and a thread of its
 * own puts the files on the disk every {@link #SYNC_BYTES} or {@link #SYNC_NANOS}, and says so in
 * the journal, which a power cut does not undo. When everything is on the disk it seals the journal
 * with the files' fingerprints. While others use the files (a repair), blocks are written to {@link
 * Drafts} first.
 *
 * <pre>
 *   Writing --every piece verified--> Settling --files and names on the disk--> Sealed
 *      └────────────── a write, a force or the journal fails ──────┴──> Failed
 * </pre>
 */
final class FetchedContent implements Content {
  /** So many verified bytes may be in doubt after a power cut. */
  static final long SYNC_BYTES = 256L << 20;

  /** So long may a verified piece be in doubt. */
  static final long SYNC_NANOS = 5_000_000_000L;

  private final StagingArea staging;
  private final TorrentFiles places;
  private final PieceGeometry geometry;
  private final PieceHashes hashes;
  private final OpenFiles files;

  /** Closed when everything is settled. */
  private final OpenFiles writable;

  private final TorrentBytes bytes;

  /** Where blocks go: into the files, or into drafts of them. */
  private final TorrentBytes blocks;

  private final @Nullable Drafts drafts;
  private final PieceReader reader;
  private final PieceFence fence;
  private final Outcome outcome;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final @Nullable Thread syncer;

  private final NodeTally tally;

  /* Guarded by the lock. */
  private final Journal journal;
  private final PieceSet verified;
  private final PieceSet dirtyPieces;
  private long dirtySinceNanos;
  private long dirtyBytes;
  private Phase phase;
  private boolean closing;

  /** What the files look like once nobody writes them any more. */
  private volatile @Nullable FingerprintWatch watch;

  private enum Phase {
    WRITING,
    SETTLING,
    SEALED,
    FAILED
  }

  /** Who hears how it ends; called on the syncing thread. */
  interface Outcome {
    /** Everything is verified and on the disk. */
    void settled();

    /** The disk failed. */
    void failed(IOException why);
  }

  /** Takes over what {@link StagingArea#open} found; {@code outcome} may be called at once. */
  FetchedContent(
      StagingArea staging, StagingArea.Found found, PieceHashes hashes, Outcome outcome) {
    this(staging, found, hashes, outcome, new NodeTally());
  }

  /** The same that says what bringing things onto the disk took. */
  FetchedContent(
      StagingArea staging,
      StagingArea.Found found,
      PieceHashes hashes,
      Outcome outcome,
      NodeTally tally) {
    this.tally = tally;
    this.staging = staging;
    this.places = staging.places();
    this.geometry = places.geometry();
    this.hashes = hashes;
    this.outcome = outcome;
    this.files = found.files();
    this.writable = found.writable();
    this.bytes = new TorrentBytes(places, files);
    this.drafts = found.drafts();
    this.blocks = new TorrentBytes(places, blockFiles());
    this.reader =
        new PieceReader(places, drafts == null ? files : drafts.files(), PieceDigest.Kind.LEAVES);
    this.journal = found.journal();
    this.verified = found.verified();
    this.dirtyPieces = found.dirty();
    this.dirtySinceNanos = System.nanoTime();
    this.fence = new PieceFence(geometry);
    List<Fingerprint> seal = found.seal();
    if (seal != null && verified.isFull()) {
      this.watch = new FingerprintWatch(places.paths(), seal);
      this.phase = Phase.SEALED;
      this.syncer = null;
    } else {
      this.phase = verified.isFull() ? Phase.SETTLING : Phase.WRITING;
      this.syncer = Thread.ofPlatform().name("seedfall-sync").daemon().unstarted(this::sync);
    }
  }

  /**
   * Begins to put things on the disk; what is complete is settled at once. To be called once,
   * before anything is written.
   */
  void start() {
    if (syncer == null) {
      outcome.settled();
    } else {
      syncer.start();
    }
  }

  /** The files that pieces are written to before they are verified. */
  OpenFiles blockFiles() {
    return drafts == null ? writable : drafts.files();
  }

  /** The pieces that are verified now: a copy. */
  PieceSet verified() {
    lock.lock();
    try {
      return verified.copy();
    } finally {
      lock.unlock();
    }
  }

  /** The pieces that are not verified yet: a set of its own. */
  PieceSet missing() {
    lock.lock();
    try {
      return verified.complement();
    } finally {
      lock.unlock();
    }
  }

  /** Whether everything is verified and on the disk. */
  boolean isSettled() {
    lock.lock();
    try {
      return phase == Phase.SEALED;
    } finally {
      lock.unlock();
    }
  }

  /* --------------- writing --------------- */

  /** Who may write what. */
  PieceFence fence() {
    return fence;
  }

  /**
   * The hashes that {@link #write} wants of a block. Of a v1 torrent none, {@link RunningSha1}
   * takes care of that; and none of a block that is better hashed together with the others of its
   * piece, which {@link #completed} does.
   */
  Hash256[] leaves(LeafHasher hasher, Block block, ByteBuffer payload) {
    return switch (hashes.kind()) {
      case LEAVES, BOTH ->
          block.length() < geometry.pieceLength(block.piece())
                  && hasher.gainsByMoreThan(block.length())
              ? LeafHasher.marks(payload)
              : hasher.leaves(payload);
      case SHA1 -> LeafHasher.marks(payload);
    };
  }

  /**
   * Writes a block to its place: one positional write for each file that it has bytes of, which in
   * a v2 torrent is one.
   *
   * @param leaves what {@link #leaves} says of {@code payload}
   * @return whether it counts: false when the piece is no longer expected from this sender
   */
  boolean write(PieceFence.Assembly assembly, Block block, ByteBuffer payload, Hash256[] leaves)
      throws IOException {
    if (!fence.beginWrite(assembly, block)) {
      return false;
    }
    boolean counts = false;
    boolean written = false;
    try {
      int from = payload.position();
      blocks.write(block, payload);
      if (hashes.kind() == PieceDigest.Kind.SHA1) {
        RunningSha1 sha1 = assembly.sha1(geometry.pieceLength(block.piece()));
        sha1.stored(block, payload.duplicate().position(from), blocks);
      }
      written = true;
    } finally {
      counts = fence.endWrite(assembly, block, written ? leaves : null);
    }
    return counts;
  }

  /**
   * To be called after each {@link #write} that counts: hashes the piece as it is in the file when
   * its last block has come and that was not done block by block.
   *
   * @param scratch what a part of the piece is read into
   */
  void completed(PieceFence.Assembly assembly, LeafHasher hasher, ByteBuffer scratch)
      throws IOException {
    if (hashes.kind() == PieceDigest.Kind.SHA1 || !fence.awaitsHashes(assembly)) {
      return;
    }
    fence.hashed(assembly, reader.digest(assembly.piece(), hasher, null, scratch).leaves());
  }

  /** The file that a block begins in. */
  Path pathOf(Block block) {
    return places.path(geometry.segments(block).getFirst().file());
  }

  /**
   * Compares what a piece of which every block is stored hashes to with its hash, and journals it
   * when they agree.
   */
  boolean verify(int piece) throws IOException {
    return keep(piece, fence.finish(piece));
  }

  /**
   * The same for a piece that nobody sent, and that nobody is expected to send: what its bytes in
   * {@link #blockFiles} hash to is {@code digest}. Any thread.
   */
  boolean keep(int piece, PieceDigest digest) throws IOException {
    if (!hashes.match(piece, digest)) {
      return false;
    }
    if (drafts != null) {
      publish(piece, drafts);
    }
    lock.lock();
    try {
      if (!verified.add(piece)) {
        throw new IllegalStateException("piece " + piece + " was verified before");
      }
      if (phase == Phase.FAILED) {
        return true;
      }
      journal.piece(piece);
      if (dirtyPieces.isEmpty()) {
        dirtySinceNanos = System.nanoTime();
      }
      dirtyPieces.add(piece);
      dirtyBytes += geometry.pieceLength(piece);
      if (verified.isFull()) {
        phase = Phase.SETTLING;
      }
      changed.signalAll();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** What cannot be written where it belongs must not be served from there. */
  private void publish(int piece, Drafts from) throws ContentChangedException {
    try {
      from.publish(piece, new TorrentBytes(places, writable));
    } catch (IOException e) {
      ContentChangedException broken =
          new ContentChangedException(pathOf(whole(piece)), "cannot be repaired: " + Words.of(e));
      broken.initCause(e);
      throw broken;
    }
  }

  /* --------------- onto the disk --------------- */

  private void sync() {
    try {
      while (awaitWork()) {
        force();
      }
      settle();
    } catch (IOException | RuntimeException e) {
      lock.lock();
      try {
        phase = Phase.FAILED;
      } finally {
        lock.unlock();
      }
      outcome.failed(e instanceof IOException io ? io : new IOException(e));
    }
  }

  /** Waits until enough is dirty, or for long enough; false when nothing more will come. */
  private boolean awaitWork() {
    lock.lock();
    try {
      while (!closing && phase == Phase.WRITING && dirtyBytes < SYNC_BYTES) {
        if (dirtyPieces.isEmpty()) {
          changed.awaitUninterruptibly();
          continue;
        }
        long left = dirtySinceNanos + SYNC_NANOS - System.nanoTime();
        if (left <= 0) {
          return true;
        }
        changed.awaitNanos(left);
      }
      return !closing && phase == Phase.WRITING;
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts the syncing thread", e);
    } finally {
      lock.unlock();
    }
  }

  /** Puts every piece that is verified by now on the disk, and then says so in the journal. */
  private void force() throws IOException {
    long mark;
    PieceSet pieces;
    lock.lock();
    try {
      mark = journal.position();
      pieces = dirtyPieces.copy();
      dirtyPieces.clear();
      dirtyBytes = 0;
    } finally {
      lock.unlock();
    }
    DiskSync event = new DiskSync();
    event.begin();
    long beganNanos = System.nanoTime();
    forceFiles(pieces);
    tally.syncing().tookSince(beganNanos);
    event.pieces = pieces.cardinality();
    event.commit();
    lock.lock();
    try {
      journal.synced(mark);
    } finally {
      lock.unlock();
    }
  }

  private void forceFiles(PieceSet pieces) throws IOException {
    List<Integer> written = new ArrayList<>();
    int last = -1;
    for (int piece = pieces.next(0); piece >= 0; piece = pieces.next(piece + 1)) {
      for (Segment segment : geometry.segments(whole(piece))) {
        if (segment.file() > last && !places.isPad(segment.file())) {
          last = segment.file();
          written.add(last);
        }
      }
    }
    if (written.size() >= FileSystemFlush.FILES_MIN && FileSystemFlush.isThere()) {
      FileSystemFlush.of(staging.contentRoot());
      return;
    }
    for (int file : written) {
      try (OpenFiles.Lease lease = writable.lease(file)) {
        lease.channel().force(false);
      }
    }
  }

  private Block whole(int piece) {
    return new Block(piece, 0, geometry.pieceLength(piece));
  }

  /** The end: all is on the disk, and nobody writes any more. */
  private void settle() throws IOException {
    force();
    staging.forceDirectories();
    List<Fingerprint> fingerprints = new ArrayList<>();
    for (int file = 0; file < places.count(); file++) {
      fingerprints.add(places.isPad(file) ? Fingerprint.NONE : Fingerprint.of(places.path(file)));
    }
    boolean complete;
    lock.lock();
    try {
      journal.sealed(fingerprints);
      complete = phase == Phase.SETTLING;
      if (complete) {
        watch = new FingerprintWatch(places.paths(), fingerprints);
        phase = Phase.SEALED;
      }
    } finally {
      lock.unlock();
    }
    if (complete) { // every piece is verified: no write runs, and none will begin
      writable.close();
      if (drafts != null) {
        drafts.discard();
      }
      outcome.settled();
    }
  }

  /* --------------- serving --------------- */

  @Override
  public BlockBytes read(Block block) throws IOException {
    List<Segment> segments = geometry.segments(block);
    FingerprintWatch sealed = watch;
    if (sealed != null) {
      for (Segment segment : segments) {
        if (!places.isPad(segment.file())) {
          sealed.checkFresh(segment.file());
        }
      }
    }
    Segment first = segments.getFirst();
    if (segments.size() == 1
        && !places.isPad(first.file())
        && geometry.fileBytes(first.file()) >= OpenFiles.MAPPED_BYTES_MIN) {
      return mapped(first);
    }
    ByteBuffer gathered = ByteBuffer.allocate(block.length());
    bytes.read(block, gathered);
    return new BlockBytes(gathered.flip(), () -> {});
  }

  private BlockBytes mapped(Segment segment) throws IOException {
    OpenFiles.Lease lease = files.lease(segment.file());
    ByteBuffer slice = lease.mapped(segment.offset(), segment.length());
    if (slice == null) {
      lease.close();
      throw new ContentChangedException(places.path(segment.file()), "cut");
    }
    return new BlockBytes(slice, lease);
  }

  @Override
  public void checkUnchanged(Block block) throws ContentChangedException {
    for (Segment segment : geometry.segments(block)) {
      if (!places.isPad(segment.file())) {
        checkUnchanged(segment.file());
      }
    }
  }

  private void checkUnchanged(int file) throws ContentChangedException {
    FingerprintWatch sealed = watch;
    if (sealed != null) {
      sealed.check(file);
      return;
    }
    Path path = places.path(file);
    try {
      if (Fingerprint.of(path).bytes() != geometry.fileBytes(file)) {
        throw new ContentChangedException(path, "cut");
      }
    } catch (ContentChangedException e) {
      throw e;
    } catch (IOException e) {
      throw new ContentChangedException(path, "gone");
    }
  }

  /** Puts what is verified on the disk and seals the journal. Nobody may write or read any more. */
  @Override
  public void close() throws IOException {
    lock.lock();
    try {
      closing = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    if (syncer != null) {
      joinSyncer(syncer);
    }
    try {
      journal.close();
    } finally {
      files.close();
      writable.close();
      if (drafts != null) {
        drafts.discard();
      }
    }
  }

  private static void joinSyncer(Thread thread) {
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        break;
      } catch (InterruptedException e) {
        interrupted = true; // half a close would leak the files: finish, then say so
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
