/** The body of a peer: sockets, disk, hashing, and the loop that drives a swarm. */
@NullMarked
package io.seedfall.node;

import org.jspecify.annotations.NullMarked;
