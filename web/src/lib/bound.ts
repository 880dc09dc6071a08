/** What physics allows. */

/**
 * Seconds in which the last of so many machines can have it: the file once through one card, and the
 * few pieces that it takes to travel through the swarm, F/B * (1 + floor(log2 N)/M).
 */
export function boundSeconds(
  sizeBytes: number,
  bytesPerSecond: number,
  machines: number,
  pieces: number,
): number {
  if (bytesPerSecond <= 0 || sizeBytes <= 0) {
    return 0;
  }
  const hops = machines > 1 ? Math.floor(Math.log2(machines)) : 0;
  return (sizeBytes / bytesPerSecond) * (1 + hops / Math.max(1, pieces));
}

/** "10 Gbit/s" of the choices as bytes a second. */
export const LINKS: readonly { name: string; bytesPerSecond: number }[] = [0.1, 1, 10, 25, 40, 100].map(
  (gigabits) => ({
    name: gigabits < 1 ? `${gigabits * 1000} Mbit/s` : `${gigabits} Gbit/s`,
    bytesPerSecond: gigabits * 125e6,
  }),
);
