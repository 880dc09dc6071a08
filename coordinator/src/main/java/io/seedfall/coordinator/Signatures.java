package io.seedfall.coordinator;

import io.seedfall.control.ArtifactReference;
import io.seedfall.control.Problem;
import io.seedfall.control.SignedDocument;
import io.seedfall.protocol.trust.Decoded;
import io.seedfall.protocol.trust.Domain;
import io.seedfall.protocol.trust.Judge;
import io.seedfall.protocol.trust.Manifest;
import io.seedfall.protocol.trust.Root;
import io.seedfall.protocol.trust.Signed;
import io.seedfall.protocol.trust.Verdict;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what publishers signed, for the machines that ask for it. What is checked here is checked
 * so that mistakes are said to who makes them: machines with roots of their own believe nothing
 * that the coordinator says.
 *
 * <p>Reads from any thread that may block; writes from the control loop's.
 */
final class Signatures {
  /** The most roots that are stored. */
  static final int ROOTS_MAX = 1_024;

  private final Store store;

  Signatures(Store store) {
    this.store = store;
  }

  /** What is signed of that version; null when nothing is. */
  byte @Nullable [] of(ArtifactReference artifact) {
    return store.read(handle -> SignedRows.find(handle, artifact).orElse(null));
  }

  /** The same as it is said to machines: empty when nothing is. */
  String said(String name, String version) {
    byte[] document = of(new ArtifactReference(name, version));
    return document == null ? "" : SignedDocument.of(document).document();
  }

  /** The root of that version; null when there is none. */
  byte @Nullable [] root(long version) {
    return store.read(handle -> SignedRows.root(handle, version).orElse(null));
  }

  /** The newest root; null when there is none. */
  byte @Nullable [] newestRoot() {
    return store.read(handle -> SignedRows.newestRoot(handle).orElse(null));
  }

  /* --------------- Signatures of artifacts --------------- */

  /** Adds signatures to what is stored, or puts a newer manifest in its place. */
  byte[] add(StoredArtifact artifact, byte[] document) {
    Signed offered = signed(document);
    Manifest manifest = manifest(offered);
    if (!manifest.name().equals(artifact.name())
        || !manifest.version().equals(artifact.version())
        || !manifest.infoHash().equals(artifact.infoHash())
        || manifest.sizeBytes() != artifact.content().sizeBytes()) {
      throw refused("the manifest is not that of " + artifact.name() + "@" + artifact.version());
    }
    requireKnownKeys(artifact.name(), offered);
    ArtifactReference reference = new ArtifactReference(artifact.name(), artifact.version());
    byte[] before = of(reference);
    byte[] after = before == null ? document : merged(signed(before), offered, manifest).encode();
    if (!Arrays.equals(before, after)) {
      store.write(handle -> SignedRows.put(handle, reference, after));
    }
    return after;
  }

  private static Signed merged(Signed stored, Signed offered, Manifest newer) {
    if (stored.document().equals(offered.document())) {
      try {
        return stored.with(offered);
      } catch (IllegalArgumentException e) {
        throw new RequestRefused(
            409, Problem.LIMIT_REACHED, Signed.SIGNATURES_MAX + " signatures are stored already");
      }
    }
    if (newer.createdMillis() <= manifest(stored).createdMillis()) {
      throw refused(
          "a manifest of %s@%s that was created later is stored"
              .formatted(newer.name(), newer.version()));
    }
    return offered;
  }

  /** When there is a root, nobody else's signatures are stored. */
  private void requireKnownKeys(String name, Signed offered) {
    byte[] newest = newestRoot();
    boolean known =
        newest == null
            || offered.countOf(root(newest).roleOf(name).keys(), Domain.MANIFEST)
                == offered.signatures().size();
    if (!known || offered.signatures().isEmpty()) {
      throw refused("it is not signed by keys that the newest root has for " + name);
    }
  }

  /* --------------- Roots --------------- */

  /** Stores the first root, or the next; the newest again is no change. */
  void addRoot(byte[] document) {
    byte[] newest = newestRoot();
    if (Arrays.equals(newest, document)) {
      return;
    }
    Verdict<Root> verdict =
        newest == null ? Judge.anchor(document) : Judge.next(root(newest), document);
    switch (verdict) {
      case Verdict.Refused<Root> refused -> throw refused(refused.why());
      case Verdict.Accepted<Root>(Root root) -> {
        if (store.read(SignedRows::rootCount) >= ROOTS_MAX) {
          throw new RequestRefused(
              409, Problem.LIMIT_REACHED, ROOTS_MAX + " roots are stored, more is not allowed");
        }
        store.write(handle -> SignedRows.putRoot(handle, root.version(), document));
      }
    }
  }

  /* --------------- Bytes --------------- */

  private static Root root(byte[] stored) {
    return switch (Root.decode(signed(stored).document().toBytes())) {
      case Decoded.Value<Root>(Root root) -> root;
      case Decoded.Malformed<Root>(String reason) -> throw refused("no root: " + reason);
    };
  }

  private static Signed signed(byte[] document) {
    return switch (Signed.decode(document)) {
      case Decoded.Value<Signed>(Signed signed) -> signed;
      case Decoded.Malformed<Signed>(String reason) ->
          throw refused("no signed document: " + reason);
    };
  }

  private static Manifest manifest(Signed signed) {
    return switch (Manifest.decode(signed.document().toBytes())) {
      case Decoded.Value<Manifest>(Manifest manifest) -> manifest;
      case Decoded.Malformed<Manifest>(String reason) -> throw refused("no manifest: " + reason);
    };
  }

  private static RequestRefused refused(String why) {
    return new RequestRefused(409, Problem.BAD_SIGNATURE, why);
  }
}
