import type { KeyFault } from '../../domain/recipient-key.ts';

/** Every word of the pages on which a key is made and a sealed message is opened. */
export interface SealingWords {
  /** In the place of the common footer, which promises that there is no script. */
  readonly footer: string;
  readonly passphrase: string;
  readonly show: string;
  readonly key: {
    readonly heading: string;
    readonly lead: string;
    readonly halves: string;
    readonly loss: string;
    readonly makeHeading: string;
    readonly scriptOff: string;
    readonly unable: string;
    readonly passphraseHint: string;
    readonly again: string;
    readonly suggest: string;
    readonly tooWeak: (bits: string) => string;
    readonly strongEnough: (bits: string) => string;
    readonly weakFault: string;
    readonly differentFault: string;
    readonly failed: string;
    readonly working: string;
    readonly make: string;
    readonly madeHeading: string;
    readonly sheetLead: string;
    readonly print: string;
    readonly kept: string;
    readonly sendMeans: string;
    readonly send: string;
  };
  readonly sheet: {
    readonly heading: string;
    readonly address: string;
    readonly madeOn: string;
    readonly fingerprint: string;
    readonly code: string;
    readonly warning: string;
    readonly use: string;
  };
  readonly openPgp: {
    readonly heading: string;
    readonly lead: string;
    readonly label: string;
    readonly hint: string;
    readonly send: string;
    readonly secretNotSent: string;
  };
  /** What is wrong with a key that was sent. */
  readonly keyFaults: Readonly<Record<KeyFault, string>>;
  readonly keyReceipt: {
    readonly heading: string;
    readonly compare: string;
    readonly active: string;
    readonly pending: string;
  };
  readonly message: {
    readonly heading: string;
    readonly lead: string;
    readonly scriptOff: string;
    readonly unable: string;
    readonly passphraseHint: string;
    readonly useCode: string;
    readonly code: string;
    readonly codeHint: string;
    readonly open: string;
    readonly working: string;
    readonly empty: string;
    readonly wrongPassphrase: string;
    readonly wrongCode: string;
    readonly otherKey: string;
    readonly failed: string;
    readonly lost: string;
    readonly act: string;
    readonly elsewhere: string;
    readonly attached: (name: string) => string;
    readonly forget: string;
    readonly forgetMeans: string;
  };
}
