package io.seedfall.simulator.fleet;

import io.seedfall.planner.Contact;
import io.seedfall.protocol.InfoHash;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/** What an agent was told about each content: whom to know for it, and whether it may move. */
final class Neighbourhood {
  /** The word to seed it, among the deployments. */
  private static final String SEED = "";

  private final TreeMap<InfoHash, TreeMap<String, List<Contact>>> lists = new TreeMap<>();

  /** What was said last stands last. */
  private final TreeMap<InfoHash, LinkedHashMap<String, Boolean>> paused = new TreeMap<>();

  void clear() {
    lists.clear();
    paused.clear();
  }

  void list(InfoHash infoHash, String deployment, List<Contact> contacts) {
    lists.computeIfAbsent(infoHash, _ -> new TreeMap<>()).put(deployment, contacts);
  }

  void pause(InfoHash infoHash, String deployment, boolean now) {
    LinkedHashMap<String, Boolean> words =
        paused.computeIfAbsent(infoHash, _ -> new LinkedHashMap<>());
    words.remove(deployment);
    words.put(deployment, now);
  }

  void seed(InfoHash infoHash, List<Contact> contacts, boolean now) {
    list(infoHash, SEED, contacts);
    if (contacts.isEmpty()) {
      paused.getOrDefault(infoHash, new LinkedHashMap<>()).remove(SEED);
    } else {
      pause(infoHash, SEED, now);
    }
  }

  void forget(InfoHash infoHash, String deployment) {
    lists.getOrDefault(infoHash, new TreeMap<>()).remove(deployment);
    paused.getOrDefault(infoHash, new LinkedHashMap<>()).remove(deployment);
  }

  /** It is not here any more. */
  void drop(InfoHash infoHash) {
    lists.remove(infoHash);
    paused.remove(infoHash);
  }

  /** Whether anything was said about it. */
  boolean knows(InfoHash infoHash) {
    return lists.containsKey(infoHash);
  }

  boolean lists(InfoHash infoHash, Peer other) {
    TreeMap<String, List<Contact>> known = lists.get(infoHash);
    if (known != null) {
      for (List<Contact> list : known.values()) {
        for (Contact contact : list) {
          if (Peer.isMeant(contact, other)) {
            return true;
          }
        }
      }
    }
    return false;
  }

  /**
   * Whether its bytes move: the fastest word counts of those at work and the one to seed; when
   * nobody is at work, the last one.
   */
  boolean moves(InfoHash infoHash, Predicate<String> isAtWork) {
    LinkedHashMap<String, Boolean> words = paused.get(infoHash);
    if (words == null || words.isEmpty()) {
      return true;
    }
    if (words.keySet().stream().noneMatch(isAtWork)) {
      return !words.lastEntry().getValue();
    }
    for (Map.Entry<String, Boolean> word : words.entrySet()) {
      boolean counts = word.getKey().equals(SEED) || isAtWork.test(word.getKey());
      if (counts && !word.getValue()) {
        return true;
      }
    }
    return false;
  }
}
