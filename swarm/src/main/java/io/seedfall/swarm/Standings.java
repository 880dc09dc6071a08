package io.seedfall.swarm;

import java.util.Arrays;

/**
 * What a sender looks at for every neighbour whenever a slot is free or a block has left, by the
 * slot of its session. It is kept in arrays and not in the sessions: a peer in a large swarm looks
 * at twenty neighbours ten thousand times a second, and finds sixteen of them in one line of
 * memory.
 */
final class Standings {
  private int[] own = new int[32];
  private int ownCount;
  private int[] lacks = new int[32];
  private boolean[] lacksNothing = new boolean[32];
  private int[] open = new int[32];
  private int[] inSocket = new int[32];
  private long[] backoffUntilNanos = new long[32];
  private long[] nothingUntilNanos = new long[32];

  /** A session begins in a slot, which may have had another one before. */
  void begin(int slot) {
    if (slot >= lacks.length) {
      int length = Math.max(slot + 1, 2 * lacks.length);
      lacks = Arrays.copyOf(lacks, length);
      lacksNothing = Arrays.copyOf(lacksNothing, length);
      open = Arrays.copyOf(open, length);
      inSocket = Arrays.copyOf(inSocket, length);
      backoffUntilNanos = Arrays.copyOf(backoffUntilNanos, length);
      nothingUntilNanos = Arrays.copyOf(nothingUntilNanos, length);
    }
    lacks[slot] = 0;
    lacksNothing[slot] = false;
    open[slot] = 0;
    inSocket[slot] = 0;
    backoffUntilNanos[slot] = Long.MIN_VALUE;
    nothingUntilNanos[slot] = Long.MIN_VALUE;
  }

  /* --------------- who speaks sf_grant, in the order in which they came --------------- */

  void becameOwn(int slot) {
    if (ownCount == own.length) {
      own = Arrays.copyOf(own, 2 * ownCount);
    }
    own[ownCount++] = slot;
  }

  void noLongerOwn(int slot) {
    for (int i = 0; i < ownCount; i++) {
      if (own[i] == slot) {
        System.arraycopy(own, i + 1, own, i, --ownCount - i);
        return;
      }
    }
  }

  int ownCount() {
    return ownCount;
  }

  /** The slot of the neighbour with that index, below {@link #ownCount}. */
  int own(int index) {
    return own[index];
  }

  /* --------------- what it lacks --------------- */

  /** How many pieces we have that it is not known to have. */
  int lacks(int slot) {
    return lacksNothing[slot] ? 0 : lacks[slot];
  }

  void lacks(int slot, int pieces) {
    lacks[slot] = pieces;
  }

  /** Some pieces more or less, and how many there are then. */
  int addToLacks(int slot, int pieces) {
    return lacks[slot] += pieces;
  }

  /** It has everything, whatever it says. */
  void lacksNothing(int slot) {
    lacksNothing[slot] = true;
  }

  /* --------------- what is open towards it --------------- */

  /** Grants, offers and transfers. */
  int open(int slot) {
    return open[slot];
  }

  void addToOpen(int slot, int change) {
    open[slot] += change;
  }

  /** Blocks that the driver is writing. */
  int inSocket(int slot) {
    return inSocket[slot];
  }

  void addToInSocket(int slot, int change) {
    inSocket[slot] += change;
  }

  /* --------------- how long it is left alone --------------- */

  /** Until when it gets no grant, because it was busy or had nothing to ask for. */
  long leftAloneUntilNanos(int slot) {
    return Math.max(backoffUntilNanos[slot], nothingUntilNanos[slot]);
  }

  /** Until when it gets no offer either. */
  long backoffUntilNanos(int slot) {
    return backoffUntilNanos[slot];
  }

  void backOffUntil(int slot, long nanos) {
    backoffUntilNanos[slot] = nanos;
  }

  void nothingUntil(int slot, long nanos) {
    nothingUntilNanos[slot] = nanos;
  }

  /** A new piece is here: who had nothing to ask for may have now. */
  void nothingIsOver() {
    Arrays.fill(nothingUntilNanos, Long.MIN_VALUE);
  }
}
