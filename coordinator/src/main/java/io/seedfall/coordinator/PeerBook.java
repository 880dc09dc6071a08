package io.seedfall.coordinator;

import io.seedfall.protocol.CompactEndpoints;
import io.seedfall.protocol.Endpoint;
import io.seedfall.protocol.WireHash;
import io.seedfall.protocol.tracker.AnnounceEvent;
import io.seedfall.protocol.tracker.AnnounceRequest;
import io.seedfall.protocol.tracker.AnnounceResponse;
import io.seedfall.protocol.tracker.SwarmCounts;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Who is in which swarm: what a tracker knows. Time and randomness are arguments; whoever was not
 * heard of for too long is forgotten at the next call, whatever that asks for.
 *
 * <pre>
 *   unknown --any event but STOPPED, while there is room--> known --STOPPED, or silence--> unknown
 * </pre>
 *
 * <p>Not for several threads: {@link Tracker} owns it.
 */
final class PeerBook {
  /**
   * The tracker's numbers.
   *
   * @param swarmsMax torrents at once
   * @param peersMax peers of all swarms together
   * @param peersPerSwarmMax peers of one swarm
   * @param peersPerAddressMax peers of all swarms that announce themselves from one address
   * @param answerMax peers in one answer
   * @param answerDefault peers in an answer to a client that leaves it open
   * @param intervalSeconds when a client is to announce itself again
   * @param minIntervalSeconds how early it may
   * @param silenceMillis after how long without an announcement a peer is forgotten
   */
  record Limits(
      int swarmsMax,
      int peersMax,
      int peersPerSwarmMax,
      int peersPerAddressMax,
      int answerMax,
      int answerDefault,
      int intervalSeconds,
      int minIntervalSeconds,
      long silenceMillis) {
    /** Silence is two intervals and a minute: one announcement may be lost. */
    static final Limits DEFAULTS =
        new Limits(10_000, 200_000, 10_000, 1_024, 200, 50, 300, 30, 660_000);
  }

  /** A place in a swarm; the same client in two swarms has two. */
  private record Name(WireHash torrent, Endpoint endpoint) {}

  private static final class Member {
    private final Name name;
    private final Swarm swarm;
    private final boolean fitsV4;
    private int index;
    private boolean seed;
    private long heardMillis;

    Member(Name name, Swarm swarm) {
      this.name = name;
      this.swarm = swarm;
      this.fitsV4 = CompactEndpoints.V4.fits(name.endpoint());
    }
  }

  /** One torrent's peers, in any order. */
  private static final class Swarm {
    private final List<Member> members = new ArrayList<>();
    private int seeds;
    private int downloaded;

    void swap(int one, int other) {
      Collections.swap(members, one, other);
      members.get(one).index = one;
      members.get(other).index = other;
    }

    int leeches() {
      return members.size() - seeds;
    }
  }

  private final Limits limits;
  private final Map<WireHash, Swarm> swarms = new LinkedHashMap<>();

  /** Every peer; whose last announcement is the oldest comes first. */
  private final Map<Name, Member> members = new LinkedHashMap<>();

  private final Map<String, Integer> perAddress = new LinkedHashMap<>();

  PeerBook(Limits limits) {
    this.limits = limits;
  }

  /**
   * Takes an announcement and names other peers, drawn at random; to a seed no seeds.
   *
   * @param address where the request came from, a literal address in canonical spelling
   * @param family which addresses the client can be told; null for both
   */
  AnnounceResponse announce(
      AnnounceRequest request,
      String address,
      @Nullable CompactEndpoints family,
      long nowMillis,
      RandomGenerator random) {
    forgetSilent(nowMillis);
    Name name = new Name(request.torrent(), new Endpoint(address, request.port()));
    if (request.event() == AnnounceEvent.STOPPED) {
      Member leaving = members.get(name);
      if (leaving != null) {
        forget(leaving);
      }
      return answer(swarms.get(request.torrent()), List.of());
    }
    Member member = members.remove(name);
    if (member == null) {
      String full = whyFull(name);
      if (full != null) {
        return new AnnounceResponse.Refused(full);
      }
      member = admit(name);
    } else if (request.event() == AnnounceEvent.COMPLETED && !member.seed) {
      member.swarm.downloaded++;
    }
    members.put(name, member); // last, as the one heard of last
    member.heardMillis = nowMillis;
    mark(member, request.left() == 0);
    int wanted =
        request.numWant() == AnnounceRequest.NUM_WANT_DEFAULT
            ? limits.answerDefault()
            : Math.min(request.numWant(), limits.answerMax());
    return answer(member.swarm, others(member, wanted, family, random));
  }

  private @Nullable String whyFull(Name name) {
    Swarm swarm = swarms.get(name.torrent());
    if (members.size() >= limits.peersMax()
        || (swarm == null && swarms.size() >= limits.swarmsMax())) {
      return "the tracker is full";
    }
    if (swarm != null && swarm.members.size() >= limits.peersPerSwarmMax()) {
      return "the swarm is full";
    }
    return perAddress.getOrDefault(name.endpoint().address(), 0) >= limits.peersPerAddressMax()
        ? "too many peers at this address"
        : null;
  }

  private Member admit(Name name) {
    Swarm swarm = swarms.computeIfAbsent(name.torrent(), _ -> new Swarm());
    Member member = new Member(name, swarm);
    member.index = swarm.members.size();
    swarm.members.add(member);
    perAddress.merge(name.endpoint().address(), 1, Integer::sum);
    return member;
  }

  private static void mark(Member member, boolean seed) {
    if (member.seed != seed) {
      member.swarm.seeds += seed ? 1 : -1;
      member.seed = seed;
    }
  }

  private void forgetSilent(long nowMillis) {
    Iterator<Member> oldest = members.values().iterator();
    while (oldest.hasNext()) {
      Member member = oldest.next();
      if (nowMillis - member.heardMillis <= limits.silenceMillis()) {
        return;
      }
      oldest.remove();
      leave(member);
    }
  }

  private void forget(Member member) {
    members.remove(member.name);
    leave(member);
  }

  private void leave(Member member) {
    Swarm swarm = member.swarm;
    mark(member, false);
    swarm.swap(member.index, swarm.members.size() - 1);
    swarm.members.removeLast();
    if (swarm.members.isEmpty()) {
      swarms.remove(member.name.torrent());
    }
    perAddress.computeIfPresent(
        member.name.endpoint().address(), (_, count) -> count == 1 ? null : count - 1);
  }

  /** The begin of a shuffle, which is as long as the answer needs. */
  private static List<Endpoint> others(
      Member asking, int wanted, @Nullable CompactEndpoints family, RandomGenerator random) {
    List<Endpoint> drawn = new ArrayList<>();
    Swarm swarm = asking.swarm;
    int size = swarm.members.size();
    for (int next = 0; next < size && drawn.size() < wanted; next++) {
      swarm.swap(next, next + random.nextInt(size - next));
      Member member = swarm.members.get(next);
      boolean understood = family == null || member.fitsV4 == (family == CompactEndpoints.V4);
      boolean useful = !(member.seed && asking.seed);
      if (!member.equals(asking) && understood && useful) {
        drawn.add(member.name.endpoint());
      }
    }
    return drawn;
  }

  private AnnounceResponse answer(@Nullable Swarm swarm, List<Endpoint> peers) {
    return new AnnounceResponse.Peers(
        limits.intervalSeconds(),
        limits.minIntervalSeconds(),
        swarm == null ? 0 : swarm.seeds,
        swarm == null ? 0 : swarm.leeches(),
        peers);
  }

  /** The counts of those of {@code torrents} that somebody is in the swarm of. */
  SortedMap<WireHash, SwarmCounts> scrape(List<WireHash> torrents, long nowMillis) {
    forgetSilent(nowMillis);
    SortedMap<WireHash, SwarmCounts> counts = new TreeMap<>();
    for (WireHash torrent : torrents) {
      Swarm swarm = swarms.get(torrent);
      if (swarm != null) {
        counts.put(torrent, new SwarmCounts(swarm.seeds, swarm.downloaded, swarm.leeches()));
      }
    }
    return counts;
  }
}
