package io.seedfall.planner;

import io.seedfall.protocol.Endpoint;
import io.seedfall.protocol.InfoHash;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Says to machines and holders what to fetch, whom to serve, and whom to know for that. */
final class Introductions {
  /** So many full copies a machine gets to know that came when the graph had been drawn. */
  private static final int LATE_HOLDERS = 4;

  /** So many that fetch like it. */
  private static final int LATE_PEERS = 8;

  private final Board board;
  private long lateDraws;

  Introductions(Board board) {
    this.board = board;
  }

  private Fleet fleet() {
    return board.fleet();
  }

  // ---- a wave's graph ---------------------------------------------------------------------

  /** Draws the graph of a wave as it was, or will be, drawn at any time. */
  void draw(Deployment deployment, int wave) {
    List<String> receivers =
        deployment.machines().stream()
            .filter(machine -> !machine.late() && deployment.fetchWave(machine) == wave)
            .map(Machine::agent)
            .filter(name -> !deployment.links().servesIn(wave, name))
            .toList();
    long seed = deployment.plan().graphSeed() + wave;
    int pieceBytes = deployment.plan().artifact().pieceBytes();
    int[] racks = Links.racks(receivers, fleet());
    deployment.links().draw(wave, receivers, board.settings().graph(seed, racks, pieceBytes));
  }

  boolean isDrawn(Deployment deployment, int wave) {
    return deployment.links().isDrawn(wave);
  }

  /** Whoever holds all of it by now serves the wave that begins, as far as there is room. */
  void addHolders(Deployment deployment, int wave) {
    Links links = deployment.links();
    for (String name : fleet().holdersOf(deployment.infoHash(), board.settings().holdersMax())) {
      if (!links.isHolder(name) && links.holders().size() < board.settings().holdersMax()) {
        addHolder(deployment, name, wave);
      }
    }
  }

  private void addHolder(Deployment deployment, String name, int wave) {
    Links links = deployment.links();
    links.addHolder(new DeploymentSnapshot.Holder(name, wave));
    board.put(
        new PlannerEffect.HolderAdded(deployment.id(), name, links.holders().size() - 1, wave));
  }

  // ---- newcomers and gaps -----------------------------------------------------------------

  /**
   * Joins a machine to some that have all of it and some that fetch it, for it came when the graph
   * had been drawn, or has lost its own neighbours. False when there is nobody.
   */
  boolean joinLate(Deployment deployment, Machine late) {
    SplitMix random = new SplitMix(deployment.plan().graphSeed() ^ ++lateDraws);
    List<String> copies = fleet().holdersOf(deployment.infoHash());
    int holders = joinTo(deployment, late, LATE_HOLDERS, copies.size(), copies::get, random);
    int wanted = LATE_PEERS + LATE_HOLDERS - holders;
    List<Machine> all = deployment.machines();
    IntFunction<@Nullable String> peer = i -> isFetching(all.get(i)) ? all.get(i).agent() : null;
    return holders + joinTo(deployment, late, wanted, all.size(), peer, random) > 0;
  }

  /** Asks of no more of the others than it has to: thousands may come late. */
  private int joinTo(
      Deployment deployment,
      Machine machine,
      int wanted,
      int count,
      IntFunction<@Nullable String> others,
      SplitMix random) {
    int joined = 0;
    for (int i : random.permutation(count)) {
      if (joined == wanted) {
        break;
      }
      String other = others.apply(i);
      if (other != null && deployment.links().join(machine.agent(), other)) {
        joined++;
        introduce(deployment, other);
      }
    }
    return joined;
  }

  private boolean isFetching(Machine machine) {
    return machine.state() == MachineState.FETCHING && fleet().isConnected(machine.agent());
  }

  /**
   * Machines of whose neighbours too many have gone, or have nothing to do with it any more, get
   * others. False when one is left that has nobody at all.
   */
  boolean repair(Deployment deployment) {
    int least = board.settings().receiverNeighboursMax() / 2;
    boolean all = true;
    for (Machine machine : deployment.machines()) {
      boolean fetches =
          machine.state() == MachineState.WAITING || machine.state() == MachineState.FETCHING;
      if (!fetches || !deployment.hasBegun(machine) || !fleet().isConnected(machine.agent())) {
        continue;
      }
      int known = 0;
      int there = 0;
      for (String neighbour : deployment.links().of(machine.agent())) {
        known++;
        there += isOfUse(deployment, neighbour) ? 1 : 0;
      }
      if (there < Math.max(1, Math.min(known, least))) {
        boolean joined = joinLate(deployment, machine);
        if (joined) {
          introduce(deployment, machine.agent());
        }
        all &= joined || there > 0;
      }
    }
    return all;
  }

  /** A machine to which nothing comes gets to know a full copy, if it knows none. */
  void feed(Deployment deployment, Machine machine) {
    for (String neighbour : deployment.links().of(machine.agent())) {
      if (fleet().doesHold(neighbour, deployment.infoHash())) {
        return;
      }
    }
    SplitMix random = new SplitMix(deployment.plan().graphSeed() ^ ++lateDraws);
    List<String> copies = fleet().holdersOf(deployment.infoHash());
    if (joinTo(deployment, machine, 1, copies.size(), copies::get, random) > 0) {
      introduce(deployment, machine.agent());
    }
  }

  /** Whether it has the content, or is about to. */
  private boolean isOfUse(Deployment deployment, String neighbour) {
    Machine machine = deployment.machine(neighbour);
    return fleet().doesHold(neighbour, deployment.infoHash())
        || (machine != null && machine.state().isActive() && fleet().isConnected(neighbour));
  }

  // ---- messages ---------------------------------------------------------------------------

  void assign(Deployment deployment, Machine machine) {
    if (deployment.paused()) { // it may have missed that
      board.put(
          new PlannerEffect.SetPace(
              machine.agent(), deployment.id(), deployment.paceOf(machine.agent()), true));
    }
    if (board.halted() || deployment.paused()) {
      return; // whoever lets it go on assigns
    }
    board.put(
        new PlannerEffect.Assign(
            machine.agent(),
            deployment.plan(),
            contacts(deployment, machine.agent()),
            deployment.stagesOnly(machine),
            deployment.paceOf(machine.agent()),
            machine.attempt()));
    if (deployment.plan().rollout().staged() && !deployment.stagesOnly(machine)) {
      // It may be staged there since before: the same assignment again would change nothing.
      board.put(new PlannerEffect.Activate(machine.agent(), deployment.id()));
    }
  }

  /** Says to one side of an edge who its neighbours are now. */
  void introduce(Deployment deployment, String name) {
    Machine machine = deployment.machine(name);
    if (machine != null && machine.state().isActive()) {
      board.put(new PlannerEffect.Neighbours(name, deployment.id(), contacts(deployment, name)));
    } else {
      seed(name, deployment.infoHash());
    }
  }

  /** Tells a holder whom to serve, over all live deployments of that content. */
  void seed(String holder, InfoHash infoHash) {
    if (!fleet().doesHold(holder, infoHash)) {
      return;
    }
    boolean source = false;
    boolean paused = true;
    Pace pace = null;
    TreeMap<String, Contact> contacts = new TreeMap<>();
    for (Deployment deployment : board.all()) {
      if (!deployment.infoHash().equals(infoHash) || !isLive(deployment)) {
        continue;
      }
      List<Contact> served = contacts(deployment, holder);
      boolean holds = deployment.links().isHolder(holder);
      if (!holds && served.isEmpty()) {
        continue;
      }
      source |= deployment.links().position(holder) == 0;
      paused &= deployment.paused();
      pace = faster(pace, deployment.pace().receiving(0)); // who serves receives nothing
      served.forEach(contact -> contacts.putIfAbsent(contact.name(), contact));
    }
    board.put(
        new PlannerEffect.Seed(
            holder,
            infoHash,
            new ArrayList<>(contacts.values()),
            source,
            pace == null ? Pace.FREE : pace,
            pace != null && paused));
  }

  private static boolean isLive(Deployment deployment) {
    return !deployment.state().isFinal() || deployment.isActive();
  }

  private static Pace faster(@Nullable Pace one, Pace other) {
    if (one == null) {
      return other;
    }
    long cap =
        one.maxBytesPerSecond() == 0 || other.maxBytesPerSecond() == 0
            ? 0
            : Math.max(one.maxBytesPerSecond(), other.maxBytesPerSecond());
    boolean first = one.priority().compareTo(other.priority()) >= 0;
    return new Pace(first ? one.priority() : other.priority(), cap);
  }

  /**
   * Says to all holders of a deployment whom to serve now; to everybody who has the content when
   * another deployment of it is paused, for they may have been told so for that one.
   */
  void seedAll(Deployment deployment) {
    if (isPausedSomewhere(deployment.infoHash())) {
      seedByAll(deployment);
      return;
    }
    for (DeploymentSnapshot.Holder holder : deployment.links().holders()) {
      seed(holder.agent(), deployment.infoHash());
    }
  }

  private boolean isPausedSomewhere(InfoHash infoHash) {
    return board.all().stream()
        .anyMatch(deployment ->
            deployment.paused() && isLive(deployment) && deployment.infoHash().equals(infoHash));
  }

  /** Says to all who have the content whom to serve now, and how fast. */
  void seedByAll(Deployment deployment) {
    for (String name : fleet().holdersOf(deployment.infoHash())) {
      seed(name, deployment.infoHash());
    }
  }

  private List<Contact> contacts(Deployment deployment, String name) {
    List<Contact> contacts = new ArrayList<>();
    for (String neighbour : deployment.links().of(name)) {
      Endpoint endpoint = fleet().endpoint(neighbour);
      if (endpoint != null) {
        boolean holdsAll =
            deployment.links().isHolder(neighbour)
                || (fleet().doesHold(neighbour, deployment.infoHash())
                    && deployment.machine(neighbour) == null);
        contacts.add(new Contact(neighbour, endpoint, holdsAll));
      }
    }
    return contacts;
  }

  // ---- full copies ------------------------------------------------------------------------

  /** Somebody with a full copy is back; what it was told before may not be so any more. */
  void greet(String name, InfoHash infoHash) {
    adopt(name, infoHash);
    for (Deployment deployment : board.all()) {
      if (deployment.infoHash().equals(infoHash)
          && isLive(deployment)
          && !deployment.links().of(name).isEmpty()) {
        seed(name, infoHash);
        return;
      }
    }
  }

  /** A full copy appeared: is it a holder's, or may it become one? */
  void serve(String name, InfoHash infoHash) {
    adopt(name, infoHash);
    boolean paused = isPausedSomewhere(infoHash);
    for (Deployment deployment : board.all()) {
      if (deployment.infoHash().equals(infoHash)
          && isLive(deployment)
          && (paused || deployment.links().isHolder(name))) {
        seed(name, infoHash);
        return;
      }
    }
  }

  /**
   * A newcomer with a full copy serves a running deployment whose holders have all gone. Others
   * need not be added: what a machine has fetched it serves already.
   */
  private void adopt(String name, InfoHash infoHash) {
    for (Deployment deployment : board.all()) {
      Links links = deployment.links();
      if (!deployment.infoHash().equals(infoHash)
          || !isLive(deployment)
          || deployment.machine(name) != null
          || links.isHolder(name)
          || links.holders().stream()
              .anyMatch(holder -> fleet().doesHold(holder.agent(), infoHash))) {
        continue;
      }
      if (links.holders().size() >= board.settings().holdersMax()) {
        board.put(
            new PlannerEffect.Notice(
                name + " cannot serve " + deployment.id() + ": too many holders"));
        continue;
      }
      addHolder(deployment, name, 0);
      for (String neighbour : links.of(name)) {
        introduce(deployment, neighbour);
      }
    }
  }

  /** Whether any of these can be reached by a machine. */
  boolean reaches(Deployment deployment, AgentFacts machine) {
    List<String> holders = new ArrayList<>();
    deployment.links().holders().forEach(holder -> holders.add(holder.agent()));
    holders.addAll(fleet().holdersOf(deployment.infoHash(), board.settings().holdersMax()));
    List<AgentFacts> known = fleet().holders(holders).toList(); // a publisher may be away
    return known.isEmpty()
        || known.stream().anyMatch(holder -> holder.place().reaches(machine.place()));
  }
}
