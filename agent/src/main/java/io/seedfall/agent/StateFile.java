package io.seedfall.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Keeps the agent's state in {@code STATE/agent.json}. A write is durable when it returns, and a
 * reader sees the old state or the new one.
 */
final class StateFile {
  /** The most bytes of the file. */
  static final int BYTES_MAX = 64 << 20;

  private static final String NAME = "agent.json";
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private final Path directory;

  StateFile(Path directory) {
    this.directory = directory;
  }

  /** The state that was written last, or null when there is none yet. */
  @Nullable AgentState read() throws IOException {
    Path path = directory.resolve(NAME);
    byte[] bytes;
    try {
      if (Files.size(path) > BYTES_MAX) {
        throw new IOException(path + " is larger than " + BYTES_MAX + " bytes: not a state file");
      }
      bytes = Files.readAllBytes(path);
    } catch (NoSuchFileException none) {
      return null;
    }
    try {
      AgentState state = JSON.treeToValue(completed(JSON.readTree(bytes)), AgentState.class);
      if (state.format() != AgentState.FORMAT) {
        throw new IOException(
            path + " has format " + state.format() + " (expected: " + AgentState.FORMAT + ")");
      }
      return state;
    } catch (JacksonException | NullPointerException e) {
      throw new IOException(path + " is damaged: remove it, and the agent starts afresh", e);
    }
  }

  /**
   * What states did not have that were written before there was staging, named roots, or caps of
   * uplinks.
   */
  private static JsonNode completed(JsonNode tree) {
    if (tree instanceof ObjectNode object) {
      for (String later : List.of("staged", "roots")) {
        if (!object.has(later)) {
          object.putObject(later);
        }
      }
      if (!object.has("caps")) {
        ObjectNode caps = object.putObject("caps");
        caps.put("bytesPerSecond", object.path("capBytesPerSecond").asLong(0));
        for (String border : List.of("zone", "rack")) {
          caps.putObject(border).put("sendBytesPerSecond", 0L).put("receiveBytesPerSecond", 0L);
        }
        object.remove("capBytesPerSecond");
      }
    }
    return tree;
  }

  /** Replaces the state. */
  void write(AgentState state) throws IOException {
    DurableFile.replace(
        directory, NAME, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(state));
  }
}
