/** The brain of the coordinator. It never does I/O. */
@NullMarked
package io.seedfall.planner;

import org.jspecify.annotations.NullMarked;
