package io.seedfall.protocol.metainfo;

import io.seedfall.protocol.bencode.BencodeDictionary;
import io.seedfall.protocol.bencode.BencodeEncoder;
import io.seedfall.protocol.bencode.BencodeList;
import io.seedfall.protocol.bencode.BencodeString;
import io.seedfall.protocol.bencode.BencodeValue;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a torrent file says around its info dictionary about where to find the content. Nothing of
 * it is covered by the info-hash, so it is advice: what is no URL, or beyond a limit, counts as not
 * said.
 *
 * @param trackers tiers of tracker URLs (BEP 12); {@code announce} alone is one tier of one
 * @param webSeeds URLs of servers that have the content (BEP 19)
 */
record OuterDictionary(List<List<String>> trackers, List<String> webSeeds) {
  static final OuterDictionary NOTHING = new OuterDictionary(List.of(), List.of());

  static final String ANNOUNCE = "announce";
  static final String ANNOUNCE_LIST = "announce-list";
  static final String URL_LIST = "url-list";

  /**
   * Copies the lists.
   *
   * @throws IllegalArgumentException when one of them holds what is no URL, or too many
   */
  OuterDictionary {
    trackers = trackers.stream().map(List::copyOf).filter(tier -> !tier.isEmpty()).toList();
    webSeeds = List.copyOf(webSeeds);
    List<String> all = new ArrayList<>();
    trackers.forEach(all::addAll);
    check("trackers", all, Metainfo.TRACKERS_MAX);
    check("web seeds", webSeeds, Metainfo.WEB_SEEDS_MAX);
  }

  private static void check(String what, List<String> urls, int max) {
    if (urls.size() > max) {
      throw new IllegalArgumentException(
          what + ": " + urls.size() + " (expected: at most " + max + ")");
    }
    for (String url : urls) {
      if (!Urls.isUrl(url)) {
        throw new IllegalArgumentException(what + ": '" + url + "' is no URL");
      }
    }
  }

  static OuterDictionary read(BencodeDictionary torrent) {
    List<List<String>> tiers = new ArrayList<>();
    int room = Metainfo.TRACKERS_MAX;
    if (torrent.get(ANNOUNCE_LIST) instanceof BencodeList(List<BencodeValue> said)) {
      for (BencodeValue tier : said) {
        List<String> urls = urls(tier, room);
        room -= urls.size();
        tiers.add(urls);
      }
    }
    tiers.removeIf(List::isEmpty);
    if (tiers.isEmpty()) { // BEP 12: announce counts only without a list
      tiers.add(urls(torrent.get(ANNOUNCE), 1));
    }
    return new OuterDictionary(tiers, urls(torrent.get(URL_LIST), Metainfo.WEB_SEEDS_MAX));
  }

  /** The URLs among one string or a list of them, each once. */
  private static List<String> urls(@Nullable BencodeValue said, int max) {
    List<BencodeValue> values =
        switch (said) {
          case BencodeList(List<BencodeValue> list) -> list;
          case null -> List.of();
          case BencodeValue one -> List.of(one);
        };
    List<String> urls = new ArrayList<>();
    for (BencodeValue value : values) {
      String url = value instanceof BencodeString text ? text.asText() : null;
      if (url != null && Urls.isUrl(url) && !urls.contains(url) && urls.size() < max) {
        urls.add(url);
      }
    }
    return urls;
  }

  /** A torrent file of this, an info dictionary as it came, and piece layers unless it is v1. */
  byte[] torrentBytes(byte[] infoBytes, @Nullable BencodeDictionary pieceLayers) {
    List<byte[]> parts = new ArrayList<>(); // keys in their order
    parts.add(ascii("d"));
    if (!trackers.isEmpty()) {
      put(parts, ANNOUNCE, BencodeString.of(trackers.getFirst().getFirst()));
    }
    if (trackers.size() > 1 || (trackers.size() == 1 && trackers.getFirst().size() > 1)) {
      put(
          parts,
          ANNOUNCE_LIST,
          new BencodeList(trackers.stream().map(OuterDictionary::list).toList()));
    }
    parts.add(ascii("4:info"));
    parts.add(infoBytes);
    if (pieceLayers != null) {
      put(parts, Metainfo.PIECE_LAYERS, pieceLayers);
    }
    if (!webSeeds.isEmpty()) {
      put(parts, URL_LIST, list(webSeeds));
    }
    parts.add(ascii("e"));
    int length = 0;
    for (byte[] part : parts) {
      length = Math.addExact(length, part.length);
    }
    ByteBuffer torrent = ByteBuffer.allocate(length);
    parts.forEach(torrent::put);
    return torrent.array();
  }

  private static void put(List<byte[]> parts, String key, BencodeValue value) {
    parts.add(BencodeEncoder.encode(BencodeString.of(key)));
    parts.add(BencodeEncoder.encode(value));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static BencodeValue list(List<String> texts) {
    return new BencodeList(texts.stream().<BencodeValue>map(BencodeString::of).toList());
  }
}
