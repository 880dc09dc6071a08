/** Numbers as people read them. Sizes and rates in powers of ten, as the command line has them. */

const UNITS = ["B", "kB", "MB", "GB", "TB", "PB", "EB"];

export function bytes(count: number): string {
  if (!(count >= 0)) {
    return "–";
  }
  let unit = 0;
  let value = count;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  return `${value.toFixed(digits)} ${UNITS[unit]}`;
}

export function rate(bytesPerSecond: number): string {
  return `${bytes(bytesPerSecond)}/s`;
}

export function duration(millis: number): string {
  if (!(millis >= 0)) {
    return "–";
  }
  if (millis < 1000) {
    return `${Math.round(millis)} ms`;
  }
  const seconds = millis / 1000;
  if (seconds < 59.95) {
    return `${seconds.toFixed(1)} s`;
  }
  const whole = Math.round(seconds);
  if (whole < 3600) {
    return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  }
  if (whole < 86_400) {
    return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
  }
  return `${Math.floor(whole / 86_400)} d ${Math.floor((whole % 86_400) / 3600)} h`;
}

export function ago(millis: number, now: number): string {
  return millis <= 0 ? "–" : `${duration(Math.max(0, now - millis)).replace(/ \d+ (s|min|ms)$/, "")} ago`;
}

export function percent(part: number, whole: number): string {
  if (whole <= 0) {
    return "–";
  }
  const value = part < whole ? Math.min((100 * part) / whole, 99.9) : 100; // 100 % is all of it
  const digits = value === 0 || value === 100 || (value >= 9.95 && value < 99) ? 0 : 1;
  return `${value.toFixed(digits)} %`;
}

export function count(value: number): string {
  return value.toLocaleString("en").replaceAll(",", "\u202f");
}

const STAMP = new Intl.DateTimeFormat("en-GB", {
  day: "2-digit",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
});

export function time(millis: number): string {
  return millis > 0 ? STAMP.format(millis) : "–";
}

/** "rack 9" before "rack 10". */
export const byName = new Intl.Collator("en", { numeric: true }).compare;

/** How a phase is said. */
export function words(phase: string): string {
  return phase.toLowerCase().replaceAll("_", " ");
}
