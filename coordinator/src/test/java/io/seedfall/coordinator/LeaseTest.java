package io.seedfall.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.seedfall.planner.AgentFacts;
import io.seedfall.planner.AgentRole;
import io.seedfall.planner.AgentSnapshot;
import io.seedfall.planner.Place;
import io.seedfall.planner.PlannerEffect;
import io.seedfall.protocol.Endpoint;
import io.seedfall.protocol.InfoHash;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The row that says who leads, with a clock that the test sets, on every database. */
@ParameterizedClass
@EnumSource(Databases.class)
final class LeaseTest {
  private static final long LEASE_MILLIS = 5_000;
  private static final long START_MILLIS = 1_000_000;

  private final Databases databases;
  @TempDir private Path directory;
  private Store store;
  private Lease one;
  private Lease other;

  LeaseTest(Databases databases) {
    this.databases = databases;
  }

  @BeforeEach
  void open() throws IOException {
    store = Store.open(databases.empty(directory)).withClock("(SELECT millis FROM test_clock)");
    store.transaction(handle -> {
      handle.execute("CREATE TABLE test_clock (millis bigint NOT NULL)");
      return handle.execute("INSERT INTO test_clock (millis) VALUES (0)");
    });
    clock(START_MILLIS);
    one = new Lease(store, "one");
    other = new Lease(store, "other");
  }

  @AfterEach
  void close() {
    store.close();
  }

  private void clock(long millis) {
    store.transaction(handle -> handle.execute("UPDATE test_clock SET millis = ?", millis));
  }

  @Test
  void whoComesFirstHasItUntilItRunsOut() {
    assertThat(one.look()).isEqualTo(new Lease.Standing("", false));
    assertThat(one.take("127.0.0.1:1", LEASE_MILLIS, false)).hasValue(START_MILLIS / 1_000);
    assertThat(other.look()).isEqualTo(new Lease.Standing("127.0.0.1:1", true));
    clock(START_MILLIS + LEASE_MILLIS - 1);
    assertThat(other.look().held()).isTrue();
    assertThat(other.take("127.0.0.1:2", LEASE_MILLIS, false)).isEmpty();
    assertThat(one.take("127.0.0.1:1", LEASE_MILLIS, false)).isEmpty();
    clock(START_MILLIS + LEASE_MILLIS);
    assertThat(other.look().held()).isFalse();
    assertThat(other.take("127.0.0.1:2", LEASE_MILLIS, false)).isPresent();
    assertThat(one.look()).isEqualTo(new Lease.Standing("127.0.0.1:2", true));
  }

  @Test
  void theEpochGrowsWhateverTheClockDoes() {
    long before = 0;
    for (long millis : new long[] {5_000, 5_000, 4_000, 0, 5_999, 7_000, 1_700_000_000_000L}) {
      clock(millis);
      OptionalLong epoch = one.take("127.0.0.1:1", LEASE_MILLIS, true);
      assertThat(epoch.orElseThrow()).isGreaterThan(before).isGreaterThanOrEqualTo(millis / 1_000);
      before = epoch.getAsLong();
    }
  }

  @Test
  void itLastsAsLongAsItIsRenewedInTime() {
    long epoch = taken(one);
    clock(START_MILLIS + LEASE_MILLIS - 1);
    assertThat(one.renew(epoch, LEASE_MILLIS)).isTrue();
    clock(START_MILLIS + LEASE_MILLIS);
    assertThat(other.take("127.0.0.1:2", LEASE_MILLIS, false)).isEmpty();
    clock(START_MILLIS + 2 * LEASE_MILLIS - 1);
    assertThat(one.renew(epoch, LEASE_MILLIS)).as("too late").isFalse();
    assertThat(taken(other)).isGreaterThan(epoch);
    assertThat(one.renew(epoch, LEASE_MILLIS)).as("another's").isFalse();
    one.release(epoch);
    assertThat(other.look().held()).as("an old epoch releases nothing").isTrue();
  }

  @Test
  void whatIsReleasedIsFreeAtOnce() {
    one.release(taken(one));
    assertThat(other.look().held()).isFalse();
    assertThat(taken(other)).isPositive();
  }

  @Test
  void whatALeaderWritesAfterItsTimeChangesNoRow() {
    Term old = term(taken(one));
    Leader.apply(store.ledBy(old), List.of(stored("first")));
    clock(START_MILLIS + LEASE_MILLIS);
    assertWritesNothing(old); // though nobody else leads yet
    Term next = term(taken(other));
    assertWritesNothing(old);
    Leader.apply(store.ledBy(next), List.of(stored("second")));
    clock(START_MILLIS);
    assertWritesNothing(old);
    assertThat(store.agents()).extracting(a -> a.facts().name()).containsExactly("first", "second");
  }

  private void assertWritesNothing(Term old) {
    List<AgentSnapshot> before = store.agents();
    assertThatExceptionOfType(LeadershipLost.class)
        .isThrownBy(() -> Leader.apply(store.ledBy(old), List.of(stored("late"))))
        .withMessageContaining("epoch " + old.epoch());
    InfoHash hash = InfoHash.parse("ab".repeat(32));
    MetainfoRows rows = new MetainfoRows(store);
    assertThatExceptionOfType(LeadershipLost.class)
        .isThrownBy(() -> rows.put(old, hash, new byte[] {1}));
    StoredMetainfo metainfo = new StoredMetainfo(hash, 1, 1, 16_384);
    assertThatExceptionOfType(LeadershipLost.class)
        .isThrownBy(() -> store.ledBy(old).addMetainfo(metainfo, 1));
    assertThat(store.agents()).isEqualTo(before);
    assertThat(rows.has(hash)).isFalse();
    assertThat(store.metainfoCount()).isZero();
  }

  @Test
  void aTermIsHeldUntilItsMomentAndWhatHasEndedStaysSo() {
    Term term = new Term(7, "127.0.0.1:1", 100);
    assertThat(term.isHeld(99)).isTrue();
    assertThat(term.isHeld(100)).isFalse();
    term.prolong(99, 200);
    term.require(199);
    assertThatExceptionOfType(LeadershipLost.class)
        .isThrownBy(() -> term.require(200))
        .withMessageContaining("epoch 7");
    term.prolong(200, 300);
    assertThat(term.isHeld(200)).as("run out, and not revived").isFalse();
    term.prolong(150, 300);
    term.end();
    assertThat(term.isHeld(0)).isFalse();
    term.prolong(0, 400);
    assertThat(term.isHeld(0)).isFalse();
    assertThat(new Term(1, "", Long.MAX_VALUE).isHeld(Long.MAX_VALUE - 1)).isTrue();
  }

  private static long taken(Lease lease) {
    return lease.take("127.0.0.1:1", LEASE_MILLIS, false).orElseThrow();
  }

  private static Term term(long epoch) {
    return new Term(epoch, "127.0.0.1:1", Long.MAX_VALUE);
  }

  private static PlannerEffect.Store stored(String name) {
    return new PlannerEffect.AgentStored(
        new AgentSnapshot(
            new AgentFacts(
                name,
                AgentRole.MACHINE,
                new TreeMap<>(),
                Endpoint.parse("127.0.0.1:7001"),
                Place.LOOPBACK),
            true,
            0));
  }
}
