package io.seedfall.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.seedfall.control.AuditView;
import io.seedfall.control.Problem;
import io.seedfall.control.Role;
import io.seedfall.control.UserRequest;
import io.seedfall.control.identity.Secrets;
import io.seedfall.control.identity.UserToken;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Logins on every database, at times of the test's own. */
@ParameterizedClass
@EnumSource(Databases.class)
final class LoginsTest {
  private static final String HERE = "10.0.0.1";

  private final Databases databases;
  @TempDir private Path directory;
  private final ClusterIdentity identity =
      new ClusterIdentity(Certificates.authority(1_000_000), Secrets.newSecret());
  private Store store;
  private BlockingCalls blocking;
  private Members members;
  private Doorkeeper door;
  private Logins logins;
  private boolean leads = true;
  private long now = 2_000_000_040_000L; // a minute begins

  LoginsTest(Databases databases) {
    this.databases = databases;
  }

  @BeforeEach
  void open() throws IOException {
    store = Store.open(databases.empty(directory));
    blocking = new BlockingCalls(Duration.ofMinutes(1), store.dialect());
    Store leader = Leader.of(store);
    members = new Members(identity, () -> leader, () -> now, Members.Bounds.DEFAULTS);
    door = new Doorkeeper(identity, store, blocking, () -> now);
    logins =
        new Logins(
            identity,
            door,
            new AuditLog(identity, () -> leader, blocking, () -> now),
            store,
            () -> {
              if (!leads) {
                throw RequestRefused.notLeading("10.0.0.9:7070");
              }
              return leader;
            },
            blocking,
            () -> now);
  }

  @AfterEach
  void close() {
    blocking.close();
    store.close();
  }

  private String user(String name, long ttlMillis) {
    return members.createUser(new UserRequest(name, Role.VIEWER, "all", ttlMillis)).token();
  }

  /** As the door sees who shows it. */
  private boolean isIn(Logins.Opened login) {
    return door.isStillIn(login.user()) && door.millisLeft(login.user()) > 0;
  }

  private static RequestRefused refusal(Runnable asking) {
    List<RequestRefused> refused = new ArrayList<>();
    assertThatExceptionOfType(RequestRefused.class).isThrownBy(asking::run).satisfies(refused::add);
    return refused.getFirst();
  }

  @Test
  void aLoginLastsTwelveHoursOrAsLongAsItsToken() {
    Logins.Opened login = logins.open(user("ada", 2 * Logins.LIFE_MILLIS), HERE);
    Logins.Opened brief = logins.open(user("bob", 5_000), HERE);
    assertThat(brief.user().untilMillis()).isEqualTo(now + 5_000);
    now += Logins.LIFE_MILLIS - 1;
    assertThat(isIn(login)).isTrue();
    assertThat(isIn(brief)).isFalse();
    now += 1;
    assertThat(isIn(login)).isFalse();
  }

  @Test
  void aLoginEndsWithTheTokenThatWasShown() {
    Logins.Opened replaced = logins.open(user("ada", 60_000), HERE);
    Logins.Opened revoked = logins.open(user("bob", 60_000), HERE);
    assertThat(isIn(replaced)).isTrue();
    user("ada", 60_000);
    members.revokeUser("bob");
    assertThat(isIn(replaced)).isFalse();
    assertThat(isIn(revoked)).isFalse();
  }

  @Test
  void aLoginIsEndedByItsOwnCookieAlone() {
    Logins.Opened login = logins.open(user("ada", 60_000), HERE);
    LoginCookie guessed = new LoginCookie(login.cookie().id(), Secrets.newSecret());
    assertThat(logins.close(guessed, HERE)).isFalse();
    assertThat(isIn(login)).isTrue();
    assertThat(logins.close(login.cookie(), HERE)).isTrue();
    assertThat(isIn(login)).isFalse();
    assertThat(logins.close(login.cookie(), HERE)).as("again").isFalse();
  }

  @Test
  void whoDoesNotLeadLetsNobodyInAndEverybodyOut() {
    String token = user("ada", 60_000);
    Logins.Opened login = logins.open(token, HERE);
    leads = false;
    assertThat(refusal(() -> logins.open(token, HERE)).problem().code())
        .isEqualTo(Problem.NOT_LEADER);
    assertThat(logins.close(login.cookie(), HERE)).as("whether it leads").isFalse();
    assertThat(isIn(login)).isFalse();
  }

  @Test
  void aUserHasSoManyLoginsAndTheOldestEndsFirst() {
    String token = user("ada", 10 * Logins.LIFE_MILLIS);
    Logins.Opened other = logins.open(user("bob", Logins.LIFE_MILLIS), "10.0.0.2");
    List<Logins.Opened> all = new ArrayList<>();
    for (int i = 0; i < Logins.PER_USER_MAX; i++) {
      now++;
      all.add(logins.open(token, "10.0.1." + i));
    }
    assertThat(all).allMatch(this::isIn);
    now++;
    all.add(logins.open(token, HERE));
    assertThat(isIn(all.removeFirst())).isFalse();
    assertThat(all).allMatch(this::isIn);
    assertThat(isIn(other)).as("of somebody else").isTrue();
    now += Logins.LIFE_MILLIS;
    logins.open(token, HERE);
    Optional<LoginRows.Login> forgotten =
        store.read(handle -> LoginRows.find(handle, other.cookie().id()));
    assertThat(forgotten).as("over").isEmpty();
  }

  @Test
  void anAddressTriesSoOftenInAMinute() {
    String token = user("ada", 600_000);
    for (int i = 0; i < Logins.ATTEMPTS_PER_ADDRESS_MAX; i++) {
      assertThat(refusal(() -> logins.open("nonsense", HERE)).problem().status()).isEqualTo(401);
    }
    RequestRefused refused = refusal(() -> logins.open(token, HERE));
    assertThat(refused.problem().status()).isEqualTo(429);
    assertThat(refused.retryAfterSeconds()).isEqualTo(60);
    logins.open(token, "10.0.0.2");
    now += 59_999;
    assertThat(refusal(() -> logins.open(token, HERE)).retryAfterSeconds()).isEqualTo(1);
    now += 1;
    logins.open(token, HERE);
  }

  @Test
  void allTogetherTrySoOftenInAMinute() {
    for (int i = 0; i < Logins.ATTEMPTS_MAX; i++) {
      String source = "10.1." + i / 200 + "." + i % 200;
      assertThat(refusal(() -> logins.open("nonsense", source)).problem().status()).isEqualTo(401);
    }
    assertThat(refusal(() -> logins.open("nonsense", HERE)).problem().status()).isEqualTo(429);
    now += 60_000;
    assertThat(refusal(() -> logins.open("nonsense", HERE)).problem().status()).isEqualTo(401);
  }

  @Test
  void whoeverDoesNotKnowTheSecretGetsOneAnswer() {
    String id = UserToken.parse(user("ada", 60_000)).id();
    UserToken wrong = new UserToken(id, Secrets.newSecret());
    UserToken unknown = new UserToken(Secrets.newId(), Secrets.newSecret());
    Problem first = refusal(() -> logins.open("nonsense", HERE)).problem();
    members.revokeUser("ada");
    for (String token : List.of("", wrong.text(), unknown.text(), "x".repeat(60_000))) {
      assertThat(refusal(() -> logins.open(token, HERE)).problem()).isEqualTo(first);
    }
  }

  @Test
  void loginsOfKnownUsersAreWrittenDownAndOfNobodyElse() {
    String token = user("ada", 60_000);
    logins.close(logins.open(token, HERE).cookie(), "10.0.0.2");
    UserToken wrong = new UserToken(UserToken.parse(token).id(), Secrets.newSecret());
    refusal(() -> logins.open(wrong.text(), "10.0.0.3"));
    refusal(
        () -> logins.open(new UserToken(Secrets.newId(), Secrets.newSecret()).text(), "10.0.0.3"));
    refusal(() -> logins.open("nonsense", "10.0.0.3"));
    members.revokeUser("ada");
    refusal(() -> logins.open(token, "10.0.0.4"));
    List<AuditView> lines = store.read(handle -> AuditRows.after(handle, 0, 100));
    assertThat(lines)
        .extracting(AuditView::who, AuditView::source, AuditView::action, AuditView::outcome)
        .containsExactly(
            tuple("user ada", HERE, "login", "done"),
            tuple("user ada", "10.0.0.2", "logout", "done"),
            tuple("user ada", "10.0.0.3", "login", "401 unauthenticated"),
            tuple("user ada", "10.0.0.4", "login", "401 unauthenticated"));
    assertThat(new AuditRows(identity).check(store, "").intact()).isTrue();
  }
}
