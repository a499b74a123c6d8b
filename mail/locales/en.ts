import type { Words } from './words.ts';

export const en: Words = {
  dates: 'en-GB-u-nu-latn-ca-gregory',
  lang: 'en',
  dir: 'ltr',
  subject: 'A message is waiting for you',
  senderName: 'Messages',
  greeting: 'Hello,',
  reminder: 'This is a reminder. We have not received your answer yet. If you have just answered, thank you: there is nothing more to do.',
  reason: {
    ACKNOWLEDGED: 'Your message has reached us. A person from our team is reading it and will write to you again.',
    CONSENT: 'There is a question that only you can answer. The choice is yours, point by point, and you can change your mind later.',
    ADVICE: 'We would like to hear your opinion on a matter that needs care. Reading and answering takes a few minutes, also on a phone.',
    APPROVAL:
      'There is a text that we would like you to read before anything is done with it. You can agree to it or refuse it; if you refuse, you may say what should change.',
    SIGN_ON: 'Your organisation is invited to make a choice about a text. You are free to say yes, to say no or to wait.',
    REFERRAL: 'We would like to know whether your organisation can help with something. The page says what is needed.',
    REFERRAL_REVOKED: 'A request that we sent you earlier has been withdrawn. Its link no longer opens. Thank you for your time.',
    HELP: 'We would like to know whether what you were expecting has reached you. Picking one of the answers is enough.',
    REVIEW: 'We would like to hear how things are now. A short answer is enough.',
    RECEIPT: 'We have received your answer. The page shows what was noted. If it was not you who answered, tell us at once.',
    OUTCOME: 'There is news about something you took part in. Thank you for having been part of it.',
    TASK: 'A task on your list is still open and its time is running.',
    TASK_ESCALATED: 'A task that was not finished in time now comes to you. Please look at the list of tasks.',
    TASK_RAISED: 'Something in a matter you look after needs you now. Please look at the list of tasks.',
    WITHDRAWN: 'Something you took part in has been stopped. Your part in it is not used any further. Thank you for your support.',
    KEY_INVITED:
      'We would like to write to you in a way that nobody else can read. For that you make a key of your own, on a page that takes two minutes.',
    KEY_EXPIRES:
      'The key with which our messages to you are sealed comes to its end. Please make a new one, so that messages can go on reaching you.',
    KEY_CHANGED:
      'A key for messages to you was added or changed. If it was you, there is nothing to do. If it was not, tell us at once, in the way you already know.',
    ADDRESS_CHANGED:
      'We no longer write to this address: another one is registered now. If you asked for that, there is nothing to do. If you did not, tell us at once, in the way you already know.',
    SEALED_WAITS: 'A sealed message is waiting for you. It can only be read with your own key: nobody on its way here could read it.',
  },
  silence: {
    ACKNOWLEDGED: 'You do not need to do anything now.',
    CONSENT: 'If you do nothing, nothing is agreed in your name. Silence is never taken as a yes.',
    ADVICE: 'If you do nothing, no opinion is recorded for you. Silence is never taken as a yes.',
    APPROVAL: 'If you do nothing, the text stays where it is. Silence is never taken as a yes.',
    SIGN_ON: 'If you do nothing, the name of your organisation is not used. Silence is never taken as a yes.',
    REFERRAL: 'If you do nothing, we ask someone else after that time. Saying no is as useful to us as saying yes.',
    REFERRAL_REVOKED: 'You do not need to do anything.',
    HELP: 'If you do nothing, we do not assume that all is well: a person from our team looks for a safe way to ask you again.',
    REVIEW: 'If you do nothing, we do not assume that all is well: a person from our team looks for a safe way to ask you again.',
    RECEIPT: 'If you do nothing, your answer stays as it is.',
    OUTCOME: 'You do not need to do anything.',
    TASK: 'If nothing is done by then, the task goes to the person who stands in for you.',
    TASK_ESCALATED: 'If nothing is done, the task stays open and is reported again.',
    TASK_RAISED: 'Until somebody acts, the task stays open on the list.',
    WITHDRAWN: 'You do not need to do anything.',
    KEY_INVITED:
      'If you do nothing, messages for you wait here until there is a key, and a person from our team looks for another way to reach you.',
    KEY_EXPIRES:
      'If you do nothing, messages for you wait here from then on, and a person from our team looks for another way to reach you.',
    KEY_CHANGED: 'If it was you, you do not need to do anything.',
    ADDRESS_CHANGED: 'If you asked for it, you do not need to do anything.',
    SEALED_WAITS: 'If you do nothing, the message stays sealed. Nothing is decided in your name.',
  },
  openPage: 'Open your page',
  linkIsPersonal: 'The link is for you alone: please do not forward it. Opening it commits you to nothing.',
  clock: {
    ANSWER: 'Please answer before: {time}',
    CHANGE: 'You can change your answer until: {time}',
    ACT: 'To be done before: {time}',
  },
  onYourClock: 'On your clock: {time}',
  genuineTitle: 'Is this message genuine?',
  genuineLink: 'The link must begin with exactly {host} and nothing else.',
  genuineAsk:
    'We never ask for a password and never ask for papers by e-mail. If you have a doubt, do not open anything and ask us in the way you already know.',
  genuineAskKey:
    'The page asks for the passphrase of your key; it never leaves your device, and nobody of our team will ever ask you for it. We never ask for papers by e-mail. If you have a doubt, do not open anything and ask us in the way you already know.',
  care: 'Open the page on a device that you trust. Please do not send anything confidential in reply to this e-mail.',
  sealedSubject: {
    CONSENT: 'A question that only you can answer',
    ADVICE: 'Your advice is asked on a case',
    APPROVAL: 'A letter about you: do you agree to it?',
    REFERRAL: 'Can your organisation help somebody?',
    HELP: 'Has the help reached you?',
    REVIEW: 'How are you now?',
    RECEIPT: 'Your answer was received',
  },
  sealedReminder: 'Reminder: {subject}',
  enclosed: 'The text itself comes with this message. Please keep it as confidential as the message, and do not pass it on.',
};
