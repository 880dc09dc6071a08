package io.seedfall.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seedfall.protocol.Hash256;
import io.seedfall.protocol.InfoHash;
import io.seedfall.protocol.PieceSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JournalTest {
  private static final int PIECES = 20;
  private static final TorrentId TORRENT = TorrentId.of(new InfoHash(hash(7)));
  private static final Fingerprint FILE = new Fingerprint(1, 2, 3);

  @TempDir Path directory;
  private Path path;

  @BeforeEach
  void nameIt() {
    path = directory.resolve("journal");
  }

  private static Hash256 hash(int fill) {
    byte[] bytes = new byte[Hash256.BYTES];
    Arrays.fill(bytes, (byte) fill);
    return Hash256.of(bytes);
  }

  private static PieceSet pieces(int... members) {
    PieceSet set = new PieceSet(PIECES);
    for (int member : members) {
      set.add(member);
    }
    return set;
  }

  private JournalReplay replay() throws IOException {
    return JournalReplay.read(path, TORRENT, PIECES, 1);
  }

  @Test
  void whatIsSnappedIsOnTheDiskAndWhatFollowsIsInDoubt() throws IOException {
    try (Journal journal = Journal.rewrite(path, TORRENT, pieces(1, 2))) {
      journal.piece(5);
    }
    JournalReplay replay = replay();
    assertThat(replay.onDisk()).isEqualTo(pieces(1, 2));
    assertThat(replay.inDoubt()).isEqualTo(pieces(5));
    assertThat(replay.torn()).isFalse();
    assertThat(replay.seal()).isNull();
    assertThat(directory.resolve("journal.new")).doesNotExist();
  }

  @Test
  void aSyncCoversWhatWasThereWhenItBegan() throws IOException {
    try (Journal journal = Journal.rewrite(path, TORRENT, pieces())) {
      journal.piece(5);
      long mark = journal.position();
      journal.piece(6); // while the files are forced
      journal.synced(mark);
    }
    assertThat(replay().onDisk()).isEqualTo(pieces(5));
    assertThat(replay().inDoubt()).isEqualTo(pieces(6));
  }

  @Test
  void aSealIsVoidOnceSomethingFollows() throws IOException {
    try (Journal journal = Journal.rewrite(path, TORRENT, pieces())) {
      journal.piece(5);
      journal.sealed(List.of(FILE));
    }
    JournalReplay sealed = replay();
    assertThat(sealed.seal()).containsExactly(FILE);
    assertThat(sealed.onDisk()).isEqualTo(pieces(5));
    try (Journal journal = Journal.resume(path, sealed)) {
      journal.piece(6);
    }
    JournalReplay later = replay();
    assertThat(later.seal()).isNull();
    assertThat(later.onDisk()).isEqualTo(pieces(5));
    assertThat(later.inDoubt()).isEqualTo(pieces(6));
  }

  @Test
  void cutAnywhereItSaysLessAndNeverAnythingWrong() throws IOException {
    try (Journal journal = Journal.rewrite(path, TORRENT, pieces(0, 19))) {
      journal.piece(3);
      journal.synced(journal.position());
      journal.piece(4);
      journal.sealed(List.of(FILE));
    }
    byte[] whole = Files.readAllBytes(path);
    for (int length = 0; length < whole.length; length++) {
      Files.write(path, Arrays.copyOf(whole, length));
      JournalReplay replay = replay();
      assertThat(replay.seal()).as("cut to %d", length).isNull();
      assertThat(replay.endBytes()).isLessThanOrEqualTo(length);
      assertThat(replay.torn()).isEqualTo(length == 0 || replay.endBytes() < length);
      for (int piece = 0; piece < PIECES; piece++) {
        boolean verified = piece == 0 || piece == 19 || piece == 3 || piece == 4;
        if (replay.onDisk().contains(piece)) {
          assertThat(verified).as("cut to %d, piece %d", length, piece).isTrue();
          assertThat(replay.inDoubt().contains(piece)).isFalse();
        } else if (replay.torn()) {
          assertThat(replay.inDoubt().contains(piece)).isTrue();
        }
      }
    }
  }

  @Test
  void aFlippedBitEndsItWhereverItIs() throws IOException {
    try (Journal journal = Journal.rewrite(path, TORRENT, pieces(0, 19))) {
      journal.piece(3);
      journal.synced(journal.position());
    }
    byte[] whole = Files.readAllBytes(path);
    for (int bit = 0; bit < whole.length * 8; bit++) {
      byte[] flipped = whole.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      Files.write(path, flipped);
      JournalReplay replay = replay();
      assertThat(replay.torn()).as("bit %d", bit).isTrue();
      assertThat(replay.onDisk().contains(3)).as("bit %d", bit).isFalse();
    }
  }

  @Test
  void withoutAJournalEverythingThatLiesThereIsInDoubt() throws IOException {
    assertThat(replay().onDisk()).isEqualTo(pieces());
    assertThat(replay().inDoubt().isFull()).isTrue();
  }

  @Test
  void theJournalOfAnotherTorrentIsRefused() throws IOException {
    Journal.rewrite(path, TorrentId.of(new InfoHash(hash(8))), pieces()).close();
    assertThatThrownBy(this::replay)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("belongs to torrent " + hash(8));
  }

  @Test
  void aRewriteReplacesTheOldOneInOneStep() throws IOException {
    Journal.rewrite(path, TORRENT, pieces(1)).close();
    Journal.rewrite(path, TORRENT, pieces(2)).close();
    assertThat(replay().onDisk()).isEqualTo(pieces(2));
  }

  @Test
  void itNeverGrowsBeyondWhatWasReserved() throws IOException {
    try (Journal journal = Journal.rewrite(path, TORRENT, pieces(0))) {
      for (int piece = 0; piece < PIECES; piece++) {
        journal.piece(piece);
        journal.synced(journal.position());
      }
      journal.sealed(List.of(FILE));
    }
    assertThat(Files.size(path)).isLessThanOrEqualTo(Journal.bytesMax(PIECES, 1));
  }
}
