package io.seedfall.agent;

import io.seedfall.control.CertificateView;
import io.seedfall.control.ControlJson;
import io.seedfall.control.Decoded;
import io.seedfall.control.Names;
import io.seedfall.control.identity.KeyBundle;
import io.seedfall.control.identity.Pem;
import io.seedfall.control.identity.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Keeps an agent's key and certificate, for its owner's eyes only; old or new, never half. */
final class MemberFile {
  private static final String NAME = "member.json";

  /**
   * What is in it.
   *
   * @param name the agent's
   * @param labels with which it was let in
   * @param tokenId of the token with which it has joined
   * @param pem key, certificate and the authority's
   */
  record Content(String name, Map<String, String> labels, String tokenId, String pem) {
    Content {
      Names.check("name", name);
      labels = Names.checkLabels(labels);
    }

    /** What the coordinator gave for that key. */
    static Content of(CertificateView given, PrivateKey key, String tokenId)
        throws GeneralSecurityException {
      List<X509Certificate> chain = Pem.certificates(given.chain());
      if (chain.size() != 2) {
        throw new GeneralSecurityException(chain.size() + " certificates (expected: 2)");
      }
      try {
        KeyBundle bundle = new KeyBundle(key, chain.getFirst(), chain.getLast());
        return new Content(given.name(), given.labels(), tokenId, bundle.text());
      } catch (IllegalArgumentException e) {
        throw new GeneralSecurityException(e.getMessage(), e);
      }
    }

    KeyBundle bundle() throws IOException {
      return KeyBundle.parse(pem);
    }

    /** Not the key. */
    @Override
    public String toString() {
      return "Content[" + name + "]";
    }
  }

  private final Path path;

  MemberFile(Path directory) {
    this.path = directory.resolve(NAME);
  }

  /** Null when there is none. */
  @Nullable Content read() throws IOException {
    if (Files.notExists(path)) {
      return null;
    }
    return switch (ControlJson.decode(PrivateFiles.read(path), Content.class)) {
      case Decoded.Value<Content>(Content content) -> content;
      case Decoded.UnknownType<Content> _, Decoded.Malformed<Content> _ ->
          throw new IOException(path + " is damaged: remove it, and let the agent in anew");
    };
  }

  void write(Content content) throws IOException {
    PrivateFiles.write(path, ControlJson.encode(content));
  }
}
