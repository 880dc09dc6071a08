package io.seedfall.agent;

import io.seedfall.control.MachineDetail;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The end of what hooks printed, however much that is. One thread. */
final class HookOutput {
  /** The most characters of {@link #lastLine}. */
  static final int LINE_CHARS_MAX = 300;

  /** What the words take that say how much is left out. */
  private static final int OMITTED_CHARS_MAX = 60;

  private static final int TAIL_CHARS = MachineDetail.HOOK_OUTPUT_CHARS_MAX - OMITTED_CHARS_MAX;

  /** Bytes kept: a character takes four at most. */
  private static final int TAIL_BYTES = 4 * TAIL_CHARS;

  private final byte[] tail = new byte[TAIL_BYTES];
  private long total;

  /** It printed this; the buffer is read to its limit. */
  void add(ByteBuffer printed) {
    int skipped = Math.max(0, printed.remaining() - TAIL_BYTES);
    printed.position(printed.position() + skipped);
    total += skipped;
    while (printed.hasRemaining()) {
      int at = (int) (total % TAIL_BYTES);
      int some = Math.min(printed.remaining(), TAIL_BYTES - at);
      printed.get(tail, at, some);
      total += some;
    }
  }

  /** The end of it, with the number of bytes in front when that is not all. */
  String text() {
    String end = end();
    String kept = end.length() <= TAIL_CHARS ? end : end.substring(end.length() - TAIL_CHARS);
    boolean whole = total <= TAIL_BYTES && end.length() <= TAIL_CHARS;
    return whole ? kept : "[the end of %d bytes]%n%s".formatted(total, kept);
  }

  /** The last line that is not blank, empty when there is none. */
  String lastLine() {
    String last = "";
    for (String line : end().lines().toList()) {
      if (!line.isBlank()) {
        last = line.strip();
      }
    }
    String clean = last.replaceAll("\\p{Cntrl}", "?");
    return clean.length() <= LINE_CHARS_MAX ? clean : clean.substring(0, LINE_CHARS_MAX) + "...";
  }

  private String end() {
    if (total <= TAIL_BYTES) {
      return new String(tail, 0, (int) total, StandardCharsets.UTF_8);
    }
    byte[] ordered = new byte[TAIL_BYTES];
    int oldest = (int) (total % TAIL_BYTES);
    System.arraycopy(tail, oldest, ordered, 0, TAIL_BYTES - oldest);
    System.arraycopy(tail, 0, ordered, TAIL_BYTES - oldest, oldest);
    return new String(ordered, StandardCharsets.UTF_8);
  }
}
