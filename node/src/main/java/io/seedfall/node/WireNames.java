package io.seedfall.node;

import io.seedfall.protocol.PeerId;
import io.seedfall.protocol.WireHash;
import io.seedfall.protocol.metainfo.Metainfo;
import io.seedfall.protocol.metainfo.TorrentFormat;
import io.seedfall.protocol.wire.Handshake;
import java.util.List;

/**
 * What handshakes call one torrent.
 *
 * @param all one name, or the two of a hybrid torrent; the first is the one that we dial under
 * @param v2 whether the torrent has a v2 description, which a handshake says in a reserved bit (BEP
 *     52)
 */
record WireNames(List<WireHash> all, boolean v2) {
  WireNames {
    all = List.copyOf(all);
  }

  /** The names of that torrent. */
  static WireNames of(Metainfo metainfo) {
    return new WireNames(metainfo.wireHashes(), metainfo.format() != TorrentFormat.V1);
  }

  /** Our handshake under one of them. */
  Handshake handshake(WireHash name, PeerId self) {
    return new Handshake(true, true, v2, name, self);
  }
}
