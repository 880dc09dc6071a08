package io.seedfall.agent;

import io.seedfall.control.ClientIdentity;
import io.seedfall.control.CoordinatorAddresses;
import io.seedfall.protocol.metainfo.Metainfo;
import java.net.InetSocketAddress;
import java.nio.file.Path;

/**
 * What a publisher is started with.
 *
 * @param coordinators where they are
 * @param name unique among connected agents and publishers
 * @param listen where peers reach it; port 0 takes a free one
 * @param content the file, or the directory that holds the torrent's files
 * @param metainfo of that content
 * @param maxBytesPerSecond cap for sending, 0 for none
 * @param linkBytesPerSecond what the network card does, for tuning; 0 when not known
 * @param seed everything random follows from it and the name
 * @param identity how it shows who it is
 */
public record PublisherSettings(
    CoordinatorAddresses coordinators,
    String name,
    InetSocketAddress listen,
    Path content,
    Metainfo metainfo,
    long maxBytesPerSecond,
    long linkBytesPerSecond,
    long seed,
    ClientIdentity identity) {
  /** One for a coordinator that asks nobody who it is. */
  public PublisherSettings(
      CoordinatorAddresses coordinators,
      String name,
      InetSocketAddress listen,
      Path content,
      Metainfo metainfo,
      long maxBytesPerSecond,
      long linkBytesPerSecond,
      long seed) {
    this(
        coordinators,
        name,
        listen,
        content,
        metainfo,
        maxBytesPerSecond,
        linkBytesPerSecond,
        seed,
        ClientIdentity.NONE);
  }
}
