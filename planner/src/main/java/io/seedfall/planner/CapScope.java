package io.seedfall.planner;

/** Whose bytes a cap counts. */
public sealed interface CapScope {
  /**
   * All bytes of an agent, of each agent that the selector matches.
   *
   * @param selector which agents
   */
  record Each(String selector) implements CapScope {}

  /**
   * What all machines of one zone or rack move to and from others, together.
   *
   * @param boundary which kind
   * @param name which one, as the machines' labels say
   */
  record Uplink(Boundary boundary, String name) implements CapScope {}

  /** As people write it: {@code zone=a}. */
  default String selector() {
    return switch (this) {
      case Each(String selector) -> selector;
      case Uplink(Boundary boundary, String name) -> boundary.label() + "=" + name;
    };
  }

  /** Whether it is that of an uplink. */
  default boolean isUplink() {
    return switch (this) {
      case Each _ -> false;
      case Uplink _ -> true;
    };
  }
}
