import { z } from 'zod';
import { SECOND_PERSON } from '../../domain/second-person.ts';
import { askErasure, type ErasureEntry, erasureEntry, listErasures } from '../../records/erasure/erasure.ts';
import { isGenuine } from '../../records/erasure/erasure-certificate.ts';
import { decodeCursor, encodeCursor, pageOf, pageQuery } from '../http/cursor.ts';
import { type Route, route } from '../http/route.ts';
import { id } from '../http/schemas.ts';
import { erasureOrderSchema, erasureSchema } from '../schemas/erasure.ts';
import { asBody } from '../schemas/mirrors.ts';
import { askedSchema } from '../schemas/second-person.ts';
import { awaitingSecond, caseParams, type RouteDeps } from './common.ts';

const tags = ['Erasure'];
/** Who answers for what is kept and what is not. What they see here says nothing of any case. */
const KEEPERS = ['auditor', 'administrator'] as const;

/** A case goes for good: asked for by one, approved by another, proved at the end. */
export const erasureRoutes = ({ store, door }: RouteDeps): Route[] => {
  const asAnswer = (entry: ErasureEntry) => ({
    ...entry,
    genuine: entry.certificate === null ? null : isGenuine(store.keyring, entry.certificate),
  });
  return [
    route({
      method: 'post',
      path: '/v1/cases/{caseId}/erasure',
      operationId: 'askErasure',
      summary: 'Ask for the case to be erased',
      description:
        'A second person decides. Then its workflows end and are deleted, its keys are destroyed and its rows removed, in backups too. A legal hold stops all this until the keys are destroyed, and nothing afterwards.',
      tags,
      roles: SECOND_PERSON.ERASE.asks,
      params: caseParams,
      body: erasureOrderSchema,
      idempotent: true,
      responses: { 202: { description: 'A second person is asked', schema: askedSchema } },
      handler: async ({ params: { caseId }, holder, body }) => {
        const by = holder.personId;
        const standing = await store.transact(by, Date.now(), (tx) => askErasure(tx, { caseId, by, order: body }));
        await door.ringPostroom();
        return { status: 202, body: awaitingSecond(standing) };
      },
    }),
    route({
      method: 'get',
      path: '/v1/erasures',
      operationId: 'listErasures',
      noted: 'erasures.listed',
      summary: 'List what was erased or is being erased, newest first',
      tags,
      roles: KEEPERS,
      query: z.strictObject(pageQuery),
      responses: { 200: { description: 'A page of erasures', schema: pageOf(erasureSchema) } },
      handler: async ({ query }) => {
        const after = decodeCursor('listErasures', query.cursor);
        const position = after === null ? null : { at: new Date(after.at), id: after.id };
        const rows = await listErasures(store.prisma, position, query.limit + 1);
        const items = rows.slice(0, query.limit).map(asAnswer);
        const last = rows.length > query.limit ? items.at(-1) : undefined;
        const next = last ? encodeCursor('listErasures', { at: last.acceptedAt, id: last.erasureId }) : null;
        return { status: 200, body: { items: asBody(items), next } };
      },
    }),
    route({
      method: 'get',
      path: '/v1/erasures/{erasureId}',
      operationId: 'readErasure',
      noted: 'erasure.read',
      summary: 'How far an erasure has come, and its certificate at the end',
      tags,
      roles: KEEPERS,
      params: z.strictObject({ erasureId: id }),
      responses: { 200: { description: 'The erasure', schema: erasureSchema } },
      handler: async ({ params }) => ({ status: 200, body: asBody(asAnswer(await erasureEntry(store.prisma, params.erasureId))) }),
    }),
  ];
};
