package io.seedfall.coordinator;

import java.util.OptionalLong;
import org.jdbi.v3.core.Handle;

/**
 * The row that says who leads, by the database's clock. Taking it gives an epoch that is greater
 * than every one before; {@link #fence} makes a transaction depend on it. Blocks.
 *
 * <p>The epoch is the last one and one, or the database's clock in seconds when that is more: so it
 * grows even if the rows were wiped or come from a backup, and agents that remember a greater one
 * do not turn away for ever.
 */
final class Lease {
  /** What one coordinator without any other needs: it ends when the next one starts. */
  static final long ENDLESS_MILLIS = 1L << 53;

  /** In transactions this is the first statement or the last, and the only one on this row. */
  private static final String FENCE =
      "UPDATE lease SET epoch = epoch"
          + " WHERE name = 'coordinator' AND epoch = :epoch AND expires_millis > ";

  /**
   * Who leads, as the row says.
   *
   * @param leader where others reach it
   * @param held whether the lease has not run out
   */
  record Standing(String leader, boolean held) {}

  private final Store store;
  private final String holder;
  private final String nowMillis;

  /**
   * The lease as one process sees it.
   *
   * @param holder who it is, unlike any other process, for whoever looks into the database
   */
  Lease(Store store, String holder) {
    this.store = store;
    this.holder = holder;
    this.nowMillis = store.clock();
  }

  Standing look() {
    return store.read(handle ->
        handle
            .createQuery(
                "SELECT address, CASE WHEN expires_millis > "
                    + nowMillis
                    + " THEN 1 ELSE 0 END AS held FROM lease WHERE name = 'coordinator'")
            .map((row, _) -> new Standing(row.getString("address"), row.getInt("held") == 1))
            .one());
  }

  /**
   * Takes it when it has run out, and gives the epoch.
   *
   * @param alone when it is known that nobody else can hold it: takes it in any case
   */
  OptionalLong take(String address, long leaseMillis, boolean alone) {
    String seconds = "(" + nowMillis + " / 1000)";
    return store.transaction(handle ->
        handle
            .createQuery(
                "UPDATE lease SET epoch = CASE WHEN epoch >= "
                    + seconds
                    + " THEN epoch + 1 ELSE "
                    + seconds
                    + " END, holder = :holder, address = :address, expires_millis = "
                    + nowMillis
                    + " + :lease WHERE name = 'coordinator'"
                    + (alone ? "" : " AND expires_millis <= " + nowMillis)
                    + " RETURNING epoch")
            .bind("holder", holder)
            .bind("address", address)
            .bind("lease", leaseMillis)
            .mapTo(long.class)
            .stream()
            .mapToLong(Long::longValue)
            .findFirst());
  }

  /** Has it last so long from now; false when it has run out or another one has taken it. */
  boolean renew(long epoch, long leaseMillis) {
    return store.transaction(handle ->
        handle
                .createUpdate(
                    "UPDATE lease SET expires_millis = "
                        + nowMillis
                        + " + :lease WHERE name = 'coordinator' AND epoch = :epoch"
                        + " AND expires_millis > "
                        + nowMillis)
                .bind("lease", leaseMillis)
                .bind("epoch", epoch)
                .execute()
            == 1);
  }

  /** Gives it up, so that another one can take it at once; no change when it is not ours. */
  void release(long epoch) {
    store.transaction(handle ->
        handle
            .createUpdate(
                "UPDATE lease SET expires_millis = 0"
                    + " WHERE name = 'coordinator' AND epoch = :epoch")
            .bind("epoch", epoch)
            .execute());
  }

  /**
   * Lets the transaction go on only if that epoch leads now, and has every successor wait until the
   * transaction has ended.
   *
   * @throws LeadershipLost otherwise; then the transaction changes nothing
   */
  static void fence(Handle handle, long epoch, String nowMillis) {
    int rows = handle.createUpdate(FENCE + nowMillis).bind("epoch", epoch).execute();
    if (rows == 0) {
      throw new LeadershipLost("the lease of epoch " + epoch + " is no longer ours");
    }
  }
}
