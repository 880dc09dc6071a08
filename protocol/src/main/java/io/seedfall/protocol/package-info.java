/**
 * The bytes and what they mean. Nothing here does I/O, reads a clock or starts a thread;
 * sub-packages hold the parts that can be explained alone.
 */
@NullMarked
package io.seedfall.protocol;

import org.jspecify.annotations.NullMarked;
