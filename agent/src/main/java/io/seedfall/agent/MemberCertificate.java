package io.seedfall.agent;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * When an agent's certificate is good, for whoever looks after the machine; the key stays where it
 * is.
 *
 * @param name the agent's
 * @param from when it begins
 * @param until when it ends
 */
public record MemberCertificate(String name, Instant from, Instant until) {
  /**
   * That of the agent with this state directory; null when it has none.
   *
   * @throws IOException in one line: damaged, or not for this user
   */
  public static @Nullable MemberCertificate read(Path state) throws IOException {
    MemberFile.Content content = new MemberFile(state).read();
    if (content == null) {
      return null;
    }
    var certificate = content.bundle().certificate();
    return new MemberCertificate(
        content.name(),
        certificate.getNotBefore().toInstant(),
        certificate.getNotAfter().toInstant());
  }
}
