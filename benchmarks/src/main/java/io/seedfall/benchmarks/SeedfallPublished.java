package io.seedfall.benchmarks;

import io.seedfall.cli.CommandFailure;
import io.seedfall.cli.ExitCode;
import io.seedfall.control.ControlException;
import io.seedfall.control.DeploymentRequest;
import io.seedfall.control.SeedfallClient;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Seedfall where everybody is up: the file is hashed, published and seeded already, and time begins
 * when the coordinator is asked to deploy it. Only for hosts that this process can reach.
 */
final class SeedfallPublished implements Contender {
  private static final Duration HASHING_MAX = Duration.ofMinutes(5);
  private static final Pattern SEEDING = Pattern.compile("\"address\"");

  private @Nullable Fleet fleet;

  @Override
  public void prepare(Stage stage) throws IOException {
    fleet = Fleet.start(stage);
    stage
        .start(
            0,
            Product.command(
                "publish",
                stage.file(0).toString(),
                "--name",
                Payload.NAME,
                "--listen",
                stage.hosts().address(0) + ":0",
                "--insecure",
                "--json",
                "--coordinator",
                fleet.coordinator()))
        .await(SEEDING, HASHING_MAX);
  }

  @Override
  public void go(Stage stage) {
    if (fleet == null) {
      throw new IllegalStateException("go before prepare");
    }
    try (SeedfallClient client = new SeedfallClient(URI.create(fleet.coordinator()))) {
      client.deploy(new DeploymentRequest(Payload.NAME, Fleet.TARGETS, Payload.NAME));
    } catch (ControlException e) {
      throw new CommandFailure(ExitCode.FAILED, "deploy: " + e.why(), e);
    }
  }

  @Override
  public Path complete(Stage stage, int host) {
    return copy(stage, host);
  }

  @Override
  public Path copy(Stage stage, int host) {
    return Fleet.root(stage, host).resolve(Payload.NAME);
  }
}
