import { z } from 'zod';
import { addConstraint } from '../../records/cases/constraints.ts';
import { addPersonOfCase, correctPerson } from '../../records/cases/people.ts';
import { resendMail } from '../../records/mail/stuck-mail.ts';
import { askedOfPerson, recordGivenAnswer } from '../../records/questions/given-answers.ts';
import { reissueByOrder } from '../../records/questions/reissue.ts';
import { Problem } from '../http/problem.ts';
import { type Route, route } from '../http/route.ts';
import { id, instant } from '../http/schemas.ts';
import { idFrom } from '../ids.ts';
import { messagesIn } from '../locales/index.ts';
import { type FieldFault, readAnswer } from '../pages/answer-form.ts';
import { offeredChoices } from '../pages/choices.ts';
import { constraintSchema, personSchema } from '../schemas/intake.ts';
import { correctionSchema, givenAnswerSchema } from '../schemas/people.ts';
import { COORDINATOR, caseParams, mustBeDone, orderOf, type RouteDeps } from './common.ts';

const tags = ['People of a case'];
const common = { tags, roles: COORDINATOR, idempotent: true } as const;
const noted = { 204: { description: 'Done' } } as const;

const OWN_LINK = {
  code: 'ANSWERS_THEMSELVES',
  say: 'Advisors, members and partners answer by their own link. Ask them to use it, or correct their address in the directory.',
};

/** What the page would have said. The people of a case are asked for a choice and for words, and for nothing else. */
const faultOf = ({ field, fault }: FieldFault) => ({
  pointer: field === 'words' ? '/body/text' : '/body/choice',
  say: messagesIn('en').faults[fault],
});

/** Who belongs to a case, how they are reached, and what they say when no link reaches them. */
export const casePeopleRoutes = ({ store, door }: RouteDeps): Route[] => [
  route({
    ...common,
    method: 'post',
    path: '/v1/cases/{caseId}/persons',
    operationId: 'addPerson',
    summary: 'Add a person to the case',
    description:
      'A trusted contact, a relative, a lawyer, another defender. Once another defender is in the case, nothing more is disclosed until they have agreed too.',
    params: caseParams,
    body: personSchema,
    responses: { 201: { description: 'Added', schema: z.strictObject({ personId: id }) } },
    handler: async (asked) => {
      const personId = idFrom(asked.commandId, 'person');
      mustBeDone(await addPersonOfCase(store, { ...orderOf(asked), personId, person: asked.body }));
      return { status: 201, body: { personId } };
    },
  }),
  route({
    ...common,
    method: 'put',
    path: '/v1/cases/{caseId}/persons/{personId}',
    operationId: 'correctPerson',
    summary: 'Correct what is known of a person',
    description:
      'When the address changes, every link sent to the old one dies, each open question goes to the new one, and mail that waited for an address leaves.',
    params: z.strictObject({ caseId: id, personId: id }),
    body: correctionSchema,
    responses: noted,
    handler: async (asked) => {
      mustBeDone(await correctPerson(store, { ...orderOf(asked), personId: asked.params.personId, correction: asked.body }));
      await door.ringPostroom();
      return { status: 204 };
    },
  }),
  route({
    ...common,
    method: 'post',
    path: '/v1/cases/{caseId}/constraints',
    operationId: 'addConstraint',
    summary: 'Add something that must not be done',
    description: 'From now on every text that goes out has to meet it. What was added is never taken away.',
    params: caseParams,
    body: constraintSchema,
    responses: noted,
    handler: async (asked) => {
      mustBeDone(await addConstraint(store, { ...orderOf(asked), constraint: asked.body }));
      return { status: 204 };
    },
  }),
  route({
    ...common,
    method: 'post',
    path: '/v1/cases/{caseId}/invitations/{invitationId}/answer',
    operationId: 'recordAnswer',
    summary: 'Record what a person answered in another way than by link',
    description:
      'By telephone, on a visit, through somebody they trust. It counts exactly as an answer by link. Only for people of the case and their own matters; the case lists their open questions.',
    params: z.strictObject({ caseId: id, invitationId: id }),
    body: givenAnswerSchema,
    responses: {
      200: { description: 'Recorded', schema: z.strictObject({ invitationId: id, choice: z.string(), at: instant, version: z.int() }) },
    },
    handler: async (asked) => {
      const { caseId, invitationId } = asked.params;
      const { choice, text, method, givenBy } = asked.body;
      const kind = await askedOfPerson(store.prisma, caseId, invitationId);
      if (kind === null) throw Problem.refused(OWN_LINK);
      const reading = readAnswer(kind, offeredChoices(kind), { choice, ...(text !== undefined && { words: text }) });
      if ('faults' in reading) throw Problem.of('invalid-input', { errors: reading.faults.map(faultOf) });
      const { words } = reading.answer;
      const content = { choice, ...(words !== undefined && { text: words }), method, givenBy };
      const landed = await recordGivenAnswer(store, { caseId, invitationId, by: asked.holder.personId, content, at: Date.now() });
      if (landed.refused !== null) throw Problem.refused(landed.refused);
      if (landed.answerId !== null) door.tell(landed.workflowId, landed.answerId);
      await door.ringPostroom();
      const { at, version } = landed.answer;
      return { status: 200, body: { invitationId, choice, at: at.toISOString(), version } };
    },
  }),
  route({
    ...common,
    method: 'post',
    path: '/v1/cases/{caseId}/invitations/{invitationId}/link',
    operationId: 'replaceLink',
    summary: 'Send somebody who was asked a fresh link',
    description:
      'To their registered address and nowhere else, with the same notice as the first time. Every link that they hold to this question dies. At most three a day; people can ask for one themselves on the page of a link that opens nothing.',
    params: z.strictObject({ caseId: id, invitationId: id }),
    responses: { 202: { description: 'It leaves as soon as it can', schema: z.strictObject({ invitationId: id }) } },
    handler: async (asked) => {
      const { invitationId } = asked.params;
      mustBeDone(await reissueByOrder(store, { ...orderOf(asked), invitationId }));
      await door.ringPostroom();
      return { status: 202, body: { invitationId } };
    },
  }),
  route({
    ...common,
    method: 'post',
    path: '/v1/cases/{caseId}/mail/{mailId}/resending',
    operationId: 'resendMail',
    summary: 'Send a message that got stuck again',
    description: 'As the same message, so that a second copy is recognised. The case lists the messages that wait for a person.',
    params: z.strictObject({ caseId: id, mailId: id }),
    responses: { 202: { description: 'It leaves as soon as it can', schema: z.strictObject({ mailId: id }) } },
    handler: async (asked) => {
      const { mailId } = asked.params;
      mustBeDone(await resendMail(store, { ...orderOf(asked), mailId }));
      await door.ringPostroom();
      return { status: 202, body: { mailId } };
    },
  }),
];
