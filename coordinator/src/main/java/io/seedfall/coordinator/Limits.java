package io.seedfall.coordinator;

import io.seedfall.planner.PlannerSettings;

/**
 * The coordinator's own limits.
 *
 * @param sessionsMax WebSockets open at once
 * @param unsentMax messages that may wait for one slow agent
 * @param requestsMax requests that are answered at once
 * @param subscribersMax connections that hear events at once
 * @param quietMillisMax so often a subscriber hears something
 * @param inboxMax events that may wait for the control loop
 * @param metainfosMax stored metainfo files
 * @param artifactsMax registered artifacts
 * @param helloMillis how long a new session may be silent
 * @param heartbeatMillis how often an agent is asked to say something
 * @param overdueMillis after how much silence a session is dead
 * @param askMillis how long a request waits for the control loop
 * @param planner the planner's numbers
 */
record Limits(
    int sessionsMax,
    int unsentMax,
    int requestsMax,
    int subscribersMax,
    long quietMillisMax,
    int inboxMax,
    int metainfosMax,
    int artifactsMax,
    long helloMillis,
    int heartbeatMillis,
    long overdueMillis,
    long askMillis,
    PlannerSettings planner) {
  static final Limits DEFAULTS =
      new Limits(
          12_000,
          1_000,
          4_096,
          256,
          10_000,
          2_048,
          10_000,
          10_000,
          15_000,
          5_000,
          15_000,
          10_000,
          PlannerSettings.DEFAULTS);

  Limits withTimes(long hello, int heartbeat, long overdue) {
    return new Limits(
        sessionsMax,
        unsentMax,
        requestsMax,
        subscribersMax,
        quietMillisMax,
        inboxMax,
        metainfosMax,
        artifactsMax,
        hello,
        heartbeat,
        overdue,
        askMillis,
        planner);
  }

  Limits withCounts(int sessions, int metainfos, int artifacts) {
    return new Limits(
        sessions,
        unsentMax,
        requestsMax,
        subscribersMax,
        quietMillisMax,
        inboxMax,
        metainfos,
        artifacts,
        helloMillis,
        heartbeatMillis,
        overdueMillis,
        askMillis,
        planner);
  }

  Limits withPlanner(PlannerSettings settings) {
    return new Limits(
        sessionsMax,
        unsentMax,
        requestsMax,
        subscribersMax,
        quietMillisMax,
        inboxMax,
        metainfosMax,
        artifactsMax,
        helloMillis,
        heartbeatMillis,
        overdueMillis,
        askMillis,
        settings);
  }

  Limits withRequests(int requests) {
    return new Limits(
        sessionsMax,
        unsentMax,
        requests,
        subscribersMax,
        quietMillisMax,
        inboxMax,
        metainfosMax,
        artifactsMax,
        helloMillis,
        heartbeatMillis,
        overdueMillis,
        askMillis,
        planner);
  }

  Limits withSubscribers(int subscribers, long quietMillis) {
    return new Limits(
        sessionsMax,
        unsentMax,
        requestsMax,
        subscribers,
        quietMillis,
        inboxMax,
        metainfosMax,
        artifactsMax,
        helloMillis,
        heartbeatMillis,
        overdueMillis,
        askMillis,
        planner);
  }
}
