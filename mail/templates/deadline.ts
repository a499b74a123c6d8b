import { MailError } from '../error.ts';
import type { Words } from '../locales/words.ts';
import type { Block } from './blocks.ts';
import type { Clock } from './topics.ts';

function formatter(words: Words, timeZone: string, zoneName: 'short' | 'shortOffset'): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat(words.dates, {
    timeZone,
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZoneName: zoneName,
  });
}

// The reader's zone is told by its offset: its name would tell a passer-by where the reader lives.
function readersTime(words: Words, timeZone: string, moment: Date): string | null {
  try {
    return formatter(words, timeZone, 'shortOffset').format(moment);
  } catch {
    return null;
  }
}

/** The deadline in UTC, then on the reader's clock when the zone is known. `deadline` in epoch milliseconds. */
export function deadlineLines(words: Words, clock: Clock, deadline: number, timeZone: string | undefined): readonly Block[] {
  const moment = new Date(deadline);
  if (Number.isNaN(moment.getTime())) throw new MailError('DEADLINE_INVALID');
  const line = (sentence: string, time: string): Block => ({
    is: 'time',
    words: sentence.replace('{time}', () => time),
    iso: moment.toISOString(),
  });
  const lines = [line(words.clock[clock], formatter(words, 'UTC', 'short').format(moment))];
  const local = timeZone === undefined || timeZone === 'UTC' ? null : readersTime(words, timeZone, moment);
  if (local !== null) lines.push(line(words.onYourClock, local));
  return lines;
}
