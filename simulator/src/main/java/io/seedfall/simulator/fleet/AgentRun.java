package io.seedfall.simulator.fleet;

import io.seedfall.planner.DeploymentPlan;
import io.seedfall.planner.MachineState;
import io.seedfall.protocol.InfoHash;

/** One assignment of a simulated agent, from its arrival to its end; gone with the process. */
final class AgentRun {
  /** As the real AssignmentRun's. */
  enum Phase {
    LEARNING,
    CHECKING,
    FETCHING,
    PREPARING,
    STAGED,
    INSTALLING,
    FINISHED
  }

  /** In a plan's options: a hook before the install, and one after. */
  static final String PRE_INSTALL = "pre";

  static final String POST_INSTALL = "post";

  private final DeploymentPlan plan;
  private final boolean stage;
  private Phase phase = Phase.LEARNING;
  private int attempt;
  private boolean activated;
  private MachineState outcome = MachineState.FETCHING;
  private String why = "";
  private int said = -1;

  AgentRun(DeploymentPlan plan, boolean stage) {
    this.plan = plan;
    this.stage = stage;
    this.activated = !stage;
  }

  String id() {
    return plan.id();
  }

  InfoHash infoHash() {
    return plan.artifact().infoHash();
  }

  String destination() {
    return plan.destination();
  }

  boolean stage() {
    return stage;
  }

  boolean hasHook(String moment) {
    return plan.options().contains(moment);
  }

  Phase phase() {
    return phase;
  }

  void enter(Phase next) {
    phase = next;
    attempt++;
  }

  /** Changes with every phase: an answer to an earlier one is recognized by it. */
  int attempt() {
    return attempt;
  }

  boolean isFinished() {
    return phase == Phase.FINISHED;
  }

  boolean isActivated() {
    return activated;
  }

  void activate() {
    activated = true;
  }

  void finish(MachineState how, String reason) {
    enter(Phase.FINISHED);
    outcome = how;
    why = reason;
  }

  String why() {
    return why;
  }

  /** What the coordinator is told. */
  MachineState state() {
    return switch (phase) {
      case LEARNING, CHECKING, FETCHING -> MachineState.FETCHING;
      case PREPARING -> activated ? MachineState.INSTALLING : MachineState.FETCHING;
      case STAGED -> MachineState.STAGED;
      case INSTALLING -> MachineState.INSTALLING;
      case FINISHED -> outcome;
    };
  }

  /** Whether so many pieces are news. */
  boolean isNews(int pieces) {
    boolean news = pieces != said;
    said = pieces;
    return news;
  }
}
