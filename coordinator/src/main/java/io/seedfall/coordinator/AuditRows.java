package io.seedfall.coordinator;

import io.seedfall.control.AuditCheckView;
import io.seedfall.control.AuditView;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * The audit log: lines that are added and never changed. Each has the HMAC of itself and of the one
 * before it, so that whoever has the database and not the cluster's secret can change, remove or
 * add no line between others without its being found. That lines were cut off at the end is found
 * with a head that was noted elsewhere.
 */
final class AuditRows {
  /** A request is cut to so many characters. */
  static final int DETAIL_CHARS_MAX = 1_000;

  /** What a line says of a change that was not carried out yet. */
  static final String ASKED = "asked";

  private static final String FIRST = "0".repeat(64);
  private static final int BATCH = 1_000;

  /** What a line says; {@link AuditView} has the meaning of its parts. */
  record Line(long about, String who, String source, String action, String detail, String outcome) {
    Line {
      detail =
          detail.length() <= DETAIL_CHARS_MAX
              ? detail
              : detail.substring(0, DETAIL_CHARS_MAX) + "...";
    }
  }

  private record Head(long serial, String chain) {}

  private final ClusterIdentity identity;

  AuditRows(ClusterIdentity identity) {
    this.identity = identity;
  }

  /** Adds it and gives its serial; whoever adds excludes all others by the transaction's fence. */
  long add(Handle handle, long nowMillis, Line line) {
    Head last =
        handle
            .createQuery("SELECT serial, chain FROM audit ORDER BY serial DESC LIMIT 1")
            .map((row, _) -> new Head(row.getLong("serial"), row.getString("chain")))
            .findOne()
            .orElse(new Head(0, FIRST));
    long serial = last.serial() + 1;
    AuditView view =
        new AuditView(
            serial,
            nowMillis,
            line.about(),
            line.who(),
            line.source(),
            line.action(),
            line.detail(),
            line.outcome(),
            "");
    handle
        .createUpdate(
            "INSERT INTO audit (serial, at_millis, about, who, source, action, detail, outcome,"
                + " chain) VALUES (:serial, :at, :about, :who, :source, :action, :detail,"
                + " :outcome, :chain)")
        .bind("serial", serial)
        .bind("at", nowMillis)
        .bind("about", line.about())
        .bind("who", line.who())
        .bind("source", line.source())
        .bind("action", line.action())
        .bind("detail", line.detail())
        .bind("outcome", line.outcome())
        .bind("chain", chain(last.chain(), view))
        .execute();
    return serial;
  }

  private String chain(String before, AuditView line) {
    return identity.mac(
        ClusterIdentity.Use.AUDIT,
        before,
        Long.toString(line.serial()),
        Long.toString(line.atMillis()),
        Long.toString(line.about()),
        line.who(),
        line.source(),
        line.action(),
        line.detail(),
        line.outcome());
  }

  /** The lines behind that one, in order, so many at most. */
  static List<AuditView> after(Handle handle, long serial, int max) {
    return handle
        .createQuery("SELECT * FROM audit WHERE serial > :serial ORDER BY serial LIMIT :max")
        .bind("serial", serial)
        .bind("max", max)
        .map((row, _) ->
            new AuditView(
                row.getLong("serial"),
                row.getLong("at_millis"),
                row.getLong("about"),
                row.getString("who"),
                row.getString("source"),
                row.getString("action"),
                row.getString("detail"),
                row.getString("outcome"),
                row.getString("chain")))
        .list();
  }

  /**
   * Reads all of it.
   *
   * @param head {@code SERIAL:CHAIN} of a line that has to be there; empty for none
   */
  AuditCheckView check(Store store, String head) {
    long serial = 0;
    String chain = FIRST;
    Optional<String> missing = head.isEmpty() ? Optional.empty() : Optional.of(head);
    while (true) {
      long from = serial;
      List<AuditView> batch = store.read(handle -> after(handle, from, BATCH));
      if (batch.isEmpty()) {
        String why =
            missing
                .map(wanted -> "line " + wanted + " is not there: lines were cut off")
                .orElse("");
        return new AuditCheckView(serial, why.isEmpty(), why, serial + ":" + chain);
      }
      for (AuditView line : batch) {
        String why = wrong(line, serial, chain);
        if (!why.isEmpty()) {
          return new AuditCheckView(serial, false, why, serial + ":" + chain);
        }
        serial = line.serial();
        chain = line.chain();
        String here = serial + ":" + chain;
        missing = missing.filter(wanted -> !wanted.equals(here));
      }
    }
  }

  private String wrong(AuditView line, long before, String chain) {
    if (line.serial() != before + 1) {
      return "line " + (before + 1) + " is missing";
    }
    return line.chain().equals(chain(chain, line))
        ? ""
        : "line " + line.serial() + " is not as it was written";
  }
}
