package io.seedfall.protocol.trust;

import io.seedfall.protocol.Hash256;
import io.seedfall.protocol.bencode.BencodeDictionary;
import io.seedfall.protocol.bencode.BencodeEncoder;
import io.seedfall.protocol.bencode.BencodeList;
import io.seedfall.protocol.bencode.BencodeString;
import io.seedfall.protocol.bencode.BencodeValue;
import java.security.PrivateKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A document and its signatures, of which there can be several: by different keys, at different
 * times. What is in it is as good as who signed it, and may be nonsense.
 *
 * @param document the bytes that are signed, behind the words of their {@link Domain}
 * @param signatures by the ids of their keys
 */
public record Signed(BencodeString document, SortedMap<Hash256, BencodeString> signatures) {
  /** The most bytes of all of it. */
  public static final int BYTES_MAX = 32 << 10;

  /** The most signatures: as many as the old root and the new one can have keys. */
  public static final int SIGNATURES_MAX = 2 * Root.KEYS_MAX;

  /** Checks the limits. */
  public Signed {
    if (document.length() > Root.BYTES_MAX || signatures.size() > SIGNATURES_MAX) {
      throw new IllegalArgumentException(
          "document: %d bytes, %d signatures (expected: at most %d, %d)"
              .formatted(document.length(), signatures.size(), Root.BYTES_MAX, SIGNATURES_MAX));
    }
    signatures = Collections.unmodifiableSortedMap(new TreeMap<>(signatures));
  }

  /** A document that nobody has signed yet. */
  public static Signed unsigned(byte[] document) {
    return new Signed(BencodeString.of(document), new TreeMap<>());
  }

  /** Reads it in its only form. */
  public static Decoded<Signed> decode(byte[] bytes) {
    try {
      Fields fields = Fields.read(bytes, BYTES_MAX, "signatures", "signed");
      TreeMap<Hash256, BencodeString> signatures = new TreeMap<>();
      for (BencodeValue value : fields.list("signatures", SIGNATURES_MAX)) {
        Fields one = Fields.of(value, "key", "signature");
        Hash256 key = one.hash("key");
        if (!signatures.isEmpty() && key.compareTo(signatures.lastKey()) <= 0) {
          throw new Unreadable("signatures (expected: ascending by key, one of each)");
        }
        signatures.put(
            key, one.bytes("signature", TrustKey.SIGNATURE_BYTES, TrustKey.SIGNATURE_BYTES));
      }
      return new Decoded.Value<>(new Signed(fields.bytes("signed", 1, Root.BYTES_MAX), signatures));
    } catch (Unreadable e) {
      return new Decoded.Malformed<>(e.why());
    }
  }

  /** Its only form. */
  public byte[] encode() {
    List<BencodeValue> list = new ArrayList<>();
    signatures.forEach((key, signature) ->
        list.add(
            BencodeDictionary.builder()
                .put("key", BencodeString.of(key.toBytes()))
                .put("signature", signature)
                .build()));
    return BencodeEncoder.encode(
        BencodeDictionary.builder()
            .put("signatures", new BencodeList(list))
            .put("signed", document)
            .build());
  }

  /** The same with one more signature. */
  public Signed signedBy(TrustKey key, PrivateKey secret, Domain domain) {
    BencodeString signature = TrustKey.sign(secret, domain, document.toBytes());
    if (!key.verifies(domain, document.toBytes(), signature)) {
      throw new IllegalArgumentException("the private key is not that of " + key);
    }
    TreeMap<Hash256, BencodeString> more = new TreeMap<>(signatures);
    more.put(key.id(), signature);
    return new Signed(document, more);
  }

  /**
   * The same with the signatures of another, which must be of the same document; where both have
   * one of the same key, the other's.
   */
  public Signed with(Signed other) {
    if (!document.equals(other.document)) {
      throw new IllegalArgumentException("signatures of another document");
    }
    TreeMap<Hash256, BencodeString> both = new TreeMap<>(signatures);
    both.putAll(other.signatures);
    return new Signed(document, both);
  }

  /**
   * How many of these keys have signed it. A key that is named twice counts once; whoever else
   * signed it does not matter.
   */
  public int countOf(Collection<TrustKey> keys, Domain domain) {
    byte[] bytes = document.toBytes();
    int count = 0;
    for (TrustKey key : new TreeSet<>(keys)) {
      BencodeString signature = signatures.get(key.id());
      if (signature != null && key.verifies(domain, bytes, signature)) {
        count++;
      }
    }
    return count;
  }
}
