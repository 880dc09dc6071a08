package io.seedfall.planner;

/**
 * The numbers of one machine in one deployment.
 *
 * @param bytesDone verified bytes
 * @param bytesFromHolders bytes received from the deployment's holders
 * @param bytesFromPeers bytes received from everybody else
 * @param elapsedMillis from assignment to the last report
 */
public record Progress(
    long bytesDone, long bytesFromHolders, long bytesFromPeers, long elapsedMillis) {
  /** Nothing yet. */
  public static final Progress NONE = new Progress(0, 0, 0, 0);
}
