package io.seedfall.node;

import io.seedfall.protocol.Endpoint;
import io.seedfall.protocol.metainfo.Metainfo;
import io.seedfall.swarm.PeerSources;
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
 * @param peerSources who else may name peers; of a private torrent (BEP 27) only trackers may,
 *     whatever this says
 * @param pace of its bytes, to begin with
 */
public record SeedSpec(
    Metainfo metainfo,
    Path content,
    boolean firstPass,
    List<Endpoint> neighbours,
    TransferListener listener,
    PeerSources peerSources,
    TransferPace pace) {

  /** Takes a copy of the neighbours. */
  public SeedSpec {
    neighbours = List.copyOf(neighbours);
  }

  /** One whose neighbours somebody else chooses, and nobody but them. */
  public SeedSpec(
      Metainfo metainfo,
      Path content,
      boolean firstPass,
      List<Endpoint> neighbours,
      TransferListener listener) {
    this(
        metainfo,
        content,
        firstPass,
        neighbours,
        listener,
        PeerSources.NEIGHBOURS,
        TransferPace.FREE);
  }

  /** One as fast as it goes. */
  public SeedSpec(
      Metainfo metainfo,
      Path content,
      boolean firstPass,
      List<Endpoint> neighbours,
      TransferListener listener,
      PeerSources peerSources) {
    this(metainfo, content, firstPass, neighbours, listener, peerSources, TransferPace.FREE);
  }

  /** The same at that pace. */
  public SeedSpec withPace(TransferPace changed) {
    return new SeedSpec(metainfo, content, firstPass, neighbours, listener, peerSources, changed);
  }
}
