package io.seedfall.coordinator;

/** A row of a list that is ordered by numbers, which never change. */
record Numbered<T>(long serial, T row) {
  String key() {
    return Long.toString(serial);
  }
}
