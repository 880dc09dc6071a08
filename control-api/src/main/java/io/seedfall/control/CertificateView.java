package io.seedfall.control;

import java.util.Map;

/**
 * A certificate that was issued.
 *
 * @param name whom it names: what the coordinator says, not what was asked for
 * @param labels what selectors match, as the token to join had them
 * @param chain the certificate and that of the cluster's authority, in PEM
 */
public record CertificateView(String name, Map<String, String> labels, String chain) {}
