package io.seedfall.node;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The numbered places of a swarm's peers and web seeds; a new one gets the lowest that is free. */
final class Slots {
  private final @Nullable Remote[] slots;
  private int count;

  Slots(int slotsMax) {
    this.slots = new @Nullable Remote[slotsMax];
  }

  /** The lowest free number, -1 when all are taken. */
  int lowestFree() {
    for (int slot = 0; slot < slots.length; slot++) {
      if (slots[slot] == null) {
        return slot;
      }
    }
    return -1;
  }

  /** Takes the place that the connection is numbered with. */
  void put(Remote remote) {
    if (slots[remote.slot()] != null) {
      throw new IllegalStateException("slot " + remote.slot() + " is taken");
    }
    slots[remote.slot()] = remote;
    count++;
  }

  /** Frees its place. */
  void free(Remote remote) {
    if (slots[remote.slot()] != remote) {
      throw new IllegalStateException("slot " + remote.slot() + " is not its own");
    }
    slots[remote.slot()] = null;
    count--;
  }

  /** Who is in a slot, null when it is free. */
  @Nullable Remote find(int slot) {
    return slots[slot];
  }

  /** Who is in a slot that is taken. */
  Remote at(int slot) {
    Remote remote = slots[slot];
    if (remote == null) {
      throw new IllegalStateException("slot " + slot + " is free");
    }
    return remote;
  }

  /** How many are taken. */
  int count() {
    return count;
  }

  /** All of them, by slot. */
  List<Remote> all() {
    List<Remote> all = new ArrayList<>(count);
    for (Remote remote : slots) {
      if (remote != null) {
        all.add(remote);
      }
    }
    return all;
  }
}
