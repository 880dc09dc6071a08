package io.seedfall.coordinator;

import io.javalin.http.Context;
import io.seedfall.control.ControlJson;
import io.seedfall.control.Decoded;
import io.seedfall.control.Problem;
import java.io.IOException;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What every request and every answer of the REST interface has to pass. Any thread. */
final class Border {
  /** The header that says after how many seconds to try again. */
  static final String RETRY_AFTER = "Retry-After";

  private Border() {}

  /** Refuses what the route does not know, then reads what it takes and no byte more. */
  static byte[] body(Route route, Context context) {
    for (String name : context.queryParamMap().keySet()) {
      if (route.parameters().stream().noneMatch(parameter -> isQuery(parameter, name))) {
        throw RequestRefused.malformed(
            "the query has '" + name.replaceAll("[^A-Za-z0-9_.-]", "?") + "', which is not known");
      }
    }
    int max = route.takes().bytesMax();
    if (context.req().getContentLengthLong() <= max) {
      try {
        byte[] body = context.bodyInputStream().readNBytes(max + 1);
        if (body.length <= max) {
          checkType(route.takes(), context.contentType(), body);
          return body;
        }
      } catch (IOException _) {
        throw RequestRefused.malformed("the body ended early");
      }
    }
    throw new RequestRefused(
        413,
        Problem.TOO_LARGE,
        max == 0
            ? "a body where none belongs"
            : "the body is too large (expected: at most " + max + " bytes)");
  }

  private static boolean isQuery(Parameter parameter, String name) {
    return parameter.place() == Parameter.Place.QUERY && parameter.name().equals(name);
  }

  /** Who names no type is believed to send the right one. */
  private static void checkType(Payload takes, @Nullable String contentType, byte[] body) {
    if (contentType == null || body.length == 0) {
      return;
    }
    String type = contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    if (!type.equals(takes.contentType()) && !takes.otherContentTypes().contains(type)) {
      throw new RequestRefused(
          415,
          Problem.WRONG_CONTENT_TYPE,
          "the body is of another type than the route takes",
          "send it with Content-Type: " + takes.contentType());
    }
  }

  static <T> T read(byte[] body, Class<T> type) {
    return switch (ControlJson.decode(body, type)) {
      case Decoded.Value<T>(T value) -> value;
      case Decoded.UnknownType<T>(String unknown) -> throw RequestRefused.malformed(unknown);
      case Decoded.Malformed<T>(String why) -> throw RequestRefused.malformed(why);
    };
  }

  /** What a border check refuses is the user's mistake. */
  static <T> T checked(Supplier<T> check) {
    try {
      return check.get();
    } catch (IllegalArgumentException e) {
      throw RequestRefused.malformed(String.valueOf(e.getMessage()));
    }
  }

  static void answer(Context context, int status, Object value) {
    context.status(status).contentType("application/json").result(ControlJson.encode(value));
  }

  /** Says why not. */
  static void refuse(Context context, Problem problem) {
    boolean passes = problem.status() == 429 || problem.status() == 503;
    if (passes && context.res().getHeader(RETRY_AFTER) == null) {
      context.header(RETRY_AFTER, "1");
    }
    context
        .status(problem.status())
        .contentType(Problem.CONTENT_TYPE)
        .result(ControlJson.encode(problem));
  }
}
