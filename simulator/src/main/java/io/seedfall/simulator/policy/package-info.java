/**
 * Ways to put one file on many machines, run on the same simulated network: GRANT, which is the
 * production swarm in {@link io.seedfall.simulator.Scenario}, and those it is measured against,
 * which are models: machines with full-duplex cards that move pieces. Begin with {@link
 * io.seedfall.simulator.policy.Policy}.
 */
@NullMarked
package io.seedfall.simulator.policy;

import org.jspecify.annotations.NullMarked;
