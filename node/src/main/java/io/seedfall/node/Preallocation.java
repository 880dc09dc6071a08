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
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Reserves the room for a file before its first byte comes, through Linux's {@code fallocate}: the
 * disk cannot become full half-way, and the file's blocks lie together. ({@code posix_fallocate}
 * would write zeros block by block where the file system has no such call; we would rather know.)
 * Where there is no {@code fallocate} the file only gets its length.
 */
final class Preallocation {
  private static final int O_RDWR = 2;
  private static final int O_CLOEXEC = 0x80000;
  private static final int ENOSPC = 28;
  private static final int EDQUOT = 122;
  private static final StructLayout ERRNO = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO_VALUE =
      ERRNO.varHandle(MemoryLayout.PathElement.groupElement("errno"));
  private static final @Nullable Calls CALLS = Calls.find();

  private Preallocation() {}

  /** How a reservation went. */
  enum Outcome {
    /** The blocks are there. */
    RESERVED,
    /** The file has its length, but its blocks are not promised. */
    LENGTH_ONLY,
    /** There is not enough room. */
    NO_SPACE
  }

  /**
   * Gives {@code file}, which exists, at least {@code bytes} bytes; what it holds stays.
   *
   * @throws IOException when the file cannot be opened or extended
   */
  static Outcome reserve(Path file, long bytes) throws IOException {
    Outcome outcome =
        CALLS == null || bytes == 0 ? Outcome.LENGTH_ONLY : CALLS.reserve(file, bytes);
    if (outcome == Outcome.LENGTH_ONLY) {
      extend(file, bytes);
    }
    return outcome;
  }

  private static void extend(Path file, long bytes) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      if (channel.size() < bytes) {
        channel.write(ByteBuffer.wrap(new byte[1]), bytes - 1);
      }
    }
  }

  /** The three system calls, when the linker finds them. */
  private record Calls(MethodHandle open, MethodHandle fallocate, MethodHandle close) {

    @SuppressWarnings("restricted") // native access is what this class is for
    static @Nullable Calls find() {
      try {
        Linker linker = Linker.nativeLinker();
        SymbolLookup lookup = linker.defaultLookup();
        Linker.Option errno = Linker.Option.captureCallState("errno");
        return new Calls(
            linker.downcallHandle(
                lookup.findOrThrow("open"),
                FunctionDescriptor.of(
                    ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT),
                errno),
            linker.downcallHandle(
                lookup.findOrThrow("fallocate"),
                FunctionDescriptor.of(
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG),
                errno),
            linker.downcallHandle(
                lookup.findOrThrow("close"),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT)));
      } catch (RuntimeException e) {
        return null; // not Linux, or native access is denied: the length alone has to do
      }
    }

    Outcome reserve(Path file, long bytes) {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment errno = arena.allocate(ERRNO);
        MemorySegment path = arena.allocateFrom(file.toString());
        int descriptor = (int) open.invokeExact(errno, path, O_RDWR | O_CLOEXEC);
        if (descriptor < 0) {
          return Outcome.LENGTH_ONLY; // the ordinary way will say what is wrong
        }
        try {
          if ((int) fallocate.invokeExact(errno, descriptor, 0, 0L, bytes) == 0) {
            return Outcome.RESERVED;
          }
          int why = (int) ERRNO_VALUE.get(errno, 0L);
          boolean full = why == ENOSPC || why == EDQUOT;
          return full ? Outcome.NO_SPACE : Outcome.LENGTH_ONLY;
        } finally {
          int ignored = (int) close.invokeExact(descriptor);
        }
      } catch (Error | RuntimeException e) {
        throw e;
      } catch (Throwable e) {
        throw new IllegalStateException("a system call threw", e);
      }
    }
  }
}
