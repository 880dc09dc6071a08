package io.seedfall.planner;

import io.seedfall.protocol.InfoHash;

/**
 * What is deployed.
 *
 * @param infoHash the content
 * @param name of the artifact
 * @param version of the artifact
 * @param sizeBytes bytes of all files
 * @param pieceBytes piece size
 */
public record ArtifactFacts(
    InfoHash infoHash, String name, String version, long sizeBytes, int pieceBytes) {
  @Override
  public String toString() {
    return name + "@" + version;
  }
}
