package io.seedfall.cli;

import io.seedfall.control.DeploymentView;
import io.seedfall.control.MachineView;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** The machines of a deployment as a table: how far, how fast, from whom, and why not. */
final class MachineTable {
  private MachineTable() {}

  static TextTable of(DeploymentView deployment) {
    return of(deployment.machines());
  }

  static TextTable of(List<MachineView> machines) {
    TextTable table =
        new TextTable("AGENT", "STATE", ">TIME", ">DONE", ">FROM SOURCE", ">FROM PEERS", "WHY");
    for (MachineView machine : machines) {
      table.row(
          machine.agent(),
          machine.phase().name().toLowerCase(Locale.ROOT),
          Quantity.timeText(Duration.ofMillis(machine.elapsedMillis())),
          Quantity.bytesText(machine.bytesDone()),
          Quantity.bytesText(machine.bytesFromHolders()),
          Quantity.bytesText(machine.bytesFromPeers()),
          machine.why());
    }
    return table;
  }
}
