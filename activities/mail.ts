import { setTimeout as delay } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import { ruleOf } from '../domain/notices.ts';
import { compose, composeWaiting } from '../mail/compose.ts';
import type { MailData } from '../mail/data.ts';
import { MailError } from '../mail/error.ts';
import { buildMessage, type Message } from '../mail/message.ts';
import { newSigningKey } from '../mail/pgp.ts';
import { buildSealedMessage } from '../mail/pgp-message.ts';
import type { RateLimiter } from '../mail/rate.ts';
import { nextAttempt } from '../mail/retry.ts';
import { sealedContent } from '../mail/sealed.ts';
import type { Transport } from '../mail/transport.ts';
import { noteBroken } from '../records/keys/broken-keys.ts';
import type { NoticeData } from '../records/mail/outbox.ts';
import {
  type Claim,
  claimDue,
  hold,
  type Judge,
  nextDueAt,
  prepare,
  renewLease,
  settle,
  settleLapsed,
} from '../records/mail/outbox-delivery.ts';
import type { Pen, Ready } from '../records/mail/outbox-look.ts';
import type { Store } from '../records/store.ts';
import type { MailActivities } from './contract.ts';

export type MailDeps = {
  readonly store: Store;
  readonly transport: Transport;
  /** origin of the pages that links lead to */
  readonly publicUrl: string;
  readonly from: string;
  /** right half of every Message-ID; must stay the same, or a second copy is no longer recognised */
  readonly messageIdDomain: string;
  /** Waited for before a row is taken up, so that no lease runs meanwhile. The transport must then have none of its own. */
  readonly limiter?: RateLimiter;
};

/**
 * An attempt may take 25 minutes, and a worker that dies in it must not keep its message for so long: the lease is short, and renewed while the
 * attempt goes on.
 */
const LEASE_MS = 60_000;
const RENEWAL_MS = 15_000;
/** Time for the last look and for writing down what came of an attempt. */
const MARGIN_MS = 120_000;
const BEAT_MS = 10_000;
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 5_000;

/**
 * Sends what is due. Safe to run twice at once and to die at any point: a row is taken up by one, and what happened to it is either written down
 * or, once its lease is over, unknown. One recipient per message and one attempt per row, so a bad address never repeats the others.
 *
 * Source: engineering notes B3; RFC 1047; RFC 5321 4.5.
 */
export const mailActivities = (deps: MailDeps): MailActivities => ({
  async deliverDue({ limit }) {
    const context = Context.current();
    const { cancellationSignal: stopped, info } = context;
    // From a timer and not from progress: one conversation may be silent for ten minutes after the final dot (RFC 5321 4.5.3.2.6).
    const beat = setInterval(() => context.heartbeat(), Math.min(BEAT_MS, (info.heartbeatTimeoutMs ?? BEAT_MS * 3) / 3));
    // The last message taken up must have time to end; what is left over is the next call's.
    const lastStart = Date.now() + info.startToCloseTimeoutMs - deps.transport.longestAttemptMs - MARGIN_MS;
    try {
      await settleLapsed(deps.store, judge, Date.now());
      let sent = 0;
      for (let tried = 0; tried < limit && !stopped.aborted && (tried === 0 || Date.now() < lastStart); tried += 1) {
        const due = await nextDueAt(deps.store);
        if (due === null || due > Date.now()) break;
        await deps.limiter?.take();
        if (stopped.aborted) break;
        const claim = await claimDue(deps.store, Date.now(), LEASE_MS);
        if (claim === null) break;
        if (await held(deps.store, claim, () => attempt(deps, claim, stopped))) sent += 1;
      }
      return { sent, nextDueAt: await nextDueAt(deps.store) };
    } finally {
      clearInterval(beat);
    }
  },
});

const judge: Judge = ({ kind, attempts, firstAt, copies, patience }, ending, at) =>
  nextAttempt(patience, attempts, firstAt, at, ending, { onUnknown: ruleOf(kind).onUnknown, copies });

/** Keeps the lease of an attempt alive until it ends. A renewal that fails is made up for by the next one. */
const held = async <T>(store: Store, claim: Claim, work: () => Promise<T>): Promise<T> => {
  const renewal = setInterval(() => void renewLease(store, claim, Date.now() + LEASE_MS).catch(() => undefined), RENEWAL_MS);
  try {
    return await work();
  } finally {
    clearInterval(renewal);
  }
};

/** True when the server took the message. */
const attempt = async (deps: MailDeps, claim: Claim, stopped: AbortSignal): Promise<boolean> => {
  const ready = await prepare(deps.store, claim, penOf(deps), Date.now());
  if (ready === null) return false;
  const done = await written(deps, ready);
  if ('fault' in done) {
    await hold(deps.store, claim, done.fault, Date.now());
    return false;
  }
  const { message, broken } = done;
  if (broken.length > 0) await noteBroken(deps.store, broken, Date.now());
  // Not interrupted when the worker is told to stop: a conversation cut short is a message of which nobody knows whether it arrived.
  const ending = await deps.transport.deliver(message);
  await untilDone(() => settle(deps.store, claim, ending, judge, Date.now()), Date.now() + MARGIN_MS / 2, stopped);
  return ending.state === 'accepted';
};

/** A fault of what is to be written holds a code only; anything else is a fault of this program and must not be taken for one of the row. */
const faultOf = (error: unknown): { readonly fault: string } => {
  if (error instanceof MailError) return { fault: error.code };
  throw error;
};

/** What the records need written while they look: they hold the texts, the words are the mail's. */
export const penOf = ({ publicUrl, from }: Pick<MailDeps, 'publicUrl' | 'from'>): Pen => ({
  content: ({ kind, language, data, attachments }) => {
    try {
      return sealedContent(kind, language, { data: templateData(publicUrl, data), attachments });
    } catch (error) {
      return faultOf(error);
    }
  },
  newSigningKey: () => newSigningKey(from),
});

/** `broken`: ids of the keys of its recipient that it could not be sealed to, beside those that it was. */
type Written = { readonly message: Message; readonly broken: readonly string[] };

const written = async (deps: MailDeps, ready: Ready): Promise<Written | { readonly fault: string }> => {
  const { messageId, writtenAt, address: to, travels } = ready;
  const head = { from: deps.from, to, messageId: `<${messageId}@${deps.messageIdDomain}>`, writtenAt };
  try {
    if (travels.as === 'PGP') {
      const { content, certificates: keys, signingKey } = travels;
      const certificates = keys.map(({ certificate }) => certificate);
      const { message, broken } = await buildSealedMessage({ ...head, content, certificates, signingKey });
      return { message, broken: keys.filter((_, place) => broken.includes(place)).map(({ id }) => id) };
    }
    return {
      message: await buildMessage({ ...head, content: contentOf(deps.publicUrl, ready.kind, ready.language, travels) }),
      broken: [],
    };
  } catch (error) {
    return faultOf(error);
  }
};

const contentOf = (
  publicUrl: string,
  kind: Ready['kind'],
  language: Ready['language'],
  travels: Exclude<Ready['travels'], { as: 'PGP' }>,
) =>
  travels.as === 'PAGE'
    ? composeWaiting(language, `${publicUrl}/m/${travels.token}`)
    : compose(kind, language, templateData(publicUrl, travels.data) as MailData<typeof kind>);

const templateData = (publicUrl: string, { token, path, deadline, timeZone }: NoticeData) => {
  const tail = token === undefined ? path : `/l/${token}`;
  return {
    ...(tail === undefined ? {} : { link: `${publicUrl}${tail}` }),
    ...(deadline === undefined ? {} : { deadline }),
    ...(timeZone === undefined ? {} : { timeZone }),
  };
};

/** What the server said must not be lost to a database that is away for a moment: it would become a second copy. */
const untilDone = async (work: () => Promise<void>, until: number, stopped: AbortSignal): Promise<void> => {
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    try {
      return await work();
    } catch (error) {
      if (stopped.aborted || Date.now() + pause > until) throw error;
      await delay(pause);
    }
  }
};
