package io.seedfall.benchmarks;

import io.seedfall.cli.CommandFailure;
import io.seedfall.cli.ExitCode;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Hosts in network namespaces behind one bridge, each with a full-duplex link that HTB shapes both
 * ways: what a host sends on its own side of the veth pair, what it receives on the bridge's. There
 * is no route out of them. Needs root and iproute2; everything is gone after {@link #close}.
 */
final class Rack implements Hosts, AutoCloseable {
  /** The most hosts: one byte of their addresses, less the one beside them. */
  static final int HOSTS_MAX = 250;

  private static final int PORT = 6881;
  private static final Pattern SENT = Pattern.compile("\"tx\":\\{\"bytes\":(\\d+)");

  private final String prefix;
  private final int hosts;
  private final List<String> namespaces = new ArrayList<>();
  private boolean closed;

  private Rack(int hosts) {
    this.prefix = "sfb" + ProcessHandle.current().pid();
    this.hosts = hosts;
  }

  /** A rack without hosts yet, so that what owns it can end it at any moment of {@link #build}. */
  static Rack planned(int hosts) {
    if (hosts < 2 || hosts > HOSTS_MAX) {
      throw new IllegalArgumentException("hosts: " + hosts + " (expected: 2.." + HOSTS_MAX + ")");
    }
    return new Rack(hosts);
  }

  /** Makes the hosts, every link with that rate in both directions. */
  void build(long bitsPerSecond) {
    String bridge = switchName();
    namespace(bridge);
    run("ip", "-n", bridge, "link", "add", "br0", "type", "bridge");
    run("ip", "-n", bridge, "addr", "add", besideAddress() + "/24", "dev", "br0");
    run("ip", "-n", bridge, "link", "set", "br0", "up");
    for (int host = 0; host < hosts; host++) {
      String name = name(host);
      String port = port(host);
      namespace(name);
      run(
          "ip", "-n", bridge, "link", "add", port, "type", "veth", "peer", "name", "eth0", "netns",
          name);
      run("ip", "-n", bridge, "link", "set", port, "master", "br0", "txqueuelen", "1000", "up");
      run("ip", "-n", name, "addr", "add", address(host) + "/24", "dev", "eth0");
      run("ip", "-n", name, "link", "set", "eth0", "txqueuelen", "1000", "up");
      run("ip", "-n", name, "route", "add", "224.0.0.0/4", "dev", "eth0");
      run(disciplineWords(name, "eth0"));
      run(disciplineWords(bridge, port));
      shape(host, bitsPerSecond);
    }
  }

  /** Made once: a discipline that is there takes no change, only its class does. */
  private static String[] disciplineWords(String namespace, String device) {
    return new String[] {
      "tc", "-n", namespace, "qdisc", "add", "dev", device, "root", "handle", "1:", "htb",
      "default", "1", "r2q", "1000"
    };
  }

  /** Gives a host's link another rate, both ways. */
  void shape(int host, long bitsPerSecond) {
    shape(name(host), "eth0", bitsPerSecond + "bit");
    shape(switchName(), port(host), bitsPerSecond + "bit");
  }

  private static void shape(String namespace, String device, String rate) {
    run(
        "tc", "-n", namespace, "class", "replace", "dev", device, "parent", "1:", "classid", "1:1",
        "htb", "rate", rate, "ceil", rate, "burst", "128kb", "cburst", "128kb", "quantum", "60000");
  }

  private void namespace(String name) {
    synchronized (namespaces) {
      if (closed) {
        throw new CommandFailure(ExitCode.FAILED, "stopped");
      }
      namespaces.add(name);
      run("ip", "netns", "add", name);
    }
    run("ip", "-n", name, "link", "set", "lo", "up");
  }

  @Override
  public int count() {
    return hosts;
  }

  @Override
  public String address(int host) {
    return "10.99.0." + (host + 1);
  }

  @Override
  public List<String> on(int host) {
    return List.of("ip", "netns", "exec", name(host));
  }

  @Override
  public List<String> beside() {
    return List.of("ip", "netns", "exec", switchName());
  }

  @Override
  public String besideAddress() {
    return "10.99.0.254";
  }

  @Override
  public int port() {
    return PORT;
  }

  @Override
  public long bytesSent(int host) {
    return bytesSent(run("ip", "-n", name(host), "-s", "-j", "link", "show", "eth0"));
  }

  /** The bytes sent in what {@code ip -s -j link show} prints for one link. */
  static long bytesSent(String json) {
    Matcher sent = SENT.matcher(json.replaceAll("\\s", ""));
    if (!sent.find()) {
      throw new IllegalStateException("no tx bytes in: " + json);
    }
    return Long.parseLong(sent.group(1));
  }

  private String name(int host) {
    return prefix + "h" + host;
  }

  private static String port(int host) {
    return "p" + host;
  }

  private String switchName() {
    return prefix + "sw";
  }

  private static String run(String... command) {
    return Commands.run(command);
  }

  /** Removes every namespace that was made, with the links in it. */
  @Override
  public void close() {
    synchronized (namespaces) {
      closed = true;
      for (String name : namespaces) {
        Commands.attempt(List.of("ip", "netns", "del", name));
      }
      namespaces.clear();
    }
  }
}
