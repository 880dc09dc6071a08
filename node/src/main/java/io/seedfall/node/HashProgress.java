package io.seedfall.node;

/** Who hears how far {@link ArtifactHasher} is. Called from several threads. */
@FunctionalInterface
public interface HashProgress {
  /** So many bytes of so many are hashed. */
  void hashed(long bytesDone, long bytesTotal);

  /** Nobody listens. */
  static HashProgress none() {
    return (bytesDone, bytesTotal) -> {};
  }
}
