package io.seedfall.simulator.fleet;

import io.seedfall.planner.AgentFacts;
import io.seedfall.planner.AgentRole;
import io.seedfall.planner.Place;
import io.seedfall.planner.PlannerEffect;
import io.seedfall.planner.PlannerEvent;
import io.seedfall.protocol.Endpoint;
import io.seedfall.protocol.InfoHash;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Seeds one content while it runs. */
final class SimulatedPublisher implements Peer, Line.Owner {
  private final FleetSimulation fleet;
  private final String name;
  private final InfoHash infoHash;
  private final Line line;
  private final Neighbourhood neighbourhood = new Neighbourhood();
  private boolean running;
  private boolean halted;
  private long haltWord;

  SimulatedPublisher(FleetSimulation fleet, String name, InfoHash infoHash) {
    this.fleet = fleet;
    this.name = name;
    this.infoHash = infoHash;
    this.line = new Line(fleet, name, this);
  }

  void start() {
    if (!running) {
      running = true;
      fleet.say(name, "starts");
      line.start();
    }
  }

  void stop() {
    if (running) {
      running = false;
      halted = false;
      neighbourhood.clear();
      fleet.say(name, "stops");
      line.stop();
    }
  }

  Line line() {
    return line;
  }

  InfoHash infoHash() {
    return infoHash;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Endpoint endpoint() {
    return new Endpoint("10.0.1.1", 1 + fleet.numberOf(name));
  }

  @Override
  public boolean isThere() {
    return running && line.network();
  }

  @Override
  public long pieces(InfoHash wanted) {
    boolean sends = !halted && neighbourhood.moves(wanted, _ -> false);
    return wanted.equals(infoHash) && sends ? WHOLE : 0;
  }

  @Override
  public boolean lists(InfoHash wanted, Peer other) {
    return neighbourhood.lists(wanted, other);
  }

  @Override
  public PlannerEvent.AgentJoined hello() {
    AgentFacts facts =
        new AgentFacts(name, AgentRole.PUBLISHER, new TreeMap<>(), endpoint(), Place.ELSEWHERE);
    return new PlannerEvent.AgentJoined(facts, List.of(infoHash), Map.of());
  }

  @Override
  public void welcomed() {
    long word = ++haltWord;
    fleet
        .agenda()
        .in(
            2_000,
            () -> {
              if (haltWord == word) {
                halted = false;
              }
            });
  }

  @Override
  public void heard(PlannerEffect.Send message) {
    fleet.say(name + " hears", message);
    switch (message) {
      case PlannerEffect.Seed seed -> {
        if (seed.infoHash().equals(infoHash)) {
          neighbourhood.seed(infoHash, seed.contacts(), seed.paused());
        }
      }
      case PlannerEffect.Halt(String _, boolean now) -> {
        haltWord++;
        halted = now;
      }
      case PlannerEffect.Assign _,
          PlannerEffect.Activate _,
          PlannerEffect.SetPace _,
          PlannerEffect.SetCaps _,
          PlannerEffect.CheckHealth _,
          PlannerEffect.Withdraw _,
          PlannerEffect.Neighbours _ -> {}
    }
  }
}
