import { consultationView } from '../../records/cases/views.ts';
import { consultationCloses } from '../../records/presence.ts';
import { type Route, route } from '../http/route.ts';
import { id, instant } from '../http/schemas.ts';
import { idFrom } from '../ids.ts';
import { asBody } from '../schemas/mirrors.ts';
import { receiptSchema } from '../schemas/views.ts';
import { briefSchema, reasonSchema } from '../schemas/work.ts';
import { consultationSchema } from '../schemas/work-views.ts';
import { COORDINATOR, caseParams, consultationParams, type RouteDeps, readerOf } from './common.ts';

const tags = ['Consultations'];

/** Asking the Advisory Group. */
export const consultationRoutes = ({ store, desk }: RouteDeps): Route[] => [
  route({
    method: 'post',
    path: '/v1/cases/{caseId}/consultations',
    operationId: 'openConsultation',
    summary: 'Put a brief before the Advisory Group',
    description: 'Only as much may stand in the brief as the person agreed to show the Advisory Group.',
    tags,
    roles: COORDINATOR,
    params: caseParams,
    body: briefSchema,
    idempotent: true,
    responses: { 201: { description: 'The advisors are asked', schema: receiptSchema.extend({ consultationId: id, closesAt: instant }) } },
    handler: async (asked) => {
      const { caseId } = asked.params;
      const consultationId = idFrom(asked.commandId, 'consultation');
      const documentId = await desk.put(asked, caseId, 'BRIEF', asked.body);
      const receipt = await desk.command(asked, caseId, 'openConsultation', { consultationId, documentId });
      const closesAt = (await consultationCloses(store.prisma, caseId, consultationId)).toISOString();
      const headers = { Location: `/v1/cases/${caseId}/consultations/${consultationId}` };
      return { status: 201, headers, body: { consultationId, closesAt, ...receipt } };
    },
  }),
  route({
    method: 'get',
    path: '/v1/cases/{caseId}/consultations/{consultationId}',
    operationId: 'readConsultation',
    summary: 'Read how a consultation stands',
    description: 'The outcome, the conditions, the count, and the words without who wrote them. Who said what is confidential.',
    tags,
    roles: COORDINATOR,
    params: consultationParams,
    responses: { 200: { description: 'The consultation', schema: consultationSchema } },
    handler: async ({ params, holder }) => ({
      status: 200,
      body: asBody(await consultationView(readerOf(store, holder), params.caseId, params.consultationId)),
    }),
  }),
  route({
    method: 'post',
    path: '/v1/cases/{caseId}/consultations/{consultationId}/ending',
    operationId: 'endConsultation',
    summary: 'End a consultation before its time, with the reason',
    description: 'For a mistake in the brief, or a decision that was taken back. It decides nothing: its result is LAPSED.',
    tags,
    roles: COORDINATOR,
    params: consultationParams,
    body: reasonSchema,
    idempotent: true,
    responses: { 200: { description: 'Ended', schema: receiptSchema } },
    handler: async (asked) => {
      const { caseId, consultationId } = asked.params;
      await consultationCloses(store.prisma, caseId, consultationId);
      const documentId = await desk.put(asked, caseId, 'REASON', asked.body);
      return { status: 200, body: await desk.command(asked, caseId, 'endConsultation', { consultationId, documentId }) };
    },
  }),
];
