package io.seedfall.coordinator;

import static java.util.Comparator.comparing;

import io.seedfall.planner.Boundary;
import io.seedfall.planner.Cap;
import io.seedfall.planner.CapScope;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** Rows of caps. */
final class CapRows {
  private CapRows() {}

  static void put(Handle handle, CapScope scope, long bytesPerSecond) {
    switch (scope) {
      case CapScope.Each(String selector) -> putEach(handle, selector, bytesPerSecond);
      case CapScope.Uplink uplink -> putUplink(handle, uplink, bytesPerSecond);
    }
  }

  private static void putEach(Handle handle, String selector, long bytesPerSecond) {
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

  private static void putUplink(Handle handle, CapScope.Uplink uplink, long bytesPerSecond) {
    handle
        .createUpdate("DELETE FROM uplink_cap WHERE boundary = :boundary AND name = :name")
        .bind("boundary", uplink.boundary().name())
        .bind("name", uplink.name())
        .execute();
    if (bytesPerSecond > 0) {
      handle
          .createUpdate(
              "INSERT INTO uplink_cap (boundary, name, bytes_per_second)"
                  + " VALUES (:boundary, :name, :rate)")
          .bind("boundary", uplink.boundary().name())
          .bind("name", uplink.name())
          .bind("rate", bytesPerSecond)
          .execute();
    }
  }

  static List<Cap> all(Handle handle) {
    List<Cap> all = new ArrayList<>();
    handle
        .createQuery("SELECT selector, bytes_per_second FROM rate_cap")
        .map((row, _) ->
            new Cap(new CapScope.Each(row.getString("selector")), row.getLong("bytes_per_second")))
        .forEach(all::add);
    handle
        .createQuery("SELECT boundary, name, bytes_per_second FROM uplink_cap")
        .map((row, _) ->
            new Cap(
                new CapScope.Uplink(
                    Boundary.valueOf(row.getString("boundary")), row.getString("name")),
                row.getLong("bytes_per_second")))
        .forEach(all::add);
    // Each database has its own order.
    all.sort(
        comparing((Cap cap) -> cap.scope().selector())
            .thenComparing((Cap cap) -> cap.scope().isUplink()));
    return all;
  }
}
