package io.seedfall.control;

import java.util.Map;

/**
 * A machine, as users see it.
 *
 * @param name its name
 * @param kind agent or publisher
 * @param labels what selectors match
 * @param endpoint where its peers reach it
 * @param connected whether its WebSocket is open
 * @param lastSeenMillis when it last said anything, epoch; -1 when not known
 * @param freeBytes what the file system of its root has left, -1 when not known
 */
public record AgentView(
    String name,
    AgentKind kind,
    Map<String, String> labels,
    String endpoint,
    boolean connected,
    long lastSeenMillis,
    long freeBytes) {}
