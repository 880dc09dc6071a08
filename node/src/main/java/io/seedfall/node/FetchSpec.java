package io.seedfall.node;

import io.seedfall.protocol.Endpoint;
import io.seedfall.protocol.metainfo.Metainfo;
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
 */
public record FetchSpec(
    Metainfo metainfo, Path directory, List<Endpoint> neighbours, TransferListener listener) {

  /** Takes a copy of the neighbours. */
  public FetchSpec {
    neighbours = List.copyOf(neighbours);
  }
}
