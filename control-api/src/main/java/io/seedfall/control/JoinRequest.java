package io.seedfall.control;

import java.nio.charset.StandardCharsets;

/**
 * An agent that has a token to join asks for its first certificate. There is no name in it: the
 * coordinator takes the one for which it made the token.
 *
 * @param tokenId of the token
 * @param secret of the token
 * @param publicKey of the agent's own new key, in Base64 as X.509 has it (SubjectPublicKeyInfo)
 * @param proof that it has that key: a signature of {@link #proven} by it, in Base64
 */
public record JoinRequest(String tokenId, String secret, String publicKey, String proof) {
  /** What an agent signs: what it is for, and which key. */
  public static byte[] proven(String publicKey) {
    return ("seedfall certificate for " + publicKey).getBytes(StandardCharsets.US_ASCII);
  }

  /** Not the secret. */
  @Override
  public String toString() {
    return "JoinRequest[" + tokenId + "]";
  }
}
