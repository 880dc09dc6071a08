package io.seedfall.benchmarks;

import java.net.InetSocketAddress;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What {@code bench rack} starts beside the hosts for clients that need a tracker. */
@Command(name = "tracker", hidden = true, description = "Run the tracker of a benchmark.")
final class TrackerCommand implements Callable<Integer> {
  @Option(names = "--address", required = true, description = "where it listens")
  String address;

  @Option(names = "--port", required = true, description = "where it listens")
  int port;

  @Override
  public Integer call() throws Exception {
    new Tracker().serve(new InetSocketAddress(address, port));
    return 0;
  }
}
