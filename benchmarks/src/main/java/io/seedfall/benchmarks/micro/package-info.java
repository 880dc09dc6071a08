/** Benchmarks of single hot paths with JMH, run by {@code seedfall bench micro}. */
@NullMarked
package io.seedfall.benchmarks.micro;

import org.jspecify.annotations.NullMarked;
