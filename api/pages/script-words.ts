import type { Language } from '../../domain/vocabulary.ts';

/** The sentences that the key page hands to its script, in the reader's language. `{bits}` stands for a number. */
export interface KeyScriptWords {
  readonly language: Language;
  readonly tooWeak: string;
  readonly strongEnough: string;
  readonly weakFault: string;
  readonly differentFault: string;
  readonly secretCertificateFault: string;
  readonly working: string;
  readonly failed: string;
}

/** The sentences that the page of a sealed message hands to its script. */
export interface MessageScriptWords {
  readonly working: string;
  readonly empty: string;
  readonly wrongPassphrase: string;
  readonly wrongCode: string;
  readonly otherKey: string;
  readonly failed: string;
  readonly act: string;
  readonly elsewhere: string;
  readonly attached: string;
}

/** A sealed message as its page holds it: bytes in base64url, nothing readable. */
export interface SealedMessageData {
  readonly context: string;
  readonly sealed: string;
  readonly keys: ReadonlyArray<{ readonly publicKey: string; readonly wrapped: string }>;
}
