/**
 * Who is who in a cluster: keys, certificates and TLS 1.3 with the JDK alone, the files in which
 * secrets lie, and what people are given to prove who they are. Coordinator, agent and CLI share
 * it; certificates are issued in the coordinator.
 */
@NullMarked
package io.seedfall.control.identity;

import org.jspecify.annotations.NullMarked;
