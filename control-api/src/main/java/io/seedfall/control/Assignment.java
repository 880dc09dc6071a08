package io.seedfall.control;

import java.util.List;

/**
 * One machine's part of a deployment.
 *
 * @param deploymentId whose part it is
 * @param artifact name
 * @param version version of the artifact
 * @param infoHash 64 hexadecimal digits; the metainfo is fetched with GET by this hash
 * @param sizeBytes bytes of all files
 * @param destination path inside the agent's root, {@code /} between its parts
 * @param neighbours whom to connect to
 */
public record Assignment(
    String deploymentId,
    String artifact,
    String version,
    String infoHash,
    long sizeBytes,
    String destination,
    List<Neighbour> neighbours) {}
