package io.seedfall.coordinator;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.seedfall.protocol.CompactEndpoints;
import io.seedfall.protocol.Endpoint;
import io.seedfall.protocol.PeerId;
import io.seedfall.protocol.SeededRandom;
import io.seedfall.protocol.Seeds;
import io.seedfall.protocol.WireHash;
import io.seedfall.protocol.tracker.AnnounceEvent;
import io.seedfall.protocol.tracker.AnnounceRequest;
import io.seedfall.protocol.tracker.AnnounceResponse;
import io.seedfall.protocol.tracker.SwarmCounts;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Who is told of whom, who is forgotten, and every limit from both sides. */
final class PeerBookTest {
  private static final WireHash A = WireHash.parse("aa".repeat(20));
  private static final WireHash B = WireHash.parse("bb".repeat(20));
  private static final long SILENCE_MILLIS = 1_000;

  private final PeerBook book =
      new PeerBook(new PeerBook.Limits(2, 6, 4, 3, 3, 2, 300, 30, SILENCE_MILLIS));
  private final SeededRandom random = new SeededRandom(7);
  private long nowMillis;

  private static AnnounceRequest request(
      WireHash torrent, int port, long left, AnnounceEvent event, int wanted) {
    return new AnnounceRequest(
        torrent,
        PeerId.of("-XX0000-abcdefghijkl".getBytes(US_ASCII)),
        port,
        0,
        0,
        left,
        event,
        wanted,
        0);
  }

  private AnnounceResponse said(
      WireHash torrent, String address, int port, long left, AnnounceEvent event) {
    return book.announce(
        request(torrent, port, left, event, 100), address, null, nowMillis, random);
  }

  private AnnounceResponse.Peers heard(AnnounceResponse response) {
    assertThat(response).isInstanceOf(AnnounceResponse.Peers.class);
    return (AnnounceResponse.Peers) response;
  }

  private AnnounceResponse.Peers leech(WireHash torrent, String address, int port) {
    return heard(said(torrent, address, port, 5, AnnounceEvent.STARTED));
  }

  private AnnounceResponse.Peers seed(WireHash torrent, String address, int port) {
    return heard(said(torrent, address, port, 0, AnnounceEvent.STARTED));
  }

  private @Nullable SwarmCounts counts(WireHash torrent) {
    return book.scrape(List.of(torrent), nowMillis).get(torrent);
  }

  @Test
  void aPeerHearsOfTheOthersInItsSwarmAndNotOfItself() {
    assertThat(leech(A, "10.0.0.1", 1).peers()).isEmpty();
    assertThat(leech(B, "10.0.0.2", 2).peers()).isEmpty();
    AnnounceResponse.Peers answer = leech(A, "10.0.0.3", 3);
    assertThat(answer.peers()).containsExactly(new Endpoint("10.0.0.1", 1));
    assertThat(answer.intervalSeconds()).isEqualTo(300);
    assertThat(answer.minIntervalSeconds()).isEqualTo(30);
    assertThat(answer.leeches()).isEqualTo(2);
    assertThat(leech(A, "10.0.0.3", 3).leeches()).as("said again").isEqualTo(2);
  }

  @Test
  void aSeedHearsOfNoSeeds() {
    seed(A, "10.0.0.1", 1);
    leech(A, "10.0.0.2", 2);
    AnnounceResponse.Peers answer = seed(A, "10.0.0.3", 3);
    assertThat(answer.peers()).containsExactly(new Endpoint("10.0.0.2", 2));
    assertThat(answer.seeds()).isEqualTo(2);
    assertThat(answer.leeches()).isEqualTo(1);
  }

  @Test
  void whoStopsIsForgottenAndMayStopTwice() {
    leech(A, "10.0.0.1", 1);
    assertThat(heard(said(A, "10.0.0.1", 1, 5, AnnounceEvent.STOPPED)).leeches()).isZero();
    assertThat(heard(said(A, "10.0.0.1", 1, 5, AnnounceEvent.STOPPED)).peers()).isEmpty();
    assertThat(counts(A)).isNull();
    assertThat(leech(A, "10.0.0.2", 2).peers()).isEmpty();
  }

  @Test
  void nobodyStopsAPeerOfAnotherAddress() {
    leech(A, "10.0.0.1", 1);
    said(A, "10.0.0.2", 1, 5, AnnounceEvent.STOPPED);
    assertThat(counts(A)).isEqualTo(new SwarmCounts(0, 0, 1));
  }

  @Test
  void aDownloadIsCountedWhenALeechSaysThatItIsComplete() {
    said(A, "10.0.0.9", 9, 0, AnnounceEvent.COMPLETED);
    assertThat(counts(A)).as("never a leech").isEqualTo(new SwarmCounts(1, 0, 0));
    leech(A, "10.0.0.1", 1);
    said(A, "10.0.0.1", 1, 0, AnnounceEvent.COMPLETED);
    said(A, "10.0.0.1", 1, 0, AnnounceEvent.COMPLETED);
    assertThat(counts(A)).isEqualTo(new SwarmCounts(2, 1, 0));
  }

  @Test
  void whoIsSilentForTooLongIsForgottenAndNotAMomentBefore() {
    leech(A, "10.0.0.1", 1);
    nowMillis = 600;
    leech(A, "10.0.0.2", 2);
    nowMillis = SILENCE_MILLIS;
    assertThat(counts(A)).isEqualTo(new SwarmCounts(0, 0, 2));
    nowMillis = SILENCE_MILLIS + 1;
    assertThat(counts(A)).isEqualTo(new SwarmCounts(0, 0, 1));
    assertThat(leech(A, "10.0.0.3", 3).peers()).containsExactly(new Endpoint("10.0.0.2", 2));
  }

  @Test
  void whoAnnouncesItselfAgainIsNotSilent() {
    leech(A, "10.0.0.1", 1);
    leech(A, "10.0.0.2", 2);
    nowMillis = 900;
    leech(A, "10.0.0.1", 1);
    nowMillis = 1_500;
    assertThat(leech(A, "10.0.0.3", 3).peers()).containsExactly(new Endpoint("10.0.0.1", 1));
  }

  @Test
  void anAnswerHasAsManyPeersAsWereWantedAndNoMoreThanTheLimit() {
    for (int i = 1; i <= 3; i++) {
      leech(A, "10.0.0." + i, i);
    }
    for (int[] wantedAndGiven :
        new int[][] {{0, 0}, {1, 1}, {3, 3}, {4, 3}, {AnnounceRequest.NUM_WANT_DEFAULT, 2}}) {
      AnnounceRequest request = request(A, 9, 5, AnnounceEvent.NONE, wantedAndGiven[0]);
      assertThat(heard(book.announce(request, "10.0.0.9", null, nowMillis, random)).peers())
          .hasSize(wantedAndGiven[1]);
    }
  }

  @Test
  void anAnswerOfOneFamilyHasAddressesOfThatFamily() {
    leech(A, "10.0.0.1", 1);
    leech(A, "fd00::1", 2);
    AnnounceRequest request = request(A, 9, 5, AnnounceEvent.NONE, 9);
    assertThat(
            heard(book.announce(request, "10.0.0.9", CompactEndpoints.V4, nowMillis, random))
                .peers())
        .containsExactly(new Endpoint("10.0.0.1", 1));
    assertThat(
            heard(book.announce(request, "10.0.0.9", CompactEndpoints.V6, nowMillis, random))
                .peers())
        .containsExactly(new Endpoint("fd00::1", 2));
  }

  @Test
  void aSwarmIsFullAtItsLimit() {
    for (int i = 1; i <= 4; i++) {
      leech(A, "10.0.0." + i, i);
    }
    assertThat(said(A, "10.0.0.5", 5, 5, AnnounceEvent.STARTED))
        .isEqualTo(new AnnounceResponse.Refused("the swarm is full"));
    assertThat(leech(A, "10.0.0.4", 4).leeches()).as("who is in stays in").isEqualTo(4);
    said(A, "10.0.0.4", 4, 5, AnnounceEvent.STOPPED);
    assertThat(leech(A, "10.0.0.5", 5).leeches()).isEqualTo(4);
  }

  @Test
  void theTrackerIsFullAtItsLimitsOfPeersAndOfSwarms() {
    for (int i = 1; i <= 3; i++) {
      leech(A, "10.0.0." + i, i);
      leech(B, "10.0.0." + i, i);
    }
    assertThat(said(A, "10.0.0.9", 9, 5, AnnounceEvent.STARTED))
        .isEqualTo(new AnnounceResponse.Refused("the tracker is full"));
    said(A, "10.0.0.1", 1, 5, AnnounceEvent.STOPPED);
    assertThat(said(WireHash.parse("cc".repeat(20)), "10.0.0.9", 9, 5, AnnounceEvent.STARTED))
        .as("a third torrent")
        .isEqualTo(new AnnounceResponse.Refused("the tracker is full"));
    assertThat(leech(A, "10.0.0.9", 9).leeches()).isEqualTo(3);
    nowMillis = SILENCE_MILLIS + 1;
    assertThat(leech(WireHash.parse("cc".repeat(20)), "10.0.0.9", 9).leeches())
        .as("all others are forgotten")
        .isEqualTo(1);
  }

  @Test
  void oneAddressHasNoMorePeersThanItsLimitInAllSwarms() {
    leech(A, "10.0.0.1", 1);
    leech(A, "10.0.0.1", 2);
    leech(B, "10.0.0.1", 1);
    assertThat(said(B, "10.0.0.1", 2, 5, AnnounceEvent.STARTED))
        .isEqualTo(new AnnounceResponse.Refused("too many peers at this address"));
    assertThat(leech(B, "10.0.0.2", 2).leeches()).isEqualTo(2);
    said(A, "10.0.0.1", 1, 5, AnnounceEvent.STOPPED);
    assertThat(leech(B, "10.0.0.1", 2).leeches()).isEqualTo(3);
  }

  @Test
  void countsAndAnswersAreThoseOfAPlainListAfterAnyHistory() {
    Seeds.check(50, this::anyHistory);
  }

  private void anyHistory(RandomGenerator draw) {
    PeerBook drawn =
        new PeerBook(new PeerBook.Limits(9, 999, 999, 999, 999, 999, 300, 30, SILENCE_MILLIS));
    Map<Endpoint, Long> heardMillis = new LinkedHashMap<>();
    Set<Endpoint> seeds = new LinkedHashSet<>();
    long now = 0;
    for (int step = 0; step < 300; step++) {
      now += draw.nextInt(100);
      long at = now;
      heardMillis.values().removeIf(heard -> at - heard > SILENCE_MILLIS);
      seeds.retainAll(heardMillis.keySet());
      Endpoint who = new Endpoint("10.0.0." + draw.nextInt(30), 1 + draw.nextInt(3));
      boolean isSeed = draw.nextInt(3) == 0;
      AnnounceEvent event = draw.nextInt(5) == 0 ? AnnounceEvent.STOPPED : AnnounceEvent.NONE;
      AnnounceRequest request = request(A, who.port(), isSeed ? 0 : 1, event, 999);
      AnnounceResponse.Peers answer =
          heard(drawn.announce(request, who.address(), null, now, draw));
      heardMillis.remove(who);
      seeds.remove(who);
      Set<Endpoint> expected = new LinkedHashSet<>();
      if (event != AnnounceEvent.STOPPED) {
        expected.addAll(heardMillis.keySet());
        if (isSeed) {
          expected.removeAll(seeds);
          seeds.add(who);
        }
        heardMillis.put(who, now);
      }
      assertThat(answer.peers()).containsExactlyInAnyOrderElementsOf(expected);
      assertThat(answer.seeds()).isEqualTo(seeds.size());
      assertThat(answer.leeches()).isEqualTo(heardMillis.size() - seeds.size());
    }
  }
}
