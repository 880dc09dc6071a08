package io.seedfall.cli;

import io.seedfall.control.Names;
import io.seedfall.control.NewUserView;
import io.seedfall.control.Role;
import io.seedfall.control.SeedfallClient;
import io.seedfall.control.Selector;
import io.seedfall.control.UserRequest;
import io.seedfall.control.UserView;
import io.seedfall.control.identity.UserCredentials;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Lets people and programs in, and out again. */
@Command(
    name = "user",
    mixinStandardHelpOptions = true,
    description = "Let people and programs use the cluster.")
final class UserCommand implements Runnable {
  private final Console console;

  @Spec CommandSpec spec;

  UserCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "which command? There are user create, user list and user revoke");
  }

  @Command(
      name = "create",
      mixinStandardHelpOptions = true,
      description = {
        "Make a user, or another token for one: the one before is good for nothing then. Writes a",
        "file for that user's --credentials."
      })
  int create(
      @Mixin CoordinatorOption coordinator,
      @Parameters(paramLabel = "NAME", description = "unique among users") String name,
      @Option(
              names = "--role",
              required = true,
              description =
                  "viewer: see everything; publisher: and publish; deployer: and deploy to the"
                      + " machines of its selector; admin: everything")
          Role role,
      @Option(
              names = "--selector",
              defaultValue = "all",
              description =
                  "a deployer's: what the selectors of its deployments must have"
                      + " (default: ${DEFAULT-VALUE})")
          Selector selector,
      @Option(
              names = "--ttl",
              paramLabel = "TIME",
              defaultValue = "720h",
              converter = Converters.Millis.class,
              description = "how long its token is good: 12h (default: ${DEFAULT-VALUE})")
          long ttlMillis,
      @Option(
              names = "--out",
              required = true,
              paramLabel = "FILE",
              description = "a new file that gets its credentials")
          Path out,
      @Option(names = "--json", description = "print JSON") boolean json)
      throws Exception {
    if (!Names.isName(name)) {
      throw new CommandFailure(
          ExitCode.USAGE, "NAME: expected letters, digits, . _ -, the first a letter or a digit");
    }
    if (role != Role.DEPLOYER && !selector.toString().equals("all")) {
      throw new CommandFailure(
          ExitCode.USAGE, "--selector is for --role deployer: leave it out, or choose that role");
    }
    CredentialsFile.requireFree(out);
    NewUserView made;
    try (SeedfallClient client = coordinator.client()) {
      made = client.createUser(new UserRequest(name, role, selector.toString(), ttlMillis));
    }
    CredentialsFile.write(
        out,
        new UserCredentials(
            name, coordinator.addresses().toString(), made.authority(), made.token()));
    if (json) {
      console.json(made.user());
      return ExitCode.OK;
    }
    console.note(
        "%s can use %s until %s"
            .formatted(name, out, Instant.ofEpochMilli(made.user().expiresMillis())));
    return ExitCode.OK;
  }

  @Command(name = "list", mixinStandardHelpOptions = true, description = "List all users.")
  int list(
      @Mixin CoordinatorOption coordinator,
      @Option(names = "--json", description = "print JSON") boolean json)
      throws Exception {
    List<UserView> users;
    try (SeedfallClient client = coordinator.client()) {
      users = client.users();
    }
    if (json) {
      console.json(users);
      return ExitCode.OK;
    }
    TextTable table = new TextTable("NAME", "ROLE", "SELECTOR", "UNTIL");
    for (UserView user : users) {
      table.row(
          user.name(),
          user.role().name().toLowerCase(Locale.ROOT),
          user.role() == Role.DEPLOYER ? user.selector() : "-",
          user.revoked() ? "revoked" : Instant.ofEpochMilli(user.expiresMillis()).toString());
    }
    console.table(table);
    return ExitCode.OK;
  }

  @Command(
      name = "revoke",
      mixinStandardHelpOptions = true,
      description = "End what a user may do, from this moment on.")
  int revoke(
      @Mixin CoordinatorOption coordinator,
      @Parameters(paramLabel = "NAME", description = "of the user") String name,
      @Option(names = "--json", description = "print JSON") boolean json)
      throws Exception {
    try (SeedfallClient client = coordinator.client()) {
      client.revokeUser(name);
    }
    if (json) {
      console.json(new Revoked("user", name));
      return ExitCode.OK;
    }
    console.note("user " + name + " is revoked");
    return ExitCode.OK;
  }
}
