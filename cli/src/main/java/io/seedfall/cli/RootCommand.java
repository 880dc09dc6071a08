package io.seedfall.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code seedfall} without a command: says which there are. */
@Command(
    name = "seedfall",
    mixinStandardHelpOptions = true,
    versionProvider = ProgramVersion.class,
    description = "Puts a large file on many machines, verified and in place, through a swarm.",
    footer = {
      "",
      "Try it: seedfall demo",
      "SEEDFALL_COORDINATOR names the coordinator for every command that asks one.",
      "SEEDFALL_DEBUG=1 shows everything, with stack traces."
    })
final class RootCommand implements Runnable {
  @Spec CommandSpec spec;

  @Option(
      names = {"-v", "--verbose"},
      scope = ScopeType.INHERIT,
      description = "log what happens to standard error")
  boolean verbose;

  /** Whether bugs come with their stack trace. */
  boolean traces() {
    return verbose || debug();
  }

  /** Whether everything is logged. */
  static boolean debug() {
    String value = System.getenv("SEEDFALL_DEBUG");
    return value != null && !value.isEmpty() && !value.equals("0");
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "which command? See seedfall --help");
  }
}
