package io.seedfall.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Who can take part in {@code bench rack}.
 *
 * @param label what it is called on the command line and in every answer
 * @param programs what it starts
 * @param packages in which Debian has those
 * @param maker makes one for one run
 */
record ContenderKind(
    String label, List<String> programs, String packages, Supplier<Contender> maker) {
  /** All of them. */
  static final List<ContenderKind> ALL =
      List.of(
          seedfall("seedfall", SeedfallDeploy.Beginning.PUBLISHED),
          seedfall("seedfall-file", SeedfallDeploy.Beginning.FILE),
          seedfall("seedfall-fresh", SeedfallDeploy.Beginning.FRESH),
          new ContenderKind("seedfall-get", List.of(), "", SeedfallGet::new),
          new ContenderKind("aria2", List.of("aria2c", "curl"), "aria2 curl", Aria2::new),
          libtorrent("libtorrent", false),
          libtorrent("libtorrent-tuned", true),
          new ContenderKind(
              "transmission",
              List.of("transmission-daemon", "transmission-remote", "curl"),
              "transmission-daemon transmission-cli curl",
              Transmission::new),
          new ContenderKind("star", List.of("nginx", "curl"), "nginx curl", () -> new Star(false)),
          new ContenderKind("uftp", List.of("uftp", "uftpd"), "uftp", Uftp::new));

  private static ContenderKind seedfall(String label, SeedfallDeploy.Beginning beginning) {
    return new ContenderKind(label, List.of(), "", () -> new SeedfallDeploy(beginning));
  }

  static ContenderKind libtorrent(String label, boolean tuned) {
    return new ContenderKind(
        label, List.of(Libtorrent.PYTHON), "python3-libtorrent", () -> new Libtorrent(tuned));
  }

  /** A new one, for one run. */
  Contender contender() {
    return maker.get();
  }

  /** Why it cannot take part on this machine, in one line; null when it can. */
  @Nullable String missing() {
    for (String program : programs) {
      if (!Commands.isInstalled(program)) {
        return "%s is left out: %s is not installed (Debian: apt-get install %s)"
            .formatted(label, program, packages);
      }
    }
    boolean needsModule = programs.contains(Libtorrent.PYTHON);
    if (needsModule
        && Commands.attempt(List.of(Libtorrent.PYTHON, "-c", "import libtorrent")).exit() != 0) {
      return "%s is left out: %s has no module libtorrent (Debian: apt-get install %s)"
          .formatted(label, Libtorrent.PYTHON, packages);
    }
    return null;
  }

  /** Those with these names, in that order; all when there are none. */
  static List<ContenderKind> parse(List<String> labels) {
    if (labels.isEmpty()) {
      return ALL;
    }
    List<ContenderKind> kinds = new ArrayList<>();
    for (String label : labels) {
      ContenderKind kind =
          ALL.stream()
              .filter(one -> one.label().equals(label.strip()))
              .findFirst()
              .orElseThrow(() ->
                  new IllegalArgumentException(
                      "no contender %s (expected some of %s)".formatted(label, labels())));
      if (!kinds.contains(kind)) {
        kinds.add(kind);
      }
    }
    return kinds;
  }

  /** All names, with commas. */
  static String labels() {
    return ALL.stream().map(ContenderKind::label).collect(Collectors.joining(", "));
  }
}
