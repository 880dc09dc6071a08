package io.seedfall.cli;

import java.nio.file.Path;
import java.util.Map;

/**
 * Where settings come from besides the command line.
 *
 * @param environment variables
 * @param directory where a machine's files of settings are
 */
record Origins(Map<String, String> environment, Path directory) {
  /** Names the file, as {@code --config} does. */
  static final String CONFIG_VARIABLE = "SEEDFALL_CONFIG";

  private static final String OURS = "SEEDFALL_";
  private static final String KEPT = "SEEDFALL_DEBUG";

  /** Those of this process. */
  static Origins ofProcess() {
    return new Origins(System.getenv(), Path.of("/etc/seedfall"));
  }

  /** The file of a daemon, whether it is there or not. */
  Path usualFile(String daemon) {
    return directory.resolve(daemon + ".toml");
  }

  /** Leaves nothing in a child's environment that this machine's own daemons are told. */
  static void forget(Map<String, String> environment) {
    environment.keySet().removeIf(name -> name.startsWith(OURS) && !name.equals(KEPT));
    environment.put(CONFIG_VARIABLE, "/dev/null");
  }
}
