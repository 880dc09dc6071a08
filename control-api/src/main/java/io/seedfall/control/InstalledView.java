package io.seedfall.control;

import java.util.List;

/**
 * What is installed where.
 *
 * @param places by destination, then by content
 */
public record InstalledView(List<Place> places) {
  /**
   * One content at one destination.
   *
   * @param destination where
   * @param infoHash what
   * @param machines connected machines that have it there, by name
   */
  public record Place(String destination, String infoHash, List<String> machines) {}
}
