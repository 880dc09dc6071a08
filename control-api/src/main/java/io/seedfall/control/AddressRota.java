package io.seedfall.control;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Which coordinator to try next: those that were named, in turn, and between them the leader that
 * one of them names. Whoever was not reached is followed by the next at once, until all were tried.
 * Not thread-safe.
 */
final class AddressRota {
  /** The most coordinators in a row that send us on before we wait. */
  static final int REDIRECTS_MAX = 2;

  private final CoordinatorAddresses addresses;
  private int index;
  private int missed;
  private int redirects;
  private @Nullable URI leader;

  AddressRota(CoordinatorAddresses addresses) {
    this.addresses = addresses;
  }

  /** The one to try now. */
  URI current() {
    return leader == null ? addresses.all().get(index) : leader;
  }

  /** It leads: we stay until it is lost. */
  void welcomed() {
    missed = 0;
    redirects = 0;
  }

  /** It sends us to that one; false when we were sent on too often, and should wait. */
  boolean redirected(URI to) {
    leader = to;
    redirects++;
    if (redirects <= REDIRECTS_MAX) {
      return true;
    }
    redirects = 0;
    return false;
  }

  /** It was not reached, or was lost: the next one's turn; false when we should wait before. */
  boolean lost(boolean wasWelcomed) {
    boolean wasLeader = leader != null;
    if (wasLeader) {
      leader = null; // whoever named it may know better by now, and is still the one at the index
    }
    if (!wasLeader || wasWelcomed) {
      index = (index + 1) % addresses.all().size();
    }
    missed++;
    if (wasWelcomed || wasLeader || missed >= addresses.all().size()) {
      missed = 0;
      redirects = 0;
      return false;
    }
    return true;
  }
}
