package io.seedfall.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.seedfall.protocol.trust.Domain;
import io.seedfall.protocol.trust.Judge;
import io.seedfall.protocol.trust.Root;
import io.seedfall.protocol.trust.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.regex.Matcher;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys and roots, which need no coordinator. */
final class SigningCommandsTest {
  @TempDir private Path directory;

  private RecordedConsole run(int exitCode, String... arguments) {
    RecordedConsole console = new RecordedConsole(false);
    assertThat(console.run(arguments)).as(console.notes()).isEqualTo(exitCode);
    return console;
  }

  private String path(String name) {
    return directory.resolve(name).toString();
  }

  private void key(String name) {
    run(ExitCode.OK, "key", "create", path(name));
  }

  private Verdict<Root> anchor(String file) throws IOException {
    return Judge.anchor(Files.readAllBytes(directory.resolve(file)));
  }

  @Test
  void aKeyIsMadeOnceAndOnlyItsOwnerCanReadIt() throws Exception {
    String answer = run(ExitCode.OK, "key", "create", path("k")).answer();
    KeyFile key = KeyFile.read(directory.resolve("k.key"));
    assertThat(answer).contains(key.key().toString(), key.key().id().hex());
    assertThat(answer).doesNotContain("PRIVATE");
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(directory.resolve("k.key"))))
        .isEqualTo("rw-------");
    assertThat(KeyFile.open(path("k.pub"))).isEqualTo(key.key());
    assertThat(KeyFile.open(key.key().toString())).isEqualTo(key.key());
    for (String file : new String[] {"k.key", "k.pub"}) {
      assertThat(run(ExitCode.OK, "key", "show", path(file)).answer()).isEqualTo(answer);
    }
    byte[] before = Files.readAllBytes(directory.resolve("k.key"));
    assertThat(run(ExitCode.LOCAL, "key", "create", path("k")).notes())
        .contains("k.pub is there already and stays");
    Files.delete(directory.resolve("k.pub"));
    assertThat(run(ExitCode.LOCAL, "key", "create", path("k")).notes())
        .contains("k.key is there already and stays");
    assertThat(directory.resolve("k.key")).hasBinaryContent(before);
    assertThat(directory.resolve("k.pub")).doesNotExist();
  }

  @Test
  void aKeyThatOthersCanReachIsRefused() throws Exception {
    key("k");
    Path file = directory.resolve("k.key");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    assertThat(run(ExitCode.LOCAL, "key", "show", file.toString()).notes()).contains("chmod 600");
  }

  @Test
  void whatIsNoKeyIsSaidInOneLine() throws Exception {
    for (String text :
        new String[] {"", "x", "-----BEGIN PUBLIC KEY-----\n!\n-----END", "a".repeat(5_000)}) {
      Path file = Files.writeString(directory.resolve("none.key"), text);
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
      assertThatExceptionOfType(CommandFailure.class).isThrownBy(() -> KeyFile.read(file));
      assertThat(run(ExitCode.LOCAL, "key", "show", file.toString()).noteLines()).hasSize(1);
    }
    assertThat(run(ExitCode.LOCAL, "key", "show", path("absent.key")).notes())
        .contains("no such file");
    assertThat(run(ExitCode.USAGE, "key", "show", path("absent.pub")).noteLines()).hasSize(1);
  }

  @Test
  void aKeyOfTwoPairsSignsNothing() throws Exception {
    key("a");
    key("b");
    String a = Files.readString(directory.resolve("a.key"));
    String b = Files.readString(directory.resolve("b.key"));
    Path mixed = directory.resolve("mixed.key");
    Files.writeString(
        mixed,
        a.substring(0, a.indexOf("-----BEGIN PUBLIC"))
            + b.substring(b.indexOf("-----BEGIN PUBLIC")));
    Files.setPosixFilePermissions(mixed, PosixFilePermissions.fromString("rw-------"));
    assertThat(run(ExitCode.LOCAL, "key", "show", mixed.toString()).notes()).contains("no key");
  }

  @Test
  void rootsAreMadeSignedRotatedAndShown() throws Exception {
    for (String name : new String[] {"r1", "r2", "r3", "p1", "p2"}) {
      key(name);
    }
    RecordedConsole first =
        run(
            ExitCode.OK,
            "root",
            "create",
            path("1.root"),
            "--root-key",
            path("r1.pub"),
            "--root-key",
            path("r2.pub"),
            "--artifact-key",
            path("p1.pub"),
            "--delegate",
            "search-*=1:" + path("p2.pub") + "," + path("p1.pub"),
            "--sign",
            path("r1.key"));
    assertThat(first.notes()).contains("not complete", "1 of the 2 signatures");
    assertThat(anchor("1.root")).isInstanceOf(Verdict.Refused.class);
    RecordedConsole signed =
        run(ExitCode.OK, "root", "sign", path("1.root"), "--sign", path("r2.key"));
    assertThat(signed.notes()).isEmpty();
    assertThat(signed.answer()).contains("root 1, until", "search-*", "1/2");
    assertThat(anchor("1.root")).isInstanceOf(Verdict.Accepted.class);
    Root root = TrustRoot.read(directory.resolve("1.root")).root();
    assertThat(root.root().threshold()).isEqualTo(2);
    assertThat(root.roleOf("search-x").keys()).hasSize(2);
    assertThat(
            run(
                    ExitCode.LOCAL,
                    "root",
                    "create",
                    path("1.root"),
                    "--root-key",
                    path("r1.pub"),
                    "--artifact-key",
                    path("p1.pub"))
                .notes())
        .contains("is there already and stays");

    RecordedConsole second =
        run(
            ExitCode.OK,
            "root",
            "rotate",
            path("1.root"),
            path("2.root"),
            "--root-key",
            path("r3.pub"),
            "--sign",
            path("r1.key"),
            "--sign",
            path("r3.key"));
    assertThat(second.notes()).contains("1 of the 2 signatures", "root keys of root 1");
    run(ExitCode.OK, "root", "sign", path("2.root"), "--sign", path("r2.key"));
    byte[] document = Files.readAllBytes(directory.resolve("2.root"));
    assertThat(Judge.next(root, document)).isInstanceOf(Verdict.Accepted.class);
    TrustRoot rotated = TrustRoot.read(directory.resolve("2.root"));
    assertThat(rotated.root().delegations()).isEqualTo(root.delegations());
    assertThat(rotated.root().artifacts()).isEqualTo(root.artifacts());
    assertThat(run(ExitCode.OK, "root", "show", path("2.root"), "--json").answer())
        .contains(
            "\"version\":2", "\"names\":\"search-*\"", KeyFile.open(path("r3.pub")).id().hex());
  }

  @Test
  void nonsenseIsRefusedInOneLine() {
    key("k");
    String keys = "--root-key K.pub --artifact-key K.pub ";
    for (String mistake :
        List.of(
            "root create X",
            "root create X --root-key K.pub",
            "root create X --root-key ed25519:00 --artifact-key K.pub",
            "root create X --root-threshold 2 " + keys,
            "root create X --artifact-threshold 0 " + keys,
            "root create X --days 0 " + keys,
            "root create X --days 3661 " + keys,
            "root create X --delegate a " + keys,
            "root create X --delegate *=1:K.pub " + keys,
            "root create X --delegate a=2:K.pub " + keys,
            "artifact sign model@1",
            "artifact sign model --sign K.key",
            "artifact sign model@1 --sign K.key --content K.pub --info-hash 00",
            "artifact verify model@1",
            "publish K.pub --renew",
            "publish K.pub --sign K.key --sign-days 0",
            "publish K.pub --sign K.key --sign-days 3661")) {
      RecordedConsole console = run(ExitCode.USAGE, words(mistake));
      assertThat(console.noteLines()).as(mistake).hasSize(1);
    }
    assertThat(directory.resolve("X")).doesNotExist();
    run(ExitCode.OK, words("root create X --days 3660 --sign K.key " + keys));
    TrustRoot made = TrustRoot.read(directory.resolve("X"));
    assertThat(made.signed().countOf(made.root().root().keys(), Domain.ROOT)).isEqualTo(1);
    assertThat(run(ExitCode.LOCAL, words("root show K.pub")).notes()).contains("is no root");
    assertThat(run(ExitCode.LOCAL, words("root show Y")).notes()).contains("no such file");
  }

  /** X, Y and K stand for files in the test's directory. */
  private String[] words(String line) {
    return line.strip()
        .replaceAll("\\bK\\.", Matcher.quoteReplacement(path("k.")))
        .replaceAll("\\b([XY])\\b", Matcher.quoteReplacement(directory + "/") + "$1")
        .split(" ");
  }
}
