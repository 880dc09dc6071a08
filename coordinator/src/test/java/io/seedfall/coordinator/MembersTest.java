package io.seedfall.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.seedfall.control.AuditCheckView;
import io.seedfall.control.AuditView;
import io.seedfall.control.CertificateView;
import io.seedfall.control.JoinRequest;
import io.seedfall.control.Names;
import io.seedfall.control.Problem;
import io.seedfall.control.RenewRequest;
import io.seedfall.control.Role;
import io.seedfall.control.TokenRequest;
import io.seedfall.control.UserRequest;
import io.seedfall.control.identity.JoinToken;
import io.seedfall.control.identity.KeyBundle;
import io.seedfall.control.identity.PeerName;
import io.seedfall.control.identity.Secrets;
import io.seedfall.control.identity.UserToken;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Who is let in, on every database, at times of the test's own. */
@ParameterizedClass
@EnumSource(Databases.class)
final class MembersTest {
  private static final long TTL = 60_000;
  private static final Map<String, String> LABELS = Map.of("zone", "a");

  private final Databases databases;
  @TempDir private Path directory;
  private final ClusterIdentity identity =
      new ClusterIdentity(Certificates.authority(1_000_000), Secrets.newSecret());
  private Store store;
  private Members members;
  private long now = 2_000_000_000_000L;

  MembersTest(Databases databases) {
    this.databases = databases;
  }

  @BeforeEach
  void open() throws IOException {
    store = Store.open(databases.empty(directory));
    Store leading = Leader.of(store);
    members = new Members(identity, () -> leading, () -> now, new Members.Bounds(2, 2, 2));
  }

  @AfterEach
  void close() {
    store.close();
  }

  private JoinToken token(String agent) {
    return JoinToken.parse(members.createToken(new TokenRequest(agent, LABELS, TTL)).token());
  }

  private CertificateView join(JoinToken token, KeyPair keys) {
    return members.join(SecureRig.request(token, keys), "127.0.0.1");
  }

  private static void assertRefused(String code, Supplier<?> asking) {
    assertThatExceptionOfType(RequestRefused.class)
        .isThrownBy(asking::get)
        .satisfies(e -> assertThat(e.problem().code()).isEqualTo(code));
  }

  // ---- tokens to join -----------------------------------------------------------------------

  @Test
  void aTokenMakesItsOwnAgentAMemberWithItsOwnLabels() throws Exception {
    KeyPair keys = KeyBundle.newKeys();
    CertificateView given = join(token("a1"), keys);
    KeyBundle bundle = SecureRig.bundle(given, keys);
    assertThat(given.name()).isEqualTo("a1");
    assertThat(given.labels()).isEqualTo(LABELS);
    assertThat(PeerName.of(bundle.certificate())).isEqualTo(new PeerName.Agent("a1"));
    assertThat(bundle.certificate().getBasicConstraints()).as("no authority").isEqualTo(-1);
    assertThat(bundle.certificate().getNotAfter().toInstant().toEpochMilli())
        .isEqualTo(now + Members.CERTIFICATE_MILLIS);
  }

  @Test
  void aTokenWorksOnce() {
    JoinToken token = token("a1");
    KeyPair keys = KeyBundle.newKeys();
    join(token, keys);
    assertRefused(Problem.BAD_TOKEN, () -> join(token, KeyBundle.newKeys()));
    assertThat(join(token, keys).name()).as("the answer was lost").isEqualTo("a1");
  }

  @Test
  void aTokenExpires() {
    JoinToken inTime = token("a1");
    JoinToken late = token("a2");
    now += TTL - 1;
    join(inTime, KeyBundle.newKeys());
    now += 1;
    assertRefused(Problem.BAD_TOKEN, () -> join(late, KeyBundle.newKeys()));
  }

  @Test
  void aTokenIsReplacedByTheNextOfItsAgent() {
    JoinToken first = token("a1");
    JoinToken second = token("a1");
    assertRefused(Problem.BAD_TOKEN, () -> join(first, KeyBundle.newKeys()));
    join(second, KeyBundle.newKeys());
  }

  @Test
  void whoeverDoesNotKnowTheSecretGetsNothing() {
    JoinToken token = token("a1");
    JoinToken other = token("a2");
    JoinToken wrong = new JoinToken("a1", token.id(), other.secret(), token.authority());
    JoinToken unknown = new JoinToken("a1", Secrets.newId(), token.secret(), token.authority());
    assertRefused(Problem.BAD_TOKEN, () -> join(wrong, KeyBundle.newKeys()));
    assertRefused(Problem.BAD_TOKEN, () -> join(unknown, KeyBundle.newKeys()));
    join(token, KeyBundle.newKeys());
  }

  @Test
  void noSecretIsStored() throws Exception {
    JoinToken join = token("a1");
    String user = members.createUser(new UserRequest("u", Role.ADMIN, "all", TTL)).token();
    for (String table : List.of("join_token", "account", "member", "audit")) {
      String rows =
          store.read(
              handle -> handle.createQuery("SELECT * FROM " + table).mapToMap().list().toString());
      assertThat(rows).doesNotContain(join.secret()).doesNotContain(UserToken.parse(user).secret());
    }
  }

  @Test
  void aKeyIsOnTheRightCurveAndHis() throws GeneralSecurityException {
    JoinToken token = token("a1");
    KeyPair keys = KeyBundle.newKeys();
    JoinRequest good = SecureRig.request(token, keys);
    String proofByAnother = SecureRig.proof(KeyBundle.newKeys(), good.publicKey());
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp384r1"));
    JoinRequest curve = SecureRig.request(token, generator.generateKeyPair());
    for (JoinRequest bad :
        List.of(
            new JoinRequest(token.id(), token.secret(), good.publicKey(), proofByAnother),
            new JoinRequest(token.id(), token.secret(), good.publicKey(), ""),
            new JoinRequest(token.id(), token.secret(), "AAAA", good.proof()),
            new JoinRequest(token.id(), token.secret(), "%", good.proof()),
            new JoinRequest(
                token.id(), token.secret(), "A".repeat(Members.KEY_CHARS_MAX + 4), good.proof()),
            curve)) {
      assertRefused(Problem.MALFORMED, () -> members.join(bad, ""));
    }
    members.join(good, "");
  }

  // ---- certificates -------------------------------------------------------------------------

  private Visitor.Agent visitor(KeyBundle bundle) {
    String serial = Certificates.serial(bundle.certificate());
    return new Visitor.Agent("a1", LABELS, serial, true, false, now);
  }

  private KeyBundle renewed(KeyBundle before) {
    KeyPair keys = KeyBundle.newKeys();
    String publicKey = Base64.getEncoder().encodeToString(keys.getPublic().getEncoded());
    RenewRequest request = new RenewRequest(publicKey, SecureRig.proof(keys, publicKey));
    return SecureRig.bundle(members.renew(visitor(before), request).view(), keys);
  }

  private boolean isIn(KeyBundle bundle) {
    String serial = Certificates.serial(bundle.certificate());
    return store
        .read(handle -> IdentityRows.member(handle, "a1"))
        .map(member -> member.has(serial))
        .orElse(false);
  }

  @Test
  void theNewestCertificateAndTheOneBeforeAreGood() {
    KeyPair keys = KeyBundle.newKeys();
    KeyBundle first = SecureRig.bundle(join(token("a1"), keys), keys);
    KeyBundle lost = renewed(first);
    KeyBundle second = renewed(first);
    assertThat(isIn(first)).as("the answer may be lost again").isTrue();
    assertThat(isIn(lost)).isFalse();
    KeyBundle third = renewed(second);
    assertThat(isIn(first)).isFalse();
    assertThat(isIn(second)).isTrue();
    assertThat(isIn(third)).isTrue();
    assertRefused(Problem.UNKNOWN_NAME, () -> renewed(first));
  }

  @Test
  void whoeverIsRevokedIsOutUntilHeJoinsAgain() {
    KeyPair keys = KeyBundle.newKeys();
    KeyBundle first = SecureRig.bundle(join(token("a1"), keys), keys);
    JoinToken waiting = token("a1");
    members.revokeAgent("a1");
    assertThat(isIn(first)).isFalse();
    assertRefused(Problem.UNKNOWN_NAME, () -> renewed(first));
    assertRefused(Problem.BAD_TOKEN, () -> join(waiting, KeyBundle.newKeys()));
    KeyBundle again = SecureRig.bundle(join(token("a1"), keys), keys);
    assertThat(isIn(again)).isTrue();
    assertThat(isIn(first)).isFalse();
    assertRefused(
        Problem.UNKNOWN_NAME,
        () -> {
          members.revokeAgent("a9");
          return "";
        });
  }

  // ---- limits -------------------------------------------------------------------------------

  @Test
  void tokensMembersAndUsersAreLimited() {
    join(token("a1"), KeyBundle.newKeys());
    join(token("a2"), KeyBundle.newKeys());
    now += TTL;
    assertRefused(Problem.LIMIT_REACHED, () -> token("a3"));
    token("a1");
    token("a2");
    assertThat(token("a2").agent()).as("in the place of the one before").isEqualTo("a2");
    members.createUser(new UserRequest("u1", Role.VIEWER, "all", TTL));
    members.createUser(new UserRequest("u2", Role.VIEWER, "all", TTL));
    members.createUser(new UserRequest("u2", Role.ADMIN, "all", TTL));
    assertRefused(
        Problem.LIMIT_REACHED,
        () -> members.createUser(new UserRequest("u3", Role.VIEWER, "all", TTL)));
  }

  @Test
  void tokensThatWaitAreLimited() {
    token("b1");
    token("b2");
    assertRefused(Problem.LIMIT_REACHED, () -> token("b3"));
    now += TTL;
    token("b3");
  }

  @Test
  void aTokenLivesBetweenASecondAndAYear() {
    for (long good : List.of(Members.TTL_MILLIS_MIN, Members.TTL_MILLIS_MAX)) {
      members.createToken(new TokenRequest("a1", LABELS, good));
      members.createUser(new UserRequest("u1", Role.VIEWER, "all", good));
    }
    for (long bad : List.of(Members.TTL_MILLIS_MIN - 1, Members.TTL_MILLIS_MAX + 1, 0L, -1L)) {
      assertRefused(
          Problem.MALFORMED, () -> members.createToken(new TokenRequest("a1", LABELS, bad)));
      assertRefused(
          Problem.MALFORMED,
          () -> members.createUser(new UserRequest("u1", Role.VIEWER, "all", bad)));
    }
  }

  @Test
  void namesAndLabelsAreNames() {
    String longest = "a".repeat(Names.NAME_CHARS_MAX);
    members.createToken(new TokenRequest(longest, LABELS, TTL));
    for (String bad : List.of("", "a b", "../a", longest + "a", "a:b")) {
      assertRefused(
          Problem.MALFORMED, () -> members.createToken(new TokenRequest(bad, LABELS, TTL)));
      assertRefused(
          Problem.MALFORMED,
          () -> members.createUser(new UserRequest(bad, Role.ADMIN, "all", TTL)));
    }
    assertRefused(
        Problem.MALFORMED,
        () -> members.createToken(new TokenRequest("a1", Map.of("a=b", "c"), TTL)));
  }

  // ---- the audit log ------------------------------------------------------------------------

  private void lines(int count) {
    AuditRows rows = new AuditRows(identity);
    for (int i = 1; i <= count; i++) {
      AuditRows.Line line =
          new AuditRows.Line(0, "user u", "127.0.0.1", "POST /x", "detail " + i, "asked");
      store.transaction(handle -> rows.add(handle, now, line));
    }
  }

  private AuditCheckView check(String head) {
    return new AuditRows(identity).check(store, head);
  }

  @Test
  void anAuditLogAsItWasWrittenIsIntact() {
    assertThat(check("").intact()).as("empty").isTrue();
    lines(1_001); // more than a batch
    AuditCheckView checked = check("");
    assertThat(checked).isEqualTo(new AuditCheckView(1_001, true, "", checked.head()));
    lines(2);
    assertThat(check(checked.head()).intact()).isTrue();
  }

  @Test
  void everyTamperingWithALineIsFound() {
    for (String tampering :
        List.of(
            "UPDATE audit SET who = 'user v' WHERE serial = 2",
            "UPDATE audit SET source = '127.0.0.2' WHERE serial = 2",
            "UPDATE audit SET action = 'GET /x' WHERE serial = 2",
            "UPDATE audit SET detail = 'detail' WHERE serial = 2",
            "UPDATE audit SET outcome = '200' WHERE serial = 2",
            "UPDATE audit SET at_millis = at_millis + 1 WHERE serial = 2",
            "UPDATE audit SET about = 1 WHERE serial = 2",
            "UPDATE audit SET chain = '" + "0".repeat(64) + "' WHERE serial = 2",
            "UPDATE audit SET serial = 9 WHERE serial = 2",
            "DELETE FROM audit WHERE serial = 2",
            "DELETE FROM audit WHERE serial = 1")) {
      store.transaction(handle -> handle.execute("DELETE FROM audit"));
      lines(3);
      assertThat(check("").intact()).isTrue();
      store.transaction(handle -> handle.execute(tampering));
      assertThat(check("").intact()).as(tampering).isFalse();
      assertThat(check("").why()).as(tampering).containsPattern("line [12] ");
    }
  }

  @Test
  void aLogThatWasCutOffIsFoundWithAHeadFromBefore() {
    lines(3);
    String head = check("").head();
    store.transaction(handle -> handle.execute("DELETE FROM audit WHERE serial = 3"));
    assertThat(check("").intact()).as("without it nobody knows").isTrue();
    assertThat(check(head).intact()).isFalse();
    lines(1);
    assertThat(check("").intact()).isTrue();
    assertThat(check(head).intact()).as("another line in its place").isFalse();
    assertThat(check(head).why()).contains(head);
  }

  @Test
  void aDetailIsCutShort() {
    String longest = "x".repeat(AuditRows.DETAIL_CHARS_MAX);
    assertThat(new AuditRows.Line(0, "", "", "", longest, "").detail()).isEqualTo(longest);
    assertThat(new AuditRows.Line(0, "", "", "", longest + "y", "").detail())
        .isEqualTo(longest + "...");
  }

  @Test
  void refusalsAreWrittenDownSoManyTimesAMinute() {
    try (BlockingCalls blocking = new BlockingCalls(Duration.ofSeconds(1), store.dialect())) {
      AuditLog log = new AuditLog(identity, () -> store, blocking, () -> now);
      for (int i = 0; i < AuditLog.REFUSALS_A_MINUTE_MAX; i++) {
        assertThat(log.isNoted()).isTrue();
      }
      assertThat(log.isNoted()).isFalse();
      now += 60_000;
      assertThat(log.isNoted()).isTrue();
    }
  }

  @Test
  void whoJoinsIsWrittenDown() {
    JoinToken token = token("a1");
    join(token, KeyBundle.newKeys());
    List<AuditView> lines = store.read(handle -> AuditRows.after(handle, 0, 10));
    assertThat(lines)
        .extracting(AuditView::who, AuditView::source, AuditView::action, AuditView::detail)
        .containsExactly(tuple("token " + token.id(), "127.0.0.1", "join", "agent a1"));
  }
}
