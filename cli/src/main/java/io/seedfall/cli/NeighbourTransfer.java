package io.seedfall.cli;

import io.seedfall.control.AgentView;
import io.seedfall.control.ControlException;
import io.seedfall.control.DeploymentPhase;
import io.seedfall.control.DeploymentView;
import io.seedfall.control.MachinePhase;
import io.seedfall.control.MachineView;
import io.seedfall.control.SeedfallClient;
import io.seedfall.control.ThisMachine;
import io.seedfall.node.FetchSpec;
import io.seedfall.node.Node;
import io.seedfall.node.NodeSettings;
import io.seedfall.node.Transfer;
import io.seedfall.protocol.Endpoint;
import io.seedfall.protocol.metainfo.Metainfo;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Fetches a little of what a neighbour has, as any BitTorrent client may, and says how fast it
 * came. Nothing of it is kept. It is honest about what it is: one neighbour, one connection, beside
 * whatever else goes on.
 */
final class NeighbourTransfer {
  /** So much is enough to tell. */
  static final long BYTES_MAX = 64L << 20;

  /** What is larger would need that room on this machine first. */
  static final long ARTIFACT_BYTES_MAX = 1L << 30;

  private static final long ARTIFACT_BYTES_LEAST = 1L << 20;
  private static final long NANOS_MAX = 5_000_000_000L;
  private static final long FIRST_BYTE_NANOS_MAX = 10_000_000_000L;
  private static final int DEPLOYMENTS_MAX = 20;
  private static final int MACHINES_MAX = 100;
  private static final long POLL_MILLIS = 20;

  /** Where it can be had. */
  private record Offer(DeploymentView deployment, AgentView neighbour) {}

  private final SeedfallClient client;
  private final Console console;
  private final Path scratch;

  /** With a directory of its own, below {@code scratch}, for a while. */
  NeighbourTransfer(SeedfallClient client, Console console, Path scratch) {
    this.client = client;
    this.console = console;
    this.scratch = scratch;
  }

  /** Tries it with the first of those that has something. */
  Finding run(List<AgentView> agents, String self) throws InterruptedException {
    try {
      Offer offer = offer(agents, self);
      if (offer == null) {
        return Finding.skip(
            "throughput",
            "no other connected agent has an artifact of %s to %s in place"
                .formatted(
                    Quantity.binaryText(ARTIFACT_BYTES_LEAST),
                    Quantity.binaryText(ARTIFACT_BYTES_MAX)));
      }
      if (Files.getFileStore(scratch).getUsableSpace() < 4 * offer.deployment().sizeBytes()) {
        return Finding.skip("throughput", "too little room in " + scratch + " to try a transfer");
      }
      return fetched(offer);
    } catch (ControlException | CommandFailure | IOException e) {
      return Finding.skip("throughput", "could not be tried: " + e.getMessage());
    }
  }

  private @Nullable Offer offer(List<AgentView> agents, String self) throws ControlException {
    for (DeploymentView deployment : client.deployments(DEPLOYMENTS_MAX)) {
      long size = deployment.sizeBytes();
      if (deployment.phase() == DeploymentPhase.DONE
          && size >= ARTIFACT_BYTES_LEAST
          && size <= ARTIFACT_BYTES_MAX) {
        for (MachineView machine : client.machines(deployment.id(), "", MACHINES_MAX).items()) {
          for (AgentView agent : agents) {
            if (machine.phase() == MachinePhase.INSTALLED
                && agent.name().equals(machine.agent())
                && agent.connected()
                && !agent.name().equals(self)) {
              return new Offer(deployment, agent);
            }
          }
        }
      }
    }
    return null;
  }

  private Finding fetched(Offer offer) throws ControlException, IOException, InterruptedException {
    Metainfo metainfo =
        TorrentSource.parse(
            offer.deployment().artifact(), client.metainfo(offer.deployment().infoHash()));
    InetSocketAddress there = ListenAddress.parse(offer.neighbour().endpoint());
    Endpoint neighbour = new Endpoint(there.getAddress().getHostAddress(), there.getPort());
    InetSocketAddress here =
        new InetSocketAddress(ThisMachine.addressTowards(neighbour.address()), 0);
    Path directory = Files.createTempDirectory(scratch, ".seedfall-doctor-");
    long began = System.nanoTime();
    long bytes = 0;
    long nanos = 0;
    try (Node node = Node.open(NodeSettings.of(here, 0, 0, "", Randomness.seed()))) {
      TransferEnd end = new TransferEnd(() -> {}, console);
      FetchSpec spec = new FetchSpec(metainfo, directory, List.of(neighbour), end);
      try (Transfer transfer = node.fetch(spec)) {
        boolean over = false;
        while (!over
            && bytes < Math.min(BYTES_MAX, offer.deployment().sizeBytes())
            && System.nanoTime() - began < (bytes == 0 ? FIRST_BYTE_NANOS_MAX : NANOS_MAX)) {
          over = end.await(POLL_MILLIS);
          bytes = transfer.progress().bytesFromPeers();
          nanos = System.nanoTime() - began;
        }
        end.requireNoFailure();
      }
    } finally {
      ScratchDirectory.of(directory).close();
    }
    String from = "from " + offer.neighbour().name() + " at " + offer.neighbour().endpoint();
    if (bytes == 0) {
      return Finding.fail(
          "throughput",
          "nothing came %s in %s".formatted(from, Quantity.timeText(Duration.ofNanos(nanos))),
          "look at its log, and at what is between the two machines");
    }
    return Finding.ok(
        "throughput",
        "%s %s in %s, connecting included: %s"
            .formatted(
                Quantity.bytesText(bytes),
                from,
                Quantity.timeText(Duration.ofNanos(nanos)),
                Quantity.rateText(bytes * 1e9 / nanos)));
  }
}
