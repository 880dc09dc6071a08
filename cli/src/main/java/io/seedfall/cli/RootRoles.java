package io.seedfall.cli;

import io.seedfall.protocol.trust.Delegation;
import io.seedfall.protocol.trust.Role;
import io.seedfall.protocol.trust.TrustKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whose signatures a root document asks for. */
final class RootRoles {
  /** How long a root counts unless told otherwise. */
  static final int DAYS_DEFAULT = 365;

  @Option(
      names = "--root-key",
      paramLabel = "KEY",
      description = "signs root documents: ed25519:..., or a file NAME.pub; can be repeated")
  List<String> rootKeys = new ArrayList<>();

  @Option(
      names = "--root-threshold",
      paramLabel = "N",
      description = "how many of them it takes (default: all of them)")
  int rootThreshold;

  @Option(
      names = "--artifact-key",
      paramLabel = "KEY",
      description = "signs artifacts; can be repeated")
  List<String> artifactKeys = new ArrayList<>();

  @Option(
      names = "--artifact-threshold",
      paramLabel = "N",
      defaultValue = "1",
      description = "how many of them it takes (default: ${DEFAULT-VALUE})")
  int artifactThreshold;

  @Option(
      names = "--delegate",
      paramLabel = "NAMES=N:KEY[,KEY]...",
      description =
          "artifacts of that name (search-* for all names that begin so) are signed by N of these"
              + " keys instead; can be repeated, the first that fits decides")
  List<String> delegations = new ArrayList<>();

  @Option(
      names = "--days",
      paramLabel = "N",
      defaultValue = "" + DAYS_DEFAULT,
      description = "how long machines install by it (default: ${DEFAULT-VALUE})")
  int days;

  /** What was asked for, or what was before. */
  Role root(@Nullable Role before) {
    return rootKeys.isEmpty() && before != null
        ? before
        : role("--root-key", rootKeys, rootThreshold == 0 ? rootKeys.size() : rootThreshold);
  }

  Role artifacts(@Nullable Role before) {
    return artifactKeys.isEmpty() && before != null
        ? before
        : role("--artifact-key", artifactKeys, artifactThreshold);
  }

  List<Delegation> delegations(List<Delegation> before) {
    return delegations.isEmpty()
        ? before
        : delegations.stream().map(RootRoles::delegation).toList();
  }

  long expiresMillis(long nowMillis) {
    if (days < 1 || days > SignOptions.DAYS_MAX) {
      throw new CommandFailure(
          ExitCode.USAGE, "--days: %d (expected: 1 to %d)".formatted(days, SignOptions.DAYS_MAX));
    }
    return nowMillis + days * 86_400_000L;
  }

  private static Role role(String option, List<String> texts, int threshold) {
    List<TrustKey> keys = texts.stream().map(KeyFile::open).toList();
    try {
      return new Role(keys, threshold);
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, option + ": " + e.getMessage(), e);
    }
  }

  private static Delegation delegation(String text) {
    int equals = text.indexOf('=');
    int colon = text.indexOf(':', equals + 1);
    if (equals < 1 || colon < 0 || !text.substring(equals + 1, colon).matches("[0-9]{1,3}")) {
      throw new CommandFailure(
          ExitCode.USAGE, "--delegate: '%s' (expected: NAMES=N:KEY[,KEY]...)".formatted(text));
    }
    int threshold = Integer.parseInt(text.substring(equals + 1, colon));
    List<String> keys = Arrays.asList(text.substring(colon + 1).split(",", -1));
    try {
      return new Delegation(text.substring(0, equals), role("--delegate", keys, threshold));
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, "--delegate: " + e.getMessage(), e);
    }
  }
}
