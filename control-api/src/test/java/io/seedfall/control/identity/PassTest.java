package io.seedfall.control.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.security.KeyPair;
import org.junit.jupiter.api.Test;

/** What is signed is what is read, and nothing else. */
final class PassTest {
  private static final KeyPair AUTHORITY = KeyBundle.newKeys();
  private static final String INFO_HASH = "0f".repeat(32);
  private static final Pass PASS =
      new Pass("seedfall:agent:a1", INFO_HASH, Pass.Right.EXCHANGE, 2_000_000_000_000L);

  @Test
  void whatTheAuthorityHasSignedIsRead() {
    String text = PASS.text(AUTHORITY.getPrivate());
    assertThat(text.length()).isLessThanOrEqualTo(Pass.CHARS_MAX);
    assertThat(Pass.read(text, AUTHORITY.getPublic())).isEqualTo(PASS);
    Pass longest =
        new Pass(
            "seedfall:publisher:" + "x".repeat(128), INFO_HASH, Pass.Right.SEND, Long.MAX_VALUE);
    assertThat(Pass.read(longest.text(AUTHORITY.getPrivate()), AUTHORITY.getPublic()))
        .isEqualTo(longest);
  }

  @Test
  void noOtherSignatureIsGood() {
    String text = PASS.text(KeyBundle.newKeys().getPrivate());
    assertThat(Pass.read(text, AUTHORITY.getPublic())).isNull();
  }

  @Test
  void noCharacterCanBeChanged() {
    String text = PASS.text(AUTHORITY.getPrivate());
    for (int at = 0; at < text.length(); at++) {
      char other = text.charAt(at) == 'A' ? 'B' : 'A';
      String changed = text.substring(0, at) + other + text.substring(at + 1);
      Pass read = Pass.read(changed, AUTHORITY.getPublic());
      // The last digits of Base64 have bits that mean nothing: then it is the same pass.
      assertThat(read == null || read.equals(PASS)).as(changed).isTrue();
    }
    String more = text.replace("EXCHANGE", "SEND");
    assertThat(Pass.read(more, AUTHORITY.getPublic())).isNull();
  }

  @Test
  void whatIsNoneIsNone() {
    for (String text :
        new String[] {
          "",
          "seedfall-pass-1",
          "seedfall-pass-1 a " + INFO_HASH + " EXCHANGE x AAAA",
          "seedfall-pass-1 a " + INFO_HASH + " ALL 1 AAAA",
          "seedfall-pass-1 a b EXCHANGE 1 AAAA",
          "seedfall-pass-1 a " + INFO_HASH + " EXCHANGE 1 !",
          " ".repeat(5),
          "x".repeat(Pass.CHARS_MAX + 1)
        }) {
      assertThat(Pass.read(text, AUTHORITY.getPublic())).as(text).isNull();
    }
  }

  @Test
  void whatCannotStandInOneIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Pass("a b", INFO_HASH, Pass.Right.SEND, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> new Pass("a", "b", Pass.Right.SEND, 1));
  }
}
