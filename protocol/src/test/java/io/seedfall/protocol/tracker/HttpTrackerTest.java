package io.seedfall.protocol.tracker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seedfall.protocol.Endpoint;
import io.seedfall.protocol.PeerId;
import io.seedfall.protocol.Seeds;
import io.seedfall.protocol.WireHash;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** BEP 3 "trackers", BEP 7, BEP 23 and BEP 48. */
final class HttpTrackerTest {
  private static final WireHash TORRENT =
      WireHash.parse("123456789abcdef123456789abcdef123456789a");
  private static final String ESCAPED =
      "%124Vx%9A%BC%DE%F1%23Eg%89%AB%CD%EF%124Vx%9A"; // the example that every guide has
  private static final PeerId PEER = PeerId.of("-SF0100-abcdefghi/ 0".getBytes(ISO_8859_1));
  private static final String QUERY =
      "info_hash="
          + ESCAPED
          + "&peer_id=-SF0100-abcdefghi%2F%200&port=6881&uploaded=1&downloaded=2"
          + "&left=3&compact=1";

  private static AnnounceRequest request(AnnounceEvent event, int numWant, int key) {
    return new AnnounceRequest(TORRENT, PEER, 6_881, 1, 2, 3, event, numWant, key);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(ISO_8859_1);
  }

  private static <T> T valid(Parsed<T> parsed) {
    return switch (parsed) {
      case Parsed.Valid<T>(T value) -> value;
      case Parsed.Malformed<T>(String reason) -> throw new AssertionError(reason);
    };
  }

  private static <T> String reason(Parsed<T> parsed) {
    return switch (parsed) {
      case Parsed.Valid<T>(T value) -> "valid: " + value;
      case Parsed.Malformed<T>(String reason) -> reason;
    };
  }

  @Test
  void anAnnouncementIsAQuery() {
    assertThat(HttpTracker.announceUrl("http://t:80/announce", request(AnnounceEvent.NONE, -1, 0)))
        .isEqualTo("http://t:80/announce?" + QUERY);
    assertThat(HttpTracker.announceUrl("http://t/a?pass=x", request(AnnounceEvent.STARTED, 50, -2)))
        .isEqualTo("http://t/a?pass=x&" + QUERY + "&event=started&numwant=50&key=FFFFFFFE");
  }

  @Test
  void aTrackerReadsIt() {
    assertThat(valid(HttpTracker.parseAnnounce(QUERY)))
        .isEqualTo(request(AnnounceEvent.NONE, -1, 0));
    assertThat(
            valid(HttpTracker.parseAnnounce(QUERY + "&event=completed&numwant=0&key=fffffffe&x=y")))
        .isEqualTo(request(AnnounceEvent.COMPLETED, 0, -2));
    for (String unknown : List.of("", "empty", "paused", "STARTED")) {
      assertThat(valid(HttpTracker.parseAnnounce(QUERY + "&event=" + unknown)).event())
          .isEqualTo(AnnounceEvent.NONE);
    }
    assertThat(valid(HttpTracker.parseAnnounce(QUERY + "&event=stopped")).event())
        .isEqualTo(AnnounceEvent.STOPPED);
    assertThat(valid(HttpTracker.parseAnnounce(QUERY + "&numwant=-5&key=name")))
        .as("counts as not said")
        .isEqualTo(request(AnnounceEvent.NONE, -1, 0));
    assertThat(valid(HttpTracker.parseAnnounce(QUERY + "&numwant=99999999999")).numWant())
        .isEqualTo(Integer.MAX_VALUE);
  }

  @Test
  void whatIsNeededMustBeThere() {
    String start = QUERY;
    assertThat(reason(HttpTracker.parseAnnounce(""))).startsWith("info_hash: ");
    assertThat(reason(HttpTracker.parseAnnounce(start.replace(ESCAPED, "%12"))))
        .startsWith("info_hash: ");
    assertThat(reason(HttpTracker.parseAnnounce(start.replace("%9A", "%9"))))
        .startsWith("info_hash: ");
    assertThat(reason(HttpTracker.parseAnnounce(start.replace("abc", "ab"))))
        .startsWith("peer_id: ");
    assertThat(reason(HttpTracker.parseAnnounce(start.replace("left=3", "left=-3"))))
        .startsWith("left: ");
    assertThat(reason(HttpTracker.parseAnnounce(start.replace("left=3", "")))).startsWith("left: ");
    for (String port : List.of("", "0", "65536", "-1", "x", "+1", "99999999999999999999")) {
      assertThat(reason(HttpTracker.parseAnnounce(start.replace("port=6881", "port=" + port))))
          .startsWith("port: ");
    }
    assertThat(valid(HttpTracker.parseAnnounce(start.replace("6881", "65535"))).port())
        .isEqualTo(65_535);
  }

  @Test
  void queriesHaveALimit() {
    String most = QUERY + "&" + "x".repeat(HttpTracker.QUERY_CHARS_MAX - QUERY.length() - 1);
    assertThat(valid(HttpTracker.parseAnnounce(most)).port()).isEqualTo(6_881);
    assertThat(reason(HttpTracker.parseAnnounce(most + "x"))).startsWith("query: 8193 characters");
    assertThat(reason(HttpTracker.parseScrape(most + "x"))).startsWith("query: 8193 characters");
  }

  /* --------------- answers --------------- */

  @Test
  void compactPeersOfBothFamiliesBothWays() {
    // The example of BEP 7, with addresses.
    byte[] answer =
        bytes(
            "d8:completei2e10:incompletei3e8:intervali1800e12:min intervali60e5:peers6:\n\1\2\3\32\u00e1"
                + "6:peers618: \1\r\u00b8\0\0\0\0\0\0\0\0\0\0\0\1\0Pe");
    AnnounceResponse said =
        new AnnounceResponse.Peers(
            1_800,
            60,
            2,
            3,
            List.of(new Endpoint("10.1.2.3", 6_881), new Endpoint("2001:db8::1", 80)));
    assertThat(valid(HttpTracker.parseAnnounceResponse(answer))).isEqualTo(said);
    assertThat(HttpTracker.encode(said)).isEqualTo(answer);
    assertThat(HttpTracker.encode(new AnnounceResponse.Peers(9, 0, 0, 0, List.of())))
        .isEqualTo(bytes("d8:completei0e10:incompletei0e8:intervali9e5:peers0:e"));
  }

  @Test
  void aDictionaryForEachPeerIsRead() {
    String peers =
        "ld2:ip8:10.1.2.37:peer id20:aaaaaaaaaaaaaaaaaaaa4:porti6881ee"
            + "d2:ip3:::14:porti80eed2:ip4:host4:porti80eed2:ip7:1.2.3.44:porti0eei1ee";
    AnnounceResponse.Peers said =
        (AnnounceResponse.Peers)
            valid(HttpTracker.parseAnnounceResponse(bytes("d8:intervali9e5:peers" + peers + "e")));
    assertThat(said.peers())
        .as("no host names, no port 0")
        .containsExactly(new Endpoint("10.1.2.3", 6_881), new Endpoint("::1", 80));
  }

  @Test
  void numbersOutOfRangeAreBroughtIntoIt() {
    assertThat(interval("0")).isEqualTo(1);
    assertThat(interval("-5")).isEqualTo(1);
    assertThat(interval("86400")).isEqualTo(86_400);
    assertThat(interval("86401")).isEqualTo(86_400);
    AnnounceResponse.Peers odd =
        (AnnounceResponse.Peers)
            valid(
                HttpTracker.parseAnnounceResponse(
                    bytes(
                        "d8:completei-1e10:incompletei99999999999e8:intervali1e5:peers5:aaaaae")));
    assertThat(odd.seeds()).isZero();
    assertThat(odd.leeches()).isEqualTo(Integer.MAX_VALUE);
    assertThat(odd.peers()).isEmpty();
  }

  private static int interval(String number) {
    return ((AnnounceResponse.Peers)
            valid(HttpTracker.parseAnnounceResponse(bytes("d8:intervali" + number + "ee"))))
        .intervalSeconds();
  }

  @Test
  void aRefusalIsInTheTrackersWords() {
    assertThat(valid(HttpTracker.parseAnnounceResponse(bytes("d14:failure reason4:a\nnoe"))))
        .isEqualTo(new AnnounceResponse.Refused("a no"));
    assertThat(HttpTracker.encode(new AnnounceResponse.Refused("no")))
        .isEqualTo(bytes("d14:failure reason2:noe"));
    assertThat(
            valid(
                HttpTracker.parseAnnounceResponse(
                    bytes("d14:failure reason300:" + "x".repeat(300) + "e"))))
        .isEqualTo(new AnnounceResponse.Refused("x".repeat(256)));
    assertThat(HttpTracker.encode(new ScrapeResponse.Refused("no")))
        .isEqualTo(bytes("d14:failure reason2:noe"));
    assertThat(valid(HttpTracker.parseScrapeResponse(bytes("d14:failure reason2:noe"))))
        .isEqualTo(new ScrapeResponse.Refused("no"));
  }

  @Test
  void whatIsNoAnswerIsMalformed() {
    for (String bad : List.of("", "le", "de", "<html>", "d8:interval1:1e", "d8:intervali01ee")) {
      assertThat(HttpTracker.parseAnnounceResponse(bytes(bad)))
          .isInstanceOf(Parsed.Malformed.class);
      assertThat(HttpTracker.parseScrapeResponse(bytes(bad))).isInstanceOf(Parsed.Malformed.class);
    }
  }

  @Test
  void answersHaveLimits() {
    AnnounceResponse.Peers many =
        new AnnounceResponse.Peers(
            1, 0, 0, 0, Collections.nCopies(513, new Endpoint("1.2.3.4", 5)));
    assertThat(new String(HttpTracker.encode(many), ISO_8859_1)).contains("5:peers3072:");
    String row = "d8:intervali1e5:peers3078:" + "a".repeat(3_078) + "e";
    assertThat(
            ((AnnounceResponse.Peers) valid(HttpTracker.parseAnnounceResponse(bytes(row)))).peers())
        .hasSize(AnnounceResponse.PEERS_MAX);
    int overhead = "d8:intervali1e1:z262000:e".length();
    String most =
        "d8:intervali1e1:z" + (262_144 - overhead) + ":" + "z".repeat(262_144 - overhead) + "e";
    assertThat(most).hasSize(HttpTracker.ANSWER_BYTES_MAX);
    assertThat(HttpTracker.parseAnnounceResponse(bytes(most))).isInstanceOf(Parsed.Valid.class);
    String more = most.replace((262_144 - overhead) + ":", (262_145 - overhead) + ":z");
    assertThat(HttpTracker.parseAnnounceResponse(bytes(more))).isInstanceOf(Parsed.Malformed.class);
  }

  /* --------------- scrape --------------- */

  @Test
  void aScrapeHasItsUrlFromTheAnnouncement() {
    List<WireHash> one = List.of(TORRENT);
    assertThat(HttpTracker.scrapeUrl("http://t/announce", one))
        .isEqualTo("http://t/scrape?info_hash=" + ESCAPED);
    assertThat(HttpTracker.scrapeUrl("http://t/x/announce.php?id=/a", List.of(TORRENT, TORRENT)))
        .isEqualTo("http://t/x/scrape.php?id=/a&info_hash=" + ESCAPED + "&info_hash=" + ESCAPED);
    assertThat(HttpTracker.scrapeUrl("http://announce/x", one)).isNull();
    assertThat(HttpTracker.scrapeUrl("http://t/a?x=/announce", one)).isNull();
    assertThat(HttpTracker.scrapeUrl("http://t/announce", Collections.nCopies(64, TORRENT)))
        .isNotNull();
    for (int count : new int[] {0, 65}) {
      assertThatThrownBy(
              () -> HttpTracker.scrapeUrl("http://t/announce", Collections.nCopies(count, TORRENT)))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void aTrackerReadsAScrape() {
    String one = "info_hash=" + ESCAPED;
    assertThat(valid(HttpTracker.parseScrape("x=1&" + one + "&" + one)))
        .containsExactly(TORRENT, TORRENT);
    assertThat(valid(HttpTracker.parseScrape(String.join("&", Collections.nCopies(64, one)))))
        .hasSize(64);
    assertThat(reason(HttpTracker.parseScrape(String.join("&", Collections.nCopies(65, one)))))
        .startsWith("info_hash: 65 of them");
    assertThat(reason(HttpTracker.parseScrape(""))).startsWith("info_hash: 0 of them");
    assertThat(reason(HttpTracker.parseScrape("info_hash=abc")))
        .isEqualTo("info_hash: no 20 bytes");
  }

  @Test
  void theExampleOfBep48BothWays() {
    String x = "x".repeat(20);
    String y = "y".repeat(20);
    byte[] answer =
        bytes(
            "d5:filesd20:"
                + x
                + "d8:completei11e10:downloadedi13772e10:incompletei19ee"
                + "20:"
                + y
                + "d8:completei21e10:downloadedi206e10:incompletei20eeee");
    TreeMap<WireHash, SwarmCounts> swarms = new TreeMap<>();
    swarms.put(WireHash.of(bytes(x)), new SwarmCounts(11, 13_772, 19));
    swarms.put(WireHash.of(bytes(y)), new SwarmCounts(21, 206, 20));
    ScrapeResponse said = new ScrapeResponse.Swarms(swarms);
    assertThat(valid(HttpTracker.parseScrapeResponse(answer))).isEqualTo(said);
    assertThat(HttpTracker.encode(said)).isEqualTo(answer);
    assertThat(valid(HttpTracker.parseScrapeResponse(bytes("d5:filesd3:abcde20:" + x + "i1eee"))))
        .isEqualTo(new ScrapeResponse.Swarms(new TreeMap<>()));
  }

  @Test
  void requestsAreChecked() {
    for (int port : new int[] {0, 65_536}) {
      assertThatThrownBy(
              () -> new AnnounceRequest(TORRENT, PEER, port, 0, 0, 0, AnnounceEvent.NONE, -1, 0))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(
            () -> new AnnounceRequest(TORRENT, PEER, 1, 0, 0, -1, AnnounceEvent.NONE, -1, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new AnnounceResponse.Peers(0, 0, 0, 0, List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void brokenQueriesAndAnswersNeverMakeItThrow() {
    String answer = "d8:completei2e8:intervali1800e5:peers6:\n\1\2\3\32\u00e16:peers60:e";
    Seeds.check(
        2_000,
        random -> {
          StringBuilder query = new StringBuilder(QUERY);
          byte[] bytes = bytes(answer);
          for (int i = random.nextInt(4); i >= 0; i--) {
            query.setCharAt(random.nextInt(query.length()), (char) random.nextInt(256));
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
          }
          assertThat(HttpTracker.parseAnnounce(query.toString())).isNotNull();
          assertThat(HttpTracker.parseScrape(query.toString())).isNotNull();
          assertThat(HttpTracker.parseAnnounceResponse(bytes)).isNotNull();
          assertThat(HttpTracker.parseScrapeResponse(bytes)).isNotNull();
        });
  }
}
