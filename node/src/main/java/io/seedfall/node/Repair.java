package io.seedfall.node;

import io.seedfall.protocol.PieceSet;
import io.seedfall.protocol.metainfo.Metainfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * Pieces of complete content that are no longer what they were, and are to be fetched again into
 * the files as they are. What is known of a repair is in the journal of the directory that the
 * content was fetched into, so a restart goes on with it.
 *
 * <pre>
 *   complete --begin--> under way --fetch ({@link FetchSpec#inUse}) completed--> complete
 * </pre>
 */
public final class Repair {
  private Repair() {}

  /**
   * Notes that pieces are damaged. From now on a fetch into the directory believes all others.
   *
   * @param directory of a fetch that was completed, and closed
   * @throws IOException when that cannot be written; then nothing has changed
   */
  public static void begin(Metainfo metainfo, Path directory, PieceSet damaged) throws IOException {
    Journal.rewrite(journal(directory), TorrentId.of(metainfo), damaged.complement()).close();
  }

  /**
   * Whether a fetch into the directory would not be complete at once: a repair was begun, and is
   * not over. Not so where nothing was ever fetched into.
   *
   * @throws IOException when the journal cannot be read, or is that of another torrent
   */
  public static boolean isUnderWay(Metainfo metainfo, Path directory) throws IOException {
    if (!Files.exists(journal(directory), LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    JournalReplay replay =
        JournalReplay.read(
            journal(directory),
            TorrentId.of(metainfo),
            metainfo.geometry().pieceCount(),
            metainfo.geometry().fileCount());
    return replay.torn() || replay.seal() == null || !replay.onDisk().isFull();
  }

  private static Path journal(Path directory) {
    return directory.resolve(StagingArea.JOURNAL);
  }
}
