package io.seedfall.control;

/**
 * One machine of one deployment in full: where its time went, and who fed it.
 *
 * @param machine how far it is
 * @param detail as the machine said when it ended; {@link MachineDetail#NONE} before
 * @param destination where
 */
public record MachineDetailView(MachineView machine, MachineDetail detail, String destination) {}
