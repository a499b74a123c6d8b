import { z } from 'zod';
import { decideSecond } from '../../records/access/second-person.ts';
import { approvedSecond } from '../../records/access/second-person-standing.ts';
import { caseOfSecond, openSeconds, secondView } from '../../records/access/second-person-views.ts';
import { decodeMark, encodeMark, pageOf, pageQuery } from '../http/cursor.ts';
import { type Route, route } from '../http/route.ts';
import { id } from '../http/schemas.ts';
import { asBody } from '../schemas/mirrors.ts';
import {
  carriedOutSchema,
  secondDecisionSchema,
  secondEntrySchema,
  secondRefusedSchema,
  secondViewSchema,
} from '../schemas/second-person.ts';
import { secondPersonActs } from '../second-person-acts.ts';
import { DESK_AND_ADMINISTRATOR, type RouteDeps, readerOf, UUID } from './common.ts';

const tags = ['Second person'];
const params = z.strictObject({ secondPersonId: id });

/** Acts that nobody does alone: what waits, what exactly it is, and the word of somebody else. */
export const secondPersonRoutes = (deps: RouteDeps): Route[] => {
  const { store, door } = deps;
  const acts = secondPersonActs(deps);
  const common = {
    tags,
    roles: DESK_AND_ADMINISTRATOR,
    params,
    caseOf: ({ secondPersonId }: z.output<typeof params>) => caseOfSecond(store.prisma, secondPersonId),
  } as const;
  return [
    route({
      method: 'get',
      path: '/v1/second-person',
      operationId: 'listSecondPerson',
      noted: 'second-persons.listed',
      summary: 'List what waits for your decision or to be carried out, and what you asked for, the soonest to lapse first',
      description:
        'Acts that nobody does alone: publishing, exporting, erasing. What is approved and was not carried out stays here until it is.',
      tags,
      roles: DESK_AND_ADMINISTRATOR,
      query: z.strictObject(pageQuery),
      responses: { 200: { description: 'A page of what waits', schema: pageOf(secondEntrySchema) } },
      handler: async ({ query, holder }) => {
        const after = decodeMark('listSecondPerson', query.cursor, UUID);
        const rows = await openSeconds(store.prisma, holder, new Date(), after, query.limit + 1);
        const items = rows.slice(0, query.limit);
        const last = rows.length > query.limit ? items.at(-1) : undefined;
        return { status: 200, body: { items, next: last ? encodeMark('listSecondPerson', last.secondPersonId) : null } };
      },
    }),
    route({
      ...common,
      method: 'get',
      path: '/v1/second-person/{secondPersonId}',
      operationId: 'readSecondPerson',
      summary: 'Read exactly what is to be done, who asked for it and why',
      description: 'For a publication the letter in full. An administrator reads the reason, and nothing of the case.',
      responses: { 200: { description: 'What is asked for', schema: secondViewSchema } },
      handler: async ({ params: { secondPersonId }, holder }) => ({
        status: 200,
        body: asBody(await secondView(readerOf(store, holder), secondPersonId, holder.roles)),
      }),
    }),
    route({
      ...common,
      method: 'post',
      path: '/v1/second-person/{secondPersonId}/decision',
      operationId: 'decideSecondPerson',
      summary: 'Approve or refuse it',
      description:
        'Approved never by whoever asked, whatever token they hold; a refusal of theirs takes the request back. What is approved is carried out at once; where the desk could not, the same decision again carries it out.',
      body: secondDecisionSchema,
      idempotent: true,
      responses: {
        200: { description: 'Refused: nothing is done', schema: secondRefusedSchema },
        201: { description: 'Approved and carried out', schema: carriedOutSchema },
      },
      handler: async ({ params: { secondPersonId }, holder, commandId, body: { decision, reason = null } }) => {
        const word = { secondPersonId, by: holder, decision, reason };
        const decided = await store.transact(holder.personId, Date.now(), (tx) => decideSecond(tx, word));
        await door.ringPostroom();
        if (decision === 'REFUSE') return { status: 200, body: { secondPersonId, act: decided.act, decision } };
        const outcome = await acts[decided.act](decided, commandId);
        await door.ringPostroom();
        return { status: 201, body: { secondPersonId, decision, ...outcome } };
      },
    }),
    route({
      ...common,
      method: 'post',
      path: '/v1/second-person/{secondPersonId}/carrying-out',
      operationId: 'carryOutSecondPerson',
      summary: 'Carry out what was approved',
      description:
        'By whoever asked, or might have decided, where the desk was away when it was approved. What was carried out is found again.',
      idempotent: true,
      responses: { 201: { description: 'Carried out', schema: carriedOutSchema } },
      handler: async ({ params: { secondPersonId }, holder, commandId }) => {
        const approved = await store.transact(holder.personId, Date.now(), (tx) => approvedSecond(tx, secondPersonId, holder));
        const outcome = await acts[approved.act](approved, commandId);
        await door.ringPostroom();
        return { status: 201, body: { secondPersonId, decision: 'APPROVE' as const, ...outcome } };
      },
    }),
  ];
};
