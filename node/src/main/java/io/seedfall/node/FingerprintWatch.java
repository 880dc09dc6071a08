package io.seedfall.node;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;

/** Notices when files are no longer what they were. Any thread may ask. */
final class FingerprintWatch {
  /**
   * A file that was looked at less than this ago is not looked at again: a stranger's 16 KiB blocks
   * would cost a system call each.
   */
  static final long FRESH_NANOS = 5_000_000;

  private final List<Path> paths;
  private final List<Fingerprint> fingerprints;
  private final AtomicLongArray checkedAtNanos;

  /** Watches {@code paths}, which looked like {@code fingerprints}. */
  FingerprintWatch(List<Path> paths, List<Fingerprint> fingerprints) {
    this.paths = List.copyOf(paths);
    this.fingerprints = List.copyOf(fingerprints);
    this.checkedAtNanos = new AtomicLongArray(paths.size());
    long longAgo = System.nanoTime() - FRESH_NANOS;
    for (int i = 0; i < paths.size(); i++) {
      checkedAtNanos.set(i, longAgo);
    }
  }

  /** Looks at the file unless somebody just did. */
  void checkFresh(int file) throws ContentChangedException {
    long now = System.nanoTime();
    if (now - checkedAtNanos.get(file) >= FRESH_NANOS) {
      check(file);
      checkedAtNanos.set(file, now);
    }
  }

  /** Looks at the file. */
  void check(int file) throws ContentChangedException {
    Path path = paths.get(file);
    try {
      if (!Fingerprint.of(path).equals(fingerprints.get(file))) {
        throw new ContentChangedException(path, "not the file it was");
      }
    } catch (ContentChangedException e) {
      throw e;
    } catch (IOException e) {
      ContentChangedException gone = new ContentChangedException(path, "gone");
      gone.initCause(e);
      throw gone;
    }
  }
}
