package io.seedfall.control;

import java.util.Map;

/**
 * A machine is to be let in.
 *
 * @param agent the name that it will have
 * @param labels what selectors will match
 * @param ttlMillis how long the token may be used, once
 */
public record TokenRequest(String agent, Map<String, String> labels, long ttlMillis) {}
