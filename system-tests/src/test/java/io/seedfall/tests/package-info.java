/** Real processes, other people's clients, and the rules that hold for every source file. */
@NullMarked
package io.seedfall.tests;

import org.jspecify.annotations.NullMarked;
