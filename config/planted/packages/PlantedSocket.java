// expect: a brain does no I/O, starts no thread and keeps no lock or log
package io.seedfall.swarm;

import java.net.InetSocketAddress;

record PlantedSocket(InetSocketAddress address) {}
