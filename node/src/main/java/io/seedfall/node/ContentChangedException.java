package io.seedfall.node;

import java.io.IOException;
import java.nio.file.Path;

/** A file under a transfer is not what it was. */
final class ContentChangedException extends IOException {
  private static final long serialVersionUID = 1L;

  /** The message names the file and, in a word or two, what became of it. */
  ContentChangedException(Path file, String how) {
    super("%s changed while seeding (%s)".formatted(file, how));
  }
}
