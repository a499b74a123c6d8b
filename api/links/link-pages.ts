import { ceilingRefusal } from '../../domain/referral.ts';
import type { Language } from '../../domain/vocabulary.ts';
import { findLink, giveAnswer, type OpenedLink } from '../../records/questions/answers.ts';
import type { AnswerText, LiveAnswer } from '../../records/questions/landing.ts';
import { type LinkMatter, openMatter } from '../../records/questions/link-matter.ts';
import { reissueByLink } from '../../records/questions/reissue.ts';
import { RecordError } from '../../records/record-error.ts';
import type { Store } from '../../records/store.ts';
import type { Door } from '../door.ts';
import type { PageAnswer, PageContext, PageRoute } from '../http/page-route.ts';
import { Problem } from '../http/problem.ts';
import { type FormAnswer, type Reading, readAnswer } from '../pages/answer-form.ts';
import { offeredChoices, type QuestionKind } from '../pages/choices.ts';
import { coverPage } from '../pages/cover.ts';
import { pickLanguage } from '../pages/language.ts';
import { questionPage } from '../pages/question-page.ts';
import { receiptPage } from '../pages/receipt.ts';
import { givenOf, questionOf } from './question-of.ts';
import { gone, reissued } from './reissuing.ts';

export interface LinkDeps {
  readonly store: Store;
  readonly door: Door;
}

/**
 * The pages behind the links in mail. GET shows that something is asked and until when, and changes nothing; opening and answering are POSTs with an
 * explicit step. Whatever opens nothing, for whichever reason, is answered alike. Source: security notes, Links in mail.
 */
export const linkPages = ({ store, door }: LinkDeps): PageRoute[] => [
  {
    method: 'get',
    path: '/l/{token}',
    operationId: 'coverLink',
    handler: orGone(async (context) => {
      const link = await findLink(store, context.params['token'] ?? '', Date.now());
      if (link === null) return gone(context);
      return { status: 200, body: coverPage({ language: languageOf(context, link), closesAt: link.question.closesAt, now: new Date() }) };
    }),
  },
  {
    method: 'post',
    path: '/l/{token}',
    operationId: 'actLink',
    handler: orGone(async (context) => {
      const token = context.params['token'] ?? '';
      const { step } = context.form;
      if (step === 'reissue') return reissued(door, context, reissueByLink(store, token, Date.now()));
      if (step !== 'open' && step !== 'answer') throw Problem.of('malformed-request');
      const at = Date.now();
      const link = await findLink(store, token, at);
      if (link === null) return gone(context);
      if (settled(link)) return link.answer === null ? gone(context) : receipt(context, link, link.answer);
      const matter = await openMatter(store, link, at);
      if (matter === null) return gone(context);
      return step === 'open' ? show(context, link, matter) : take({ store, door }, context, token, link, matter);
    }),
  },
];

type Handler = PageRoute['handler'];

/** What was erased since the link was made is as absent as what never was, and is answered alike. */
const orGone =
  (handler: Handler): Handler =>
  (context) =>
    handler(context).catch((error: unknown) => {
      if (error instanceof RecordError) return gone(context);
      throw error;
    });

/** Nothing can be chosen here any more: the question is closed, or the one answer it takes was given. */
const settled = (link: OpenedLink): boolean => !link.open || (link.answer !== null && !link.question.changeable);

const languageOf = ({ askedLanguage, accepted }: PageContext, link: OpenedLink): Language =>
  pickLanguage(askedLanguage, link.language, accepted);

const show = (context: PageContext, link: OpenedLink, matter: LinkMatter): PageAnswer => {
  const language = languageOf(context, link);
  return { status: 200, body: questionPage({ question: questionOf(link, matter, language), language, now: new Date() }) };
};

const receipt = (context: PageContext, link: OpenedLink, answer: LiveAnswer, matter?: LinkMatter): PageAnswer => {
  const currency = matter?.kind === 'REFERRAL' ? matter.text.need.currency : undefined;
  const page = receiptPage({
    kind: link.question.kind as QuestionKind,
    language: languageOf(context, link),
    given: givenOf(answer),
    changeUntil: link.open && link.question.changeable ? link.question.closesAt : null,
    ...(currency !== undefined && { currency }),
  });
  return { status: 200, body: page };
};

async function take(
  { store, door }: LinkDeps,
  context: PageContext,
  token: string,
  link: OpenedLink,
  matter: LinkMatter,
): Promise<PageAnswer> {
  const language = languageOf(context, link);
  const question = questionOf(link, matter, language);
  const reading = within(
    matter,
    readAnswer(question.kind, offeredChoices(question.kind, question.circumstances), context.form),
    context.form,
  );
  if ('faults' in reading) return { status: 422, body: questionPage({ question, language, now: new Date(), refused: reading }) };
  const given = await giveAnswer(store, token, asRecorded(reading.answer), Date.now());
  switch (given.given) {
    case 'RECORDED':
      if (given.answerId !== null) door.tell(given.workflowId, given.answerId);
      await door.ringPostroom();
      return receipt(context, link, given.answer, matter);
    case 'REPEATED':
      return receipt(context, link, given.answer, matter);
    case 'CLOSED':
      return given.answer === null ? gone(context) : receipt(context, { ...link, open: false }, given.answer, matter);
    case 'GONE':
      return gone(context);
  }
}

/** A partner's sum stays within what is needed and within its own ceiling; where no sum was asked for, none is taken. */
const within = (matter: LinkMatter, reading: Reading, form: PageContext['form']): Reading => {
  if (matter.kind !== 'REFERRAL' || 'faults' in reading || reading.answer.amount === undefined) return reading;
  const { need } = matter.text;
  const { amount, ...rest } = reading.answer;
  if (need.amount === undefined || need.currency === undefined) return { answer: rest };
  if (amount <= need.amount && ceilingRefusal(matter.ceiling, { amount, currency: need.currency }) === null) return reading;
  return { faults: [{ field: 'amount', fault: 'AMOUNT_TOO_HIGH' }], draft: { ...form } };
};

const asRecorded = ({ choice, words, name, amount, rejectReason }: FormAnswer): AnswerText => ({
  choice,
  ...(words !== undefined && { text: words }),
  ...(name !== undefined && { name }),
  ...(amount !== undefined && { amount }),
  ...(rejectReason !== undefined && { reason: rejectReason }),
});
