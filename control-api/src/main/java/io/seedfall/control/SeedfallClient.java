package io.seedfall.control;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * The coordinator's REST interface for programs: every route has its method here, docs/api.md has
 * the routes.
 *
 * <pre>{@code
 * try (SeedfallClient client = new SeedfallClient(URI.create("http://127.0.0.1:7070"))) {
 *   DeploymentView made = client.deploy(new DeploymentRequest("model", "role=search", "model.bin"));
 *   try (EventStream<DeploymentChange> events = client.events(made.id(), "")) {
 *     while (!(events.next(Duration.ofMinutes(1)) instanceof Heard.Changed(DeploymentChange now)
 *         && now.deployment().phase().isFinal())) {
 *       // a real program looks at Heard.Ended, too: it asks for the summary, and listens anew
 *     }
 *   }
 * }
 * }</pre>
 *
 * <p>Every call waits at most its time limit and either gives what it promises or throws {@link
 * ControlException} with a stable code and one line for people. Of several coordinators it asks one
 * after the other, as long as none can have heard what must not be done twice, and the leader where
 * one names it; while none leads it waits a little. Thread-safe.
 */
public final class SeedfallClient implements AutoCloseable {
  /** The most items of a list that is put together from pages. */
  public static final int ITEMS_MAX = 100_000;

  /** So many deployments are listed unless another number is asked for: the latest. */
  public static final int DEPLOYMENTS_USUAL = 100;

  private final Coordinators coordinators;

  /**
   * Talks to the coordinators there. Connects to nobody yet.
   *
   * @throws IllegalArgumentException when that is no http or https address
   */
  public SeedfallClient(CoordinatorAddresses coordinators) {
    this(coordinators, Coordinators.ANSWER_TIMEOUT);
  }

  /**
   * The same for one that shows who it is.
   *
   * @throws IllegalArgumentException in words, when addresses and identity do not fit
   */
  public SeedfallClient(CoordinatorAddresses coordinators, ClientIdentity identity) {
    this(coordinators, Coordinators.ANSWER_TIMEOUT, Coordinators.LEADER_WAIT, identity);
  }

  /** Talks to the only coordinator, at {@code coordinator}, {@code http://ADDRESS:PORT}. */
  public SeedfallClient(URI coordinator) {
    this(CoordinatorAddresses.of(coordinator), Coordinators.ANSWER_TIMEOUT);
  }

  /** The same with its own limit on how long one call may take at one coordinator. */
  public SeedfallClient(CoordinatorAddresses coordinators, Duration answerTimeout) {
    this(coordinators, answerTimeout, Coordinators.LEADER_WAIT);
  }

  SeedfallClient(CoordinatorAddresses coordinators, Duration answerTimeout, Duration leaderWait) {
    this(coordinators, answerTimeout, leaderWait, ClientIdentity.NONE);
  }

  private SeedfallClient(
      CoordinatorAddresses coordinators,
      Duration answerTimeout,
      Duration leaderWait,
      ClientIdentity identity) {
    this.coordinators = new Coordinators(coordinators, answerTimeout, leaderWait, identity);
  }

  /** Where it talks to at this moment. */
  public URI coordinator() {
    return coordinators.current();
  }

  /** All routes as an OpenAPI 3.1 document, JSON in UTF-8. */
  public byte[] openApi() throws ControlException {
    return coordinators.get(ControlApi.OPENAPI);
  }

  /** The coordinator in one look. */
  public StatusView status() throws ControlException {
    return value(coordinators.get(ControlApi.STATUS), StatusView.class);
  }

  /** All known machines and connected publishers, by name; at most {@link #ITEMS_MAX}. */
  public List<AgentView> agents() throws ControlException {
    return all(ControlApi.AGENTS, AgentView.class, ITEMS_MAX);
  }

  /** A page of them; {@code after} is empty for the first, or what the page before had as next. */
  public Page<AgentView> agents(String after, int limit) throws ControlException {
    return page(ControlApi.AGENTS, AgentView.class, after, limit);
  }

  /** All artifacts, newest first; at most {@link #ITEMS_MAX}. */
  public List<ArtifactView> artifacts() throws ControlException {
    return all(ControlApi.ARTIFACTS, ArtifactView.class, ITEMS_MAX);
  }

  /** A page of them; {@code after} is empty for the first, or what the page before had as next. */
  public Page<ArtifactView> artifacts(String after, int limit) throws ControlException {
    return page(ControlApi.ARTIFACTS, ArtifactView.class, after, limit);
  }

  /**
   * Gives a name to content whose metainfo was stored before. Registering the same again gives the
   * same answer.
   */
  public ArtifactView registerArtifact(ArtifactRequest artifact) throws ControlException {
    return value(
        coordinators.post(ControlApi.ARTIFACTS, ControlJson.encode(artifact)), ArtifactView.class);
  }

  /** Stores a metainfo file; storing it again changes nothing. */
  public void putMetainfo(String infoHash, byte[] torrent) throws ControlException {
    checkInfoHash(infoHash);
    coordinators.put(ControlApi.METAINFO + "/" + infoHash, torrent, "application/x-bittorrent");
  }

  /** The bytes of a metainfo file. They are as trustworthy as the coordinator: check the hash. */
  public byte[] metainfo(String infoHash) throws ControlException {
    checkInfoHash(infoHash);
    return coordinators.get(ControlApi.METAINFO + "/" + infoHash);
  }

  /**
   * What publishers signed of a version of an artifact; refused with NOT_SIGNED when nobody did.
   */
  public byte[] signed(ArtifactReference artifact) throws ControlException {
    return document(coordinators.get(signedPath(artifact)));
  }

  /** Adds signatures to those that are stored, or a newer document; gives what is stored then. */
  public byte[] addSigned(ArtifactReference artifact, byte[] document) throws ControlException {
    return document(
        coordinators.post(signedPath(artifact), ControlJson.encode(SignedDocument.of(document))));
  }

  private static String signedPath(ArtifactReference artifact) {
    if (artifact.newest()) {
      throw new IllegalArgumentException("artifact: " + artifact + " (expected: NAME@VERSION)");
    }
    return "%s/%s/%s/signed".formatted(ControlApi.ARTIFACTS, artifact.name(), artifact.version());
  }

  /** The newest root; refused with UNKNOWN_ROOT when there is none. */
  public byte[] newestRoot() throws ControlException {
    return document(coordinators.get(ControlApi.ROOTS));
  }

  /** The root of that version; refused with UNKNOWN_ROOT when there is none. */
  public byte[] root(long version) throws ControlException {
    return document(coordinators.get(ControlApi.ROOTS + "/" + version));
  }

  /** Stores the next root. */
  public void addRoot(byte[] document) throws ControlException {
    coordinators.post(ControlApi.ROOTS, ControlJson.encode(SignedDocument.of(document)));
  }

  /** The bytes are as trustworthy as the coordinator. */
  private byte[] document(byte[] json) throws ControlException {
    SignedDocument document = value(json, SignedDocument.class);
    try {
      return document.bytes();
    } catch (IllegalArgumentException e) {
      throw coordinators.unexpected(String.valueOf(e.getMessage()));
    }
  }

  /**
   * Makes machines have an artifact; answers as soon as it is stored, long before it is done. Asked
   * again after a broken connection it makes no second one.
   */
  public DeploymentView deploy(DeploymentRequest deployment) throws ControlException {
    return made(ControlApi.DEPLOYMENTS, ControlJson.encode(deployment));
  }

  /** The latest {@link #DEPLOYMENTS_USUAL} deployments, newest first, without their machines. */
  public List<DeploymentView> deployments() throws ControlException {
    return deployments(DEPLOYMENTS_USUAL);
  }

  /** The latest deployments, newest first, without their machines; at most so many. */
  public List<DeploymentView> deployments(int most) throws ControlException {
    return all(ControlApi.DEPLOYMENTS, DeploymentView.class, most);
  }

  /** A page of them; {@code after} is empty for the first, or what the page before had as next. */
  public Page<DeploymentView> deployments(String after, int limit) throws ControlException {
    return page(ControlApi.DEPLOYMENTS, DeploymentView.class, after, limit);
  }

  /** One deployment with all its machines; at most {@link #ITEMS_MAX}. */
  public DeploymentView deployment(String id) throws ControlException {
    DeploymentView view = value(coordinators.get(deploymentPath(id)), DeploymentView.class);
    return view.machines().size() == view.machineCount() ? view : view.with(machines(id));
  }

  /** One deployment without its machines, which costs little however many they are. */
  public DeploymentView summary(String id) throws ControlException {
    return value(coordinators.get(deploymentPath(id) + "?machines=0"), DeploymentView.class);
  }

  /** All machines of a deployment, by name; at most {@link #ITEMS_MAX}. */
  public List<MachineView> machines(String id) throws ControlException {
    return all(deploymentPath(id) + "/machines", MachineView.class, ITEMS_MAX);
  }

  /** A page of them; {@code after} is empty for the first, or what the page before had as next. */
  public Page<MachineView> machines(String id, String after, int limit) throws ControlException {
    return page(deploymentPath(id) + "/machines", MachineView.class, after, limit);
  }

  /**
   * Every change of a phase with its reason, in order, at most {@link #ITEMS_MAX}; of one machine
   * unless {@code agent} is empty.
   */
  public List<HistoryView> history(String id, String agent) throws ControlException {
    return all(historyPath(id, agent), HistoryView.class, ITEMS_MAX);
  }

  /** A page of them; {@code after} is empty for the first, or what the page before had as next. */
  public Page<HistoryView> history(String id, String agent, String after, int limit)
      throws ControlException {
    return page(historyPath(id, agent), HistoryView.class, after, limit);
  }

  private static String historyPath(String id, String agent) throws ControlException {
    if (!agent.isEmpty() && !Names.isName(agent)) {
      throw new ControlException(Problem.UNKNOWN_AGENT, "no agent has the name " + agent);
    }
    return deploymentPath(id) + "/history" + (agent.isEmpty() ? "" : "?agent=" + agent);
  }

  /**
   * Listens to what happens to a deployment: first how it is now, then what changes.
   *
   * @param lastId of the stream before, to go on behind it; empty to begin anew
   * @throws ControlException also when the coordinator that leads is not to be found at once: then
   *     ask for the {@link #summary} meanwhile, and try again
   */
  public EventStream<DeploymentChange> events(String id, String lastId) throws ControlException {
    return coordinators.listen(deploymentPath(id) + "/events", lastId, DeploymentChange.class);
  }

  /** Listens to what happens to all deployments and agents; the same as of a deployment. */
  public EventStream<FleetChange> fleetEvents(String lastId) throws ControlException {
    return coordinators.listen(ControlApi.EVENTS, lastId, FleetChange.class);
  }

  /** One machine of one deployment: where its time went, and who fed it. */
  public MachineDetailView machine(String id, String agent) throws ControlException {
    if (!Names.isName(agent)) {
      throw new ControlException(Problem.UNKNOWN_AGENT, "no agent has the name " + agent);
    }
    return value(
        coordinators.get(deploymentPath(id) + "/machines/" + agent), MachineDetailView.class);
  }

  /** Stops a running deployment. What is installed stays. */
  public DeploymentView cancel(String id) throws ControlException {
    return change(id, "/cancel");
  }

  /** Puts in place what a deployment has staged. */
  public DeploymentView activate(String id) throws ControlException {
    return change(id, "/activate");
  }

  /** Lets a deployment stand still. */
  public DeploymentView pause(String id) throws ControlException {
    return change(id, "/pause");
  }

  /** Lets it go on. */
  public DeploymentView resume(String id) throws ControlException {
    return change(id, "/resume");
  }

  /** Lets its bytes move at another pace. */
  public DeploymentView pace(String id, PaceRequest pace) throws ControlException {
    return value(
        coordinators.post(deploymentPath(id) + "/pace", ControlJson.encode(pace)),
        DeploymentView.class);
  }

  /** Brings back the version before, or another; gives the deployment that does. */
  public DeploymentView rollBack(String id, RollbackRequest rollback) throws ControlException {
    return made(deploymentPath(id) + "/rollback", ControlJson.encode(rollback));
  }

  /** Asks for an agent's first certificate. */
  public CertificateView join(JoinRequest request) throws ControlException {
    return value(
        coordinators.post(ControlApi.JOIN, ControlJson.encode(request)), CertificateView.class);
  }

  /** Asks for an agent's next certificate. */
  public CertificateView renew(RenewRequest request) throws ControlException {
    return value(
        coordinators.post(ControlApi.CERTIFICATE, ControlJson.encode(request)),
        CertificateView.class);
  }

  /** Asks for a certificate with which a user can seed what he publishes. */
  public CertificateView publisherCertificate(RenewRequest request) throws ControlException {
    return value(
        coordinators.post(ControlApi.PUBLISHER_CERTIFICATE, ControlJson.encode(request)),
        CertificateView.class);
  }

  /** Asks for what peers have to be shown. */
  public PassesView passes(PassRequest request) throws ControlException {
    return value(
        coordinators.post(ControlApi.PASSES, ControlJson.encode(request)), PassesView.class);
  }

  /** Makes a token with which one machine can join. */
  public TokenView createToken(TokenRequest request) throws ControlException {
    return value(
        coordinators.post(ControlApi.TOKENS, ControlJson.encode(request)), TokenView.class);
  }

  /** Ends the membership of a machine's agent, and its session with it. */
  public void revokeAgent(String name) throws ControlException {
    revoke(ControlApi.AGENTS, name);
  }

  /** Who this client is for its coordinator, and what he may. */
  public WhoView whoami() throws ControlException {
    return value(coordinators.get(ControlApi.WHOAMI), WhoView.class);
  }

  /** Makes a user, or a new token for one. */
  public NewUserView createUser(UserRequest request) throws ControlException {
    return value(
        coordinators.post(ControlApi.USERS, ControlJson.encode(request)), NewUserView.class);
  }

  /** All users, by name; at most {@link #ITEMS_MAX}. */
  public List<UserView> users() throws ControlException {
    return all(ControlApi.USERS, UserView.class, ITEMS_MAX);
  }

  /** Ends what a user may do. */
  public void revokeUser(String name) throws ControlException {
    revoke(ControlApi.USERS, name);
  }

  private void revoke(String path, String name) throws ControlException {
    if (!Names.isName(name)) {
      throw new ControlException(Problem.UNKNOWN_NAME, "nobody has the name " + name);
    }
    coordinators.post(path + "/" + name + "/revoke", new byte[0]);
  }

  /** The lines of the audit log behind that one, in order, a page of them. */
  public List<AuditView> audit(long after) throws ControlException {
    return page(ControlApi.AUDIT + "?behind=" + after, AuditView.class, "", Page.LIMIT_MAX).items();
  }

  /** Checks the audit log; {@code head} is that of an earlier check, or empty. */
  public AuditCheckView checkAudit(String head) throws ControlException {
    if (!head.matches("([0-9]{1,18}:[0-9a-f]{64})?")) {
      throw new IllegalArgumentException(
          "head: " + head + " (expected: SERIAL:CHAIN as an earlier check printed it)");
    }
    String query = head.isEmpty() ? "" : "?head=" + head;
    return value(coordinators.get(ControlApi.AUDIT_CHECK + query), AuditCheckView.class);
  }

  /** Lets all transfers of the fleet stand still, or go on. */
  public StatusView halt(boolean halted) throws ControlException {
    return value(
        coordinators.post(ControlApi.FLEET + (halted ? "/halt" : "/resume"), new byte[0]),
        StatusView.class);
  }

  /** The caps that are set, by selector. */
  public List<CapView> caps() throws ControlException {
    return orThrow(ControlJson.decodePage(coordinators.get(ControlApi.CAPS), CapView.class))
        .items();
  }

  /** Sets a cap, or lifts it; gives all. */
  public List<CapView> cap(CapRequest cap) throws ControlException {
    return orThrow(
            ControlJson.decodePage(
                coordinators.post(ControlApi.CAPS, ControlJson.encode(cap)), CapView.class))
        .items();
  }

  private DeploymentView change(String id, String how) throws ControlException {
    return value(coordinators.post(deploymentPath(id) + how, new byte[0]), DeploymentView.class);
  }

  /** Asks with a key, and once more with the same when no answer came. */
  private DeploymentView made(String path, byte[] json) throws ControlException {
    String key = UUID.randomUUID().toString();
    try {
      return value(coordinators.post(path, json, key), DeploymentView.class);
    } catch (ControlException e) {
      if (!e.code().equals(Problem.UNREACHABLE)) {
        throw e;
      }
      return value(coordinators.post(path, json, key), DeploymentView.class);
    }
  }

  /** Ends it; calls under way fail. */
  @Override
  public void close() {
    coordinators.close();
  }

  private static void checkInfoHash(String infoHash) {
    if (!infoHash.matches("[0-9a-f]{64}")) {
      throw new IllegalArgumentException(
          "infoHash: " + infoHash + " (expected: 64 hexadecimal digits)");
    }
  }

  private static String deploymentPath(String id) throws ControlException {
    if (!Names.isName(id)) {
      throw new ControlException(Problem.UNKNOWN_DEPLOYMENT, "no deployment has the id " + id);
    }
    return ControlApi.DEPLOYMENTS + "/" + id;
  }

  private <T> T value(byte[] json, Class<T> type) throws ControlException {
    return orThrow(ControlJson.decode(json, type));
  }

  private <T> Page<T> page(String path, Class<T> type, String after, int limit)
      throws ControlException {
    String query =
        (path.indexOf('?') < 0 ? "?" : "&")
            + "limit="
            + limit
            + (after.isEmpty() ? "" : "&after=" + URLEncoder.encode(after, StandardCharsets.UTF_8));
    return orThrow(ControlJson.decodePage(coordinators.get(path + query), type));
  }

  /** Page by page, until there are no more or there are enough. */
  private <T> List<T> all(String path, Class<T> type, int most) throws ControlException {
    List<T> items = new ArrayList<>();
    String after = "";
    do {
      int limit = Math.max(1, Math.min(Page.LIMIT_MAX, most - items.size()));
      Page<T> page = page(path, type, after, limit);
      items.addAll(page.items());
      after = page.items().isEmpty() ? "" : page.next();
    } while (!after.isEmpty() && items.size() < most);
    return items;
  }

  private <T> T orThrow(Decoded<T> decoded) throws ControlException {
    return switch (decoded) {
      case Decoded.Value<T>(T value) -> value;
      case Decoded.UnknownType<T>(String type) -> throw coordinators.unexpected("type " + type);
      case Decoded.Malformed<T>(String why) -> throw coordinators.unexpected(why);
    };
  }
}
