package io.seedfall.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How the program {@code seedfall} is started: by the launcher, as users do, with its options for
 * the JVM. Without one (in a test) by the java of this process.
 */
final class Product {
  private Product() {}

  /** The words of {@code seedfall ARGUMENTS}. */
  static List<String> command(String... arguments) {
    List<String> words = new ArrayList<>();
    String launcher = System.getProperty("seedfall.program");
    if (launcher != null) {
      words.add(launcher);
    } else {
      words.addAll(java());
    }
    words.addAll(List.of(arguments));
    return words;
  }

  private static List<String> java() {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:+UseSerialGC",
        "-Xms32m",
        "-Xmx256m",
        "--enable-native-access=ALL-UNNAMED",
        "-cp",
        System.getProperty("java.class.path"),
        "io.seedfall.cli.SeedfallMain");
  }
}
