package io.seedfall.control;

/** What a user may do; each may do what those before it may. */
public enum Role {
  /** See everything. */
  VIEWER,

  /** Publish and seed content. */
  PUBLISHER,

  /** Deploy to the machines of a selector, and change such deployments. */
  DEPLOYER,

  /** Everything, members and users among it. */
  ADMIN;

  /** Whether who has this role may do what needs that one. */
  public boolean includes(Role needed) {
    return compareTo(needed) >= 0;
  }
}
