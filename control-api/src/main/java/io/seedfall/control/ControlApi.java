package io.seedfall.control;

/** Paths and numbers that coordinator, agent and CLI agree on. */
public final class ControlApi {
  /** Version of the messages between agent and coordinator. */
  public static final int PROTOCOL_VERSION = 1;

  /** The most bytes of a metainfo file. */
  public static final int METAINFO_BYTES_MAX = 64 << 20;

  /** The most bytes of one message on the agents' WebSocket. */
  public static final int MESSAGE_BYTES_MAX = 1 << 20;

  /** The most bytes of a request's JSON body. */
  public static final int BODY_BYTES_MAX = 64 << 10;

  /** The most bytes of an answer that a client takes. */
  public static final int ANSWER_BYTES_MAX = METAINFO_BYTES_MAX;

  /** The most info-hashes in one Hello. */
  public static final int HOLDINGS_MAX = 10_000;

  /** The most destinations in one Hello. */
  public static final int INSTALLED_MAX = 1_000;

  /** The most machines that come with a deployment; all of them are had in pages. */
  public static final int MACHINES_SHOWN_MAX = 1_000;

  /** The most reports in one message: send them in batches. */
  public static final int REPORTS_MAX = 1_000;

  /** The most characters of a report's reason. */
  public static final int WHY_CHARS_MAX = 1_000;

  /**
   * Header of a request that makes a deployment: sent again with the same key, a {@link Names}
   * name, it is the same deployment.
   */
  public static final String IDEMPOTENCY_KEY = "Idempotency-Key";

  /** What every path begins with. */
  public static final String PREFIX = "/api/v1";

  /** {@code GET}: numbers for Prometheus. Not below {@link #PREFIX}: it is where that looks. */
  public static final String METRICS = "/metrics";

  /** {@code GET}: {@link StatusView}. */
  public static final String STATUS = "/api/v1/status";

  /** {@code GET}: {@link Page} of {@link AgentView}. */
  public static final String AGENTS = "/api/v1/agents";

  /**
   * {@code GET}: {@link Page} of {@link ArtifactView}; {@code POST} {@link ArtifactRequest}; {@code
   * GET} and {@code POST} {@code /{name}/{version}/signed}: {@link SignedDocument}.
   */
  public static final String ARTIFACTS = "/api/v1/artifacts";

  /** {@code PUT} and {@code GET} {@code /{infoHash}}: the bytes of a metainfo file. */
  public static final String METAINFO = "/api/v1/metainfo";

  /**
   * {@code GET}: {@link Page} of {@link DeploymentView}; {@code POST} {@link DeploymentRequest};
   * {@code GET} {@code /{id}}, {@code /{id}/history}, {@code /{id}/machines}, {@code
   * /{id}/machines/{agent}}; {@code POST} {@code /{id}/cancel}, {@code activate}, {@code pause},
   * {@code resume}, {@code pace}, {@code rollback}.
   */
  public static final String DEPLOYMENTS = "/api/v1/deployments";

  /** {@code GET}: {@link InstalledView}. */
  public static final String INSTALLED = "/api/v1/installed";

  /**
   * {@code GET}: Server-Sent Events of the fleet: {@link FleetChange}; {@link #DEPLOYMENTS} {@code
   * /{id}/events} are those of a deployment: {@link DeploymentChange}.
   */
  public static final String EVENTS = "/api/v1/events";

  /** Header of a request for events: go on behind the event with this id. */
  public static final String LAST_EVENT_ID = "Last-Event-ID";

  /** {@code POST} {@code /halt} and {@code /resume}: all transfers of the fleet. */
  public static final String FLEET = "/api/v1/fleet";

  /**
   * {@code GET}: the newest root as {@link SignedDocument}; {@code GET} {@code /{version}}: one of
   * them; {@code POST} {@link SignedDocument}: the next.
   */
  public static final String ROOTS = "/api/v1/roots";

  /** {@code GET}: all of this as an OpenAPI 3.1 document. */
  public static final String OPENAPI = "/api/v1/openapi.json";

  /**
   * {@code GET}: {@link Page} of {@link CapView}; {@code POST} {@link CapRequest} gives them, too.
   */
  public static final String CAPS = "/api/v1/caps";

  /** {@code POST} {@link JoinRequest}: {@link CertificateView}, for whoever has a token. */
  public static final String JOIN = "/api/v1/join";

  /** {@code POST} {@link RenewRequest}: {@link CertificateView}, for agents. */
  public static final String CERTIFICATE = "/api/v1/certificate";

  /** {@code POST} {@link RenewRequest}: {@link CertificateView}, for users who seed. */
  public static final String PUBLISHER_CERTIFICATE = "/api/v1/publisher-certificate";

  /** {@code POST} {@link PassRequest}: {@link PassesView}. */
  public static final String PASSES = "/api/v1/passes";

  /** The most passes that are asked for at once. */
  public static final int PASSES_MAX = 64;

  /** {@code POST} {@link TokenRequest}: {@link TokenView}. */
  public static final String TOKENS = "/api/v1/tokens";

  /**
   * {@code GET}: {@link Page} of {@link UserView}; {@code POST} {@link UserRequest}: {@link
   * NewUserView}; {@code POST} {@code /{name}/revoke}.
   */
  public static final String USERS = "/api/v1/users";

  /** {@code GET} {@code ?behind=SERIAL}: {@link Page} of {@link AuditView}. */
  public static final String AUDIT = "/api/v1/audit";

  /** {@code GET} {@code ?head=SERIAL:CHAIN}: {@link AuditCheckView}. */
  public static final String AUDIT_CHECK = "/api/v1/audit/check";

  /** {@code POST} {@link LoginRequest}: {@link WhoView}, and a cookie for the page. */
  public static final String LOGIN = "/api/v1/login";

  /** {@code POST}: ends what the cookie is for, and takes it back. */
  public static final String LOGOUT = "/api/v1/logout";

  /** {@code GET}: {@link WhoView}. */
  public static final String WHOAMI = "/api/v1/whoami";

  /** Header with which the coordinator's page says that it asks, which no form can send. */
  public static final String FROM_PAGE = "Seedfall-Page";

  /** How the names of publishers' sessions begin, with the user's name behind it. */
  public static final String PUBLISHER_PREFIX = "publisher-";

  /** WebSocket: {@link AgentMessage} one way, {@link CoordinatorMessage} the other. */
  public static final String SESSION = "/api/v1/session";

  private ControlApi() {}
}
