/** The one program with all its commands. */
@NullMarked
package io.seedfall.cli;

import org.jspecify.annotations.NullMarked;
