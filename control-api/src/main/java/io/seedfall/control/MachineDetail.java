package io.seedfall.control;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * How one machine spent its time in one deployment, and who fed it.
 *
 * @param millis by {@code learning} (the metainfo), {@code checking} (destination and room), {@code
 *     connecting} (until the first byte), {@code receiving} (and hashing), {@code syncing} (onto
 *     the disk), {@code staged} (waiting to be activated), {@code installing}, {@code hooks}; what
 *     did not happen is absent
 * @param bytesFrom by the endpoint of the sender; beyond {@link #SENDERS_MAX} the rest in {@code
 *     others}
 * @param hookOutput the end of what hooks printed
 */
public record MachineDetail(
    @AbsentAs("{}") Map<String, Long> millis,
    @AbsentAs("{}") Map<String, Long> bytesFrom,
    @AbsentAs("\"\"") String hookOutput) {
  /** The most senders that are named. */
  public static final int SENDERS_MAX = 64;

  /** The most spans of time. */
  public static final int SPANS_MAX = 16;

  /** The most characters of what hooks printed. */
  public static final int HOOK_OUTPUT_CHARS_MAX = 4_096;

  /** Nothing is known. */
  public static final MachineDetail NONE = new MachineDetail(Map.of(), Map.of(), "");

  /** Checks the limits. */
  public MachineDetail {
    if (millis.size() > SPANS_MAX
        || bytesFrom.size() > SENDERS_MAX + 1
        || hookOutput.length() > HOOK_OUTPUT_CHARS_MAX) {
      throw new IllegalArgumentException(
          "detail: "
              + millis.size()
              + " spans, "
              + bytesFrom.size()
              + " senders, "
              + hookOutput.length()
              + " characters (expected: at most "
              + SPANS_MAX
              + ", "
              + (SENDERS_MAX + 1)
              + ", "
              + HOOK_OUTPUT_CHARS_MAX
              + ")");
    }
    millis = Collections.unmodifiableMap(new TreeMap<>(millis));
    bytesFrom = Collections.unmodifiableMap(new TreeMap<>(bytesFrom));
  }
}
