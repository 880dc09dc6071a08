package io.seedfall.control.identity;

import io.seedfall.control.Names;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * What an agent is given to join a cluster, once: {@code seedfall-join:NAME:ID:SECRET:FINGERPRINT}.
 *
 * @param agent whom it makes a member; the coordinator goes by its own record of that
 * @param id under which the coordinator finds it
 * @param secret 64 hexadecimal digits, never stored by the coordinator
 * @param authority by which the agent knows the right coordinator
 */
public record JoinToken(String agent, String id, String secret, Fingerprint authority) {
  private static final String KIND = "seedfall-join";

  /** Refuses what is none, without repeating it. */
  public JoinToken {
    Names.check("agent", agent);
    Secrets.check(id, secret);
  }

  /** Reads one from a file that only its owner may read. */
  public static JoinToken read(Path file) throws IOException {
    try {
      return parse(new String(PrivateFiles.read(file), StandardCharsets.UTF_8).strip());
    } catch (IllegalArgumentException e) {
      throw new IOException(
          file + " holds no token to join: 'seedfall token create' prints one", e);
    }
  }

  /** Reads one. */
  public static JoinToken parse(String text) {
    String[] parts = text.split(":", -1);
    if (parts.length != 5 || !parts[0].equals(KIND)) {
      throw new IllegalArgumentException("token: not a token to join");
    }
    return new JoinToken(parts[1], parts[2], parts[3], new Fingerprint(parts[4]));
  }

  /** As an agent is given it: a secret. */
  public String text() {
    return String.join(":", KIND, agent, id, secret, authority.hex());
  }

  /** Not the secret. */
  @Override
  public String toString() {
    return "JoinToken[" + agent + ", " + id + "]";
  }
}
