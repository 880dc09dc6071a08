package io.seedfall.agent;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;

/**
 * The few system calls that the JDK does not offer: the {@code *at} family, which names a file by
 * an open directory and one name, and {@code renameat2}, which exchanges two names in one step. Raw
 * descriptors; {@link Directory} gives them owners. Numbers are those of Linux on x86-64 and
 * AArch64.
 */
final class Linux {
  static final int NO_FOLLOW = 0x100; // AT_SYMLINK_NOFOLLOW
  static final int REMOVE_DIRECTORY = 0x200; // AT_REMOVEDIR
  static final int RENAME_NOREPLACE = 1;
  static final int RENAME_EXCHANGE = 2;
  static final int STATX_BYTES = 256;

  private static final int AT_FDCWD = -100;
  private static final int AT_EACCESS = 0x200;
  private static final int W_OK_AND_X_OK = 3;
  private static final int STATX_BASIC_STATS = 0x7ff;
  private static final int O_RDONLY = 0;
  private static final int O_CLOEXEC = 0x80000;
  private static final int O_NONBLOCK = 0x800;
  private static final boolean ARM = System.getProperty("os.arch", "").equals("aarch64");
  private static final int O_DIRECTORY = ARM ? 0x4000 : 0x10000;
  private static final int O_NOFOLLOW = ARM ? 0x8000 : 0x20000;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final ValueLayout TEXT = ValueLayout.ADDRESS;

  private static final MethodHandle OPENAT = variadic("openat", 3, INT, TEXT, INT, INT);
  private static final MethodHandle MKDIRAT = call("mkdirat", INT, TEXT, INT);
  private static final MethodHandle LINKAT = call("linkat", INT, TEXT, INT, TEXT, INT);
  private static final MethodHandle RENAMEAT2 = call("renameat2", INT, TEXT, INT, TEXT, INT);
  private static final MethodHandle UNLINKAT = call("unlinkat", INT, TEXT, INT);
  private static final MethodHandle FACCESSAT = call("faccessat", INT, TEXT, INT, INT);
  private static final MethodHandle STATX = call("statx", INT, TEXT, INT, INT, TEXT);
  private static final MethodHandle FSYNC = call("fsync", INT);
  private static final MethodHandle CLOSE = call("close", INT);
  private static final MethodHandle PIPE2 = call("pipe2", TEXT, INT);
  private static final MethodHandle READ = call("read", INT, TEXT, ValueLayout.JAVA_LONG);
  private static final MethodHandle KILL = call("kill", INT, INT);

  private Linux() {}

  /** Opens a directory by its whole path, following links: the path is the operator's own. */
  static int openDirectory(String path) throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
      return run("open", path, OPENAT, arena, AT_FDCWD, arena.allocateFrom(path), flags, 0);
    }
  }

  /** Opens the directory {@code name} of {@code parent}; a link is refused. */
  static int openDirectoryAt(int parent, String name) throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
      return run("open", name, OPENAT, arena, parent, arena.allocateFrom(name), flags, 0);
    }
  }

  static void makeDirectoryAt(int parent, String name, int mode) throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      run("mkdir", name, MKDIRAT, arena, parent, arena.allocateFrom(name), mode);
    }
  }

  static void linkAt(int source, String name, int target, String newName) throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment from = arena.allocateFrom(name);
      MemorySegment to = arena.allocateFrom(newName);
      run("link", newName, LINKAT, arena, source, from, target, to, 0);
    }
  }

  static void renameAt(int source, String name, int target, String newName, int flags)
      throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment from = arena.allocateFrom(name);
      MemorySegment to = arena.allocateFrom(newName);
      run("rename", newName, RENAMEAT2, arena, source, from, target, to, flags);
    }
  }

  static void unlinkAt(int parent, String name, int flags) throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      run("remove", name, UNLINKAT, arena, parent, arena.allocateFrom(name), flags);
    }
  }

  /** Throws unless this process may make and rename entries of {@code directory}. */
  static void requireWritable(int directory) throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment self = arena.allocateFrom(".");
      run("write to", ".", FACCESSAT, arena, directory, self, W_OK_AND_X_OK, AT_EACCESS);
    }
  }

  /** Fills {@code target} with the {@code struct statx} of an entry; links are not followed. */
  static void statAt(int parent, String name, MemorySegment target) throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment text = arena.allocateFrom(name);
      run("look at", name, STATX, arena, parent, text, NO_FOLLOW, STATX_BASIC_STATS, target);
    }
  }

  static void sync(int descriptor) throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      run("fsync", "descriptor " + descriptor, FSYNC, arena, descriptor);
    }
  }

  static void close(int descriptor) throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      run("close", "descriptor " + descriptor, CLOSE, arena, descriptor);
    }
  }

  /** A pipe: the end to read from, which never waits, and the end to write to. */
  static int[] pipe() throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment ends = arena.allocate(INT, 2);
      run("pipe", "", PIPE2, arena, ends, O_CLOEXEC | O_NONBLOCK);
      return new int[] {ends.getAtIndex(INT, 0), ends.getAtIndex(INT, 1)};
    }
  }

  /** Reads what is there now; says how much that was, 0 at the end and when there is nothing. */
  static int readAvailable(int descriptor, ByteBuffer target) throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(target.remaining());
      int got = run("read", "pipe", READ, arena, descriptor, bytes, bytes.byteSize());
      target.put(bytes.asByteBuffer().limit(got));
      return got;
    } catch (LinuxException e) {
      if (e.errno() == LinuxException.EAGAIN) {
        return 0;
      }
      throw e;
    }
  }

  /** Sends a signal to a process group; there may be none. */
  static void killGroup(long leader, int signal) {
    try (Arena arena = Arena.ofConfined()) {
      run("kill", "group " + leader, KILL, arena, (int) -leader, signal);
    } catch (LinuxException gone) {
      return;
    }
  }

  private static int run(
      String call, String name, MethodHandle handle, Arena arena, Object... arguments)
      throws LinuxException {
    MemorySegment state = arena.allocate(STATE);
    Object[] all = new Object[arguments.length + 1];
    all[0] = state;
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    int result;
    try {
      result = (int) handle.invokeWithArguments(all);
    } catch (Throwable impossible) {
      throw new IllegalStateException("system call " + call + " could not be made", impossible);
    }
    if (result < 0) {
      throw new LinuxException(call, name, (int) ERRNO.get(state, 0L));
    }
    return result;
  }

  @SuppressWarnings("restricted") // the whole class is about calling the system
  private static MethodHandle call(String name, MemoryLayout... arguments) {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().findOrThrow(name),
        FunctionDescriptor.of(INT, arguments),
        Linker.Option.captureCallState("errno"));
  }

  @SuppressWarnings("restricted")
  private static MethodHandle variadic(String name, int fixed, MemoryLayout... arguments) {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().findOrThrow(name),
        FunctionDescriptor.of(INT, arguments),
        Linker.Option.captureCallState("errno"),
        Linker.Option.firstVariadicArg(fixed));
  }
}
