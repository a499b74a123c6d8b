import { letterView } from '../../records/cases/work-views.ts';
import { letterState } from '../../records/presence.ts';
import { type Route, route } from '../http/route.ts';
import { id } from '../http/schemas.ts';
import { idFrom } from '../ids.ts';
import { asBody } from '../schemas/mirrors.ts';
import { receiptSchema } from '../schemas/views.ts';
import { letterSchema } from '../schemas/work.ts';
import { letterViewSchema } from '../schemas/work-views.ts';
import { COORDINATOR, caseParams, etag, letterParams, type RouteDeps, readerOf, versionOf } from './common.ts';

const tags = ['Letters'];
const draftedSchema = receiptSchema.extend({ letterId: id });

/** The text of a letter: drafting it, reading it, revising it. */
export const letterRoutes = ({ store, desk }: RouteDeps): Route[] => [
  route({
    method: 'post',
    path: '/v1/cases/{caseId}/letters',
    operationId: 'draftLetter',
    summary: 'Draft a letter',
    description:
      'In one or several languages. What must not be done and what the person agreed to are checked against the words themselves.',
    tags,
    roles: COORDINATOR,
    params: caseParams,
    body: letterSchema,
    idempotent: true,
    responses: { 201: { description: 'Drafted as version 1', schema: draftedSchema } },
    handler: async (asked) => {
      const { caseId } = asked.params;
      const letterId = idFrom(asked.commandId, 'letter');
      const documentId = await desk.put(asked, caseId, 'LETTER_TEXT', asked.body);
      const receipt = await desk.command(asked, caseId, 'draftLetter', { letterId, documentId });
      const headers = { Location: `/v1/cases/${caseId}/letters/${letterId}`, ETag: etag(1) };
      return { status: 201, headers, body: { letterId, ...receipt, version: 1 } };
    },
  }),
  route({
    method: 'get',
    path: '/v1/cases/{caseId}/letters/{letterId}',
    operationId: 'readLetter',
    summary: 'Read a letter as it stands',
    description: 'The ETag is its version: send it back in If-Match when you act on what you read.',
    tags,
    roles: COORDINATOR,
    params: letterParams,
    responses: { 200: { description: 'The letter; while a sign-on is open, with its count at this moment', schema: letterViewSchema } },
    handler: async ({ params, holder }) => {
      const letter = await letterView(readerOf(store, holder), params.caseId, params.letterId);
      return { status: 200, headers: { ETag: etag(letter.version) }, body: asBody(letter) };
    },
  }),
  route({
    method: 'put',
    path: '/v1/cases/{caseId}/letters/{letterId}',
    operationId: 'reviseLetter',
    summary: 'Revise a letter',
    description: 'Every change is a new version; an approval given to the earlier one does not cover it.',
    tags,
    roles: COORDINATOR,
    params: letterParams,
    body: letterSchema,
    idempotent: true,
    conditional: true,
    responses: { 200: { description: 'Revised', schema: draftedSchema } },
    handler: async (asked) => {
      const { caseId, letterId } = asked.params;
      const expectedVersion = versionOf(asked.ifMatch);
      await letterState(store.prisma, caseId, letterId);
      const documentId = await desk.put(asked, caseId, 'LETTER_TEXT', asked.body);
      const receipt = await desk.letterCommand(asked, asked.params, 'reviseLetter', { documentId, expectedVersion });
      const version = receipt.version ?? expectedVersion + 1;
      return { status: 200, headers: { ETag: etag(version) }, body: { letterId, ...receipt, version } };
    },
  }),
];
