package io.seedfall.tests;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Hosts in network namespaces behind one bridge, each with a full-duplex link shaped by HTB both
 * ways. There is no route out of them. Needs root and iproute2; everything is gone after {@link
 * #close}.
 */
final class Rack implements AutoCloseable {
  /** The most hosts: one byte of their addresses. */
  static final int HOSTS_MAX = 200;

  private static final Pattern SENT = Pattern.compile("\"tx\":\\{\"bytes\":(\\d+)");

  private static final AtomicInteger RACKS = new AtomicInteger();

  private final String prefix;
  private final int hosts;

  private Rack(String prefix, int hosts) {
    this.prefix = prefix;
    this.hosts = hosts;
  }

  /**
   * Makes the hosts 0 to {@code hosts - 1}.
   *
   * @param rate of every link in both directions, as tc takes it: {@code 100mbit}
   */
  static Rack up(int hosts, String rate) {
    if (hosts < 1 || hosts > HOSTS_MAX) {
      throw new IllegalArgumentException("hosts: " + hosts + " (expected: 1.." + HOSTS_MAX + ")");
    }
    String prefix = "sf" + ProcessHandle.current().pid() + "r" + RACKS.incrementAndGet();
    Rack rack = new Rack(prefix, hosts);
    rack.remove(false);
    try {
      rack.build(rate);
      return rack;
    } catch (RuntimeException e) {
      rack.remove(false);
      throw e;
    }
  }

  private void build(String rate) {
    String bridge = switchName();
    run("ip", "netns", "add", bridge);
    run("ip", "-n", bridge, "link", "set", "lo", "up");
    run("ip", "-n", bridge, "link", "add", "br0", "type", "bridge");
    run("ip", "-n", bridge, "link", "set", "br0", "up");
    for (int host = 0; host < hosts; host++) {
      String ns = name(host);
      String port = "p" + host;
      run("ip", "netns", "add", ns);
      run("ip", "-n", ns, "link", "set", "lo", "up");
      run(
          "ip", "-n", bridge, "link", "add", port, "type", "veth", "peer", "name", "eth0", "netns",
          ns);
      run("ip", "-n", bridge, "link", "set", port, "master", "br0", "txqueuelen", "1000", "up");
      run("ip", "-n", ns, "addr", "add", address(host) + "/24", "dev", "eth0");
      run("ip", "-n", ns, "link", "set", "eth0", "txqueuelen", "1000", "up");
      shape(ns, "eth0", rate);
      shape(bridge, port, rate);
    }
  }

  private static void shape(String ns, String device, String rate) {
    run(
        "tc", "-n", ns, "qdisc", "replace", "dev", device, "root", "handle", "1:", "htb", "default",
        "1", "r2q", "1000");
    run(
        "tc", "-n", ns, "class", "replace", "dev", device, "parent", "1:", "classid", "1:1", "htb",
        "rate", rate, "ceil", rate, "burst", "128kb", "cburst", "128kb", "quantum", "60000");
  }

  /** The address of a host inside the rack. */
  String address(int host) {
    return "10.99.0." + (host + 1);
  }

  /** The words that run a command on a host: put them before it. */
  List<String> on(int host) {
    return List.of("ip", "netns", "exec", name(host));
  }

  /**
   * Bytes that a host's card has sent since the rack came up, frames and all, as its kernel counts.
   */
  long bytesSent(int host) {
    String json = run("ip", "-n", name(host), "-s", "-j", "link", "show", "eth0").replace(" ", "");
    Matcher sent = SENT.matcher(json);
    if (!sent.find()) {
      throw new IllegalStateException("no tx bytes in: " + json);
    }
    return Long.parseLong(sent.group(1));
  }

  private String name(int host) {
    return prefix + "h" + host;
  }

  private String switchName() {
    return prefix + "sw";
  }

  @Override
  public void close() {
    remove(true);
  }

  private void remove(boolean mustExist) {
    ArrayList<String> names = new ArrayList<>();
    for (int host = 0; host < hosts; host++) {
      names.add(name(host));
    }
    names.add(switchName());
    for (String name : names) {
      if (mustExist) {
        run("ip", "netns", "del", name);
      } else {
        attempt("ip", "netns", "del", name);
      }
    }
  }

  private static String run(String... command) {
    Outcome outcome = attempt(command);
    if (outcome.exit() != 0) {
      throw new IllegalStateException(String.join(" ", command) + ": " + outcome.output());
    }
    return outcome.output();
  }

  private record Outcome(int exit, String output) {}

  private static Outcome attempt(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Outcome(process.waitFor(), output);
    } catch (IOException e) {
      throw new IllegalStateException(String.join(" ", command) + " does not start", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted: " + String.join(" ", command), e);
    }
  }
}
