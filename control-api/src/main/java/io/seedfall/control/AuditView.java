package io.seedfall.control;

/**
 * One line of the audit log. A change has two: that it was asked for, written before anything is
 * done, and what came of it.
 *
 * @param serial 1 and on, without gaps
 * @param about in a line that says what came of it: the serial of the line that asked; else 0
 * @param who {@code user NAME}, {@code agent NAME} or {@code token ID}
 * @param source the address from which it came
 * @param action method and path, or what a member did
 * @param detail the request, cut short
 * @param outcome {@code asked}, or the HTTP status and the code of the problem
 * @param chain of this line: it covers the line and all before it
 */
public record AuditView(
    long serial,
    long atMillis,
    long about,
    String who,
    String source,
    String action,
    String detail,
    String outcome,
    String chain) {}
