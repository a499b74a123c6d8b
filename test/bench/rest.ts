import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';

const PATIENCE_MS = 240_000;
const LOOK_MS = 250;

/** What the bench looks up in the desk's database, beside the API: how large rows are, how many there are, and whether the desk is at rest. */
export type Ledger = {
  readonly number: (sql: string) => Promise<number>;
  readonly rest: () => Promise<void>;
  readonly close: () => Promise<void>;
};

const UNDER_WAY = `
  SELECT (SELECT count(*) FROM "Outbox" WHERE state = 'sending' OR (state IN ('queued', 'deferred') AND "nextAt" <= now()))
       + (SELECT count(*) FROM "Answer" WHERE "toldAt" IS NULL) AS n`;

export const openLedger = async (databaseUrl: string): Promise<Ledger> => {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const number = async (sql: string): Promise<number> => {
    const { rows } = await client.query<{ n: string | null }>(sql);
    const value = rows[0]?.n;
    if (value === null || value === undefined) throw new Error('the bench looked for a number that is not there');
    return Number(value);
  };
  return {
    number,
    /** Until the mail is out and the workflows are told: what the desk still has to do must not be paid for by the floor. */
    rest: async () => {
      const until = Date.now() + PATIENCE_MS;
      // twice in a row, for what has just ended may have asked for more
      for (let quiet = 0; quiet < 2; quiet += 1) {
        if ((await number(UNDER_WAY)) > 0) quiet = -1;
        if (Date.now() > until) throw new Error('the desk did not come to rest');
        await pause(LOOK_MS);
      }
    },
    close: () => client.end(),
  };
};
