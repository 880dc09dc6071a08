package io.seedfall.planner;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Leads deployments from wave to wave, and to their end. */
final class Course {
  /** How long health hooks have, all together, before silence counts as an answer. */
  static final long HEALTH_MILLIS_MAX = 120_000;

  /** What the id of a deployment has more when it was taken back by itself. */
  static final String BACK = "-back";

  private final Board board;
  private final Introductions introductions;

  Course(Board board, Introductions introductions) {
    this.board = board;
    this.introductions = introductions;
  }

  private long now() {
    return board.nowMillis();
  }

  // ---- beginning --------------------------------------------------------------------------

  /** Stores it, begins its first wave, and says so to everybody. */
  void start(DeploymentSnapshot snapshot, Deployment deployment) {
    board.put(new PlannerEffect.DeploymentCreated(snapshot));
    board.add(deployment);
    for (Machine machine : deployment.machines()) {
      if (machine.state() != MachineState.PENDING) {
        supersedeBy(deployment, machine.agent());
      }
    }
    introductions.draw(deployment, 0);
  }

  /** Tells its holders and its machines of the first wave. */
  void sayStart(Deployment deployment) {
    introductions.seedAll(deployment);
    for (Machine machine : deployment.machines()) {
      if (machine.state().isActive()) {
        introductions.assign(deployment, machine);
      }
    }
  }

  private void beginWave(Deployment deployment, int wave) {
    List<Machine> machines =
        deployment.machines().stream().filter(machine -> machine.wave() == wave).toList();
    if (deployment.plan().rollout().staged()) {
      for (Machine machine : machines) {
        if (machine.state().isActive()) {
          machine.renewPatience(now()); // it may have waited for this for days
          board.put(new PlannerEffect.Activate(machine.agent(), deployment.id()));
        }
      }
      return;
    }
    if (!introductions.isDrawn(deployment, wave)) {
      introductions.addHolders(deployment, wave);
      introductions.draw(deployment, wave);
    }
    for (Machine machine : machines) {
      if (machine.state() == MachineState.PENDING) {
        begin(deployment, machine, "its wave has come");
        if (machine.late() && machine.state().isActive()) { // it is in no graph
          introductions.joinLate(deployment, machine);
        }
      }
    }
    introductions.seedAll(deployment);
    for (Machine machine : machines) {
      if (machine.state().isActive()) {
        introductions.assign(deployment, machine);
      } else { // others of its wave know it, and it may have the content
        introductions.seed(machine.agent(), deployment.infoHash());
      }
    }
  }

  /** A machine's part begins, or begins again; whoever calls assigns it. */
  void begin(Deployment deployment, Machine machine, String why) {
    AgentSnapshot agent = board.fleet().find(machine.agent());
    enter(deployment, machine, MachineState.WAITING, why);
    if (agent != null && !introductions.reaches(deployment, agent.facts())) {
      enter(deployment, machine, MachineState.FAILED, Targets.unreachable(agent.facts()));
      return;
    }
    supersedeBy(deployment, machine.agent());
  }

  /** What older deployments had in mind for the same place on a machine ends there. */
  void supersedeBy(Deployment newer, String agent) {
    boolean older = false;
    for (Deployment other : board.towards(newer.plan().destination())) {
      Machine part = older ? other.machine(agent) : null;
      older |= other.equals(newer);
      if (part != null && !part.state().isFinal()) {
        String why = "superseded by " + newer.id();
        end(other, part, MachineState.CANCELLED, why);
        boolean over =
            !other.state().isFinal() && !other.isActive() && other.count(MachineState.PENDING) == 0;
        if (over) {
          change(other, new DeploymentState.Cancelled(), why);
        }
        settle(other);
      }
    }
  }

  // ---- changes ----------------------------------------------------------------------------

  void enter(Deployment deployment, Machine machine, MachineState state, String why) {
    deployment.move(machine, state, why, now());
    board.put(new PlannerEffect.MachineChanged(deployment.id(), machine.snapshot()));
  }

  /** A machine's part ends without its doing. */
  void end(Deployment deployment, Machine machine, MachineState state, String why) {
    boolean active = machine.state().isActive();
    enter(deployment, machine, state, why);
    board.gaps(true);
    if (active) {
      deployment.withdrawn(now());
      board.put(new PlannerEffect.Withdraw(machine.agent(), deployment.id(), why));
    }
  }

  void endAll(Deployment deployment, String why) {
    for (Machine machine : deployment.machines()) {
      if (!machine.state().isFinal()) {
        end(deployment, machine, MachineState.CANCELLED, why);
        board.free(machine.agent(), deployment.plan().destination());
      }
    }
  }

  void change(Deployment deployment, DeploymentState state, String why) {
    boolean over = state.isFinal() && !deployment.state().isFinal();
    if (over && deployment.state().wave() < deployment.lastWave()) {
      deployment.close(); // nobody has found it good: newcomers do not get it either
    }
    deployment.enter(state, why, now());
    board.stored(deployment);
    if (over) {
      if (deployment.paused()) { // it is not to keep the content still for others
        introductions.seedByAll(deployment);
      } else {
        introductions.seedAll(deployment);
      }
      retireOlder(deployment);
    }
  }

  // ---- gates ------------------------------------------------------------------------------

  /** Goes as far as it can by now. */
  void settle(Deployment deployment) {
    while (step(deployment)) {
      if (deployment.state().isFinal()) {
        return;
      }
    }
  }

  /** One change of state; false when it has to wait. */
  private boolean step(Deployment deployment) {
    if (deployment.state().isFinal()) {
      retireIfIdle(deployment);
      return false;
    }
    if (deployment.total(deployment.lastWave()) == 0) {
      String why = firstReason(deployment, MachineState.CANCELLED);
      change(deployment, new DeploymentState.Cancelled(), why);
      return true;
    }
    if (board.halted() || deployment.paused()) {
      return false;
    }
    long deadline = deployment.plan().rollout().deadlineMillis();
    if (tooManyFailed(deployment)) {
      fail(
          deployment, failures(deployment) + "; at most " + deployment.gate().maxFailed() + " may");
      return true;
    }
    if (deadline > 0 && now() >= deployment.plan().createdMillis() + deadline) {
      timeIsUp(deployment);
      return true;
    }
    return switch (deployment.state()) {
      case DeploymentState.Staging _ -> staging(deployment);
      case DeploymentState.Staged _ -> false;
      case DeploymentState.Rolling(int wave) -> rolling(deployment, wave);
      case DeploymentState.Soaking(int wave, long until) ->
          now() >= until && check(deployment, wave);
      case DeploymentState.Checking(int wave, long until) -> checking(deployment, wave, until);
      case DeploymentState.Done _,
          DeploymentState.Failed _,
          DeploymentState.Cancelled _,
          DeploymentState.RolledBack _ ->
          false;
    };
  }

  private static boolean tooManyFailed(Deployment deployment) {
    Quota most = deployment.gate().maxFailed();
    return !most.equals(Quota.ALL)
        && deployment.count(MachineState.FAILED)
            > most.atMost(deployment.total(deployment.lastWave()));
  }

  private boolean staging(Deployment deployment) {
    int last = deployment.lastWave();
    int total = deployment.total(last);
    int staged =
        deployment.count(MachineState.STAGED)
            + deployment.count(MachineState.INSTALLING)
            + deployment.count(MachineState.INSTALLED);
    if (staged >= quorum(deployment, total)) {
      change(
          deployment,
          new DeploymentState.Staged(),
          staged + " of " + Targets.machines(total) + " have every byte");
      return true;
    }
    if (staged + deployment.count(MachineState.FAILED) == total) {
      fail(deployment, failures(deployment));
      return true;
    }
    return false;
  }

  private boolean rolling(Deployment deployment, int wave) {
    int begun = deployment.total(wave);
    int failed = deployment.count(MachineState.FAILED, wave);
    int installed = deployment.count(MachineState.INSTALLED, wave);
    boolean all = installed + failed == begun;
    boolean last = wave == deployment.lastWave();
    boolean enough =
        last
            ? installed >= quorum(deployment, begun)
            : installed >= deployment.gate().success().atLeast(begun - failed);
    if (!all && !enough) {
      return false;
    }
    long soakMillis = deployment.gate().soakMillis();
    if (installed > 0 && soakMillis > 0) {
      change(
          deployment,
          new DeploymentState.Soaking(wave, now() + soakMillis),
          installed + " of " + begun + " machines have it; nothing may fail now");
      return true;
    }
    return check(deployment, wave);
  }

  private boolean check(Deployment deployment, int wave) {
    String hook = deployment.gate().healthHook();
    if (hook.isEmpty() || deployment.count(MachineState.INSTALLED, wave) == 0) {
      next(deployment, wave);
      return true;
    }
    change(
        deployment,
        new DeploymentState.Checking(wave, now() + HEALTH_MILLIS_MAX),
        "hook " + hook + " is asked");
    for (Machine machine : deployment.machines()) {
      machine.health(Machine.Health.UNKNOWN);
      askHealth(deployment, machine);
    }
    return true;
  }

  /** Asks a machine's health hook, when that is what the deployment waits for. */
  void askHealth(Deployment deployment, Machine machine) {
    if (deployment.state() instanceof DeploymentState.Checking(int wave, long _)
        && machine.wave() <= wave
        && machine.state() == MachineState.INSTALLED
        && machine.health() != Machine.Health.HEALTHY) {
      machine.health(Machine.Health.ASKED);
      board.put(
          new PlannerEffect.CheckHealth(
              machine.agent(), deployment.id(), deployment.gate().healthHook()));
    }
  }

  /** A health hook has answered. */
  void health(Deployment deployment, Machine machine, boolean healthy, String why) {
    if (!(deployment.state() instanceof DeploymentState.Checking)
        || machine.state() != MachineState.INSTALLED) {
      return; // too late to count
    }
    if (healthy) {
      machine.health(Machine.Health.HEALTHY);
    } else {
      enter(
          deployment,
          machine,
          MachineState.FAILED,
          "health hook " + deployment.gate().healthHook() + ": " + why);
    }
    settle(deployment);
  }

  private boolean checking(Deployment deployment, int wave, long until) {
    boolean late = now() >= until;
    boolean silent = false;
    boolean waits = false;
    for (Machine machine : deployment.machines()) {
      boolean counts =
          machine.wave() <= wave
              && machine.state() == MachineState.INSTALLED
              && machine.health() != Machine.Health.HEALTHY;
      // Whoever was asked with the others; one that came into place since is of no account.
      if (counts && late && machine.health() == Machine.Health.ASKED) {
        silent = true;
        enter(
            deployment,
            machine,
            MachineState.FAILED,
            "health hook %s did not answer within %d s"
                .formatted(deployment.gate().healthHook(), HEALTH_MILLIS_MAX / 1_000));
      }
      waits |= counts && !late && machine.health() == Machine.Health.ASKED;
    }
    if (waits) {
      return false;
    }
    if (!silent) {
      next(deployment, wave);
    }
    return true;
  }

  private void next(Deployment deployment, int wave) {
    if (wave < deployment.lastWave()) {
      int next = wave + 1;
      deployment.begun(next);
      change(
          deployment,
          new DeploymentState.Rolling(next),
          "wave %d of %d begins".formatted(next + 1, deployment.waveCount()));
      beginWave(deployment, next);
      return;
    }
    int total = deployment.total(wave);
    int installed = deployment.count(MachineState.INSTALLED);
    int failed = deployment.count(MachineState.FAILED);
    if (!isEnough(deployment, total, installed, failed)) {
      fail(deployment, failures(deployment));
      return;
    }
    int others = total - installed - failed;
    change(
        deployment,
        new DeploymentState.Done(),
        (total == installed
                ? Targets.machines(total)
                : installed + " of " + Targets.machines(total))
            + " installed it"
            + (others > 0 ? "; " + others + " go on" : ""));
  }

  private static boolean isEnough(Deployment deployment, int total, int installed, int failed) {
    Quota most = deployment.gate().maxFailed();
    int tolerated = most.equals(Quota.ALL) ? 0 : most.atMost(total);
    return installed >= quorum(deployment, total)
        || (installed > 0
            && failed <= tolerated
            && installed >= quorum(deployment, total - failed));
  }

  /** At least one machine has to have it, however small the share. */
  private static int quorum(Deployment deployment, int total) {
    return Math.max(1, deployment.plan().rollout().quorum().atLeast(total));
  }

  private void timeIsUp(Deployment deployment) {
    int total = deployment.total(deployment.lastWave());
    String why =
        "its time is up: %d of %s have it"
            .formatted(deployment.count(MachineState.INSTALLED), Targets.machines(total));
    boolean begun =
        deployment.state().wave() >= deployment.lastWave()
            && deployment.count(MachineState.PENDING) == 0;
    if (begun) {
      // Everybody was told to switch: who is late goes on, and it stays what the fleet should have.
      change(deployment, new DeploymentState.Failed(), why);
    } else {
      fail(deployment, why);
    }
  }

  // ---- ends -------------------------------------------------------------------------------

  /** It has failed: what has not ended is stopped, or all of it is taken back. */
  private void fail(Deployment deployment, String why) {
    boolean wantsBack = deployment.gate().rollBack();
    if (wantsBack && rollBack(deployment, why)) {
      return;
    }
    if (tooManyFailed(deployment)
        || deployment.isActive()
        || deployment.count(MachineState.PENDING) > 0) {
      endAll(deployment, "stopped: " + why);
      deployment.close();
    }
    change(
        deployment,
        new DeploymentState.Failed(),
        why + (wantsBack ? "; there is no version before to go back to" : ""));
  }

  private boolean rollBack(Deployment deployment, String why) {
    ArtifactFacts before = deployment.plan().previous();
    String newId = deployment.id() + BACK;
    if (before == null
        || board.find(newId) != null
        || board.fleet().holdersOf(before.infoHash(), 1).isEmpty()) {
      return false;
    }
    takeBack(deployment, deployment.plan().takenBackBy(newId, before, "gate", now()), why);
    return true;
  }

  /** Ends a deployment in favour of the one that takes it back. */
  @Nullable Deployment takeBack(Deployment deployment, DeploymentPlan back, String why) {
    endAll(deployment, "rolled back: " + why);
    deployment.close();
    change(
        deployment,
        new DeploymentState.RolledBack(),
        why + "; " + back.id() + " brings back " + back.artifact());
    DeploymentSnapshot snapshot = Targets.draw(board, back, "takes back " + deployment.id());
    if (snapshot.machines().isEmpty()) {
      return null;
    }
    Deployment taking = Targets.made(board, snapshot);
    start(snapshot, taking);
    sayStart(taking);
    return taking;
  }

  void activate(Deployment deployment) {
    change(
        deployment,
        new DeploymentState.Rolling(0),
        deployment.waveCount() == 1
            ? "activated"
            : "activated; wave 1 of " + deployment.waveCount() + " begins");
    beginWave(deployment, 0);
    settle(deployment);
  }

  // ---- what stands ------------------------------------------------------------------------

  /** A newer one is decided: those before it may have nothing to say any more. */
  private void retireOlder(Deployment newer) {
    for (Deployment older : board.towards(newer.plan().destination())) {
      if (!older.equals(newer)) {
        retireIfIdle(older);
      }
    }
  }

  /** It says nothing any more when newer ones claim all its machines, and its newcomers. */
  void retireIfIdle(Deployment deployment) {
    if (!deployment.state().isFinal()
        || deployment.isActive()
        || now() < deployment.knownUntilMillis()) {
      return;
    }
    List<Deployment> newer =
        board.towards(deployment.plan().destination()).stream()
            .takeWhile(other -> !other.equals(deployment))
            .toList();
    boolean newcomers =
        deployment.open()
            && newer.stream()
                .noneMatch(other ->
                    other.state() instanceof DeploymentState.Done
                        && other.open()
                        && other.plan().selector().equals(deployment.plan().selector()));
    boolean claims =
        deployment.machines().stream()
            .anyMatch(machine ->
                deployment.claims(machine.agent())
                    && newer.stream()
                        .noneMatch(
                            other -> other.state().isFinal() && says(other, machine.agent())));
    if (!newcomers && !claims) {
      retire(deployment);
    }
  }

  /** Whether what this machine should have is said here, with the labels that it has now. */
  private boolean says(Deployment deployment, String agent) {
    AgentSnapshot known = board.fleet().find(agent);
    return deployment.claims(agent)
        && (known == null || deployment.matches(known.facts().labels()));
  }

  void retire(Deployment deployment) {
    deployment.retire();
    board.stored(deployment);
    board.remove(deployment);
  }

  // ---- words ------------------------------------------------------------------------------

  private static String failures(Deployment deployment) {
    return deployment.count(MachineState.FAILED)
        + " of "
        + Targets.machines(deployment.total(deployment.lastWave()))
        + " failed; "
        + firstReason(deployment, MachineState.FAILED);
  }

  private static String firstReason(Deployment deployment, MachineState state) {
    for (Machine machine : deployment.machines()) {
      if (machine.state() == state) {
        return state == MachineState.FAILED
            ? machine.agent() + ": " + machine.why()
            : machine.why();
      }
    }
    return "no machine is left";
  }
}
