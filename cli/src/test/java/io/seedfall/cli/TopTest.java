package io.seedfall.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.seedfall.agent.Agent;
import io.seedfall.agent.AgentSettings;
import io.seedfall.control.CoordinatorAddresses;
import io.seedfall.coordinator.Coordinator;
import io.seedfall.coordinator.CoordinatorSettings;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code seedfall top} on a real terminal: a pseudo terminal that script(1) makes. */
final class TopTest {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final String BEFORE = "BEFORE:";
  private static final String AFTER = "AFTER:";

  @TempDir private Path directory;
  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private URI coordinator = URI.create("http://127.0.0.1:1");

  @BeforeEach
  void aFleet() throws Exception {
    Coordinator started =
        Coordinator.start(
            new CoordinatorSettings(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                directory.resolve("coordinator"),
                false));
    open.push(started);
    coordinator = URI.create("http://" + ListenAddress.text(started.address()));
    open.push(
        Agent.start(
            new AgentSettings(
                CoordinatorAddresses.of(coordinator),
                "a1",
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                Files.createDirectories(directory.resolve("root")),
                directory.resolve("state"),
                Map.of(),
                0,
                0,
                1)));
  }

  @AfterEach
  void end() throws Exception {
    while (!open.isEmpty()) {
      open.pop().close();
    }
  }

  private void deploy(String name) throws IOException {
    Path file = Files.write(directory.resolve(name), new byte[1 << 20]);
    RecordedConsole recorded = new RecordedConsole(false);
    assertThat(
            recorded.run(
                "deploy",
                file.toString(),
                "--to",
                "all",
                "--path",
                name,
                "--coordinator",
                coordinator.toString()))
        .as(recorded.notes())
        .isEqualTo(ExitCode.OK);
  }

  /** A shell on a terminal of its own, which runs top and says how the terminal was set up. */
  private final class Terminal implements AutoCloseable {
    private final Path output = directory.resolve("typescript");
    private final Process process;
    private final OutputStream keyboard;

    Terminal(int rows, int columns, Map<String, String> environment) throws IOException {
      String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
      String shell =
          "stty rows %d cols %d; tty > '%s'; echo %s$(stty -g); "
                  .formatted(rows, columns, directory.resolve("tty"), BEFORE)
              + "'%s' -XX:+UseSerialGC -Xmx128m -cp '%s' io.seedfall.cli.SeedfallMain top --link-rate 1Gbit --coordinator %s & "
                  .formatted(java, System.getProperty("java.class.path"), coordinator)
              + "echo $! > '%s'; fg >/dev/null; echo EXIT:$?; echo %s$(stty -g)"
                  .formatted(directory.resolve("pid"), AFTER);
      // Whoever runs the tests in the background of a shell has SIGINT ignored, and so has what
      // they start.
      ProcessBuilder builder =
          new ProcessBuilder(
              "env",
              "--default-signal=INT",
              "script",
              "-q",
              "-f",
              "-c",
              "bash -mc " + quoted(shell),
              output.toString());
      builder.environment().put("TERM", "xterm");
      builder.environment().remove("CI");
      builder.environment().remove("NO_COLOR");
      builder.environment().putAll(environment);
      process =
          builder
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      keyboard = process.getOutputStream();
    }

    private String quoted(String text) {
      return "'" + text.replace("'", "'\\''") + "'";
    }

    String all() throws IOException {
      return Files.exists(output) ? Files.readString(output, UTF_8) : "";
    }

    /** What has come since top took the screen. */
    TerminalPicture picture(int rows, int columns) throws IOException {
      String text = all();
      int from = text.indexOf("\u001b[?1049h");
      return new TerminalPicture(rows, columns, from < 0 ? "" : text.substring(from));
    }

    void type(String keys) throws IOException {
      keyboard.write(keys.getBytes(UTF_8));
      keyboard.flush();
    }

    void awaitText(int rows, int columns, String... texts) {
      Awaitility.await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(picture(rows, columns).text()).contains(texts));
    }

    /** It ended, and everything about the terminal is as it was. */
    void awaitRestored() throws Exception {
      Awaitility.await().atMost(PATIENCE).until(() -> all().contains(AFTER) && settings(AFTER) > 0);
      TerminalPicture last = picture(50, 200);
      assertThat(last.otherScreen()).isFalse();
      assertThat(last.cursorHidden()).isFalse();
      assertThat(last.unknown()).isEmpty();
      assertThat(all().lines().filter(each -> each.contains(AFTER)).findFirst().orElseThrow())
          .endsWith(
              all()
                  .lines()
                  .filter(each -> each.contains(BEFORE))
                  .findFirst()
                  .orElseThrow()
                  .replaceFirst(".*" + BEFORE, ""));
    }

    private long settings(String which) throws IOException {
      return all().lines().filter(each -> each.matches(".*" + which + "[0-9a-f:]{10,}.*")).count();
    }

    @Override
    public void close() throws IOException {
      keyboard.close();
      process
          .onExit()
          .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
          .exceptionally(_ -> process.destroyForcibly())
          .join();
    }
  }

  @Test
  void theFleetIsOnTheWholeScreenAndKeysChangeIt() throws Exception {
    deploy("first");
    deploy("second");
    try (Terminal terminal = new Terminal(24, 120, Map.of())) {
      terminal.awaitText(24, 120, "machines 1 connected, 0 away", "first@", "second@", "x");
      TerminalPicture picture = terminal.picture(24, 120);
      assertThat(picture.otherScreen()).isTrue();
      assertThat(picture.cursorHidden()).isTrue();
      assertThat(picture.lines()).hasSize(24);
      assertThat(picture.lines().getLast()).contains("q quit", "order: newest");
      terminal.awaitText(24, 120, "installed 1", "none is behind");
      assertThat(chosen(terminal)).contains("second@");
      terminal.type("\u001b[B");
      Awaitility.await().atMost(PATIENCE).until(() -> chosen(terminal).contains("first@"));
      terminal.type("\u001b[A");
      Awaitility.await().atMost(PATIENCE).until(() -> chosen(terminal).contains("second@"));
      terminal.type("s");
      terminal.awaitText(24, 120, "order: progress");
      deploy("third");
      terminal.awaitText(24, 120, "third@");
      terminal.type("q");
      terminal.awaitRestored();
      assertThat(terminal.all()).contains("EXIT:0");
    }
  }

  private static String chosen(Terminal terminal) throws IOException {
    return terminal.picture(24, 120).lines().stream()
        .filter(line -> line.startsWith(">"))
        .findFirst()
        .orElse("");
  }

  @Test
  void aWindowThatIsPulledIsFilled() throws Exception {
    deploy("first");
    try (Terminal terminal = new Terminal(24, 120, Map.of())) {
      terminal.awaitText(24, 120, "q quit");
      String tty = Files.readString(directory.resolve("tty")).strip();
      Process stty =
          new ProcessBuilder("stty", "-F", tty, "rows", "10", "cols", "40").inheritIO().start();
      assertThat(stty.waitFor()).isZero();
      Awaitility.await()
          .atMost(PATIENCE)
          .untilAsserted(() -> {
            String text = terminal.all();
            String last = text.substring(text.lastIndexOf("\u001b[H")).replace("\r", "");
            assertThat(last.lines()).hasSize(10);
            assertThat(last.replaceAll("\u001b\\[[0-9;?]*[A-Za-z]", "").lines())
                .allMatch(line -> line.length() <= 40);
          });
      terminal.type("q");
      terminal.awaitRestored();
    }
  }

  @Test
  void ctrlCAndSigtermGiveTheTerminalBack() throws Exception {
    for (String end : new String[] {"\u0003", "TERM"}) {
      Files.deleteIfExists(directory.resolve("typescript"));
      try (Terminal terminal = new Terminal(24, 120, Map.of())) {
        terminal.awaitText(24, 120, "q quit");
        if (end.equals("TERM")) {
          String pid = Files.readString(directory.resolve("pid")).strip();
          ProcessHandle.of(Long.parseLong(pid)).orElseThrow().destroy();
        } else {
          terminal.type(end);
        }
        terminal.awaitRestored();
      }
    }
  }

  @Test
  void aCoordinatorThatGoesAwayIsSaidAndTheLastPictureStays() throws Exception {
    deploy("first");
    try (Terminal terminal = new Terminal(24, 120, Map.of())) {
      terminal.awaitText(24, 120, "first@");
      end();
      terminal.awaitText(24, 120, "what you see is old", "first@");
      terminal.type("q");
      terminal.awaitRestored();
    }
  }

  @Test
  void aDumbTerminalAndAPipeGetOnePicture() throws Exception {
    deploy("first");
    try (Terminal terminal = new Terminal(24, 120, Map.of("TERM", "dumb"))) {
      Awaitility.await().atMost(PATIENCE).until(() -> terminal.all().contains("EXIT:0"));
      assertThat(terminal.all()).contains("first@").doesNotContain("\u001b");
    }
    RecordedConsole text = new RecordedConsole(false);
    assertThat(text.run("top", "--coordinator", coordinator.toString())).isEqualTo(ExitCode.OK);
    assertThat(text.answer())
        .contains("machines 1 connected", "first@", "1/1", "installed 1")
        .doesNotContain("q quit", "\u001b");
    RecordedConsole json = new RecordedConsole(false);
    assertThat(json.run("top", "--json", "--coordinator", coordinator.toString()))
        .isEqualTo(ExitCode.OK);
    assertThat(json.answer()).contains("\"agentsConnected\":1", "\"phase\":\"done\"");
  }
}
