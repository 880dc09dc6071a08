package io.seedfall.node;

import io.seedfall.protocol.Endpoint;
import io.seedfall.protocol.metainfo.Metainfo;
import io.seedfall.swarm.PeerSources;
import java.nio.file.Path;
import java.util.List;

/**
 * Content that is to be fetched, and served meanwhile and afterwards.
 *
 * @param metainfo what to fetch
 * @param directory owned by the transfer while it is open; made when it is not there. The content
 *     goes below {@code directory/content/} (a single file: {@code directory/content/<name>}), the
 *     journal of verified pieces to {@code directory/journal}. When a transfer of the same torrent
 *     left both there, it goes on from them
 * @param neighbours whom to connect to
 * @param listener who hears how it ends
 * @param peerSources who else may name peers; of a private torrent (BEP 27) only trackers may,
 *     whatever this says
 * @param copies what is on this machine already and may have pieces of it, the likeliest first
 * @param pace of its bytes, to begin with
 * @param inUse whether others use the files in the directory, which is a {@link Repair} then: until
 *     a piece is verified its blocks are kept in {@code directory/drafts}
 */
public record FetchSpec(
    Metainfo metainfo,
    Path directory,
    List<Endpoint> neighbours,
    TransferListener listener,
    PeerSources peerSources,
    List<LocalCopy> copies,
    TransferPace pace,
    boolean inUse) {
  /** Takes copies of the lists. */
  public FetchSpec {
    neighbours = List.copyOf(neighbours);
    copies = List.copyOf(copies);
  }

  /** One for which nothing is here, as fast as it goes. */
  public FetchSpec(
      Metainfo metainfo,
      Path directory,
      List<Endpoint> neighbours,
      TransferListener listener,
      PeerSources peerSources) {
    this(
        metainfo,
        directory,
        neighbours,
        listener,
        peerSources,
        List.of(),
        TransferPace.FREE,
        false);
  }

  /** One whose neighbours somebody else chooses, and nobody but them. */
  public FetchSpec(
      Metainfo metainfo, Path directory, List<Endpoint> neighbours, TransferListener listener) {
    this(metainfo, directory, neighbours, listener, PeerSources.NEIGHBOURS);
  }

  /** The same at that pace. */
  public FetchSpec withPace(TransferPace changed) {
    return new FetchSpec(
        metainfo, directory, neighbours, listener, peerSources, copies, changed, inUse);
  }

  /** The same, with pieces from {@code from} where they have some. */
  public FetchSpec withCopies(List<LocalCopy> from) {
    return new FetchSpec(metainfo, directory, neighbours, listener, peerSources, from, pace, inUse);
  }

  /** The same for files that others use. */
  public FetchSpec whileInUse() {
    return new FetchSpec(
        metainfo, directory, neighbours, listener, peerSources, copies, pace, true);
  }
}
