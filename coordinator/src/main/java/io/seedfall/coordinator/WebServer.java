package io.seedfall.coordinator;

import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.javalin.util.JavalinBindException;
import io.seedfall.control.ControlApi;
import io.seedfall.control.ControlJson;
import io.seedfall.control.Problem;
import io.seedfall.control.identity.Tls;
import java.io.IOException;
import java.io.InputStream;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Javalin on one port: the routes, the agents' WebSocket, and one form for every error. No answer
 * carries a stack trace or a class name.
 */
final class WebServer implements AutoCloseable {
  private static final int HEADER_BYTES_MAX = 8 << 10;

  /** So much of a refused body is taken: who sends more may not see why it was refused. */
  static final int DRAIN_BYTES_MAX = 1 << 20;

  private static final int DRAIN_STEP_BYTES = 8 << 10;

  private static final int HTTP_SESSION_SECONDS = 60;

  /**
   * Connections that may wait to be accepted; the kernel takes as many as net.core.somaxconn has.
   * With the 50 that are usual most of a fleet that comes back at once gets no answer, tries again,
   * and gets none again.
   */
  private static final int ACCEPT_QUEUE_MAX = 4_096;

  private static final Duration HTTP_IDLE_MAX = Duration.ofSeconds(30);
  private static final Logger LOG = LoggerFactory.getLogger(WebServer.class);

  private final Javalin javalin;
  private final InetSocketAddress address;

  private WebServer(Javalin javalin, InetSocketAddress address) {
    this.javalin = javalin;
    this.address = address;
  }

  /**
   * Listens.
   *
   * @param tls what is spoken; null for nothing but HTTP in the clear
   * @throws BindException in words, when the address is taken or is not of this machine
   */
  static WebServer start(
      InetSocketAddress listen,
      Limits limits,
      Routes routes,
      AgentSocket agents,
      @Nullable SSLContext tls)
      throws IOException {
    LoopbackGuard guard = new LoopbackGuard(listen.getAddress().isLoopbackAddress());
    Javalin javalin =
        Javalin.create(config -> {
          configure(config, limits, guard, routes, agents);
          if (tls != null) {
            config.jetty.addConnector((server, http) -> encrypted(server, http, tls, listen));
          }
        });
    listen(javalin, listen);
    return new WebServer(javalin, new InetSocketAddress(listen.getAddress(), javalin.port()));
  }

  /**
   * Starts it there.
   *
   * @throws BindException in words, when the address is taken or is not of this machine
   */
  static void listen(Javalin javalin, InetSocketAddress listen) throws IOException {
    String host = listen.getAddress().getHostAddress();
    checkFree(listen);
    try {
      javalin.start(host, listen.getPort());
    } catch (JavalinBindException e) {
      throw cannotListen(listen, e);
    } catch (RuntimeException e) {
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        if (cause instanceof IOException) {
          throw cannotListen(listen, e);
        }
      }
      throw e;
    }
  }

  /**
   * TLS 1.3. A certificate is asked for, and has to be a good one when it is shown; users have
   * none. Names of hosts are nobody's business: the certificate says that this is a coordinator.
   */
  private static Connector encrypted(
      Server server, HttpConfiguration http, SSLContext tls, InetSocketAddress listen) {
    SslContextFactory.Server factory = new SslContextFactory.Server();
    factory.setSslContext(tls);
    factory.setIncludeProtocols(Tls.PROTOCOL);
    factory.setWantClientAuth(true);
    factory.setSniRequired(false);
    HttpConfiguration secure = new HttpConfiguration(http);
    SecureRequestCustomizer customizer = new SecureRequestCustomizer();
    customizer.setSniHostCheck(false);
    secure.addCustomizer(customizer);
    ServerConnector connector =
        new ServerConnector(
            server,
            new SslConnectionFactory(factory, HttpVersion.HTTP_1_1.asString()),
            new HttpConnectionFactory(secure));
    connector.setHost(listen.getAddress().getHostAddress());
    connector.setPort(listen.getPort());
    return connector;
  }

  /** Javalin logs a page about a taken port before it throws: so ask first. */
  private static void checkFree(InetSocketAddress listen) throws IOException {
    try (ServerSocket probe = new ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(listen);
    } catch (IOException e) {
      throw cannotListen(listen, e);
    }
  }

  /** That in words. */
  static BindException cannotListen(InetSocketAddress listen, Throwable cause) {
    BindException words =
        new BindException(
            "cannot listen on "
                + listen.getAddress().getHostAddress()
                + " port "
                + listen.getPort()
                + ": another program does, or the address is not of this machine");
    words.initCause(cause);
    return words;
  }

  InetSocketAddress address() {
    return address;
  }

  @Override
  public void close() {
    javalin.stop();
  }

  private static void configure(
      JavalinConfig config, Limits limits, LoopbackGuard guard, Routes routes, AgentSocket agents) {
    configure(config, guard, HEADER_BYTES_MAX, ControlApi.METAINFO_BYTES_MAX, WebServer::problem);
    config.http.prefer405over404 = true;
    config.requestLogger.http((context, millis) -> routes.answered(context, millis));
    config.jetty.modifyWebSocketServletFactory(factory -> {
      factory.setMaxTextMessageSize(ControlApi.MESSAGE_BYTES_MAX);
      factory.setMaxBinaryMessageSize(1);
      factory.setMaxFrameSize(ControlApi.MESSAGE_BYTES_MAX);
      factory.setIdleTimeout(Duration.ofMillis(2 * limits.overdueMillis()));
    });
    config.jetty.modifyServletContextHandler(context -> {
      // Javalin makes an HTTP session for every WebSocket: no cookie, and soon forgotten.
      context.getSessionHandler().setUsingCookies(false);
      context.getSessionHandler().setMaxInactiveInterval(HTTP_SESSION_SECONDS);
    });
    config.routes.wsBeforeUpgrade(guard::check);
    config.routes.wsBeforeUpgrade(ControlApi.SESSION, agents::beforeUpgrade);
    for (Route route : routes.table()) {
      config.routes.addHttpHandler(
          route.method(), route.path(), context -> routes.handle(route, context));
    }
    WebPage page = WebPage.load();
    for (String path : page.paths()) {
      config.routes.get(
          path,
          context -> {
            context.attribute(CoordinatorMeters.ROUTE, CoordinatorMeters.PAGE);
            page.answer(path, context);
          });
    }
    config.routes.ws(ControlApi.SESSION, agents::configure);
  }

  /** What goes wrong, in words for whoever asked. */
  @FunctionalInterface
  interface Wording {
    /** The words for an HTTP status of at least 400. */
    Problem problem(int status, Context context);
  }

  /** What every server of ours has: limits, the guard, and one form for every error. */
  static void configure(
      JavalinConfig config, LoopbackGuard guard, int headerMax, long bodyMax, Wording wording) {
    config.concurrency.useVirtualThreads = true;
    config.startup.showJavalinBanner = false;
    config.http.compressionStrategy = CompressionStrategy.NONE;
    config.http.maxRequestSize = bodyMax;
    config.jetty.modifyHttpConfiguration(http -> {
      http.setSendServerVersion(false);
      http.setRequestHeaderSize(headerMax);
      http.setIdleTimeout(HTTP_IDLE_MAX.toMillis());
    });
    config.jetty.modifyServer(server -> {
      server.setErrorHandler(new ProblemErrors());
      server.setStopTimeout(0); // sessions are told and closed before
      server.addEventListener(new LongQueue());
    });
    config.routes.before(guard::check);
    config.routes.exception(
        RequestRefused.class,
        (refused, context) -> {
          if (!refused.leader().isEmpty()) {
            String query = context.queryString() == null ? "" : "?" + context.queryString();
            context.header(
                "Location", context.scheme() + "://" + refused.leader() + context.path() + query);
          }
          if (refused.retryAfterSeconds() > 0) {
            context.header(Border.RETRY_AFTER, Long.toString(refused.retryAfterSeconds()));
          }
          refuse(context, refused.problem());
        });
    config.routes.exception(
        HttpResponseException.class,
        (e, context) -> {
          String methods = e.getDetails().get("availableMethods");
          if (e.getStatus() == 405 && methods != null) {
            context.header("Allow", methods);
          }
          refuse(context, wording.problem(e.getStatus(), context));
        });
    config.routes.exception(
        Exception.class,
        (e, context) -> {
          LOG.error("{} {} failed", context.method(), context.path(), e);
          refuse(context, wording.problem(500, context));
        });
  }

  /**
   * Answers once the rest of the body is in: a connection that is closed with bytes unread is
   * reset, and the answer lost with it (RFC 9112, section 9.6).
   */
  private static void refuse(Context context, Problem problem) {
    if (!drained(context)) {
      context.header("Connection", "close");
    }
    Border.refuse(context, problem);
  }

  private static boolean drained(Context context) {
    if (context.req().getContentLengthLong() > DRAIN_BYTES_MAX) {
      return false;
    }
    try {
      InputStream rest = context.req().getInputStream();
      byte[] dropped = new byte[DRAIN_STEP_BYTES];
      for (int taken = 0; taken <= DRAIN_BYTES_MAX; ) {
        int more = rest.read(dropped);
        if (more < 0) {
          return true;
        }
        taken += more;
      }
      return false;
    } catch (IOException _) {
      return false;
    }
  }

  private static Problem problem(int status, Context context) {
    return status == 404 || status == 405
        ? Problem.of(status, Problem.NO_SUCH_ROUTE, "no " + context.method() + " of that path")
        : problem(status);
  }

  /** The words for a status that needs no more than itself. */
  static Problem problem(int status) {
    return switch (status) {
      case 404, 405 -> Problem.of(status, Problem.NO_SUCH_ROUTE, "there is nothing");
      case 413 -> Problem.of(413, Problem.TOO_LARGE, "the body is too large");
      case 414, 431 ->
          Problem.of(status, Problem.TOO_LARGE, "the head of the request is too large");
      case 500 -> Problem.of(500, Problem.INTERNAL, "the coordinator failed");
      case 503 -> Problem.of(503, Problem.BUSY, "the coordinator is busy");
      default -> Problem.of(status, Problem.MALFORMED, "the request is malformed");
    };
  }

  /** Makes room for connections that wait, before anybody listens. */
  private static final class LongQueue implements LifeCycle.Listener {
    @Override
    public void lifeCycleStarting(LifeCycle server) {
      for (Connector connector : ((Server) server).getConnectors()) {
        if (connector instanceof ServerConnector listening) {
          listening.setAcceptQueueSize(ACCEPT_QUEUE_MAX);
        }
      }
    }
  }

  /** What Jetty refuses before any route sees it. */
  static final class ProblemErrors extends ErrorHandler {
    @Override
    protected void generateResponse(
        Request request,
        Response response,
        int code,
        @Nullable String message,
        @Nullable Throwable cause,
        Callback callback) {
      response.getHeaders().put(HttpHeader.CONTENT_TYPE, Problem.CONTENT_TYPE);
      response.write(true, ByteBuffer.wrap(ControlJson.encode(problem(code))), callback);
    }
  }
}
