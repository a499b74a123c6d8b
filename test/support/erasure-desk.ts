import './workflow-runtime.ts';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { type Executions, executionsOf } from '../../activities/executions.ts';
import { deskActivities } from '../../activities/index.ts';
import { runningStoriesOf } from '../../activities/running-stories.ts';
import { createDesk } from '../../api/desk.ts';
import { createDoor } from '../../api/door.ts';
import { dataConverter } from '../../crypto/data-converter.ts';
import { open } from '../../crypto/envelope.ts';
import { generateKeyringFile, loadKeyring } from '../../crypto/keyring-file.ts';
import { payloadCodec } from '../../crypto/payload-codec.ts';
import type { CaseCommandName, Commands } from '../../domain/commands.ts';
import { caseWorkflowId } from '../../domain/ids.ts';
import { DEFAULT_POLICY } from '../../domain/policies/default.ts';
import { connect } from '../../prisma/client.ts';
import { decideSecond } from '../../records/access/second-person.ts';
import { addPerson } from '../../records/access/staff.ts';
import { createToken } from '../../records/access/tokens.ts';
import { writeCaseKeys } from '../../records/backup/backup-keys.ts';
import { restoreFrom } from '../../records/backup/restore.ts';
import { placeOf, rowsUnder } from '../../records/backup/rotation-rows.ts';
import { openCase } from '../../records/cases/cases.ts';
import { importCsv } from '../../records/directory/directory-import.ts';
import type { DocumentKind } from '../../records/documents.ts';
import { acceptErasure, askErasure, type ErasureOrder } from '../../records/erasure/erasure.ts';
import { addPolicy } from '../../records/policies.ts';
import { landAnswer } from '../../records/questions/landing.ts';
import { CONTENT_COLUMNS } from '../../records/sealed-columns.ts';
import { DESK, Store } from '../../records/store.ts';
import { findTemporalCli } from '../../runtime/local/temporal-cli.ts';
import { TASK_QUEUES, turnPageSignal } from '../../workflows/messages.ts';
import { directoryFile, loadCase } from '../data/load.ts';
import { Canaries } from './canaries.ts';
import { createDatabase } from './postgres.ts';
import { bundledWorkflows } from './workflow-bundle.ts';

type Steps = ReturnType<typeof deskActivities>;

/** How many of the words anybody can read who has this database and these keys: everything sealed is opened that opens. */
export const readable = async (store: Store, words: readonly string[]): Promise<number> => {
  let hits = 0;
  for (const column of CONTENT_COLUMNS) {
    for (const row of await rowsUnder(store.prisma, column, { prefix: '', except: null }, null, 1_000_000)) {
      const keys = row.caseId === null ? store.keyring : await store.caseKeys.named(row.caseId, row.keyId).catch(() => null);
      if (keys === null) continue;
      const text = Buffer.from(open(keys, placeOf(column, row, row.caseId), row.sealed)).toString('utf8');
      hits += words.filter((word) => text.includes(word)).length;
    }
  }
  return hits;
};

/** What a backup gives whoever has it and the keyring: restored into a database of its own, for as long as `look` takes. */
export const restored = async <T>(
  keyring: Store['keyring'],
  folder: string,
  look: (store: Store, url: string) => Promise<T>,
): Promise<T> => {
  const database = await createDatabase();
  const store = new Store(connect(database.url, 4), keyring);
  try {
    await restoreFrom(store.prisma, keyring, folder);
    return await look(store, database.url);
  } finally {
    await store.prisma.$disconnect();
    await database.drop();
  }
};

/**
 * A real database, a real Temporal server and the real stories: cases with canaries in every text, and everything that erases them. `steps` puts trouble
 * into the activities; every worker has the newest ones.
 */
export class ErasureDesk {
  readonly canaries = new Canaries('erasure-1');
  readonly store: Store;
  readonly executions: Executions;
  readonly door: ReturnType<typeof createDoor>;
  private readonly desk: ReturnType<typeof createDesk>;
  private readonly parts: Parts;
  /** where backups lie; gone with the desk */
  readonly backups: string;
  private worker: Worker | null = null;
  private ran: Promise<void> = Promise.resolve();

  private constructor(parts: Parts) {
    this.parts = parts;
    this.store = parts.store;
    this.backups = path.join(parts.folder, 'backups');
    this.executions = executionsOf(parts.env.client);
    this.door = createDoor(parts.env.client, { store: parts.store, log: { warn: () => undefined } });
    this.desk = createDesk({ store: parts.store, door: this.door });
  }

  static async open(): Promise<ErasureDesk> {
    const cli = await findTemporalCli(() => undefined);
    if (!cli.found) throw new Error(cli.why);
    const database = await createDatabase();
    const folder = await mkdtemp(path.join(os.tmpdir(), 'sos-erasure-'));
    await generateKeyringFile(path.join(folder, 'keyring.json'));
    const store = new Store(connect(database.url, 10), await loadKeyring(path.join(folder, 'keyring.json')));
    const env = await TestWorkflowEnvironment.createLocal({
      server: { executable: { type: 'existing-path', path: cli.path } },
      client: { dataConverter: dataConverter(payloadCodec(store.caseKeys)) },
    });
    const person = (name: string) =>
      store.transact(DESK, Date.now(), async (tx) => {
        const personId = await addPerson(tx, store.keyring, { name, email: `${name}@secretariat.example`, language: 'en', backup: false });
        await createToken(tx, store.keyring, { personId, role: 'administrator', expiresAt: tx.at.getTime() + 3_600_000 });
        return personId;
      });
    const [first, second] = [await person('first'), await person('second')];
    await store.transact(first, Date.now(), (tx) => addPolicy(tx, DEFAULT_POLICY));
    for (const kind of ['members', 'advisors', 'partners', 'targets'] as const)
      await importCsv(store, first, Date.now(), kind, directoryFile(kind));
    return new ErasureDesk({ database, store, env, first, second, folder, bundle: await bundledWorkflows() });
  }

  get first(): string {
    return this.parts.first;
  }

  get databaseUrl(): string {
    return this.parts.database.url;
  }

  /** For the command line, as the host of this desk sets it. */
  get settings(): Record<string, string> {
    return {
      DATABASE_URL: this.databaseUrl,
      TEMPORAL_ADDRESS: this.env.address,
      KEYRING_FILE: path.join(this.parts.folder, 'keyring.json'),
    };
  }

  get env(): TestWorkflowEnvironment {
    return this.parts.env;
  }

  /** Starts a worker, after ending the one before. Others are thought to know a destroyed key for `knownForMs`. */
  async work(change: (steps: Steps) => Partial<Steps> = () => ({}), knownForMs = 500): Promise<void> {
    await this.rest();
    const { store, env, bundle } = this.parts;
    const activities = deskActivities({
      store,
      ...this.door,
      executions: this.executions,
      carryOut: async () => undefined,
      stories: runningStoriesOf(env.client),
      rewriteKeyBackup: () => writeCaseKeys(store, this.backups),
      knownForMs,
    });
    this.worker = await Worker.create({
      connection: env.nativeConnection,
      taskQueue: TASK_QUEUES.desk,
      identity: 'test-worker',
      workflowBundle: { code: bundle },
      dataConverter: dataConverter(payloadCodec(store.caseKeys)),
      activities: { ...activities, ...change(activities) },
    });
    this.ran = this.worker.run();
  }

  async rest(): Promise<void> {
    this.worker?.shutdown();
    this.worker = null;
    await this.ran;
  }

  async stop(): Promise<void> {
    await this.rest();
    await this.door.close();
    await this.parts.env.teardown();
    await this.store.prisma.$disconnect();
    await this.parts.database.drop();
    await rm(this.parts.folder, { recursive: true });
  }

  /** A case in the middle of everything: advisors asked, one answer in, a partner asked, a review asked, and its workflow in its second run. */
  async busyCase(): Promise<string> {
    const caseId = await this.opened();
    const told = this.canaries.plant(loadCase('eviction-land-defender'));
    const people = await this.store.prisma.contact.findMany({ where: { caseId, role: 'DEFENDER' } });
    const personId = people[0]?.id ?? '';
    await this.order(caseId, 'acknowledge', {});
    for (const source of told.sources) await this.order(caseId, 'addSource', {}, 'SOURCE', source);
    await this.order(caseId, 'concludeVerification', {}, 'CONCLUSION', told.conclusion);
    const partners = await this.partners(told.referral.partnerKeys);
    for (const { person: _person, recipient, reviewInDays: _days, validTo: _end, ...said } of told.consents) {
      const recipientId = recipient === undefined ? null : (partners.get(recipient) ?? null);
      const consent = { personId, recipientId, secondPersonId: null, reason: null, reviewAt: null, validTo: null, ...said };
      await this.order(caseId, 'recordConsent', { consentId: randomUUID() }, 'CONSENT', consent);
    }
    await this.order(caseId, 'assessRisk', {}, 'RISK', told.risk);
    const { actionMode: mode, ...plan } = told.plan;
    await this.order(caseId, 'decideAction', { mode }, 'DECISION', { ...plan, mode, constraintsRead: true });
    const consultationId = randomUUID();
    await this.order(caseId, 'openConsultation', { consultationId }, 'BRIEF', told.brief);
    await this.until(async () => (await this.store.prisma.question.count({ where: { id: consultationId } })) > 0);
    await this.answer(consultationId, told.brief.text);
    const { partnerKeys: _keys, needIndex, ...referral } = told.referral;
    const help = { ...referral, need: told.intake.needs[needIndex], partnerIds: [...partners.values()] };
    await this.order(caseId, 'refer', { referralId: randomUUID() }, 'REFERRAL', help);
    await this.until(async () => (await this.store.prisma.question.count({ where: { caseId, kind: 'REFERRAL' } })) > 0);
    await this.order(caseId, 'askReview', {});
    await this.until(async () => (await this.store.prisma.question.count({ where: { caseId, kind: 'REVIEW' } })) > 0);
    await this.env.client.workflow.getHandle(caseWorkflowId(caseId)).signal(turnPageSignal);
    await this.until(
      async () => (await this.executions.find(caseId, [])).filter(({ workflowId }) => workflowId === caseWorkflowId(caseId)).length > 1,
    );
    return caseId;
  }

  /** A case that was opened and taken up. */
  async opened(): Promise<string> {
    const caseId = randomUUID();
    const { intake } = this.canaries.plant(loadCase('eviction-land-defender'));
    const file = await openCase(this.store, { commandId: randomUUID(), caseId, by: this.first, at: Date.now(), intake });
    await this.door.startCase(file);
    return caseId;
  }

  async order<N extends CaseCommandName>(caseId: string, name: N, what: object, kind?: DocumentKind, content?: unknown): Promise<void> {
    const ordering = { holder: { personId: this.first, roles: ['coordinator' as const] }, commandId: randomUUID() };
    const documentId = kind === undefined ? {} : { documentId: await this.desk.put(ordering, caseId, kind, content) };
    await this.desk.command(ordering, caseId, name, { ...what, ...documentId } as Commands[N]);
  }

  /** One person asks, another approves, and it is accepted: as the api does it. */
  async accept(caseId: string, order: ErasureOrder = { basis: 'REQUEST_OF_PERSON', reason: null }): Promise<string> {
    const { store } = this;
    const { first, second } = this.parts;
    const asked = await store.transact(first, Date.now(), (tx) => askErasure(tx, { caseId, by: first, order }));
    const by = { personId: second, roles: ['administrator' as const] };
    await store.transact(second, Date.now(), (tx) => decideSecond(tx, { ...asked, by, decision: 'APPROVE', reason: null }));
    return store.transact(second, Date.now(), (tx) => acceptErasure(tx, { caseId, order }));
  }

  async stateOf(erasureId: string): Promise<string> {
    return (await this.store.prisma.erasure.findUniqueOrThrow({ where: { id: erasureId } })).state;
  }

  /** The server takes some twenty seconds to forget a run. */
  ended(erasureId: string): Promise<void> {
    return this.until(async () => (await this.stateOf(erasureId)) === 'ENDED', 150_000);
  }

  /** Until this holds. */
  async until(holds: () => Promise<boolean>, patience = 30_000): Promise<void> {
    for (const end = Date.now() + patience; !(await holds()); ) {
      if (Date.now() > end) throw new Error('it did not come to pass');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  private async partners(keys: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const where = { organisation: { key: { in: [...keys] } } };
    const rows = await this.store.prisma.partner.findMany({ where, select: { id: true, organisation: { select: { key: true } } } });
    return new Map(rows.map(({ id, organisation }) => [organisation.key, id]));
  }

  private async answer(questionId: string, text: string): Promise<void> {
    const invitation = await this.store.prisma.invitation.findFirstOrThrow({ where: { questionId } });
    await this.store.transact(`contact:${invitation.contactId}`, Date.now(), (tx) =>
      landAnswer(tx, invitation, { choice: 'APPROVE', text }),
    );
  }
}

type Parts = {
  readonly database: Awaited<ReturnType<typeof createDatabase>>;
  readonly store: Store;
  readonly env: TestWorkflowEnvironment;
  readonly first: string;
  readonly second: string;
  readonly folder: string;
  readonly bundle: string;
};
