package io.seedfall.cli;

import io.seedfall.protocol.metainfo.Metainfo;
import io.seedfall.protocol.metainfo.MetainfoParser;
import io.seedfall.protocol.metainfo.ParsedMetainfo;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;

/** Where a torrent comes from: a file of this machine, or a web server. */
final class TorrentSource {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private TorrentSource() {}

  /** The torrent that {@code where}, a path or a URL, leads to. */
  static Metainfo read(String where) throws InterruptedException {
    return parse(where, isUrl(where) ? download(where) : file(Path.of(where)));
  }

  /** The torrent in a file. */
  static Metainfo read(Path file) {
    return parse(file.toString(), file(file));
  }

  private static boolean isUrl(String where) {
    String lower = where.toLowerCase(Locale.ROOT);
    return lower.startsWith("http://") || lower.startsWith("https://");
  }

  /** The torrent that those bytes are; {@code where} they came from is for the message. */
  static Metainfo parse(String where, byte[] torrent) {
    return switch (MetainfoParser.parse(torrent)) {
      case ParsedMetainfo.Valid(Metainfo metainfo) -> metainfo;
      case ParsedMetainfo.Invalid(String reason) ->
          throw new CommandFailure(
              ExitCode.LOCAL, "%s is no torrent that can be used: %s".formatted(where, reason));
    };
  }

  private static byte[] file(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(Metainfo.TORRENT_BYTES_MAX + 1);
      if (bytes.length > Metainfo.TORRENT_BYTES_MAX) {
        throw new CommandFailure(
            ExitCode.LOCAL,
            "%s is larger than a torrent may be (%d bytes)"
                .formatted(file, Metainfo.TORRENT_BYTES_MAX));
      }
      return bytes;
    } catch (NoSuchFileException e) {
      throw new CommandFailure(ExitCode.LOCAL, "no such file: " + file, e);
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.LOCAL, "cannot read %s: %s".formatted(file, e.getMessage()), e);
    }
  }

  private static byte[] download(String url) throws InterruptedException {
    try (HttpClient client =
        HttpClient.newBuilder()
            .connectTimeout(TIMEOUT)
            .followRedirects(HttpClient.Redirect.NORMAL)
            .build()) {
      HttpRequest request = HttpRequest.newBuilder(URI.create(url)).timeout(TIMEOUT).build();
      HttpResponse<byte[]> response =
          client.send(
              request,
              HttpResponse.BodyHandlers.limiting(
                  HttpResponse.BodyHandlers.ofByteArray(), Metainfo.TORRENT_BYTES_MAX));
      if (response.statusCode() != 200) {
        throw new CommandFailure(
            ExitCode.FAILED, "%s: HTTP status %d".formatted(url, response.statusCode()));
      }
      return response.body();
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, "not a URL: %s".formatted(url), e);
    } catch (IOException e) {
      String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      throw new CommandFailure(ExitCode.FAILED, "cannot fetch %s: %s".formatted(url, why), e);
    }
  }
}
