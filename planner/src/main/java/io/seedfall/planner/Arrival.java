package io.seedfall.planner;

import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a machine should have that has just connected: for each place the newest deployment that
 * matches its labels and has come to it. An older one says it no longer, a newer one whose wave has
 * not come does not say it yet.
 */
final class Arrival {
  private final Board board;
  private final Course course;
  private final Introductions introductions;

  Arrival(Board board, Course course, Introductions introductions) {
    this.board = board;
    this.course = course;
    this.introductions = introductions;
  }

  /** A machine has connected. */
  void of(AgentFacts machine) {
    TreeSet<String> places = new TreeSet<>();
    for (Deployment deployment : board.all()) {
      places.add(deployment.plan().destination());
    }
    for (String place : places) {
      at(place, machine, true);
    }
  }

  /** A deployment has nothing to say there any more: an older one may. */
  void freed(String place, AgentFacts machine) {
    at(place, machine, false);
  }

  private void at(String place, AgentFacts facts, boolean isBack) {
    List<Deployment> newestFirst = board.towards(place);
    for (Deployment deployment : newestFirst) {
      if (isDecidedBy(deployment, facts, isBack)) {
        course.supersedeBy(deployment, facts.name()); // it may have been an older one's meanwhile
        return;
      }
    }
  }

  /** Whether this one says what the machine should have; then it is told. */
  private boolean isDecidedBy(Deployment deployment, AgentFacts facts, boolean isBack) {
    boolean matches = deployment.matches(facts.labels());
    Machine machine = deployment.machine(facts.name());
    if (machine == null || machine.state() == MachineState.CANCELLED) {
      if (matches && deployment.open()) {
        return welcome(deployment, machine, facts);
      }
      if (isBack && machine != null) { // it may have missed that
        board.put(new PlannerEffect.Withdraw(facts.name(), deployment.id(), machine.why()));
      }
      return false;
    }
    if (!matches) {
      if (!machine.state().isFinal()) {
        course.end(deployment, machine, MachineState.CANCELLED, "its labels no longer match");
        course.settle(deployment);
      }
      return false; // what is in place stays, unless an older one that matches says otherwise
    }
    switch (machine.state()) {
      case PENDING -> {
        return false;
      }
      case WAITING, FETCHING, STAGED, INSTALLING -> {
        machine.renewPatience(board.nowMillis());
        introductions.assign(deployment, machine);
      }
      case INSTALLED -> {
        if (deployment.open() && !isInPlace(deployment, facts)) {
          again(deployment, machine, "what was in place there is gone");
        } else {
          course.askHealth(deployment, machine);
        }
      }
      case FAILED -> {
        if (isBack && deployment.open() && machine.mayTryAgain()) {
          again(deployment, machine, "it is back, after: " + machine.why());
        }
      }
      case CANCELLED -> throw new IllegalStateException("seen to above");
    }
    return true;
  }

  private boolean isInPlace(Deployment deployment, AgentFacts facts) {
    return board
        .fleet()
        .isInPlace(facts.name(), deployment.plan().destination(), deployment.infoHash());
  }

  private void again(Deployment deployment, Machine machine, String why) {
    course.begin(deployment, machine, why);
    tell(deployment, machine);
    course.settle(deployment);
  }

  /** A machine that is new to a deployment is in its last wave. */
  private boolean welcome(Deployment deployment, @Nullable Machine known, AgentFacts facts) {
    Machine machine = known;
    if (machine == null) {
      machine =
          new Machine(
              new MachineSnapshot(
                  facts.name(),
                  MachineState.PENDING,
                  "",
                  Progress.NONE,
                  deployment.lastWave(),
                  true),
              board.nowMillis());
      deployment.add(machine);
    } else {
      course.enter(deployment, machine, MachineState.PENDING, "it matches again");
    }
    boolean begins = deployment.state().isFinal() || deployment.hasBegun(machine);
    if (!begins) {
      course.enter(deployment, machine, MachineState.PENDING, "it joined before its wave");
      return false;
    }
    again(deployment, machine, "it joined");
    return true;
  }

  private void tell(Deployment deployment, Machine machine) {
    if (machine.state().isActive()) {
      introductions.joinLate(deployment, machine);
      introductions.assign(deployment, machine);
    }
  }
}
