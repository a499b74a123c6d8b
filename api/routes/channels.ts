import { z } from 'zod';
import { confirmAnswer, workflowOfAnswer } from '../../records/quarantine.ts';
import { type Channel, channelOf, markSafe, markUnsafe } from '../../records/unsafe-channel.ts';
import type { Holder } from '../http/authenticate.ts';
import { type Route, route } from '../http/route.ts';
import { id } from '../http/schemas.ts';
import { channelSchema, confirmedAnswerSchema, safeSchema, unsafeSchema } from '../schemas/keys.ts';
import { COORDINATOR, mustBeDone, orderOf, type RouteDeps } from './common.ts';
import { type Given, isoOrNull, orderIn, SCOPES, type Scope } from './contact-scope.ts';

const tags = ['Keys and channels'];
const noted = { 204: { description: 'Done' } } as const;

/** Whether the way to somebody is safe, what went over it, and what came back while it was not. */
export const channelRoutes = (deps: RouteDeps): Route[] => [...SCOPES.flatMap((scope) => channelIn(scope, deps)), answerRoute(deps)];

const channelBody = ({ unsafeSince, sent, quarantined }: Channel) => ({
  unsafeSince: isoOrNull(unsafeSince),
  sent: sent.map(({ at, ...mail }) => ({ ...mail, at: at.toISOString() })),
  quarantined: quarantined.map(({ answerId, caseId, kind, answeredAt }) => ({
    answerId,
    caseId,
    kind,
    answeredAt: answeredAt.toISOString(),
  })),
});

const channelIn = (scope: Scope, { store, door }: RouteDeps): Route[] => {
  const { base, of, roles, ids } = scope;
  const params = z.strictObject(ids);
  const order = orderIn(scope);
  const channel = { 200: { description: 'How the channel stands, and what went over it lately', schema: channelSchema } } as const;
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
        'At once: links die, mail stops, sealed messages and invitations are closed, keys that came since then end, and answers given since then do not count until the person has confirmed them by a safe way. Nothing is deleted.',
      tags,
      roles,
      params,
      body: unsafeSchema,
      idempotent: true,
      responses: channel,
      handler: async (asked) => {
        const { reason, since, keysToo = false } = asked.body;
        const marked = { ...order(asked), reason, keysToo, since: since === undefined ? null : new Date(since) };
        mustBeDone(await markUnsafe(store, marked));
        const now = await read(asked);
        // whoever had counted an answer that counts no longer has to look again
        for (const { workflowId, answerId } of now.quarantined) door.tell(workflowId, answerId);
        return { status: 200, body: channelBody(now) };
      },
    }),
    route({
      method: 'post',
      path: `${base}/safe`,
      operationId: `mark${of}Safe`,
      summary: 'Mark a channel as safe again',
      description: 'Mail that waited leaves, and what is still open is asked anew by fresh links. Keys that were ended stay ended.',
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

const answerRoute = ({ store, door }: RouteDeps): Route =>
  route({
    method: 'post',
    path: '/v1/cases/{caseId}/answers/{answerId}/confirmation',
    operationId: 'confirmAnswer',
    summary: 'Note whether a doubtful answer is the person’s own',
    description: 'Asked by a way that is safe. What is theirs counts again; what is not stays out of count.',
    tags,
    roles: COORDINATOR,
    params: z.strictObject({ caseId: id, answerId: id }),
    body: confirmedAnswerSchema,
    idempotent: true,
    responses: noted,
    handler: async (asked) => {
      const { caseId, answerId } = asked.params;
      const { theirs, method } = asked.body;
      const workflowId = await workflowOfAnswer(store.prisma, caseId, answerId);
      mustBeDone(await confirmAnswer(store, { ...orderOf(asked), answerId, theirs, how: method }));
      if (theirs) door.tell(workflowId, answerId);
      return { status: 204 };
    },
  });
