package io.seedfall.control;

import static java.util.Map.entry;

import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What is always said of a kind of problem.
 *
 * @param status that it comes with, unless the transport has a better one
 * @param title the kind in words
 * @param action what to do about it, unless there is more to say
 */
public record ProblemWords(int status, String title, String action) {
  private static final String RETRY = "try again in a few seconds";

  private static final ProblemWords OTHER =
      new ProblemWords(400, "The request was refused", "look up the code in docs/api.md");

  private static final Map<String, ProblemWords> ALL =
      Map.ofEntries(
          words(
              Problem.MALFORMED,
              400,
              "The request is malformed",
              "correct what the detail names; docs/api.md and /api/v1/openapi.json say what is taken"),
          words(Problem.TOO_LARGE, 413, "The body is too large", "send less"),
          words(
              Problem.WRONG_CONTENT_TYPE,
              415,
              "The body is of a type that is not taken",
              "name the type that the route takes in Content-Type"),
          words(Problem.TOO_MANY_REQUESTS, 429, "Too many requests", RETRY),
          words(
              Problem.NO_SUCH_ROUTE,
              404,
              "There is nothing of that path and method",
              "docs/api.md and /api/v1/openapi.json list what there is"),
          words(
              Problem.FOREIGN_HOST,
              403,
              "The request names another host",
              "ask by the address at which the coordinator listens"),
          words(
              Problem.FOREIGN_PAGE,
              403,
              "Another page asks in the user's name",
              "use the coordinator's own page; programs show a token instead of a cookie"),
          words(
              Problem.UNKNOWN_ARTIFACT,
              404,
              "There is no such artifact",
              "'seedfall artifacts' lists what there is"),
          words(
              Problem.NOT_SIGNED,
              404,
              "Nobody has signed that version",
              "'seedfall artifact sign NAME@VERSION --sign KEY' signs it"),
          words(
              Problem.UNKNOWN_ROOT,
              404,
              "There is no such root",
              "'seedfall root create' makes one (docs/signing.md)"),
          words(
              Problem.BAD_SIGNATURE,
              409,
              "What is signed is not believed",
              "sign what is stored there, with keys that the newest root names (docs/signing.md)"),
          words(
              Problem.UNKNOWN_DEPLOYMENT,
              404,
              "There is no such deployment",
              "'seedfall deployments' lists the latest"),
          words(
              Problem.UNKNOWN_AGENT,
              404,
              "There is no such machine",
              "'seedfall deployments ID' lists those of the deployment"),
          words(
              Problem.KEY_REUSED,
              409,
              "The Idempotency-Key belongs to another request",
              "choose a new key"),
          words(
              Problem.UNKNOWN_METAINFO,
              404,
              "There is no such metainfo",
              "'seedfall publish' stores it"),
          words(
              Problem.ARTIFACT_EXISTS,
              409,
              "The version has other content",
              "choose another version"),
          words(
              Problem.BAD_METAINFO,
              400,
              "The metainfo is not valid",
              "make it with 'seedfall torrent create'"),
          words(
              Problem.NO_MATCHING_AGENTS,
              409,
              "No machine matches the selector",
              "'seedfall agents' lists the machines and their labels"),
          words(
              Problem.NO_FULL_COPY,
              409,
              "Nobody who is connected holds all of the artifact",
              "publish it again"),
          words(
              Problem.NO_REACHABLE_COPY,
              409,
              "No full copy can be reached by all machines",
              "seed it with --listen ADDRESS:PORT"),
          words(
              Problem.NOT_STAGED,
              409,
              "There is nothing to activate yet",
              "wait until the deployment is STAGED"),
          words(Problem.NOTHING_TO_CHANGE, 409, "It is so already", "nothing needs to be done"),
          words(
              Problem.NO_VERSION_BEFORE,
              409,
              "There is no version to go back to",
              "deploy the version that you want"),
          words(
              Problem.ALREADY_FINISHED,
              409,
              "The deployment is over",
              "make another one with 'seedfall deploy'"),
          words(
              Problem.LIMIT_REACHED,
              409,
              "A limit of the coordinator is reached",
              "remove or end something first"),
          words(
              Problem.UNAUTHENTICATED,
              401,
              "It is not known who asks",
              "name a file with --credentials FILE (an admin makes one with 'seedfall user create')"),
          words(
              Problem.FORBIDDEN,
              403,
              "Whoever asks may not do that",
              "ask somebody with the role that docs/api.md names"),
          words(
              Problem.BAD_TOKEN,
              403,
              "The token to join is not good",
              "an admin makes another with 'seedfall token create'"),
          words(
              Problem.UNKNOWN_NAME,
              404,
              "Nobody of that name was let in",
              "'seedfall user list' and 'seedfall agents' list the names"),
          words(
              Problem.NO_IDENTITY,
              409,
              "The coordinator has no identity",
              "stop it, run 'seedfall coordinator init', and start it again"),
          words(
              Problem.NOT_LEADER,
              421,
              "Another coordinator leads",
              "ask the one that the header Location names"),
          words(Problem.NO_LEADER, 503, "No coordinator leads at this moment", RETRY),
          words(Problem.BUSY, 503, "The coordinator is busy", RETRY),
          words(Problem.INTERNAL, 500, "The coordinator failed", "look into the coordinator's log"),
          words(
              Problem.UNREACHABLE,
              503,
              "The coordinator cannot be reached",
              "start it, or name another"),
          words(
              Problem.UNEXPECTED_ANSWER,
              502,
              "What answers is no Seedfall coordinator",
              "name the coordinator's address"));

  /** Of a code; something general of one that this version does not know. */
  public static ProblemWords of(String code) {
    return ALL.getOrDefault(code, OTHER);
  }

  /** The codes that this version knows, in alphabetical order. */
  public static SortedSet<String> codes() {
    return new TreeSet<>(ALL.keySet());
  }

  private static Map.Entry<String, ProblemWords> words(
      String code, int status, String title, String action) {
    return entry(code, new ProblemWords(status, title, action));
  }
}
