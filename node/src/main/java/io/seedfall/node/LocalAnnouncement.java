package io.seedfall.node;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.seedfall.protocol.WireHash;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a client tells its local network (BEP 14): that it is in these swarms, at this port of the
 * address that the packet comes from.
 *
 * <pre>
 *   BT-SEARCH * HTTP/1.1
 *   Host: 239.192.152.143:6771
 *   Port: 6881
 *   Infohash: 40 hexadecimal digits       once or more
 *   cookie: 1f2e3d4c                      ours, to know our own packets by
 * </pre>
 *
 * @param port where it listens, 1 to 65535
 * @param torrents names, at least one
 * @param cookie empty when it says none
 */
record LocalAnnouncement(int port, List<WireHash> torrents, String cookie) {
  /** The longest packet that is sent or looked at (BEP 14). */
  static final int PACKET_BYTES_MAX = 1400;

  /** So many names fit into a packet. */
  static final int TORRENTS_MAX = 25;

  private static final String FIRST_LINE = "BT-SEARCH * HTTP/1.1";
  private static final String LINE_END = "\r\n";

  LocalAnnouncement {
    torrents = List.copyOf(torrents);
    if (torrents.isEmpty() || torrents.size() > TORRENTS_MAX) {
      throw new IllegalArgumentException(
          "torrents: " + torrents.size() + " (expected: 1.." + TORRENTS_MAX + ")");
    }
  }

  /** The packet; {@code host} is the group it is sent to. */
  byte[] packet(String host) {
    StringBuilder text = new StringBuilder(FIRST_LINE).append(LINE_END);
    text.append("Host: ").append(host).append(LINE_END);
    text.append("Port: ").append(port).append(LINE_END);
    torrents.forEach(name -> text.append("Infohash: ").append(name.hex()).append(LINE_END));
    text.append("cookie: ").append(cookie).append(LINE_END);
    return text.append(LINE_END).append(LINE_END).toString().getBytes(ISO_8859_1);
  }

  /** What a packet says; null when it is none of these. Unknown headers are passed over. */
  static @Nullable LocalAnnouncement parse(byte[] bytes, int length) {
    if (length > PACKET_BYTES_MAX) {
      return null;
    }
    String[] lines = new String(bytes, 0, length, ISO_8859_1).split(LINE_END, -1);
    if (!lines[0].equalsIgnoreCase(FIRST_LINE)) {
      return null;
    }
    int port = 0;
    String cookie = "";
    List<WireHash> torrents = new ArrayList<>();
    for (int i = 1; i < lines.length && !lines[i].isEmpty(); i++) {
      int colon = lines[i].indexOf(':');
      String value = lines[i].substring(colon + 1).strip();
      switch (lines[i].substring(0, Math.max(0, colon)).toLowerCase(Locale.ROOT)) {
        case "port" -> port = value.matches("[0-9]{1,5}") ? Integer.parseInt(value) : 0;
        case "cookie" -> cookie = value;
        case "infohash" -> {
          if (value.matches("(?i)[0-9a-f]{40}") && torrents.size() < TORRENTS_MAX) {
            torrents.add(WireHash.parse(value.toLowerCase(Locale.ROOT)));
          }
        }
        default -> {} // of another version
      }
    }
    return port < 1 || port > 65_535 || torrents.isEmpty()
        ? null
        : new LocalAnnouncement(port, torrents, cookie);
  }
}
