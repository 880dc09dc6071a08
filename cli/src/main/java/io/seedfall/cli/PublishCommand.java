package io.seedfall.cli;

import io.seedfall.control.ArtifactView;
import io.seedfall.control.SeedfallClient;
import io.seedfall.protocol.metainfo.Metainfo;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a path an artifact and seeds it. */
@Command(
    name = "publish",
    mixinStandardHelpOptions = true,
    description = "Make a file or directory an artifact, and seed it until stopped.")
final class PublishCommand implements Callable<Integer> {
  private final Console console;

  @Mixin CoordinatorOption coordinator;
  @Mixin SeedOptions seed;
  @Mixin SignOptions sign;

  @Parameters(paramLabel = "PATH", description = "a file or a directory")
  Path source;

  @Option(
      names = "--torrent-out",
      paramLabel = "FILE",
      description = "write the metainfo there, for any BitTorrent v2 client")
  @Nullable Path torrentOut;

  @Option(names = "--json", description = "print JSON")
  boolean json;

  @Option(
      names = "--stop-with-input",
      description = "stop when standard input ends, that is, with whoever started it")
  boolean stopWithInput;

  PublishCommand(Console console) {
    this.console = console;
  }

  /**
   * What it prints, for programs.
   *
   * @param event {@code listening} while this process seeds, {@code published} when an agent does
   * @param address where peers reach the seed; empty when an agent seeds
   * @param pid this process
   * @param artifact what was registered
   */
  record Published(String event, String address, long pid, ArtifactView artifact) {}

  @Override
  public Integer call() throws Exception {
    Publication publication = new Publication(console, json);
    Publication.requireThere(source);
    String name = seed.nameFor(source);
    Path agentState = seed.handOverTo();
    List<KeyFile> keys = sign.keys();
    try (Lifetime lifetime = Lifetime.begin(console);
        SeedfallClient client = coordinator.client()) {
      client.status(); // before the hashing: that may take long
      ArtifactSigning signing = new ArtifactSigning(client, sign, keys);
      if (agentState != null) {
        ArtifactView artifact =
            publication.handOver(client, agentState, source, name, seed.version);
        signing.sign(artifact);
        writeTorrent(client.metainfo(artifact.infoHash()));
        say(new Published("published", "", ProcessHandle.current().pid(), artifact));
        return ExitCode.OK;
      }
      InetSocketAddress listen = seed.listenAddress(coordinator.addresses().first());
      Metainfo metainfo = publication.hash(source);
      writeTorrent(metainfo.toTorrentBytes());
      ArtifactView artifact = publication.register(client, metainfo, name, seed.version);
      signing.sign(artifact);
      Publication.Seeding seeding =
          publication.seed(
              lifetime, coordinator.caller(), listen, source, metainfo, seed.maxBytesPerSecond);
      say(
          new Published(
              ListeningLine.EVENT,
              ListenAddress.text(seeding.listenAddress()),
              ProcessHandle.current().pid(),
              artifact));
      return seedUntilStopped(lifetime, seeding);
    }
  }

  private int seedUntilStopped(Lifetime lifetime, Publication.Seeding seeding)
      throws InterruptedException {
    Thread.ofVirtual()
        .name("source-trouble")
        .start(() -> {
          try {
            seeding.awaitTrouble();
            lifetime.stop();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    if (stopWithInput) {
      lifetime.stopWithEndOf(System.in);
    }
    lifetime.awaitStop();
    String trouble = seeding.trouble();
    if (trouble != null) {
      throw new CommandFailure(ExitCode.LOCAL, trouble);
    }
    return ExitCode.OK;
  }

  private void writeTorrent(byte[] torrent) {
    if (torrentOut == null) {
      return;
    }
    try {
      Files.write(torrentOut, torrent);
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.LOCAL, "cannot write %s: %s".formatted(torrentOut, e.getMessage()), e);
    }
  }

  private void say(Published published) {
    if (json) {
      console.json(published);
      return;
    }
    ArtifactView artifact = published.artifact();
    console.answer(
        "artifact   %s@%s, %s in %d files"
            .formatted(
                artifact.name(),
                artifact.version(),
                Quantity.bytesText(artifact.sizeBytes()),
                artifact.fileCount()));
    console.answer("info-hash  " + artifact.infoHash());
    if (published.address().isEmpty()) {
      console.answer("seeded     by the agent");
    } else {
      console.answer("seeded at  %s (Ctrl-C stops it)".formatted(published.address()));
    }
  }
}
