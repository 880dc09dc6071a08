package io.seedfall.agent;

import io.seedfall.protocol.metainfo.Metainfo;
import io.seedfall.protocol.metainfo.MetainfoFile;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code STATE/agent.sock}, for the owner of the agent only: one request a connection, one line of
 * JSON.
 *
 * <pre>
 *   {"seed":"/abs/path","name":"model.bin","pieceBytes":0}
 *   {"hashedBytes":1048576,"totalBytes":5000000000}         any number of these
 *   {"infoHash":"...","sizeBytes":5000000000}               or {"error":"..."}
 * </pre>
 */
final class LocalSocket implements AutoCloseable {
  static final String NAME = "agent.sock";

  /** The most bytes of a request. */
  static final int REQUEST_BYTES_MAX = 16 << 10;

  /** Requests at once; further connections wait to be accepted. */
  static final int REQUESTS_MAX = 4;

  private static final int READ_SECONDS = 10;
  private static final long PROGRESS_NANOS = 200_000_000L;
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Logger LOG = LoggerFactory.getLogger(LocalSocket.class);

  private final Path path;
  private final ServerSocketChannel server;
  private final HandoverDesk desk;
  private final Semaphore room = new Semaphore(REQUESTS_MAX);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final ScheduledExecutorService deadlines =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("seedfall-local").factory());

  private LocalSocket(Path path, ServerSocketChannel server, HandoverDesk desk) {
    this.path = path;
    this.server = server;
    this.desk = desk;
  }

  /** Listens in the state directory, which is open to its owner only. */
  static LocalSocket open(Path stateDirectory, HandoverDesk desk) throws IOException {
    Path path = stateDirectory.resolve(NAME);
    Files.deleteIfExists(path); // ours: the state directory is locked
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      server.bind(UnixDomainSocketAddress.of(path));
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
    } catch (IOException | RuntimeException e) {
      server.close();
      throw new IOException(
          "cannot listen on " + path + " (its path may be too long): " + e.getMessage(), e);
    }
    LocalSocket socket = new LocalSocket(path, server, desk);
    socket.threads.execute(socket::acceptAll);
    return socket;
  }

  private void acceptAll() {
    try {
      while (true) {
        room.acquire();
        SocketChannel client = server.accept();
        threads.execute(() -> serve(client));
      }
    } catch (IOException | InterruptedException closing) {
      LOG.debug("no more local requests: {}", closing.toString());
    }
  }

  private void serve(SocketChannel client) {
    try (client) {
      String request = readLine(client);
      write(client, answer(client, request));
    } catch (ClosedByInterruptException closing) {
      LOG.debug("local request cut off");
    } catch (IOException e) {
      LOG.debug("local request: {}", e.toString());
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
    } finally {
      room.release();
    }
  }

  private String answer(SocketChannel client, String request) throws InterruptedException {
    try {
      JsonNode json = JSON.readTree(request);
      Path source = Path.of(json.path("seed").asString(""));
      String name = json.path("name").asString(String.valueOf(source.getFileName()));
      Metainfo metainfo =
          desk.take(source, name, json.path("pieceBytes").asInt(0), new Progress(client)::hashed);
      long bytes = metainfo.files().stream().mapToLong(MetainfoFile::length).sum();
      return JSON.createObjectNode()
          .put("infoHash", metainfo.infoHash().hex())
          .put("sizeBytes", bytes)
          .toString();
    } catch (JacksonException e) {
      return error("not a request: " + e.getOriginalMessage());
    } catch (IOException | IllegalArgumentException e) {
      return error(e.getMessage() == null ? e.toString() : e.getMessage());
    }
  }

  private static String error(String why) {
    return JSON.createObjectNode().put("error", why.lines().findFirst().orElse("")).toString();
  }

  private String readLine(SocketChannel client) throws IOException {
    ScheduledFuture<?> deadline =
        deadlines.schedule(() -> closeQuietly(client), READ_SECONDS, TimeUnit.SECONDS);
    try {
      var in = Channels.newInputStream(client);
      byte[] line = new byte[REQUEST_BYTES_MAX];
      int length = 0;
      for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
        if (length == REQUEST_BYTES_MAX) {
          throw new IOException("a request over " + REQUEST_BYTES_MAX + " bytes");
        }
        line[length++] = (byte) next;
      }
      return new String(line, 0, length, StandardCharsets.UTF_8);
    } finally {
      deadline.cancel(false);
    }
  }

  private void write(SocketChannel client, String line) throws IOException {
    ScheduledFuture<?> deadline =
        deadlines.schedule(() -> closeQuietly(client), READ_SECONDS, TimeUnit.SECONDS);
    try {
      ByteBuffer bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        client.write(bytes);
      }
    } finally {
      deadline.cancel(false);
    }
  }

  private static void closeQuietly(SocketChannel client) {
    try {
      client.close();
    } catch (IOException e) {
      LOG.debug("closing a local request: {}", e.toString());
    }
  }

  /** Tells the client how far hashing is, now and then. Called from several threads. */
  private final class Progress {
    private final SocketChannel client;
    private final AtomicLong nextNanos = new AtomicLong(System.nanoTime());

    Progress(SocketChannel client) {
      this.client = client;
    }

    void hashed(long bytesDone, long bytesTotal) {
      long due = nextNanos.get();
      long now = System.nanoTime();
      if (now - due < 0 || !nextNanos.compareAndSet(due, now + PROGRESS_NANOS)) {
        return;
      }
      try {
        String line =
            JSON.createObjectNode()
                .put("hashedBytes", bytesDone)
                .put("totalBytes", bytesTotal)
                .toString();
        write(client, line);
      } catch (IOException gone) {
        // The client went away; the handover goes on.
      }
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    threads.shutdownNow();
    deadlines.shutdownNow();
    threads.close();
    deadlines.close();
    Files.deleteIfExists(path);
  }
}
