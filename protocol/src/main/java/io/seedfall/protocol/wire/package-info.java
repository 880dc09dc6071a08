/** Peer wire messages and their codec: BEP 3, 6, 9, 10, 52 and the extension sf_grant. */
@NullMarked
package io.seedfall.protocol.wire;

import org.jspecify.annotations.NullMarked;
