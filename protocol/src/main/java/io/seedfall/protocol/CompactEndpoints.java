package io.seedfall.protocol;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Endpoints as trackers and peers tell them to each other (BEP 7, 11, 15, 23): the address and two
 * bytes of port, high byte first, one endpoint behind the other; IPv4 and IPv6 in rows of their
 * own.
 */
public enum CompactEndpoints {
  /** Six bytes an endpoint. */
  V4(IpAddress.V4_BYTES),

  /** Eighteen bytes an endpoint. */
  V6(IpAddress.V6_BYTES);

  private final int addressBytes;

  CompactEndpoints(int addressBytes) {
    this.addressBytes = addressBytes;
  }

  /** Bytes of one endpoint. */
  public int strideBytes() {
    return addressBytes + Short.BYTES;
  }

  /** Whether this is the row for an endpoint; its address must be a literal to be in any. */
  public boolean fits(Endpoint endpoint) {
    byte[] address = IpAddress.bytes(endpoint.address());
    return address != null && address.length == addressBytes;
  }

  /** The bytes of those endpoints that fit, in their order. */
  public byte[] encode(List<Endpoint> endpoints) {
    ByteBuffer row = ByteBuffer.allocate(endpoints.size() * strideBytes());
    for (Endpoint endpoint : endpoints) {
      byte[] address = IpAddress.bytes(endpoint.address());
      if (address != null && address.length == addressBytes) {
        row.put(address).putShort((short) endpoint.port());
      }
    }
    byte[] bytes = new byte[row.position()];
    row.flip().get(bytes);
    return bytes;
  }

  /** How many endpoints {@code bytes} are, or -1 when they are no whole number of them. */
  public int count(byte[] bytes) {
    return bytes.length % strideBytes() == 0 ? bytes.length / strideBytes() : -1;
  }

  /** The endpoint with the number {@code index}; null when its port is 0, which is no port. */
  public @Nullable Endpoint at(byte[] bytes, int index) {
    ByteBuffer row = ByteBuffer.wrap(bytes, index * strideBytes(), strideBytes());
    byte[] address = new byte[addressBytes];
    row.get(address);
    int port = row.getShort() & 0xffff;
    return port == 0 ? null : new Endpoint(IpAddress.text(address), port);
  }

  /**
   * The first {@code max} endpoints that {@code bytes} are, those with the port 0 left out; none
   * when they are no whole number of endpoints.
   */
  public List<Endpoint> decode(byte[] bytes, int max) {
    List<Endpoint> endpoints = new ArrayList<>();
    int count = Math.min(max, count(bytes));
    for (int i = 0; i < count; i++) {
      Endpoint endpoint = at(bytes, i);
      if (endpoint != null) {
        endpoints.add(endpoint);
      }
    }
    return endpoints;
  }
}
