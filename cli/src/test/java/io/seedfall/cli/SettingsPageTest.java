package io.seedfall.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** docs/settings.md is made of the options; {@code -Drewrite} writes it anew. */
final class SettingsPageTest {
  @Test
  void thePageShowsTheSettingsThatThereAre() throws IOException {
    Pages.same("settings.md", page());
  }

  @Test
  void theExamplesOfThePageAreFine(@TempDir Path directory) throws IOException {
    Path password = Files.writeString(directory.resolve("password"), "hush");
    String page = page().replace("/etc/seedfall/database-password", password.toString());
    for (String daemon : ConfigCommand.DAEMONS) {
      String toml = example(page, daemon);
      Path file = Files.writeString(directory.resolve(daemon + ".toml"), toml);
      RecordedConsole recorded = new RecordedConsole(false);
      int exit = recorded.run("config", "check", file.toString());
      assertThat(recorded.answer()).contains("fine");
      assertThat(exit).isEqualTo(ExitCode.OK);
    }
  }

  private static String example(String page, String daemon) {
    int from = page.indexOf("# " + daemon + ".toml");
    return page.substring(from, page.indexOf("```", from));
  }

  private static String page() {
    StringBuilder page = new StringBuilder(introduction());
    for (String daemon : ConfigCommand.DAEMONS) {
      page.append(
          """

          ## %s

          | key | flag | environment | takes | what |
          | --- | --- | --- | --- | --- |
          """
              .formatted(daemon));
      for (Setting setting : settings(daemon)) {
        page.append(
            "| `%s` | `%s` | `%s` | %s | %s |%n"
                .formatted(
                    setting.key(),
                    setting.option().longestName(),
                    setting.variable(),
                    setting.isSwitch()
                        ? "true, false"
                        : "`" + setting.option().paramLabel().replace("|", "\\|") + "`",
                    Pages.description(setting.option())));
      }
    }
    return page.toString();
  }

  private static List<Setting> settings(String daemon) {
    return Setting.of(
        Objects.requireNonNull(
                SeedfallMain.commandLine(new RecordedConsole(false).console(), List.of(daemon))
                    .getSubcommands()
                    .get(daemon))
            .getCommandSpec());
  }

  private static String introduction() {
    return """
    # Settings of coordinator and agent

    Made from the options of the commands by `SettingsPageTest`; run it with `-Drewrite` after a change.

    Every setting can be said in three places, and the first of them that says it holds: the flag, the variable of the
    environment, the file. Only `--help`, `--version`, `--verbose` and `--config` are flags alone.

    - **The file** is TOML, and the one that `--config FILE` or SEEDFALL_CONFIG names, else `/etc/seedfall/coordinator.toml` or
      `/etc/seedfall/agent.toml` when it is there; `--config /dev/null` takes none. Keys are the flags without `--`. Switches are `true` or
      `false`; what can be repeated is a list; labels are a table. What is not known is refused, and the key that is meant named.
      A file has at most %d bytes.
    - **The environment**: `SEEDFALL_` and the key in capitals. Several values are separated by commas (a value with a comma
      needs the file or the flag). Empty is as good as not there.
    - **The flag**: a switch that the file turned on is turned off with `--no-`: `--no-insecure`.

    No setting is a secret. Those that have to do with secrets name a file.

    `seedfall config check FILE` says what is wrong with a file; `seedfall config show agent` what would hold here, and where each
    value comes from. `seedfall coordinator init` takes what it has in common with `coordinator` from the same places.

    ```toml
    # agent.toml
    coordinator = "https://10.0.0.1:7070,https://10.0.0.2:7070"
    name = "rack3-17"
    root = ["/srv", "fast=/mnt/nvme"]
    state = "/var/lib/seedfall/agent"
    join = "/etc/seedfall/join-token"
    link-rate = "25Gbit"
    keep-versions = 3
    insecure = true          # what peers exchange is in the clear

    [label]
    role = "search"
    rack = "r3"
    ```

    ```toml
    # coordinator.toml
    listen = "10.0.0.1:7070"
    database = "jdbc:postgresql://10.0.0.5:5432/seedfall?user=seedfall"
    database-password-file = "/etc/seedfall/database-password"
    identity = "/etc/seedfall/identity"
    ```
    """
        .formatted(SettingsFile.BYTES_MAX);
  }
}
