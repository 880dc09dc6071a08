package io.seedfall.coordinator;

/**
 * Something that a request may say besides its path and its body.
 *
 * @param place where it stands
 * @param name what it is called there
 * @param what it does, for docs/api.md and the OpenAPI document
 * @param values which it takes
 */
record Parameter(Place place, String name, String what, Values values) {
  /** Where a parameter stands. */
  enum Place {
    /** Behind the {@code ?}. */
    QUERY,
    /** Among the headers. */
    HEADER
  }

  /** What a value looks like. */
  sealed interface Values {
    /** A name, as agents and deployments have. */
    record Name() implements Values {}

    /** A whole number between two, and what it is when it is not said. */
    record Whole(int least, int most, int unsaid) implements Values {}

    /** What an answer has given before: to be given back as it is. */
    record Opaque(int charsMax) implements Values {}
  }

  static Parameter query(String name, String what, Values values) {
    return new Parameter(Place.QUERY, name, what, values);
  }

  static Parameter header(String name, String what, Values values) {
    return new Parameter(Place.HEADER, name, what, values);
  }
}
