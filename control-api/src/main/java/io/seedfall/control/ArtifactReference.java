package io.seedfall.control;

/**
 * {@code NAME} or {@code NAME@VERSION}.
 *
 * @param name the artifact's name
 * @param version its version; empty for the newest
 */
public record ArtifactReference(String name, String version) {
  /** Checks both parts. */
  public ArtifactReference {
    Names.check("artifact", name);
    if (!version.isEmpty()) {
      Names.check("version", version);
    }
  }

  /**
   * Parses it.
   *
   * @throws IllegalArgumentException when a part is no name
   */
  public static ArtifactReference parse(String text) {
    int at = text.indexOf('@');
    if (at < 0) {
      return new ArtifactReference(text, "");
    }
    if (at == text.length() - 1) {
      throw new IllegalArgumentException(
          "artifact: '" + text + "' (expected: NAME or NAME@VERSION)");
    }
    return new ArtifactReference(text.substring(0, at), text.substring(at + 1));
  }

  /** Whether the newest version is meant. */
  public boolean newest() {
    return version.isEmpty();
  }

  @Override
  public String toString() {
    return version.isEmpty() ? name : name + "@" + version;
  }
}
