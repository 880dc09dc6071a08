package io.seedfall.coordinator;

import com.github.victools.jsonschema.generator.FieldScope;
import com.github.victools.jsonschema.generator.Option;
import com.github.victools.jsonschema.generator.OptionPreset;
import com.github.victools.jsonschema.generator.SchemaBuilder;
import com.github.victools.jsonschema.generator.SchemaGenerator;
import com.github.victools.jsonschema.generator.SchemaGeneratorConfigBuilder;
import com.github.victools.jsonschema.generator.SchemaVersion;
import io.seedfall.control.ControlApi;
import io.seedfall.control.ControlJson;
import io.seedfall.control.Page;
import io.seedfall.control.Problem;
import io.seedfall.control.ProblemWords;
import io.seedfall.control.Reset;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The OpenAPI 3.1 document of the REST interface, made of the table of routes and of the records
 * that they take and give: what {@code GET /api/v1/openapi.json} answers and docs/openapi.json
 * holds. Objects may have more properties than the document names: those are of later versions.
 */
final class OpenApi {
  private static final String NAME_PATTERN = "^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$";
  private static final String USER = "user";
  private static final String AGENT = "agent";
  private static final String PAGE = "page";
  private static final String HASH_PATTERN = "^[0-9a-f]{64}$";

  private final JsonMapper json = JsonMapper.builder().build();
  private final SchemaBuilder schemas = generator().buildMultipleSchemaDefinitions();
  private final ObjectNode problem = schemas.createSchemaReference(Problem.class);

  private OpenApi() {}

  /** Of these routes; the same bytes for the same routes. */
  static byte[] of(List<Route> table) {
    return new OpenApi().document(table);
  }

  private byte[] document(List<Route> table) {
    ObjectNode document = json.createObjectNode().put("openapi", "3.1.0");
    document
        .putObject("info")
        .put("title", "Seedfall coordinator")
        .put("version", "1")
        .put(
            "description",
            "Puts large files on many machines. Every answer from 400 on is a Problem (RFC 9457)"
                + " whose member action says what to do next. x-seedfall-who names who may ask:"
                + " the least role of a user, and agents where they may, too. A coordinator without"
                + " an identity asks nobody for credentials, and speaks HTTP.");
    document.putArray("servers").addObject().put("url", "/");
    ObjectNode paths = document.putObject("paths");
    for (Route route : table) {
      paths
          .withObjectProperty(route.path())
          .set(route.method().name().toLowerCase(Locale.ROOT), operation(route));
    }
    ObjectNode components = document.putObject("components");
    components.set("schemas", schemas.collectDefinitions("components/schemas"));
    ObjectNode security = components.putObject("securitySchemes");
    security
        .putObject(USER)
        .put("type", "http")
        .put("scheme", "bearer")
        .put("description", "The token of a user ('seedfall user create'), over TLS 1.3.");
    security
        .putObject(PAGE)
        .put("type", "apiKey")
        .put("in", "cookie")
        .put("name", LoginCookie.NAME)
        .put(
            "description",
            "What a login of the page gives; what changes something wants the header "
                + ControlApi.FROM_PAGE
                + " besides.");
    security
        .putObject(AGENT)
        .put("type", "mutualTLS")
        .put("description", "The certificate of an agent, which joined with a token.");
    return (json.writerWithDefaultPrettyPrinter().writeValueAsString(document) + "\n")
        .replace(System.lineSeparator(), "\n")
        .getBytes(java.nio.charset.StandardCharsets.UTF_8);
  }

  private static SchemaGenerator generator() {
    SchemaGeneratorConfigBuilder config =
        new SchemaGeneratorConfigBuilder(SchemaVersion.DRAFT_2020_12, OptionPreset.PLAIN_JSON)
            .with(
                Option.DEFINITIONS_FOR_ALL_OBJECTS,
                Option.MAP_VALUES_AS_ADDITIONAL_PROPERTIES,
                Option.PLAIN_DEFINITION_KEYS,
                Option.EXTRA_OPEN_API_FORMAT_VALUES)
            .without(Option.SCHEMA_VERSION_INDICATOR);
    config.forFields().withRequiredCheck(field -> absent(field).isEmpty());
    config
        .forFields()
        .withDefaultResolver(
            field -> absent(field).map(text -> JsonMapper.shared().readTree(text)).orElse(null));
    return new SchemaGenerator(config.build());
  }

  /** What a component is read as when it is not said. */
  private static Optional<String> absent(FieldScope field) {
    Class<?> type = field.getDeclaringType().getErasedType();
    for (RecordComponent component : type.getRecordComponents()) {
      if (component.getName().equals(field.getDeclaredName())) {
        return ControlJson.absent(component);
      }
    }
    throw new IllegalStateException("no component of a record: " + field);
  }

  // ---- one route ----------------------------------------------------------------------------

  private ObjectNode operation(Route route) {
    ObjectNode operation = json.createObjectNode();
    operation.put("operationId", route.operation());
    operation.put("summary", route.what());
    operation.put("x-seedfall-who", route.access().words());
    ArrayNode security = operation.putArray("security");
    for (String scheme : schemes(route.access())) {
      security.addObject().putArray(scheme);
    }
    ArrayNode parameters = operation.putArray("parameters");
    for (String name : route.pathNames()) {
      ObjectNode parameter = parameters.addObject();
      parameter.put("name", name).put("in", "path").put("required", true);
      parameter
          .putObject("schema")
          .put("type", "string")
          .put("pattern", name.equals("infoHash") ? HASH_PATTERN : NAME_PATTERN);
    }
    for (Parameter parameter : route.parameters()) {
      ObjectNode node = parameters.addObject();
      node.put("name", parameter.name());
      node.put("in", parameter.place().name().toLowerCase(Locale.ROOT));
      node.put("description", parameter.what());
      node.set("schema", values(parameter.values()));
    }
    if (!(route.takes() instanceof Payload.Nothing)) {
      ObjectNode body = operation.putObject("requestBody").put("required", true);
      content(body, route.takes());
    }
    ObjectNode responses = operation.putObject("responses");
    ObjectNode good = responses.putObject(String.valueOf(route.status()));
    good.put("description", route.status() == 201 ? "Made." : "Done.");
    if (!(route.gives() instanceof Payload.Nothing)) {
      content(good, route.gives());
    }
    problems(responses, route.allProblems());
    return operation;
  }

  /** Each of them is enough; none at all for whoever reaches it. */
  private static List<String> schemes(Access access) {
    return switch (access) {
      case ANYBODY -> List.of();
      case VIEWER, PUBLISHER, DEPLOYER, ADMIN -> List.of(USER, PAGE);
      case VIEWER_OR_AGENT, PUBLISHER_OR_AGENT -> List.of(USER, PAGE, AGENT);
      case AGENT -> List.of(AGENT);
    };
  }

  private ObjectNode values(Parameter.Values values) {
    ObjectNode schema = json.createObjectNode();
    return switch (values) {
      case Parameter.Values.Name _ -> schema.put("type", "string").put("pattern", NAME_PATTERN);
      case Parameter.Values.Whole(int least, int most, int unsaid) ->
          schema
              .put("type", "integer")
              .put("minimum", least)
              .put("maximum", most)
              .put("default", unsaid);
      case Parameter.Values.Opaque(int charsMax) ->
          schema.put("type", "string").put("maxLength", charsMax);
    };
  }

  private void content(ObjectNode body, Payload payload) {
    ObjectNode media = body.putObject("content").putObject(payload.contentType());
    switch (payload) {
      case Payload.Nothing _ -> {}
      case Payload.Json(Class<? extends Record> type) ->
          media.set("schema", schemas.createSchemaReference(type));
      case Payload.Page(Class<? extends Record> element) -> {
        ObjectNode page = media.putObject("schema").put("type", "object");
        ObjectNode properties = page.putObject("properties");
        properties
            .putObject("items")
            .put("type", "array")
            .put("maxItems", Page.LIMIT_MAX)
            .set("items", schemas.createSchemaReference(element));
        properties.putObject("next").put("type", "string").put("maxLength", Page.NEXT_CHARS_MAX);
        page.putArray("required").add("items").add("next");
      }
      case Payload.File _ ->
          media.putObject("schema").put("contentMediaType", payload.contentType());
      case Payload.Events(Class<? extends Record> change) -> {
        media.putObject("schema").put("type", "string");
        ObjectNode events = media.putObject("x-seedfall-events");
        events.set("change", schemas.createSchemaReference(change));
        events.set("reset", schemas.createSchemaReference(Reset.class));
      }
      case Payload.OpenApi _ -> media.putObject("schema").put("type", "object");
    }
  }

  /** One answer for each status, which names the codes that come with it. */
  private void problems(ObjectNode responses, List<String> codes) {
    TreeMap<Integer, ObjectNode> byStatus = new TreeMap<>();
    for (String code : codes) {
      ProblemWords words = ProblemWords.of(code);
      ObjectNode answer = byStatus.get(words.status());
      if (answer == null) {
        answer = json.createObjectNode().put("description", words.title() + ".");
        answer.putArray("x-seedfall-codes");
        answer.putObject("content").putObject(Problem.CONTENT_TYPE).set("schema", problem);
        byStatus.put(words.status(), answer);
      } else {
        String before = answer.get("description").stringValue();
        answer.put("description", before + " " + words.title() + ".");
      }
      ((ArrayNode) answer.get("x-seedfall-codes")).add(code);
    }
    byStatus.forEach((status, answer) -> responses.set(String.valueOf(status), answer));
  }
}
