package io.seedfall.planner;

/**
 * What has to be so before the next wave begins, and before the last one counts.
 *
 * @param success of the machines that have begun and not failed, so many must have it
 * @param soakMillis so long nothing more may fail then
 * @param healthHook runs on the machines that have it then, empty for none
 * @param maxFailed more failed machines than that stop the deployment, at any time
 * @param rollBack whether it then brings back the version before
 */
public record Gate(
    Quota success, long soakMillis, String healthHook, Quota maxFailed, boolean rollBack) {
  /** Opens when all that can have it have it, however many failed. */
  public static final Gate OPEN = new Gate(Quota.ALL, 0, "", Quota.ALL, false);
}
