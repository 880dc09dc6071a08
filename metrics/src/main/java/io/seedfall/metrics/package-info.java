/** Numbers that Prometheus reads: declared in tables, bounded, served as text. */
@NullMarked
package io.seedfall.metrics;

import org.jspecify.annotations.NullMarked;
