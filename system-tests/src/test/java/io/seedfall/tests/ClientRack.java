package io.seedfall.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Hosts in network namespaces with BitTorrent clients on them, ours and others', and if asked for a
 * coordinator's tracker. Not loopback: transmission takes no peer there. Everything is ended with
 * it.
 */
final class ClientRack implements AutoCloseable {
  private static final Pattern TRACKER = Pattern.compile("\"tracker\":\"([^\"]+)\"");

  private final Path directory;
  private final Rack rack;
  private final Processes processes;

  private ClientRack(Path directory, Rack rack) {
    this.directory = directory;
    this.rack = rack;
    this.processes = new Processes(directory);
  }

  /**
   * Hosts 0 to {@code hosts - 1}.
   *
   * @param rate of their links: {@code 16mbit}
   */
  static ClientRack up(Path directory, int hosts, String rate) {
    return new ClientRack(directory, Rack.up(hosts, rate));
  }

  /** Starts a coordinator on a host and gives its tracker's {@code ADDRESS:PORT}. */
  String tracker(int host) throws IOException, InterruptedException {
    SeedfallProcess coordinator =
        ours(
            host,
            "coordinator",
            "--listen",
            "127.0.0.1:0",
            "--tracker",
            address(host) + ":0",
            "--insecure",
            "--state",
            directory.resolve("coordinator").toString(),
            "--json");
    Matcher said = TRACKER.matcher(coordinator.awaitAnswer(line -> line.contains("tracker")));
    assertThat(said.find()).as(coordinator.both()).isTrue();
    return said.group(1);
  }

  String address(int host) {
    return rack.address(host);
  }

  /** What a host's card has sent. */
  long bytesSent(int host) {
    return rack.bytesSent(host);
  }

  /** One of our programs on a host. */
  SeedfallProcess ours(int host, String... arguments) throws IOException {
    return processes.add(SeedfallProcess.startInside(rack.on(host), directory, arguments));
  }

  /** Our {@code seed} on a host; it may make the torrent. */
  SeedfallProcess seed(int host, Path content, String... more) throws IOException {
    return peer(host, "seed", content.toString(), more);
  }

  /** Our {@code get} on a host. */
  SeedfallProcess get(int host, Path torrent, Path target, String... more) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("--output", target.toString()));
    arguments.addAll(List.of(more));
    return peer(host, "get", torrent.toString(), arguments.toArray(String[]::new));
  }

  private SeedfallProcess peer(int host, String what, String of, String... more)
      throws IOException {
    List<String> arguments = new ArrayList<>(List.of(what, of));
    arguments.addAll(List.of("--listen", address(host) + ":0", "--json"));
    arguments.addAll(List.of(more));
    return ours(host, arguments.toArray(String[]::new));
  }

  /** Fetches into {@code target} and goes on seeding. */
  ChildProcess foreignLeech(int host, ForeignClient client, Path torrent, Path target)
      throws IOException {
    Files.createDirectories(target);
    return foreign(host, client.command(directory, address(host), torrent, target, false));
  }

  /** Seeds what lies in {@code content}. */
  ChildProcess foreignSeed(int host, ForeignClient client, Path torrent, Path content)
      throws IOException {
    return foreign(host, client.command(directory, address(host), torrent, content, true));
  }

  /** Somebody else's program on a host. */
  ChildProcess foreign(int host, List<String> command) throws IOException {
    List<String> inside = new ArrayList<>(rack.on(host));
    inside.addAll(command);
    ProcessBuilder builder = new ProcessBuilder(inside).directory(directory.toFile());
    builder.environment().put("LC_ALL", "C.UTF-8");
    return processes.add(
        new ChildProcess("host " + host + ": " + String.join(" ", command), builder));
  }

  /** All that was said, for the message of a failed test. */
  String all() {
    return processes.all();
  }

  @Override
  public void close() {
    processes.end();
    rack.close();
  }
}
