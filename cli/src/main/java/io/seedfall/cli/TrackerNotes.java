package io.seedfall.cli;

import io.seedfall.node.TrackerNews;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** Says once that no tracker answers, and again only after one did. Any thread. */
final class TrackerNotes implements Consumer<TrackerNews> {
  private final Console console;
  private final AtomicBoolean said = new AtomicBoolean();

  TrackerNotes(Console console) {
    this.console = console;
  }

  @Override
  public void accept(TrackerNews news) {
    switch (news) {
      case TrackerNews.Answered _ -> said.set(false);
      case TrackerNews.NoneAnswered(String why) -> {
        if (said.compareAndSet(false, true)) {
          console.note("no tracker answers (they are asked again): " + TextTable.printable(why));
        }
      }
    }
  }
}
