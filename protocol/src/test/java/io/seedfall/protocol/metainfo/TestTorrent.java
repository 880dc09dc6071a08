package io.seedfall.protocol.metainfo;

import io.seedfall.protocol.Hash256;
import io.seedfall.protocol.bencode.BencodeDictionary;
import io.seedfall.protocol.bencode.BencodeEncoder;
import io.seedfall.protocol.bencode.BencodeInteger;
import io.seedfall.protocol.bencode.BencodeString;
import io.seedfall.protocol.bencode.BencodeValue;
import io.seedfall.protocol.merkle.MerkleTree;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A torrent file of which a test changes what it likes: right to begin with. */
final class TestTorrent {
  static final int LEAF = MerkleTree.LEAF_BYTES;

  private final TreeMap<String, BencodeValue> top = new TreeMap<>();
  private final TreeMap<String, BencodeValue> info = new TreeMap<>();
  private final TreeMap<BencodeString, BencodeValue> layers = new TreeMap<>();
  private boolean hasLayers = true;

  /** One file "a" of one byte in pieces of 16 KiB. */
  TestTorrent() {
    info.put("meta version", new BencodeInteger(2));
    info.put("name", BencodeString.of("a"));
    info.put("piece length", new BencodeInteger(LEAF));
    tree(directory("a", file(1, hash(1))));
  }

  TestTorrent info(String key, @Nullable BencodeValue value) {
    if (value == null) {
      info.remove(key);
    } else {
      info.put(key, value);
    }
    return this;
  }

  TestTorrent top(String key, BencodeValue value) {
    top.put(key, value);
    return this;
  }

  TestTorrent tree(BencodeValue tree) {
    return info("file tree", tree);
  }

  TestTorrent layer(BencodeString root, BencodeValue layer) {
    layers.put(root, layer);
    return this;
  }

  /** Adds a right layer of some hashes; its root. */
  Hash256 layer(int pieceLayer, int pieces) {
    byte[] row = new byte[pieces * Hash256.BYTES];
    for (int i = 0; i < pieces; i++) {
      row[i * Hash256.BYTES] = (byte) (i + 1);
    }
    Hash256 root = MerkleTree.of(row, pieceLayer).root();
    layer(BencodeString.of(root.toBytes()), BencodeString.of(row));
    return root;
  }

  TestTorrent withoutLayers() {
    hasLayers = false;
    return this;
  }

  byte[] bytes() {
    TreeMap<String, BencodeValue> all = new TreeMap<>();
    all.put("info", dictionary(info));
    BencodeDictionary.Builder encodedLayers = BencodeDictionary.builder();
    layers.forEach(encodedLayers::put);
    if (hasLayers) {
      all.put("piece layers", encodedLayers.build());
    }
    all.putAll(top);
    return BencodeEncoder.encode(dictionary(all));
  }

  ParsedMetainfo parse() {
    return MetainfoParser.parse(bytes());
  }

  Metainfo valid() {
    return switch (parse()) {
      case ParsedMetainfo.Valid(Metainfo metainfo) -> metainfo;
      case ParsedMetainfo.Invalid(String reason) -> throw new AssertionError(reason);
    };
  }

  String reason() {
    return switch (parse()) {
      case ParsedMetainfo.Valid(Metainfo metainfo) -> "valid: " + metainfo;
      case ParsedMetainfo.Invalid(String reason) -> reason;
    };
  }

  static BencodeDictionary file(long length, @Nullable Hash256 root) {
    BencodeDictionary.Builder facts = BencodeDictionary.builder().put("length", length);
    if (root != null) {
      facts.put("pieces root", BencodeString.of(root.toBytes()));
    }
    return BencodeDictionary.builder().put("", facts.build()).build();
  }

  static BencodeDictionary directory(Object... namesAndEntries) {
    BencodeDictionary.Builder entries = BencodeDictionary.builder();
    for (int i = 0; i < namesAndEntries.length; i += 2) {
      BencodeValue entry = (BencodeValue) namesAndEntries[i + 1];
      switch (namesAndEntries[i]) {
        case BencodeString name -> entries.put(name, entry);
        case Object name -> entries.put(name.toString(), entry);
      }
    }
    return entries.build();
  }

  /** A file at a path of these names. */
  static BencodeDictionary at(List<String> path) {
    BencodeDictionary tree = file(1, hash(1));
    for (String name : path.reversed()) {
      tree = directory(name, tree);
    }
    return tree;
  }

  static Hash256 hash(int first) {
    byte[] bytes = new byte[Hash256.BYTES];
    Arrays.fill(bytes, (byte) first);
    return Hash256.of(bytes);
  }

  private static BencodeDictionary dictionary(Map<String, BencodeValue> entries) {
    BencodeDictionary.Builder builder = BencodeDictionary.builder();
    entries.forEach(builder::put);
    return builder.build();
  }
}
