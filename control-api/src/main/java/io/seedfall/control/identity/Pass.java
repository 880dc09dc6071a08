package io.seedfall.control.identity;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * What a peer shows another to be let into the swarm of one content: the authority of the cluster
 * says that its bearer may be there. Whoever does not have the certificate that it names has no use
 * for it, so it is no secret.
 *
 * @param bearer {@link PeerName#uri} of whoever shows it
 * @param infoHash of the content, 64 hexadecimal digits
 * @param right what he may there
 * @param untilMillis until when, epoch
 */
public record Pass(String bearer, String infoHash, Right right, long untilMillis) {
  /** What somebody may in the swarm of a content. */
  public enum Right {
    /** Fetch it, and send it on. */
    EXCHANGE,
    /** Send what he has of it; nobody sends him anything. */
    SEND
  }

  /** The most characters of one that is signed. */
  public static final int CHARS_MAX = 512;

  private static final String KIND = "seedfall-pass-1";
  private static final String SPACE = " ";
  private static final int PARTS = 6;

  /** Refuses what cannot stand in one. */
  public Pass {
    if (bearer.isEmpty() || bearer.contains(SPACE) || !infoHash.matches("[0-9a-f]{64}")) {
      throw new IllegalArgumentException("pass: " + bearer + ", " + infoHash);
    }
  }

  private String signed() {
    return String.join(SPACE, KIND, bearer, infoHash, right.name(), Long.toString(untilMillis));
  }

  /** As it is shown. */
  public String text(PrivateKey authority) {
    try {
      byte[] signature = KeyBundle.sign(authority, signed().getBytes(US_ASCII));
      return signed() + SPACE + Base64.getEncoder().encodeToString(signature);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("cannot sign with the authority's key", e);
    }
  }

  /**
   * Reads what somebody shows.
   *
   * @param authority whose signature it has to have
   * @return null when it is none, or nobody of the cluster has signed it; how long it is good is
   *     for the caller to look at
   */
  public static @Nullable Pass read(String text, PublicKey authority) {
    String[] parts = text.split(SPACE, -1);
    if (text.length() > CHARS_MAX || parts.length != PARTS || !parts[0].equals(KIND)) {
      return null;
    }
    try {
      Pass pass = new Pass(parts[1], parts[2], Right.valueOf(parts[3]), Long.parseLong(parts[4]));
      byte[] signature = Base64.getDecoder().decode(parts[5]);
      return KeyBundle.verify(authority, pass.signed().getBytes(US_ASCII), signature) ? pass : null;
    } catch (IllegalArgumentException _) {
      return null;
    }
  }
}
