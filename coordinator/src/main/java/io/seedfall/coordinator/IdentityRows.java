package io.seedfall.coordinator;

import io.seedfall.control.Role;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Members, tokens and users as rows. A time of 0 means never. */
final class IdentityRows {
  private IdentityRows() {}

  /**
   * An agent that has joined.
   *
   * @param serial of its newest certificate; empty when it was revoked
   * @param previousSerial of the one with which it asked for that
   */
  record Member(
      String name,
      Map<String, String> labels,
      String serial,
      String previousSerial,
      long notAfterMillis,
      long revokedMillis) {
    boolean has(String shown) {
      return !shown.isEmpty() && (shown.equals(serial) || shown.equals(previousSerial));
    }
  }

  /** A token to join; {@code usedKey} says for which public key it was used. */
  record JoinToken(
      String id,
      String agent,
      Map<String, String> labels,
      String mac,
      long expiresMillis,
      long usedMillis,
      String usedKey) {}

  /** A user. */
  record Account(
      String name,
      Role role,
      String selector,
      String tokenId,
      String mac,
      long expiresMillis,
      long revokedMillis) {}

  /** The fingerprint of the cluster's authority; empty when it has none. */
  static String authority(Handle handle) {
    return handle
        .createQuery("SELECT authority FROM cluster")
        .mapTo(String.class)
        .findOne()
        .orElse("");
  }

  static void found(Handle handle, String authority, long nowMillis) {
    handle
        .createUpdate("INSERT INTO cluster VALUES ('cluster', :authority, :now)")
        .bind("authority", authority)
        .bind("now", nowMillis)
        .execute();
  }

  // ---- members ------------------------------------------------------------------------------

  static Optional<Member> member(Handle handle, String name) {
    return handle
        .createQuery("SELECT * FROM member WHERE name = :name")
        .bind("name", name)
        .map((row, _) ->
            new Member(
                row.getString("name"),
                PlannerRows.labels(row.getString("labels")),
                row.getString("serial"),
                row.getString("previous_serial"),
                row.getLong("not_after_millis"),
                row.getLong("revoked_millis")))
        .findOne();
  }

  static int memberCount(Handle handle) {
    return handle.createQuery("SELECT count(*) FROM member").mapTo(int.class).one();
  }

  static void put(Handle handle, Member member, long nowMillis) {
    handle
        .createUpdate(
            "INSERT INTO member (name, labels, serial, previous_serial, not_after_millis,"
                + " joined_millis, revoked_millis)"
                + " VALUES (:name, :labels, :serial, :previous, :end, :now, :revoked)"
                + " ON CONFLICT (name) DO UPDATE SET labels = excluded.labels,"
                + " serial = excluded.serial, previous_serial = excluded.previous_serial,"
                + " not_after_millis = excluded.not_after_millis,"
                + " revoked_millis = excluded.revoked_millis")
        .bind("name", member.name())
        .bind("labels", PlannerRows.text(member.labels()))
        .bind("serial", member.serial())
        .bind("previous", member.previousSerial())
        .bind("end", member.notAfterMillis())
        .bind("now", nowMillis)
        .bind("revoked", member.revokedMillis())
        .execute();
  }

  // ---- tokens to join -----------------------------------------------------------------------

  static Optional<JoinToken> token(Handle handle, String id) {
    return handle
        .createQuery("SELECT * FROM join_token WHERE id = :id")
        .bind("id", id)
        .map((row, _) ->
            new JoinToken(
                row.getString("id"),
                row.getString("agent"),
                PlannerRows.labels(row.getString("labels")),
                row.getString("mac"),
                row.getLong("expires_millis"),
                row.getLong("used_millis"),
                row.getString("used_key")))
        .findOne();
  }

  static void add(Handle handle, JoinToken token, long nowMillis) {
    handle
        .createUpdate(
            "INSERT INTO join_token (id, agent, labels, mac, created_millis, expires_millis,"
                + " used_millis, used_key) VALUES (:id, :agent, :labels, :mac, :now, :end, 0, '')")
        .bind("id", token.id())
        .bind("agent", token.agent())
        .bind("labels", PlannerRows.text(token.labels()))
        .bind("mac", token.mac())
        .bind("now", nowMillis)
        .bind("end", token.expiresMillis())
        .execute();
  }

  /** Whether it was there to be used. */
  static boolean use(Handle handle, String id, String key, long nowMillis) {
    return handle
            .createUpdate(
                "UPDATE join_token SET used_millis = :now, used_key = :key"
                    + " WHERE id = :id AND used_millis = 0 AND expires_millis > :now")
            .bind("id", id)
            .bind("key", key)
            .bind("now", nowMillis)
            .execute()
        == 1;
  }

  /** No token of that agent can be used any more. */
  static void dropTokens(Handle handle, String agent) {
    handle
        .createUpdate("DELETE FROM join_token WHERE agent = :agent")
        .bind("agent", agent)
        .execute();
  }

  /** Forgets tokens that have expired; how many are left. */
  static int pruneTokens(Handle handle, long nowMillis) {
    handle
        .createUpdate("DELETE FROM join_token WHERE expires_millis <= :now")
        .bind("now", nowMillis)
        .execute();
    return handle.createQuery("SELECT count(*) FROM join_token").mapTo(int.class).one();
  }

  // ---- users --------------------------------------------------------------------------------

  static Optional<Account> account(Handle handle, String name) {
    return handle
        .createQuery("SELECT * FROM account WHERE name = :name")
        .bind("name", name)
        .map((row, _) -> account(row))
        .findOne();
  }

  static Optional<Account> accountOf(Handle handle, String tokenId) {
    return handle
        .createQuery("SELECT * FROM account WHERE token_id = :id")
        .bind("id", tokenId)
        .map((row, _) -> account(row))
        .findOne();
  }

  static List<Account> accounts(Handle handle) {
    return handle
        .createQuery("SELECT * FROM account ORDER BY name")
        .map((row, _) -> account(row))
        .list();
  }

  static void put(Handle handle, Account account, long nowMillis) {
    handle
        .createUpdate(
            "INSERT INTO account (name, role, selector, token_id, mac, created_millis,"
                + " expires_millis, revoked_millis)"
                + " VALUES (:name, :role, :selector, :token, :mac, :now, :end, :revoked)"
                + " ON CONFLICT (name) DO UPDATE SET role = excluded.role,"
                + " selector = excluded.selector, token_id = excluded.token_id,"
                + " mac = excluded.mac, expires_millis = excluded.expires_millis,"
                + " revoked_millis = excluded.revoked_millis")
        .bind("name", account.name())
        .bind("role", account.role().name())
        .bind("selector", account.selector())
        .bind("token", account.tokenId())
        .bind("mac", account.mac())
        .bind("now", nowMillis)
        .bind("end", account.expiresMillis())
        .bind("revoked", account.revokedMillis())
        .execute();
  }

  private static Account account(ResultSet row) throws SQLException {
    return new Account(
        row.getString("name"),
        Role.valueOf(row.getString("role")),
        row.getString("selector"),
        row.getString("token_id"),
        row.getString("mac"),
        row.getLong("expires_millis"),
        row.getLong("revoked_millis"));
  }
}
