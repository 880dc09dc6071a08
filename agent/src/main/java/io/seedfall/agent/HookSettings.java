package io.seedfall.agent;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The hooks of an agent.
 *
 * @param directory where it finds them, null when it runs none
 * @param seconds how long one may take before it is ended, 1 to {@link #SECONDS_MAX}
 */
public record HookSettings(@Nullable Path directory, int seconds) {
  /** How long a hook may take unless told otherwise. */
  public static final int SECONDS_DEFAULT = 60;

  /** The longest that a hook may be given: an hour. */
  public static final int SECONDS_MAX = 3_600;

  /** An agent that runs none. */
  public static final HookSettings NONE = new HookSettings(null, SECONDS_DEFAULT);

  /** Checks the time. */
  public HookSettings {
    if (seconds < 1 || seconds > SECONDS_MAX) {
      throw new IllegalArgumentException(
          "hook seconds: " + seconds + " (expected: 1 to " + SECONDS_MAX + ")");
    }
  }
}
