package io.seedfall.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * uftp: the source multicasts the file once, at a fixed rate just below that of the slowest link,
 * and again what somebody missed. It knows whom to wait for, as every other contender does.
 */
final class Uftp implements Contender {
  /** Of a link's rate; the rest is for headers, and for what is sent again. */
  private static final double SHARE = 0.93;

  private static final String BUFFER_BYTES = "4194304";
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Pattern UP = Pattern.compile("Loaded|Listening|version|UFTP");

  @Override
  public void prepare(Stage stage) throws IOException {
    // uftpd gives the hook: -I, the session, the paths received.
    Path hook =
        stage.script(
            "complete.sh", "for last; do :; done\ntouch \"$(dirname \"$last\")/complete\"\n");
    List<Started> receivers = new ArrayList<>();
    for (int host = 1; host < stage.hosts().count(); host++) {
      receivers.add(
          stage.start(
              host,
              List.of(
                  "uftpd",
                  "-d",
                  "-D",
                  stage.directory(host).toString(),
                  "-I",
                  "eth0",
                  "-B",
                  BUFFER_BYTES,
                  "-s",
                  hook.toString())));
    }
    for (Started receiver : receivers) {
      receiver.await(UP, PATIENCE);
    }
  }

  @Override
  public void go(Stage stage) throws IOException {
    List<String> clients = new ArrayList<>();
    for (int host = 1; host < stage.hosts().count(); host++) {
      clients.add(clientId(stage.hosts().address(host)));
    }
    stage.start(
        0,
        List.of(
            "uftp",
            "-I",
            "eth0",
            "-R",
            Long.toString(Math.round(stage.bitsPerSecond() * SHARE / 1_000)),
            "-B",
            BUFFER_BYTES,
            "-b",
            "1400",
            "-H",
            String.join(",", clients),
            stage.file(0).toString()));
  }

  /** How uftp names a client that was given no name: by its address. */
  static String clientId(String address) {
    return "0x%08X"
        .formatted(ByteBuffer.wrap(InetAddress.ofLiteral(address).getAddress()).getInt());
  }
}
