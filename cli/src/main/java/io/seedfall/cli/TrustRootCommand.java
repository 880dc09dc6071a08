package io.seedfall.cli;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.seedfall.control.ControlException;
import io.seedfall.control.SeedfallClient;
import io.seedfall.protocol.trust.Delegation;
import io.seedfall.protocol.trust.Domain;
import io.seedfall.protocol.trust.Judge;
import io.seedfall.protocol.trust.Role;
import io.seedfall.protocol.trust.Root;
import io.seedfall.protocol.trust.Signed;
import io.seedfall.protocol.trust.TrustKey;
import io.seedfall.protocol.trust.Verdict;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes, signs, replaces and shows root documents: which keys count. */
@Command(
    name = "root",
    mixinStandardHelpOptions = true,
    description =
        "Say whose signatures machines believe: make, sign, rotate, publish, show a root.")
final class TrustRootCommand implements Runnable {
  private static final String SIGN = "sign it with this key; can be repeated";

  private final Console console;

  @Spec CommandSpec spec;

  TrustRootCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "which one: create, sign, rotate, publish or show?");
  }

  @Command(
      name = "create",
      mixinStandardHelpOptions = true,
      description = "Make the first root: machines get it with seedfall agent --trust.")
  int create(
      @Parameters(paramLabel = "FILE", description = "is made; never overwritten") Path file,
      @Mixin RootRoles roles,
      @Option(names = "--sign", paramLabel = "KEYFILE", description = SIGN)
          @Nullable List<Path> keys,
      @Option(names = "--json", description = "print JSON") boolean json) {
    Root root =
        root(1, roles.root(null), roles.artifacts(null), roles.delegations(List.of()), roles);
    TrustRoot made = signed(new TrustRoot(Signed.unsigned(root.encode()), root), keys);
    made.writeNew(file);
    return say(made, null, json);
  }

  @Command(
      name = "rotate",
      mixinStandardHelpOptions = true,
      description = {
        "Make the root after another one: with other keys, or to put off its end.",
        "What is not named stays as it was. Sign it with enough keys of both."
      })
  int rotate(
      @Parameters(index = "0", paramLabel = "OLD", description = "the root before") Path old,
      @Parameters(index = "1", paramLabel = "NEW", description = "is made; never overwritten")
          Path file,
      @Mixin RootRoles roles,
      @Option(names = "--no-delegations", description = "drop those that there were") boolean none,
      @Option(names = "--sign", paramLabel = "KEYFILE", description = SIGN)
          @Nullable List<Path> keys,
      @Option(names = "--json", description = "print JSON") boolean json) {
    TrustRoot before = TrustRoot.read(old);
    Root root =
        root(
            before.root().version() + 1,
            roles.root(before.root().root()),
            roles.artifacts(before.root().artifacts()),
            roles.delegations(none ? List.of() : before.root().delegations()),
            roles);
    TrustRoot made = signed(new TrustRoot(Signed.unsigned(root.encode()), root), keys);
    made.writeNew(file);
    return say(made, before.root(), json);
  }

  private static Root root(
      long version, Role root, Role artifacts, List<Delegation> delegations, RootRoles roles) {
    try {
      return new Root(
          version, roles.expiresMillis(System.currentTimeMillis()), root, artifacts, delegations);
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
    }
  }

  private static TrustRoot signed(TrustRoot unsigned, @Nullable List<Path> keys) {
    Signed signed = unsigned.signed();
    for (Path file : keys == null ? List.<Path>of() : keys) {
      KeyFile key = KeyFile.read(file);
      signed = signed.signedBy(key.key(), key.secret(), Domain.ROOT);
    }
    return new TrustRoot(signed, unsigned.root());
  }

  @Command(
      name = "sign",
      mixinStandardHelpOptions = true,
      description = "Add signatures to a root; look at it with seedfall root show before.")
  int sign(
      @Parameters(paramLabel = "FILE", description = "the root; it is replaced") Path file,
      @Option(names = "--sign", paramLabel = "KEYFILE", required = true, description = SIGN)
          List<Path> keys,
      @Option(names = "--json", description = "print JSON") boolean json) {
    TrustRoot signed = signed(TrustRoot.read(file), keys);
    signed.replace(file);
    return say(signed, null, json);
  }

  @Command(
      name = "publish",
      mixinStandardHelpOptions = true,
      description = "Give a root to the coordinator, from which machines take the next one.")
  int publish(
      @Mixin CoordinatorOption coordinator,
      @Parameters(paramLabel = "FILE", description = "the root") Path file,
      @Option(names = "--json", description = "print JSON") boolean json)
      throws ControlException {
    TrustRoot root = TrustRoot.read(file);
    try (SeedfallClient client = coordinator.client()) {
      client.addRoot(root.signed().encode());
    }
    if (json) {
      console.json(Shown.of(root));
      return ExitCode.OK;
    }
    console.answer("root %d is published".formatted(root.root().version()));
    return ExitCode.OK;
  }

  @Command(
      name = "show",
      mixinStandardHelpOptions = true,
      description = "Show a root: that of a file, or the newest at the coordinator.")
  int show(
      @Mixin CoordinatorOption coordinator,
      @Parameters(arity = "0..1", paramLabel = "FILE", description = "the root")
          @Nullable Path file,
      @Option(names = "--json", description = "print JSON") boolean json)
      throws ControlException {
    TrustRoot shown;
    if (file != null) {
      shown = TrustRoot.read(file);
    } else {
      try (SeedfallClient client = coordinator.client()) {
        shown = TrustRoot.of("what the coordinator has", client.newestRoot());
      }
    }
    if (json) {
      console.json(Shown.of(shown));
      return ExitCode.OK;
    }
    return say(shown, null, false);
  }

  /** A root, for programs. */
  record Shown(
      @JsonProperty("version") long version,
      @JsonProperty("expires_millis") long expiresMillis,
      @JsonProperty("root") ShownRole root,
      @JsonProperty("artifacts") ShownRole artifacts,
      @JsonProperty("delegations") List<ShownDelegation> delegations,
      @JsonProperty("signed_by") List<String> signedBy) {
    static Shown of(TrustRoot root) {
      List<String> signers = new ArrayList<>();
      root.signed().signatures().keySet().forEach(id -> signers.add(id.hex()));
      return new Shown(
          root.root().version(),
          root.root().expiresMillis(),
          ShownRole.of(root.root().root()),
          ShownRole.of(root.root().artifacts()),
          root.root().delegations().stream()
              .map(each -> new ShownDelegation(each.pattern(), ShownRole.of(each.role())))
              .toList(),
          signers);
    }
  }

  /** Whose signatures it takes. */
  record ShownRole(
      @JsonProperty("threshold") int threshold, @JsonProperty("keys") List<String> keys) {
    static ShownRole of(Role role) {
      return new ShownRole(role.threshold(), role.keys().stream().map(TrustKey::toString).toList());
    }
  }

  /** Names that others sign. */
  record ShownDelegation(
      @JsonProperty("names") String names, @JsonProperty("role") ShownRole role) {}

  /** In words; what is missing is a note, because keys are often in other places. */
  private int say(TrustRoot shown, @Nullable Root before, boolean json) {
    if (json) {
      console.json(Shown.of(shown));
    } else {
      table(shown);
    }
    byte[] document = shown.signed().encode();
    Verdict<Root> verdict = before == null ? Judge.anchor(document) : Judge.next(before, document);
    if (verdict instanceof Verdict.Refused<Root> refused) {
      console.note("not complete: " + refused.why());
    }
    return ExitCode.OK;
  }

  private void table(TrustRoot shown) {
    Root root = shown.root();
    console.answer(
        "root %d, until %s".formatted(root.version(), Instant.ofEpochMilli(root.expiresMillis())));
    TextTable table = new TextTable("SIGNS", ">OF", "KEY", "KEY-ID", "SIGNED");
    rows(table, "roots", root.root(), shown.signed());
    rows(table, "artifacts", root.artifacts(), shown.signed());
    for (Delegation delegation : root.delegations()) {
      rows(table, delegation.pattern(), delegation.role(), shown.signed());
    }
    console.table(table);
  }

  private static void rows(TextTable table, String what, Role role, Signed signed) {
    for (TrustKey key : role.keys()) {
      table.row(
          what,
          "%d/%d".formatted(role.threshold(), role.keys().size()),
          key.toString(),
          key.id().hex(),
          signed.countOf(List.of(key), Domain.ROOT) == 1 ? "yes" : "");
    }
  }
}
