package io.seedfall.control;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/**
 * The coordinator's REST interface, for agent, CLI and tests. Every call waits at most its time
 * limit and either gives what it promises or throws {@link ControlException} with a stable code and
 * one line for people. Of several coordinators it asks one after the other, as long as none can
 * have heard what must not be done twice, and the leader where one names it; while none leads it
 * waits a little. Thread-safe.
 */
public final class CoordinatorClient implements AutoCloseable {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(30);

  /** How long a call waits for somebody to lead: longer than a takeover takes. */
  private static final Duration LEADER_WAIT = Duration.ofSeconds(15);

  private static final int LEADER_ASK_MILLIS = 500;

  private final CoordinatorAddresses addresses;
  private final ClientIdentity identity;
  private final Duration answerTimeout;
  private final Duration leaderWait;
  private final HttpClient http;

  /** The one that answered last, or was named as the leader: asked first. */
  private volatile URI current;

  /**
   * Talks to the coordinators there. Connects to nobody yet.
   *
   * @throws IllegalArgumentException when that is no http or https address
   */
  public CoordinatorClient(CoordinatorAddresses coordinators) {
    this(coordinators, ANSWER_TIMEOUT);
  }

  /**
   * The same for one that shows who it is.
   *
   * @throws IllegalArgumentException in words, when addresses and identity do not fit
   */
  public CoordinatorClient(CoordinatorAddresses coordinators, ClientIdentity identity) {
    this(coordinators, ANSWER_TIMEOUT, LEADER_WAIT, identity);
  }

  /** Talks to the only coordinator, at {@code coordinator}, {@code http://ADDRESS:PORT}. */
  public CoordinatorClient(URI coordinator) {
    this(CoordinatorAddresses.of(coordinator), ANSWER_TIMEOUT);
  }

  /** The same with its own limit on how long one call may take at one coordinator. */
  public CoordinatorClient(CoordinatorAddresses coordinators, Duration answerTimeout) {
    this(coordinators, answerTimeout, LEADER_WAIT);
  }

  CoordinatorClient(
      CoordinatorAddresses coordinators, Duration answerTimeout, Duration leaderWait) {
    this(coordinators, answerTimeout, leaderWait, ClientIdentity.NONE);
  }

  private CoordinatorClient(
      CoordinatorAddresses coordinators,
      Duration answerTimeout,
      Duration leaderWait,
      ClientIdentity identity) {
    identity.check(coordinators);
    this.identity = identity;
    this.leaderWait = leaderWait;
    this.addresses = coordinators;
    this.current = coordinators.first();
    this.answerTimeout = answerTimeout;
    this.http =
        identity
            .client()
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(CONNECT_TIMEOUT)
            .build();
  }

  /** Where it talks to at this moment. */
  public URI coordinator() {
    return current;
  }

  /** The coordinator in one look. */
  public StatusView status() throws ControlException {
    return value(get(ControlApi.STATUS), StatusView.class);
  }

  /** All known machines and connected publishers, by name. */
  public List<AgentView> agents() throws ControlException {
    return values(get(ControlApi.AGENTS), AgentView.class);
  }

  /** All artifacts, newest first. */
  public List<ArtifactView> artifacts() throws ControlException {
    return values(get(ControlApi.ARTIFACTS), ArtifactView.class);
  }

  /**
   * Gives a name to content whose metainfo was stored before. Registering the same again gives the
   * same answer.
   */
  public ArtifactView registerArtifact(ArtifactRequest artifact) throws ControlException {
    return value(post(ControlApi.ARTIFACTS, ControlJson.encode(artifact)), ArtifactView.class);
  }

  /** Stores a metainfo file; storing it again changes nothing. */
  public void putMetainfo(String infoHash, byte[] torrent) throws ControlException {
    checkInfoHash(infoHash);
    exchange(
        new Ask(
            "PUT",
            ControlApi.METAINFO + "/" + infoHash,
            BodyPublishers.ofByteArray(torrent),
            "application/x-bittorrent"));
  }

  /** The bytes of a metainfo file. They are as trustworthy as the coordinator: check the hash. */
  public byte[] metainfo(String infoHash) throws ControlException {
    checkInfoHash(infoHash);
    return get(ControlApi.METAINFO + "/" + infoHash);
  }

  /**
   * Makes machines have an artifact; answers as soon as it is stored, long before it is done. Asked
   * again after a broken connection it makes no second one.
   */
  public DeploymentView deploy(DeploymentRequest deployment) throws ControlException {
    return made(ControlApi.DEPLOYMENTS, ControlJson.encode(deployment));
  }

  /** The latest deployments, newest first, without their machines. */
  public List<DeploymentView> deployments() throws ControlException {
    return values(get(ControlApi.DEPLOYMENTS), DeploymentView.class);
  }

  /** One deployment with all its machines. */
  public DeploymentView deployment(String id) throws ControlException {
    return value(get(deploymentPath(id)), DeploymentView.class);
  }

  /**
   * Every change of a phase with its reason, in order; of one machine unless {@code agent} is
   * empty.
   */
  public List<HistoryView> history(String id, String agent) throws ControlException {
    if (!agent.isEmpty() && !Names.isName(agent)) {
      throw new ControlException(Problem.UNKNOWN_AGENT, "no agent has the name " + agent);
    }
    String query = agent.isEmpty() ? "" : "?agent=" + agent;
    return values(get(deploymentPath(id) + "/history" + query), HistoryView.class);
  }

  /** One machine of one deployment: where its time went, and who fed it. */
  public MachineDetailView machine(String id, String agent) throws ControlException {
    if (!Names.isName(agent)) {
      throw new ControlException(Problem.UNKNOWN_AGENT, "no agent has the name " + agent);
    }
    return value(get(deploymentPath(id) + "/machines/" + agent), MachineDetailView.class);
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
        post(deploymentPath(id) + "/pace", ControlJson.encode(pace)), DeploymentView.class);
  }

  /** Brings back the version before, or another; gives the deployment that does. */
  public DeploymentView rollBack(String id, RollbackRequest rollback) throws ControlException {
    return made(deploymentPath(id) + "/rollback", ControlJson.encode(rollback));
  }

  /** Asks for an agent's first certificate. */
  public CertificateView join(JoinRequest request) throws ControlException {
    return value(post(ControlApi.JOIN, ControlJson.encode(request)), CertificateView.class);
  }

  /** Asks for an agent's next certificate. */
  public CertificateView renew(RenewRequest request) throws ControlException {
    return value(post(ControlApi.CERTIFICATE, ControlJson.encode(request)), CertificateView.class);
  }

  /** Makes a token with which one machine can join. */
  public TokenView createToken(TokenRequest request) throws ControlException {
    return value(post(ControlApi.TOKENS, ControlJson.encode(request)), TokenView.class);
  }

  /** Ends the membership of a machine's agent, and its session with it. */
  public void revokeAgent(String name) throws ControlException {
    revoke(ControlApi.AGENTS, name);
  }

  /** Makes a user, or a new token for one. */
  public NewUserView createUser(UserRequest request) throws ControlException {
    return value(post(ControlApi.USERS, ControlJson.encode(request)), NewUserView.class);
  }

  /** All users, by name. */
  public List<UserView> users() throws ControlException {
    return values(get(ControlApi.USERS), UserView.class);
  }

  /** Ends what a user may do. */
  public void revokeUser(String name) throws ControlException {
    revoke(ControlApi.USERS, name);
  }

  private void revoke(String path, String name) throws ControlException {
    if (!Names.isName(name)) {
      throw new ControlException(Problem.UNKNOWN_NAME, "nobody has the name " + name);
    }
    post(path + "/" + name + "/revoke", new byte[0]);
  }

  /** The lines of the audit log behind that one, in order, a batch of them. */
  public List<AuditView> audit(long after) throws ControlException {
    return values(get(ControlApi.AUDIT + "?after=" + after), AuditView.class);
  }

  /** Checks the audit log; {@code head} is that of an earlier check, or empty. */
  public AuditCheckView checkAudit(String head) throws ControlException {
    if (!head.matches("([0-9]{1,18}:[0-9a-f]{64})?")) {
      throw new IllegalArgumentException(
          "head: " + head + " (expected: SERIAL:CHAIN as an earlier check printed it)");
    }
    String query = head.isEmpty() ? "" : "?head=" + head;
    return value(get(ControlApi.AUDIT_CHECK + query), AuditCheckView.class);
  }

  /** Lets all transfers of the fleet stand still, or go on. */
  public StatusView halt(boolean halted) throws ControlException {
    return value(
        post(ControlApi.FLEET + (halted ? "/halt" : "/resume"), new byte[0]), StatusView.class);
  }

  private DeploymentView change(String id, String how) throws ControlException {
    return value(post(deploymentPath(id) + how, new byte[0]), DeploymentView.class);
  }

  /** Asks with a key, and once more with the same when no answer came. */
  private DeploymentView made(String path, byte[] json) throws ControlException {
    String key = UUID.randomUUID().toString();
    try {
      return value(post(path, json, key), DeploymentView.class);
    } catch (ControlException e) {
      if (!e.code().equals(Problem.UNREACHABLE)) {
        throw e;
      }
      return value(post(path, json, key), DeploymentView.class);
    }
  }

  /** Ends it; calls under way fail. */
  @Override
  public void close() {
    http.shutdownNow();
    http.close();
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

  /** What is asked, of whichever coordinator; PUT and GET may be asked again, POST with a key. */
  private record Ask(
      String method, String path, BodyPublisher body, String contentType, String key) {
    Ask(String method, String path, BodyPublisher body, String contentType) {
      this(method, path, body, contentType, "");
    }

    HttpRequest of(URI coordinator, Duration timeout, String bearer) {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(coordinator.resolve(path)).timeout(timeout);
      if (!bearer.isEmpty()) {
        request.header(ClientIdentity.HEADER, bearer);
      }
      if (!contentType.isEmpty()) {
        request.header("Content-Type", contentType);
      }
      if (!key.isEmpty()) {
        request.header(ControlApi.IDEMPOTENCY_KEY, key);
      }
      return request.method(method, body).build();
    }

    boolean isHarmlessTwice() {
      return !method.equals("POST") || !key.isEmpty();
    }
  }

  /** What came of asking one coordinator. */
  private sealed interface Answer {
    record Given(HttpResponse<byte[]> answer) implements Answer {}

    record Moved(URI leader, ControlException why) implements Answer {}

    /** A coordinator is there, and none leads; soon one will. */
    record Leaderless(ControlException why) implements Answer {}

    /** Nothing came back; it may have heard us all the same. */
    record Away(ControlException why, boolean mayHaveHeard) implements Answer {}
  }

  private byte[] get(String path) throws ControlException {
    return exchange(new Ask("GET", path, BodyPublishers.noBody(), ""));
  }

  private byte[] post(String path, byte[] json) throws ControlException {
    return post(path, json, "");
  }

  /** A key makes the request harmless when it is sent twice. */
  private byte[] post(String path, byte[] json, String key) throws ControlException {
    BodyPublisher body = BodyPublishers.ofByteArray(json);
    return exchange(new Ask("POST", path, body, "application/json", key));
  }

  private byte[] exchange(Ask ask) throws ControlException {
    long giveUpNanos = System.nanoTime() + leaderWait.toNanos();
    while (true) {
      switch (askAll(ask)) {
        case Answer.Given(HttpResponse<byte[]> answer) -> {
          return answer.body();
        }
        case Answer.Leaderless(ControlException why) -> {
          if (System.nanoTime() - giveUpNanos >= 0) {
            throw why;
          }
          pause();
        }
        case Answer.Moved _, Answer.Away _ -> throw new IllegalStateException("no end of a round");
      }
    }
  }

  private static void pause() throws ControlException {
    try {
      Thread.sleep(LEADER_ASK_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ControlException(Problem.NO_LEADER, "interrupted while no coordinator leads", e);
    }
  }

  /** Asks one after the other, until one answers; the leader instead of whoever names it. */
  private Answer askAll(Ask ask) throws ControlException {
    Deque<URI> next = new ArrayDeque<>(addresses.all());
    URI preferred = current;
    next.remove(preferred);
    next.push(preferred);
    ControlException away = null;
    ControlException leaderless = null;
    int redirects = 0;
    for (URI at = next.poll(); at != null; at = next.poll()) {
      Answer answer = once(ask, at);
      switch (answer) {
        case Answer.Given _ -> {
          current = at;
          return answer;
        }
        case Answer.Moved(URI leader, ControlException why) -> {
          leaderless = why; // unless we reach the one that is named
          redirects++;
          if (redirects > AddressRota.REDIRECTS_MAX) {
            return new Answer.Leaderless(why);
          }
          next.remove(leader);
          next.push(leader);
        }
        case Answer.Leaderless(ControlException why) -> leaderless = why;
        case Answer.Away(ControlException why, boolean mayHaveHeard) -> {
          away = away == null ? why : away;
          if (mayHaveHeard && !ask.isHarmlessTwice()) {
            throw away;
          }
        }
      }
    }
    if (leaderless != null) {
      return new Answer.Leaderless(leaderless);
    }
    throw Objects.requireNonNull(away);
  }

  private Answer once(Ask ask, URI at) throws ControlException {
    HttpResponse<byte[]> answer;
    try {
      answer =
          http.send(
              ask.of(at, answerTimeout, identity.bearer()),
              BodyHandlers.limiting(BodyHandlers.ofByteArray(), ControlApi.ANSWER_BYTES_MAX));
    } catch (HttpConnectTimeoutException e) {
      return new Answer.Away(unreachable(at, "it did not answer in time", e), false);
    } catch (HttpTimeoutException e) {
      return new Answer.Away(unreachable(at, "it did not answer in time", e), true);
    } catch (ConnectException e) {
      return new Answer.Away(unreachable(at, "nobody listens there", e), false);
    } catch (IOException e) {
      return new Answer.Away(unreachable(at, broken(at, e), e), true);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unreachable(at, "interrupted while waiting for its answer", e);
    }
    int status = answer.statusCode();
    if (status >= 200 && status < 300) {
      return new Answer.Given(answer);
    }
    ControlException refusal =
        switch (ControlJson.decode(answer.body(), Problem.class)) {
          case Decoded.Value<Problem>(Problem problem) ->
              new ControlException(problem.code(), problem.message());
          case Decoded.UnknownType<Problem> _, Decoded.Malformed<Problem> _ ->
              unexpected(at, "status " + status + " " + firstChars(answer.body()));
        };
    if (refusal.code().equals(Problem.NO_LEADER)) {
      return new Answer.Leaderless(refusal);
    }
    URI leader = Leader.in(status, answer.headers());
    if (leader == null || !identity.mayFollow(leader)) {
      throw refusal;
    }
    return new Answer.Moved(leader, refusal);
  }

  private <T> T value(byte[] json, Class<T> type) throws ControlException {
    return orThrow(ControlJson.decode(json, type));
  }

  private <T> List<T> values(byte[] json, Class<T> type) throws ControlException {
    return orThrow(ControlJson.decodeList(json, type));
  }

  private <T> T orThrow(Decoded<T> decoded) throws ControlException {
    return switch (decoded) {
      case Decoded.Value<T>(T value) -> value;
      case Decoded.UnknownType<T>(String type) -> throw unexpected(current, "type " + type);
      case Decoded.Malformed<T>(String why) -> throw unexpected(current, why);
    };
  }

  private static String broken(URI at, IOException why) {
    String hint = ClientIdentity.isEncrypted(at) ? "" : "; if it has an identity, ask https://";
    return why.getMessage() + hint;
  }

  private static ControlException unreachable(URI at, String why, Exception cause) {
    return new ControlException(
        Problem.UNREACHABLE, "the coordinator at " + at + " cannot be reached: " + why, cause);
  }

  private static ControlException unexpected(URI at, String what) {
    return new ControlException(
        Problem.UNEXPECTED_ANSWER,
        "what answers at " + at + " is no Seedfall coordinator: " + what);
  }

  private static String firstChars(byte[] body) {
    String text = new String(body, 0, Math.min(body.length, 80), StandardCharsets.UTF_8);
    return text.replaceAll("\\p{Cntrl}+", " ");
  }
}
