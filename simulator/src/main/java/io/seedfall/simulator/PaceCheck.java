package io.seedfall.simulator;

/** A peer does a bounded amount of work at one instant: nothing runs in circles. */
final class PaceCheck {
  /** Events that one peer handles at one instant. */
  static final int EVENTS_PER_INSTANT_MAX = 20_000;

  /** Times that one peer wants to be woken at one instant. */
  static final int WAKES_PER_INSTANT_MAX = 16;

  /** Effects of one event. */
  static final int EFFECTS_PER_EVENT_MAX = 200_000;

  private final Machine machine;
  private long instantNanos = -1;
  private int events;
  private int wakes;
  private int effects;

  PaceCheck(Machine machine) {
    this.machine = machine;
  }

  void turnBegins(boolean timer) {
    effects = 0;
    if (machine.now() != instantNanos) {
      instantNanos = machine.now();
      events = 0;
      wakes = 0;
    }
    events++;
    wakes += timer ? 1 : 0;
    if (events > EVENTS_PER_INSTANT_MAX || wakes > WAKES_PER_INSTANT_MAX) {
      throw violation("%d events, %d of them timers, at one instant".formatted(events, wakes));
    }
  }

  void effect() {
    if (++effects > EFFECTS_PER_EVENT_MAX) {
      throw violation(effects + " effects of one event");
    }
  }

  private CheckViolation violation(String what) {
    return new CheckViolation("nothing runs in circles", machine.id(), machine.now(), what);
  }
}
