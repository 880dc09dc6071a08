package io.seedfall.control.identity;

import io.seedfall.control.Names;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;

/**
 * Whom a certificate of a cluster names, as the only URI among its alternative names: {@code
 * seedfall:coordinator}, {@code seedfall:agent:NAME} or {@code seedfall:publisher:NAME}. Only the
 * coordinator writes such names.
 */
public sealed interface PeerName {
  /** One of the coordinators. */
  record Coordinator() implements PeerName {
    @Override
    public String uri() {
      return COORDINATOR;
    }
  }

  /**
   * A machine's agent.
   *
   * @param name as the coordinator knows it
   */
  record Agent(String name) implements PeerName {
    /** Refuses what cannot be a name. */
    public Agent {
      Names.check("agent", name);
    }

    @Override
    public String uri() {
      return AGENT + name;
    }
  }

  /**
   * A user who seeds what he publishes.
   *
   * @param user his name
   */
  record Publisher(String user) implements PeerName {
    /** Refuses what cannot be a name. */
    public Publisher {
      Names.check("user", user);
    }

    @Override
    public String uri() {
      return PUBLISHER + user;
    }
  }

  /** How a coordinator is named. */
  String COORDINATOR = "seedfall:coordinator";

  /** What stands before an agent's name. */
  String AGENT = "seedfall:agent:";

  /** What stands before a publishing user's name. */
  String PUBLISHER = "seedfall:publisher:";

  /** As it stands in a certificate. */
  String uri();

  /**
   * Whom this certificate names; that it is of the cluster has to be shown before.
   *
   * @throws CertificateException when it names nobody, or more than one
   */
  static PeerName of(X509Certificate certificate) throws CertificateException {
    Collection<List<?>> names = certificate.getSubjectAlternativeNames();
    List<String> uris =
        names == null
            ? List.of()
            : names.stream()
                .filter(name -> name.getFirst() instanceof Integer kind && kind == 6)
                .map(name -> String.valueOf(name.get(1)))
                .toList();
    if (uris.size() == 1) {
      String uri = uris.getFirst();
      if (uri.equals(COORDINATOR)) {
        return new Coordinator();
      }
      if (uri.startsWith(AGENT) && Names.isName(uri.substring(AGENT.length()))) {
        return new Agent(uri.substring(AGENT.length()));
      }
      if (uri.startsWith(PUBLISHER) && Names.isName(uri.substring(PUBLISHER.length()))) {
        return new Publisher(uri.substring(PUBLISHER.length()));
      }
    }
    throw new CertificateException("the certificate names nobody of a cluster");
  }
}
