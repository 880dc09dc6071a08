/**
 * A fleet in one thread from one seed: the production {@code Planner}, driven as the coordinator
 * drives it, against agents that behave as real ones, coordinators and agents that are killed at
 * any step, and users. Content moves by a crude model here; how it really moves is what {@code
 * io.seedfall.simulator} is for. Begin with {@link io.seedfall.simulator.fleet.FleetSimulation}.
 */
@NullMarked
package io.seedfall.simulator.fleet;

import org.jspecify.annotations.NullMarked;
