package io.seedfall.control;

/**
 * What came of checking the audit log.
 *
 * @param lines how many were read
 * @param intact whether all of them are as they were written, none is missing between them, and the
 *     line that was asked about is there
 * @param why what is wrong, naming the line; empty when nothing is
 * @param head {@code SERIAL:CHAIN} of the last line: noted elsewhere, it shows later that no line
 *     up to it was cut off
 */
public record AuditCheckView(long lines, boolean intact, String why, String head) {}
