package io.seedfall.control;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Puts in what {@link AbsentAs} says of components that a document does not have. */
final class AbsentValues {
  /** Of one record: its components, and what each is read as when it is absent. */
  private record Shape(List<Part> parts) {}

  /**
   * One component.
   *
   * @param absent null when it has to be there
   * @param inner the record that it is, or is a list of; null for all else
   */
  private record Part(String name, @Nullable JsonNode absent, @Nullable Class<?> inner) {}

  private final JsonMapper mapper;
  private final Map<Class<?>, Shape> shapes = new ConcurrentHashMap<>();

  AbsentValues(JsonMapper mapper) {
    this.mapper = mapper;
  }

  /** Completes {@code tree}, which is to become a {@code type}, in place. */
  JsonNode complete(JsonNode tree, Class<?> type) {
    if (!type.isRecord() || !(tree instanceof ObjectNode object)) {
      return tree;
    }
    for (Part part : shape(type).parts()) {
      JsonNode value = object.get(part.name());
      if (value == null && part.absent() != null) {
        value = part.absent().deepCopy();
        object.set(part.name(), value);
      }
      if (part.inner() != null && value instanceof ArrayNode list) {
        list.forEach(element -> complete(element, part.inner()));
      } else if (part.inner() != null && value != null) {
        complete(value, part.inner());
      }
    }
    return tree;
  }

  private Shape shape(Class<?> type) {
    Shape known = shapes.get(type); // the package has some thirty records: no more can be here
    if (known == null) {
      known = new Shape(Arrays.stream(type.getRecordComponents()).map(this::part).toList());
      shapes.put(type, known);
    }
    return known;
  }

  private Part part(RecordComponent component) {
    AbsentAs absent = component.getAnnotation(AbsentAs.class);
    return new Part(
        component.getName(),
        absent == null ? null : mapper.readTree(absent.value()),
        inner(component.getGenericType()));
  }

  private static @Nullable Class<?> inner(Type type) {
    return switch (type) {
      case Class<?> plain when plain.isRecord() -> plain;
      case ParameterizedType list
          when list.getRawType() == List.class
              && list.getActualTypeArguments()[0] instanceof Class<?> element
              && element.isRecord() ->
          element;
      default -> null;
    };
  }
}
