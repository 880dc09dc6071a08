package io.seedfall.agent;

import io.seedfall.control.Names;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The directory that holds the programs an agent may run. The coordinator only names one; whoever
 * may write here decides what that is. So nobody may but root and the agent's own user: the
 * directory and the program must belong to one of them, and not be writable by anybody else.
 */
final class HookDirectory {
  private static final int ROOT = 0;
  private static final int WRITABLE_BY_OTHERS = 0022;

  private final @Nullable Path directory;

  /**
   * The hooks in there.
   *
   * @param directory null when there are none
   * @throws IOException when it is not a directory, in one line
   */
  HookDirectory(@Nullable Path directory) throws IOException {
    if (directory != null && !Files.isDirectory(directory)) {
      throw new IOException("hooks directory " + directory + " is not a directory: make it first");
    }
    this.directory = directory == null ? null : directory.toRealPath();
  }

  /**
   * The program of that name, as it is now.
   *
   * @throws HookRefused when there is none, or it is not to be trusted
   */
  Path find(String name) throws HookRefused {
    Path in = directory;
    if (in == null) {
      throw new HookRefused("hook " + name + ": this agent runs no hooks (start it with --hooks)");
    }
    if (!Names.isName(name)) {
      throw new HookRefused("hook '" + name.replaceAll("\\p{Cntrl}", "?") + "' is no name");
    }
    try {
      Path program = in.resolve(name).toRealPath();
      if (!in.equals(program.getParent())) {
        throw new HookRefused("hook " + name + " is a link that leads out of " + in);
      }
      if (!Files.isRegularFile(program)) {
        throw new HookRefused("hook " + name + " is not a file in " + in);
      }
      requireTrusted("the hooks directory " + in, in);
      requireTrusted("hook " + name, program);
      if (!Files.isExecutable(program)) {
        throw new HookRefused("hook " + name + " is not executable");
      }
      return program;
    } catch (NoSuchFileException e) {
      throw new HookRefused("hook " + name + " is not in " + in);
    } catch (IOException e) {
      throw new HookRefused("hook " + name + " cannot be looked at: " + e.getMessage());
    }
  }

  private static void requireTrusted(String what, Path path) throws HookRefused, IOException {
    Object self = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    Map<String, Object> is = Files.readAttributes(path, "unix:uid,mode");
    Object owner = is.get("uid");
    if (!Integer.valueOf(ROOT).equals(owner) && !self.equals(owner)) {
      throw new HookRefused(what + " belongs to user " + owner + ", neither root nor the agent's");
    }
    if (is.get("mode") instanceof Integer mode && (mode & WRITABLE_BY_OTHERS) != 0) {
      throw new HookRefused(what + " may be changed by others: chmod go-w it");
    }
  }
}
