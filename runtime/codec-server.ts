/**
 * The codec server process: `codec-server [--host <address>]`, off unless CODEC_SERVER_ENABLED=true. It listens on loopback; another address is
 * for a container alone, whose own loopback nobody can reach, and is published on the loopback of its host.
 */
import { parseArgs } from 'node:util';
import { liveKeyring } from '../crypto/keyring-file.ts';
import { codecServerCodec } from '../crypto/payload-codec.ts';
import { connect } from '../prisma/client.ts';
import { noteDecoding } from '../records/audit/decodings.ts';
import { Store } from '../records/store.ts';
import { createCodecServer } from './codec-http.ts';
import { ConfigError, loadConfig } from './config.ts';
import { endOn, startedOrSaid } from './entry.ts';
import { createLogger } from './logger.ts';

await startedOrSaid('codec-server', async () => {
  const { values } = parseArgs({ options: { host: { type: 'string', default: '127.0.0.1' } } });
  const config = loadConfig();
  if (config.codecServer === null)
    throw new ConfigError(['The codec server is off: set CODEC_SERVER_ENABLED=true, its token and its origin.']);
  const { port, token, allowedOrigin } = config.codecServer;
  const log = createLogger({ process: 'codec-server', level: config.logLevel });
  const prisma = connect(config.databaseUrl, 2);
  const store = new Store(prisma, liveKeyring(config.keyringFile));
  const { namespace } = config.temporal;
  const note = (counts: ReadonlyMap<string, number>) => noteDecoding(store, Date.now(), counts);
  const codec = codecServerCodec(store.caseKeys, namespace);
  const server = createCodecServer({ codec, namespace, token, allowedOrigin, log, note });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, values.host, resolve);
  });
  log.info('codec.ready', { port });
  endOn(log, () => {
    server.close(async () => {
      await prisma.$disconnect();
      log.info('codec.ended');
      process.exit(0);
    });
    server.closeIdleConnections();
  });
});
