package io.seedfall.cli;

import io.seedfall.protocol.trust.Domain;
import io.seedfall.protocol.trust.Signed;
import io.seedfall.protocol.trust.TrustKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A key pair of a publisher in {@code NAME.key}: the private key in PKCS #8 and behind it the
 * public one, both in PEM. {@code NAME.pub} beside it holds the public key as text, for others.
 */
final class KeyFile {
  /** The most bytes of either file. */
  static final int BYTES_MAX = 4_096;

  private static final String ALGORITHM = "Ed25519";
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");
  private static final Set<PosixFilePermission> EVERYBODY_READS =
      PosixFilePermissions.fromString("rw-r--r--");

  private final TrustKey key;
  private final PrivateKey secret;

  private KeyFile(TrustKey key, PrivateKey secret) {
    this.key = key;
    this.secret = secret;
  }

  TrustKey key() {
    return key;
  }

  PrivateKey secret() {
    return secret;
  }

  /** Makes {@code NAME.key} and {@code NAME.pub}; nothing is ever overwritten. */
  static TrustKey create(Path name) {
    try {
      KeyPair pair = KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair();
      TrustKey key = TrustKey.of(pair.getPublic());
      Path open = suffixed(name, ".pub");
      if (Files.exists(open)) {
        throw new FileAlreadyExistsException(open.toString());
      }
      writeNew(
          suffixed(name, ".key"),
          pem("PRIVATE KEY", pair.getPrivate().getEncoded())
              + pem("PUBLIC KEY", pair.getPublic().getEncoded()),
          OWNER_ONLY);
      writeNew(open, key + "\n", EVERYBODY_READS);
      return key;
    } catch (FileAlreadyExistsException e) {
      throw new CommandFailure(
          ExitCode.LOCAL, e.getFile() + " is there already and stays: choose another name", e);
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.LOCAL, "cannot write the key %s: %s".formatted(name, e.getMessage()), e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java makes keys of " + ALGORITHM, e);
    }
  }

  private static Path suffixed(Path name, String suffix) {
    return name.resolveSibling(name.getFileName() + suffix);
  }

  private static void writeNew(Path file, String text, Set<PosixFilePermission> permissions)
      throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(permissions))) {
      ByteBuffer bytes = StandardCharsets.US_ASCII.encode(text);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
  }

  private static String pem(String what, byte[] encoded) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(what, Base64.getEncoder().encodeToString(encoded), what);
  }

  /** The pair in a file that only its owner can read. */
  static KeyFile read(Path file) {
    try {
      Set<PosixFilePermission> open = new HashSet<>(Files.getPosixFilePermissions(file));
      open.removeIf(permission -> permission.name().startsWith("OWNER"));
      if (!open.isEmpty()) {
        throw new CommandFailure(
            ExitCode.LOCAL, "%s is a secret that others can reach: chmod 600 it".formatted(file));
      }
      String text = text(file);
      KeyFactory factory = KeyFactory.getInstance(ALGORITHM);
      TrustKey key =
          TrustKey.of(
              factory.generatePublic(new X509EncodedKeySpec(block(file, text, "PUBLIC KEY"))));
      PrivateKey secret =
          factory.generatePrivate(new PKCS8EncodedKeySpec(block(file, text, "PRIVATE KEY")));
      Signed.unsigned(new byte[] {0}).signedBy(key, secret, Domain.MANIFEST); // refuses two pairs
      return new KeyFile(key, secret);
    } catch (NoSuchFileException e) {
      throw new CommandFailure(ExitCode.LOCAL, "no such file: " + file, e);
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.LOCAL, "cannot read %s: %s".formatted(file, e.getMessage()), e);
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw noKey(file, e);
    }
  }

  private static byte[] block(Path file, String text, String what) {
    Matcher matcher =
        Pattern.compile("-----BEGIN %s-----\\s+([A-Za-z0-9+/=\\s]+)-----END".formatted(what))
            .matcher(text);
    if (!matcher.find()) {
      throw noKey(file, null);
    }
    return Base64.getMimeDecoder().decode(matcher.group(1));
  }

  private static CommandFailure noKey(Path file, @Nullable Exception e) {
    String why = file + " is no key: 'seedfall key create' makes them";
    return e == null
        ? new CommandFailure(ExitCode.LOCAL, why)
        : new CommandFailure(ExitCode.LOCAL, why, e);
  }

  /** A public key: its text, or a file in which that stands. */
  static TrustKey open(String textOrFile) {
    try {
      Path file = Path.of(textOrFile);
      boolean isFile = !textOrFile.startsWith("ed25519:") && Files.exists(file);
      return TrustKey.parse(isFile ? text(file).strip() : textOrFile);
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.LOCAL, "cannot read %s: %s".formatted(textOrFile, e.getMessage()), e);
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(
          ExitCode.USAGE, "%s: %s, or a file NAME.pub".formatted(textOrFile, e.getMessage()), e);
    }
  }

  private static String text(Path file) throws IOException {
    if (Files.size(file) > BYTES_MAX) {
      throw new IOException("larger than " + BYTES_MAX + " bytes");
    }
    return Files.readString(file, StandardCharsets.ISO_8859_1);
  }
}
