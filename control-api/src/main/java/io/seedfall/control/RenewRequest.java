package io.seedfall.control;

/**
 * An agent asks for its next certificate, over a connection that shows the one before.
 *
 * @param publicKey of a new key, as in {@link JoinRequest}
 * @param proof likewise
 */
public record RenewRequest(String publicKey, String proof) {}
