package io.seedfall.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** With which keys a command signs. */
final class SignOptions {
  /** How long a manifest counts unless told otherwise. */
  static final int DAYS_DEFAULT = 90;

  /** The longest that one may count: ten years. */
  static final int DAYS_MAX = 3_660;

  private static final long DAY_MILLIS = 86_400_000L;

  @Option(
      names = "--sign",
      paramLabel = "KEYFILE",
      description = "sign the artifact with this key, as seedfall key makes them; can be repeated")
  List<Path> files = new ArrayList<>();

  @Option(
      names = "--sign-days",
      paramLabel = "N",
      defaultValue = "" + DAYS_DEFAULT,
      description =
          "how long a new signed manifest lets machines install it (default: ${DEFAULT-VALUE})")
  int days;

  @Option(
      names = "--renew",
      description =
          "sign a new manifest also when there is one: it becomes the newest, which lets machines"
              + " that have seen a newer version go back to this one")
  boolean renew;

  /** The keys; none when nothing is to be signed. A mistake is said before anything is done. */
  List<KeyFile> keys() {
    if (days < 1 || days > DAYS_MAX) {
      throw new CommandFailure(
          ExitCode.USAGE, "--sign-days: %d (expected: 1 to %d)".formatted(days, DAYS_MAX));
    }
    if (renew && files.isEmpty()) {
      throw new CommandFailure(ExitCode.USAGE, "--renew signs: name a key with --sign");
    }
    return files.stream().map(KeyFile::read).toList();
  }

  /** When what is signed now expires. */
  long expiresMillis(long nowMillis) {
    return nowMillis + days * DAY_MILLIS;
  }
}
