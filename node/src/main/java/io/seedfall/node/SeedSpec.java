package io.seedfall.node;

import io.seedfall.protocol.Endpoint;
import io.seedfall.protocol.metainfo.Metainfo;
import java.nio.file.Path;
import java.util.List;

/**
 * Content that exists and is to be served from where it lies. It is never written to.
 *
 * @param metainfo what the content is
 * @param content the file itself, or the directory that holds the torrent's files
 * @param firstPass whether this seed is a source that deals every piece once before it sends any
 *     twice
 * @param neighbours whom to connect to; may be empty
 * @param listener who hears when the content fails
 */
public record SeedSpec(
    Metainfo metainfo,
    Path content,
    boolean firstPass,
    List<Endpoint> neighbours,
    TransferListener listener) {

  /** Takes a copy of the neighbours. */
  public SeedSpec {
    neighbours = List.copyOf(neighbours);
  }
}
