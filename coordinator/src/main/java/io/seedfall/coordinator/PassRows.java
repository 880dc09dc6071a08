package io.seedfall.coordinator;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/** What the rows say about who may have which content. */
final class PassRows {
  private PassRows() {}

  /**
   * Those of these contents that some deployment has assigned to the agent, its part not cancelled.
   *
   * @param infoHashes not empty
   */
  static Set<String> assigned(Handle handle, String agent, List<String> infoHashes) {
    return handle
        .createQuery(
            "SELECT DISTINCT deployment.info_hash FROM deployment JOIN deployment_machine"
                + " ON deployment_machine.deployment_id = deployment.id"
                + " WHERE deployment_machine.agent = :agent"
                + " AND deployment_machine.state <> 'CANCELLED'"
                + " AND deployment.info_hash IN (<hashes>)")
        .bind("agent", agent)
        .bindList("hashes", infoHashes)
        .mapTo(String.class)
        .stream()
        .collect(Collectors.toSet());
  }
}
