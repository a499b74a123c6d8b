import { z } from 'zod';
import { BANDS, type Band, CASE_STATES } from '../../domain/vocabulary.ts';
import { timelineOf } from '../../records/audit/audit.ts';
import { listCases, openCase } from '../../records/cases/cases.ts';
import { caseView } from '../../records/cases/views.ts';
import { caseStanding } from '../../records/presence.ts';
import { decodeCursor, decodeMark, encodeCursor, encodeMark, pageOf, pageQuery } from '../http/cursor.ts';
import { type Route, route } from '../http/route.ts';
import { id } from '../http/schemas.ts';
import { idFrom } from '../ids.ts';
import { intakeSchema } from '../schemas/intake.ts';
import { asBody } from '../schemas/mirrors.ts';
import { caseSchema, listedCaseSchema, timelineEntrySchema } from '../schemas/views.ts';
import { COORDINATOR, caseParams, OVERSEERS, type RouteDeps, readerOf } from './common.ts';

const tags = ['Cases'];
const openedSchema = z
  .strictObject({ caseId: id, state: z.string(), band: z.enum(BANDS), say: z.string().optional() })
  .meta({ id: 'OpenedCase' });

/** Opening a case, finding it, reading it. */
export const caseRoutes = ({ store, door }: RouteDeps): Route[] => [
  route({
    method: 'post',
    path: '/v1/cases',
    operationId: 'openCase',
    summary: 'Open a case',
    description:
      'Takes down what was told at intake. The case is stored before anything else happens, so that what was accepted (201 or 202) is never lost.',
    tags,
    roles: COORDINATOR,
    body: intakeSchema,
    idempotent: true,
    responses: {
      201: { description: 'The case is open and the desk has taken it up', schema: openedSchema },
      202: { description: 'The case is stored; the desk takes it up as soon as it is back', schema: openedSchema },
    },
    handler: async ({ body, commandId, holder }) => {
      const caseId = idFrom(commandId, 'case');
      const file = await openCase(store, { commandId, caseId, by: holder.personId, at: Date.now(), intake: body });
      const headers = { Location: `/v1/cases/${caseId}` };
      const opened: { caseId: string; state: string; band: Band } = { caseId, state: 'RECEIVED', band: file.band };
      try {
        await door.startCase(file);
      } catch {
        const say = 'The case is stored. The desk is away for the moment and takes the case up by itself when it is back.';
        return { status: 202, headers, body: { ...opened, say } };
      }
      return { status: 201, headers, body: opened };
    },
  }),
  route({
    method: 'get',
    path: '/v1/cases',
    operationId: 'listCases',
    noted: 'cases.listed',
    summary: 'List the cases, newest first',
    description: 'A coordinator sees their own; an auditor sees that there are cases, and nothing of what they say.',
    tags,
    roles: OVERSEERS,
    query: z.strictObject({ ...pageQuery, state: z.enum(CASE_STATES).optional() }),
    responses: { 200: { description: 'A page of cases', schema: pageOf(listedCaseSchema) } },
    handler: async ({ query, holder }) => {
      const after = decodeCursor('listCases', query.cursor);
      const memberId = holder.roles.includes('auditor') ? null : holder.personId;
      const position = after === null ? undefined : { at: new Date(after.at), id: after.id };
      const rows = await listCases(store.prisma, { state: query.state, after: position, limit: query.limit + 1, memberId });
      const items = rows.slice(0, query.limit).map(({ id: caseId, state, band, openedAt, closedAt }) => ({
        caseId,
        state,
        band: band as Band | null,
        openedAt: openedAt.toISOString(),
        closedAt: closedAt?.toISOString() ?? null,
      }));
      const last = rows.length > query.limit ? items.at(-1) : undefined;
      return { status: 200, body: { items, next: last ? encodeCursor('listCases', { at: last.openedAt, id: last.caseId }) : null } };
    },
  }),
  route({
    method: 'get',
    path: '/v1/cases/{caseId}',
    operationId: 'readCase',
    summary: 'Read a case in full',
    description: 'Opens what is on file. Who read it, and when, is noted in the case’s timeline.',
    tags,
    roles: COORDINATOR,
    params: caseParams,
    responses: { 200: { description: 'The case', schema: caseSchema } },
    handler: async ({ params, holder }) => ({ status: 200, body: asBody(await caseView(readerOf(store, holder), params.caseId)) }),
  }),
  route({
    method: 'get',
    path: '/v1/cases/{caseId}/timeline',
    operationId: 'readTimeline',
    noted: 'timeline.read',
    summary: 'What happened in a case, and who read it, oldest first',
    tags,
    roles: OVERSEERS,
    params: caseParams,
    query: z.strictObject(pageQuery),
    responses: { 200: { description: 'A page of the timeline', schema: pageOf(timelineEntrySchema) } },
    handler: async ({ params, query }) => {
      const after = Number(decodeMark('readTimeline', query.cursor, /^\d{1,15}$/) ?? 0);
      await caseStanding(store.prisma, params.caseId);
      const entries = await timelineOf(store.prisma, params.caseId, after, query.limit + 1);
      const items = entries.slice(0, query.limit).map(({ at, ...entry }) => ({ ...entry, at: at.toISOString() }));
      const last = entries.length > query.limit ? items.at(-1) : undefined;
      return { status: 200, body: { items, next: last ? encodeMark('readTimeline', String(last.seq)) : null } };
    },
  }),
];
