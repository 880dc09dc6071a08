package io.seedfall.node;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The numbered places of a swarm's connections; a new one gets the lowest that is free. */
final class Slots {
  private final @Nullable Connection[] slots;
  private int count;

  Slots(int slotsMax) {
    this.slots = new @Nullable Connection[slotsMax];
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
  void put(Connection connection) {
    if (slots[connection.slot()] != null) {
      throw new IllegalStateException("slot " + connection.slot() + " is taken");
    }
    slots[connection.slot()] = connection;
    count++;
  }

  /** Frees its place. */
  void free(Connection connection) {
    if (slots[connection.slot()] != connection) {
      throw new IllegalStateException("slot " + connection.slot() + " is not its own");
    }
    slots[connection.slot()] = null;
    count--;
  }

  /** The connection in a slot, null when it is free. */
  @Nullable Connection find(int slot) {
    return slots[slot];
  }

  /** The connection in a slot that is taken. */
  Connection at(int slot) {
    Connection connection = slots[slot];
    if (connection == null) {
      throw new IllegalStateException("slot " + slot + " is free");
    }
    return connection;
  }

  /** How many are taken. */
  int count() {
    return count;
  }

  /** All connections, by slot. */
  List<Connection> all() {
    List<Connection> all = new ArrayList<>(count);
    for (Connection connection : slots) {
      if (connection != null) {
        all.add(connection);
      }
    }
    return all;
  }
}
