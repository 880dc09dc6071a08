/** The body of the coordinator. */
@NullMarked
package io.seedfall.coordinator;

import org.jspecify.annotations.NullMarked;
