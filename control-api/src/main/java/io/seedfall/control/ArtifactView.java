package io.seedfall.control;

/**
 * An artifact, as users see it.
 *
 * @param name its name
 * @param version its version
 * @param infoHash 64 hexadecimal digits
 * @param sizeBytes bytes of all files
 * @param fileCount how many files
 * @param pieceBytes piece size
 * @param createdMillis when it was registered, epoch
 * @param fullCopies connected machines and publishers that hold all of it now; -1 when not known,
 *     which is so where another coordinator leads
 */
public record ArtifactView(
    String name,
    String version,
    String infoHash,
    long sizeBytes,
    int fileCount,
    int pieceBytes,
    long createdMillis,
    int fullCopies) {}
