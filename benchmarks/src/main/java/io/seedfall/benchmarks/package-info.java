/**
 * Seedfall and other people's programs, side by side on the same links: a rack of hosts in network
 * namespaces, a single pair, hundreds of pushes, and small benchmarks of the hot paths. Nothing
 * depends on this module.
 */
@NullMarked
package io.seedfall.benchmarks;

import org.jspecify.annotations.NullMarked;
