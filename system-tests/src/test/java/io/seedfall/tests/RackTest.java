package io.seedfall.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A ruler that nobody checked measures nothing. */
final class RackTest {
  private static final long BYTES = 20_000_000;

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
            start(rack, 0, "iperf3", "-c", rack.address(1), "-n", String.valueOf(BYTES));
        assertThat(client.inputReader().lines().toList()).isNotEmpty();
        assertThat(client.waitFor()).isZero();
        double seconds = (System.nanoTime() - began) / 1e9;
        // A frame of 1514 bytes carries 1448; 20 MB take at least 1.6 s at 100 Mbit/s.
        assertThat(rack.bytesSent(0)).isBetween(BYTES, BYTES * 110 / 100);
        assertThat(rack.bytesSent(1)).isBetween(1L, BYTES / 10);
        assertThat(seconds).isGreaterThan(1.6);
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
