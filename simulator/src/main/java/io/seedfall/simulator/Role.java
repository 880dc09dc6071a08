package io.seedfall.simulator;

/** What a machine of a scenario does. */
public enum Role {
  /** Has everything and deals every piece once before it sends any twice. */
  SOURCE(true),
  /** Has nothing and wants everything. */
  RECEIVER(true),
  /** Has everything and serves like every other peer. */
  SEED(true),
  /** Speaks sf_grant, grants freely and sends wrong bytes. */
  POISONER(false),
  /** Speaks sf_grant, grants freely and sends nothing. */
  STALLER(false),
  /** Speaks sf_grant, says that it has everything and rejects every request. */
  LIAR(false),
  /** Speaks sf_grant, asks for a piece and then never reads again. */
  SILENT_READER(false),
  /** Speaks sf_grant, announces pieces and requests of which nothing is true, and serves nobody. */
  ANNOUNCER(false),
  /** Speaks sf_grant, announces requests for every piece of which none is true. */
  ASKER(false),
  /** An ordinary BitTorrent client that has everything. */
  FOREIGN_SEED(false),
  /** An ordinary BitTorrent client that wants everything. */
  FOREIGN_LEECH(false);

  private final boolean own;

  Role(boolean own) {
    this.own = own;
  }

  /** Whether the production swarm runs there. */
  public boolean runsSwarm() {
    return own;
  }

  /** Whether it must never be banned. */
  public boolean isHonest() {
    return own || this == FOREIGN_SEED || this == FOREIGN_LEECH;
  }

  /** Whether a run ends only when it has everything. */
  public boolean wantsEverything() {
    return this == RECEIVER || this == FOREIGN_LEECH;
  }

  /** Whether it begins with every piece. */
  public boolean beginsComplete() {
    return this == SOURCE || this == SEED;
  }
}
