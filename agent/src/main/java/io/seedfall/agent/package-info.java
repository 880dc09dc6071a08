/** The daemon on every machine. */
@NullMarked
package io.seedfall.agent;

import org.jspecify.annotations.NullMarked;
