package io.seedfall.control;

/**
 * Why a request was refused, as RFC 9457 has it: the body of every answer from 400 on, of type
 * {@value #CONTENT_TYPE}.
 *
 * @param type a name for the kind of problem: {@code urn:seedfall:problem:CODE}
 * @param title the kind in words, always the same
 * @param status of the answer
 * @param detail what went wrong this time, one line
 * @param action what to do next, one line
 * @param code stable, for programs: one of the constants here
 */
public record Problem(
    @AbsentAs("\"about:blank\"") String type,
    @AbsentAs("\"\"") String title,
    @AbsentAs("0") int status,
    @AbsentAs("\"\"") String detail,
    @AbsentAs("\"\"") String action,
    String code) {
  /** What {@link #type} begins with. */
  public static final String TYPE_PREFIX = "urn:seedfall:problem:";

  /** What bodies with a problem are. */
  public static final String CONTENT_TYPE = "application/problem+json";

  /** The request is not what the route takes: bad JSON, a wrong type, a bad name. */
  public static final String MALFORMED = "malformed";

  /** The body is larger than the route takes. */
  public static final String TOO_LARGE = "too_large";

  /** The body is not of the type that the route takes. */
  public static final String WRONG_CONTENT_TYPE = "wrong_content_type";

  /**
   * Whoever asks has asked too often, or too many ask at once: the header Retry-After says when.
   */
  public static final String TOO_MANY_REQUESTS = "too_many_requests";

  /** No such route, or not with that method. */
  public static final String NO_SUCH_ROUTE = "no_such_route";

  /** The Host header names neither this machine nor its loopback. */
  public static final String FOREIGN_HOST = "foreign_host";

  /** A cookie came with a request that the coordinator's own page has not made. */
  public static final String FOREIGN_PAGE = "foreign_page";

  /** No artifact of that name, or not in that version. */
  public static final String UNKNOWN_ARTIFACT = "unknown_artifact";

  /** No deployment of that id. */
  public static final String UNKNOWN_DEPLOYMENT = "unknown_deployment";

  /** The deployment has no machine of that name. */
  public static final String UNKNOWN_AGENT = "unknown_agent";

  /** The Idempotency-Key came with another request before. */
  public static final String KEY_REUSED = "key_reused";

  /** No metainfo of that info-hash was stored. */
  public static final String UNKNOWN_METAINFO = "unknown_metainfo";

  /** That name and version is taken by other content. */
  public static final String ARTIFACT_EXISTS = "artifact_exists";

  /** Nobody has signed that version of the artifact. */
  public static final String NOT_SIGNED = "not_signed";

  /** No root, or none of that version, is stored. */
  public static final String UNKNOWN_ROOT = "unknown_root";

  /** What is signed is not to be believed, or of something else, or older than what is stored. */
  public static final String BAD_SIGNATURE = "bad_signature";

  /** The bytes are no valid metainfo, or not of the info-hash in the URL. */
  public static final String BAD_METAINFO = "bad_metainfo";

  /** The selector matches no agent that is connected or was seen lately. */
  public static final String NO_MATCHING_AGENTS = "no_matching_agents";

  /** No connected machine or publisher holds all of the artifact. */
  public static final String NO_FULL_COPY = "no_full_copy";

  /** All full copies are on loopback, where some of the machines cannot fetch them. */
  public static final String NO_REACHABLE_COPY = "no_reachable_copy";

  /** Too few machines have every byte to activate it, or it was never to be staged. */
  public static final String NOT_STAGED = "not_staged";

  /** It is so already. */
  public static final String NOTHING_TO_CHANGE = "nothing_to_change";

  /** Nothing was in place before. */
  public static final String NO_VERSION_BEFORE = "no_version_before";

  /** The deployment is already over. */
  public static final String ALREADY_FINISHED = "already_finished";

  /** A limit of the coordinator is reached. */
  public static final String LIMIT_REACHED = "limit_reached";

  /** Whoever asked did not show who it is, or with something that is not valid any more. */
  public static final String UNAUTHENTICATED = "unauthenticated";

  /** Whoever asked may not do that. */
  public static final String FORBIDDEN = "forbidden";

  /** The token to join is none, was used, or has expired. */
  public static final String BAD_TOKEN = "bad_token";

  /** No user, no member, or no longer one, of that name. */
  public static final String UNKNOWN_NAME = "unknown_name";

  /** The coordinator has no identity: nobody was ever told apart. */
  public static final String NO_IDENTITY = "no_identity";

  /** Another coordinator leads: the header Location says where to ask. */
  public static final String NOT_LEADER = "not_leader";

  /** No coordinator leads at this moment; soon one will: try again. */
  public static final String NO_LEADER = "no_leader";

  /** The coordinator did not get to it in time; try again. */
  public static final String BUSY = "busy";

  /** The coordinator failed; its log says how. */
  public static final String INTERNAL = "internal";

  /** Said by the client, never by a coordinator: nobody answers there. */
  public static final String UNREACHABLE = "unreachable";

  /** Said by the client: something answers there that is no Seedfall coordinator. */
  public static final String UNEXPECTED_ANSWER = "unexpected_answer";

  /** With what is always to be done about it. */
  public static Problem of(int status, String code, String detail) {
    return of(status, code, detail, ProblemWords.of(code).action());
  }

  /** With what is to be done about it this time. */
  public static Problem of(int status, String code, String detail, String action) {
    return new Problem(
        TYPE_PREFIX + code, ProblemWords.of(code).title(), status, detail, action, code);
  }

  /** One line for people: what went wrong and what to do, unless that is plain. */
  public String line() {
    boolean plain = action.isEmpty() || code.equals(MALFORMED) || code.equals(NOTHING_TO_CHANGE);
    return detail + (plain ? "" : ": " + action);
  }
}
