package io.seedfall.control;

import java.util.List;

/**
 * Some of a list, in its order. What is added to the list meanwhile moves nothing from one page to
 * another.
 *
 * @param items at most as many as were asked for
 * @param next where the next page begins, to be given back as it is; empty when there is none
 */
public record Page<T>(List<T> items, String next) {
  /** The most items of a page. */
  public static final int LIMIT_MAX = 1_000;

  /** How many items a page has unless another number is asked for. */
  public static final int LIMIT_USUAL = 100;

  /** The most characters of {@link #next}. */
  public static final int NEXT_CHARS_MAX = 512;

  /** Keeps a copy. */
  public Page {
    items = List.copyOf(items);
  }
}
