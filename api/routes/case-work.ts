import { z } from 'zod';
import { consentOf } from '../../records/presence.ts';
import { type Route, route } from '../http/route.ts';
import { id } from '../http/schemas.ts';
import { idFrom } from '../ids.ts';
import { receiptSchema } from '../schemas/views.ts';
import { closingSchema, conclusionSchema, consentSchema, decisionSchema, reasonSchema, riskSchema, sourceSchema } from '../schemas/work.ts';
import { COORDINATOR, caseParams, type RouteDeps } from './common.ts';

const tags = ['Work on a case'];
const done = { 200: { description: 'Done; where the case stands now', schema: receiptSchema } } as const;
const common = { method: 'post', tags, roles: COORDINATOR, params: caseParams, idempotent: true } as const;

/** What a coordinator does with a case, from the first answer to the close. Letters, consultations and referrals have files of their own. */
export const caseWorkRoutes = ({ store, desk }: RouteDeps): Route[] => [
  route({
    ...common,
    path: '/v1/cases/{caseId}/acknowledgement',
    operationId: 'acknowledge',
    summary: 'Acknowledge the request to whoever made it',
    responses: done,
    handler: async (asked) => ({ status: 200, body: await desk.command(asked, asked.params.caseId, 'acknowledge', {}) }),
  }),
  route({
    ...common,
    path: '/v1/cases/{caseId}/consents',
    operationId: 'recordConsent',
    summary: 'Record what a person agreed to',
    body: consentSchema,
    responses: { 201: { description: 'Recorded', schema: receiptSchema.extend({ consentId: id }) } },
    handler: async (asked) => {
      const { caseId } = asked.params;
      const consentId = idFrom(asked.commandId, 'consent');
      const documentId = await desk.put(asked, caseId, 'CONSENT', asked.body);
      return { status: 201, body: { consentId, ...(await desk.command(asked, caseId, 'recordConsent', { consentId, documentId })) } };
    },
  }),
  route({
    ...common,
    path: '/v1/cases/{caseId}/consents/{consentId}/withdrawal',
    operationId: 'withdrawConsent',
    summary: 'Record that a person takes a consent back',
    description: 'Stops at once all that rests on it and is not yet done: links, unsent mail, letters, referrals.',
    params: z.strictObject({ caseId: id, consentId: id }),
    responses: done,
    handler: async (asked) => {
      const { caseId, consentId } = asked.params;
      await consentOf(store.prisma, caseId, consentId);
      return { status: 200, body: await desk.withdraw(asked, caseId, consentId) };
    },
  }),
  route({
    ...common,
    path: '/v1/cases/{caseId}/sources',
    operationId: 'addSource',
    summary: 'Add a source of what is known',
    body: sourceSchema,
    responses: { 201: { description: 'Added', schema: receiptSchema } },
    handler: async (asked) => {
      const documentId = await desk.put(asked, asked.params.caseId, 'SOURCE', asked.body);
      return { status: 201, body: await desk.command(asked, asked.params.caseId, 'addSource', { documentId }) };
    },
  }),
  route({
    ...common,
    path: '/v1/cases/{caseId}/verification',
    operationId: 'concludeVerification',
    summary: 'Conclude the verification',
    description: 'The record proposes a standing; where yours differs, the text has to say why.',
    body: conclusionSchema,
    responses: done,
    handler: async (asked) => {
      const documentId = await desk.put(asked, asked.params.caseId, 'CONCLUSION', asked.body);
      return { status: 200, body: await desk.command(asked, asked.params.caseId, 'concludeVerification', { documentId }) };
    },
  }),
  route({
    ...common,
    path: '/v1/cases/{caseId}/risk',
    operationId: 'assessRisk',
    summary: 'Assess the risk, the risk of acting included',
    description: 'The band follows from the scores and from the floors, which no average lowers. It sets every clock of the case.',
    body: riskSchema,
    responses: done,
    handler: async (asked) => {
      const documentId = await desk.put(asked, asked.params.caseId, 'RISK', asked.body);
      return { status: 200, body: await desk.command(asked, asked.params.caseId, 'assessRisk', { documentId }) };
    },
  }),
  route({
    ...common,
    path: '/v1/cases/{caseId}/decision',
    operationId: 'decideAction',
    summary: 'Decide how to act',
    body: decisionSchema,
    responses: done,
    handler: async (asked) => {
      const documentId = await desk.put(asked, asked.params.caseId, 'DECISION', asked.body);
      return { status: 200, body: await desk.command(asked, asked.params.caseId, 'decideAction', { documentId, mode: asked.body.mode }) };
    },
  }),
  route({
    ...common,
    path: '/v1/cases/{caseId}/reviews',
    operationId: 'askReview',
    summary: 'Ask the person now how they are',
    responses: { 202: { description: 'The question goes out', schema: receiptSchema } },
    handler: async (asked) => ({ status: 202, body: await desk.command(asked, asked.params.caseId, 'askReview', {}) }),
  }),
  route({
    ...common,
    path: '/v1/cases/{caseId}/closing',
    operationId: 'closeCase',
    summary: 'Close the case',
    description: 'With what came of it, what the network can claim, the risk that remains, and a lesson or the reason why there is none.',
    body: closingSchema,
    responses: done,
    handler: async (asked) => {
      const documentId = await desk.put(asked, asked.params.caseId, 'CLOSING', asked.body);
      return { status: 200, body: await desk.command(asked, asked.params.caseId, 'closeCase', { documentId }) };
    },
  }),
  route({
    ...common,
    path: '/v1/cases/{caseId}/cancellation',
    operationId: 'cancelCase',
    summary: 'Stop the case, with the reason',
    description: 'For a request outside the mandate, a double, or when the person wants nothing more. Everything that is under way ends.',
    body: reasonSchema,
    responses: done,
    handler: async (asked) => {
      const documentId = await desk.put(asked, asked.params.caseId, 'REASON', asked.body);
      return { status: 200, body: await desk.command(asked, asked.params.caseId, 'cancelCase', { documentId }) };
    },
  }),
  route({
    ...common,
    path: '/v1/cases/{caseId}/reopening',
    operationId: 'reopenCase',
    summary: 'Take a closed case up again, with the reason',
    description: 'Its whole history stays. The risk is assessed first; then everything goes on as before.',
    body: reasonSchema,
    responses: done,
    handler: async (asked) => {
      const documentId = await desk.put(asked, asked.params.caseId, 'REASON', asked.body);
      return { status: 200, body: await desk.command(asked, asked.params.caseId, 'reopenCase', { documentId }) };
    },
  }),
];
