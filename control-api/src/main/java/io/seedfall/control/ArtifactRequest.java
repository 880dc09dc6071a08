package io.seedfall.control;

/**
 * Register an artifact whose metainfo was stored before.
 *
 * @param name 1 to 128 of letters, digits, {@code . _ -}
 * @param version the same alphabet; empty to have the next number chosen
 * @param infoHash 64 hexadecimal digits
 */
public record ArtifactRequest(String name, String version, String infoHash) {}
