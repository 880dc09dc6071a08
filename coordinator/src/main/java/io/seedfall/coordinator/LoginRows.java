package io.seedfall.coordinator;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Logins of browsers as rows. */
final class LoginRows {
  private LoginRows() {}

  /**
   * One.
   *
   * @param account the name of the user
   * @param tokenId of the token that was shown; when the user has another, the login is over
   */
  record Login(String id, String mac, String account, String tokenId, long untilMillis) {}

  static Optional<Login> find(Handle handle, String id) {
    return handle
        .createQuery("SELECT * FROM login WHERE id = :id")
        .bind("id", id)
        .map((row, _) -> login(row))
        .findOne();
  }

  static void add(Handle handle, Login login, long nowMillis) {
    handle
        .createUpdate(
            "INSERT INTO login (id, mac, account, token_id, began_millis, until_millis)"
                + " VALUES (:id, :mac, :account, :token, :now, :until)")
        .bind("id", login.id())
        .bind("mac", login.mac())
        .bind("account", login.account())
        .bind("token", login.tokenId())
        .bind("now", nowMillis)
        .bind("until", login.untilMillis())
        .execute();
  }

  static void remove(Handle handle, String id) {
    handle.createUpdate("DELETE FROM login WHERE id = :id").bind("id", id).execute();
  }

  /** Forgets what has ended, and of that user all but so many of the newest. */
  static void prune(Handle handle, String account, String tokenId, int kept, long nowMillis) {
    handle
        .createUpdate("DELETE FROM login WHERE until_millis <= :now")
        .bind("now", nowMillis)
        .execute();
    handle
        .createUpdate(
            "DELETE FROM login WHERE account = :account AND (token_id <> :token OR id NOT IN"
                + " (SELECT id FROM login WHERE account = :account AND token_id = :token"
                + " ORDER BY began_millis DESC, id LIMIT :kept))")
        .bind("account", account)
        .bind("token", tokenId)
        .bind("kept", kept)
        .execute();
  }

  private static Login login(ResultSet row) throws SQLException {
    return new Login(
        row.getString("id"),
        row.getString("mac"),
        row.getString("account"),
        row.getString("token_id"),
        row.getLong("until_millis"));
  }
}
