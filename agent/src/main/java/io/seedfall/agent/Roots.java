package io.seedfall.agent;

import io.seedfall.control.Destination;
import io.seedfall.control.Names;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The directories that an agent installs into: its root, and others by name. A destination goes
 * into the root, unless its first part holds a colon with a name ({@link Names}) before it: then it
 * goes into the root of that name, and what follows the colon is the path in there.
 *
 * <pre>
 *   models/current.bin        ROOT/models/current.bin
 *   data:models/current.bin   the root "data", models/current.bin
 *   models/a:b                ROOT/models/a:b
 * </pre>
 */
final class Roots implements AutoCloseable {
  /** The most named roots. */
  static final int NAMED_MAX = 64;

  /** What the root without a name is called where it needs one: no name has brackets. */
  static final String USUAL = "(root)";

  /**
   * Where a destination is.
   *
   * @param installer of its root
   * @param root the root
   * @param inside the path in there
   */
  record Site(Installer installer, Path root, Destination inside) {
    Path path() {
      return root.resolve(inside.path());
    }
  }

  private record Root(Path path, Installer installer) {}

  private final Closer opened = new Closer();
  private final Root usual;
  private final Map<String, Root> named = new TreeMap<>();

  private Roots(Root usual) {
    this.usual = usual;
  }

  /**
   * Opens the installers of all roots, and locks the named ones against other agents.
   *
   * @param usual the root, whose versions' store is open and locked
   * @param named the others
   * @throws IOException in one line: one is missing or not writable, in use, or inside another
   */
  static Roots open(Path usual, Map<String, Path> named) throws IOException {
    if (named.size() > NAMED_MAX) {
      throw new IOException(named.size() + " named roots (expected: at most " + NAMED_MAX + ")");
    }
    Roots roots = new Roots(new Root(usual, Installer.open(usual)));
    roots.opened.add(roots.usual.installer());
    try {
      for (Map.Entry<String, Path> each : new TreeMap<>(named).entrySet()) {
        roots.add(each.getKey(), each.getValue().toAbsolutePath().normalize());
      }
      return roots;
    } catch (IOException | RuntimeException e) {
      roots.close();
      throw e;
    }
  }

  private void add(String name, Path path) throws IOException {
    Names.check("root", name);
    requireApart(path, usual.path());
    for (Root other : named.values()) {
      requireApart(path, other.path());
    }
    Path own = VersionStore.ownDirectory(path);
    opened.add(DirectoryLock.take(own, "root"));
    named.put(name, new Root(path, opened.add(Installer.open(path))));
  }

  private static void requireApart(Path one, Path other) throws IOException {
    if (!Files.isDirectory(one)) {
      throw new IOException("root " + one + " is not a directory: make it first");
    }
    Path a = one.toRealPath();
    Path b = other.toRealPath();
    if (a.startsWith(b) || b.startsWith(a)) {
      throw new IOException("roots " + one + " and " + other + " lie one inside the other");
    }
  }

  /**
   * Where a destination is.
   *
   * @throws InstallRefused when this agent has no such root
   */
  Site site(Destination destination) throws InstallRefused {
    String name = rootOf(destination);
    if (name == null) {
      return new Site(usual.installer(), usual.path(), destination);
    }
    Root root = named.get(name);
    if (root == null) {
      throw new InstallRefused(
          "destination %s: this agent has no root %s (start it with --root %s=DIR)"
              .formatted(destination, name, name));
    }
    try {
      Destination inside = Destination.parse(destination.path().substring(name.length() + 1));
      return new Site(root.installer(), root.path(), inside);
    } catch (IllegalArgumentException e) {
      throw new InstallRefused("in root " + name + ": " + e.getMessage());
    }
  }

  /** The name of the root that a destination goes into, null when that is the usual one. */
  static @Nullable String rootOf(Destination destination) {
    String first = destination.parts().getFirst();
    int colon = first.indexOf(':');
    return colon > 0 && Names.isName(first.substring(0, colon)) ? first.substring(0, colon) : null;
  }

  /** Whether there is anything at a destination. */
  boolean isThere(Destination destination) {
    try {
      return Files.exists(site(destination).path(), LinkOption.NOFOLLOW_LINKS);
    } catch (InstallRefused noSuchRoot) {
      return false;
    }
  }

  /** All directories by name, with {@link #USUAL} for the one without. */
  Map<String, Path> all() {
    Map<String, Path> all = new TreeMap<>();
    all.put(USUAL, usual.path());
    named.forEach((name, root) -> all.put(name, root.path()));
    return all;
  }

  /** The root that has no name. */
  Path usual() {
    return usual.path();
  }

  /** The named roots, as the state remembers them. */
  Map<String, String> paths() {
    Map<String, String> paths = new TreeMap<>();
    named.forEach((name, root) -> paths.put(name, root.path().toString()));
    return paths;
  }

  /** Removes what a killed agent left in each staging directory, but for these destinations. */
  void sweep(Map<Destination, Prepared> kept) {
    sweepOne(usual.installer(), kept);
    named.values().forEach(root -> sweepOne(root.installer(), kept));
  }

  private void sweepOne(Installer installer, Map<Destination, Prepared> kept) {
    Set<String> names = new HashSet<>();
    kept.forEach((destination, prepared) -> {
      try {
        if (site(destination).installer().equals(installer)) {
          names.add(prepared.name());
        }
      } catch (InstallRefused noSuchRoot) {
        return; // then it is not in this one
      }
    });
    installer.sweep(names);
  }

  @Override
  public void close() {
    opened.close();
  }
}
