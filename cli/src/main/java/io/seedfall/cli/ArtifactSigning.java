package io.seedfall.cli;

import io.seedfall.control.ArtifactReference;
import io.seedfall.control.ArtifactView;
import io.seedfall.control.ControlException;
import io.seedfall.control.Problem;
import io.seedfall.control.SeedfallClient;
import io.seedfall.protocol.InfoHash;
import io.seedfall.protocol.metainfo.Metainfo;
import io.seedfall.protocol.metainfo.MetainfoParser;
import io.seedfall.protocol.metainfo.ParsedMetainfo;
import io.seedfall.protocol.trust.Decoded;
import io.seedfall.protocol.trust.Domain;
import io.seedfall.protocol.trust.Manifest;
import io.seedfall.protocol.trust.Signed;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Signs artifacts and stores the signatures with the coordinator. What is signed is what the caller
 * knows of the content, never what the coordinator says of it.
 */
final class ArtifactSigning {
  private final SeedfallClient client;
  private final SignOptions options;
  private final List<KeyFile> keys;

  /** Keys are those of {@code options}, read before. */
  ArtifactSigning(SeedfallClient client, SignOptions options, List<KeyFile> keys) {
    this.client = client;
    this.options = options;
    this.keys = keys;
  }

  /** What is stored, in a form that can be read. */
  record Stored(Signed signed, Manifest manifest) {}

  /** What is signed of that version; null when nothing is. */
  static @Nullable Stored stored(SeedfallClient client, ArtifactReference artifact)
      throws ControlException {
    byte[] document;
    try {
      document = client.signed(artifact);
    } catch (ControlException e) {
      if (e.code().equals(Problem.NOT_SIGNED)) {
        return null;
      }
      throw e;
    }
    if (Signed.decode(document) instanceof Decoded.Value<Signed>(Signed signed)
        && Manifest.decode(signed.document().toBytes())
            instanceof Decoded.Value<Manifest>(Manifest manifest)) {
      return new Stored(signed, manifest);
    }
    throw new CommandFailure(
        ExitCode.REFUSED, "what the coordinator has of %s is no manifest".formatted(artifact));
  }

  /**
   * The content that has this hash, whoever gives its metainfo.
   *
   * @throws CommandFailure when the metainfo is that of something else
   */
  static Metainfo metainfo(SeedfallClient client, InfoHash infoHash) throws ControlException {
    if (MetainfoParser.parseWithInfoHash(client.metainfo(infoHash.hex()))
            instanceof ParsedMetainfo.Valid(Metainfo metainfo)
        && metainfo.infoHash().equals(infoHash)) {
      return metainfo;
    }
    throw new CommandFailure(
        ExitCode.REFUSED, "the coordinator has other metainfo than that of " + infoHash);
  }

  /**
   * Signs this content as that artifact: the manifest that is stored when it is of the same content
   * and counts, else a new one. Does nothing without keys.
   *
   * @return what is signed; null without keys
   */
  @Nullable Manifest sign(ArtifactReference artifact, InfoHash infoHash, long sizeBytes)
      throws ControlException {
    if (keys.isEmpty()) {
      return null;
    }
    long nowMillis = System.currentTimeMillis();
    Stored before = stored(client, artifact);
    long createdMillis = nowMillis;
    if (before != null) {
      Manifest manifest = before.manifest();
      boolean same =
          manifest.name().equals(artifact.name())
              && manifest.version().equals(artifact.version())
              && manifest.infoHash().equals(infoHash)
              && manifest.sizeBytes() == sizeBytes;
      if (!same) {
        throw new CommandFailure(
            ExitCode.REFUSED,
            "%s is signed with other content already, info-hash %s"
                .formatted(artifact, manifest.infoHash()));
      }
      if (!options.renew && nowMillis < manifest.expiresMillis()) {
        store(artifact, Signed.unsigned(before.signed().document().toBytes()));
        return manifest;
      }
      createdMillis = Math.max(nowMillis, manifest.createdMillis() + 1);
    }
    Manifest manifest =
        new Manifest(
            artifact.name(),
            artifact.version(),
            infoHash,
            sizeBytes,
            createdMillis,
            options.expiresMillis(createdMillis));
    store(artifact, Signed.unsigned(manifest.encode()));
    return manifest;
  }

  private void store(ArtifactReference artifact, Signed unsigned) throws ControlException {
    Signed signed = unsigned;
    for (KeyFile key : keys) {
      signed = signed.signedBy(key.key(), key.secret(), Domain.MANIFEST);
    }
    client.addSigned(artifact, signed.encode());
  }

  /** The content that one of our own keys has signed as that artifact; null when none has. */
  @Nullable InfoHash signedBefore(ArtifactReference artifact) throws ControlException {
    Stored before = stored(client, artifact);
    if (before == null
        || !before.manifest().name().equals(artifact.name())
        || !before.manifest().version().equals(artifact.version())
        || before.signed().countOf(keys.stream().map(KeyFile::key).toList(), Domain.MANIFEST)
            == 0) {
      return null;
    }
    return before.manifest().infoHash();
  }

  /** Signs what was hashed here and registered just now. Does nothing without keys. */
  void sign(ArtifactView artifact) throws ControlException {
    if (!keys.isEmpty()) {
      InfoHash infoHash = InfoHash.parse(artifact.infoHash());
      sign(
          new ArtifactReference(artifact.name(), artifact.version()),
          infoHash,
          metainfo(client, infoHash).geometry().totalBytes());
    }
  }

  /**
   * Signs what is registered, if one of our keys has signed it before. Does nothing without keys.
   */
  void signAgain(ArtifactReference artifact) throws ControlException {
    if (keys.isEmpty()) {
      return;
    }
    if (artifact.newest()) {
      throw new CommandFailure(
          ExitCode.USAGE, "%s --sign: which version? %s@VERSION".formatted(artifact, artifact));
    }
    InfoHash infoHash = signedBefore(artifact);
    if (infoHash == null) {
      throw new CommandFailure(
          ExitCode.USAGE,
          "these keys have not signed %s: 'seedfall artifact sign %s' does, with --content or"
                  .formatted(artifact, artifact)
              + " --info-hash");
    }
    sign(artifact, infoHash, metainfo(client, infoHash).geometry().totalBytes());
  }
}
