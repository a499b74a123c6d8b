import type * as content from '../../domain/content.ts';
import { rankPartners } from '../../domain/referral.ts';
import { type SignOnTally, tallySignOn } from '../../domain/sign-on.ts';
import type { Db } from '../../prisma/client.ts';
import { iso, isoOrNull, noting, type Reader } from '../audit/reading.ts';
import { organisationNames, profileOf } from '../directory/directory.ts';
import { latestOf } from '../documents.ts';
import { exactText } from '../letters/letters.ts';
import { type AnswerOf, answersTo } from '../questions/answers.ts';
import { found } from '../record-error.ts';
import type { Sealing } from '../sealing.ts';
import { intakeOf } from './cases.ts';
import { heedOf } from './constraints.ts';
import { courseOf } from './referrals.ts';
import { partnerAnswers, personWords } from './words.ts';

export type LiveTally = SignOnTally & {
  readonly invited: number;
  readonly silent: number;
  readonly closesAt: string;
  readonly closedAt: string | null;
  /** those who sign by name, as the directory knows them and as they want to appear: to be looked at before everybody reads it */
  readonly signatories: readonly { readonly registered: string; readonly appearsAs: string }[];
};

/** A letter as it stands, with the digest of exactly these words and, once it was opened, the count of the sign-on at this moment. */
export const letterView = (reader: Reader, caseId: string, letterId: string) =>
  noting(reader, 'letter.read', caseId, letterId, async (tx) => {
    const { db, seals } = tx;
    const row = found(
      await db.letter.findFirst({
        where: { id: letterId, caseId },
        include: { publication: { select: { slug: true, retractedAt: true } } },
      }),
    );
    const { kind, addressees, texts, digest, version, date } = await exactText(db, seals, caseId, letterId);
    const retraction = await latestOf<content.Reason>(db, seals, caseId, 'RETRACTION', letterId);
    return {
      ...{ letterId, kind, state: row.state, version, digest, date, addressees, texts },
      createdAt: iso(row.createdAt),
      frozenAt: isoOrNull(row.frozenAt),
      publishedAt: isoOrNull(row.publishedAt),
      slug: row.publication?.slug ?? null,
      retractedAt: isoOrNull(row.publication?.retractedAt ?? null),
      retraction: retraction?.content.text ?? null,
      ...(await heedOf(tx, caseId)),
      approvals: await personWords(tx, caseId, 'LETTER_APPROVAL', letterId),
      tally: await liveTally(db, seals, letterId),
    };
  });

export const liveTally = async (db: Db, seals: Sealing, letterId: string): Promise<LiveTally | null> => {
  const question = await db.question.findFirst({ where: { subjectId: letterId, kind: 'SIGN_ON' }, orderBy: { openedAt: 'desc' } });
  if (question === null) return null;
  const { all } = await answersTo(db, seals, question.id);
  const counts: Record<string, number> = {};
  for (const { answer } of all) if (answer !== null) counts[answer.content.choice] = (counts[answer.content.choice] ?? 0) + 1;
  return {
    ...tallySignOn(counts),
    invited: all.length,
    silent: all.filter(({ answer }) => answer === null).length,
    closesAt: iso(question.closesAt),
    closedAt: isoOrNull(question.closedAt),
    signatories: await signatoriesOf(db, seals, all),
  };
};

const signatoriesOf = async (db: Db, seals: Sealing, all: readonly AnswerOf[]): Promise<LiveTally['signatories']> => {
  const named = all.filter(({ answer }) => answer?.content.choice === 'SIGN_PUBLIC');
  const contacts = await db.contact.findMany({ where: { id: { in: named.map(({ contactId }) => contactId) } } });
  const organisations = new Map(contacts.map(({ id, organisationId }) => [id, organisationId]));
  const ids = [...organisations.values()].filter((id) => id !== null);
  const names = await organisationNames(db, seals, ids);
  return named.map(({ contactId, answer }) => {
    const registered = names.get(organisations.get(contactId) ?? '')?.name ?? '';
    return { registered, appearsAs: answer?.content.name ?? registered };
  });
};

/** A referral: what is asked for, who was asked in which order, and how far it has come. */
export const referralView = (reader: Reader, caseId: string, referralId: string) =>
  noting(reader, 'referral.read', caseId, referralId, async (tx) => {
    const { db, seals } = tx;
    const row = found(await db.referral.findFirst({ where: { id: referralId, caseId } }));
    const { content: text } = found(await latestOf<content.ReferralText>(db, seals, caseId, 'REFERRAL', referralId));
    const reason = await latestOf<content.Reason>(db, seals, caseId, 'REASON', referralId);
    const { steps } = await courseOf(db, seals, caseId, referralId);
    return {
      ...{ referralId, needId: row.needId, state: row.state },
      createdAt: iso(row.createdAt),
      endedAt: isoOrNull(row.endedAt),
      endReason: reason?.content.text ?? null,
      ...(await heedOf(tx, caseId)),
      ...text,
      answers: await partnerAnswers(tx, caseId, referralId),
      confirmations: await personWords(tx, caseId, 'HELP_CONFIRMATION', referralId),
      steps: steps.map(({ state, partnerId, at }) => ({ state, partnerId, at: iso(new Date(at)) })),
    };
  });

/** Every partner for one need of the intake, the likeliest first, with the reasons for and against. Throws RecordError NOT_FOUND. */
export const rankedPartners = (reader: Reader, caseId: string, needIndex: number) =>
  noting(reader, 'need.read', caseId, String(needIndex), async ({ db, seals }) => {
    const intake = await intakeOf(db, seals, caseId);
    const { category, amount, currency } = found(intake.needs[needIndex]);
    const rows = await db.partner.findMany({ where: { organisation: { active: true }, contact: { active: true } } });
    const names = await organisationNames(
      db,
      seals,
      rows.map(({ organisationId }) => organisationId),
    );
    const languages = intake.persons.filter(({ kind }) => kind === 'DEFENDER').map(({ language }) => language);
    const sum = amount === undefined || currency === undefined ? null : { amount, currency };
    const ranked = rankPartners({ category, country: intake.country, languages, sum }, rows.map(profileOf));
    return ranked.map(({ id, ...rank }) => {
      const row = found(rows.find((partner) => partner.id === id));
      const { capacity, eligibility } = row;
      return {
        partnerId: id,
        name: names.get(row.organisationId)?.name ?? '',
        ...rank,
        capacity,
        ceiling: profileOf(row).ceiling,
        eligibility,
      };
    });
  });
