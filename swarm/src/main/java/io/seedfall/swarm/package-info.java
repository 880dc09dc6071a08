/** The brain of one peer in one swarm. It never does I/O. */
@NullMarked
package io.seedfall.swarm;

import org.jspecify.annotations.NullMarked;
