package io.seedfall.protocol.metainfo;

import java.util.regex.Pattern;

/** What passes for a URL in a torrent or a magnet link, before anybody connects to it. */
final class Urls {
  /** The longest URL, in characters. */
  static final int CHARS_MAX = 2048;

  private static final Pattern FORM =
      Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*://[^\\s\\p{Cntrl}]+");

  private Urls() {}

  /** Whether it has a scheme and something behind it, and no space or control character. */
  static boolean isUrl(String text) {
    return text.length() <= CHARS_MAX && FORM.matcher(text).matches();
  }
}
