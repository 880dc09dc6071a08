package io.seedfall.control;

import java.util.Map;

/**
 * Which pieces the machines of a deployment have that are under way.
 *
 * @param stamp of the latest word among them; ask for those after it the next time. It grows as
 *     long as the same coordinator leads; when it has become less, ask for all
 * @param cells in each map; 0 when nobody has said anything
 * @param machines the bits of {@link PieceMap#bits} by machine
 */
public record PiecesView(long stamp, int cells, Map<String, String> machines) {}
