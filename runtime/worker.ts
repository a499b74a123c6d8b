import { fileURLToPath } from 'node:url';
import { Runtime, Worker } from '@temporalio/worker';
import { executionsOf } from '../activities/executions.ts';
import { deskActivities, postActivities } from '../activities/index.ts';
import { runningStoriesOf } from '../activities/running-stories.ts';
import type { SweepDeps } from '../activities/sweep.ts';
import { createDesk } from '../api/desk.ts';
import { createDoor } from '../api/door.ts';
import { secondPersonActs } from '../api/second-person-acts.ts';
import { liveKeyring } from '../crypto/keyring-file.ts';
import { createRateLimiter } from '../mail/rate.ts';
import { connect } from '../prisma/client.ts';
import { writeCaseKeys } from '../records/backup/backup-keys.ts';
import { Store } from '../records/store.ts';
import { TASK_QUEUES } from '../workflows/messages.ts';
import { checkpointFiles } from './checkpoint-files.ts';
import { loadConfig } from './config.ts';
import { endOn, startedOrSaid } from './entry.ts';
import { serveHealth } from './health.ts';
import { createLogger, temporalLogger } from './logger.ts';
import { transportFrom } from './smtp.ts';
import { connectClient, connectWorker, convertersOf } from './temporal.ts';

/** Longer than any single record step; a message in hand is finished by the mail activity itself. */
const GRACE = { shutdownGraceTime: '20 seconds', shutdownForceTime: '35 seconds' } as const;
const IDENTITY = 'desk-worker';

/** The worker process: the stories, what they record, and the one place from which mail leaves. */
await startedOrSaid('worker', async () => {
  const config = loadConfig();
  const log = createLogger({ process: 'worker', level: config.logLevel });
  Runtime.install({ logger: temporalLogger(log, 'info'), shutdownSignals: [] });
  const prisma = connect(config.databaseUrl);
  const store = new Store(prisma, liveKeyring(config.keyringFile));
  const client = await connectClient(config, store, IDENTITY);
  const door = createDoor(client, { store, log });
  const connection = await connectWorker(config);

  const keeping = config.checkpointDir === null ? {} : { keepCheckpoint: checkpointFiles(config.checkpointDir) };
  const { backupDir } = config;
  const erasing = { executions: executionsOf(client), rewriteKeyBackup: backupDir === null ? null : () => writeCaseKeys(store, backupDir) };
  const acts = secondPersonActs({ store, door, desk: createDesk({ store, door }), publicUrl: config.publicUrl });
  const carryOut: SweepDeps['carryOut'] = (approved, commandId) => acts[approved.act](approved, commandId);
  const suffix = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const common = { connection, namespace: config.temporal.namespace, identity: IDENTITY, dataConverter: convertersOf(store), ...GRACE };
  const desk = await Worker.create({
    ...common,
    taskQueue: TASK_QUEUES.desk,
    workflowsPath: fileURLToPath(new URL(`../workflows/index.${suffix}`, import.meta.url)),
    activities: { ...deskActivities({ store, ...door, ...keeping, ...erasing, carryOut, stories: runningStoriesOf(client) }) },
    maxConcurrentActivityTaskExecutions: 40,
  });
  const { mail } = config;
  const post = await Worker.create({
    ...common,
    taskQueue: TASK_QUEUES.mail,
    activities: {
      ...postActivities({
        store,
        transport: transportFrom(mail.smtpUrl, mail.messageIdDomain),
        publicUrl: config.publicUrl,
        from: mail.from,
        messageIdDomain: mail.messageIdDomain,
        limiter: createRateLimiter({ perSecond: mail.ratePerSecond, burst: mail.ratePerSecond }),
      }),
    },
    // the postroom's lanes, and room for a batch that a restart left behind
    maxConcurrentActivityTaskExecutions: 6,
  });

  const running = Promise.all([desk.run(), post.run()]);
  // awaited at the end; until then a worker that ends must not end the process behind our back
  running.catch(() => undefined);
  await door.startSingletons();
  const health = await serveHealth(
    { host: config.worker.healthHost, port: config.worker.healthPort },
    () => desk.getState() === 'RUNNING' && post.getState() === 'RUNNING',
  );
  log.info('worker.ready', { port: config.worker.healthPort });
  endOn(log, () => {
    health.close();
    for (const worker of [desk, post]) if (worker.getState() === 'RUNNING') worker.shutdown();
  });
  await running;
  await door.close();
  await Promise.all([connection.close(), client.connection.close(), prisma.$disconnect()]);
  log.info('worker.ended');
});
