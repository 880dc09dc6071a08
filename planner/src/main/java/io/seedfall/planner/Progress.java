package io.seedfall.planner;

/**
 * The numbers of one machine in one deployment.
 *
 * @param bytesDone verified bytes
 * @param bytesFromHolders bytes received from the deployment's holders
 * @param bytesFromPeers bytes received from everybody else
 * @param elapsedMillis from assignment to the last report
 * @param bytesReused bytes that the machine had already
 * @param detail what else it said, for people; opaque here
 */
public record Progress(
    long bytesDone,
    long bytesFromHolders,
    long bytesFromPeers,
    long elapsedMillis,
    long bytesReused,
    String detail) {
  /** Nothing yet. */
  public static final Progress NONE = new Progress(0, 0, 0, 0);

  /** Without anything special. */
  public Progress(long bytesDone, long bytesFromHolders, long bytesFromPeers, long elapsedMillis) {
    this(bytesDone, bytesFromHolders, bytesFromPeers, elapsedMillis, 0, "");
  }
}
