package io.seedfall.cli;

import io.seedfall.control.CoordinatorAddresses;
import io.seedfall.control.SeedfallClient;
import picocli.CommandLine.Option;

/** {@code --coordinator URL}, the same for every command that asks one. */
final class CoordinatorOption {
  /** Where a coordinator listens when nobody says otherwise. */
  static final String DEFAULT = "http://127.0.0.1:7070";

  @Option(
      names = "--coordinator",
      paramLabel = "URL[,URL]...",
      defaultValue = "${env:SEEDFALL_COORDINATOR:-" + DEFAULT + "}",
      description =
          "the coordinator, or several on one database: whichever leads is found"
              + " (default: SEEDFALL_COORDINATOR, else "
              + DEFAULT
              + ")")
  CoordinatorAddresses addresses;

  /** A client for them; the caller closes it. */
  SeedfallClient client() {
    return new SeedfallClient(addresses);
  }
}
