package io.seedfall.protocol.trust;

import io.seedfall.protocol.InfoHash;
import io.seedfall.protocol.bencode.BencodeDictionary;
import io.seedfall.protocol.bencode.BencodeEncoder;
import io.seedfall.protocol.bencode.BencodeString;

/**
 * What a publisher says of one version of an artifact: that this content is it, from when on and
 * until when. The one that was created last is the one that is meant.
 *
 * @param name of the artifact
 * @param version of it
 * @param infoHash of the content
 * @param sizeBytes bytes of all files
 * @param createdMillis when it was made, epoch
 * @param expiresMillis from when on nothing is installed by it, epoch
 */
public record Manifest(
    String name,
    String version,
    InfoHash infoHash,
    long sizeBytes,
    long createdMillis,
    long expiresMillis) {
  /** The most bytes of a manifest, without signatures. */
  public static final int BYTES_MAX = 1 << 10;

  /** The most characters of a name or a version. */
  public static final int NAME_CHARS_MAX = 128;

  private static final String TYPE = "manifest";

  /** Checks the ranges. */
  public Manifest {
    if (!isName(name) || !isName(version)) {
      throw new IllegalArgumentException("artifact: '%s@%s'".formatted(name, version));
    }
    if (sizeBytes < 0 || createdMillis < 0 || expiresMillis <= createdMillis) {
      throw new IllegalArgumentException(
          "sizeBytes: %d, createdMillis: %d, expiresMillis: %d (expected: >= 0, >= 0, later)"
              .formatted(sizeBytes, createdMillis, expiresMillis));
    }
  }

  /** Letters, digits and {@code . _ -}, the first a letter or a digit. */
  static boolean isName(String text) {
    return text.length() <= NAME_CHARS_MAX && text.matches("[A-Za-z0-9][A-Za-z0-9._-]*");
  }

  /** Reads it in its only form. */
  public static Decoded<Manifest> decode(byte[] bytes) {
    try {
      Fields fields =
          Fields.read(
              bytes,
              BYTES_MAX,
              "created",
              "expires",
              "info-hash",
              "name",
              "size",
              "type",
              "version");
      fields.type(TYPE);
      String name = fields.text("name");
      String version = fields.text("version");
      if (!isName(name) || !isName(version)) {
        throw new Unreadable("name and version (expected: letters, digits, . _ -)");
      }
      long created = fields.number("created", 0);
      long expires = fields.number("expires", 0);
      if (expires <= created) {
        throw new Unreadable("it expires before it was created");
      }
      return new Decoded.Value<>(
          new Manifest(
              name,
              version,
              new InfoHash(fields.hash("info-hash")),
              fields.number("size", 0),
              created,
              expires));
    } catch (Unreadable e) {
      return new Decoded.Malformed<>(e.why());
    }
  }

  /** Its only form: what is signed. */
  public byte[] encode() {
    return BencodeEncoder.encode(
        BencodeDictionary.builder()
            .put("created", createdMillis)
            .put("expires", expiresMillis)
            .put("info-hash", BencodeString.of(infoHash.hash().toBytes()))
            .put("name", name)
            .put("size", sizeBytes)
            .put("type", TYPE)
            .put("version", version)
            .build());
  }
}
