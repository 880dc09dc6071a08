package io.seedfall.protocol.fuzz;

/** What Jazzer calls ({@code config/fuzz}); which target is said by {@code -Dfuzz.target}. */
public final class FuzzDriver {
  private static final FuzzTarget TARGET =
      FuzzTarget.valueOf(System.getProperty("fuzz.target", FuzzTarget.BENCODE.name()));

  private FuzzDriver() {}

  /** One input. */
  public static void fuzzerTestOneInput(byte[] bytes) {
    TARGET.check(bytes);
  }
}
