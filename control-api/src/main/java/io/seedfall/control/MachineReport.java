package io.seedfall.control;

/**
 * How far a machine has come.
 *
 * @param deploymentId with which deployment
 * @param phase the phase it is in
 * @param why the reason for FAILED and CANCELLED in one line, else empty
 * @param bytesDone verified bytes
 * @param bytesFromHolders bytes received from neighbours that had a full copy when the work began
 *     (the source)
 * @param bytesFromPeers bytes received from all other neighbours
 * @param elapsedMillis since the assignment came
 * @param bytesReused bytes that this machine had already, in other versions
 * @param detail where the time went and who sent what; said when it ends, else {@link
 *     MachineDetail#NONE}
 * @param pieces which pieces it has while it fetches, else {@link PieceMap#NONE}
 */
public record MachineReport(
    String deploymentId,
    MachinePhase phase,
    String why,
    long bytesDone,
    long bytesFromHolders,
    long bytesFromPeers,
    long elapsedMillis,
    @AbsentAs("0") long bytesReused,
    @AbsentAs("{}") MachineDetail detail,
    @AbsentAs("{}") PieceMap pieces) {
  /** Of one that is under way. */
  public MachineReport(
      String deploymentId,
      MachinePhase phase,
      String why,
      long bytesDone,
      long bytesFromHolders,
      long bytesFromPeers,
      long elapsedMillis) {
    this(
        deploymentId,
        phase,
        why,
        bytesDone,
        bytesFromHolders,
        bytesFromPeers,
        elapsedMillis,
        0,
        MachineDetail.NONE,
        PieceMap.NONE);
  }
}
