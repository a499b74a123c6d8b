import { randomUUID } from 'node:crypto';
import { mintToken } from '../../crypto/link-token.ts';
import type { ConsentAsk } from '../../domain/consent.ts';
import type { NoticeKind } from '../../domain/notices.ts';
import { linkDiesAt } from '../../domain/policy.ts';
import type { Language } from '../../domain/vocabulary.ts';
import { openCard } from '../cases/contacts.ts';
import { putNotices } from '../mail/outbox.ts';
import { policyOfCase } from '../policies.ts';
import { found } from '../record-error.ts';
import { DESK, type Store, type Tx } from '../store.ts';
import { COUNTED } from './counted.ts';
import { lockQuestion } from './questions.ts';

/** `at`: when it was time to remind, epoch ms. `share` of the window: the same one reminds once, however often this is repeated. */
export type Reminder = { readonly questionId: string; readonly share: number; readonly notice: NoticeKind; readonly at: number };

/** Small enough for a transaction of a second, so that an outage costs one of them and not the whole of a letter's members. */
const PAGE = 500;

/** Well within what one attempt of the step is given (workflows/proxies.ts): what is cut off by a time-out would run on beside the next one. */
const BUDGET_MS = 15_000;

/**
 * Reminds those who have not answered, each by a link of their own; the link of the first mail stays good. Goes page by page, each in a transaction of its
 * own: what was written stays, a repeat goes on after it, and nobody is reminded once the question has closed or its time is over. Returns how many were
 * reminded by this call; not `whole` when it took too long for all of them. Throws RecordError NOT_FOUND without such a question.
 */
export const remindSilent = async (
  store: Store,
  reminder: Reminder,
  budgetMs = BUDGET_MS,
): Promise<{ reminded: number; whole: boolean }> => {
  const until = performance.now() + budgetMs;
  let reminded = 0;
  for (let after: string | null = null; ; ) {
    const from: string | null = after;
    const page: Page = await store.transact(DESK, reminder.at, (tx) => remindPage(tx, reminder, from));
    reminded += page.reminded;
    if (page.last === null || performance.now() >= until) return { reminded, whole: page.last === null };
    after = page.last;
  }
};

/** `last`: where the next page begins, or null where none does. */
type Page = { readonly reminded: number; readonly last: string | null };

const remindPage = async (tx: Tx, { questionId, share, notice }: Reminder, after: string | null): Promise<Page> => {
  // whoever closes waits for the page in hand, and no page begins after
  await lockQuestion(tx, questionId, 'SHARE');
  const question = found(await tx.db.question.findUnique({ where: { id: questionId } }));
  const { caseId } = question;
  const closesAt = question.closesAt.getTime();
  if (question.closedAt !== null || closesAt <= Date.now()) return { reminded: 0, last: null };
  const page = await invitedAfter(tx, questionId, after);
  const silent = await waitedFor(tx, caseId, page);
  const keyed = silent.map((invitation) => ({ invitation, key: `${notice}:${invitation.id}:${share}:${closesAt}` }));
  const there = await tx.db.outbox.findMany({ where: { key: { in: keyed.map(({ key }) => key) } }, select: { key: true } });
  const known = new Set(there.map(({ key }) => key));
  const due = keyed.filter(({ key }) => !known.has(key)).map((one) => ({ ...one, ...mintToken(tx.keyring, 'link') }));
  const last = page.length < PAGE ? null : (page.at(-1)?.id ?? null);
  if (due.length === 0) return { reminded: 0, last };
  const expiresAt = new Date(linkDiesAt(await policyOfCase(tx.db, caseId), tx.at.getTime(), closesAt));
  await tx.db.link.createMany({
    data: due.map(({ invitation, digest }) => ({ id: randomUUID(), invitationId: invitation.id, digest, createdAt: tx.at, expiresAt })),
  });
  const notices = due.map(async ({ invitation, key, token }) => {
    const { contact, contactId } = invitation;
    // only a person of a case has one in their card
    const { timeZone } = contact.caseId === null ? {} : await openCard(tx.seals, contact);
    const data = { token, deadline: closesAt, ...(timeZone === undefined ? {} : { timeZone }) };
    const needs = question.needs as ConsentAsk | null;
    return { key, kind: notice, contactId, caseId, language: contact.language as Language, data, needs };
  });
  await putNotices(tx, await Promise.all(notices));
  tx.audit.append({ action: 'question.reminded', caseId, subjectId: questionId, detail: { reminded: due.length } });
  return { reminded: due.length, last };
};

const invitedAfter = (tx: Tx, questionId: string, after: string | null) =>
  tx.db.invitation.findMany({
    where: {
      ...{ questionId, contact: { active: true, unsafeSince: null }, links: { some: {} } },
      ...(after === null ? {} : { id: { gt: after } }),
    },
    include: { contact: true, answers: { where: COUNTED, orderBy: { version: 'desc' }, take: 1 } },
    orderBy: { id: 'asc' },
    take: PAGE,
  });

type Invited = Awaited<ReturnType<typeof invitedAfter>>[number];

/** An answer that says "not yet" is still waited for. */
const UNDECIDED: ReadonlySet<string> = new Set(['DECIDE_LATER', 'NEED_INFO']);

/** Who of these, asked by mail, has not answered, or not yet decided. */
const waitedFor = async (tx: Tx, caseId: string, invitations: readonly Invited[]): Promise<readonly Invited[]> => {
  const silent = await Promise.all(
    invitations.map(async ({ answers: [last] }) => {
      if (last === undefined) return true;
      const { choice } = await tx.seals.open<{ choice: string }>('Answer', last.id, caseId, last.sealed);
      return UNDECIDED.has(choice);
    }),
  );
  return invitations.filter((_, index) => silent[index]);
};
