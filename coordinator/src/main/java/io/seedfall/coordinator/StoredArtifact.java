package io.seedfall.coordinator;

import io.seedfall.control.ArtifactView;
import io.seedfall.planner.ArtifactFacts;
import io.seedfall.protocol.InfoHash;

/** A row of the catalog. */
record StoredArtifact(String name, String version, StoredMetainfo content, long createdMillis) {
  ArtifactView view(int fullCopies) {
    return new ArtifactView(
        name,
        version,
        content.infoHash().hex(),
        content.sizeBytes(),
        content.fileCount(),
        content.pieceBytes(),
        createdMillis,
        fullCopies);
  }

  ArtifactFacts facts() {
    return new ArtifactFacts(infoHash(), name, version, content.sizeBytes(), content.pieceBytes());
  }

  InfoHash infoHash() {
    return content.infoHash();
  }
}
