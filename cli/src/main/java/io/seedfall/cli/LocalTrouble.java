package io.seedfall.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;

/** What the JDK says with a file's name alone, in words. */
final class LocalTrouble {
  private LocalTrouble() {}

  static String words(IOException e) {
    return switch (e) {
      case NoSuchFileException _ -> "there is no such file";
      case AccessDeniedException _ -> "this user may not";
      case FileAlreadyExistsException _ -> "it is there already";
      default -> String.valueOf(e.getMessage());
    };
  }
}
