@NullMarked
package io.seedfall.benchmarks;

import org.jspecify.annotations.NullMarked;
