package io.seedfall.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a doctor looks at on the machine itself: disks, the kernel's limits, the processor.
 *
 * @param proc where the kernel tells about itself, {@code /proc}
 * @param linkBytesPerSecond what the network card does, 0 when nobody said
 */
record MachineChecks(Path proc, long linkBytesPerSecond) {
  /** The most bytes that are written to see how fast a disk is. */
  static final int WRITE_BYTES_MAX = 64 << 20;

  private static final int WRITE_BYTES_AT_ONCE = 4 << 20;
  private static final long WRITE_NANOS_MAX = 3_000_000_000L;
  private static final long FSYNC_NANOS_USUAL = 100_000_000L;
  private static final long SLOW_BYTES_PER_SECOND = 50_000_000;
  private static final long FREE_BYTES_LEAST = 256L << 20;
  private static final double FREE_SHARE_USUAL = 0.05;
  private static final long FILES_LEAST = 1_024;
  private static final long FILES_USUAL = 4_096;
  private static final long BACKLOG_USUAL = 1_024;
  private static final long SOCKET_BYTES_USUAL = 4 << 20;
  private static final int PROC_BYTES_MAX = 64 << 10;
  private static final int JDK_LEAST = 25;
  private static final Pattern OPEN_FILES =
      Pattern.compile("Max open files\\s+(\\S+)\\s+(\\S+)\\s+files\\s*");
  private static final Pattern FLAGS = Pattern.compile("(?m)^(?:flags|Features)\\s*:(.*)$");

  // ---- disks --------------------------------------------------------------------------------

  /** One directory: there, writable, with room, and how fast. Leaves nothing in it. */
  List<Finding> disk(String check, Path directory) {
    if (!Files.isDirectory(directory)) {
      return List.of(
          Finding.fail(check, directory + " is no directory", "make it: mkdir -p " + directory));
    }
    List<Finding> findings = new ArrayList<>();
    try {
      FileStore store = Files.getFileStore(directory);
      findings.add(room(check, directory, store.getUsableSpace(), store.getTotalSpace()));
      findings.add(speed(check, directory));
    } catch (IOException e) {
      findings.add(
          Finding.fail(
              check,
              "%s cannot be written to: %s".formatted(directory, LocalTrouble.words(e)),
              "let the agent's user write there, and look whether the disk is mounted read-only"));
    }
    return findings;
  }

  /** Whether that much room is enough. */
  static Finding room(String check, Path directory, long freeBytes, long totalBytes) {
    String what =
        "%s has %s of %s free"
            .formatted(directory, Quantity.bytesText(freeBytes), Quantity.bytesText(totalBytes));
    String action = "make room, or keep fewer versions (--keep-versions, --keep-free)";
    if (freeBytes < FREE_BYTES_LEAST) {
      return Finding.fail(check, what, action);
    }
    return freeBytes < totalBytes * FREE_SHARE_USUAL
        ? Finding.warn(check, what, action)
        : Finding.ok(check, what);
  }

  private Finding speed(String check, Path directory) throws IOException {
    Path file = Files.createTempFile(directory, ".seedfall-doctor-", "");
    long written = 0;
    long nanos;
    long fsyncNanos;
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      long least = Math.min(WRITE_BYTES_MAX, Files.getFileStore(directory).getUsableSpace() / 4);
      ByteBuffer block = ByteBuffer.allocateDirect(WRITE_BYTES_AT_ONCE);
      long began = System.nanoTime();
      do {
        block.clear();
        written += channel.write(block);
      } while (written < least && System.nanoTime() - began < WRITE_NANOS_MAX);
      channel.force(true);
      nanos = System.nanoTime() - began;
      began = System.nanoTime();
      block.clear().limit(512);
      channel.write(block, 0);
      channel.force(true);
      fsyncNanos = System.nanoTime() - began;
    } finally {
      Files.delete(file);
    }
    return speed(check, directory, written * 1e9 / Math.max(1, nanos), fsyncNanos);
  }

  /** Whether that is fast enough. */
  Finding speed(String check, Path directory, double bytesPerSecond, long fsyncNanos) {
    String what =
        "%s takes %s with fsync, a small fsync %.1f ms"
            .formatted(directory, Quantity.rateText(bytesPerSecond), fsyncNanos / 1e6);
    if (linkBytesPerSecond > 0 && bytesPerSecond < linkBytesPerSecond) {
      return Finding.warn(
          check, what, "the disk, not the link, will be the bound: --link-rate says more");
    }
    if (bytesPerSecond < SLOW_BYTES_PER_SECOND || fsyncNanos > FSYNC_NANOS_USUAL) {
      return Finding.warn(check, what, "it is slow or busy: look what else writes to it");
    }
    return Finding.ok(check, what);
  }

  /** Whether versions that are kept with one root can get a second name in another. */
  static Finding together(String check, Path root, Path other) {
    try {
      if (Files.getFileStore(root).equals(Files.getFileStore(other))) {
        return Finding.ok(check, other + " is on the file system of " + root);
      }
      return Finding.warn(
          check,
          other + " is on another file system than " + root + ", where versions are kept",
          "what is installed there is a copy and needs its room twice");
    } catch (IOException e) {
      return Finding.skip(check, "%s: %s".formatted(other, LocalTrouble.words(e)));
    }
  }

  // ---- the kernel ---------------------------------------------------------------------------

  /** Limits of processes and sockets. */
  List<Finding> limits() {
    List<Finding> findings = new ArrayList<>();
    Matcher files = OPEN_FILES.matcher(text(proc.resolve("self/limits")));
    if (files.find()) {
      long hard = number(files.group(2));
      String what =
          "this process may open " + (hard == Long.MAX_VALUE ? "any number of" : hard) + " files";
      String action = "raise LimitNOFILE of the service, or ulimit -n, to 65536";
      findings.add(
          hard < FILES_LEAST
              ? Finding.fail("files", what, action)
              : hard < FILES_USUAL
                  ? Finding.warn("files", what, action)
                  : Finding.ok("files", what));
    } else {
      findings.add(Finding.skip("files", proc + "/self/limits does not say"));
    }
    findings.add(atLeast("backlog", "net/core/somaxconn", "net.core.somaxconn", BACKLOG_USUAL));
    findings.add(atLeast("buffers", "net/ipv4/tcp_rmem", "net.ipv4.tcp_rmem", SOCKET_BYTES_USUAL));
    findings.add(atLeast("buffers", "net/ipv4/tcp_wmem", "net.ipv4.tcp_wmem", SOCKET_BYTES_USUAL));
    return findings;
  }

  /** The last number of a file is to be so large. */
  private Finding atLeast(String check, String path, String name, long usual) {
    String[] numbers = text(proc.resolve("sys").resolve(path)).strip().split("\\s+", -1);
    long is = number(numbers[numbers.length - 1]);
    if (is < 0) {
      return Finding.skip(check, "the kernel does not tell " + name + " here");
    }
    String what = name + " is " + is;
    return is < usual
        ? Finding.warn(
            check, what, "let its last number be " + usual + " or more: sysctl -w " + name + "=...")
        : Finding.ok(check, what);
  }

  /** What hashes. */
  List<Finding> processor() {
    Matcher flags = FLAGS.matcher(text(proc.resolve("cpuinfo")));
    String all = flags.find() ? " " + flags.group(1).strip() + " " : "";
    Finding hashing =
        all.isEmpty()
            ? Finding.skip("processor", "the kernel does not tell what it can do")
            : all.contains(" sha_ni ") || all.contains(" sha2 ")
                ? Finding.ok("processor", "has SHA instructions")
                : all.contains(" avx2 ")
                    ? Finding.ok("processor", "has AVX2: agents hash eight leaves at once")
                    : Finding.warn(
                        "processor",
                        "has neither SHA instructions nor AVX2",
                        "hashing takes some three CPU-seconds for a gigabyte");
    int version = Runtime.version().feature();
    Finding jdk =
        version >= JDK_LEAST
            ? Finding.ok("jdk", "is " + Runtime.version())
            : Finding.fail("jdk", "is " + Runtime.version(), "take " + JDK_LEAST + " or later");
    return List.of(hashing, jdk);
  }

  private static long number(@Nullable String text) {
    if (text == null || text.equals("unlimited")) {
      return Long.MAX_VALUE;
    }
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException _) {
      return -1;
    }
  }

  private static String text(Path file) {
    // In one read: what is behind the first one the kernel does not give for numbers of its own.
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = new byte[PROC_BYTES_MAX];
      int count = Math.max(0, in.read(bytes));
      return new String(bytes, 0, count, StandardCharsets.UTF_8);
    } catch (IOException _) {
      return "";
    }
  }
}
