package io.seedfall.planner;

/** What machines share an uplink with. */
public enum Boundary {
  /** A zone: a room, a building, a site. */
  ZONE("zone"),
  /** A rack. */
  RACK("rack");

  private final String label;

  Boundary(String label) {
    this.label = label;
  }

  /** The label of a machine that says in which one it stands. */
  public String label() {
    return label;
  }
}
