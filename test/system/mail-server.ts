import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { createTransport, type Transport } from '../../mail/transport.ts';

type Heard = { readonly raw: string; readonly to: readonly string[]; readonly messageId: string };
/** What the server answers to the message: null takes it, a number refuses or defers it. Called before the answer goes out. */
type Answer = (heard: Heard) => number | null | Promise<number | null>;

export type MailServer = {
  /** what was taken, in order */
  readonly taken: readonly Heard[];
  /** conversations that reached the end of the data, taken or not */
  readonly heard: readonly Heard[];
  readonly transport: Transport;
  /** Answers every following message so. */
  answers(answer: Answer): void;
  stop(): Promise<void>;
};

/** A real mail server whose judgement the test decides. */
export async function mailServer(): Promise<MailServer> {
  const heard: Heard[] = [];
  const taken: Heard[] = [];
  let answer: Answer = () => null;
  const server = new SMTPServer({
    authOptional: true,
    logger: false,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.once('end', async () => {
        const raw = Buffer.concat(chunks).toString('latin1');
        const messageId = /^Message-ID: (.*)\r$/im.exec(raw)?.[1] ?? '';
        const one = { raw, to: session.envelope.rcptTo.map(({ address }) => address), messageId };
        heard.push(one);
        const code = await answer(one);
        if (code === null) taken.push(one);
        done(code === null ? null : Object.assign(new Error('no'), { responseCode: code }));
      });
    },
  });
  server.on('error', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  return {
    heard,
    taken,
    transport: quickTransport((server.server.address() as AddressInfo).port),
    answers(next) {
      answer = next;
    },
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** A client that does not wait for long, to a server on this machine. */
export const quickTransport = (port: number): Transport =>
  createTransport({
    host: '127.0.0.1',
    port,
    security: 'none',
    clientName: 'desk.example.org',
    times: { connectMs: 5_000, greetingMs: 5_000, untilDotMs: 10_000, afterDotMs: 10_000 },
  });
