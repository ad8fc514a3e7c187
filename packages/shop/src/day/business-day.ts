// Which business day a moment belongs to. A shop's day ends when the last guests leave, at the
// cut-off hour of its own wall clock, also in the two nights when that clock jumps.

export interface Opening {
  /** An IANA name, `Europe/Berlin`. */
  readonly timeZone: string;
  /** 0–23. Before this hour it is still yesterday. Hub and devices have to agree on it. */
  readonly cutOffHour?: number;
}

/** When the last guests of most places have left. */
const usualCutOffHour = 4;

const slotMs = 15 * 60_000;

/**
 * Gives the function from hub time in ms to the day, `2026-11-22`. Wall clocks differ from UTC by
 * whole quarters of an hour, so the answer holds for a quarter: the last one is remembered.
 * Throws RangeError for a time zone or an hour that does not exist.
 */
export function businessDay({
  timeZone,
  cutOffHour = usualCutOffHour,
}: Opening): (hubTimeMs: number) => string {
  if (!Number.isInteger(cutOffHour) || cutOffHour < 0 || cutOffHour > 23) {
    throw new RangeError(
      `The cut-off hour is ${cutOffHour}; it must be a whole hour from 0 to 23.`,
    );
  }
  const wallClock = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    hourCycle: 'h23',
  });
  let lastSlot = Number.NaN;
  let lastDay = '';
  return (hubTimeMs) => {
    const slot = Math.floor(hubTimeMs / slotMs);
    if (slot !== lastSlot) {
      lastDay = dayAt(wallClock, slot * slotMs, cutOffHour);
      lastSlot = slot;
    }
    return lastDay;
  };
}

function dayAt(wallClock: Intl.DateTimeFormat, timeMs: number, cutOffHour: number): string {
  const fields = new Map<string, number>();
  for (const { type, value } of wallClock.formatToParts(timeMs)) fields.set(type, Number(value));
  const year = fields.get('year') ?? 0;
  const month = fields.get('month') ?? 0;
  const day = fields.get('day') ?? 0;
  const isStillYesterday = (fields.get('hour') ?? 0) < cutOffHour;
  return isStillYesterday ? dayBefore(year, month, day) : dayText(year, month, day);
}

function dayBefore(year: number, month: number, day: number): string {
  if (day > 1) return dayText(year, month, day - 1);
  if (month > 1) return dayText(year, month - 1, daysIn(year, month - 1));
  return dayText(year - 1, 12, 31);
}

function daysIn(year: number, month: number): number {
  if (month === 2) return isLeap(year) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

function dayText(year: number, month: number, day: number): string {
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`;
}

function pad(value: number, width: number): string {
  return String(value).padStart(width, '0');
}
