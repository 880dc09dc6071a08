package io.seedfall.control;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import java.lang.reflect.RecordComponent;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.ValueInstantiationException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.type.LogicalType;

/**
 * The records of this package as JSON, and back.
 *
 * <p>Strict where a mistake could hide, lenient where the future lies: every property must be there
 * that is not marked with {@link AbsentAs}, no null, no number in quotes, no property twice;
 * properties that a record does not have are ignored. The two message types carry their record's
 * name in {@code type}, first letter small: {@code {"type":"heartbeat","freeBytes":1}}.
 * Thread-safe.
 */
public final class ControlJson {
  /** How deep arrays and objects may nest. */
  public static final int DEPTH_MAX = 32;

  private static final int WHY_CHARS_MAX = 300;
  private static final String TYPE = "type";

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(DEPTH_MAX)
                          .maxStringLength(ControlApi.MESSAGE_BYTES_MAX)
                          .maxNameLength(1_024)
                          .maxNumberLength(32)
                          .maxDocumentLength(ControlApi.ANSWER_BYTES_MAX)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(EnumFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .withCoercionConfig(
              LogicalType.Textual,
              text ->
                  text.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                      .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                      .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
          .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .changeDefaultNullHandling(before -> JsonSetter.Value.construct(Nulls.FAIL, Nulls.FAIL))
          .build();

  private static final AbsentValues ABSENT = new AbsentValues(MAPPER);

  private ControlJson() {}

  /** A record of this package, or a list of them, as UTF-8 bytes. */
  public static byte[] encode(Object value) {
    return MAPPER.writeValueAsBytes(value);
  }

  /** What the coordinator sends to an agent, as one text message. */
  public static String encodeMessage(CoordinatorMessage message) {
    return withType(message);
  }

  /** What an agent sends to the coordinator, as one text message. */
  public static String encodeMessage(AgentMessage message) {
    return withType(message);
  }

  /** Reads one record. */
  public static <T> Decoded<T> decode(byte[] json, Class<T> type) {
    try {
      return notNull(MAPPER.treeToValue(ABSENT.complete(MAPPER.readTree(json), type), type));
    } catch (JacksonException e) {
      return new Decoded.Malformed<>(oneLine(e));
    }
  }

  /** Reads a page of records. */
  public static <T> Decoded<Page<T>> decodePage(byte[] json, Class<T> element) {
    try {
      JsonNode tree = MAPPER.readTree(json);
      tree.path("items").forEach(one -> ABSENT.complete(one, element));
      return notNull(
          MAPPER.treeToValue(
              tree, MAPPER.getTypeFactory().constructParametricType(Page.class, element)));
    } catch (JacksonException e) {
      return new Decoded.Malformed<>(oneLine(e));
    }
  }

  /** Reads what an agent said. */
  public static Decoded<AgentMessage> decodeAgentMessage(String json) {
    return decodeMessage(json, AgentMessage.class);
  }

  /** Reads what the coordinator said. */
  public static Decoded<CoordinatorMessage> decodeCoordinatorMessage(String json) {
    return decodeMessage(json, CoordinatorMessage.class);
  }

  /** What a record's component is read as when a document lacks it, as JSON; empty: it may not. */
  public static Optional<String> absent(RecordComponent component) {
    return Optional.ofNullable(component.getAnnotation(AbsentAs.class)).map(AbsentAs::value);
  }

  /** The type goes before the record's own properties; a tree would cost as much as all of it. */
  private static String withType(Object message) {
    String json = MAPPER.writeValueAsString(message);
    String type = "{\"" + TYPE + "\":\"" + typeName(message.getClass()) + "\"";
    return type + (json.length() == 2 ? "" : ",") + json.substring(1);
  }

  private static <T> Decoded<T> decodeMessage(String json, Class<T> sealed) {
    try {
      JsonNode tree = MAPPER.readTree(json);
      JsonNode type = tree.get(TYPE);
      if (type == null || !type.isString()) {
        return new Decoded.Malformed<>("a message without a type (expected: {\"type\":\"...\"})");
      }
      for (Class<?> candidate : sealed.getPermittedSubclasses()) {
        if (typeName(candidate).equals(type.stringValue())) {
          return notNull(
              sealed.cast(MAPPER.treeToValue(ABSENT.complete(tree, candidate), candidate)));
        }
      }
      return new Decoded.UnknownType<>(shortened(type.stringValue()));
    } catch (JacksonException e) {
      return new Decoded.Malformed<>(oneLine(e));
    }
  }

  /** The JSON text {@code null} is read as no value at all. */
  @SuppressWarnings("NullAway") // Jackson is not annotated
  private static <T> Decoded<T> notNull(T value) {
    return value == null ? new Decoded.Malformed<>("null") : new Decoded.Value<>(value);
  }

  private static String typeName(Class<?> type) {
    String name = type.getSimpleName();
    return name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1);
  }

  /** Where and what, without class names: those are our own business. */
  private static String oneLine(JacksonException e) {
    if (e instanceof ValueInstantiationException
        && e.getCause() instanceof IllegalArgumentException refused) {
      return shortened(String.valueOf(refused.getMessage())); // a record's own check
    }
    if (e instanceof MismatchedInputException) {
      StringBuilder path = new StringBuilder();
      for (JacksonException.Reference step : e.getPath()) {
        if (step.getPropertyName() == null) {
          path.append('[').append(step.getIndex()).append(']');
        } else {
          path.append(path.isEmpty() ? "" : ".").append(step.getPropertyName());
        }
      }
      return shortened(
          path.isEmpty() ? "not the expected object" : path + ": missing, null or of a wrong type");
    }
    return shortened("not valid JSON: " + e.getOriginalMessage());
  }

  private static String shortened(String text) {
    String line = text.replaceAll("\\p{Cntrl}+", " ");
    return line.length() <= WHY_CHARS_MAX ? line : line.substring(0, WHY_CHARS_MAX) + "...";
  }
}
