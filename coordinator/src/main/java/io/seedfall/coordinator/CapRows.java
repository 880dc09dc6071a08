package io.seedfall.coordinator;

import static java.util.Comparator.comparing;

import io.seedfall.planner.Cap;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** Rows of caps. */
final class CapRows {
  private CapRows() {}

  static void put(Handle handle, String selector, long bytesPerSecond) {
    handle
        .createUpdate("DELETE FROM rate_cap WHERE selector = :selector")
        .bind("selector", selector)
        .execute();
    if (bytesPerSecond > 0) {
      handle
          .createUpdate(
              "INSERT INTO rate_cap (selector, bytes_per_second) VALUES (:selector, :rate)")
          .bind("selector", selector)
          .bind("rate", bytesPerSecond)
          .execute();
    }
  }

  static List<Cap> all(Handle handle) {
    return handle
        .createQuery("SELECT selector, bytes_per_second FROM rate_cap")
        .map((row, _) -> new Cap(row.getString("selector"), row.getLong("bytes_per_second")))
        .stream()
        .sorted(comparing(Cap::selector)) // each database has its own order
        .toList();
  }
}
