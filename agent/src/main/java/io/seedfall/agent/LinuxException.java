package io.seedfall.agent;

import java.io.IOException;

/** A system call failed. */
final class LinuxException extends IOException {
  private static final long serialVersionUID = 1L;

  static final int EPERM = 1;
  static final int ENOENT = 2;
  static final int EAGAIN = 11;
  static final int EACCES = 13;
  static final int EEXIST = 17;
  static final int EXDEV = 18;
  static final int ENOTDIR = 20;
  static final int ENOSPC = 28;
  static final int EROFS = 30;
  static final int EMLINK = 31;
  static final int ELOOP = 40;
  static final int EOPNOTSUPP = 95;
  static final int EDQUOT = 122;

  private final int errno;

  LinuxException(String call, String name, int errno) {
    super(call + " " + name + ": " + words(errno));
    this.errno = errno;
  }

  int errno() {
    return errno;
  }

  private static String words(int errno) {
    return switch (errno) {
      case EPERM -> "operation not permitted";
      case ENOENT -> "no such file or directory";
      case EACCES -> "permission denied";
      case EEXIST -> "exists already";
      case EXDEV -> "on another file system";
      case ENOTDIR -> "not a directory";
      case ENOSPC -> "no space left";
      case EROFS -> "read-only file system";
      case EMLINK -> "too many links";
      case ELOOP -> "is a symbolic link";
      case EDQUOT -> "quota used up";
      default -> "error " + errno;
    };
  }
}
