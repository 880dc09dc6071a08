package io.seedfall.coordinator;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.seedfall.control.Role;
import io.seedfall.control.identity.Fingerprint;
import io.seedfall.control.identity.KeyBundle;
import io.seedfall.control.identity.PrivateFiles;
import io.seedfall.control.identity.Secrets;
import io.seedfall.control.identity.UserToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jdbi.v3.core.Handle;

/**
 * What makes a cluster this one and no other: the key of its authority, and a secret under which
 * tokens and the audit log are kept. In a directory that only its owner may read; every coordinator
 * of the cluster has the same. Immutable.
 */
public final class ClusterIdentity {
  /** Its name inside the directory of a coordinator that is alone. */
  public static final String DIRECTORY = "identity";

  /** The user that a new cluster has. */
  public static final String FIRST_USER = "admin";

  /** How long the first token of that user is good. */
  public static final long FIRST_TOKEN_MILLIS = 90L * 24 * 60 * 60 * 1000;

  private static final String AUTHORITY_FILE = "authority.pem";
  private static final String SECRET_FILE = "secret";
  private static final String HMAC = "HmacSHA256";

  /** What a secret is used for: what is made for one use is nothing for another. */
  enum Use {
    JOIN_TOKEN,
    USER_TOKEN,
    LOGIN,
    AUDIT
  }

  /**
   * What comes of founding a cluster.
   *
   * @param authority by which everybody knows it
   * @param token of its first user, a secret
   * @param expiresMillis until when that is good
   */
  public record Founded(Fingerprint authority, UserToken token, long expiresMillis) {}

  private final KeyBundle authority;
  private final SecretKeySpec secret;

  ClusterIdentity(KeyBundle authority, String secret) {
    this.authority = authority;
    this.secret = new SecretKeySpec(HexFormat.of().parseHex(secret), HMAC);
  }

  /**
   * Makes a new one, in that directory and for that database, with a user that may do everything.
   * No coordinator may run on a database of SQLite meanwhile.
   *
   * @param directory is not there yet
   * @throws IOException in one line: the directory or the database has an identity already, or one
   *     of them cannot be used. Then nothing is changed.
   */
  public static Founded found(Path directory, Database database) throws IOException {
    if (Files.exists(directory)) {
      throw new IOException(
          directory + " is there already: a cluster gets its identity once (see docs/security.md)");
    }
    return alone(database, store -> found(directory, store, new SteadyClock().nowMillis()));
  }

  /**
   * Makes another token for the first user, who gets all that he had. Under the same conditions.
   *
   * @throws IOException in one line: directory and database do not belong together, or one of them
   *     cannot be used
   */
  public static Founded readmit(Path directory, Database database) throws IOException {
    ClusterIdentity identity = read(directory);
    return alone(
        database,
        store -> {
          Coordinator.requireSame(identity, store);
          return store.transaction(handle ->
              identity.admit(handle, "coordinator init --again", new SteadyClock().nowMillis()));
        });
  }

  /** What is done while nobody else uses the database. */
  private interface Founding {
    Founded with(Store store) throws IOException;
  }

  private static Founded alone(Database database, Founding body) throws IOException {
    try (AutoCloseable _ = Coordinator.lock(database);
        Store store = Store.open(database)) {
      return body.with(store);
    } catch (UncheckedIOException e) {
      throw new IOException("cannot write the identity: " + Dialect.reason(e), e);
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException("cannot unlock the state directory: " + e.getMessage(), e);
    }
  }

  /** The directory comes before the rows are durable: a crash leaves one without the other. */
  private static Founded found(Path directory, Store store, long nowMillis) throws IOException {
    String before = store.read(IdentityRows::authority);
    if (!before.isEmpty()) {
      throw new IOException(
          "the database has an identity already, of the authority "
              + before
              + ": use its"
              + " directory (see docs/security.md)");
    }
    KeyBundle authority = Certificates.authority(nowMillis);
    String secret = Secrets.newSecret();
    ClusterIdentity identity = new ClusterIdentity(authority, secret);
    return store.transaction(handle -> {
      IdentityRows.found(handle, identity.authority().hex(), nowMillis);
      Founded founded = identity.admit(handle, "coordinator init", nowMillis);
      write(directory, authority, secret);
      return founded;
    });
  }

  private Founded admit(Handle handle, String action, long nowMillis) {
    UserToken token = new UserToken(Secrets.newId(), Secrets.newSecret());
    String mac = mac(Use.USER_TOKEN, token.id(), token.secret());
    long expiresMillis = nowMillis + FIRST_TOKEN_MILLIS;
    IdentityRows.put(
        handle,
        new IdentityRows.Account(FIRST_USER, Role.ADMIN, "all", token.id(), mac, expiresMillis, 0),
        nowMillis);
    AuditRows.Line line =
        new AuditRows.Line(0, "whoever ran it", "this machine", action, FIRST_USER, "done");
    new AuditRows(this).add(handle, nowMillis, line);
    return new Founded(authority(), token, expiresMillis);
  }

  private static void write(Path directory, KeyBundle authority, String secret) {
    Path absolute = directory.toAbsolutePath().normalize();
    Path next = absolute.resolveSibling(absolute.getFileName() + "." + UUID.randomUUID() + ".next");
    try {
      PrivateFiles.directory(next);
      authority.write(next.resolve(AUTHORITY_FILE));
      PrivateFiles.write(next.resolve(SECRET_FILE), secret.getBytes(US_ASCII));
      Files.move(next, absolute, StandardCopyOption.ATOMIC_MOVE);
      PrivateFiles.sync(absolute.resolveSibling("."));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads one.
   *
   * @throws IOException in one line
   */
  static ClusterIdentity read(Path directory) throws IOException {
    KeyBundle authority = KeyBundle.read(directory.resolve(AUTHORITY_FILE));
    Path file = directory.resolve(SECRET_FILE);
    String secret = new String(PrivateFiles.read(file), US_ASCII).strip();
    if (!secret.matches("[0-9a-f]{64}")) {
      throw new IOException(file + " is damaged: bring it back from a copy");
    }
    return new ClusterIdentity(authority, secret);
  }

  /** Signs certificates. */
  KeyBundle signer() {
    return authority;
  }

  Fingerprint authority() {
    return Fingerprint.of(authority.certificate());
  }

  /** HMAC-SHA-256 of these parts for that use, in hexadecimal digits. */
  String mac(Use use, String... parts) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(secret);
      mac.update(use.name().getBytes(US_ASCII));
      for (String part : parts) {
        byte[] bytes = part.getBytes(UTF_8);
        mac.update((":" + bytes.length + ":").getBytes(US_ASCII)); // so that parts stay apart
        mac.update(bytes);
      }
      return HexFormat.of().formatHex(mac.doFinal());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + HMAC, e);
    }
  }

  /** Whether that is the mac; takes as long wherever the first difference is. */
  boolean isMac(String claimed, Use use, String... parts) {
    return MessageDigest.isEqual(claimed.getBytes(US_ASCII), mac(use, parts).getBytes(US_ASCII));
  }
}
