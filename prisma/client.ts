import { PrismaPg } from '@prisma/adapter-pg';
import { Prisma, PrismaClient } from './generated/client.ts';

export { Prisma, PrismaClient };

/** A client or a transaction: whatever can read and write rows. */
export type Db = Prisma.TransactionClient;

/**
 * Opens the one pool of a process. Its sessions keep UTC: the adapter sends instants without a zone, so another session zone would shift them.
 * `connections` bounds it; the pool connects on first use.
 */
export const connect = (databaseUrl: string, connections = 10): PrismaClient =>
  new PrismaClient({
    adapter: new PrismaPg({ connectionString: databaseUrl, max: connections, idleTimeoutMillis: 30_000, options: '-c timezone=UTC' }),
    errorFormat: 'minimal',
  });
