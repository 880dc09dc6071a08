package io.seedfall.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Seedfall with its agents up. Time begins with the process {@code seedfall deploy} on host 0: the
 * start of a JVM is in it.
 *
 * <p>Agents live for weeks and take a version every few minutes: unless they are fresh, they have
 * taken a few other files before, so their JVM has compiled what is hot.
 */
final class SeedfallDeploy implements Contender {
  /** How a run begins. */
  enum Beginning {
    /** The file is an artifact already, and seeded, as it is for everybody else here. */
    PUBLISHED(4),
    /** It is a file: that it is hashed and published is in the time. */
    FILE(4),
    /** The same, to agents that were started just now. */
    FRESH(0);

    private final int earlierPushes;

    Beginning(int earlierPushes) {
      this.earlierPushes = earlierPushes;
    }
  }

  private static final long EARLIER_BYTES_MAX = 128 << 20;

  private final Beginning beginning;
  private @Nullable Fleet fleet;

  SeedfallDeploy(Beginning beginning) {
    this.beginning = beginning;
  }

  @Override
  public void prepare(Stage stage) throws IOException {
    Fleet started = Fleet.start(stage);
    fleet = started;
    long bytes = Math.min(EARLIER_BYTES_MAX, stage.payload().bytes());
    for (int push = 1; push <= beginning.earlierPushes; push++) {
      String name = "version-" + push; // and not that of a directory here, which would be deployed
      Path directory = Files.createDirectory(stage.path("earlier-" + push));
      Payload earlier = Payload.write(directory, bytes, 1 + push);
      if (beginning == Beginning.PUBLISHED) {
        started.publish(stage, earlier.file(), name);
        started.deploy(stage, name, "earlier.bin").awaitSuccess();
      } else {
        started.deploy(stage, earlier.file(), "earlier.bin").awaitSuccess();
      }
    }
    if (beginning == Beginning.PUBLISHED) {
      started.publish(stage, stage.file(0), Payload.NAME);
    }
  }

  @Override
  public void go(Stage stage) throws IOException {
    if (fleet == null) {
      throw new IllegalStateException("go before prepare");
    }
    if (beginning == Beginning.PUBLISHED) {
      fleet.deploy(stage, Payload.NAME, Payload.NAME);
    } else {
      fleet.deploy(stage, stage.file(0), Payload.NAME);
    }
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
