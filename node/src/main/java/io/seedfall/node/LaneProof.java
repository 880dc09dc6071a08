package io.seedfall.node;

import io.seedfall.protocol.Hash256;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether {@link LeafLanes} may be used in this process: once it was seen to give the very hashes
 * of the JDK's digest, in less time. It is about the process and not about a node, because it is
 * the process's compiler that has to do its work first.
 *
 * <pre>
 *   Untried --begin--> Proving --equal and faster, several times in a row--> Proven
 *                         └──── another hash, or tries or time used up ────> (never)
 * </pre>
 *
 * <p>Whether the module of the vectors is there at all is for whoever starts the process to say
 * (docs/decisions/0009).
 */
final class LaneProof {
  private static final Logger LOG = LoggerFactory.getLogger(LaneProof.class);

  /** Batches that are hashed until it must be faster: 128 MiB. With an AOT cache 17 were enough. */
  static final int TRIES_MAX = 1024;

  /** So long it may take on a machine with other things to do. */
  static final long NANOS_MAX = 60_000_000_000L;

  /** Batches that only the digest hashes, so that it is compiled before it is compared with. */
  private static final int DIGESTS_FIRST = 64;

  /** So often in a row it must have been faster. */
  private static final int FASTER_MIN = 8;

  private static final AtomicBoolean BEGUN = new AtomicBoolean();
  private static volatile boolean proven;

  private LaneProof() {}

  /** Whether lanes may be used. */
  static boolean isProven() {
    return proven;
  }

  /** Begins to prove it, on a thread of its own that ends by itself; once in a process. */
  static void begin() {
    boolean possible = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    if (possible && BEGUN.compareAndSet(false, true)) {
      Thread.ofPlatform().name("seedfall-lanes").daemon().start(LaneProof::run);
    }
  }

  private static void run() {
    long begin = System.nanoTime();
    int faster = 0;
    int tries = 0;
    long digestNanosMin = Long.MAX_VALUE;
    long lanesNanosMin = Long.MAX_VALUE;
    ByteBuffer bytes = ByteBuffer.allocateDirect(LeafLanes.BATCH_BYTES);
    fill(bytes);
    LeafHasher hasher = new LeafHasher();
    LeafLanes lanes = new LeafLanes();
    Hash256[] expected = new Hash256[LeafLanes.LEAVES];
    Hash256[] actual = new Hash256[LeafLanes.LEAVES];
    for (int i = 0; i < DIGESTS_FIRST; i++) {
      hasher.digest(bytes, expected, 0);
    }
    while (faster < FASTER_MIN && tries < TRIES_MAX && System.nanoTime() - begin < NANOS_MAX) {
      tries++;
      bytes.putInt(0, tries);
      long before = System.nanoTime();
      hasher.digest(bytes, expected, 0);
      long between = System.nanoTime();
      lanes.hash(bytes, 0, actual, 0);
      long after = System.nanoTime();
      if (!Arrays.equals(expected, actual)) {
        LOG.error("hashing in lanes is wrong on this machine, and is not used: please report it");
        return;
      }
      digestNanosMin = Math.min(digestNanosMin, between - before);
      lanesNanosMin = Math.min(lanesNanosMin, after - between);
      faster = after - between < digestNanosMin ? faster + 1 : 0;
    }
    proven = faster == FASTER_MIN;
    LOG.info(
        "hashing in lanes: {} after {} batches, a batch in {} us, {} us with the digest",
        proven ? "used" : "not used",
        tries,
        lanesNanosMin / 1000,
        digestNanosMin / 1000);
  }

  private static void fill(ByteBuffer bytes) {
    byte[] random = new byte[bytes.capacity()];
    new Random(1).nextBytes(random);
    bytes.put(random).clear();
  }
}
