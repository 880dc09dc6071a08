package io.seedfall.simulator;

/** A scenario file that cannot be read; the message is one line and names file, key and reason. */
public final class ScenarioFileException extends Exception {
  private static final long serialVersionUID = 1L;

  /** In which file, at which key, and why. */
  public ScenarioFileException(String file, String key, String why) {
    super(file + ": " + (key.isEmpty() ? "" : key + ": ") + why.lines().findFirst().orElse(""));
  }
}
