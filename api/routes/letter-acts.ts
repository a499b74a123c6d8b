import { SECOND_PERSON } from '../../domain/second-person.ts';
import { askPublication } from '../../records/letters/ask-publication.ts';
import { retractLetter } from '../../records/letters/retraction.ts';
import { letterState } from '../../records/presence.ts';
import { type Route, route } from '../http/route.ts';
import { instant } from '../http/schemas.ts';
import { slugFrom } from '../ids.ts';
import { askedSchema } from '../schemas/second-person.ts';
import { receiptSchema } from '../schemas/views.ts';
import { reasonSchema, signOnCallSchema } from '../schemas/work.ts';
import { awaitingSecond, COORDINATOR, letterParams, mustBeDone, orderOf, type RouteDeps, versionOf } from './common.ts';

const common = { method: 'post', tags: ['Letters'], roles: COORDINATOR, params: letterParams, idempotent: true } as const;
const done = { 200: { description: 'Done; where the letter stands now', schema: receiptSchema } } as const;
const at = '/v1/cases/{caseId}/letters/{letterId}';

/** What happens to a letter, in this order: approved, frozen, signed, published. */
export const letterActRoutes = ({ store, door, desk }: RouteDeps): Route[] => [
  route({
    ...common,
    path: `${at}/approval`,
    operationId: 'askApproval',
    summary: 'Ask the defender to approve exactly this version',
    conditional: true,
    responses: { 202: { description: 'The defender is asked', schema: receiptSchema } },
    handler: async (asked) => ({
      status: 202,
      body: await desk.letterCommand(asked, asked.params, 'askApproval', { expectedVersion: versionOf(asked.ifMatch) }),
    }),
  }),
  route({
    ...common,
    path: `${at}/freezing`,
    operationId: 'freezeLetter',
    summary: 'Freeze the approved version',
    description: 'From here on nobody changes a word: those who sign all see the same text under the same digest.',
    conditional: true,
    responses: done,
    handler: async (asked) => ({
      status: 200,
      body: await desk.letterCommand(asked, asked.params, 'freezeLetter', { expectedVersion: versionOf(asked.ifMatch) }),
    }),
  }),
  route({
    ...common,
    path: `${at}/sign-on`,
    operationId: 'openSignOn',
    summary: 'Ask the members to sign',
    description: 'Members of the regions named (all, when none is), without the organisations that asked to be left out.',
    body: signOnCallSchema,
    responses: { 202: { description: 'The members are asked', schema: receiptSchema.extend({ closesAt: instant.nullable() }) } },
    handler: async (asked) => {
      const { caseId, letterId } = asked.params;
      await letterState(store.prisma, caseId, letterId);
      const documentId = await desk.put(asked, caseId, 'SIGN_ON_CALL', asked.body);
      const receipt = await desk.letterCommand(asked, asked.params, 'openSignOn', { documentId });
      const { closesAt } = await letterState(store.prisma, caseId, letterId);
      return { status: 202, body: { ...receipt, closesAt: closesAt?.toISOString() ?? null } };
    },
  }),
  route({
    ...common,
    path: `${at}/sign-on/closing`,
    operationId: 'closeSignOn',
    summary: 'Close the sign-on before its time',
    responses: { 202: { description: 'The sign-on closes as soon as the answers under way are counted', schema: receiptSchema } },
    handler: async (asked) => ({ status: 202, body: await desk.letterCommand(asked, asked.params, 'closeSignOn', {}) }),
  }),
  route({
    ...common,
    path: `${at}/publication`,
    operationId: 'publishLetter',
    summary: 'Ask to publish the letter with its signatories',
    description: 'Published is exactly this version, under this digest, and only once a second person of the case has approved it.',
    roles: SECOND_PERSON.PUBLISH.asks,
    responses: { 202: { description: 'A second person is asked', schema: askedSchema } },
    handler: async (asked) => {
      const letter = { letterId: asked.params.letterId, slug: slugFrom(asked.commandId) };
      const standing = await askPublication(store, { ...orderOf(asked), ...letter });
      await door.ringPostroom();
      return { status: 202, body: awaitingSecond(standing) };
    },
  }),
  route({
    ...common,
    path: `${at}/halting`,
    operationId: 'haltLetter',
    summary: 'Stop the letter for good',
    responses: done,
    handler: async (asked) => ({ status: 200, body: await desk.letterCommand(asked, asked.params, 'haltLetter', {}) }),
  }),
  route({
    ...common,
    path: `${at}/retraction`,
    operationId: 'retractLetter',
    summary: 'Take a published letter down, with the reason',
    description: 'At once, also when the case is closed. Its page says from then on that it was withdrawn; those who signed are told.',
    body: reasonSchema,
    responses: { 204: { description: 'Taken down' } },
    handler: async (asked) => {
      mustBeDone(await retractLetter(store, { ...orderOf(asked), letterId: asked.params.letterId, reason: asked.body }));
      await door.ringPostroom();
      return { status: 204 };
    },
  }),
];
