/**
 * What came of one attempt to hand a message to the mail server. `code` is the three digits of the reply, or a word for what happened
 * without one; it never holds an address or a text of the server.
 *
 * - accepted: the server answered the end of the data with 2xx and answers for the message from here on.
 * - deferred: certainly not taken; the same message may be tried again later.
 * - refused: certainly not taken and never will be; stop for this recipient (5xx).
 * - unknown: the final dot left this machine and no answer came back, so the server may or may not have the message (RFC 1047).
 */
export type Outcome = { readonly state: 'accepted' | 'deferred' | 'refused' | 'unknown'; readonly code: string };

/** How far the conversation had come. `transaction` counts from MAIL FROM; `dot` from the moment the end of the data may have left. */
export type Stage = 'opening' | 'transaction' | 'dot';

/** The parts of a nodemailer error that are read. Its message and its response are not: they may hold addresses. */
export type Failure = { readonly code?: unknown; readonly responseCode?: unknown; readonly command?: unknown };

const words: Readonly<Record<string, string>> = {
  EDNS: 'DNS',
  ETLS: 'TLS',
  EREQUIRETLS: 'TLS',
  ETIMEDOUT: 'TIMEOUT',
  EAUTH: 'AUTHENTICATION',
  ENOAUTH: 'AUTHENTICATION',
  EPROTOCOL: 'PROTOCOL',
  EMESSAGE: 'MESSAGE',
  EENVELOPE: 'ENVELOPE',
};

// Replies of RFC 4954 about who we are. They speak of our account, never of the recipient, wherever in the conversation they come.
const aboutOurAccount = new Set([530, 534, 535, 538]);

// A reply the client did not wait for (EPROTOCOL) belongs to no command, so its digits say nothing about this message.
function replyOf(failure: Failure): number | null {
  const { responseCode } = failure;
  if (failure.code === 'EPROTOCOL' || typeof responseCode !== 'number') return null;
  return responseCode >= 400 && responseCode <= 599 ? responseCode : null;
}

/**
 * The meaning of a conversation that ended without 2xx for the message. Before MAIL FROM a 5xx is the server turning *us* away (closed,
 * no authentication, blocked address): that is repaired by the operator, so the message waits instead of being dropped.
 */
export function meaningOf(failure: Failure, stage: Stage): Outcome {
  const reply = replyOf(failure);
  const word = (typeof failure.code === 'string' && words[failure.code]) || 'CONNECTION';
  if (reply !== null) {
    const code = String(reply);
    const final = reply >= 500 && stage !== 'opening' && !aboutOurAccount.has(reply);
    return { state: final ? 'refused' : 'deferred', code };
  }
  if (stage === 'dot') return { state: 'unknown', code: word };
  // Raised by the client itself: the server announced a smaller size limit, or the envelope cannot be written. Waiting cures neither.
  const hopeless = stage === 'transaction' && failure.responseCode === undefined && (word === 'MESSAGE' || word === 'ENVELOPE');
  return { state: hopeless ? 'refused' : 'deferred', code: word };
}

/** The meaning of a 2xx for the message. A server that says so before the dot has left is not to be believed either way. */
export function meaningOfSuccess(response: string, stage: Stage): Outcome {
  return stage === 'dot' ? { state: 'accepted', code: response.slice(0, 3) } : { state: 'unknown', code: 'PROTOCOL' };
}
