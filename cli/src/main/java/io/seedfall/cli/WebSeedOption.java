package io.seedfall.cli;

import io.seedfall.protocol.metainfo.MagnetLink;
import io.seedfall.protocol.metainfo.Metainfo;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** Web servers that a command names beside those of its torrent (BEP 19). */
final class WebSeedOption {
  @Option(
      names = "--web-seed",
      paramLabel = "URL",
      description = {
        "a web server that has the content, http or https; may be said again",
        "URL is the file, or the directory that holds it when it ends in /"
      })
  List<String> urls = new ArrayList<>();

  /** The torrent with them in front. */
  Metainfo addedTo(Metainfo metainfo) {
    return urls.isEmpty() ? metainfo : metainfo.withWebSeeds(inFrontOf(metainfo.webSeeds()));
  }

  /** The link with them in front. */
  MagnetLink addedTo(MagnetLink link) {
    return new MagnetLink(
        link.v1Hash(),
        link.infoHash(),
        link.name(),
        link.trackers(),
        link.peers(),
        inFrontOf(link.webSeeds()));
  }

  private List<String> inFrontOf(List<String> theirs) {
    List<String> all =
        Stream.concat(urls.stream().map(WebSeedOption::checked), theirs.stream())
            .distinct()
            .toList();
    if (all.size() > Metainfo.WEB_SEEDS_MAX) {
      throw new CommandFailure(
          ExitCode.USAGE,
          "--web-seed: %d web seeds (expected: at most %d)"
              .formatted(all.size(), Metainfo.WEB_SEEDS_MAX));
    }
    return all;
  }

  private static String checked(String url) {
    if (!url.matches("(?i)https?://[^/\\s]+(/\\S*)?") || url.length() > Metainfo.URL_CHARS_MAX) {
      throw new CommandFailure(
          ExitCode.USAGE,
          "--web-seed: %s (expected: http://HOST/FILE or http://HOST/DIRECTORY/)".formatted(url));
    }
    return url;
  }
}
