package io.seedfall.control;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Which machines: {@code all}, or terms that must all hold, {@code role=search,zone!=b}. A machine
 * without the label satisfies {@code !=}.
 */
public final class Selector {
  /** The most terms of a selector. */
  public static final int TERMS_MAX = 32;

  private static final String ALL = "all";

  private record Term(String key, String value, boolean equal) {}

  private final List<Term> terms;

  private Selector(List<Term> terms) {
    this.terms = terms;
  }

  /**
   * Parses it.
   *
   * @throws IllegalArgumentException with the term that is wrong and what was expected
   */
  public static Selector parse(String text) {
    if (text.equals(ALL)) {
      return new Selector(List.of());
    }
    String[] parts = text.split(",", -1);
    if (parts.length > TERMS_MAX) {
      throw new IllegalArgumentException(
          "selector: " + parts.length + " terms (expected: at most " + TERMS_MAX + ")");
    }
    List<Term> terms = new ArrayList<>();
    for (String part : parts) {
      terms.add(term(part.strip()));
    }
    return new Selector(List.copyOf(terms));
  }

  private static Term term(String text) {
    int equals = text.indexOf('=');
    if (text.equals(ALL) || equals < 0) {
      throw new IllegalArgumentException(
          "selector: '"
              + (text.length() <= 80 ? text : text.substring(0, 80) + "...")
              + "' (expected: all, or terms like role=search,zone!=b)");
    }
    boolean equal = equals == 0 || text.charAt(equals - 1) != '!';
    String key = text.substring(0, equal ? equals : equals - 1).strip();
    String value = text.substring(equals + 1).strip();
    return new Term(
        Names.check("selector key", key), Names.check("selector value of " + key, value), equal);
  }

  /** Whether a machine with these labels is meant. */
  public boolean matches(Map<String, String> labels) {
    for (Term term : terms) {
      if (term.value.equals(labels.get(term.key)) != term.equal) {
        return false;
      }
    }
    return true;
  }

  /**
   * Whether every machine that this one means, that one means as well, whatever machines there are:
   * because this one has all its terms.
   */
  public boolean isWithin(Selector wider) {
    return terms.containsAll(wider.terms);
  }

  /** The selector in its one written form, without spaces. */
  @Override
  public String toString() {
    if (terms.isEmpty()) {
      return ALL;
    }
    StringBuilder text = new StringBuilder();
    for (Term term : terms) {
      text.append(text.isEmpty() ? "" : ",")
          .append(term.key)
          .append(term.equal ? "=" : "!=")
          .append(term.value);
    }
    return text.toString();
  }
}
