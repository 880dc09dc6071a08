package io.seedfall.benchmarks;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What the kernel says of one process at one moment.
 *
 * @param peakRssBytes the most memory it ever had resident
 * @param rssAnonBytes what it has resident of its own: heap, stacks, buffers
 * @param rssFileBytes what it has resident of files: mapped code, classes, content
 * @param threads how many run in it
 * @param descriptors how many files and sockets it has open
 */
record ProcessFacts(
    long peakRssBytes, long rssAnonBytes, long rssFileBytes, int threads, int descriptors) {
  private static final long KIB = 1024;

  /** Of each number the larger one. */
  ProcessFacts larger(ProcessFacts other) {
    return new ProcessFacts(
        Math.max(peakRssBytes, other.peakRssBytes),
        Math.max(rssAnonBytes, other.rssAnonBytes),
        Math.max(rssFileBytes, other.rssFileBytes),
        Math.max(threads, other.threads),
        Math.max(descriptors, other.descriptors));
  }

  /** The facts of the process with that id; null when it has ended. */
  static @Nullable ProcessFacts of(long pid) {
    try {
      Path process = Path.of("/proc", Long.toString(pid));
      String status = Files.readString(process.resolve("status"));
      int descriptors = 0;
      try (DirectoryStream<Path> open = Files.newDirectoryStream(process.resolve("fd"))) {
        for (Path _ : open) {
          descriptors++;
        }
      }
      return parse(status, descriptors);
    } catch (IOException e) {
      return null;
    }
  }

  /**
   * The facts in a {@code /proc/PID/status}; null for a process that has ended and was not yet
   * waited for: it has no memory any more.
   */
  static @Nullable ProcessFacts parse(String status, int descriptors) {
    long peak = field(status, "VmHWM:");
    if (peak < 0) {
      return null;
    }
    return new ProcessFacts(
        peak * KIB,
        Math.max(0, field(status, "RssAnon:")) * KIB,
        Math.max(0, field(status, "RssFile:")) * KIB,
        (int) Math.max(0, field(status, "Threads:")),
        descriptors);
  }

  /** The number behind a name; -1 when there is no such line. */
  private static long field(String status, String name) {
    return status
        .lines()
        .filter(line -> line.startsWith(name))
        .mapToLong(line -> Long.parseLong(line.substring(name.length()).strip().split(" ", 2)[0]))
        .findFirst()
        .orElse(-1);
  }
}
