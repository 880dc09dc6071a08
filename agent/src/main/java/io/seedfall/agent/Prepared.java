package io.seedfall.agent;

/**
 * Content that lies ready in the staging directory of its root: durable, with its attributes, one
 * rename away from its destination.
 *
 * @param name its name in the staging directory. After the switch, what was at the destination
 *     before may be found under it
 * @param inode of the file or the directory, which it keeps when it is moved; so it can be told
 *     after a crash whether the switch had happened
 * @param already whether the same file was in place before, so that the inode tells nothing
 */
record Prepared(String name, long inode, boolean already) {}
