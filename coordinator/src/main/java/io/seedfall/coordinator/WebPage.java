package io.seedfall.coordinator;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.javalin.http.Context;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * The web page: a few files that {@code web} is built into, in this jar, kept in memory. A
 * coordinator that was built without them has a page that says so. The list of files that the build
 * wrote is all there is: no path of a request ever names a resource. Immutable.
 */
final class WebPage {
  /** The most files. */
  static final int FILES_MAX = 64;

  /** The most bytes of all files together. */
  static final int BYTES_MAX = 4 << 20;

  /** Nothing but what this server sends, nothing inside the markup, and no frame around it. */
  static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
          + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private static final String FOLDER = "page/";
  private static final String LIST = "files.txt";
  private static final String INDEX = "index.html";

  /** What Vite puts there carries the hash of its content in its name. */
  private static final String HASHED = "assets/";

  private static final String BARE =
      """
      <!doctype html>
      <html lang="en">
      <meta charset="utf-8">
      <title>Seedfall</title>
      <h1>Seedfall</h1>
      <p>This coordinator runs, and was built without its page. With Node.js 20.19 or later and npm
      installed, ./seedfall builds it.
      <p>All that the page shows is also in the commands of seedfall, and in
      <a href="/api/v1/status">the HTTP interface</a>.
      </html>
      """;

  /** One file, as it is sent. */
  private static final class Held {
    private final String type;
    private final byte[] bytes;
    private final byte[] packed;
    private final String tag;
    private final boolean hashed; // its name changes with its content

    Held(String name, byte[] bytes) {
      this.type = type(name);
      this.bytes = bytes;
      this.packed = packed(bytes);
      this.tag = tag(bytes);
      this.hashed = name.startsWith(HASHED);
    }
  }

  private final Map<String, Held> all = new TreeMap<>();

  /**
   * @param files by name, {@code index.html} among them
   */
  WebPage(Map<String, byte[]> files) {
    long bytesOfAll = files.values().stream().mapToLong(bytes -> bytes.length).sum();
    if (files.size() > FILES_MAX || bytesOfAll > BYTES_MAX || !files.containsKey(INDEX)) {
      throw new IllegalStateException(
          "the page has %d files of %d bytes (expected: at most %d of %d, and %s)"
              .formatted(files.size(), bytesOfAll, FILES_MAX, BYTES_MAX, INDEX));
    }
    files.forEach(
        (name, bytes) -> all.put(name.equals(INDEX) ? "/" : "/" + name, new Held(name, bytes)));
  }

  /** The one in this jar, or the one that says that there is none. */
  static WebPage load() {
    byte[] list = resource(LIST);
    if (list == null) {
      return new WebPage(Map.of(INDEX, BARE.getBytes(UTF_8)));
    }
    Map<String, byte[]> files = new TreeMap<>();
    for (String name : new String(list, UTF_8).lines().limit(FILES_MAX + 1L).toList()) {
      byte[] bytes = resource(name);
      if (bytes == null) {
        throw new IllegalStateException("the page lists " + name + ", which is not there");
      }
      files.put(name, bytes);
    }
    return new WebPage(files);
  }

  private static byte @Nullable [] resource(String name) {
    try (InputStream in = WebPage.class.getResourceAsStream(FOLDER + name)) {
      return in == null ? null : in.readNBytes(BYTES_MAX + 1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The paths that it answers. */
  Iterable<String> paths() {
    return all.keySet();
  }

  /** Answers a request for one of {@link #paths}. */
  void answer(String path, Context context) {
    Held held = all.get(path);
    if (held == null) {
      throw new IllegalStateException("no " + path + " in the page");
    }
    context.header("Content-Security-Policy", POLICY);
    context.header("X-Content-Type-Options", "nosniff");
    context.header("X-Frame-Options", "DENY");
    context.header("Referrer-Policy", "no-referrer");
    context.header("Cross-Origin-Opener-Policy", "same-origin");
    context.header("Cross-Origin-Resource-Policy", "same-origin");
    context.header(
        "Cache-Control", held.hashed ? "public, max-age=31536000, immutable" : "no-cache");
    context.header("Vary", "Accept-Encoding");
    context.header("ETag", held.tag);
    if (held.tag.equals(context.header("If-None-Match"))) {
      context.status(304);
      return;
    }
    context.contentType(held.type);
    if (takesGzip(context.header("Accept-Encoding"))) {
      context.header("Content-Encoding", "gzip");
      context.result(held.packed);
    } else {
      context.result(held.bytes);
    }
  }

  /** Whether gzip is named there and not refused (RFC 9110, section 12.5.3). */
  static boolean takesGzip(@Nullable String accepted) {
    if (accepted == null) {
      return false;
    }
    for (String coding : accepted.toLowerCase(Locale.ROOT).split(",", -1)) {
      String[] parts = coding.split(";", -1);
      boolean refused = parts.length > 1 && parts[1].strip().matches("q=0(\\.0*)?");
      if (parts[0].strip().equals("gzip") && !refused) {
        return true;
      }
    }
    return false;
  }

  private static String type(String name) {
    return switch (name.substring(name.lastIndexOf('.') + 1)) {
      case "html" -> "text/html; charset=utf-8";
      case "js" -> "text/javascript; charset=utf-8";
      case "css" -> "text/css; charset=utf-8";
      case "svg" -> "image/svg+xml";
      default -> throw new IllegalStateException("the page has a file of an unknown type: " + name);
    };
  }

  private static String tag(byte[] bytes) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return '"' + HexFormat.of().formatHex(digest, 0, 16) + '"';
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static byte[] packed(byte[] bytes) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory does not fail
    }
    return packed.toByteArray();
  }
}
