package io.seedfall.cli;

import java.util.LinkedHashMap;
import java.util.Map;

/** What a command's exit code says; the same for every command, and part of its {@code --help}. */
public final class ExitCode {
  /** It did what was asked. */
  public static final int OK = 0;

  /** It ran and failed: a machine did not get the file, a copy was not verified. */
  public static final int FAILED = 1;

  /** The command line makes no sense. */
  public static final int USAGE = 2;

  /** The coordinator does not answer. */
  public static final int UNREACHABLE = 3;

  /** The coordinator answers, and refuses: no matching agents, an unknown artifact. */
  public static final int REFUSED = 4;

  /** This machine is in the way: no such file, no space, a port that is taken. */
  public static final int LOCAL = 5;

  /** A bug of ours. */
  public static final int BUG = 70;

  private ExitCode() {}

  /** For {@code --help}. */
  public static Map<String, String> descriptions() {
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put(" " + OK, "done");
    texts.put(" " + FAILED, "it ran and failed: the table or the last line says where");
    texts.put(" " + USAGE, "the command line makes no sense");
    texts.put(" " + UNREACHABLE, "the coordinator does not answer");
    texts.put(" " + REFUSED, "the coordinator refused");
    texts.put(" " + LOCAL, "this machine: no such file, no space, a port that is taken");
    texts.put("" + BUG, "a bug in Seedfall");
    return texts;
  }
}
