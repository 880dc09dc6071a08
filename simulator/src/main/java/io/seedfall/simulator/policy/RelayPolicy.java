package io.seedfall.simulator.policy;

import java.util.ArrayList;
import java.util.List;

/**
 * The file is passed on piece by piece along trees that are drawn beforehand: one chain, or two
 * binary trees of which every machine is an inner node in at most one. Piece p goes down tree p
 * modulo the number of trees. A machine sends to all its children at once, one piece to each.
 *
 * <p>Everything waits until all machines are there. When one dies, its parent in each tree takes
 * over its children there.
 *
 * <p>In a tree every machine gets its pieces in order, so what it has is a number.
 */
final class RelayPolicy implements FlowScript {
  private static final int START = 0;

  /** A parent's child in a tree. */
  private record Child(int tree, int machine) {}

  private final Experiment experiment;
  private final Fleet fleet;
  private final FlowNet net;
  private final int trees;
  private final int arity;
  private final List<List<Child>> children = new ArrayList<>();
  private final int[][] parent;
  private final int[][] has;
  private final int[][] given;
  private final int[] pieces;
  private final boolean[][] receiving;

  private RelayPolicy(Experiment experiment, Fleet fleet, int trees, int arity) {
    this.experiment = experiment;
    this.fleet = fleet;
    this.trees = trees;
    this.arity = arity;
    int all = fleet.machines() + 1;
    parent = new int[trees][all];
    has = new int[trees][all];
    given = new int[trees][all];
    pieces = new int[all];
    receiving = new boolean[trees][all];
    for (int i = 0; i < all; i++) {
      children.add(new ArrayList<>());
    }
    for (int tree = 0; tree < trees; tree++) {
      has[tree][0] = inTree(tree);
    }
    net = new FlowNet(experiment, fleet, 0, this);
    net.alarmAt(fleet.lastJoinNanos(), START);
  }

  /** The whole file down one chain of all machines. */
  static Outcome.Tally chain(Experiment experiment, Fleet fleet) {
    return new RelayPolicy(experiment, fleet, 1, 1).net.run(experiment.pieceBytes());
  }

  /** Two interior-disjoint binary trees, each for half of the pieces. */
  static Outcome.Tally trees(Experiment experiment, Fleet fleet) {
    return new RelayPolicy(experiment, fleet, 2, 2).net.run(experiment.pieceBytes());
  }

  /** How many pieces go down that tree. */
  private int inTree(int tree) {
    return (experiment.pieces() - tree + trees - 1) / trees;
  }

  /**
   * Machines are laid out level by level; the second tree takes them in the opposite order, so that
   * the inner half of one is the outer half of the other.
   */
  @Override
  public void alarm(int number) {
    int[] order = new int[fleet.machines()];
    int count = 0;
    for (int i = 1; i <= fleet.machines(); i++) {
      if (net.isUp(i)) {
        order[count++] = i;
      }
    }
    for (int tree = 0; tree < trees; tree++) {
      for (int i = 0; i < count; i++) {
        int above = i == 0 ? 0 : at(order, count, tree, (i - 1) / arity);
        adopt(tree, above, at(order, count, tree, i));
      }
    }
    serve(0);
  }

  private static int at(int[] order, int count, int tree, int place) {
    return order[tree == 0 ? place : count - 1 - place];
  }

  private void adopt(int tree, int above, int machine) {
    parent[tree][machine] = above;
    given[tree][machine] = has[tree][machine];
    children.get(above).add(new Child(tree, machine));
  }

  private void serve(int machine) {
    for (Child child : children.get(machine)) {
      serve(machine, child);
    }
  }

  /** The next piece to a child, if it is here and the one before has left. */
  private void serve(int machine, Child child) {
    int tree = child.tree();
    int next = given[tree][child.machine()];
    if (next < has[tree][machine] && !receiving[tree][child.machine()]) {
      int piece = next * trees + tree;
      given[tree][child.machine()]++;
      receiving[tree][child.machine()] = true;
      net.start(machine, child.machine(), piece, experiment.pieceBytes(piece));
    }
  }

  @Override
  public void sent(int from, int to, int item) {
    int tree = item % trees;
    receiving[tree][to] = false;
    serve(parent[tree][to], new Child(tree, to));
  }

  @Override
  public void arrived(int from, int to, int item) {
    int tree = item % trees;
    if (item / trees != has[tree][to]) {
      return; // Its dead parent's successor sends it again.
    }
    has[tree][to]++;
    if (++pieces[to] == experiment.pieces()) {
      net.finished(to);
    }
    serve(to);
  }

  @Override
  public void lost(int from, int to, int item) {
    receiving[item % trees][to] = false;
  }

  @Override
  public void died(int machine) {
    for (Child child : children.get(machine)) {
      if (net.isUp(child.machine())) {
        adopt(child.tree(), parent[child.tree()][machine], child.machine());
      }
    }
    children.get(machine).clear();
    for (int tree = 0; tree < trees; tree++) {
      int above = parent[tree][machine];
      children.get(above).removeIf(child -> child.machine() == machine);
      if (net.isUp(above)) {
        serve(above);
      }
    }
  }
}
