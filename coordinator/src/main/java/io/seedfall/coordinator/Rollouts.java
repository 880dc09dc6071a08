package io.seedfall.coordinator;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.seedfall.control.Amount;
import io.seedfall.control.ControlJson;
import io.seedfall.control.Decoded;
import io.seedfall.control.OnFailure;
import io.seedfall.control.Priority;
import io.seedfall.control.Rollout;
import io.seedfall.planner.Gate;
import io.seedfall.planner.Pace;
import io.seedfall.planner.Quota;
import io.seedfall.planner.RolloutPlan;

/**
 * How a deployment goes about it: as it was asked for, as it is stored, and as the planner takes
 * it.
 */
final class Rollouts {
  private Rollouts() {}

  /** As it is stored and passed through the planner. */
  static String text(Rollout rollout) {
    return new String(ControlJson.encode(rollout), UTF_8);
  }

  /** What {@link #text} wrote, or an earlier version of it. */
  static Rollout read(String text) {
    if (text.isEmpty()) {
      return Rollout.PLAIN;
    }
    return switch (ControlJson.decode(text.getBytes(UTF_8), Rollout.class)) {
      case Decoded.Value<Rollout>(Rollout rollout) -> rollout;
      case Decoded.UnknownType<Rollout>(String what) ->
          throw new IllegalStateException("stored options: " + what);
      case Decoded.Malformed<Rollout>(String why) ->
          throw new IllegalStateException("stored options: " + why);
    };
  }

  /** What the planner decides by. */
  static RolloutPlan plan(Rollout rollout) {
    boolean waves = !rollout.waves().isEmpty() || !rollout.waveBy().isEmpty();
    Quota fewFailed = waves ? Quota.NONE : Quota.ALL;
    return new RolloutPlan(
        rollout.once(),
        rollout.stage(),
        rollout.waves().stream().map(Rollouts::quota).toList(),
        rollout.waveBy(),
        new Gate(
            quota(rollout.success()),
            rollout.soakMillis(),
            rollout.healthHook(),
            rollout.maxFailed().isEmpty() ? fewFailed : quota(rollout.maxFailed()),
            rollout.onFailure() == OnFailure.ROLL_BACK),
        quota(rollout.quorum()),
        rollout.deadlineMillis(),
        pace(
            rollout.pace().priority(),
            rollout.pace().maxBytesPerSecond(),
            rollout.pace().receivedBytesPerSecond()));
  }

  private static Quota quota(String text) {
    Amount amount = Amount.parse(text);
    return new Quota(amount.number(), amount.percent());
  }

  static Pace pace(Priority priority, long maxBytesPerSecond, long receivedBytesPerSecond) {
    Pace.Priority planned =
        switch (priority) {
          case LOW -> Pace.Priority.LOW;
          case NORMAL -> Pace.Priority.NORMAL;
          case HIGH -> Pace.Priority.HIGH;
          case URGENT -> Pace.Priority.URGENT;
        };
    return new Pace(planned, maxBytesPerSecond, receivedBytesPerSecond);
  }

  static io.seedfall.control.Pace said(Pace pace, boolean paused) {
    Priority priority =
        switch (pace.priority()) {
          case LOW -> Priority.LOW;
          case NORMAL -> Priority.NORMAL;
          case HIGH -> Priority.HIGH;
          case URGENT -> Priority.URGENT;
        };
    return new io.seedfall.control.Pace(
        priority, pace.maxBytesPerSecond(), paused, pace.receivedBytesPerSecond());
  }
}
