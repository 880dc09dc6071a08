package io.seedfall.control;

/** How much of a shared link a deployment gets beside others. */
public enum Priority {
  /** Gives way to everything else, and tells the network so. */
  LOW(1),
  /** What a deployment has unless told otherwise. */
  NORMAL(4),
  /** Four times the share of a normal one. */
  HIGH(16),
  /** Overtakes the others: they keep what they need to stay alive. */
  URGENT(256);

  private final int weight;

  Priority(int weight) {
    this.weight = weight;
  }

  /** The share of one is its weight by the weights of all that want to send. */
  public int weight() {
    return weight;
  }
}
