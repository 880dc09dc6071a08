package io.seedfall.control;

import java.util.List;

/**
 * Who fed whom in a deployment, as far as its machines have told, which each does when it ends.
 *
 * @param by the label whose values make the groups; empty when each machine is one
 * @param sizeBytes of the file
 * @param told machines that have said who fed them
 * @param groups machines that count as one; the last may be all others
 * @param edges bytes between them; pairs without any are missing
 */
public record FlowView(String by, long sizeBytes, int told, List<Group> groups, List<Edge> edges) {
  /** The most groups; what is beyond is one more, named {@link #OTHERS}. */
  public static final int GROUPS_MAX = 64;

  /** The groups that are too many to be told apart. */
  public static final String OTHERS = "(others)";

  /** Publishers, and whoever is not connected under that address any more. */
  public static final String ELSEWHERE = "(source)";

  /**
   * Machines that count as one.
   *
   * @param name the value of the label, or the machine; empty when it has no such label
   * @param machines how many of them told who fed them
   * @param receivedBytes bytes that those received, from wherever
   */
  public record Group(String name, int machines, long receivedBytes) {}

  /**
   * Bytes from one group to another, or inside one.
   *
   * @param from the sender's place in the list of groups
   * @param to the receiver's
   */
  public record Edge(int from, int to, long bytes) {}
}
