package io.seedfall.cli;

import io.seedfall.control.AuditCheckView;
import io.seedfall.control.AuditView;
import io.seedfall.control.SeedfallClient;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Who changed what. */
@Command(
    name = "audit",
    mixinStandardHelpOptions = true,
    description = "Print the audit log: who changed what, when, from where, and what came of it.")
final class AuditCommand implements Callable<Integer> {
  private final Console console;

  @Mixin CoordinatorOption coordinator;

  @Option(names = "--json", description = "print JSON, one line each")
  boolean json;

  @Option(
      names = "--after",
      paramLabel = "LINE",
      description = "only what was written after the line of that number")
  long after;

  @Option(
      names = "--verify",
      description =
          "print nothing of it, but check that no line was changed, removed or put between others;"
              + " prints the head, to be kept elsewhere")
  boolean verify;

  @Option(
      names = "--head",
      paramLabel = "LINE:CHAIN",
      defaultValue = "",
      description = "with --verify: a head that was printed before, which must still be there")
  String head;

  AuditCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    if (!head.isEmpty() && !verify) {
      throw new CommandFailure(ExitCode.USAGE, "--head belongs to --verify");
    }
    try (SeedfallClient client = coordinator.client()) {
      return verify ? check(client) : print(client);
    }
  }

  private int check(SeedfallClient client) throws Exception {
    AuditCheckView checked;
    try {
      checked = client.checkAudit(head);
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, "--" + e.getMessage(), e);
    }
    if (json) {
      console.json(checked);
    } else if (checked.intact()) {
      console.answer("%d lines, as they were written".formatted(checked.lines()));
      console.answer("head " + checked.head());
    }
    if (!checked.intact()) {
      throw new CommandFailure(
          ExitCode.FAILED, "the audit log was tampered with: " + checked.why());
    }
    return ExitCode.OK;
  }

  private int print(SeedfallClient client) throws Exception {
    long from = after;
    while (true) {
      List<AuditView> lines = client.audit(from);
      if (lines.isEmpty()) {
        return ExitCode.OK;
      }
      for (AuditView line : lines) {
        if (json) {
          console.json(line);
        } else {
          console.answer(text(line));
        }
      }
      from = lines.getLast().serial();
    }
  }

  private static String text(AuditView line) {
    return TextTable.printable(
        "%d  %s  %s  %s  %s  %s%s%s"
            .formatted(
                line.serial(),
                Instant.ofEpochMilli(line.atMillis()),
                line.who(),
                line.source(),
                line.action(),
                line.outcome(),
                line.about() == 0 ? "" : " (of line " + line.about() + ")",
                line.detail().isEmpty() ? "" : "  " + line.detail()));
  }
}
