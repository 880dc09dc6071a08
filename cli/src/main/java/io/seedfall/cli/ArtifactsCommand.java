package io.seedfall.cli;

import io.seedfall.control.ArtifactView;
import io.seedfall.control.SeedfallClient;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What can be deployed. */
@Command(
    name = "artifacts",
    mixinStandardHelpOptions = true,
    description = "List the artifacts that can be deployed, newest first.")
final class ArtifactsCommand implements Callable<Integer> {
  private final Console console;

  @Mixin CoordinatorOption coordinator;

  @Option(names = "--json", description = "print JSON")
  boolean json;

  ArtifactsCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    List<ArtifactView> artifacts;
    try (SeedfallClient client = coordinator.client()) {
      artifacts = client.artifacts();
    }
    if (json) {
      console.json(artifacts);
      return ExitCode.OK;
    }
    TextTable table =
        new TextTable("NAME", "VERSION", ">SIZE", ">FILES", ">COPIES", "CREATED", "INFO-HASH");
    for (ArtifactView artifact : artifacts) {
      table.row(
          artifact.name(),
          artifact.version(),
          Quantity.bytesText(artifact.sizeBytes()),
          String.valueOf(artifact.fileCount()),
          artifact.fullCopies() < 0 ? "-" : String.valueOf(artifact.fullCopies()),
          Instant.ofEpochMilli(artifact.createdMillis()).toString(),
          artifact.infoHash());
    }
    console.table(table);
    return ExitCode.OK;
  }
}
