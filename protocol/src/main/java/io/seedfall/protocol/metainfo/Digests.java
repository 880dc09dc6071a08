package io.seedfall.protocol.metainfo;

import io.seedfall.protocol.Hash256;
import io.seedfall.protocol.WireHash;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The two hashes of an info dictionary. */
final class Digests {
  private Digests() {}

  static Hash256 sha256(byte[] bytes) {
    return Hash256.of(digest("SHA-256", bytes));
  }

  static WireHash sha1(byte[] bytes) {
    return WireHash.of(digest("SHA-1", bytes));
  }

  private static byte[] digest(String algorithm, byte[] bytes) {
    try {
      return MessageDigest.getInstance(algorithm).digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has " + algorithm, e);
    }
  }
}
