package io.seedfall.control;

/**
 * Why a request was refused: the body of every answer from 400 on.
 *
 * @param code stable, for programs: {@code no_matching_agents}
 * @param message one line, for people, saying what to do next
 */
public record Problem(String code, String message) {}
