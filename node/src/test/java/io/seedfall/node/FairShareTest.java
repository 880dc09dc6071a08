package io.seedfall.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.seedfall.protocol.Block;
import io.seedfall.protocol.wire.PeerMessage;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Links, transfers and clocks that are numbers. */
final class FairShareTest {
  private static final long BLOCK = 64 * 1024;
  private static final long SECOND = 1_000_000_000L;

  /** A link that takes one block after the other, and transfers that always want to send one. */
  private static final class Link {
    final FairShare fair;
    final double bytesPerSecond;
    final List<FairShare.Share> shares = new ArrayList<>();
    final List<Long> sent = new ArrayList<>();
    final List<Long> freeAt = new ArrayList<>();
    final List<Double> wanted = new ArrayList<>();
    long now = System.nanoTime();

    Link(long known, double bytesPerSecond) {
      this.fair = new FairShare(new LinkGauge(known));
      this.bytesPerSecond = bytesPerSecond;
    }

    /** One that could send so much, if it had the link alone. */
    void add(int weight, double wants) {
      FairShare.Share share = fair.join();
      fair.weigh(share, weight, now);
      shares.add(share);
      sent.add(0L);
      freeAt.add(now);
      wanted.add(wants);
    }

    void run(double seconds) {
      long end = now + (long) (seconds * SECOND);
      while (now < end) {
        boolean sentOne = false;
        for (int i = 0; i < shares.size(); i++) {
          if (freeAt.get(i) <= now && fair.enter(shares.get(i), BLOCK, now)) {
            freeAt.set(i, now + (long) (BLOCK / wanted.get(i) * SECOND));
            now += (long) (BLOCK / bytesPerSecond * SECOND);
            fair.moved(shares.get(i), BLOCK, now);
            sent.set(i, sent.get(i) + BLOCK);
            sentOne = true;
          }
        }
        now += sentOne ? 0 : 100_000L;
      }
    }

    double rate(int share, double seconds) {
      long before = sent.get(share);
      run(seconds);
      return (sent.get(share) - before) / seconds;
    }
  }

  @Test
  void bytesGoByWeightWhileTheLinkIsUsedUp() {
    Link link = new Link(100_000_000, 100e6);
    link.add(4, 1e12);
    link.run(0.5);
    assertThat(link.sent.getFirst()).isGreaterThan(45_000_000);
    link.add(256, 1e12);
    link.add(16, 1e12);
    link.run(1); // not before
    List<Long> before = List.copyOf(link.sent);
    link.run(20);
    double low = link.sent.get(0) - before.get(0);
    double urgent = link.sent.get(1) - before.get(1);
    double high = link.sent.get(2) - before.get(2);
    assertThat(urgent / low).isBetween(50.0, 80.0);
    assertThat(high / low).isBetween(3.0, 5.0);
    assertThat(low + urgent + high).isGreaterThan(0.97 * 20 * 100e6);
  }

  @Test
  void whatOneCannotUseTheOthersGet() {
    Link link = new Link(100_000_000, 100e6);
    link.add(256, 10e6);
    link.add(4, 1e12);
    link.run(1 + FairShare.ARRIVAL_NANOS / 1e9);
    assertThat(link.rate(1, 10)).isGreaterThan(80e6);
    assertThat(link.rate(0, 10)).isGreaterThan(7e6);
  }

  @Test
  void anUrgentOneHasTheRightOfWayFromItsFirstMomentAlsoInTheGaps() {
    for (int known : List.of(0, 100_000_000)) { // of an unknown link nothing was seen yet
      Link link = new Link(known, 100e6);
      link.add(4, 1e12);
      link.run(5);
      link.add(256, 60e6);
      link.rate(0, 0.02); // what was on its way
      assertThat(link.rate(0, 0.98)).as("%d", known).isLessThan(2e6);
      assertThat(link.rate(1, 1)).as("%d", known).isGreaterThan(55e6);
      assertThat(link.rate(0, 10)).as("%d", known).isLessThan(2e6);
    }
  }

  @Test
  void whoMakesUseOfLessThanHalfTheLinkHasNoRightOfWayAfterItsArrival() {
    for (double uses : List.of(0.4, 0.6)) {
      Link link = new Link(100_000_000, 100e6);
      link.add(4, 1e12);
      link.run(1);
      link.add(256, uses * 100e6);
      link.run(FairShare.ARRIVAL_NANOS / 1e9 + 1);
      if (uses < FairShare.IN_USE) {
        assertThat(link.rate(0, 5)).isGreaterThan(40e6);
      } else {
        assertThat(link.rate(0, 5)).isLessThan(2e6);
      }
    }
  }

  @Test
  void aTrickleOfAnUrgentOneHoldsUpNobodyForLong() {
    Link link = new Link(100_000_000, 100e6);
    link.add(4, 1e12);
    link.run(1);
    link.add(256, BLOCK / 1.5);
    link.run(FairShare.ARRIVAL_NANOS / 1e9 + 1);
    assertThat(link.rate(0, 10)).isGreaterThan(90e6);
  }

  @Test
  void whoComesBackAfterLongHasItAgain() {
    for (long away : List.of(FairShare.AWAY_NANOS / 2, FairShare.AWAY_NANOS + SECOND)) {
      Link link = new Link(100_000_000, 100e6);
      link.add(4, 1e12);
      link.add(256, 30e6);
      link.run(5);
      link.freeAt.set(1, link.now + away);
      link.run(away / 1e9);
      double light = link.rate(0, 1);
      if (away < FairShare.AWAY_NANOS) {
        assertThat(light).isGreaterThan(60e6);
      } else {
        assertThat(light).isLessThan(5e6);
      }
    }
  }

  @Test
  void onlyWhoIsMuchHeavierHasIt() {
    for (int weight : List.of(4 * FairShare.MUCH_HEAVIER - 1, 4 * FairShare.MUCH_HEAVIER)) {
      Link link = new Link(100_000_000, 100e6);
      link.add(4, 1e12);
      link.run(1);
      link.add(weight, 60e6);
      double light = link.rate(0, 2);
      if (weight < 4 * FairShare.MUCH_HEAVIER) {
        assertThat(light).isGreaterThan(20e6);
      } else {
        assertThat(light).isLessThan(6e6);
      }
    }
  }

  @Test
  void whoHasGoneHoldsUpNobodyAfterASecond() {
    Link link = new Link(100_000_000, 100e6);
    link.add(4, 1e12);
    link.add(256, 1e12);
    link.run(5);
    link.freeAt.set(1, Long.MAX_VALUE);
    link.run(1.1);
    assertThat(link.rate(0, 1)).isGreaterThan(95e6);
  }

  @Test
  void whoComesBackBringsNothingAlong() {
    Link link = new Link(100_000_000, 100e6);
    link.add(4, 1e12);
    link.run(30); // far ahead of one that was not there
    link.add(4, 1e12);
    link.run(1);
    double first = link.rate(0, 5);
    assertThat(first).isBetween(40e6, 60e6);
  }

  @Test
  void aLinkOfUnknownRateIsLearntAndSharedAsWell() {
    FairShare fair = new FairShare(new LinkGauge(0));
    assertThat(fair.isContended()).isFalse();
    LinkGauge gauge = new LinkGauge(0);
    gauge.moved(BLOCK, 0);
    assertThat(gauge.isUsedUp(0)).as("nothing was seen yet").isFalse();
    gauge.measured(100_000_000, SECOND, true);
    gauge.moved(BLOCK, 0);
    assertThat(gauge.isUsedUp(0)).isTrue();
    assertThat(gauge.isUsedUp(LinkGauge.AHEAD_MIN_NANOS + 20 * BLOCK)).isFalse();
  }

  @Test
  void aRateThatIsSaidLaterCountsFromThenOn() {
    LinkGauge gauge = new LinkGauge(100_000_000);
    gauge.known(1_000_000);
    assertThat(gauge.usedUpBytesPerSecond()).isEqualTo(LinkGauge.USED_UP * 1_000_000);
    gauge.known(0);
    assertThat(gauge.usedUpBytesPerSecond()).as("nothing was seen yet").isZero();
    gauge.measured(500_000, SECOND, true);
    assertThat(gauge.usedUpBytesPerSecond()).isEqualTo(LinkGauge.USED_UP_AS_SEEN * 500_000);
  }

  @Test
  void nowAndThenItLooksWhetherThereIsMore() {
    LinkGauge gauge = new LinkGauge(0);
    List<Integer> looks = new ArrayList<>();
    for (int second = 0; second < 200; second++) {
      gauge.measured(1_000_000, SECOND, true);
      gauge.moved(BLOCK, second * SECOND);
      if (!gauge.isUsedUp(second * SECOND)) {
        looks.add(second);
      }
    }
    assertThat(looks).hasSizeBetween(6, 10);
    assertThat(looks.getLast() - looks.get(looks.size() - 2))
        .isEqualTo(LinkGauge.LOOKS_APART_MAX + 1);
    gauge.measured(1_000_000, SECOND, false);
    assertThat(new LinkGauge(1_000).isUsedUp(0)).isFalse();
  }

  @Test
  void aHeldOutboxLetsKeepAlivesPassAndKeepsTheOrder() {
    Outbox outbox = new Outbox();
    Outbox.Outgoing have = new Outbox.Outgoing.Words(new PeerMessage.Have(1));
    Outbox.Outgoing block = new Outbox.Outgoing.Bytes(new Block(0, 0, 1));
    List<Outbox.Outgoing> taken = new ArrayList<>();
    outbox.add(block);
    outbox.take(taken, 100);
    outbox.add(have);
    outbox.giveBack(block);
    outbox.hold(true);
    outbox.keepAlive();
    taken.clear();
    outbox.take(taken, 100);
    assertThat(taken).containsExactly(new Outbox.Outgoing.Words(new PeerMessage.KeepAlive()));
    outbox.hold(false);
    taken.clear();
    outbox.take(taken, 100);
    outbox.take(taken, 100);
    assertThat(taken).containsExactly(block, have);
  }

  @Test
  void aSwarmsClockStandsStillWhileItIsPaused() {
    SwarmClock clock = new SwarmClock(100);
    assertThat(clock.nanos(150)).isEqualTo(50);
    clock.pause(true, 150);
    clock.pause(true, 170);
    assertThat(clock.nanos(1_000)).isEqualTo(50);
    clock.pause(false, 1_000);
    assertThat(clock.nanos(1_000)).isEqualTo(50);
    assertThat(clock.nanos(1_007)).isEqualTo(57);
  }

  @Test
  void aRateMayChangeAndNobodyWaitsAtTheOldOne() throws Exception {
    RateLimiter limiter = new RateLimiter(1);
    limiter.reserve(1_000_000, 0);
    Thread waiting = Thread.ofVirtual().start(() -> limiter.await(1, () -> false));
    limiter.rate(0);
    waiting.join();
    assertThat(limiter.limits()).isFalse();
    limiter.rate(1_000);
    assertThat(limiter.reserve(1_000, 0)).isZero();
    assertThat(limiter.reserve(1_000, 0)).isBetween(900_000_000L, 1_000_000_000L);
  }
}
