package io.seedfall.node;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Puts everything that was written to a file system on its disk, in one call: Linux's {@code
 * syncfs}. A hundred thousand small files take seconds so, and minutes when each is waited for. It
 * waits for what others wrote there too, so it is for many files only. It tells of failed writes
 * that nobody was told of before the directory was opened; older ones went to who asked then.
 */
public final class FileSystemFlush {
  /** From so many files on it is used: chosen, not measured. */
  public static final int FILES_MIN = 64;

  private static final int O_RDONLY_CLOEXEC = 0x80000;
  private static final StructLayout ERRNO = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO_VALUE =
      ERRNO.varHandle(MemoryLayout.PathElement.groupElement("errno"));
  private static final Pattern KERNEL = Pattern.compile("(\\d+)\\.(\\d+).*");
  private static final @Nullable Calls CALLS = Calls.find();

  private FileSystemFlush() {}

  /** Whether there is such a call here; else each file has to be forced by itself. */
  public static boolean isThere() {
    return CALLS != null;
  }

  /**
   * Flushes the file system that {@code directory} is on.
   *
   * @throws IOException when the directory cannot be opened, or something could not be written
   * @throws IllegalStateException when there is no such call here
   */
  public static void of(Path directory) throws IOException {
    if (CALLS == null) {
      throw new IllegalStateException("no syncfs here");
    }
    CALLS.flush(directory);
  }

  /** Before Linux 5.8 the call did not say when a write had failed. */
  static boolean tellsFailures(String system, String version) {
    Matcher matcher = KERNEL.matcher(version);
    if (!system.equals("Linux") || !matcher.matches()) {
      return false;
    }
    int major = Integer.parseInt(matcher.group(1));
    return major > 5 || (major == 5 && Integer.parseInt(matcher.group(2)) >= 8);
  }

  private record Calls(MethodHandle open, MethodHandle syncfs, MethodHandle close) {

    @SuppressWarnings("restricted") // native access is what this class is for
    static @Nullable Calls find() {
      if (!tellsFailures(System.getProperty("os.name"), System.getProperty("os.version"))) {
        return null;
      }
      try {
        Linker linker = Linker.nativeLinker();
        SymbolLookup lookup = linker.defaultLookup();
        Linker.Option errno = Linker.Option.captureCallState("errno");
        FunctionDescriptor onDescriptor =
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
        return new Calls(
            linker.downcallHandle(
                lookup.findOrThrow("open"),
                FunctionDescriptor.of(
                    ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT),
                errno),
            linker.downcallHandle(lookup.findOrThrow("syncfs"), onDescriptor, errno),
            linker.downcallHandle(lookup.findOrThrow("close"), onDescriptor));
      } catch (RuntimeException e) {
        return null; // no such call, or native access is denied
      }
    }

    void flush(Path directory) throws IOException {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment errno = arena.allocate(ERRNO);
        MemorySegment path = arena.allocateFrom(directory.toString());
        int descriptor = (int) open.invokeExact(errno, path, O_RDONLY_CLOEXEC);
        if (descriptor < 0) {
          throw failure("open", directory, errno);
        }
        try {
          if ((int) syncfs.invokeExact(errno, descriptor) != 0) {
            throw failure("syncfs", directory, errno);
          }
        } finally {
          int ignored = (int) close.invokeExact(descriptor);
        }
      } catch (IOException | Error | RuntimeException e) {
        throw e;
      } catch (Throwable e) {
        throw new IllegalStateException("a system call threw", e);
      }
    }

    private static IOException failure(String call, Path directory, MemorySegment errno) {
      return new IOException(
          "%s of %s: errno %d".formatted(call, directory, (int) ERRNO_VALUE.get(errno, 0L)));
    }
  }
}
