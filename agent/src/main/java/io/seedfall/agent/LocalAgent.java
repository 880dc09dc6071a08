package io.seedfall.agent;

import io.seedfall.node.HashProgress;
import io.seedfall.protocol.InfoHash;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A local user's side of the agent's socket: hands a file or a tree to the agent on this machine.
 */
public final class LocalAgent {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private LocalAgent() {}

  /**
   * What the agent keeps and seeds now; its metainfo is with the coordinator.
   *
   * @param infoHash of the content
   * @param sizeBytes bytes of all files
   */
  public record Seeded(InfoHash infoHash, long sizeBytes) {}

  /**
   * Hands content to the agent and returns when it is hashed, kept and seeded.
   *
   * @param stateDirectory the agent's
   * @param content the file or directory
   * @param name the torrent's name; under one name the agent keeps the newest few
   * @param pieceBytes piece size, 0 for the usual one
   * @param progress hears how far hashing is
   * @throws IOException when no agent of this user runs there, or it cannot take it; one line
   */
  public static Seeded seed(
      Path stateDirectory, Path content, String name, int pieceBytes, HashProgress progress)
      throws IOException {
    Path socket = stateDirectory.resolve(LocalSocket.NAME);
    if (!Files.exists(socket)) {
      throw new IOException("no agent runs with state directory " + stateDirectory);
    }
    try (SocketChannel agent = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      String request =
          JSON.createObjectNode()
              .put("seed", content.toAbsolutePath().normalize().toString())
              .put("name", name)
              .put("pieceBytes", pieceBytes)
              .toString();
      ByteBuffer bytes = ByteBuffer.wrap((request + "\n").getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        agent.write(bytes);
      }
      BufferedReader answers =
          new BufferedReader(Channels.newReader(agent, StandardCharsets.UTF_8));
      for (String line = answers.readLine(); line != null; line = answers.readLine()) {
        JsonNode answer = JSON.readTree(line);
        if (answer.has("error")) {
          throw new IOException(answer.path("error").asString(""));
        }
        if (answer.has("infoHash")) {
          return new Seeded(
              InfoHash.parse(answer.path("infoHash").asString("")),
              answer.path("sizeBytes").asLong(0));
        }
        progress.hashed(answer.path("hashedBytes").asLong(0), answer.path("totalBytes").asLong(0));
      }
      throw new IOException("the agent went away");
    } catch (JacksonException | IllegalArgumentException e) {
      throw new IOException("what answers at " + socket + " is no agent", e);
    }
  }
}
