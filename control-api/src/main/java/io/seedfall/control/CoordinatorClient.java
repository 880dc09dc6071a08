package io.seedfall.control;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/**
 * The coordinator's REST interface, for agent, CLI and tests. Every call waits at most its time
 * limit and either gives what it promises or throws {@link ControlException} with a stable code and
 * one line for people. Thread-safe.
 */
public final class CoordinatorClient implements AutoCloseable {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(30);

  private final URI coordinator;
  private final Duration answerTimeout;
  private final HttpClient http;

  /**
   * Talks to the coordinator at {@code coordinator}, {@code http://ADDRESS:PORT}. Connects to
   * nobody yet.
   *
   * @throws IllegalArgumentException when that is no http or https address
   */
  public CoordinatorClient(URI coordinator) {
    this(coordinator, ANSWER_TIMEOUT);
  }

  /** The same with its own limit on how long one call may take. */
  public CoordinatorClient(URI coordinator, Duration answerTimeout) {
    this.coordinator = checked(coordinator);
    this.answerTimeout = answerTimeout;
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(CONNECT_TIMEOUT)
            .build();
  }

  /** Where it talks to. */
  public URI coordinator() {
    return coordinator;
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
        request(ControlApi.METAINFO + "/" + infoHash)
            .header("Content-Type", "application/x-bittorrent")
            .PUT(BodyPublishers.ofByteArray(torrent)));
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
    return once(ControlApi.DEPLOYMENTS, ControlJson.encode(deployment));
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
    return once(deploymentPath(id) + "/rollback", ControlJson.encode(rollback));
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
  private DeploymentView once(String path, byte[] json) throws ControlException {
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

  private static URI checked(URI coordinator) {
    String scheme = String.valueOf(coordinator.getScheme());
    if (coordinator.getHost() == null || !(scheme.equals("http") || scheme.equals("https"))) {
      throw new IllegalArgumentException(
          "coordinator: " + coordinator + " (expected: http://ADDRESS:PORT)");
    }
    return coordinator;
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

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(coordinator.resolve(path)).timeout(answerTimeout);
  }

  private byte[] get(String path) throws ControlException {
    return exchange(request(path).GET());
  }

  private byte[] post(String path, byte[] json) throws ControlException {
    return exchange(posting(path, json));
  }

  private byte[] post(String path, byte[] json, String key) throws ControlException {
    return exchange(posting(path, json).header(ControlApi.IDEMPOTENCY_KEY, key));
  }

  private HttpRequest.Builder posting(String path, byte[] json) {
    BodyPublisher body = BodyPublishers.ofByteArray(json);
    return request(path).header("Content-Type", "application/json").POST(body);
  }

  private byte[] exchange(HttpRequest.Builder request) throws ControlException {
    HttpResponse<byte[]> answer;
    try {
      answer =
          http.send(
              request.build(),
              BodyHandlers.limiting(BodyHandlers.ofByteArray(), ControlApi.ANSWER_BYTES_MAX));
    } catch (HttpTimeoutException e) {
      throw unreachable("it did not answer in time", e);
    } catch (ConnectException e) {
      throw unreachable("nobody listens there", e);
    } catch (IOException e) {
      throw unreachable(String.valueOf(e.getMessage()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unreachable("interrupted while waiting for its answer", e);
    }
    int status = answer.statusCode();
    if (status >= 200 && status < 300) {
      return answer.body();
    }
    throw switch (ControlJson.decode(answer.body(), Problem.class)) {
      case Decoded.Value<Problem>(Problem problem) ->
          new ControlException(problem.code(), problem.message());
      case Decoded.UnknownType<Problem> _, Decoded.Malformed<Problem> _ ->
          unexpected("status " + status + " " + firstChars(answer.body()));
    };
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
      case Decoded.UnknownType<T>(String type) -> throw unexpected("type " + type);
      case Decoded.Malformed<T>(String why) -> throw unexpected(why);
    };
  }

  private ControlException unreachable(String why, Exception cause) {
    return new ControlException(
        Problem.UNREACHABLE,
        "the coordinator at " + coordinator + " cannot be reached: " + why,
        cause);
  }

  private ControlException unexpected(String what) {
    return new ControlException(
        Problem.UNEXPECTED_ANSWER,
        "what answers at " + coordinator + " is no Seedfall coordinator: " + what);
  }

  private static String firstChars(byte[] body) {
    String text = new String(body, 0, Math.min(body.length, 80), StandardCharsets.UTF_8);
    return text.replaceAll("\\p{Cntrl}+", " ");
  }
}
