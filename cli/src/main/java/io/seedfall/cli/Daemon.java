package io.seedfall.cli;

/** A command that runs until it is stopped, and logs what it does. */
interface Daemon {}
