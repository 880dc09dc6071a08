package io.seedfall.cli;

import io.seedfall.control.DeploymentView;
import io.seedfall.control.MachineView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The machines of a deployment as a table: how far, how fast, from whom, and why not. */
final class MachineTable {
  /** Where the last column stands. */
  private static final int WHY = 6;

  private MachineTable() {}

  static TextTable of(DeploymentView deployment) {
    return of(deployment.machines());
  }

  static TextTable of(List<MachineView> machines) {
    boolean reused = machines.stream().anyMatch(machine -> machine.bytesReused() > 0);
    List<String> columns =
        new ArrayList<>(
            List.of("AGENT", "STATE", ">TIME", ">DONE", ">FROM SOURCE", ">FROM PEERS", "WHY"));
    if (reused) {
      columns.add(WHY, ">HAD IT");
    }
    TextTable table = new TextTable(columns.toArray(String[]::new));
    for (MachineView machine : machines) {
      List<String> row =
          new ArrayList<>(
              List.of(
                  machine.agent(),
                  machine.phase().name().toLowerCase(Locale.ROOT),
                  Quantity.timeText(Duration.ofMillis(machine.elapsedMillis())),
                  Quantity.bytesText(machine.bytesDone()),
                  Quantity.bytesText(machine.bytesFromHolders()),
                  Quantity.bytesText(machine.bytesFromPeers()),
                  machine.why()));
      if (reused) {
        row.add(WHY, Quantity.bytesText(machine.bytesReused()));
      }
      table.row(row.toArray(String[]::new));
    }
    return table;
  }
}
