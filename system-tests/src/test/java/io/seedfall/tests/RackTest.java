package io.seedfall.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** A ruler that nobody checked measures nothing. */
final class RackTest {
  private static final long BYTES = 20_000_000;
  private static final Pattern RECEIVED =
      Pattern.compile("\"sum_received\":\\{[^}]*\"bytes\":(\\d+)");

  private static final Pattern SENT =
      Pattern.compile("\"sum_sent\":\\{[^}]*\"bytes\":(\\d+)[^}]*\"retransmits\":(\\d+)");
  private static final long FRAME_BYTES = 1_514;

  @Test
  void theCountersSeeWhatAHostSendsAndTheLinksKeepTheirRate()
      throws IOException, InterruptedException {
    try (Rack rack = Rack.up(2, "100mbit")) {
      Process server = start(rack, 1, "iperf3", "-s", "-1", "--forceflush");
      try (BufferedReader lines = server.inputReader()) {
        String line = lines.readLine();
        while (line != null && !line.contains("listening")) {
          line = lines.readLine();
        }
        long began = System.nanoTime();
        Process client =
            start(rack, 0, "iperf3", "-J", "-c", rack.address(1), "-n", String.valueOf(BYTES));
        String result = client.inputReader().lines().collect(Collectors.joining());
        assertThat(client.waitFor()).as(result).isZero();
        Matcher matcher = RECEIVED.matcher(result.replaceAll("\\s", ""));
        assertThat(matcher.find()).as(result).isTrue();
        long received = Long.parseLong(matcher.group(1));
        double seconds = (System.nanoTime() - began) / 1e9;
        // A frame of 1514 bytes carries 1448 of data.
        assertThat(received).isBetween(BYTES / 2, BYTES * 2);
        // iperf3 counts as received what had come when it ended; what it has written passes, some
        // twice.
        Matcher sent = SENT.matcher(result.replaceAll("\\s", ""));
        assertThat(sent.find()).as(result).isTrue();
        long written = Long.parseLong(sent.group(1)) + Long.parseLong(sent.group(2)) * FRAME_BYTES;
        assertThat(rack.bytesSent(0)).isBetween(received, written * 110 / 100 + 100_000);
        assertThat(rack.bytesSent(1)).isBetween(1L, received / 10);
        assertThat(received / seconds).isLessThan(100e6 / 8);
      } finally {
        server.destroyForcibly().waitFor();
      }
    }
  }

  private static Process start(Rack rack, int host, String... command) throws IOException {
    List<String> whole = new ArrayList<>(rack.on(host));
    whole.addAll(List.of(command));
    return new ProcessBuilder(whole).redirectErrorStream(true).start();
  }
}
