package io.seedfall.control.identity;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * The key with which handshakes prove who we are: always the newest. Connections that stand go on
 * with the one that they began with. Any thread.
 */
public final class CurrentKey extends X509ExtendedKeyManager {
  /** A handshake that has just chosen the one before still finds it. */
  private record Held(KeyBundle newest, KeyBundle before) {}

  private volatile Held held;

  /** Begins with that one. */
  public CurrentKey(KeyBundle bundle) {
    this.held = new Held(bundle, bundle);
  }

  /** The newest. */
  public KeyBundle bundle() {
    return held.newest();
  }

  /** Handshakes take that one from now on. */
  public synchronized void replace(KeyBundle newer) {
    held = new Held(newer, held.newest());
  }

  /** The alias says which bundle, so that key and chain of one handshake belong together. */
  private static String alias(KeyBundle bundle) {
    return bundle.certificate().getSerialNumber().toString(16);
  }

  private @Nullable KeyBundle named(@Nullable String alias) {
    Held now = held;
    if (alias(now.newest()).equals(alias)) {
      return now.newest();
    }
    return alias(now.before()).equals(alias) ? now.before() : null;
  }

  private static boolean isOurs(String @Nullable [] keyTypes) {
    if (keyTypes != null) {
      for (String type : keyTypes) {
        if (type.equals(KeyBundle.KEY_ALGORITHM)) {
          return true;
        }
      }
    }
    return false;
  }

  @Override
  public @Nullable String chooseEngineClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
    return isOurs(keyTypes) ? alias(bundle()) : null;
  }

  @Override
  public @Nullable String chooseEngineServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
    return isOurs(new String[] {keyType}) ? alias(bundle()) : null;
  }

  @Override
  public @Nullable String chooseClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return chooseEngineClientAlias(keyTypes, issuers, null);
  }

  @Override
  public @Nullable String chooseServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return chooseEngineServerAlias(keyType, issuers, null);
  }

  @Override
  public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
    return new String[] {alias(bundle())};
  }

  @Override
  public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
    return new String[] {alias(bundle())};
  }

  @Override
  public X509Certificate @Nullable [] getCertificateChain(@Nullable String alias) {
    KeyBundle found = named(alias);
    return found == null ? null : new X509Certificate[] {found.certificate(), found.authority()};
  }

  @Override
  public @Nullable PrivateKey getPrivateKey(@Nullable String alias) {
    KeyBundle found = named(alias);
    return found == null ? null : found.key();
  }
}
