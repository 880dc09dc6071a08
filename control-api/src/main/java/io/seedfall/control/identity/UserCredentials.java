package io.seedfall.control.identity;

import io.seedfall.control.ClientIdentity;
import io.seedfall.control.ControlJson;
import io.seedfall.control.CoordinatorAddresses;
import io.seedfall.control.Decoded;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;

/**
 * What a user has in a file that nobody else may read.
 *
 * @param name who it is, for people
 * @param coordinators where to ask when nothing else is said; empty for not known
 * @param authority by which the right coordinator is known: the fingerprint, 64 hexadecimal digits
 * @param token a secret
 */
public record UserCredentials(String name, String coordinators, String authority, String token) {
  /** Refuses what cannot be one, without repeating the token. */
  public UserCredentials {
    new Fingerprint(authority);
    UserToken.parse(token);
    if (!coordinators.isEmpty()) {
      CoordinatorAddresses.parse(coordinators);
    }
  }

  /**
   * Reads them.
   *
   * @throws IOException in one line: missing, open to others, damaged
   */
  public static UserCredentials read(Path file) throws IOException {
    return switch (ControlJson.decode(PrivateFiles.read(file), UserCredentials.class)) {
      case Decoded.Value<UserCredentials>(UserCredentials value) -> value;
      case Decoded.UnknownType<UserCredentials> _, Decoded.Malformed<UserCredentials> _ ->
          throw new IOException(
              file + " holds no credentials: 'seedfall user create' makes such a file");
    };
  }

  /** The bytes of their file: the token is among them. */
  public byte[] text() {
    return ControlJson.encode(this);
  }

  /** How a client shows them. */
  public ClientIdentity identity() {
    ClusterTrust trust = new ClusterTrust(new Fingerprint(authority), InstantSource.system());
    return new ClientIdentity(Tls.client(null, trust), "Bearer " + token);
  }

  /** Not the token. */
  @Override
  public String toString() {
    return "UserCredentials[" + name + "]";
  }
}
