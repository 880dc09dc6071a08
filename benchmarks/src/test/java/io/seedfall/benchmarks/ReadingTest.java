package io.seedfall.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seedfall.cli.CommandFailure;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What other programs, the kernel and users write is read, or refused with what was expected. */
final class ReadingTest {
  @Test
  void aRateIsReadAsTcWritesIt() {
    assertThat(LinkRate.parse("100mbit").bitsPerSecond()).isEqualTo(100_000_000);
    assertThat(LinkRate.parse("2.5gbit").bitsPerSecond()).isEqualTo(2_500_000_000L);
    assertThat(LinkRate.parse("10MB/s").bitsPerSecond()).isEqualTo(80_000_000);
    assertThat(LinkRate.parse("100Mbit").times(0.5).bitsPerSecond()).isEqualTo(50_000_000);
    assertThatThrownBy(() -> LinkRate.parse("fast")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aRateBelowOneMegabitIsRefused() {
    assertThat(LinkRate.parse("1mbit").bitsPerSecond()).isEqualTo(LinkRate.BITS_PER_SECOND_MIN);
    assertThatThrownBy(() -> LinkRate.parse("999kbit"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least 1mbit");
  }

  @Test
  void aRateAboveOneTerabitIsRefused() {
    assertThat(LinkRate.parse("1tbit").bitsPerSecond()).isEqualTo(LinkRate.BITS_PER_SECOND_MAX);
    for (String text : List.of("1000.000000008gbit", "9000000TB/s")) {
      assertThatThrownBy(() -> LinkRate.parse(text))
          .as(text)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("at most 1tbit");
    }
  }

  @Test
  void aSlowHostIsItsNumberAndItsShare() {
    assertThat(SlowHost.parse("2:0.5")).isEqualTo(new SlowHost(2, 0.5));
    assertThat(SlowHost.parse("0:1")).isEqualTo(new SlowHost(0, 1));
    for (String bad : List.of("2", "2:0", "2:1.1", "x:0.5", "2:0.5:1", "-1:0.5", "")) {
      assertThatThrownBy(() -> SlowHost.parse(bad))
          .as(bad)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("2:0.5");
    }
  }

  @Test
  void contendersAreNamedAndAnUnknownOneIsRefused() {
    assertThat(ContenderKind.parse(List.of())).isEqualTo(ContenderKind.ALL);
    assertThat(ContenderKind.parse(List.of("uftp", "seedfall", "uftp")))
        .extracting(ContenderKind::label)
        .containsExactly("uftp", "seedfall");
    assertThatThrownBy(() -> ContenderKind.parse(List.of("rsync")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no contender rsync")
        .hasMessageContaining("libtorrent-tuned");
  }

  @Test
  void whatIsNotInstalledIsSaidInOneLineWithItsPackage() {
    ContenderKind kind =
        new ContenderKind("x", List.of("no-such-program"), "some-package", () -> new Star(false));
    assertThat(kind.missing())
        .isEqualTo(
            "x is left out: no-such-program is not installed (Debian: apt-get install"
                + " some-package)");
    assertThat(Commands.isInstalled("sh")).isTrue();
  }

  @Test
  void theKernelsCountersAreRead() {
    assertThat(Rack.bytesSent("[{ \"stats64\": {\"rx\": {\"bytes\": 1}, \"tx\": {\"bytes\": 42, "))
        .isEqualTo(42);
    assertThat(ControlGroup.cpuSeconds("usage_usec 1500000\nuser_usec 1\n")).isEqualTo(1.5);
    assertThatThrownBy(() -> ControlGroup.cpuSeconds("user_usec 1\n"))
        .isInstanceOf(IllegalStateException.class);
    assertThat(
            ControlGroup.mount(
                """
                tmpfs /sys/fs/cgroup tmpfs rw 0 0
                cgroup /sys/fs/cgroup/cpu cgroup rw 0 0
                cgroup2 /sys/fs/cgroup/unified cgroup2 rw 0 0
                """))
        .isEqualTo(Path.of("/sys/fs/cgroup/unified"));
    assertThat(ControlGroup.mount("proc /proc proc rw 0 0\n")).isNull();
  }

  @Test
  void theStatusOfAProcessIsRead() {
    String status =
        """
        Name:	java
        VmHWM:	  204800 kB
        VmRSS:	  102400 kB
        RssAnon:	   51200 kB
        RssFile:	   40960 kB
        Threads:	17
        """;
    assertThat(ProcessFacts.parse(status, 9))
        .isEqualTo(new ProcessFacts(200L << 20, 50L << 20, 40L << 20, 17, 9));
    assertThat(ProcessFacts.parse("Name:\tsh\nState:\tZ (zombie)\nThreads:\t1\n", 0)).isNull();
  }

  @Test
  void theFactsOfThisProcessArePlausible() {
    ProcessFacts self = Objects.requireNonNull(ProcessFacts.of(ProcessHandle.current().pid()));
    assertThat(self.peakRssBytes()).isGreaterThan(self.rssAnonBytes());
    assertThat(self.rssAnonBytes()).isPositive();
    assertThat(self.threads()).isPositive();
    assertThat(self.descriptors()).isPositive();
  }

  @Test
  void whatIperfReceivedIsTheGoodput() {
    String json = "{\"end\":{\"sum_received\":{\"bytes\":2e9,\"bits_per_second\":8e8}}}";
    assertThat(Goodput.parse(json, 3)).isEqualTo(new Goodput(1e8, 1.5));
    assertThatThrownBy(() -> Goodput.parse("{\"error\":\"refused\"}", 0))
        .isInstanceOf(CommandFailure.class);
    assertThatThrownBy(() -> Goodput.parse("iperf3: error", 0)).isInstanceOf(CommandFailure.class);
  }

  @Test
  void onlyConnectedAgentsCount() {
    String agent =
        "{\"name\":\"%s\",\"kind\":\"%s\",\"labels\":{},\"endpoint\":\"\",\"connected\":%s,"
            + "\"lastSeenMillis\":0,\"freeBytes\":1}";
    String json =
        "["
            + String.join(
                ",",
                agent.formatted("a1", "AGENT", true),
                agent.formatted("a2", "AGENT", false),
                agent.formatted("p", "PUBLISHER", true))
            + "]";
    assertThat(Fleet.connected(json)).isEqualTo(1);
    assertThat(Fleet.connected("seedfall: the coordinator does not answer")).isZero();
  }

  @Test
  void uftpNamesAClientByItsAddress() {
    assertThat(Uftp.clientId("10.99.0.2")).isEqualTo("0x0A630002");
  }
}
