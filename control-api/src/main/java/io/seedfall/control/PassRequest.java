package io.seedfall.control;

import java.util.List;

/**
 * An agent or a publisher asks for what it has to show other peers.
 *
 * @param infoHashes of the contents, each 64 hexadecimal digits; at most {@link
 *     ControlApi#PASSES_MAX}
 */
public record PassRequest(List<String> infoHashes) {}
