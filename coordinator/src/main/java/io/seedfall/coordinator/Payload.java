package io.seedfall.coordinator;

import io.seedfall.control.ControlApi;
import java.util.List;

/** What the body of a request or of an answer is. */
sealed interface Payload {
  /** There is none. */
  record Nothing() implements Payload {}

  /** One record of control-api as JSON. */
  record Json(Class<? extends Record> type) implements Payload {}

  /** Some of a list of records, and where the rest begins. */
  record Page(Class<? extends Record> element) implements Payload {}

  /** The bytes of a file. */
  record File(String contentType, int bytesMax) implements Payload {}

  /** Server-Sent Events, {@code change} with that record and {@code reset}, without an end. */
  record Events(Class<? extends Record> change) implements Payload {}

  /** The document about all routes. */
  record OpenApi() implements Payload {}

  /** What the header Content-Type says of it; empty when there is none. */
  default String contentType() {
    return switch (this) {
      case Nothing _ -> "";
      case Json _, Page _, OpenApi _ -> "application/json";
      case File(String contentType, int _) -> contentType;
      case Events _ -> "text/event-stream";
    };
  }

  /** Types that a request may name as well for such a body. */
  default List<String> otherContentTypes() {
    return this instanceof File ? List.of("application/octet-stream") : List.of();
  }

  /** The most bytes that a request may bring of it. */
  default int bytesMax() {
    return switch (this) {
      case Nothing _, Events _ -> 0;
      case Json _, Page _, OpenApi _ -> ControlApi.BODY_BYTES_MAX;
      case File(String _, int bytesMax) -> bytesMax;
    };
  }
}
