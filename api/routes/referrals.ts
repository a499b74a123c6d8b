import { z } from 'zod';
import { rankedPartners, referralView } from '../../records/cases/work-views.ts';
import { referralOf } from '../../records/presence.ts';
import { type Route, route } from '../http/route.ts';
import { id } from '../http/schemas.ts';
import { idFrom } from '../ids.ts';
import { asBody } from '../schemas/mirrors.ts';
import { receiptSchema } from '../schemas/views.ts';
import { reasonSchema, referralSchema } from '../schemas/work.ts';
import { rankedPartnerSchema, referralViewSchema } from '../schemas/work-views.ts';
import { COORDINATOR, caseParams, type RouteDeps, readerOf, referralParams } from './common.ts';

const tags = ['Referrals'];
const needParams = z.strictObject({
  caseId: id,
  needIndex: z
    .string()
    .regex(/^(?:0|[1-9]\d?)$/)
    .transform(Number),
});

/** Finding help for a need. */
export const referralRoutes = ({ store, desk }: RouteDeps): Route[] => [
  route({
    method: 'get',
    path: '/v1/cases/{caseId}/needs/{needIndex}/partners',
    operationId: 'rankPartners',
    summary: 'Who could help with a need, the likeliest first',
    description: 'With the reasons for and against each. The need is named by its place in the intake, from 0. A person picks.',
    tags,
    roles: COORDINATOR,
    params: needParams,
    responses: { 200: { description: 'Every active partner', schema: z.strictObject({ items: z.array(rankedPartnerSchema) }) } },
    handler: async ({ params, holder }) => ({
      status: 200,
      body: { items: asBody(await rankedPartners(readerOf(store, holder), params.caseId, params.needIndex)) },
    }),
  }),
  route({
    method: 'post',
    path: '/v1/cases/{caseId}/referrals',
    operationId: 'refer',
    summary: 'Ask partners for help, one after the other',
    description: 'In the order given; the person must have agreed to each of them. The partner is shown this brief and nothing else.',
    tags,
    roles: COORDINATOR,
    params: caseParams,
    body: referralSchema,
    idempotent: true,
    responses: { 201: { description: 'The first partner is asked', schema: receiptSchema.extend({ referralId: id }) } },
    handler: async (asked) => {
      const { caseId } = asked.params;
      const referralId = idFrom(asked.commandId, 'referral');
      const documentId = await desk.put(asked, caseId, 'REFERRAL', asked.body);
      const receipt = await desk.command(asked, caseId, 'refer', { referralId, documentId });
      return { status: 201, headers: { Location: `/v1/cases/${caseId}/referrals/${referralId}` }, body: { referralId, ...receipt } };
    },
  }),
  route({
    method: 'get',
    path: '/v1/cases/{caseId}/referrals/{referralId}',
    operationId: 'readReferral',
    summary: 'Read how far a referral has come',
    tags,
    roles: COORDINATOR,
    params: referralParams,
    responses: { 200: { description: 'The referral', schema: referralViewSchema } },
    handler: async ({ params, holder }) => ({
      status: 200,
      body: asBody(await referralView(readerOf(store, holder), params.caseId, params.referralId)),
    }),
  }),
  route({
    method: 'post',
    path: '/v1/cases/{caseId}/referrals/{referralId}/ending',
    operationId: 'endReferral',
    summary: 'End a referral that the person’s own word cannot end, with the reason',
    tags,
    roles: COORDINATOR,
    params: referralParams,
    body: reasonSchema,
    idempotent: true,
    responses: { 200: { description: 'Ended; the partner’s access ends with it', schema: receiptSchema } },
    handler: async (asked) => {
      const { caseId, referralId } = asked.params;
      await referralOf(store.prisma, caseId, referralId);
      const documentId = await desk.put(asked, caseId, 'REASON', asked.body);
      return { status: 200, body: await desk.command(asked, caseId, 'endReferral', { referralId, documentId }) };
    },
  }),
];
