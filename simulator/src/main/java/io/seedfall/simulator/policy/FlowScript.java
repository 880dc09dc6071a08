package io.seedfall.simulator.policy;

/** What a policy does about what happens in a {@link FlowNet}. Machine 0 is the source. */
interface FlowScript {
  /** A receiver is there now. */
  default void joined(int machine) {}

  /** A receiver is gone; its flows have been {@link #lost} already. */
  default void died(int machine) {}

  /** All of it has left the sender, whose flow to that receiver is over. */
  default void sent(int from, int to, int item) {}

  /** All of it is at the receiver. */
  void arrived(int from, int to, int item);

  /** One of the two died before all had left. */
  default void lost(int from, int to, int item) {}

  /** A time that was asked for has come. */
  default void alarm(int number) {}
}
