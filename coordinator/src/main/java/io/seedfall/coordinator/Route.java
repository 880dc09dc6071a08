package io.seedfall.coordinator;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;

/**
 * One thing that users may ask.
 *
 * @param method GET, POST or PUT
 * @param path with {@code {names}}
 * @param what it does, one sentence for docs/api.md
 * @param takes the request's body, in words or by record name
 * @param gives the answer's body likewise
 * @param bodyBytesMax the largest body it reads; 0 for none
 * @param access who may
 * @param action does it
 */
record Route(
    HandlerType method,
    String path,
    String what,
    String takes,
    String gives,
    int bodyBytesMax,
    Access access,
    Action action) {
  /** The same for others. */
  Route by(Access changed) {
    return new Route(method, path, what, takes, gives, bodyBytesMax, changed, action);
  }

  /** Answers a request whose body was read and measured. */
  @FunctionalInterface
  interface Action {
    void answer(Context context, byte[] body) throws Exception;
  }
}
