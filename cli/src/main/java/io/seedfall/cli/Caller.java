package io.seedfall.cli;

import io.seedfall.control.ClientIdentity;
import io.seedfall.control.CoordinatorAddresses;

/**
 * Whom a command asks, and as whom.
 *
 * @param coordinators where they are
 * @param identity how it shows who asks
 * @param user the name of that user; empty when nobody is told apart
 */
record Caller(CoordinatorAddresses coordinators, ClientIdentity identity, String user) {
  /** Of a coordinator that has no identity. */
  static Caller ofOpen(CoordinatorAddresses coordinators) {
    return new Caller(coordinators, ClientIdentity.NONE, "");
  }
}
