package io.seedfall.coordinator;

import io.seedfall.control.ArtifactReference;
import io.seedfall.protocol.InfoHash;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Rows of artifacts and metainfo. */
final class CatalogRows {
  private static final String ARTIFACTS =
      "SELECT artifact.serial, artifact.name, artifact.version, artifact.created_millis, metainfo.info_hash,"
          + " metainfo.size_bytes, metainfo.file_count, metainfo.piece_bytes"
          + " FROM artifact JOIN metainfo ON metainfo.info_hash = artifact.info_hash ";

  private CatalogRows() {}

  static Optional<StoredMetainfo> metainfo(Handle handle, InfoHash infoHash) {
    return handle
        .createQuery("SELECT * FROM metainfo WHERE info_hash = :hash")
        .bind("hash", infoHash.hex())
        .map((row, _) -> metainfo(row))
        .findOne();
  }

  static void add(Handle handle, StoredMetainfo metainfo, long nowMillis) {
    handle
        .createUpdate(
            "INSERT INTO metainfo (info_hash, size_bytes, file_count, piece_bytes, created_millis)"
                + " VALUES (:hash, :size, :files, :piece, :now)"
                + " ON CONFLICT (info_hash) DO NOTHING")
        .bind("hash", metainfo.infoHash().hex())
        .bind("size", metainfo.sizeBytes())
        .bind("files", metainfo.fileCount())
        .bind("piece", metainfo.pieceBytes())
        .bind("now", nowMillis)
        .execute();
  }

  static Optional<StoredArtifact> find(Handle handle, ArtifactReference reference) {
    if (reference.newest()) {
      return handle
          .createQuery(ARTIFACTS + "WHERE artifact.name = :name ORDER BY serial DESC LIMIT 1")
          .bind("name", reference.name())
          .map((row, _) -> artifact(row))
          .findOne();
    }
    return handle
        .createQuery(ARTIFACTS + "WHERE artifact.name = :name AND artifact.version = :version")
        .bind("name", reference.name())
        .bind("version", reference.version())
        .map((row, _) -> artifact(row))
        .findOne();
  }

  /** Those before a number, newest first. */
  static List<Numbered<StoredArtifact>> before(Handle handle, long serial, int max) {
    return handle
        .createQuery(ARTIFACTS + "WHERE serial < :serial ORDER BY serial DESC LIMIT :max")
        .bind("serial", serial)
        .bind("max", max)
        .map((row, _) -> new Numbered<>(row.getLong("serial"), artifact(row)))
        .list();
  }

  static void add(Handle handle, StoredArtifact artifact) {
    handle
        .createUpdate(
            "INSERT INTO artifact (name, version, info_hash, serial, created_millis) VALUES"
                + " (:name, :version, :hash, (SELECT coalesce(max(serial), 0) + 1 FROM artifact),"
                + " :now)")
        .bind("name", artifact.name())
        .bind("version", artifact.version())
        .bind("hash", artifact.infoHash().hex())
        .bind("now", artifact.createdMillis())
        .execute();
  }

  static String nextVersion(Handle handle, String name) {
    long greatest = 0;
    List<String> versions =
        handle
            .createQuery("SELECT version FROM artifact WHERE name = :name")
            .bind("name", name)
            .mapTo(String.class)
            .list();
    for (String version : versions) {
      if (version.matches("[0-9]{1,9}")) {
        greatest = Math.max(greatest, Long.parseLong(version));
      }
    }
    return Long.toString(greatest + 1);
  }

  private static StoredMetainfo metainfo(ResultSet row) throws SQLException {
    return new StoredMetainfo(
        InfoHash.parse(row.getString("info_hash")),
        row.getLong("size_bytes"),
        row.getInt("file_count"),
        row.getInt("piece_bytes"));
  }

  private static StoredArtifact artifact(ResultSet row) throws SQLException {
    return new StoredArtifact(
        row.getString("name"),
        row.getString("version"),
        metainfo(row),
        row.getLong("created_millis"));
  }
}
