package io.seedfall.planner;

/**
 * Where a deployment stands.
 *
 * <pre>
 *   Staging --every byte on enough machines--&gt; Staged --activated--┐
 *                                                                  v
 *   --------------------------------------------------------&gt; Rolling(w) &lt;--------------┐
 *                            enough of the waves so far have it --┐                      │
 *                                                                 v                      │
 *                                       Soaking(w) --time--&gt; Checking(w) --healthy--&gt; w + 1
 *                                                                                        │
 *   last wave: Done | Failed          too many failed, at any time: Failed | RolledBack  v
 *   by request: Cancelled | RolledBack                                          after the last
 * </pre>
 */
public sealed interface DeploymentState {
  /** All machines fetch, none switches. */
  record Staging() implements DeploymentState {}

  /** Enough machines have every byte: it waits to be activated. */
  record Staged() implements DeploymentState {}

  /** The machines of this wave and of those before are at work. */
  record Rolling(int wave) implements DeploymentState {}

  /** They have it, and nothing may break until then. */
  record Soaking(int wave, long untilMillis) implements DeploymentState {}

  /** Their health hooks run, and have to be done by then. */
  record Checking(int wave, long untilMillis) implements DeploymentState {}

  /** As many machines as it asked for have it. Others, and whoever joins, go on. */
  record Done() implements DeploymentState {}

  /** Too many failed, or its time was up. */
  record Failed() implements DeploymentState {}

  /** Somebody cancelled it, or newer ones took its place everywhere. */
  record Cancelled() implements DeploymentState {}

  /** Another deployment brings back the version before. */
  record RolledBack() implements DeploymentState {}

  /** As users read it. */
  default String words() {
    return switch (this) {
      case Staging _ -> "staging";
      case Staged _ -> "staged";
      case Rolling _ -> "rolling";
      case Soaking _ -> "soaking";
      case Checking _ -> "checking";
      case Done _ -> "done";
      case Failed _ -> "failed";
      case Cancelled _ -> "cancelled";
      case RolledBack _ -> "rolled back";
    };
  }

  /** Whether it is decided how it went. */
  default boolean isFinal() {
    return switch (this) {
      case Staging _, Staged _, Rolling _, Soaking _, Checking _ -> false;
      case Done _, Failed _, Cancelled _, RolledBack _ -> true;
    };
  }

  /** The latest wave whose machines may switch, -1 before the first. */
  default int wave() {
    return switch (this) {
      case Staging _, Staged _ -> -1;
      case Rolling(int wave) -> wave;
      case Soaking(int wave, long _) -> wave;
      case Checking(int wave, long _) -> wave;
      case Done _, Failed _, Cancelled _, RolledBack _ -> Integer.MAX_VALUE;
    };
  }

  /** Until when it stays as it is at the latest, 0 for no such time. */
  default long untilMillis() {
    return switch (this) {
      case Soaking(int _, long untilMillis) -> untilMillis;
      case Checking(int _, long untilMillis) -> untilMillis;
      case Staging _, Staged _, Rolling _, Done _, Failed _, Cancelled _, RolledBack _ -> 0;
    };
  }
}
