package io.seedfall.benchmarks;

import io.seedfall.cli.CommandFailure;
import io.seedfall.cli.ExitCode;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * What TCP gets through one link, by iperf3 from host 0 to host 1: the bound that no way to send a
 * file can beat, and to which every time is compared.
 *
 * @param bytesPerSecond received
 * @param cpuSecondsPerGigabyte of both ends, for 10^9 bytes
 */
record Goodput(double bytesPerSecond, double cpuSecondsPerGigabyte) {
  /** What has to be installed. */
  static final String PROGRAM = "iperf3";

  private static final int SECONDS = 4;
  private static final int ATTEMPTS_MAX = 50;
  private static final long PAUSE_MILLIS = 100;

  /** Measures it, for some seconds. */
  static Goodput measure(Hosts hosts, ControlGroup group) {
    if (!Commands.isInstalled(PROGRAM)) {
      throw new CommandFailure(
          ExitCode.LOCAL, "iperf3 is not installed (Debian: apt-get install iperf3)");
    }
    String port = Integer.toString(hosts.port());
    List<String> inside = group.inside();
    List<String> server = Commands.words(inside, hosts.on(1).toArray(String[]::new));
    server.addAll(List.of(PROGRAM, "-s", "-B", hosts.address(1), "-p", port, "-D"));
    List<String> client = Commands.words(inside, hosts.on(0).toArray(String[]::new));
    client.addAll(List.of(PROGRAM, "-c", hosts.address(1), "-p", port, "-t", "" + SECONDS, "-J"));
    Commands.run(server.toArray(String[]::new));
    Commands.Outcome outcome = Commands.attempt(client);
    for (int i = 0; outcome.exit() != 0 && i < ATTEMPTS_MAX; i++) {
      Commands.pause(PAUSE_MILLIS);
      outcome = Commands.attempt(client);
    }
    if (outcome.exit() != 0) {
      throw new CommandFailure(ExitCode.LOCAL, "iperf3: " + outcome.output().strip());
    }
    return parse(outcome.output(), group.cpuSeconds());
  }

  /** The rate in what {@code iperf3 -J} prints. */
  static Goodput parse(String json, double cpuSeconds) {
    try {
      var received = JsonMapper.builder().build().readTree(json).at("/end/sum_received");
      double rate = received.at("/bits_per_second").asDouble(0) / 8;
      double bytes = received.at("/bytes").asDouble(0);
      if (rate <= 0 || bytes <= 0) {
        throw new CommandFailure(ExitCode.LOCAL, "iperf3 received nothing: " + json.strip());
      }
      return new Goodput(rate, cpuSeconds / bytes * 1e9);
    } catch (JacksonException e) {
      throw new CommandFailure(ExitCode.LOCAL, "iperf3 printed no JSON: " + json.strip(), e);
    }
  }
}
