package io.seedfall.cli;

import java.net.InetSocketAddress;
import picocli.CommandLine.Option;

/** What every command that listens and runs until it is stopped takes. */
final class DaemonOptions {
  @Option(names = "--insecure", description = "listen on an address that others can reach")
  boolean insecure;

  @Option(names = "--json", description = "print one line of JSON with the address when ready")
  boolean json;

  @Option(
      names = "--stop-with-input",
      description = "stop when standard input ends, that is, with whoever started it")
  boolean stopWithInput;

  /** Refuses what {@code --insecure} would have to allow. */
  void requireAllowed(InetSocketAddress listen) {
    ListenAddress.requireLoopback(listen, insecure);
  }

  /** Says that it is ready, and runs until it is stopped. */
  void runUntilStopped(Console console, Lifetime lifetime, String what, String address)
      throws InterruptedException {
    if (json) {
      console.json(ListeningLine.of(address));
    } else {
      console.answer(what + " " + address + " (Ctrl-C stops it)");
    }
    if (stopWithInput) {
      lifetime.stopWithEndOf(System.in);
    }
    lifetime.awaitStop();
  }
}
