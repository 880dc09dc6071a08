package io.seedfall.node;

import io.seedfall.protocol.metainfo.PieceGeometry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * One of the connections of a web seed, on a virtual thread of its own: takes runs of pieces, asks
 * for their bytes range by range and puts them to their place, block by block.
 */
final class WebSeedReader implements Runnable {
  private static final int CHUNK_BYTES = 16 * 1024;

  private final WebSeedVisit visit;
  private final PieceGeometry geometry;
  private final int blockBytes;
  private final BlockStore store;
  private final Inbox<Posted> inbox;
  private final TransferTraffic traffic;
  private final Borders borders;
  private final byte[] chunk = new byte[CHUNK_BYTES];
  private final ArrayDeque<WebFiles.Range> ranges = new ArrayDeque<>();
  private @Nullable WebBody body;

  WebSeedReader(
      WebSeedVisit visit,
      PieceGeometry geometry,
      int blockBytes,
      FetchedContent content,
      Inbox<Posted> inbox,
      NodeParts parts,
      TransferTraffic traffic) {
    this.visit = visit;
    this.geometry = geometry;
    this.blockBytes = blockBytes;
    this.store = new BlockStore(visit, content, inbox, parts);
    this.inbox = inbox;
    this.traffic = traffic;
    this.borders = parts.borders();
  }

  @Override
  public void run() {
    try {
      for (int[] run = visit.nextRun(); run != null; run = visit.nextRun()) {
        fetch(run);
      }
    } catch (IOException e) {
      visit.trouble(Words.of(e));
    } catch (RuntimeException | Error e) {
      inbox.put(new Posted.Crashed(e));
    } finally {
      store.settle();
      endBody();
      visit.threadEnded();
    }
  }

  private void fetch(int[] run) throws IOException {
    ranges.addAll(visit.offer().files().ranges(run));
    for (int piece : run) {
      for (int i = 0; i < geometry.blockCount(piece, blockBytes); i++) {
        store.take(geometry.blockAt(piece, i, blockBytes), this::fill);
        visit.delivered();
      }
    }
  }

  private void fill(ByteBuffer target) throws IOException {
    while (target.hasRemaining()) {
      WebFiles.Range range = ranges.remove();
      int got = range.isPad() ? zeros(range, target) : receive(range, target);
      if (got < range.length()) {
        ranges.addFirst(
            new WebFiles.Range(
                range.url(), range.offset() + got, range.length() - got, range.fileBytes()));
      }
    }
  }

  private static int zeros(WebFiles.Range pad, ByteBuffer target) {
    int count = (int) Math.min(target.remaining(), pad.length());
    target.put(new byte[count]);
    return count;
  }

  /** Some bytes of a range; an answer may hold fewer than all, and is then followed by another. */
  private int receive(WebFiles.Range range, ByteBuffer target) throws IOException {
    WebBody answer = body;
    if (answer == null) {
      answer = WebBody.open(visit.offer().client(), range, visit.offer().patience());
      body = answer;
    }
    int got = answer.read(chunk, Math.min(target.remaining(), chunk.length));
    target.put(chunk, 0, got);
    Lane lane = traffic.receiving();
    borders.awaitIn(Borders.Crossing.ALL, got, visit::isClosed);
    lane.awaitCaps(got, visit::isClosed);
    if (lane.awaitTurn(got, visit::isClosed)) {
      lane.moved(got);
    }
    traffic.awaitResumed(visit::isClosed);
    if (answer.left() == 0) {
      endBody();
    }
    return got;
  }

  private void endBody() {
    WebBody answer = body;
    body = null;
    if (answer != null) {
      Greeted.closeQuietly(answer);
    }
  }
}
