package io.seedfall.cli;

import io.seedfall.control.CoordinatorClient;
import java.net.URI;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code --coordinator URL}, the same for every command that asks one. */
final class CoordinatorOption {
  /** Where a coordinator listens when nobody says otherwise. */
  static final String DEFAULT = "http://127.0.0.1:7070";

  @Spec(Spec.Target.MIXEE)
  CommandSpec spec;

  @Option(
      names = "--coordinator",
      paramLabel = "URL",
      defaultValue = "${env:SEEDFALL_COORDINATOR:-" + DEFAULT + "}",
      description = "the coordinator (default: SEEDFALL_COORDINATOR, else " + DEFAULT + ")")
  URI coordinator;

  /** Its address, when it is one. */
  URI checked() {
    client().close();
    return coordinator;
  }

  /** A client for it; the caller closes it. */
  CoordinatorClient client() {
    try {
      return new CoordinatorClient(coordinator);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--" + e.getMessage(), e);
    }
  }
}
