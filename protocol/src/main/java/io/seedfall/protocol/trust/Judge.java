package io.seedfall.protocol.trust;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Decides what is believed. Every input is an argument, the time among them. */
public final class Judge {
  /** How far the clock of whoever signs may be ahead of ours. */
  public static final long AHEAD_MILLIS_MAX = 600_000;

  private Judge() {}

  /* --------------- Artifacts --------------- */

  /**
   * Whether an artifact may be installed.
   *
   * @param root the newest that is known
   * @param document {@link Signed}, as it came; empty when none did
   * @param artifact what is to be installed
   * @param seen of that name, null when nothing was
   * @param nowMillis epoch
   */
  public static Verdict<Manifest> judge(
      Root root, byte[] document, Artifact artifact, @Nullable Seen seen, long nowMillis) {
    if (nowMillis >= root.expiresMillis()) {
      return refused(
          Refusal.ROOT_EXPIRED,
          "root %d expired at %s: nothing new is installed until there is a newer one ('seedfall root rotate')"
              .formatted(root.version(), time(root.expiresMillis())));
    }
    if (document.length == 0) {
      return refused(
          Refusal.UNSIGNED,
          "%s is not signed: 'seedfall artifact sign %s'".formatted(artifact, artifact));
    }
    Signed signed;
    switch (Signed.decode(document)) {
      case Decoded.Value<Signed>(Signed value) -> signed = value;
      case Decoded.Malformed<Signed>(String reason) -> {
        return malformed(artifact, reason);
      }
    }
    Role role = root.roleOf(artifact.name());
    if (!role.accepts(signed, Domain.MANIFEST)) {
      return refused(
          Refusal.TOO_FEW_SIGNATURES,
          "%s has %s by keys of root %d"
              .formatted(artifact, role.count(signed, Domain.MANIFEST), root.version()));
    }
    return switch (Manifest.decode(signed.document().toBytes())) {
      case Decoded.Value<Manifest>(Manifest manifest) ->
          compared(manifest, artifact, seen, nowMillis);
      case Decoded.Malformed<Manifest>(String reason) -> malformed(artifact, reason);
    };
  }

  private static Verdict<Manifest> malformed(Artifact artifact, String reason) {
    return refused(
        Refusal.MALFORMED, "what %s is signed with means nothing: %s".formatted(artifact, reason));
  }

  private static Verdict<Manifest> compared(
      Manifest manifest, Artifact artifact, @Nullable Seen seen, long nowMillis) {
    if (!manifest.name().equals(artifact.name())
        || !manifest.version().equals(artifact.version())) {
      return refused(
          Refusal.RENAMED,
          "%s comes with the signed manifest of %s@%s"
              .formatted(artifact, manifest.name(), manifest.version()));
    }
    if (!manifest.infoHash().equals(artifact.infoHash())) {
      return refused(
          Refusal.OTHER_CONTENT,
          "%s is signed with info-hash %s, and this is %s"
              .formatted(artifact, manifest.infoHash(), artifact.infoHash()));
    }
    if (manifest.sizeBytes() != artifact.sizeBytes()) {
      return refused(
          Refusal.OTHER_SIZE,
          "%s is signed with %d bytes, and this has %d"
              .formatted(artifact, manifest.sizeBytes(), artifact.sizeBytes()));
    }
    if (nowMillis >= manifest.expiresMillis()) {
      return refused(
          Refusal.EXPIRED,
          "the signed manifest of %s expired at %s: 'seedfall artifact sign %s --renew'"
              .formatted(artifact, time(manifest.expiresMillis()), artifact));
    }
    if (manifest.createdMillis() - nowMillis > AHEAD_MILLIS_MAX) {
      return refused(
          Refusal.FROM_THE_FUTURE,
          "the signed manifest of %s is of %s, which is not yet: compare the clocks"
              .formatted(artifact, time(manifest.createdMillis())));
    }
    return older(manifest, seen)
        ? refused(
            Refusal.OLDER,
            "the signed manifest of %s is of %s, and %s of %s was seen here: 'seedfall artifact sign %s --renew' makes it the newest"
                .formatted(
                    artifact,
                    time(manifest.createdMillis()),
                    seen == null ? "" : seen.version(),
                    time(seen == null ? 0 : seen.createdMillis()),
                    artifact))
        : new Verdict.Accepted<>(manifest);
  }

  /** Of two that were made in the same moment none is the newer one: the first stays. */
  private static boolean older(Manifest manifest, @Nullable Seen seen) {
    if (seen == null) {
      return false;
    }
    boolean same =
        manifest.version().equals(seen.version()) && manifest.infoHash().equals(seen.infoHash());
    if (same && !seen.manifestKnown()) {
      return false;
    }
    return manifest.createdMillis() < seen.createdMillis()
        || (manifest.createdMillis() == seen.createdMillis() && !same);
  }

  /* --------------- Roots --------------- */

  /** Whether a root that somebody was given is whole: enough of its own keys have signed it. */
  public static Verdict<Root> anchor(byte[] document) {
    return root(document, null);
  }

  /** Whether a root comes right after {@code current}: is signed by its keys and by its own. */
  public static Verdict<Root> next(Root current, byte[] document) {
    return root(document, current);
  }

  private static Verdict<Root> root(byte[] document, @Nullable Root current) {
    Signed signed;
    switch (Signed.decode(document)) {
      case Decoded.Value<Signed>(Signed value) -> signed = value;
      case Decoded.Malformed<Signed>(String reason) -> {
        return refused(Refusal.MALFORMED, "that is no root: " + reason);
      }
    }
    return switch (Root.decode(signed.document().toBytes())) {
      case Decoded.Value<Root>(Root root) -> root(signed, root, current);
      case Decoded.Malformed<Root>(String reason) ->
          refused(Refusal.MALFORMED, "that is no root: " + reason);
    };
  }

  private static Verdict<Root> root(Signed signed, Root root, @Nullable Root current) {
    if (current != null && root.version() != current.version() + 1) {
      return refused(
          Refusal.ROOT_OUT_OF_ORDER,
          "root %d is offered, and root %d must come first"
              .formatted(root.version(), current.version() + 1));
    }
    if (current != null && !current.root().accepts(signed, Domain.ROOT)) {
      return tooFew(root, current, signed);
    }
    return root.root().accepts(signed, Domain.ROOT)
        ? new Verdict.Accepted<>(root)
        : tooFew(root, root, signed);
  }

  private static Verdict<Root> tooFew(Root root, Root by, Signed signed) {
    return refused(
        Refusal.TOO_FEW_SIGNATURES,
        "root %d has %s by root keys of root %d"
            .formatted(root.version(), by.root().count(signed, Domain.ROOT), by.version()));
  }

  private static String time(long millis) {
    return Instant.ofEpochMilli(millis).toString();
  }

  private static <T> Verdict<T> refused(Refusal refusal, String why) {
    return new Verdict.Refused<>(refusal, why);
  }
}
