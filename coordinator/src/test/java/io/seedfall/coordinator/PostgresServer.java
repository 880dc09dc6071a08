package io.seedfall.coordinator;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/**
 * A real PostgreSQL server of a test, with a directory of its own, on a free port of the loopback.
 * Its databases sort as English does, not by bytes, as those of most users do.
 */
public final class PostgresServer implements AutoCloseable {
  /** Debian's package {@code postgresql-15}. */
  static final Path DEBIAN_15 = Path.of("/usr/lib/postgresql/15/bin");

  /** Who runs it: the server refuses to be root. */
  private static final String NOBODY = "65534";

  private static final String BINARIES_18 = "/postgres-linux-x86_64.txz";
  private static final String USER = "seedfall";
  private static final String PASSWORD = "not a secret: of tests";
  private static final int START_SECONDS = 120;
  private static final int ATTEMPTS = 5;

  private final Path home;
  private final Path binaries;
  private final Process process;
  private final int port;
  private final AtomicInteger databases = new AtomicInteger();

  private PostgresServer(Path home, Path binaries, Process process, int port) {
    this.home = home;
    this.binaries = binaries;
    this.process = process;
    this.port = port;
  }

  /** The newest one, from a jar. */
  public static PostgresServer start18() throws IOException, InterruptedException {
    Path home = newHome();
    try (InputStream archive = PostgresServer.class.getResourceAsStream(BINARIES_18)) {
      if (archive == null) {
        throw new IOException("no PostgreSQL for this kind of machine: " + BINARIES_18);
      }
      unpack(archive, home.resolve("program"));
    }
    return start(home, home.resolve("program").resolve("bin"));
  }

  /** The one of Debian 12. */
  public static PostgresServer start15() throws IOException, InterruptedException {
    return start(newHome(), DEBIAN_15);
  }

  private static Path newHome() throws IOException {
    Path home = Files.createTempDirectory("seedfall-postgres");
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
    return home;
  }

  private static PostgresServer start(Path home, Path binaries)
      throws IOException, InterruptedException {
    Path rows = Files.createDirectory(home.resolve("rows"));
    Path password = Files.writeString(home.resolve("password"), PASSWORD);
    if (isRoot()) {
      Files.setAttribute(rows, "unix:uid", Integer.parseInt(NOBODY));
    }
    run(
        home,
        List.of(
            binaries.resolve("initdb").toString(),
            "--pgdata=" + rows,
            "--username=" + USER,
            "--pwfile=" + password,
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--locale-provider=icu",
            "--icu-locale=en",
            "--no-sync"));
    IOException last = new IOException("never tried");
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      int port = freePort();
      try {
        return new PostgresServer(home, binaries, listening(home, binaries, rows, port), port);
      } catch (IOException taken) {
        last = taken; // between our look and its own somebody else took the port
      }
    }
    throw last;
  }

  private static Process listening(Path home, Path binaries, Path rows, int port)
      throws IOException, InterruptedException {
    Process process =
        builder(
                home,
                List.of(
                    binaries.resolve("postgres").toString(),
                    "-D",
                    rows.toString(),
                    "-p",
                    Integer.toString(port),
                    "-c",
                    "listen_addresses=127.0.0.1",
                    "-c",
                    "unix_socket_directories=",
                    "-c",
                    "max_connections=300",
                    "-c",
                    "fsync=off"))
            .start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    CompletableFuture<Void> ready = new CompletableFuture<>();
    Thread.ofVirtual().start(() -> readLog(process, ready));
    try {
      ready.orTimeout(START_SECONDS, TimeUnit.SECONDS).join();
      return process;
    } catch (RuntimeException e) {
      process.destroyForcibly().waitFor();
      throw new IOException("the server did not start: " + e.getMessage(), e);
    }
  }

  private static void readLog(Process process, CompletableFuture<Void> ready) {
    StringBuilder log = new StringBuilder();
    try (BufferedReader lines = process.inputReader(UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!ready.isDone()) {
          log.append(line).append('\n');
          if (line.contains("database system is ready to accept connections")) {
            ready.complete(null);
          }
        }
      }
    } catch (IOException ended) {
      log.append(ended);
    }
    ready.completeExceptionally(new IOException(log.toString()));
  }

  private static void run(Path home, List<String> command)
      throws IOException, InterruptedException {
    Process process = builder(home, command).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(command.getFirst() + ": " + said);
    }
  }

  private static ProcessBuilder builder(Path home, List<String> command) {
    List<String> whole = new ArrayList<>();
    if (isRoot()) {
      whole.addAll(
          List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups", "--"));
    }
    whole.addAll(command);
    ProcessBuilder builder =
        new ProcessBuilder(whole).directory(home.toFile()).redirectErrorStream(true);
    builder.environment().put("LC_ALL", "C.UTF-8");
    return builder;
  }

  private static boolean isRoot() {
    return System.getProperty("user.name", "").equals("root");
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static void unpack(InputStream archive, Path to) throws IOException {
    try (TarArchiveInputStream tar =
        new TarArchiveInputStream(new XZCompressorInputStream(archive))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        Path path = to.resolve(entry.getName()).normalize();
        if (entry.isDirectory()) {
          Files.createDirectories(path);
        } else if (entry.isSymbolicLink()) {
          Files.createDirectories(path.getParent());
          Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
        } else {
          Files.createDirectories(path.getParent());
          Files.copy(tar, path);
          Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
      }
    }
  }

  /** A new, empty database, as a URL for a coordinator. */
  public String newDatabase() throws SQLException {
    String name = "seedfall" + databases.incrementAndGet();
    try (Connection connection = DriverManager.getConnection(url("postgres"), USER, PASSWORD);
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + name);
    }
    return url(name);
  }

  private String url(String database) {
    return "jdbc:postgresql://127.0.0.1:%d/%s?user=%s".formatted(port, database, USER);
  }

  /** The password of the user that those URLs name. */
  public String password() {
    return PASSWORD;
  }

  /** Ends it as an operator would who is in a hurry, and removes all of it. */
  @Override
  public void close() throws IOException {
    process.destroyForcibly();
    process.onExit().join();
    try (Stream<Path> files = Files.walk(home)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  @Override
  public String toString() {
    return binaries + " on port " + port;
  }
}
