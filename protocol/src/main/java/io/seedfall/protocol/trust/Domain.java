package io.seedfall.protocol.trust;

import java.nio.charset.StandardCharsets;

/**
 * What a signature speaks of. Its words go before the signed bytes, so that a signature of one kind
 * of document is never one of another, nor of anything that another program signs with that key.
 */
public enum Domain {
  /** {@link Manifest}. */
  MANIFEST("seedfall manifest 1\n"),

  /** {@link Root}. */
  ROOT("seedfall root 1\n");

  private final String words;

  Domain(String words) {
    this.words = words;
  }

  /** The bytes that are signed. */
  byte[] message(byte[] document) {
    byte[] prefix = words.getBytes(StandardCharsets.US_ASCII);
    byte[] message = new byte[prefix.length + document.length];
    System.arraycopy(prefix, 0, message, 0, prefix.length);
    System.arraycopy(document, 0, message, prefix.length, document.length);
    return message;
  }
}
