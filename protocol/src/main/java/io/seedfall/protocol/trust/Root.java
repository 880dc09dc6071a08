package io.seedfall.protocol.trust;

import io.seedfall.protocol.bencode.BencodeDictionary;
import io.seedfall.protocol.bencode.BencodeEncoder;
import io.seedfall.protocol.bencode.BencodeList;
import io.seedfall.protocol.bencode.BencodeValue;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Which keys count. A machine begins with one that its operator gave it, and takes from the network
 * only the next, signed by both the old one's keys and its own.
 *
 * @param version 1, 2, 3...
 * @param expiresMillis from when on nothing new is installed by it, epoch
 * @param root who signs root documents
 * @param artifacts who signs artifacts that are not delegated
 * @param delegations who signs others: the first whose pattern covers an artifact's name, alone
 */
public record Root(
    long version, long expiresMillis, Role root, Role artifacts, List<Delegation> delegations) {
  /** The most bytes of a root document, without signatures. */
  public static final int BYTES_MAX = 23 << 10;

  /** The most keys of one role. */
  public static final int KEYS_MAX = 32;

  /** The most delegations. */
  public static final int DELEGATIONS_MAX = 32;

  private static final String TYPE = "root";

  /** Checks the ranges. */
  public Root {
    delegations = List.copyOf(delegations);
    if (version < 1 || expiresMillis < 0 || delegations.size() > DELEGATIONS_MAX) {
      throw new IllegalArgumentException(
          "version: %d, expiresMillis: %d, %d delegations (expected: >= 1, >= 0, at most %d)"
              .formatted(version, expiresMillis, delegations.size(), DELEGATIONS_MAX));
    }
    Set<String> patterns = new LinkedHashSet<>();
    for (Delegation delegation : delegations) {
      if (!patterns.add(delegation.pattern())) {
        throw new IllegalArgumentException(
            "delegation: " + delegation.pattern() + ", twice (expected: once)");
      }
    }
    int bytes = encode(version, expiresMillis, root, artifacts, delegations).length;
    if (bytes > BYTES_MAX) {
      throw new IllegalArgumentException(
          "root: %d bytes of keys (expected: at most %d)".formatted(bytes, BYTES_MAX));
    }
  }

  /** Who signs that artifact. */
  public Role roleOf(String artifact) {
    for (Delegation delegation : delegations) {
      if (delegation.covers(artifact)) {
        return delegation.role();
      }
    }
    return artifacts;
  }

  /** Reads it in its only form. Whether it is to be believed, {@link Judge} knows. */
  public static Decoded<Root> decode(byte[] bytes) {
    try {
      Fields fields =
          Fields.read(
              bytes, BYTES_MAX, "artifacts", "delegations", "expires", "root", "type", "version");
      fields.type(TYPE);
      List<Delegation> delegations = new ArrayList<>();
      for (BencodeValue value : fields.list("delegations", DELEGATIONS_MAX)) {
        delegations.add(Delegation.read(value));
      }
      return new Decoded.Value<>(
          new Root(
              fields.number("version", 1),
              fields.number("expires", 0),
              Role.read(fields.fields("root", "keys", "threshold")),
              Role.read(fields.fields("artifacts", "keys", "threshold")),
              delegations));
    } catch (Unreadable e) {
      return new Decoded.Malformed<>(e.why());
    } catch (IllegalArgumentException e) {
      return new Decoded.Malformed<>(String.valueOf(e.getMessage())); // a pattern is there twice
    }
  }

  /** Its only form: what is signed. */
  public byte[] encode() {
    return encode(version, expiresMillis, root, artifacts, delegations);
  }

  private static byte[] encode(
      long version, long expiresMillis, Role root, Role artifacts, List<Delegation> delegations) {
    List<BencodeValue> list = new ArrayList<>();
    delegations.forEach(delegation -> list.add(delegation.write()));
    return BencodeEncoder.encode(
        BencodeDictionary.builder()
            .put("artifacts", artifacts.write().build())
            .put("delegations", new BencodeList(list))
            .put("expires", expiresMillis)
            .put("root", root.write().build())
            .put("type", TYPE)
            .put("version", version)
            .build());
  }
}
