package io.seedfall.cli;

import io.seedfall.protocol.metainfo.MagnetLink;
import io.seedfall.protocol.metainfo.Metainfo;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** Trackers that a command names beside those of its torrent. */
final class TrackerOption {
  @Option(
      names = "--tracker",
      paramLabel = "URL",
      description = {
        "a tracker, http://HOST:PORT/announce or udp://HOST:PORT; may be said again",
        "asked in this order, before the torrent's own, until one answers"
      })
  List<String> urls = new ArrayList<>();

  /**
   * The torrent with them in front. Each is a tier of its own (BEP 12): everybody who is given the
   * same ones then meets at the same one.
   */
  Metainfo addedTo(Metainfo metainfo) {
    if (urls.isEmpty()) {
      return metainfo;
    }
    List<List<String>> tiers = new ArrayList<>();
    urls.stream().distinct().forEach(url -> tiers.add(List.of(checked(url))));
    for (List<String> tier : metainfo.trackers()) {
      List<String> others = tier.stream().filter(url -> !urls.contains(url)).toList();
      if (!others.isEmpty()) {
        tiers.add(others);
      }
    }
    try {
      return metainfo.withTrackers(tiers);
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, "--tracker: " + e.getMessage(), e);
    }
  }

  /** The link with them in front. */
  MagnetLink addedTo(MagnetLink link) {
    List<String> all =
        Stream.concat(urls.stream().map(TrackerOption::checked), link.trackers().stream())
            .distinct()
            .toList();
    if (all.size() > Metainfo.TRACKERS_MAX) {
      throw new CommandFailure(
          ExitCode.USAGE,
          "--tracker: %d trackers (expected: at most %d)"
              .formatted(all.size(), Metainfo.TRACKERS_MAX));
    }
    return new MagnetLink(
        link.v1Hash(), link.infoHash(), link.name(), all, link.peers(), link.webSeeds());
  }

  private static String checked(String url) {
    if (!url.matches("(?i)(https?://[^/\\s]+(/\\S*)?|udp://[^/\\s]+:[0-9]{1,5}(/\\S*)?)")) {
      throw new CommandFailure(
          ExitCode.USAGE,
          "--tracker: %s (expected: http://HOST:PORT/announce or udp://HOST:PORT)".formatted(url));
    }
    return url;
  }
}
