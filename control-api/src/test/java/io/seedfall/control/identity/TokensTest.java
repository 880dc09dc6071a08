package io.seedfall.control.identity;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.seedfall.control.ClientIdentity;
import io.seedfall.control.CoordinatorAddresses;
import io.seedfall.control.Selector;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What people are given: read strictly, and never repeated in a message. */
final class TokensTest {
  private static final String ID = "0123456789abcdef";
  private static final String SECRET = "5ec2e7".repeat(11).substring(0, 64);
  private static final String AUTHORITY = "ab".repeat(32);

  @TempDir private Path directory;

  @Test
  void aTokenToJoinIsReadAsItWasWritten() throws Exception {
    JoinToken token = new JoinToken("a1", ID, SECRET, new Fingerprint(AUTHORITY));
    assertThat(JoinToken.parse(token.text())).isEqualTo(token);
    Path file = directory.resolve("token");
    PrivateFiles.write(file, (token.text() + "\n").getBytes(UTF_8));
    assertThat(JoinToken.read(file)).isEqualTo(token);
    assertThat(token.toString()).doesNotContain(SECRET);
  }

  @Test
  void whatIsNoTokenIsRefusedAndNotRepeated() throws Exception {
    String good = new JoinToken("a1", ID, SECRET, new Fingerprint(AUTHORITY)).text();
    for (String bad :
        List.of(
            "",
            SECRET,
            good.substring(1),
            good.substring(0, good.length() - 1),
            good + ":",
            good.replace(ID, ID + "0"),
            good.replace(SECRET, SECRET.substring(1)),
            good.replace(SECRET, SECRET.replace('e', 'E')))) {
      assertThatIllegalArgumentException()
          .as(bad)
          .isThrownBy(() -> JoinToken.parse(bad))
          .satisfies(e -> assertThat(e.toString()).doesNotContain(SECRET.substring(1)));
      Path file = directory.resolve("token");
      PrivateFiles.write(file, bad.getBytes(UTF_8));
      assertThatIOException()
          .isThrownBy(() -> JoinToken.read(file))
          .withMessageContaining("seedfall token create");
    }
    UserToken user = new UserToken(ID, SECRET);
    assertThat(UserToken.parse(user.text())).isEqualTo(user);
    for (String bad : List.of("", SECRET, user.text() + "_", user.text().substring(1), good)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> UserToken.parse(bad))
          .satisfies(e -> assertThat(e.toString()).doesNotContain(SECRET));
    }
  }

  @Test
  void credentialsAreReadAsTheyWereWritten() throws Exception {
    UserCredentials credentials =
        new UserCredentials(
            "ci", "https://10.0.0.1:7070", AUTHORITY, new UserToken(ID, SECRET).text());
    Path file = directory.resolve("credentials");
    PrivateFiles.write(file, credentials.text());
    assertThat(UserCredentials.read(file)).isEqualTo(credentials);
    assertThat(credentials.toString() + credentials.identity()).doesNotContain(SECRET);
    for (String bad : List.of("", "{}", "null", SECRET, "{\"token\":\"" + SECRET + "\"}")) {
      PrivateFiles.write(file, bad.getBytes(UTF_8));
      assertThatIOException()
          .isThrownBy(() -> UserCredentials.read(file))
          .withMessageContaining("seedfall user create")
          .satisfies(e -> assertThat(e.toString()).doesNotContain(SECRET));
    }
  }

  @Test
  void aSecretIsShownOverTlsOrNotAtAll() {
    UserCredentials credentials =
        new UserCredentials("ci", "", AUTHORITY, new UserToken(ID, SECRET).text());
    CoordinatorAddresses mixed =
        CoordinatorAddresses.parse("https://10.0.0.1:7070,http://10.0.0.2:7070");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> credentials.identity().check(mixed))
        .withMessageContaining("over TLS only");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ClientIdentity.NONE.check(mixed))
        .withMessageContaining("--credentials FILE");
    assertThatIllegalArgumentException().isThrownBy(() -> new ClientIdentity(null, "Bearer x"));
  }

  @Test
  void onlySoManyPartsOfAFileAreLookedAt() throws Exception {
    String part = "-----BEGIN THING-----\nAAAA\n-----END THING-----\n";
    assertThat(Pem.certificates(part.repeat(Pem.BLOCKS_MAX))).isEmpty();
    assertThatExceptionOfType(GeneralSecurityException.class)
        .isThrownBy(() -> Pem.certificates(part.repeat(Pem.BLOCKS_MAX + 1)));
    assertThatExceptionOfType(GeneralSecurityException.class)
        .isThrownBy(() -> Pem.certificates(part.replace("THING", "CERTIFICATE")));
  }

  @Test
  void secretsAreLongAndNeverTheSame() {
    assertThat(Secrets.newSecret()).hasSize(64).isNotEqualTo(Secrets.newSecret());
    assertThat(Secrets.newId()).hasSize(16).isNotEqualTo(Secrets.newId());
  }

  @Test
  void aSelectorIsWithinAnotherThatHasNoMoreTerms() {
    Selector wide = Selector.parse("zone=a,role!=db");
    for (String within : List.of("zone=a,role!=db", "role!=db,rack=7,zone=a")) {
      assertThat(Selector.parse(within).isWithin(wide)).as(within).isTrue();
      assertThat(Selector.parse(within).isWithin(Selector.parse("all"))).isTrue();
    }
    for (String beyond : List.of("all", "zone=a", "zone=b,role!=db", "zone=a,role=db")) {
      assertThat(Selector.parse(beyond).isWithin(wide)).as(beyond).isFalse();
    }
  }
}
