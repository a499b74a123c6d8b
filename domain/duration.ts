// Durations of the policy document: the part of ISO 8601 whose length never depends on a calendar (days of 24 hours, no months or
// years). Months would make a deadline fall differently from case to case.

const DURATION = /^P(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.(\d{1,3}))?S)?)?$/;

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Milliseconds of `P2DT3H4M5.250S`, or null when the text is anything else. Zero (`PT0S`) is a duration; `P`, signs and spaces are not. */
export const durationMs = (text: string): number | null => {
  const found = DURATION.exec(text);
  if (found === null || text === 'P') return null;
  const [, days, hours, minutes, seconds, fraction] = found;
  const ms =
    Number(days ?? 0) * DAY +
    Number(hours ?? 0) * HOUR +
    Number(minutes ?? 0) * MINUTE +
    Number(seconds ?? 0) * SECOND +
    Number((fraction ?? '').padEnd(3, '0'));
  return Number.isSafeInteger(ms) ? ms : null;
};

/** The shortest text of a duration in whole milliseconds; `durationMs` reads it back exactly. Throws a RangeError for anything else. */
export const durationText = (ms: number): string => {
  if (!Number.isSafeInteger(ms) || ms < 0) throw new RangeError('a duration is a whole number of milliseconds, not negative');
  const days = Math.floor(ms / DAY);
  const hours = Math.floor((ms % DAY) / HOUR);
  const minutes = Math.floor((ms % HOUR) / MINUTE);
  const seconds = (ms % MINUTE) / SECOND;
  const date = days > 0 ? `${days}D` : '';
  const time = `${hours > 0 ? `${hours}H` : ''}${minutes > 0 ? `${minutes}M` : ''}${seconds > 0 ? `${seconds}S` : ''}`;
  if (date === '' && time === '') return 'PT0S';
  return `P${date}${time === '' ? '' : `T${time}`}`;
};
