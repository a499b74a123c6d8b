import { z } from 'zod';
import { confirmAnswer, workflowOfAnswer } from '../../records/keys/quarantine.ts';
import { type Channel, channelOf, MAILBOX_HINT, markSafe, markUnsafe } from '../../records/keys/unsafe-channel.ts';
import { resendMailTo } from '../../records/mail/stuck-mail.ts';
import type { Holder } from '../http/authenticate.ts';
import { type Route, route } from '../http/route.ts';
import { id } from '../http/schemas.ts';
import { channelSchema, confirmedAnswerSchema, markedChannelSchema, safeSchema, unsafeSchema } from '../schemas/keys.ts';
import { ADMINISTRATOR, COORDINATOR, mustBeDone, type RouteDeps } from './common.ts';
import { type Given, isoOrNull, orderIn, SCOPES, type Scope } from './contact-scope.ts';

const tags = ['Keys and channels'];
const noted = { 204: { description: 'Done' } } as const;

/** Whether the way to somebody is safe, what went over it, and what came back while it was not. */
export const channelRoutes = (deps: RouteDeps): Route[] => [
  ...SCOPES.flatMap((scope) => channelIn(scope, deps)),
  resendRoute(deps),
  ...ANSWERS.map((scope) => answerRoute(scope, deps)),
];

const channelBody = ({ unsafeSince, sent, stuck, quarantined }: Channel) => ({
  unsafeSince: isoOrNull(unsafeSince),
  sent: sent.map(({ at, ...mail }) => ({ ...mail, at: at.toISOString() })),
  stuck: [...stuck],
  quarantined: quarantined.map(({ answerId, contactId, caseId, kind, answeredAt }) => ({
    ...{ answerId, contactId, caseId, kind },
    answeredAt: answeredAt.toISOString(),
  })),
});

const resendRoute = ({ store, door }: RouteDeps): Route =>
  route({
    method: 'post',
    path: '/v1/contacts/{contactId}/mail/{mailId}/resending',
    operationId: 'resendContactMail',
    summary: 'Send a message of no case that got stuck again',
    description: 'As the same message, so that a second copy is recognised. The channel lists the messages that wait for a person.',
    tags,
    roles: ADMINISTRATOR,
    params: z.strictObject({ contactId: id, mailId: id }),
    idempotent: true,
    responses: { 202: { description: 'It leaves as soon as it can', schema: z.strictObject({ mailId: id }) } },
    handler: async ({ params, holder, commandId }) => {
      mustBeDone(await resendMailTo(store, { commandId, by: holder.personId, at: Date.now(), ...params }));
      await door.ringPostroom();
      return { status: 202, body: { mailId: params.mailId } };
    },
  });

const channelIn = (scope: Scope, { store, door }: RouteDeps): Route[] => {
  const { base, of, roles, ids } = scope;
  const params = z.strictObject(ids);
  const order = orderIn(scope);
  const channel = { 200: { description: 'How the channel stands, and what went over it lately', schema: channelSchema } } as const;
  const marked = { 200: { description: 'How the channel stands now, and what is left to think of', schema: markedChannelSchema } } as const;
  const read = async (asked: { holder: Holder; params: Given }) => {
    const by = asked.holder.personId;
    return channelOf(store, { by, at: Date.now(), ...scope.who(asked.params) });
  };
  return [
    route({
      method: 'get',
      path: `${base}/channel`,
      operationId: `read${of}Channel`,
      summary: 'Read what somebody was sent lately, and whether their channel is safe',
      description: 'Kinds, instants and cases of the last 30 days; no content.',
      tags,
      roles,
      params,
      responses: channel,
      handler: async (asked) => ({ status: 200, body: channelBody(await read(asked)) }),
    }),
    route({
      method: 'post',
      path: `${base}/unsafe`,
      operationId: `mark${of}Unsafe`,
      summary: 'Mark a channel as read by others',
      description:
        'At once: links die, mail stops, sealed messages and invitations are closed, keys that came since then end, and answers given since then do not count until the person has confirmed them by a safe way. For the whole mailbox: of the network, everybody with the same address. Nothing is deleted.',
      tags,
      roles,
      params,
      body: unsafeSchema,
      idempotent: true,
      responses: marked,
      handler: async (asked) => {
        const { reason, since, keysToo = false } = asked.body;
        mustBeDone(await markUnsafe(store, { ...order(asked), reason, keysToo, since: since === undefined ? null : new Date(since) }));
        const now = await read(asked);
        // whoever had counted an answer that counts no longer has to look again
        for (const { workflowId, answerId } of now.quarantined) door.tell(workflowId, answerId);
        return { status: 200, body: { ...channelBody(now), hint: MAILBOX_HINT } };
      },
    }),
    route({
      method: 'post',
      path: `${base}/safe`,
      operationId: `mark${of}Safe`,
      summary: 'Mark a channel as safe again',
      description:
        'Mail that waited leaves, and what is still open is asked anew by fresh links, for the whole mailbox. Keys that were ended stay ended.',
      tags,
      roles,
      params,
      body: safeSchema,
      idempotent: true,
      responses: noted,
      handler: async (asked) => {
        mustBeDone(await markSafe(store, { ...order(asked), reason: asked.body.reason }));
        await door.ringPostroom();
        return { status: 204 };
      },
    }),
  ];
};

/** Whoever can ask the person notes what they said: a coordinator of the people of the case, an administrator of everybody else. */
const ANSWERS = [
  {
    path: '/v1/cases/{caseId}/answers/{answerId}/confirmation',
    operationId: 'confirmAnswer',
    roles: COORDINATOR,
    ids: { caseId: id, answerId: id },
    of: ({ caseId }: Given) => ({ caseId: String(caseId) }),
  },
  {
    path: '/v1/contacts/{contactId}/answers/{answerId}/confirmation',
    operationId: 'confirmContactAnswer',
    roles: ADMINISTRATOR,
    ids: { contactId: id, answerId: id },
    of: ({ contactId }: Given) => ({ contactId: String(contactId) }),
  },
] as const;

const answerRoute = ({ path, operationId, roles, ids, of }: (typeof ANSWERS)[number], { store, door }: RouteDeps): Route =>
  route({
    method: 'post',
    path,
    operationId,
    summary: 'Note whether a doubtful answer is the person’s own',
    description:
      'Asked by a way that is safe. What is theirs counts again; what is not stays out of count for good. People of a case are asked by who works on it, those of the network by an administrator.',
    tags,
    roles,
    params: z.strictObject(ids as Readonly<Record<string, typeof id>>),
    body: confirmedAnswerSchema,
    idempotent: true,
    responses: noted,
    handler: async ({ holder, commandId, params, body: { theirs, method } }) => {
      const [giver, answerId] = [of(params), String(params['answerId'])];
      const workflowId = await workflowOfAnswer(store.prisma, giver, answerId);
      const order = { commandId, by: holder.personId, at: Date.now() };
      mustBeDone(await confirmAnswer(store, { ...order, of: giver, answerId, theirs, how: method }));
      if (theirs) door.tell(workflowId, answerId);
      return { status: 204 };
    },
  });
