package io.seedfall.cli;

import java.util.Locale;

/**
 * What one check found.
 *
 * @param check what was looked at
 * @param verdict how it is
 * @param what one line: what was seen
 * @param action what to do about it; empty when nothing is to be done
 */
record Finding(String check, Verdict verdict, String what, String action) {
  /** How bad it is. */
  enum Verdict {
    /** As it should be. */
    OK,
    /** Could not be looked at; {@code what} says why. */
    SKIP,
    /** It works, but not as well as it could. */
    WARN,
    /** It does not work. */
    FAIL;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static Finding ok(String check, String what) {
    return new Finding(check, Verdict.OK, what, "");
  }

  static Finding skip(String check, String why) {
    return new Finding(check, Verdict.SKIP, why, "");
  }

  static Finding warn(String check, String what, String action) {
    return new Finding(check, Verdict.WARN, what, action);
  }

  static Finding fail(String check, String what, String action) {
    return new Finding(check, Verdict.FAIL, what, action);
  }

  /** For people. */
  String line() {
    String then = action.isEmpty() ? "" : "; " + action;
    return TextTable.printable("%-4s  %-12s  %s%s".formatted(verdict.word(), check, what, then));
  }
}
