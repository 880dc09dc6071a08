package io.seedfall.simulator.policy;

import java.util.Arrays;

/**
 * Links and the flows that share them. A link divides its rate evenly among the flows that pass it;
 * a flow moves as fast as the narrowest of its links (and its own limit) lets it.
 *
 * <p>A flow passes up to four links: its sender's uplink, its receiver's downlink, and the uplink
 * and the downlink of racks. Each link has a list of its flows that is threaded through arrays.
 */
final class FlowLinks {
  /** The most links on a flow's way. */
  static final int HOPS_MAX = 4;

  static final int NONE = -1;

  private final double[] bytesPerNano;
  private final int[] flows;
  private final int[] first;
  private final double[] settledShare;
  private final boolean[] dirty;
  private int[] dirtyLinks = new int[64];
  private int dirtyCount;

  private int[] links = new int[0];
  private int[] next = new int[0];
  private int[] previous = new int[0];

  FlowLinks(double[] bytesPerNano) {
    this.bytesPerNano = bytesPerNano.clone();
    flows = new int[bytesPerNano.length];
    first = new int[bytesPerNano.length];
    Arrays.fill(first, NONE);
    settledShare = new double[bytesPerNano.length];
    dirty = new boolean[bytesPerNano.length];
  }

  /** Puts a flow on its links; {@link #NONE} where it has no such hop. */
  void add(int flow, int up, int down, int rackUp, int rackDown) {
    grow(flow);
    int base = flow * HOPS_MAX;
    links[base] = up;
    links[base + 1] = down;
    links[base + 2] = rackUp;
    links[base + 3] = rackDown;
    for (int i = base; i < base + HOPS_MAX; i++) {
      int link = links[i];
      if (link != NONE) {
        int head = first[link];
        next[i] = head;
        previous[i] = NONE;
        if (head != NONE) {
          previous[head] = i;
        }
        first[link] = i;
        flows[link]++;
        touch(link);
      }
    }
  }

  void remove(int flow) {
    int base = flow * HOPS_MAX;
    for (int i = base; i < base + HOPS_MAX; i++) {
      int link = links[i];
      if (link != NONE) {
        if (previous[i] == NONE) {
          first[link] = next[i];
        } else {
          next[previous[i]] = next[i];
        }
        if (next[i] != NONE) {
          previous[next[i]] = previous[i];
        }
        flows[link]--;
        touch(link);
      }
    }
  }

  /** What a flow may have now, in bytes a nanosecond. */
  double share(int flow, double limit) {
    double share = limit;
    int base = flow * HOPS_MAX;
    for (int i = base; i < base + HOPS_MAX; i++) {
      int link = links[i];
      if (link != NONE) {
        share = Math.min(share, bytesPerNano[link] / flows[link]);
      }
    }
    return share;
  }

  /** Whether flows came or went since the last {@link #pollChanged}. */
  boolean isDirty() {
    return dirtyCount > 0;
  }

  /** A link whose share per flow is another one than before, or {@link #NONE}. */
  int pollChanged() {
    while (dirtyCount > 0) {
      int link = dirtyLinks[--dirtyCount];
      dirty[link] = false;
      double share = flows[link] == 0 ? 0 : bytesPerNano[link] / flows[link];
      if (share != settledShare[link]) {
        settledShare[link] = share;
        return link;
      }
    }
    return NONE;
  }

  /** Where a link's list begins; {@link #NONE} when no flow passes it. */
  int firstOf(int link) {
    return first[link];
  }

  /** The next entry of the list. */
  int after(int entry) {
    return next[entry];
  }

  /** The flow that an entry stands for. */
  static int flowOf(int entry) {
    return entry / HOPS_MAX;
  }

  private void touch(int link) {
    if (!dirty[link]) {
      dirty[link] = true;
      if (dirtyCount == dirtyLinks.length) {
        dirtyLinks = Arrays.copyOf(dirtyLinks, 2 * dirtyCount);
      }
      dirtyLinks[dirtyCount++] = link;
    }
  }

  private void grow(int flow) {
    int wanted = (flow + 1) * HOPS_MAX;
    if (wanted > links.length) {
      int length = Math.max(wanted, 2 * links.length);
      links = Arrays.copyOf(links, length);
      next = Arrays.copyOf(next, length);
      previous = Arrays.copyOf(previous, length);
    }
  }
}
