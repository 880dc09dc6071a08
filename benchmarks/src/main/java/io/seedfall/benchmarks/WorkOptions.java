package io.seedfall.benchmarks;

import io.seedfall.cli.CommandFailure;
import io.seedfall.cli.Console;
import io.seedfall.cli.ExitCode;
import io.seedfall.cli.ScratchDirectory;
import io.seedfall.control.ControlJson;
import io.seedfall.protocol.Units;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** What every benchmark with processes takes. */
final class WorkOptions {
  @Option(
      names = "--directory",
      paramLabel = "DIR",
      defaultValue = "${sys:java.io.tmpdir}",
      description = "where the files lie meanwhile; all are removed (default: ${DEFAULT-VALUE})")
  Path directory;

  @Option(names = "--json", paramLabel = "FILE", description = "write everything measured there")
  @Nullable Path json;

  /** A directory for one benchmark. */
  ScratchDirectory scratch() throws IOException {
    if (!Files.isDirectory(directory)) {
      throw new CommandFailure(ExitCode.LOCAL, "--directory: no such directory: " + directory);
    }
    return ScratchDirectory.make(directory, "sfb");
  }

  /** Writes the result, when it was asked for. */
  void writeJson(Object result) throws IOException {
    if (json != null) {
      Files.write(json, ControlJson.encode(result));
    }
  }

  /** Refuses a number outside of {@code least..most}. */
  static void requireBetween(String option, long value, long least, long most) {
    if (value < least || value > most) {
      throw new CommandFailure(
          ExitCode.USAGE, "%s: %d (expected: %d to %d)".formatted(option, value, least, most));
    }
  }

  /** Those that are installed; of each other one a line says what is missing. */
  static List<ContenderKind> present(Console console, List<ContenderKind> asked) {
    List<ContenderKind> present = new ArrayList<>();
    for (ContenderKind kind : asked) {
      String missing = kind.missing();
      if (missing == null) {
        present.add(kind);
      } else {
        console.note(missing);
      }
    }
    if (present.isEmpty()) {
      throw new CommandFailure(ExitCode.LOCAL, "nobody is left to take part");
    }
    return present;
  }

  /** For an option in bytes. */
  static final class Bytes implements ITypeConverter<Long> {
    @Override
    public Long convert(String text) {
      try {
        return Units.bytes(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(String.valueOf(e.getMessage()));
      }
    }
  }
}
