/** For Prisma's own command line (generate, validate, studio). The desk itself is given its database by runtime/config.ts. */
import { defineConfig } from 'prisma/config';

const url = process.env['DATABASE_URL'];

export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  // Generating the client needs no database, so a missing address is no error here.
  ...(url ? { datasource: { url } } : {}),
});
