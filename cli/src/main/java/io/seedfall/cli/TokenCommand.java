package io.seedfall.cli;

import io.seedfall.control.Names;
import io.seedfall.control.SeedfallClient;
import io.seedfall.control.TokenRequest;
import io.seedfall.control.TokenView;
import io.seedfall.control.identity.PrivateFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Lets machines in. */
@Command(
    name = "token",
    mixinStandardHelpOptions = true,
    description = "Let a machine into the cluster.")
final class TokenCommand implements Runnable {
  private final Console console;

  @Spec CommandSpec spec;

  TokenCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "which command? There is token create");
  }

  @Command(
      name = "create",
      mixinStandardHelpOptions = true,
      description = "Make a token with which one agent can join, once: seedfall agent --join FILE.")
  int create(
      @Mixin CoordinatorOption coordinator,
      @Option(names = "--agent", required = true, description = "the name that it will have")
          String agent,
      @Option(
              names = "--labels",
              paramLabel = "KEY=VALUE",
              split = ",",
              description = "what selectors will match; can be repeated")
          @Nullable Map<String, String> labels,
      @Option(
              names = "--ttl",
              paramLabel = "TIME",
              defaultValue = "1h",
              converter = Converters.Millis.class,
              description = "how long it can be used: 30m, 24h (default: ${DEFAULT-VALUE})")
          long ttlMillis,
      @Option(
              names = "--out",
              paramLabel = "FILE",
              description = "a new file that gets it (default: it is printed)")
          @Nullable Path out,
      @Option(names = "--json", description = "print JSON") boolean json)
      throws Exception {
    TokenRequest request;
    try {
      request =
          new TokenRequest(
              Names.check("--agent", agent),
              Names.checkLabels(labels == null ? Map.of() : new LinkedHashMap<>(labels)),
              ttlMillis);
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
    }
    TokenView token;
    try (SeedfallClient client = coordinator.client()) {
      token = client.createToken(request);
    }
    if (out != null) {
      write(out, token.token());
    }
    if (json) {
      console.json(
          new Made(
              token.agent(),
              out == null ? token.token() : "",
              out == null ? "" : out.toString(),
              token.expiresMillis()));
      return ExitCode.OK;
    }
    if (out == null) {
      console.answer(token.token());
    }
    console.note(
        "agent %s can join with it until %s, once"
            .formatted(token.agent(), Instant.ofEpochMilli(token.expiresMillis())));
    return ExitCode.OK;
  }

  /**
   * A token, for programs.
   *
   * @param agent who can join with it
   * @param token itself; empty when it is in a file
   * @param file where it is; empty when it is here
   * @param expiresMillis until when, epoch
   */
  record Made(String agent, String token, String file, long expiresMillis) {}

  private static void write(Path out, String token) {
    try {
      PrivateFiles.writeNew(out, (token + "\n").getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.LOCAL, "cannot write " + out + ": " + LocalTrouble.words(e), e);
    }
  }
}
