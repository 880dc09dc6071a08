package io.seedfall.cli;

import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints: the version that the build wrote into the jar. */
final class ProgramVersion implements IVersionProvider {
  /** The version, or {@code development} when the classes run outside a jar. */
  static String text() {
    String version = ProgramVersion.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  @Override
  public String[] getVersion() {
    return new String[] {"seedfall " + text()};
  }
}
