package io.seedfall.protocol.tracker;

/** What trackers say in words, fit for a log. */
final class Words {
  private Words() {}

  /** Without control characters, cut at {@link HttpTracker#REASON_CHARS_MAX}. */
  static String plain(String text) {
    StringBuilder out = new StringBuilder();
    text.codePoints()
        .limit(HttpTracker.REASON_CHARS_MAX)
        .forEach(c -> out.appendCodePoint(Character.isISOControl(c) ? ' ' : c));
    return out.toString();
  }
}
