package io.seedfall.node;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** What an exception of the operating system means, in words for a person. */
final class Words {
  private Words() {}

  /** One short phrase without the path. */
  static String of(IOException e) {
    return switch (e) {
      case NoSuchFileException _ -> "no such file";
      case AccessDeniedException _ -> "permission denied";
      case FileSystemException f when f.getReason() != null -> f.getReason();
      default -> e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    };
  }

  /** Why there is no secure connection: the reason behind it, which is often the certificate. */
  static String of(SSLException e) {
    @Nullable String refused = null;
    for (@Nullable Throwable cause = e; cause != null; cause = cause.getCause()) {
      switch (cause) {
        case CertPathBuilderException _ -> {
          return "its certificate is signed by nobody whom this machine trusts";
        }
        case CertificateException c -> refused = "its certificate is refused: " + c.getMessage();
        default -> {}
      }
    }
    return refused == null ? "TLS: " + e.getMessage() : refused;
  }

  /** Whether the file system said that it is full, or that a quota is. */
  static boolean meansNoSpace(IOException e) {
    String message = String.valueOf(e.getMessage());
    return message.contains("No space left") || message.contains("quota exceeded");
  }

  /** Bytes with a unit that fits. */
  static String bytes(long bytes) {
    String[] units = {"bytes", "KiB", "MiB", "GiB", "TiB"};
    double value = bytes;
    int unit = 0;
    while (value >= 1024 && unit < units.length - 1) {
      value /= 1024;
      unit++;
    }
    return unit == 0 ? bytes + " bytes" : "%.1f %s".formatted(value, units[unit]);
  }
}
