package io.seedfall.cli;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What every command that listens and runs until it is stopped takes. */
final class DaemonOptions {
  @Mixin ConfigOption config;

  @Option(
      names = "--insecure",
      negatable = true,
      fallbackValue = "true",
      description = "listen on an address that others can reach")
  boolean insecure;

  @Option(
      names = "--json",
      negatable = true,
      fallbackValue = "true",
      description = "print one line of JSON with the address when ready")
  boolean json;

  @Option(
      names = "--stop-with-input",
      negatable = true,
      fallbackValue = "true",
      description = "stop when standard input ends, that is, with whoever started it")
  boolean stopWithInput;

  /** Refuses what {@code --insecure} would have to allow. */
  void requireAllowed(InetSocketAddress listen) {
    ListenAddress.requireLoopback(listen, insecure);
  }

  /** Says that it is ready, and runs until it is stopped. */
  void runUntilStopped(Console console, Lifetime lifetime, String what, String address)
      throws InterruptedException {
    runUntilStopped(console, lifetime, what, address, null);
  }

  /** The same for one that has a tracker. */
  void runUntilStopped(
      Console console, Lifetime lifetime, String what, String address, @Nullable String tracker)
      throws InterruptedException {
    if (json) {
      console.json(
          tracker == null
              ? ListeningLine.of(address)
              : ListeningLine.WithTracker.of(address, tracker));
    } else {
      console.answer(what + " " + address + " (Ctrl-C stops it)");
      if (tracker != null) {
        console.answer("tracker at http://%s/announce and udp://%<s".formatted(tracker));
      }
    }
    if (stopWithInput) {
      lifetime.stopWithEndOf(System.in);
    }
    try (GarbageWatch _ = GarbageWatch.begin()) {
      lifetime.awaitStop();
    }
  }
}
