/** The Merkle trees of BEP 52. */
@NullMarked
package io.seedfall.protocol.merkle;

import org.jspecify.annotations.NullMarked;
