package io.seedfall.coordinator;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.javalin.http.Context;
import io.seedfall.control.Names;
import io.seedfall.control.Page;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Which part of a list is asked for: so many items behind a key, by which the list is ordered and
 * which no item ever changes. Clients see the key as a text without meaning.
 *
 * @param list whose
 * @param after the key of the last item before; null for the beginning
 * @param limit the most items
 */
record Cursor(Ordering list, @Nullable String after, int limit) {
  static final Parameter LIMIT =
      Parameter.query(
          "limit",
          "the most items of a page",
          new Parameter.Values.Whole(1, Page.LIMIT_MAX, Page.LIMIT_USUAL));

  static final Parameter AFTER =
      Parameter.query(
          "after",
          "what the page before had in `next`",
          new Parameter.Values.Opaque(Page.NEXT_CHARS_MAX));

  /** The lists, each with its own keys. */
  enum Ordering {
    /** By name. */
    AGENTS("a", false),
    /** By number, newest first. */
    ARTIFACTS("t", true),
    /** By number, newest first. */
    DEPLOYMENTS("d", true),
    /** By number. */
    HISTORY("h", true),
    /** By name. */
    MACHINES("m", false),
    /** By name. */
    USERS("u", false),
    /** By number. */
    AUDIT("l", true);

    private final String mark;
    private final boolean numbers;

    Ordering(String mark, boolean numbers) {
      this.mark = mark;
      this.numbers = numbers;
    }

    private boolean has(String key) {
      return numbers ? key.matches("[0-9]{1,18}") : Names.isName(key);
    }
  }

  /** What the request asks for. */
  static Cursor of(Ordering list, Context context) {
    int limit = number(context, LIMIT);
    String text = context.queryParam(AFTER.name());
    if (text == null) {
      return new Cursor(list, null, limit);
    }
    try {
      byte[] bytes = text.length() > Page.NEXT_CHARS_MAX ? new byte[0] : decoded(text);
      String marked = new String(bytes, UTF_8);
      if (marked.startsWith(list.mark) && list.has(marked.substring(1))) {
        return new Cursor(list, marked.substring(1), limit);
      }
    } catch (IllegalArgumentException _) {
      // no base64: none of ours
    }
    throw RequestRefused.malformed("after (expected: what the page before had in next)");
  }

  private static byte[] decoded(String text) {
    return Base64.getUrlDecoder().decode(text);
  }

  /** What a request says for such a parameter, or what it means when it says nothing. */
  static int number(Context context, Parameter parameter) {
    Parameter.Values.Whole whole = (Parameter.Values.Whole) parameter.values();
    String text = context.queryParam(parameter.name());
    if (text == null) {
      return whole.unsaid();
    }
    int number = text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : -1;
    if (number < whole.least() || number > whole.most()) {
      throw RequestRefused.malformed(
          "%s (expected: a number from %d to %d)"
              .formatted(parameter.name(), whole.least(), whole.most()));
    }
    return number;
  }

  /** The key before as a number; {@code beginning} when there is none. */
  long afterNumber(long beginning) {
    return after == null ? beginning : Long.parseLong(after);
  }

  /** Whether an item of that name comes after those of the page before. */
  boolean isBehind(String name) {
    return after == null || name.compareTo(after) > 0;
  }

  /**
   * Cuts a page.
   *
   * @param found items behind {@link #after} in order: one more than {@link #limit} if there are
   */
  <T, V> Page<V> page(List<T> found, Function<T, String> key, Function<T, V> view) {
    List<T> shown = found.subList(0, Math.min(limit, found.size()));
    String next = found.size() <= limit ? "" : text(key.apply(shown.getLast()));
    return new Page<>(shown.stream().map(view).toList(), next);
  }

  private String text(String key) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString((list.mark + key).getBytes(UTF_8));
  }
}
