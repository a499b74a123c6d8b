import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { MailError } from './error.ts';
import type { Message } from './message.ts';
import type { RateLimiter } from './rate.ts';
import { type Failure, meaningOf, meaningOfSuccess, type Outcome, type Stage } from './replies.ts';
import { messageSource } from './source.ts';

/** All times in milliseconds. */
export type TransportTimes = {
  /** Looking up the name, connecting and the TLS handshake, together. */
  readonly connectMs: number;
  readonly greetingMs: number;
  /** From the connection until the final dot has left. */
  readonly untilDotMs: number;
  /** Patience after the final dot. RFC 5321 4.5.3.2.6 asks for 10 minutes: hanging up earlier is what makes duplicates. */
  readonly afterDotMs: number;
};

export const defaultTimes: TransportTimes = { connectMs: 60_000, greetingMs: 300_000, untilDotMs: 900_000, afterDotMs: 600_000 };

export type TransportOptions = {
  readonly host: string;
  readonly port: number;
  /** `tls`: from the first byte. `starttls`: upgraded before anything is said, or no mail. `none`: only to this machine itself. */
  readonly security: 'tls' | 'starttls' | 'none';
  /** The name this client gives in EHLO; without it nodemailer would tell the name of the machine. */
  readonly clientName: string;
  readonly auth?: { readonly user: string; readonly pass: string };
  /** PEM of the authority to trust instead of the public ones. */
  readonly ca?: string;
  readonly times?: Partial<TransportTimes>;
  readonly limiter?: RateLimiter;
};

export type Transport = {
  /**
   * One attempt for one recipient on a connection of its own. Never throws and never retries; every ending is an Outcome.
   * Takes at most `longestAttemptMs`, not counting the wait for the rate limiter.
   */
  deliver(message: Message): Promise<Outcome>;
  /** The lease of an attempt must be longer than this. */
  readonly longestAttemptMs: number;
};

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}

/**
 * A connection per message: the replies of one recipient can never be taken for those of another, and a server that closes between two
 * messages costs nothing. Throws `MailError` TRANSPORT_INVALID for a plain-text connection that leaves this machine.
 */
export function createTransport(options: TransportOptions): Transport {
  if (options.security === 'none' && !isLoopback(options.host)) throw new MailError('TRANSPORT_INVALID');
  const times = { ...defaultTimes, ...options.times };
  return {
    longestAttemptMs: times.untilDotMs + times.afterDotMs,
    async deliver(message) {
      await options.limiter?.take();
      return converse(options, times, message);
    },
  };
}

function connectionOf(options: TransportOptions, times: TransportTimes): SMTPConnection {
  return new SMTPConnection({
    host: options.host,
    port: options.port,
    name: options.clientName,
    secure: options.security === 'tls',
    requireTLS: options.security === 'starttls',
    ignoreTLS: options.security === 'none',
    connectionTimeout: times.connectMs,
    greetingTimeout: times.greetingMs,
    // Silence is timed below, where it is known whether the dot has left; this one only has to come later.
    socketTimeout: times.untilDotMs + times.afterDotMs + 60_000,
    socketCloseTimeout: 0,
    tls: { minVersion: 'TLSv1.2', ...(options.ca === undefined ? {} : { ca: options.ca }) },
    allowInternalNetworkInterfaces: isLoopback(options.host),
    logger: false,
  });
}

/** Says QUIT, as RFC 5321 4.1.1.10 wants, without making anybody wait for the answer to it. */
function leave(connection: SMTPConnection): void {
  const patience = setTimeout(() => connection.close(), 5_000);
  connection.once('end', () => clearTimeout(patience));
  connection.quit();
}

function converse(options: TransportOptions, times: TransportTimes, message: Message): Promise<Outcome> {
  return new Promise((resolve) => {
    const connection = connectionOf(options, times);
    const source = messageSource(message.raw);
    let settled = false;
    let sending = false;
    const stage = (): Stage => (source.ended() ? 'dot' : sending ? 'transaction' : 'opening');

    const settle = (outcome: Outcome): void => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      if (outcome.state === 'accepted') leave(connection);
      else connection.close();
      source.stream.destroy();
      resolve(outcome);
    };
    const fail = (failure: Failure): void => settle(meaningOf(failure, stage()));
    const timedOut = (): void => fail({ code: 'ETIMEDOUT' });
    let timer = setTimeout(timedOut, times.untilDotMs);
    const startWaiting = (): void => {
      if (settled) return;
      clearTimeout(timer);
      timer = setTimeout(timedOut, times.afterDotMs);
    };
    source.stream.once('end', startWaiting);

    const send = (): void => {
      sending = true;
      const envelope = { from: message.envelope.from, to: [message.envelope.to], size: message.raw.length };
      connection.send(envelope, source.stream, (error, info) =>
        error ? fail(error) : settle(meaningOfSuccess(info?.response ?? '', stage())),
      );
    };
    // Errors after settling (a server that resets the connection on QUIT) have nobody left to tell; without a listener they would end the process.
    connection.on('error', fail);
    // On a 421 the client ends before it hands over the reply; the reply is what counts, so it goes first.
    connection.once('end', () => queueMicrotask(() => fail({ code: 'ECONNECTION' })));
    connection.connect((error) => {
      if (error) return fail(error);
      if (options.auth === undefined) return send();
      connection.login({ credentials: options.auth }, (refused) => (refused ? fail(refused) : send()));
    });
  });
}
