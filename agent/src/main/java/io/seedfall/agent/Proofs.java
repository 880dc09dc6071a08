package io.seedfall.agent;

import io.seedfall.control.JoinRequest;
import io.seedfall.control.identity.KeyBundle;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.util.Base64;

/** A key of ours, as whoever asks for a certificate shows that it is his. */
final class Proofs {
  private Proofs() {}

  /** The public key, in Base64. */
  static String text(KeyPair keys) {
    return Base64.getEncoder().encodeToString(keys.getPublic().getEncoded());
  }

  /** A signature by it, likewise. */
  static String proof(KeyPair keys) {
    try {
      return Base64.getEncoder()
          .encodeToString(KeyBundle.sign(keys.getPrivate(), JoinRequest.proven(text(keys))));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("cannot sign with a key of our own", e);
    }
  }
}
