package io.seedfall.control;

import java.util.List;

/**
 * What to show other peers.
 *
 * @param passes one for each content that was asked for, in that order, as {@link
 *     io.seedfall.control.identity.Pass} has it
 * @param untilMillis until when all of them are good, epoch
 */
public record PassesView(List<String> passes, long untilMillis) {}
