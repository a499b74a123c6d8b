import { z } from 'zod';
import { SECOND_PERSON } from '../../domain/second-person.ts';
import { caseOfSecond } from '../../records/access/second-person-views.ts';
import { askExport, collectExport } from '../../records/cases/case-export.ts';
import { type Route, route } from '../http/route.ts';
import { id } from '../http/schemas.ts';
import { caseExportSchema } from '../schemas/export.ts';
import { asBody } from '../schemas/mirrors.ts';
import { askedSchema } from '../schemas/second-person.ts';
import { reasonSchema } from '../schemas/work.ts';
import { awaitingSecond, caseParams, type RouteDeps } from './common.ts';

const tags = ['Export of a case'];

/** A whole case leaves the desk: asked for with a reason, approved by somebody else, fetched once. */
export const exportRoutes = ({ store, door }: RouteDeps): Route[] => [
  route({
    method: 'post',
    path: '/v1/cases/{caseId}/export',
    operationId: 'askExport',
    summary: 'Ask for everything that is on file about the case',
    description: 'A second person decides. Then it waits for you for an hour.',
    tags,
    roles: SECOND_PERSON.EXPORT.asks,
    params: caseParams,
    body: reasonSchema,
    idempotent: true,
    responses: { 202: { description: 'A second person is asked', schema: askedSchema } },
    handler: async ({ params: { caseId }, holder, body }) => {
      const asking = { caseId, by: holder.personId, at: Date.now(), reason: body.text };
      const standing = await askExport(store, asking);
      await door.ringPostroom();
      return { status: 202, body: awaitingSecond(standing) };
    },
  }),
  route({
    // it uses the approval up, which a GET must not do; and no answer is kept for a repeat, or there would be a second copy
    method: 'post',
    path: '/v1/exports/{secondPersonId}',
    operationId: 'collectExport',
    summary: 'Fetch an approved export, once',
    description: 'By whoever asked for it, within an hour of the approval. Keep it as you would keep the case: it is not sealed any more.',
    tags,
    roles: SECOND_PERSON.EXPORT.asks,
    params: z.strictObject({ secondPersonId: id }),
    caseOf: ({ secondPersonId }) => caseOfSecond(store.prisma, secondPersonId),
    responses: { 200: { description: 'The whole case', schema: caseExportSchema } },
    handler: async ({ params: { secondPersonId }, holder }) => {
      const content = await collectExport(store, { secondPersonId, by: holder.personId, at: Date.now() });
      const headers = { 'Content-Disposition': `attachment; filename="case-${content.case.caseId}.json"` };
      return { status: 200, headers, body: asBody(content) };
    },
  }),
];
