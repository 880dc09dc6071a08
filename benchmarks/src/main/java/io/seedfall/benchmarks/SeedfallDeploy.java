package io.seedfall.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Seedfall with its agents up: {@code seedfall deploy} on host 0. Time begins with its process, so
 * the start of a JVM and the hashing of the file are in it.
 */
final class SeedfallDeploy implements Contender {
  private @Nullable Fleet fleet;

  @Override
  public void prepare(Stage stage) throws IOException {
    fleet = Fleet.start(stage);
  }

  @Override
  public void go(Stage stage) throws IOException {
    if (fleet == null) {
      throw new IllegalStateException("go before prepare");
    }
    fleet.deploy(stage, stage.file(0));
  }

  /** An agent puts the file in its place in one rename. */
  @Override
  public Path complete(Stage stage, int host) {
    return copy(stage, host);
  }

  @Override
  public Path copy(Stage stage, int host) {
    return Fleet.root(stage, host).resolve(Payload.NAME);
  }
}
