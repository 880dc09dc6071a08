package io.seedfall.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Seedfall with its agents up: {@code seedfall deploy} on host 0. Time begins with its process, so
 * the start of a JVM and the hashing of the file are in it.
 *
 * <p>Agents live for weeks and take a version every few minutes: unless they are to be {@code
 * fresh}, they have taken one other file before time begins, so their JVM has compiled what is hot.
 */
final class SeedfallDeploy implements Contender {
  private static final String EARLIER = "earlier.bin";
  private static final long EARLIER_BYTES_MAX = 128 << 20;
  private static final long EARLIER_SEED = 2;

  private final boolean fresh;
  private @Nullable Fleet fleet;

  SeedfallDeploy(boolean fresh) {
    this.fresh = fresh;
  }

  @Override
  public void prepare(Stage stage) throws IOException {
    Fleet started = Fleet.start(stage);
    fleet = started;
    if (!fresh) {
      long bytes = Math.min(EARLIER_BYTES_MAX, stage.payload().bytes());
      Path directory = Files.createDirectory(stage.path("earlier"));
      Payload earlier = Payload.write(directory, bytes, EARLIER_SEED);
      started.deploy(stage, earlier.file(), EARLIER).awaitSuccess();
    }
  }

  @Override
  public void go(Stage stage) throws IOException {
    if (fleet == null) {
      throw new IllegalStateException("go before prepare");
    }
    fleet.deploy(stage, stage.file(0), Payload.NAME);
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
