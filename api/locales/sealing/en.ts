import type { SealingWords } from '../sealing-words.ts';

export const sealingEn: SealingWords = {
  footer: 'This page uses one script of ours and sets no cookies. What you type stays in this browser. Close the page when you are done.',
  passphrase: 'Passphrase',
  show: 'Show what I type',
  key: {
    heading: 'A key of your own',
    lead: 'Some of what we write to you must be readable by nobody else: not by your mail provider, and not by whoever gets into your mailbox. For that you need a key.',
    halves:
      'A key has two halves. The public half goes to us: with it we lock messages to you. The secret half opens them. Only you have it, and a passphrase protects it.',
    loss: 'If you lose both the passphrase and the recovery sheet, nobody can open those messages any more, and neither can we. You would then make a new key.',
    makeHeading: 'Make a key in this browser',
    scriptOff:
      'Making a key needs scripts, and they are switched off here. Allow them for this page, open it in another browser, or use OpenPGP below.',
    unable:
      'This browser has switched off a part that making a key needs (WebAssembly). In Tor Browser, choose the security level “Standard” for as long as this takes; or open this page in another browser, or use OpenPGP below. Nothing was sent.',
    passphraseHint:
      'Several words that nobody would put together, used nowhere else. A sentence out of a book or a song is quickly guessed. The safest is to let us suggest one, which is drawn by chance in this browser.',
    again: 'The passphrase once more',
    suggest: 'Suggest a passphrase',
    tooWeak: (bits) => `Too weak so far: about ${bits} bits of the 70 that are needed.`,
    strongEnough: (bits) => `Strong enough: about ${bits} bits.`,
    weakFault: 'This passphrase could be guessed. Add words, or let us suggest one.',
    differentFault: 'The two passphrases are not the same. Type it once more.',
    failed: 'The key could not be made: this device may have too little free memory. Close other pages and try again. Nothing was sent.',
    working: 'Computing. This takes some seconds, and the page stands still meanwhile.',
    make: 'Make my key',
    madeHeading: 'Your key is made. Keep its recovery sheet now.',
    sheetLead:
      'Print this sheet, or copy the code by hand. It opens your messages if you forget the passphrase. It is shown only this once.',
    print: 'Print the sheet',
    kept: 'I have kept the sheet, or copied the code',
    sendMeans:
      'What is sent: the public half, and the secret half locked under your passphrase. Neither the passphrase nor the code leaves this browser.',
    send: 'Send the public half',
  },
  sheet: {
    heading: 'Recovery sheet',
    address: 'Address of the network',
    madeOn: 'Made on',
    fingerprint: 'Fingerprint of the key',
    code: 'Secret recovery code',
    warning:
      'Whoever has this code can read your messages. Keep it offline: on paper, in a safe place, never in a photograph, a mail or a cloud.',
    use: 'To open a message with it, choose “I use the code of my recovery sheet” on the page of the message.',
  },
  openPgp: {
    heading: 'I use OpenPGP',
    lead: 'If you already read encrypted mail with OpenPGP, give us your public certificate, and we encrypt our mail to it.',
    label: 'Public certificate',
    hint: 'All of it, from the line “BEGIN PGP PUBLIC KEY BLOCK” to its end. Never your secret key.',
    send: 'Send my certificate',
    secretNotSent: 'That was a secret key. It was not sent, and is gone from the field. Please paste the public certificate.',
  },
  keyFaults: {
    UNREADABLE: 'This cannot be read as a key. Paste the whole certificate, with its first and last line, or make the key once more.',
    CHEAP_PASSPHRASE: 'The passphrase of this key could be guessed too cheaply. Please make the key once more on this page.',
    ENDS_SOON: 'This certificate ends within a week. Extend it, and paste it again.',
    SECRET_KEY: 'This was a secret key. We have not kept it, but it has left your hands: make a new one, and paste its public certificate.',
    NO_ENCRYPTION: 'This certificate has no key for encryption that can be used now. Add one, and paste the certificate again.',
    EXPIRED: 'This certificate has expired. Extend it, and paste it again.',
    REVOKED: 'This certificate was revoked. Paste one that is in use.',
    TOO_WEAK: 'This certificate uses methods that are no longer safe. Make a new one, and paste it.',
    UNKNOWN_METHOD: 'This certificate uses methods that we cannot check here. Make one with Curve25519 or RSA, and paste it.',
    NOT_ONE_CERTIFICATE: 'This has to be one certificate, no more and no less. Paste only your own.',
    KNOWN_KEY: 'This key is known here already. If it was ended, make another one; else there is nothing to do.',
    TOO_COSTLY:
      'This certificate takes too much work to check. Export a minimal one (GnuPG: --export-options export-minimal), or make one with Curve25519, and paste it.',
    TOO_LARGE: 'This certificate is too long. Export it without the signatures of others, and paste it again.',
  },
  keyReceipt: {
    heading: 'Your key has arrived',
    compare:
      'Somebody from the network will compare these characters with you, by telephone or in person. Write them down, or keep the recovery sheet at hand.',
    active: 'From now on, what is confidential is locked with this key.',
    pending: 'It is used once that has been done. Until then, your present key stays in use.',
  },
  message: {
    heading: 'A sealed message for you',
    lead: 'Only your key opens it. That happens in this browser: nothing you type here is sent or kept.',
    scriptOff:
      'Opening a sealed message needs scripts, and they are switched off here. Allow them for this page, or open the same link in another browser. There is no other way: we cannot open it for you.',
    unable:
      'This browser has switched off a part that opening a message needs (WebAssembly). In Tor Browser, choose the security level “Standard” for as long as this takes, or open the same link in another browser.',
    passphraseHint: 'The one you chose when you made your key.',
    useCode: 'I use the code of my recovery sheet',
    code: 'Recovery code',
    codeHint: '14 groups of 4 characters. Leave the passphrase empty.',
    open: 'Open the message',
    working: 'Computing. This takes some seconds, and the page stands still meanwhile.',
    empty: 'Type your passphrase, or the code of your recovery sheet.',
    wrongPassphrase: 'This passphrase does not open your key. Look at capitals and at the language of the keyboard, and try again.',
    wrongCode: 'There is a slip in this code. Compare it with the sheet, group by group.',
    otherKey: 'This message was sealed to another key. If you have made a new key since, ask us to send it again.',
    failed: 'It could not be opened: this device may have too little free memory. Close other pages and try again.',
    lost: 'If you have neither the passphrase nor the sheet, tell the person you are in contact with. You will make a new key, and get the message again.',
    act: 'Go on to what is asked of you',
    elsewhere: 'This address leads elsewhere. It is written out for you to judge:',
    attached: (name) => `Attached: ${name}`,
    forget: 'Close the message',
    forgetMeans: 'Closing it, or leaving this page, forgets all that was opened.',
  },
};
