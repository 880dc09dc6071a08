package io.seedfall.benchmarks;

import java.util.List;

/** Where a contest happens: host 0 has the file, all others are to get it. */
interface Hosts {
  /** How many there are, the source among them. */
  int count();

  /** The address of a host, as the others reach it. */
  String address(int host);

  /** The words that run a command on a host: put them before it. */
  List<String> on(int host);

  /** The words that run a command on a machine beside the hosts, which none of them pays for. */
  List<String> beside();

  /** Where that machine is reached. */
  String besideAddress();

  /** A TCP port that is free on every host. */
  int port();

  /** Bytes that a host's card has sent so far, frames and all; 0 where that is not counted. */
  long bytesSent(int host);
}
