package io.seedfall.cli;

import io.seedfall.node.WebSeedNews;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Says of each web seed once that it is left alone for a while, and when it is dropped. */
final class WebSeedNotes {
  private final Console console;
  private final Set<String> said = ConcurrentHashMap.newKeySet();

  WebSeedNotes(Console console) {
    this.console = console;
  }

  /** Any thread. */
  void accept(WebSeedNews news) {
    String line =
        "web seed %s: %s"
            .formatted(TextTable.printable(news.url()), TextTable.printable(news.why()));
    switch (news) {
      case WebSeedNews.Dropped _ -> console.note(line + "; it is not asked any more");
      case WebSeedNews.Paused(String url, String _, long millis) -> {
        if (said.add(url)) {
          console.note(
              line + "; asked again after " + Quantity.timeText(Duration.ofMillis(millis)));
        }
      }
    }
  }
}
