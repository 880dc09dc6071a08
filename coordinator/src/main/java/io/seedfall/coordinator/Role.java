package io.seedfall.coordinator;

/** Who may do what; each may do what those before it may. */
enum Role {
  /** Looks. */
  VIEWER,
  /** Brings artifacts. */
  PUBLISHER,
  /** Puts them on machines, and takes them back. */
  DEPLOYER,
  /** Decides about the whole fleet. */
  ADMIN
}
