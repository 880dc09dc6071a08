package io.seedfall.coordinator;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.seedfall.control.ControlApi;
import io.seedfall.control.Problem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * One thing that users may ask.
 *
 * @param method GET, POST or PUT
 * @param path with {@code {names}}
 * @param access who may ask it
 * @param what it does, one sentence for docs/api.md and the OpenAPI document
 * @param parameters what may be said besides; all else behind the {@code ?} is refused
 * @param takes the request's body
 * @param gives the answer's body
 * @param status of that answer
 * @param problems codes that it may be refused with, besides those that every route has
 * @param action does it
 */
record Route(
    HandlerType method,
    String path,
    Access access,
    String what,
    List<Parameter> parameters,
    Payload takes,
    Payload gives,
    int status,
    List<String> problems,
    Action action) {
  /** No body. */
  static final Payload NOTHING = new Payload.Nothing();

  /** A metainfo file. */
  static final Payload METAINFO =
      new Payload.File("application/x-bittorrent", ControlApi.METAINFO_BYTES_MAX);

  /** Answers a request whose body was read and measured. */
  @FunctionalInterface
  interface Action {
    void answer(Context context, byte[] body) throws Exception;
  }

  static Route get(String path, String what, Payload gives, Action action) {
    return new Route(
        HandlerType.GET,
        path,
        Access.VIEWER,
        what,
        List.of(),
        NOTHING,
        gives,
        200,
        List.of(),
        action);
  }

  static Route post(
      String path, Access access, String what, Payload takes, Payload gives, Action action) {
    int status = gives instanceof Payload.Nothing ? 204 : 200;
    return new Route(
        HandlerType.POST, path, access, what, List.of(), takes, gives, status, List.of(), action);
  }

  static Route put(String path, Access access, String what, Payload takes, Action action) {
    return new Route(
        HandlerType.PUT, path, access, what, List.of(), takes, NOTHING, 204, List.of(), action);
  }

  /** The same with these. */
  Route with(Parameter... more) {
    return new Route(
        method, path, access, what, List.of(more), takes, gives, status, problems, action);
  }

  /** The same for others. */
  Route by(Access changed) {
    return new Route(
        method, path, changed, what, parameters, takes, gives, status, problems, action);
  }

  /** The same that answers with 201. */
  Route made() {
    return new Route(method, path, access, what, parameters, takes, gives, 201, problems, action);
  }

  /** The same that may be refused with these. */
  Route orElse(String... codes) {
    return new Route(
        method, path, access, what, parameters, takes, gives, status, List.of(codes), action);
  }

  /** Whether only the coordinator that leads does it. */
  boolean isForLeader() {
    return !method.equals(HandlerType.GET) || gives instanceof Payload.Events;
  }

  /** Every code that it may be refused with. */
  List<String> allProblems() {
    List<String> codes = new ArrayList<>();
    codes.add(Problem.MALFORMED);
    codes.add(Problem.FOREIGN_HOST);
    if (access != Access.ANYBODY) {
      codes.addAll(List.of(Problem.UNAUTHENTICATED, Problem.FORBIDDEN));
    }
    if (access != Access.ANYBODY && access != Access.AGENT) {
      codes.add(Problem.FOREIGN_PAGE); // by a cookie, which agents have none of
    }
    codes.addAll(problems);
    codes.add(Problem.TOO_LARGE);
    if (!(takes instanceof Payload.Nothing)) {
      codes.add(Problem.WRONG_CONTENT_TYPE);
    }
    if (isForLeader()) {
      codes.addAll(List.of(Problem.NOT_LEADER, Problem.NO_LEADER));
    }
    codes.addAll(List.of(Problem.TOO_MANY_REQUESTS, Problem.BUSY, Problem.INTERNAL));
    return List.copyOf(codes);
  }

  /** The names in the path, in order. */
  List<String> pathNames() {
    return Arrays.stream(path.split("/", -1))
        .filter(part -> part.startsWith("{"))
        .map(part -> part.substring(1, part.length() - 1))
        .toList();
  }

  /** What programs may call it: {@code getDeploymentsHistory}. */
  String operation() {
    StringBuilder name = new StringBuilder(method.name().toLowerCase(Locale.ROOT));
    for (String part : path.replace(ControlApi.PREFIX, "").split("[/.]", -1)) {
      String word = part.startsWith("{") ? "by-" + part.substring(1, part.length() - 1) : part;
      for (String piece : word.split("-", -1)) {
        if (!piece.isEmpty()) {
          name.append(piece.substring(0, 1).toUpperCase(Locale.ROOT)).append(piece.substring(1));
        }
      }
    }
    return name.toString();
  }
}
