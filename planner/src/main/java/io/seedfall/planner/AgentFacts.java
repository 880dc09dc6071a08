package io.seedfall.planner;

import io.seedfall.protocol.Endpoint;
import java.util.SortedMap;

/**
 * Who an agent is.
 *
 * @param name unique among all that are known
 * @param role machine or publisher
 * @param labels what selectors match
 * @param endpoint where its peers reach it
 * @param place what that endpoint means for who can reach it
 */
public record AgentFacts(
    String name,
    AgentRole role,
    SortedMap<String, String> labels,
    Endpoint endpoint,
    Place place) {}
