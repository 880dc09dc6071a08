package io.seedfall.protocol.trust;

/** Bytes have no meaning; thrown and caught within one decoding. */
final class Unreadable extends Exception {
  private static final long serialVersionUID = 1L;

  Unreadable(String why) {
    super(why, null, false, false);
  }

  String why() {
    return String.valueOf(getMessage());
  }
}
