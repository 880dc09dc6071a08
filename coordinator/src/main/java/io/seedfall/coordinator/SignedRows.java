package io.seedfall.coordinator;

import io.seedfall.control.ArtifactReference;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Rows of what is signed. */
final class SignedRows {
  private SignedRows() {}

  /** Of one version of an artifact, which must be named. */
  static Optional<byte[]> find(Handle handle, ArtifactReference artifact) {
    return handle
        .createQuery(
            "SELECT document FROM artifact_signed WHERE name = :name AND version = :version")
        .bind("name", artifact.name())
        .bind("version", artifact.version())
        .map((row, _) -> row.getBytes("document"))
        .findOne();
  }

  static void put(Handle handle, ArtifactReference artifact, byte[] document) {
    handle
        .createUpdate(
            "INSERT INTO artifact_signed (name, version, document)"
                + " VALUES (:name, :version, :document)"
                + " ON CONFLICT (name, version) DO UPDATE SET document = excluded.document")
        .bind("name", artifact.name())
        .bind("version", artifact.version())
        .bind("document", document)
        .execute();
  }

  static Optional<byte[]> root(Handle handle, long version) {
    return handle
        .createQuery("SELECT document FROM trust_root WHERE version = :version")
        .bind("version", version)
        .map((row, _) -> row.getBytes("document"))
        .findOne();
  }

  static Optional<byte[]> newestRoot(Handle handle) {
    return handle
        .createQuery("SELECT document FROM trust_root ORDER BY version DESC LIMIT 1")
        .map((row, _) -> row.getBytes("document"))
        .findOne();
  }

  static int rootCount(Handle handle) {
    return handle.createQuery("SELECT count(*) FROM trust_root").mapTo(int.class).one();
  }

  static void putRoot(Handle handle, long version, byte[] document) {
    handle
        .createUpdate("INSERT INTO trust_root (version, document) VALUES (:version, :document)")
        .bind("version", version)
        .bind("document", document)
        .execute();
  }
}
