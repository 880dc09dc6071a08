package io.seedfall.benchmarks;

import io.seedfall.cli.CommandFailure;
import io.seedfall.cli.ExitCode;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads what {@code seedfall deploy --json} prints while it runs. */
final class DeployLines {
  private static final long LOOK_EVERY_MILLIS = 20;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private DeployLines() {}

  /**
   * How it ended, in the coordinator's time.
   *
   * @param createdMillis when it was asked for
   * @param finishedMillis when the last machine had it
   */
  record End(long createdMillis, long finishedMillis) {}

  /** Waits until all machines together have so many bytes of it. */
  static void awaitBytes(Started deploy, long bytes, Duration limit) {
    await(
        deploy,
        limit,
        printed -> {
          JsonNode progress = last(printed, "progress");
          return progress != null && progress.at("/bytesDone").asLong() >= bytes ? progress : null;
        });
  }

  /** Waits for its end; anything but success is a failure. */
  static End awaitEnd(Started deploy, Duration limit) {
    JsonNode result = await(deploy, limit, printed -> last(printed, "result"));
    deploy.awaitSuccess();
    return new End(
        result.at("/deployment/createdMillis").asLong(),
        result.at("/deployment/finishedMillis").asLong());
  }

  private static JsonNode await(
      Started deploy, Duration limit, Function<String, @Nullable JsonNode> found) {
    long deadlineNanos = System.nanoTime() + limit.toNanos();
    while (true) {
      JsonNode node = found.apply(deploy.printed());
      if (node != null) {
        return node;
      }
      String failure = deploy.failure();
      if (failure != null || System.nanoTime() > deadlineNanos) {
        throw new CommandFailure(
            ExitCode.FAILED,
            failure == null ? "not done after " + limit.toSeconds() + " s" : failure);
      }
      Commands.pause(LOOK_EVERY_MILLIS);
    }
  }

  /** The last whole line that is such an event; others are warnings of the JVM, perhaps. */
  static @Nullable JsonNode last(String printed, String event) {
    String[] lines = printed.substring(0, printed.lastIndexOf('\n') + 1).split("\n", -1);
    for (int i = lines.length - 1; i >= 0; i--) {
      if (lines[i].startsWith("{")) {
        try {
          JsonNode node = JSON.readTree(lines[i]);
          if (node.at("/event").asString("").equals(event)) {
            return node;
          }
        } catch (JacksonException _) {
          // a line of somebody else
        }
      }
    }
    return null;
  }
}
