package io.seedfall.node;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The answer of a web server to one range of one file: exactly the bytes asked for, or fewer of
 * them from the same beginning. Everything else is an {@link IOException} with words for a person.
 */
final class WebBody implements AutoCloseable {
  /** Redirects that are followed for one range. */
  static final int REDIRECTS_MAX = 5;

  /** Of an answer that is the whole file so much is passed over to get at what was asked for. */
  static final int SKIP_BYTES_MAX = 1 << 20;

  private static final int OK = 200;
  private static final int PARTIAL = 206;
  private static final Pattern CONTENT_RANGE =
      Pattern.compile("bytes ([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18}|\\*)");

  private final InputStream in;

  /** Whether the answer ends where we do; else the rest of a whole file follows. */
  private final boolean endsHere;

  private long left;

  private WebBody(InputStream in, long length, boolean endsHere) {
    this.in = in;
    this.left = length;
    this.endsHere = endsHere;
  }

  /** Asks for a range, which is no pad file's. */
  static WebBody open(HttpClient client, WebFiles.Range range, WebSeedPatience patience)
      throws IOException {
    URI uri = web(range.url());
    for (int redirects = 0; redirects <= REDIRECTS_MAX; redirects++) {
      HttpResponse<InputStream> response = ask(client, uri, range, patience);
      try {
        switch (response.statusCode()) {
          case PARTIAL -> {
            return partial(response, range);
          }
          case OK -> {
            return whole(response, range);
          }
          case 301, 302, 303, 307, 308 -> uri = redirected(uri, response.headers());
          default -> throw new IOException("HTTP status " + response.statusCode());
        }
      } catch (IOException e) {
        response.body().close();
        throw e;
      }
      response.body().close();
    }
    throw new IOException("more than " + REDIRECTS_MAX + " redirects");
  }

  private static HttpResponse<InputStream> ask(
      HttpClient client, URI uri, WebFiles.Range range, WebSeedPatience patience)
      throws IOException {
    long last = range.offset() + range.length() - 1;
    try {
      return client.send(
          HttpRequest.newBuilder(uri)
              .timeout(Duration.ofMillis(patience.answerMillis()))
              .header("Range", "bytes=" + range.offset() + "-" + last)
              .header("Accept-Encoding", "identity")
              .header("User-Agent", "Seedfall")
              .build(),
          BodyHandlers.ofInputStream());
    } catch (ConnectException e) {
      boolean unknown = e.getCause() instanceof UnresolvedAddressException;
      throw new IOException(unknown ? "unknown host" : "nobody listens there", e);
    } catch (SSLException e) {
      throw new IOException(Words.of(e), e);
    } catch (IllegalArgumentException e) {
      throw new IOException(String.valueOf(e.getMessage()), e);
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts a web seed's thread", e);
    }
  }

  private static URI web(String url) throws IOException {
    String lower = url.toLowerCase(Locale.ROOT);
    if (!lower.startsWith("http://") && !lower.startsWith("https://")) {
      throw new IOException("neither http nor https");
    }
    try {
      return URI.create(url);
    } catch (IllegalArgumentException e) {
      throw new IOException("no URL", e);
    }
  }

  private static URI redirected(URI from, HttpHeaders headers) throws IOException {
    String location = headers.firstValue("location").orElse("");
    URI to;
    try {
      to = from.resolve(location);
    } catch (IllegalArgumentException e) {
      throw new IOException("a redirect to what is no URL", e);
    }
    if ("https".equalsIgnoreCase(from.getScheme()) && !"https".equalsIgnoreCase(to.getScheme())) {
      throw new IOException("a redirect from https to " + to.getScheme());
    }
    return web(to.toString());
  }

  private static WebBody partial(HttpResponse<InputStream> response, WebFiles.Range range)
      throws IOException {
    String said = response.headers().firstValue("content-range").orElse("");
    Matcher parts = CONTENT_RANGE.matcher(said);
    if (!parts.matches()) {
      throw new IOException("Content-Range: '" + said + "'");
    }
    long first = Long.parseLong(parts.group(1));
    long last = Long.parseLong(parts.group(2));
    if (!parts.group(3).equals("*") && Long.parseLong(parts.group(3)) != range.fileBytes()) {
      throw otherLength(parts.group(3), range);
    }
    if (first != range.offset() || last < first || last - first >= range.length()) {
      throw new IOException("another range than was asked for: " + said);
    }
    checkPlain(response.headers());
    return new WebBody(response.body(), last - first + 1, true);
  }

  private static WebBody whole(HttpResponse<InputStream> response, WebFiles.Range range)
      throws IOException {
    HttpHeaders headers = response.headers();
    @Nullable String length = headers.firstValue("content-length").orElse(null);
    if (length != null && !length.equals(Long.toString(range.fileBytes()))) {
      throw otherLength(length, range);
    }
    checkPlain(headers);
    if (range.offset() > SKIP_BYTES_MAX) {
      throw new IOException("it does not answer ranges");
    }
    response.body().skipNBytes(range.offset());
    boolean endsHere = range.offset() + range.length() == range.fileBytes();
    return new WebBody(response.body(), range.length(), endsHere);
  }

  private static IOException otherLength(String said, WebFiles.Range range) {
    return new IOException("%s bytes, not %d".formatted(said, range.fileBytes()));
  }

  private static void checkPlain(HttpHeaders headers) throws IOException {
    String coding = headers.firstValue("content-encoding").orElse("identity");
    if (!coding.equalsIgnoreCase("identity")) {
      throw new IOException("Content-Encoding: " + coding);
    }
  }

  /** Bytes that are still to come. */
  long left() {
    return left;
  }

  /** Reads at least one byte, which must be {@link #left}; how many it were. */
  int read(byte[] target, int max) throws IOException {
    int got = in.read(target, 0, (int) Math.min(left, max));
    if (got < 0) {
      throw new IOException("an answer that ends too soon");
    }
    left -= got;
    if (left == 0 && endsHere && in.read() >= 0) {
      throw new IOException("more bytes than were asked for");
    }
    return got;
  }

  /** Ends the answer, wherever it is. */
  @Override
  public void close() throws IOException {
    in.close();
  }
}
