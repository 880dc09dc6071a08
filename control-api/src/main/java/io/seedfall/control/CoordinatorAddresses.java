package io.seedfall.control;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where the coordinators of one database are, in the order in which they are tried: {@code
 * http://10.0.0.1:7070,http://10.0.0.2:7070}. One of them leads, and the others know which.
 *
 * @param all one or more, http or https
 */
public record CoordinatorAddresses(List<URI> all) {
  /** The most addresses. */
  public static final int ADDRESSES_MAX = 16;

  /** Refuses what is no such address. */
  public CoordinatorAddresses {
    all = List.copyOf(all);
    if (all.isEmpty() || all.size() > ADDRESSES_MAX) {
      throw new IllegalArgumentException(
          "coordinator: %d addresses (expected: 1 to %d)".formatted(all.size(), ADDRESSES_MAX));
    }
    all.forEach(CoordinatorAddresses::check);
  }

  /** A single one. */
  public static CoordinatorAddresses of(URI coordinator) {
    return new CoordinatorAddresses(List.of(coordinator));
  }

  /** Addresses with commas between them. */
  public static CoordinatorAddresses parse(String text) {
    List<URI> all = new ArrayList<>();
    for (String one : text.split(",", -1)) {
      try {
        all.add(URI.create(one.strip()));
      } catch (IllegalArgumentException e) {
        throw refused(one, e);
      }
    }
    return new CoordinatorAddresses(all);
  }

  private static void check(URI coordinator) {
    String scheme = String.valueOf(coordinator.getScheme());
    if (coordinator.getHost() == null || !(scheme.equals("http") || scheme.equals("https"))) {
      throw refused(coordinator.toString(), null);
    }
  }

  private static IllegalArgumentException refused(String text, @Nullable Throwable cause) {
    return new IllegalArgumentException(
        "coordinator: " + text + " (expected: http://ADDRESS:PORT)", cause);
  }

  /** The one that is tried first. */
  public URI first() {
    return all.getFirst();
  }

  /** As it is parsed. */
  @Override
  public String toString() {
    return all.stream().map(URI::toString).collect(Collectors.joining(","));
  }
}
