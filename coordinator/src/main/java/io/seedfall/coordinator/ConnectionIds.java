package io.seedfall.coordinator;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Connection ids of the UDP tracker (BEP 15): whoever uses one has heard what was sent to its
 * address, so nobody announces another machine. Nothing is remembered for each client: an id is a
 * keyed hash of the address and the minute, and only who knows the key can make one.
 *
 * <p>The BEP has clients use an id for one minute and trackers accept it for two after that; here
 * it is good in the minute in which it was given and in the two that follow.
 */
final class ConnectionIds {
  /** The key's length. */
  static final int SECRET_BYTES = 32;

  private static final long SLOT_MILLIS = 60_000;
  private static final int SLOTS_GOOD = 3;
  private static final String ALGORITHM = "HmacSHA256";

  private final SecretKeySpec secret;

  /** The key must be drawn anew at each start, from a source that nobody can predict. */
  ConnectionIds(byte[] secret) {
    if (secret.length != SECRET_BYTES) {
      throw new IllegalArgumentException(
          "secret: " + secret.length + " bytes (expected: " + SECRET_BYTES + ")");
    }
    this.secret = new SecretKeySpec(secret, ALGORITHM);
  }

  /** The id to give to this address now. */
  long issue(String address, long nowMillis) {
    return id(address, Math.floorDiv(nowMillis, SLOT_MILLIS));
  }

  /** Whether this id was given to this address, and not too long ago. */
  boolean accepts(long id, String address, long nowMillis) {
    long slot = Math.floorDiv(nowMillis, SLOT_MILLIS);
    boolean accepted = false;
    for (int age = 0; age < SLOTS_GOOD; age++) {
      accepted |= MessageDigest.isEqual(bytes(id), bytes(id(address, slot - age)));
    }
    return accepted;
  }

  private long id(String address, long slot) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(secret);
      mac.update(bytes(slot));
      return ByteBuffer.wrap(mac.doFinal(address.getBytes(StandardCharsets.US_ASCII))).getLong();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + ALGORITHM, e);
    }
  }

  private static byte[] bytes(long number) {
    return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
  }
}
