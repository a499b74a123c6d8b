import { createDoor } from '../api/door.ts';
import { createApi } from '../api/index.ts';
import { liveKeyring } from '../crypto/keyring-file.ts';
import { connect } from '../prisma/client.ts';
import { Store } from '../records/store.ts';
import { loadConfig } from './config.ts';
import { endOn, startedOrSaid } from './entry.ts';
import { createLogger } from './logger.ts';
import { connectClient } from './temporal.ts';

/** Slower clients than this are cut off: a desk in need is not held up by somebody who sends a byte a minute. */
const TIMES = { requestTimeout: 60_000, headersTimeout: 15_000, keepAliveTimeout: 10_000 };

/** The API process: parses, authorises, and hands over. */
await startedOrSaid('api', async () => {
  const config = loadConfig();
  const log = createLogger({ process: 'api', level: config.logLevel });
  const prisma = connect(config.databaseUrl);
  const store = new Store(prisma, liveKeyring(config.keyringFile));
  const client = await connectClient(config, store, 'desk-api');
  const door = createDoor(client, { store, log });
  const api = createApi({
    store,
    door,
    log,
    publicUrl: config.publicUrl,
    trustedProxies: config.api.trustProxy,
    metricsToken: config.api.metricsToken,
    countryNames: config.countryNames,
  });
  const server = api.listen(config.api.port, config.api.host, () => log.info('api.ready', { port: config.api.port }));
  Object.assign(server, TIMES);
  endOn(log, () => {
    // no new connections; what is under way is answered
    server.close(async () => {
      await door.close();
      await Promise.all([client.connection.close(), prisma.$disconnect()]);
      log.info('api.ended');
      process.exit(0);
    });
    server.closeIdleConnections();
  });
});
