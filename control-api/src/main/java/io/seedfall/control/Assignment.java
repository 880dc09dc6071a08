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
 * @param stage whether to fetch only, and to wait for {@link CoordinatorMessage.Activate}
 * @param pace of its bytes
 * @param hooks around the install
 * @param attributes of the files
 * @param attempt which one it is, from 1: the same attempt again is the same work, a later one is
 *     to be begun anew when the one before has ended
 * @param progressMillis about how long to wait between two reports of progress, at least; a change
 *     of phase is said at once
 * @param signed what publishers signed of this artifact, as {@link SignedDocument} has it; empty
 *     when nobody did. Whether it is to be believed the agent decides
 */
public record Assignment(
    String deploymentId,
    String artifact,
    String version,
    String infoHash,
    long sizeBytes,
    String destination,
    List<Neighbour> neighbours,
    @AbsentAs("false") boolean stage,
    @AbsentAs("{}") Pace pace,
    @AbsentAs("{}") Hooks hooks,
    @AbsentAs("{}") FileAttributes attributes,
    @AbsentAs("1") int attempt,
    @AbsentAs("0") int progressMillis,
    @AbsentAs("\"\"") String signed) {
  /** The first attempt, with progress as often as the agent thinks fit. */
  public Assignment(
      String deploymentId,
      String artifact,
      String version,
      String infoHash,
      long sizeBytes,
      String destination,
      List<Neighbour> neighbours,
      boolean stage,
      Pace pace,
      Hooks hooks,
      FileAttributes attributes) {
    this(
        deploymentId,
        artifact,
        version,
        infoHash,
        sizeBytes,
        destination,
        neighbours,
        stage,
        pace,
        hooks,
        attributes,
        1,
        0,
        "");
  }

  /** Of a plain rollout. */
  public Assignment(
      String deploymentId,
      String artifact,
      String version,
      String infoHash,
      long sizeBytes,
      String destination,
      List<Neighbour> neighbours) {
    this(
        deploymentId,
        artifact,
        version,
        infoHash,
        sizeBytes,
        destination,
        neighbours,
        false,
        Pace.FREE,
        Hooks.NONE,
        FileAttributes.NONE);
  }

  /** The same, with what publishers signed of its artifact. */
  public Assignment withSigned(String document) {
    return new Assignment(
        deploymentId,
        artifact,
        version,
        infoHash,
        sizeBytes,
        destination,
        neighbours,
        stage,
        pace,
        hooks,
        attributes,
        attempt,
        progressMillis,
        document);
  }
}
