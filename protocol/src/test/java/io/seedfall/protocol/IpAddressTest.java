package io.seedfall.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

final class IpAddressTest {
  private static void check(String hex, String text) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    assertThat(IpAddress.text(bytes)).isEqualTo(text);
    assertThat(IpAddress.bytes(text)).isEqualTo(bytes);
  }

  @Test
  void everyAddressHasOneSpelling() {
    check("7f000001", "127.0.0.1");
    check("ffffffff", "255.255.255.255");
    check("00000000000000000000000000000000", "::");
    check("00000000000000000000000000000001", "::1");
    check("20010db8000000000000000000000001", "2001:db8::1");
    check("20010db8000000010000000000000000", "2001:db8:0:1::");
    check("00010000000200000000000000000003", "1:0:2::3");
    check("00010000000000020000000000000003", "1:0:0:2::3");
    check("00010002000300000005000600070008", "1:2:3:0:5:6:7:8");
    check("fe80000000000000020000fffe000001", "fe80::200:ff:fe00:1");
  }

  @Test
  void otherSpellingsAreUnderstood() {
    for (String text :
        List.of("2001:DB8:0:0:0:0:0:1", "2001:0db8::0001", "2001:db8::0:1", "2001:db8:0:0::1")) {
      assertThat(spelled(text)).isEqualTo("2001:db8::1");
    }
    assertThat(spelled("::ffff:10.1.2.3")).as("mapped").isEqualTo("10.1.2.3");
    assertThat(spelled("::ffff:0a01:203")).isEqualTo("10.1.2.3");
    assertThat(spelled("64:ff9b::10.1.2.3")).isEqualTo("64:ff9b::a01:203");
    assertThat(spelled("1:2:3:4:5:6:7::")).isEqualTo("1:2:3:4:5:6:7:0");
  }

  private static String spelled(String text) {
    return IpAddress.text(Objects.requireNonNull(IpAddress.bytes(text)));
  }

  @Test
  void whatIsNoAddressIsNone() {
    for (String text :
        List.of(
            "",
            "a",
            "localhost",
            "1.2.3",
            "1.2.3.4.5",
            "1.2.3.256",
            "01.2.3.4",
            "1.2.3.-4",
            "1.2.3.",
            "1..3.4",
            ":",
            ":::",
            "1::2::3",
            "1:2:3:4:5:6:7",
            "1:2:3:4:5:6:7:8:9",
            "::12345",
            "::g",
            "1:2:3:4:5:6:7:8::",
            "::1:2:3:4:5:6:7:8",
            "fe80::1%eth0",
            ":1:2:3:4:5:6:7",
            "1.2.3.4:5",
            "::1.2.3",
            "+1.2.3.4",
            "٣.2.3.4",
            " 1.2.3.4")) {
      assertThat(IpAddress.bytes(text)).as(text).isNull();
    }
    for (int length : new int[] {0, 3, 5, 15, 17}) {
      assertThatThrownBy(() -> IpAddress.text(new byte[length]))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void itAgreesWithJava() {
    Seeds.check(
        500,
        random -> {
          byte[] bytes = new byte[random.nextBoolean() ? 4 : 16];
          random.nextBytes(bytes);
          for (int i = 0; i < bytes.length; i++) {
            bytes[i] = random.nextInt(2) == 0 ? 0 : bytes[i];
          }
          String text = IpAddress.text(bytes);
          assertThat(InetAddress.ofLiteral(text).getAddress()).isEqualTo(bytes);
          assertThat(IpAddress.bytes(InetAddress.getByAddress(bytes).getHostAddress()))
              .isEqualTo(bytes);
        });
  }

  @Test
  void endpointsStandInRowsOfTheirFamily() {
    List<Endpoint> all =
        List.of(
            new Endpoint("10.1.2.3", 6_881), new Endpoint("::1", 65_535), new Endpoint("name", 1));
    assertThat(CompactEndpoints.V4.encode(all)).isEqualTo(HexFormat.of().parseHex("0a0102031ae1"));
    assertThat(CompactEndpoints.V6.encode(all))
        .isEqualTo(HexFormat.of().parseHex("00".repeat(15) + "01ffff"));
    byte[] two = HexFormat.of().parseHex("0a0102031ae1" + "01020304" + "0000");
    assertThat(CompactEndpoints.V4.count(two)).isEqualTo(2);
    assertThat(CompactEndpoints.V4.at(two, 1)).as("the port 0").isNull();
    assertThat(CompactEndpoints.V4.decode(two, 5)).containsExactly(all.getFirst());
    assertThat(CompactEndpoints.V4.decode(two, 0)).isEmpty();
    assertThat(CompactEndpoints.V4.count(new byte[7])).isEqualTo(-1);
    assertThat(CompactEndpoints.V6.decode(new byte[17], 5)).isEmpty();
    assertThat(CompactEndpoints.V6.fits(all.get(1))).isTrue();
    assertThat(CompactEndpoints.V6.fits(all.get(0))).isFalse();
    assertThat(CompactEndpoints.V4.fits(all.get(2))).isFalse();
  }

  @Test
  void bytesInUrlsAreEscaped() {
    byte[] bytes = {0, 0x20, '%', '+', 'a', 'Z', '9', '-', '_', '.', '~', '/', (byte) 0xff};
    assertThat(PercentCode.escape(bytes)).isEqualTo("%00%20%25%2BaZ9-_.~%2F%FF");
    assertThat(PercentCode.bytes("%00%20%25%2BaZ9-_.~%2F%FF")).isEqualTo(bytes);
    assertThat(PercentCode.bytes("%00%20%25%2baZ9-_.~%2f%ff")).isEqualTo(bytes);
    assertThat(PercentCode.bytes("a+b")).isEqualTo(new byte[] {'a', '+', 'b'});
    assertThat(PercentCode.text("gr%C3%BC%C3%9Fe")).isEqualTo("grüße");
    assertThat(PercentCode.escape("grüße")).isEqualTo("gr%C3%BC%C3%9Fe");
    assertThat(PercentCode.text("%FF")).as("no UTF-8").isNull();
    for (String alone : List.of("%", "%1", "a%2", "%zz", "%1g", "%-1")) {
      assertThat(PercentCode.bytes(alone)).as(alone).isNull();
      assertThat(PercentCode.text(alone)).as(alone).isNull();
    }
    Seeds.check(
        200,
        random -> {
          byte[] any = new byte[random.nextInt(40)];
          random.nextBytes(any);
          assertThat(PercentCode.bytes(PercentCode.escape(any))).isEqualTo(any);
        });
  }
}
