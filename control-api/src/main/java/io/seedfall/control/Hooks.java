package io.seedfall.control;

/**
 * Programs of the machine's own that run around an install, by name; empty for none. The agent
 * looks for them in its hooks directory only.
 *
 * @param preInstall runs before anything changes; when it fails nothing does
 * @param postInstall runs when the content is in place; when it fails the version before comes back
 */
public record Hooks(@AbsentAs("\"\"") String preInstall, @AbsentAs("\"\"") String postInstall) {
  /** None. */
  public static final Hooks NONE = new Hooks("", "");

  /** Checks the names. */
  public Hooks {
    checkName("preInstall", preInstall);
    checkName("postInstall", postInstall);
  }

  static void checkName(String what, String name) {
    if (!name.isEmpty()) {
      Names.check(what, name);
    }
  }
}
