package io.seedfall.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Model.ArgSpec;

/** Pages of docs that are made of the commands. */
final class Pages {
  private Pages() {}

  /** Fails when the page differs; with {@code -Drewrite} writes it anew. */
  static void same(String name, String text) throws IOException {
    Path page = Path.of(System.getProperty("seedfall.root", ".."), "docs", name);
    if (System.getProperty("rewrite") != null) {
      Files.writeString(page, text);
    }
    assertThat(page).as("rerun with -Drewrite").content().isEqualTo(text);
  }

  /** What a cell of a table says of an option or a parameter. */
  static String description(ArgSpec argument) {
    return cell(ManPage.description(argument));
  }

  /** The same text in a table. */
  static String cell(String text) {
    return text.replace("|", "\\|");
  }
}
