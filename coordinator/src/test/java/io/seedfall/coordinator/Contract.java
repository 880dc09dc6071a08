package io.seedfall.coordinator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.seedfall.control.ClientIdentity;
import io.seedfall.control.ControlApi;
import io.seedfall.control.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a coordinator's own OpenAPI document says of its answers, checked by a JSON schema validator
 * that knows nothing of us; stricter than the document, which lets later versions add properties.
 */
final class Contract implements AutoCloseable {
  private final HttpClient http;
  private final String bearer;
  private final JsonMapper json = JsonMapper.builder().build();
  private final SchemaRegistry registry =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
  private final URI coordinator;
  private final JsonNode document;

  /** Operations with the statuses that were seen: {@code getStatus 200}. */
  final Set<String> seen;

  Contract(Rig rig) throws IOException, InterruptedException {
    this(
        URI.create("http://127.0.0.1:" + rig.address().getPort()),
        HttpClient.newHttpClient(),
        "",
        new TreeSet<>(),
        null);
  }

  /** As somebody who may see the document. */
  Contract(URI coordinator, ClientIdentity identity) throws IOException, InterruptedException {
    this(coordinator, client(identity), identity.bearer(), new TreeSet<>(), null);
  }

  private Contract(
      URI coordinator, HttpClient http, String bearer, Set<String> seen, @Nullable JsonNode known)
      throws IOException, InterruptedException {
    this.coordinator = coordinator;
    this.http = http;
    this.bearer = bearer;
    this.seen = seen;
    if (known != null) {
      document = known;
      return;
    }
    HttpRequest.Builder request = HttpRequest.newBuilder(coordinator.resolve(ControlApi.OPENAPI));
    show(request);
    document = json.readTree(http.send(request.build(), BodyHandlers.ofByteArray()).body());
    forbidMore(document.get("components").get("schemas"));
  }

  /** The same asked by somebody else. */
  Contract as(ClientIdentity identity) throws IOException, InterruptedException {
    return new Contract(coordinator, client(identity), identity.bearer(), seen, document);
  }

  private static HttpClient client(ClientIdentity identity) {
    return HttpClient.newBuilder().sslContext(Objects.requireNonNull(identity.tls())).build();
  }

  private void show(HttpRequest.Builder request) {
    if (!bearer.isEmpty()) {
      request.header(ClientIdentity.HEADER, bearer);
    }
  }

  private static void forbidMore(JsonNode schemas) {
    for (JsonNode schema : schemas) {
      if (schema instanceof ObjectNode object && object.has("properties")) {
        object.put("additionalProperties", false);
      }
    }
  }

  /** A request that is made of a route. */
  record Call(
      Route route, List<String> names, String query, BodyPublisher body, List<String> headers) {
    static Call of(Route route, String... names) {
      return new Call(route, List.of(names), "", BodyPublishers.noBody(), List.of());
    }

    Call query(String text) {
      return new Call(route, names, text, body, headers);
    }

    Call body(String text) {
      return body(text.replace('\'', '"').getBytes(UTF_8));
    }

    Call body(byte[] bytes) {
      return new Call(route, names, query, BodyPublishers.ofByteArray(bytes), headers);
    }

    Call header(String name, String value) {
      List<String> more = new ArrayList<>(headers);
      more.add(name);
      more.add(value);
      return new Call(route, names, query, body, more);
    }

    private String path() {
      String path = route.path();
      for (String name : names) {
        path = path.replaceFirst("\\{[A-Za-z]+}", name);
      }
      assertThat(path).doesNotContain("{");
      return path + (query.isEmpty() ? "" : "?" + query);
    }
  }

  /** Asks, checks the answer against the document, and gives its body. */
  JsonNode expect(int status, Call call) throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(coordinator.resolve(call.path()))
            .method(call.route().method().name(), call.body());
    show(request);
    for (int i = 0; i < call.headers().size(); i += 2) {
      request.header(call.headers().get(i), call.headers().get(i + 1));
    }
    HttpResponse<InputStream> answer = http.send(request.build(), BodyHandlers.ofInputStream());
    byte[] body = firstEventOrAll(answer);
    String shown = call.route().operation() + ": " + new String(body, UTF_8);
    assertThat(answer.statusCode()).as(shown).isEqualTo(status);
    JsonNode operation =
        document
            .get("paths")
            .get(call.route().path())
            .get(call.route().method().name().toLowerCase(Locale.ROOT));
    assertThat(operation.get("operationId").stringValue()).isEqualTo(call.route().operation());
    JsonNode response = operation.get("responses").get(String.valueOf(status));
    assertThat(response).as("the document has no status " + status + " for " + shown).isNotNull();
    seen.add(call.route().operation() + " " + status);
    return body(response, answer, body, shown);
  }

  private JsonNode body(
      JsonNode response, HttpResponse<InputStream> answer, byte[] body, String shown) {
    JsonNode content = response.get("content");
    if (content == null) {
      assertThat(body).as(shown).isEmpty();
      return json.createObjectNode();
    }
    String type = answer.headers().firstValue("Content-Type").orElse("");
    assertThat(content.get(type)).as(type + " of " + shown).isNotNull();
    assertThat(content.size()).isEqualTo(1);
    JsonNode media = content.get(type);
    if (type.equals("text/event-stream")) {
      String[] event = new String(body, UTF_8).split("\n", -1);
      assertThat(event[0]).startsWith("id: ");
      media = media.get("x-seedfall-events").get(event[1].replace("event: ", ""));
      return valid(media, event[2].replaceFirst("^data: ", "").getBytes(UTF_8), shown);
    }
    if (!type.endsWith("json")) {
      return json.createObjectNode();
    }
    JsonNode value = valid(media.get("schema"), body, shown);
    if (type.equals(Problem.CONTENT_TYPE)) {
      assertThat(value.get("status").intValue()).as(shown).isEqualTo(answer.statusCode());
      assertThat(response.get("x-seedfall-codes").toString())
          .as(shown)
          .contains("\"" + value.get("code").stringValue() + "\"");
      for (String member : List.of("title", "detail", "action")) {
        assertThat(value.get(member).stringValue()).as(shown).isNotBlank();
      }
    }
    return value;
  }

  private JsonNode valid(JsonNode documented, byte[] text, String shown) {
    JsonNode value = json.readTree(text);
    ObjectNode schema = (ObjectNode) documented.deepCopy();
    schema.set("components", document.get("components"));
    List<Error> errors = registry.getSchema(schema).validate(value);
    assertThat(errors).as(shown).isEmpty();
    return value;
  }

  /** Events have no end: of these the first. */
  private static byte[] firstEventOrAll(HttpResponse<InputStream> answer) throws IOException {
    String type = answer.headers().firstValue("Content-Type").orElse("");
    try (InputStream in = answer.body()) {
      if (!type.equals("text/event-stream")) {
        return in.readAllBytes();
      }
      StringBuilder event = new StringBuilder();
      while (!event.toString().endsWith("\n\n")) {
        event.append((char) in.read()); // all of it is ASCII here
      }
      return event.toString().getBytes(UTF_8);
    }
  }

  @Override
  public void close() {
    http.shutdownNow();
    http.close();
  }
}
