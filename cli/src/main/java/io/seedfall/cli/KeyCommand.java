package io.seedfall.cli;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.seedfall.protocol.trust.TrustKey;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes and shows the keys that sign artifacts and roots. */
@Command(
    name = "key",
    mixinStandardHelpOptions = true,
    description = "Make a key pair that signs artifacts or roots, or show one.")
final class KeyCommand implements Runnable {
  private final Console console;

  @Spec CommandSpec spec;

  KeyCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "which one: create or show?");
  }

  /** A public key, for programs. */
  record Shown(@JsonProperty("public_key") String publicKey, @JsonProperty("key_id") String id) {}

  private int say(TrustKey key, boolean json) {
    if (json) {
      console.json(new Shown(key.toString(), key.id().hex()));
    } else {
      console.answer("public key  " + key);
      console.answer("key id      " + key.id());
    }
    return ExitCode.OK;
  }

  @Command(
      name = "create",
      mixinStandardHelpOptions = true,
      description = {
        "Make an Ed25519 key pair: NAME.key, which only you can read, and NAME.pub for others.",
        "Nothing is overwritten."
      })
  int create(
      @Parameters(paramLabel = "NAME", description = "path of both files, without .key and .pub")
          Path name,
      @Option(names = "--json", description = "print JSON") boolean json) {
    return say(KeyFile.create(name), json);
  }

  @Command(
      name = "show",
      mixinStandardHelpOptions = true,
      description = "Show the public key and the key id of a key.")
  int show(
      @Parameters(paramLabel = "FILE", description = "NAME.key or NAME.pub") Path file,
      @Option(names = "--json", description = "print JSON") boolean json) {
    return say(
        file.toString().endsWith(".pub") ? KeyFile.open(file.toString()) : KeyFile.read(file).key(),
        json);
  }
}
