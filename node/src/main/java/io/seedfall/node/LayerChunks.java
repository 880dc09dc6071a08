package io.seedfall.node;

import io.seedfall.protocol.Hash256;
import io.seedfall.protocol.merkle.MerkleTree;
import io.seedfall.protocol.metainfo.InfoDictionary;
import io.seedfall.protocol.metainfo.InfoDictionary.MissingLayer;
import io.seedfall.protocol.wire.PeerMessage.HashRequest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The piece layers of a v2 torrent while peers give them, in chunks of up to 512 hashes that each
 * carry their proof (BEP 52): what one peer gave is known to be right before another goes on.
 *
 * <pre>
 *   open --take--> with a peer --store--> here
 *     ^-------giveBack----'
 * </pre>
 *
 * <p>Any thread may call it.
 */
final class LayerChunks {
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Hash256, MissingLayer> missing = new HashMap<>();
  private final Map<Hash256, @Nullable Hash256[]> layers = new HashMap<>();
  private final ArrayDeque<HashRequest> open = new ArrayDeque<>();
  private int chunksLeft;

  LayerChunks(InfoDictionary info) {
    for (MissingLayer layer : info.missingLayers()) {
      missing.put(layer.piecesRoot(), layer);
      layers.put(layer.piecesRoot(), new Hash256[layer.count()]);
      for (int at = 0; at < layer.count(); at += MerkleTree.REQUEST_HASHES_MAX) {
        open.add(request(layer, at));
      }
    }
    chunksLeft = open.size();
  }

  /** BEP 52: a power of two, at least two; what reaches behind the file's end is padding. */
  private static HashRequest request(MissingLayer layer, int index) {
    int length =
        Math.clamp(MerkleTree.width(layer.count() - index), 2, MerkleTree.REQUEST_HASHES_MAX);
    return new HashRequest(
        layer.piecesRoot(), layer.layer(), index, length, rootLayer(layer) - layer.layer() - 1);
  }

  private static int rootLayer(MissingLayer layer) {
    return layer.layer() + Integer.numberOfTrailingZeros(MerkleTree.width(layer.count()));
  }

  /** A chunk for a peer to give; null when there is none that another peer is not asked for. */
  @Nullable HashRequest take() {
    lock.lock();
    try {
      return open.poll();
    } finally {
      lock.unlock();
    }
  }

  /** That peer did not give it. */
  void giveBack(HashRequest chunk) {
    lock.lock();
    try {
      open.addFirst(chunk);
    } finally {
      lock.unlock();
    }
  }

  /** Keeps a chunk that was taken; false when the hashes are not those of the torrent. */
  boolean store(HashRequest chunk, List<Hash256> answer) {
    MissingLayer layer = Objects.requireNonNull(missing.get(chunk.piecesRoot()));
    if (!MerkleTree.proves(
        answer,
        chunk.piecesRoot(),
        rootLayer(layer),
        chunk.baseLayer(),
        chunk.index(),
        chunk.length())) {
      return false;
    }
    lock.lock();
    try {
      @Nullable Hash256[] row = Objects.requireNonNull(layers.get(chunk.piecesRoot()));
      int count = Math.min(chunk.length(), row.length - chunk.index());
      for (int i = 0; i < count; i++) {
        row[chunk.index() + i] = answer.get(i);
      }
      chunksLeft--;
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** How many chunks are not here yet. */
  int left() {
    lock.lock();
    try {
      return chunksLeft;
    } finally {
      lock.unlock();
    }
  }

  /** All layers, when none is missing any more. */
  Map<Hash256, List<Hash256>> layers() {
    lock.lock();
    try {
      Map<Hash256, List<Hash256>> whole = new HashMap<>();
      layers.forEach((root, row) ->
          whole.put(
              root, new ArrayList<>(Arrays.stream(row).map(Objects::requireNonNull).toList())));
      return whole;
    } finally {
      lock.unlock();
    }
  }
}
