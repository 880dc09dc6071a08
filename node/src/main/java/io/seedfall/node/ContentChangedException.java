package io.seedfall.node;

import java.io.IOException;

/** A file under a transfer is not what it was. */
final class ContentChangedException extends IOException {
  private static final long serialVersionUID = 1L;

  ContentChangedException(String what) {
    super(what);
  }
}
