package io.seedfall.control;

/**
 * One machine in one deployment, as users see it.
 *
 * @param agent the machine's agent
 * @param phase how far it is
 * @param why the reason of a failure, else empty
 * @param bytesDone verified bytes
 * @param bytesFromHolders bytes received from the source
 * @param bytesFromPeers bytes received from other machines
 * @param elapsedMillis from assignment to the last report
 * @param bytesReused bytes that the machine had already, in other versions
 * @param wave in which it begins, from 0
 */
public record MachineView(
    String agent,
    MachinePhase phase,
    String why,
    long bytesDone,
    long bytesFromHolders,
    long bytesFromPeers,
    long elapsedMillis,
    @AbsentAs("0") long bytesReused,
    @AbsentAs("0") int wave) {}
