import type { Clock, SealedTopic, Topic } from '../templates/topics.ts';

/** The words of one language. A missing key fails the type check; placeholders in braces are compared across languages by a test. */
export type Words = {
  /** BCP 47 tag used for dates, with Western digits and the Gregorian calendar in every language. */
  readonly dates: string;
  readonly lang: string;
  readonly dir: 'ltr' | 'rtl';
  readonly subject: string;
  readonly senderName: string;
  readonly greeting: string;
  readonly reminder: string;
  /** Why this mail comes, in words that tell an uninvited reader nothing. */
  readonly reason: Readonly<Record<Topic, string>>;
  /** What happens when the reader does nothing. Silence is never consent (product rule 6). */
  readonly silence: Readonly<Record<Topic, string>>;
  readonly openPage: string;
  readonly linkIsPersonal: string;
  /** Each holds {time}. */
  readonly clock: Readonly<Record<Clock, string>>;
  /** Holds {time}: the same moment on the reader's own clock. */
  readonly onYourClock: string;
  readonly genuineTitle: string;
  /** Holds {host}. */
  readonly genuineLink: string;
  readonly genuineAsk: string;
  /** The same where the page asks for the passphrase of the reader's own key. */
  readonly genuineAskKey: string;
  readonly care: string;
  /** The subject inside what is sealed. No words of a case even here: mail programs keep the subjects of what they have opened in clear. */
  readonly sealedSubject: Readonly<Record<SealedTopic, string>>;
  /** Holds {subject}. */
  readonly sealedReminder: string;
  /** Said where the text that is asked about comes with the message. */
  readonly enclosed: string;
};
