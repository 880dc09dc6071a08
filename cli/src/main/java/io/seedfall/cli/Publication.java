package io.seedfall.cli;

import io.seedfall.agent.LocalAgent;
import io.seedfall.agent.Publisher;
import io.seedfall.agent.PublisherListener;
import io.seedfall.agent.PublisherSettings;
import io.seedfall.control.ArtifactRequest;
import io.seedfall.control.ArtifactView;
import io.seedfall.control.ControlApi;
import io.seedfall.control.ControlException;
import io.seedfall.control.Names;
import io.seedfall.control.SeedfallClient;
import io.seedfall.node.ArtifactHasher;
import io.seedfall.node.HashProgress;
import io.seedfall.protocol.metainfo.Metainfo;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The way from a path on this machine to an artifact that others can fetch: hash it, tell the
 * coordinator, seed it from this process or hand it to the agent of this machine.
 */
final class Publication {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(30);

  private final Console console;
  private final boolean json;

  Publication(Console console, boolean json) {
    this.console = console;
    this.json = json;
  }

  /** Throws in one line when there is nothing at {@code source}. */
  static void requireThere(Path source) {
    if (!Files.exists(source)) {
      throw new CommandFailure(ExitCode.LOCAL, "no such file: " + source);
    }
  }

  /** The name of an artifact that was given none: that of its file, in the alphabet of names. */
  static String nameFor(Path source) {
    String file = String.valueOf(source.toAbsolutePath().normalize().getFileName());
    String name = file.replaceAll("[^A-Za-z0-9._-]", "-").replaceAll("^[^A-Za-z0-9]+", "");
    name = name.substring(0, Math.min(name.length(), Names.NAME_CHARS_MAX));
    if (!Names.isName(name)) {
      throw new CommandFailure(
          ExitCode.USAGE,
          "%s makes no name for an artifact: give it one with --name".formatted(file));
    }
    return name;
  }

  /** Hashes everything at {@code source}. */
  Metainfo hash(Path source) {
    requireThere(source);
    String fileName = String.valueOf(source.toAbsolutePath().normalize().getFileName());
    try {
      return ArtifactHasher.hash(source, fileName, 0, progress(source));
    } catch (IOException e) {
      throw new CommandFailure(ExitCode.LOCAL, String.valueOf(e.getMessage()), e);
    }
  }

  private HashProgress progress(Path source) {
    HashLine line = new HashLine(console, json, String.valueOf(source.getFileName()));
    return line::hashed;
  }

  /** Stores the metainfo and registers the artifact. */
  ArtifactView register(SeedfallClient client, Metainfo metainfo, String name, String version)
      throws ControlException {
    String infoHash = metainfo.infoHash().hex();
    client.putMetainfo(infoHash, metainfo.toTorrentBytes());
    return register(client, name, version, infoHash);
  }

  /** Has the agent with that state directory keep and seed it, and registers the artifact. */
  ArtifactView handOver(
      SeedfallClient client, Path agentState, Path source, String name, String version)
      throws ControlException {
    requireThere(source);
    LocalAgent.Seeded seeded;
    try {
      String fileName = String.valueOf(source.toAbsolutePath().normalize().getFileName());
      seeded = LocalAgent.seed(agentState, source, fileName, 0, progress(source));
    } catch (IOException e) {
      throw new CommandFailure(ExitCode.LOCAL, String.valueOf(e.getMessage()), e);
    }
    return register(client, name, version, seeded.infoHash().hex());
  }

  /** What is registered is what was hashed here, whatever the coordinator answers. */
  private static ArtifactView register(
      SeedfallClient client, String name, String version, String infoHash) throws ControlException {
    ArtifactView artifact = client.registerArtifact(new ArtifactRequest(name, version, infoHash));
    boolean same =
        artifact.infoHash().equals(infoHash)
            && artifact.name().equals(name)
            && (version.isEmpty() || artifact.version().equals(version));
    if (!same) {
      throw new CommandFailure(
          ExitCode.REFUSED,
          "the coordinator registered %s@%s with info-hash %s instead of %s with %s"
              .formatted(artifact.name(), artifact.version(), artifact.infoHash(), name, infoHash));
    }
    return artifact;
  }

  /** What this process seeds, and whether it still can. */
  static final class Seeding implements AutoCloseable, PublisherListener {
    private final Console console;
    private final CountDownLatch connected = new CountDownLatch(1);
    private final AtomicReference<@Nullable String> trouble = new AtomicReference<>();
    private final AtomicReference<@Nullable String> refusal = new AtomicReference<>();
    private final CountDownLatch troubled = new CountDownLatch(1);
    private @Nullable Publisher publisher;
    private boolean away; // the session's thread only
    private volatile boolean closing;

    private Seeding(Console console) {
      this.console = console;
    }

    /** Where peers reach it. */
    InetSocketAddress listenAddress() {
      if (publisher == null) {
        throw new IllegalStateException("not started");
      }
      return publisher.listenAddress();
    }

    /** Why it cannot be served any more; null while it can. */
    @Nullable String trouble() {
      return trouble.get();
    }

    /** Waits until {@link #trouble} is not null. */
    void awaitTrouble() throws InterruptedException {
      troubled.await();
    }

    @Override
    public void connected() {
      connected.countDown();
      if (away) {
        away = false;
        console.note("the coordinator is back");
      }
    }

    /** Called for every attempt that fails; one line says it all. */
    @Override
    public void disconnected(String why) {
      if (connected.getCount() == 0 && !away && !closing) {
        away = true;
        console.note("the coordinator is away (" + why + "); seeding goes on, trying again");
      }
    }

    @Override
    public void refused(String why) {
      refusal.set(why);
      connected.countDown();
    }

    @Override
    public void failed(String why) {
      trouble.compareAndSet(null, why);
      troubled.countDown();
    }

    private void awaitConnected() throws InterruptedException {
      if (!connected.await(CONNECT_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new CommandFailure(
            ExitCode.UNREACHABLE,
            "the coordinator took no connection within %d s"
                .formatted(CONNECT_TIMEOUT.toSeconds()));
      }
      String why = refusal.get();
      if (why != null) {
        throw new CommandFailure(
            ExitCode.REFUSED, "the coordinator refuses to let us seed: " + why);
      }
    }

    @Override
    public void close() {
      closing = true;
      if (publisher != null) {
        publisher.close();
      }
    }
  }

  /** Seeds from this process; returns when the coordinator knows. */
  Seeding seed(
      Lifetime lifetime,
      Caller caller,
      InetSocketAddress listen,
      Path source,
      Metainfo metainfo,
      long maxBytesPerSecond)
      throws InterruptedException {
    Seeding seeding = new Seeding(console);
    String name =
        "%s%s%d-%s"
            .formatted(
                ControlApi.PUBLISHER_PREFIX,
                caller.user().isEmpty() ? "" : caller.user() + "-",
                ProcessHandle.current().pid(),
                Long.toHexString(Randomness.seed() & 0xffff_ffffL));
    try {
      seeding.publisher =
          Publisher.start(
              new PublisherSettings(
                  caller.coordinators(),
                  name,
                  listen,
                  source.toAbsolutePath().normalize(),
                  metainfo,
                  maxBytesPerSecond,
                  0,
                  Randomness.seed(),
                  caller.identity()),
              seeding);
    } catch (IOException e) {
      throw new CommandFailure(ExitCode.LOCAL, String.valueOf(e.getMessage()), e);
    }
    lifetime.add(seeding);
    seeding.awaitConnected();
    return seeding;
  }
}
