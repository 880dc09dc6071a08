package io.seedfall.coordinator;

import io.seedfall.control.identity.ClusterTrust;
import io.seedfall.control.identity.CurrentKey;
import io.seedfall.control.identity.KeyBundle;
import io.seedfall.control.identity.PeerName;
import io.seedfall.control.identity.Tls;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.security.KeyPair;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLContext;
import org.bouncycastle.asn1.x509.GeneralName;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The key with which this coordinator proves that it is one. It is made at the start, is only ever
 * in memory, and is replaced by another after two thirds of its short life.
 */
final class ServerKey implements AutoCloseable {
  private static final long LIFE_MILLIS = 24L * 60 * 60_000;
  private static final long REPLACED_MILLIS = LIFE_MILLIS * 2 / 3;

  /** The most addresses in one certificate. */
  private static final int HOSTS_MAX = 64;

  private static final Logger LOG = LoggerFactory.getLogger(ServerKey.class);

  private final ClusterIdentity identity;
  private final List<GeneralName> hosts;
  private final LongSupplier nowMillis;
  private final CurrentKey key;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread replacing;

  ServerKey(
      ClusterIdentity identity,
      InetSocketAddress listen,
      @Nullable InetSocketAddress advertise,
      LongSupplier nowMillis) {
    this.identity = identity;
    this.hosts = hosts(listen, advertise);
    this.nowMillis = nowMillis;
    this.key = new CurrentKey(fresh());
    this.replacing = Thread.ofVirtual().name("seedfall-server-key").start(this::replace);
  }

  /** What is spoken with agents and users. */
  SSLContext tls() {
    ClusterTrust trust =
        new ClusterTrust(identity.authority(), () -> Instant.ofEpochMilli(nowMillis.getAsLong()));
    return Tls.server(key, trust);
  }

  private KeyBundle fresh() {
    KeyPair keys = KeyBundle.newKeys();
    return new KeyBundle(
        keys.getPrivate(),
        Certificates.issue(
            identity.signer(),
            keys.getPublic(),
            new PeerName.Coordinator(),
            hosts,
            nowMillis.getAsLong(),
            LIFE_MILLIS),
        identity.signer().certificate());
  }

  private void replace() {
    try {
      while (!closing.await(REPLACED_MILLIS, TimeUnit.MILLISECONDS)) {
        key.replace(fresh());
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** For programs of others, which look for the address that they asked. */
  private static List<GeneralName> hosts(
      InetSocketAddress listen, @Nullable InetSocketAddress advertise) {
    Set<InetAddress> addresses = new LinkedHashSet<>();
    if (advertise != null) {
      addresses.add(advertise.getAddress());
    }
    if (listen.getAddress().isAnyLocalAddress()) {
      try {
        NetworkInterface.networkInterfaces()
            .flatMap(NetworkInterface::inetAddresses)
            .forEach(addresses::add);
      } catch (SocketException e) {
        LOG.warn("the certificate names no addresses of this machine: {}", e.getMessage());
      }
    } else {
      addresses.add(listen.getAddress());
    }
    List<GeneralName> names = new ArrayList<>();
    names.add(new GeneralName(GeneralName.dNSName, "localhost"));
    addresses.stream()
        .limit(HOSTS_MAX)
        .map(address -> address.getHostAddress().replaceFirst("%.*", ""))
        .distinct()
        .forEach(address -> names.add(new GeneralName(GeneralName.iPAddress, address)));
    return names;
  }

  @Override
  public void close() {
    closing.countDown();
    try {
      replacing.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
