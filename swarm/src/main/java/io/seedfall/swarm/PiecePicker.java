package io.seedfall.swarm;

import io.seedfall.protocol.PieceSet;
import io.seedfall.protocol.SeededRandom;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Which piece to ask for next: the locally rarest one, ties broken at random. It tracks what is
 * verified here, what is asked for (or being verified), and how many connected peers have each
 * piece.
 *
 * <p>A piece is in exactly one state: missing, asked or had. Peers that have everything are not
 * counted piece by piece: one more everywhere changes no order.
 */
final class PiecePicker {
  private final PieceSet have;
  private final PieceSet asked;
  private final int[] availability;
  private final SeededRandom random;
  private int[] ties = new int[64];
  private int peersWithEverything;

  PiecePicker(PieceSet have, SeededRandom random) {
    this.have = have.copy();
    this.asked = new PieceSet(have.pieces());
    this.availability = new int[have.pieces()];
    this.random = random;
  }

  /** What is verified here. Read only for others. */
  PieceSet have() {
    return have;
  }

  boolean isMissing(int piece) {
    return !have.contains(piece) && !asked.contains(piece);
  }

  /** How many pieces are neither here nor asked for. */
  int missing() {
    return have.pieces() - have.cardinality() - asked.cardinality();
  }

  boolean isComplete() {
    return have.isFull();
  }

  /** missing -> asked. */
  void ask(int piece) {
    if (have.contains(piece) || !asked.add(piece)) {
      throw new IllegalStateException("piece " + piece + " is had or asked for already");
    }
  }

  /** asked -> missing: it will not come from where it was asked. */
  void release(int piece) {
    if (!asked.remove(piece)) {
      throw new IllegalStateException("piece " + piece + " was not asked for");
    }
  }

  /** asked -> had. */
  void verified(int piece) {
    release(piece);
    have.add(piece);
  }

  void peerGained(int piece) {
    availability[piece]++;
  }

  void peerLost(int piece) {
    availability[piece]--;
  }

  void peerHasEverything() {
    peersWithEverything++;
  }

  void peerWithEverythingLeft() {
    peersWithEverything--;
  }

  void peerJoined(PieceSet theirs) {
    count(theirs, 1);
  }

  void peerLeft(PieceSet theirs) {
    count(theirs, -1);
  }

  /** Whether some connected peer has said that it has this piece. */
  boolean isHadByAPeer(int piece) {
    return peersWithEverything > 0 || availability[piece] > 0;
  }

  /** Whether two connected peers have said so. */
  boolean isHadByTwoPeers(int piece) {
    return peersWithEverything + availability[piece] > 1;
  }

  private void count(PieceSet theirs, int change) {
    for (int piece = theirs.next(0); piece >= 0; piece = theirs.next(piece + 1)) {
      availability[piece] += change;
    }
  }

  /** Whether {@code theirs} holds a piece that is not verified here, asked for or not. */
  boolean lacksSomethingOf(PieceSet theirs) {
    return theirs.hasSomethingMissingIn(have);
  }

  /**
   * The locally rarest missing piece that {@code theirs} holds and {@code except} does not, or -1.
   * One pass over the words finds the least availability and everybody who has it; one draw
   * chooses.
   */
  int pick(PieceSet theirs, @Nullable PieceSet except) {
    int least = Integer.MAX_VALUE;
    int count = 0;
    for (int w = 0; w < have.wordCount(); w++) {
      long bits = theirs.word(w) & ~have.word(w) & ~asked.word(w);
      if (except != null) {
        bits &= ~except.word(w);
      }
      while (bits != 0) {
        int piece = (w << 6) + Long.numberOfTrailingZeros(bits);
        bits &= bits - 1;
        int peers = availability[piece];
        if (peers < least) {
          least = peers;
          count = 0;
        }
        if (peers == least) {
          if (count == ties.length) {
            ties = Arrays.copyOf(ties, 2 * count);
          }
          ties[count++] = piece;
        }
      }
    }
    return count == 0 ? -1 : ties[random.nextInt(count)];
  }
}
