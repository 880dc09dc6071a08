package io.seedfall.agent;

import io.seedfall.control.SignedDocument;
import io.seedfall.protocol.trust.Judge;
import io.seedfall.protocol.trust.Root;
import io.seedfall.protocol.trust.Signed;
import io.seedfall.protocol.trust.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Keeps what an agent trusts in {@code STATE/trust.json}, apart from its other state: whoever
 * removes that to start afresh does not make the agent forget what it has seen. A write is durable
 * when it returns.
 */
final class TrustFile {
  /** The most bytes of the file. */
  static final int BYTES_MAX = 16 << 20;

  private static final String NAME = "trust.json";
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .build();

  private final Path directory;

  TrustFile(Path directory) {
    this.directory = directory;
  }

  Path path() {
    return directory.resolve(NAME);
  }

  /** What was written last, or null when nothing was. */
  @Nullable TrustState read() throws IOException {
    byte[] bytes;
    try {
      bytes = bounded(path(), BYTES_MAX);
    } catch (NoSuchFileException none) {
      return null;
    }
    try {
      TrustState state = JSON.readValue(bytes, TrustState.class);
      if (state.format() == TrustState.FORMAT) {
        state.seen().values().forEach(TrustState.Entry::seen);
        root(path(), new SignedDocument(state.root()).bytes());
        return state;
      }
    } catch (JacksonException | NullPointerException | IllegalArgumentException e) {
      throw damaged(e);
    }
    throw damaged(null);
  }

  private IOException damaged(@Nullable Exception cause) {
    return new IOException(
        path()
            + " is damaged: it says which versions are too old, so look how that came about before"
            + " you remove it",
        cause);
  }

  void write(TrustState state) throws IOException {
    DurableFile.replace(directory, NAME, JSON.writeValueAsBytes(state));
  }

  /** The root in a file that the operator gave. */
  static byte[] anchor(Path file) throws IOException {
    try {
      byte[] document = bounded(file, Signed.BYTES_MAX);
      root(file, document);
      return document;
    } catch (NoSuchFileException e) {
      throw new IOException("no such file: " + file, e);
    }
  }

  /** The root that those bytes are, which came from {@code file}. */
  static Root root(Path file, byte[] document) throws IOException {
    return switch (Judge.anchor(document)) {
      case Verdict.Accepted<Root>(Root root) -> root;
      case Verdict.Refused<Root> refused -> throw new IOException(file + ": " + refused.why());
    };
  }

  private static byte[] bounded(Path file, int max) throws IOException {
    if (Files.size(file) > max) {
      throw new IOException("%s is larger than %d bytes".formatted(file, max));
    }
    return Files.readAllBytes(file);
  }
}
