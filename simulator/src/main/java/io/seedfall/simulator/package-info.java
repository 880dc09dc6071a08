/** A data centre in one thread from one seed. */
@NullMarked
package io.seedfall.simulator;

import org.jspecify.annotations.NullMarked;
