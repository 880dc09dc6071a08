package io.seedfall.simulator;

/**
 * The network between the machines of a scenario. Every sender is held back by three bounds: its
 * own send buffer, the receive window of the connection, and the buffer of the ports on the way.
 *
 * @param linkBytesPerSecond rate of a card in each direction, unless a machine has its own
 * @param oneWayNanos latency between two machines
 * @param jitterNanos most that is added to a latency; order within a connection is kept
 * @param sendBufferBytes bytes given to a socket that have not left yet
 * @param receiveWindowBytes bytes of one connection that are on their way or not read yet
 * @param portBufferBytes bytes of all connections that are on their way to a machine's card
 * @param chunkBytes bytes after which the uplink turns to the next connection
 * @param rackBytesPerSecond rate of a rack's uplink and of its downlink, 0 when racks do not matter
 */
public record NetworkSettings(
    long linkBytesPerSecond,
    long oneWayNanos,
    long jitterNanos,
    int sendBufferBytes,
    int receiveWindowBytes,
    int portBufferBytes,
    int chunkBytes,
    long rackBytesPerSecond) {
  /** The largest chunk. */
  public static final int CHUNK_BYTES_MAX = 1 << 24;

  private static final int KIB = 1024;

  /** Checks the numbers. */
  public NetworkSettings {
    if (linkBytesPerSecond < 1 || oneWayNanos < 0 || jitterNanos < 0 || rackBytesPerSecond < 0) {
      throw new IllegalArgumentException(
          "linkBytesPerSecond: %d, oneWayNanos: %d, jitterNanos: %d, rackBytesPerSecond: %d"
                  .formatted(linkBytesPerSecond, oneWayNanos, jitterNanos, rackBytesPerSecond)
              + " (expected: >= 1, >= 0, >= 0, >= 0)");
    }
    if (sendBufferBytes < 0 || receiveWindowBytes < 1 || portBufferBytes < 1) {
      throw new IllegalArgumentException(
          "sendBufferBytes: %d, receiveWindowBytes: %d, portBufferBytes: %d"
                  .formatted(sendBufferBytes, receiveWindowBytes, portBufferBytes)
              + " (expected: >= 0, >= 1, >= 1)");
    }
    if (chunkBytes < 1 || chunkBytes > CHUNK_BYTES_MAX) {
      throw new IllegalArgumentException(
          "chunkBytes: " + chunkBytes + " (expected: 1.." + CHUNK_BYTES_MAX + ")");
    }
  }

  /**
   * Equal cards on a flat network. Buffers are small, as GRANT wants them: 2.5 ms of the card in a
   * send buffer, four times what is on the way in a receive window, and before a machine's card
   * what is on the way and 200 us of it.
   */
  public static NetworkSettings flat(long linkBytesPerSecond, long oneWayNanos) {
    long onTheWay = (long) (linkBytesPerSecond * (oneWayNanos / 1e9));
    int send = (int) Math.clamp(linkBytesPerSecond / 400, 32L * KIB, 256L * KIB);
    int window = (int) Math.clamp(4 * onTheWay, 64L * KIB, 16L * KIB * KIB);
    int port = (int) Math.clamp(onTheWay + linkBytesPerSecond / 5_000, 128L * KIB, 64L * KIB * KIB);
    return new NetworkSettings(
        linkBytesPerSecond, oneWayNanos, 0, send, window, port, 256 * KIB, 0);
  }

  /** The same with another jitter. */
  public NetworkSettings withJitterNanos(long nanos) {
    return new NetworkSettings(
        linkBytesPerSecond,
        oneWayNanos,
        nanos,
        sendBufferBytes,
        receiveWindowBytes,
        portBufferBytes,
        chunkBytes,
        rackBytesPerSecond);
  }

  /** The same with other buffers. */
  public NetworkSettings withBuffers(int sendBytes, int windowBytes, int portBytes) {
    return new NetworkSettings(
        linkBytesPerSecond,
        oneWayNanos,
        jitterNanos,
        sendBytes,
        windowBytes,
        portBytes,
        chunkBytes,
        rackBytesPerSecond);
  }

  /** The same with another chunk. */
  public NetworkSettings withChunkBytes(int bytes) {
    return new NetworkSettings(
        linkBytesPerSecond,
        oneWayNanos,
        jitterNanos,
        sendBufferBytes,
        receiveWindowBytes,
        portBufferBytes,
        bytes,
        rackBytesPerSecond);
  }

  /** The same with uplinks of racks that have this rate each way. */
  public NetworkSettings withRackBytesPerSecond(long rate) {
    return new NetworkSettings(
        linkBytesPerSecond,
        oneWayNanos,
        jitterNanos,
        sendBufferBytes,
        receiveWindowBytes,
        portBufferBytes,
        chunkBytes,
        rate);
  }
}
