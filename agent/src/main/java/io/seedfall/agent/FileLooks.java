package io.seedfall.agent;

import io.seedfall.control.FileAttributes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the files of one install are to look like, with the names of users and groups looked up.
 * They are given to files that nobody else has a link to, before those are put in place. No link is
 * followed.
 */
final class FileLooks {
  private static final String USER_XATTR = "user.";

  private final FileAttributes attributes;
  private final @Nullable UserPrincipal owner;
  private final @Nullable GroupPrincipal group;

  private FileLooks(
      FileAttributes attributes, @Nullable UserPrincipal owner, @Nullable GroupPrincipal group) {
    this.attributes = attributes;
    this.owner = owner;
    this.group = group;
  }

  /**
   * The looks that these attributes ask for.
   *
   * @param root on whose file system
   * @throws InstallRefused when this machine has no such user or group
   */
  static FileLooks of(FileAttributes attributes, Path root) throws InstallRefused, IOException {
    UserPrincipalLookupService names = root.getFileSystem().getUserPrincipalLookupService();
    String sought = "owner " + attributes.owner();
    try {
      UserPrincipal owner =
          attributes.owner().isEmpty() ? null : names.lookupPrincipalByName(attributes.owner());
      sought = "group " + attributes.group();
      GroupPrincipal group =
          attributes.group().isEmpty()
              ? null
              : names.lookupPrincipalByGroupName(attributes.group());
      return new FileLooks(attributes, owner, group);
    } catch (UserPrincipalNotFoundException e) {
      throw new InstallRefused(sought + " is not known on this machine");
    }
  }

  /**
   * Whether files stay as the agent makes them, and can share what they are with other installs.
   */
  static boolean isPlain(FileAttributes attributes) {
    return attributes.equals(FileAttributes.NONE);
  }

  /** Makes a file look like that. What it takes to be its owner comes before it has another. */
  void giveTo(Path file) throws InstallRefused, IOException {
    giveXattrs(file);
    if (attributes.modifiedMillis() > 0) {
      Files.getFileAttributeView(file, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
          .setTimes(FileTime.fromMillis(attributes.modifiedMillis()), null, null);
    }
    Set<PosixFilePermission> permissions = permissions();
    giveOwnerAndMode(file, permissions);
  }

  /**
   * Makes a directory look like that: who may read its files may enter it, and its owner may write
   * to it, who else could not replace it one day.
   */
  void giveToDirectory(Path directory) throws InstallRefused, IOException {
    Set<PosixFilePermission> permissions = permissions();
    if (!attributes.mode().isEmpty()) {
      if (permissions.contains(PosixFilePermission.GROUP_READ)) {
        permissions.add(PosixFilePermission.GROUP_EXECUTE);
      }
      if (permissions.contains(PosixFilePermission.OTHERS_READ)) {
        permissions.add(PosixFilePermission.OTHERS_EXECUTE);
      }
      permissions.add(PosixFilePermission.OWNER_READ);
      permissions.add(PosixFilePermission.OWNER_WRITE);
      permissions.add(PosixFilePermission.OWNER_EXECUTE);
    }
    giveOwnerAndMode(directory, permissions);
  }

  private void giveXattrs(Path file) throws InstallRefused {
    UserDefinedFileAttributeView view =
        Files.getFileAttributeView(
            file, UserDefinedFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    for (Map.Entry<String, String> entry : attributes.xattrs().entrySet()) {
      String name = entry.getKey().substring(USER_XATTR.length());
      try {
        view.write(name, ByteBuffer.wrap(entry.getValue().getBytes(StandardCharsets.UTF_8)));
      } catch (IOException | UnsupportedOperationException e) {
        throw new InstallRefused(
            "extended attribute " + entry.getKey() + " cannot be set here: " + e.getMessage());
      }
    }
  }

  private void giveOwnerAndMode(Path path, Set<PosixFilePermission> permissions)
      throws InstallRefused, IOException {
    PosixFileAttributeView view =
        Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    try {
      if (group != null) {
        view.setGroup(group);
      }
      if (owner != null) {
        view.setOwner(owner);
      }
    } catch (IOException e) {
      throw new InstallRefused(
          "this agent may not give files to owner '%s', group '%s' (an agent of root may): %s"
              .formatted(attributes.owner(), attributes.group(), reason(e)));
    }
    if (!attributes.mode().isEmpty()) {
      view.setPermissions(permissions);
    }
  }

  /** Without the path, which is one of the agent's own. */
  private static String reason(IOException e) {
    return e instanceof FileSystemException of && of.getReason() != null
        ? of.getReason()
        : e.getClass().getSimpleName();
  }

  private Set<PosixFilePermission> permissions() {
    Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
    int mode = attributes.mode().isEmpty() ? 0 : Integer.parseInt(attributes.mode(), 8);
    // From OWNER_READ, the highest bit, to OTHERS_EXECUTE, the lowest.
    PosixFilePermission[] all = PosixFilePermission.values();
    for (int i = 0; i < all.length; i++) {
      if ((mode & (1 << (all.length - 1 - i))) != 0) {
        permissions.add(all[i]);
      }
    }
    return permissions;
  }
}
