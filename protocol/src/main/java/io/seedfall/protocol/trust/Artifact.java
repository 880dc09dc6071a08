package io.seedfall.protocol.trust;

import io.seedfall.protocol.InfoHash;

/**
 * What is to be installed, according to somebody who need not be believed.
 *
 * @param name of the artifact
 * @param version of it
 * @param infoHash of the content
 * @param sizeBytes bytes of all files
 */
public record Artifact(String name, String version, InfoHash infoHash, long sizeBytes) {
  @Override
  public String toString() {
    return name + "@" + version;
  }
}
