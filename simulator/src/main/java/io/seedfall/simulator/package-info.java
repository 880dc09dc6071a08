/**
 * A data centre in one thread from one seed: the production {@code Swarm} on every machine, and
 * around it a simulated clock, network and disk, peers that mean harm, and checkers that are always
 * on. Begin with {@link io.seedfall.simulator.Scenario}.
 */
@NullMarked
package io.seedfall.simulator;

import org.jspecify.annotations.NullMarked;
