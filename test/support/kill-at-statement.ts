/**
 * Loaded before a program (`--import`), it ends that program without a word, as a lost machine would, at its nth statement to PostgreSQL: before it is sent
 * (KILL_WHEN=before), or when it is on its way and nobody will learn what became of it (KILL_WHEN=after).
 */
import pg from 'pg';

const last = Number(process.env['KILL_AT_STATEMENT'] ?? Number.POSITIVE_INFINITY);
const { query } = pg.Client.prototype;
let statements = 0;

pg.Client.prototype.query = function counted(this: pg.Client, ...given: Parameters<typeof query>) {
  statements += 1;
  if (statements === last && process.env['KILL_WHEN'] === 'before') process.kill(process.pid, 'SIGKILL');
  const sent = query.apply(this, given);
  if (statements === last) process.kill(process.pid, 'SIGKILL');
  return sent;
} as typeof query;

/** How many statements this process has sent so far. */
export const statementsSent = (): number => statements;
