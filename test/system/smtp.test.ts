import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { simpleParser } from 'mailparser';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { afterEach, describe, expect, it } from 'vitest';
import { compose } from '../../mail/compose.ts';
import { buildMessage, type Message } from '../../mail/message.ts';
import { createTransport, defaultTimes, type TransportOptions } from '../../mail/transport.ts';
import { selfSigned } from './smtp-certificate.ts';
import { type FakeServer, fakeServer, type Script, stages } from './smtp-fake.ts';

const quick = { connectMs: 2_000, greetingMs: 2_000, untilDotMs: 2_000, afterDotMs: 2_000 };
const local = (port: number, more: Partial<TransportOptions> = {}): TransportOptions => ({
  host: '127.0.0.1',
  port,
  security: 'none',
  clientName: 'desk.example.org',
  times: quick,
  ...more,
});

const small = await buildMessage({
  from: 'desk@example.org',
  to: 'reader@example.net',
  messageId: '<0123456789abcdef0123@mail.example.org>',
  writtenAt: Date.UTC(2031, 0, 1),
  content: { subject: 'Hello', senderName: 'Messages', text: 'One line.\n.\n..\n', html: '<p>One line.</p>' },
});
// More than the buffers of two sockets hold, so that the end cannot have left while the server is still reading the beginning.
const large: Message = { ...small, raw: Buffer.alloc(48 * 1024 * 1024, 'All work and no play.\r\n') };

const running: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.stop()));
});

async function fake(script: Script): Promise<FakeServer> {
  const server = await fakeServer(script);
  running.push(server);
  return server;
}

describe.each([true, false])('a server that breaks off, with pipelining %s', (pipelining) => {
  for (const act of ['close', 'reset'] as const) {
    it.each(stages)(`${act} at %s`, async (at) => {
      const server = await fake({ at, act, pipelining });
      const outcome = await createTransport(local(server.port)).deliver(at === 'body' ? large : small);
      expect(outcome).toEqual({ state: at === 'dot' ? 'unknown' : 'deferred', code: 'CONNECTION' });
      expect(server.complete()).toBe(at === 'dot' ? 1 : 0);
    });
  }

  it.each(stages)('falls silent at %s', async (at) => {
    const server = await fake({ at, act: 'stall', pipelining });
    const times = { connectMs: 150, greetingMs: 150, untilDotMs: 150, afterDotMs: 150 };
    const outcome = await createTransport(
      local(server.port, { times: at === 'body' || at === 'dot' ? { ...times, untilDotMs: 1_000 } : times }),
    ).deliver(small);
    // A small message is handed over whole, dot included: a server silent in the middle of it may have it all.
    expect(outcome).toEqual({ state: at === 'dot' || at === 'body' ? 'unknown' : 'deferred', code: 'TIMEOUT' });
  });

  it('stops reading in the middle of a body too large to have left', async () => {
    const server = await fake({ at: 'body', act: 'stall', pipelining });
    const outcome = await createTransport(local(server.port, { times: { ...quick, untilDotMs: 500 } })).deliver(large);
    expect(outcome).toEqual({ state: 'deferred', code: 'TIMEOUT' });
  });

  const codes = [421, 450, 451, 452, 550, 552, 554];
  for (const at of ['MAIL', 'RCPT', 'DATA', 'body', 'dot'] as const) {
    it.each(codes)(`answers %d at ${at}`, async (code) => {
      const server = await fake({ at, act: { send: `${code} 5.0.0 no <reader@example.net>\r\n` }, pipelining });
      const outcome = await createTransport(local(server.port)).deliver(at === 'body' ? large : small);
      expect(outcome).toEqual({ state: code < 500 ? 'deferred' : 'refused', code: String(code) });
    });
  }

  it.each([421, 450, 554])('answers %d to the greeting or to EHLO: we wait, the recipient has done nothing', async (code) => {
    for (const at of ['banner', 'EHLO'] as const) {
      const server = await fake({ at, act: { send: `${code} go away\r\n` }, pipelining });
      expect((await createTransport(local(server.port)).deliver(small)).state).toBe('deferred');
    }
  });
});

describe('an answer cut short after the dot', () => {
  it.each([
    ['', 'unknown'],
    ['25', 'unknown'],
    ['250 queued', 'unknown'],
    ['250-queued\r\n', 'unknown'],
    ['nonsense\r\n', 'unknown'],
    ['399 odd\r\n', 'unknown'],
    ['55', 'unknown'],
    ['550-refused\r\n', 'unknown'],
    ['250 queued\r\n', 'accepted'],
    ['550 refused\r\n', 'refused'],
    ['450 later\r\n', 'deferred'],
  ])('%j is %s', async (send, state) => {
    const server = await fake({ at: 'dot', act: { send, after: 'close' } });
    expect((await createTransport(local(server.port)).deliver(small)).state).toBe(state);
    expect(server.complete()).toBe(1);
  });
});

it('whatever byte the connection dies at, "deferred" is never said of a message that arrived', async () => {
  const whole = await fake({});
  expect((await createTransport(local(whole.port)).deliver(small)).state).toBe('accepted');
  const found = new Map<string, number>();
  const conversation = small.raw.length + 120;
  for (let bytes = 1; bytes < conversation; bytes += bytes > 100 && bytes < conversation - 130 ? 13 : 1) {
    const server = await fakeServer({ dropAfterBytes: bytes, pipelining: bytes % 2 === 0 });
    const { state } = await createTransport(local(server.port)).deliver(small);
    const arrived = server.complete() === 1;
    await server.stop();
    if (arrived) expect(['accepted', 'unknown'], `${bytes}`).toContain(state);
    else expect(['deferred', 'unknown'], `${bytes}`).toContain(state);
    found.set(`${state} ${arrived}`, (found.get(`${state} ${arrived}`) ?? 0) + 1);
  }
  // The test is worth something only if it saw both sides of the gap.
  expect(found.get('deferred false')).toBeGreaterThan(50);
  expect(found.get('unknown true') ?? found.get('accepted true')).toBeGreaterThan(0);
});

describe('before any conversation', () => {
  it('a port where nobody listens is deferred', async () => {
    const server = await fakeServer({});
    await server.stop();
    expect(await createTransport(local(server.port)).deliver(small)).toEqual({ state: 'deferred', code: 'CONNECTION' });
  });

  it('a name that cannot be found is deferred', async () => {
    const transport = createTransport(local(25, { host: 'mail.invalid', security: 'starttls' }));
    expect(await transport.deliver(small)).toEqual({ state: 'deferred', code: 'DNS' });
  });

  it('plain text may not leave this machine', () => {
    for (const host of ['mail.example.org', '10.0.0.1', '127.0.0.1.example.org']) {
      expect(() => createTransport(local(25, { host }))).toThrow(/^TRANSPORT_INVALID$/);
    }
  });

  it('a server without STARTTLS gets nothing when it is wanted', async () => {
    const server = await fake({});
    const outcome = await createTransport(local(server.port, { security: 'starttls' })).deliver(small);
    expect(outcome.state).toBe('deferred');
    expect(server.commands().join()).not.toMatch(/MAIL|reader/);
  });

  it('waits 10 minutes after the dot unless told otherwise, and for the limiter', async () => {
    expect(defaultTimes.afterDotMs).toBe(600_000);
    const server = await fake({});
    let taken = 0;
    const limiter = {
      take: async () => {
        taken += 1;
      },
    };
    await createTransport(local(server.port, { limiter })).deliver(small);
    expect(taken).toBe(1);
  });
});

type Heard = { raw: Buffer; from: string; to: string[]; secure: boolean; user: string | undefined };

async function realServer(options: SMTPServerOptions = {}): Promise<{ port: number; heard: Heard[] }> {
  const heard: Heard[] = [];
  const server = new SMTPServer({
    authOptional: true,
    logger: false,
    onAuth: (auth, _session, done) => done(null, auth.password === 'right' ? { user: auth.username ?? '' } : undefined),
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.once('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        const from = mailFrom === false ? '' : mailFrom.address;
        heard.push({ raw: Buffer.concat(chunks), from, to: rcptTo.map((one) => one.address), secure: session.secure, user: session.user });
        done();
      });
    },
    ...options,
  });
  server.on('error', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  running.push({ stop: () => new Promise((resolve) => server.close(() => resolve())) });
  return { port: (server.server.address() as AddressInfo).port, heard };
}

describe('a conversation with a real server', () => {
  it.each(['en', 'es', 'fr', 'ar'] as const)('carries a mail in %s whole, to one recipient, with its Message-ID', async (language) => {
    const { port, heard } = await realServer({ disabledCommands: ['STARTTLS', 'AUTH'] });
    const content = compose('SIGN_ON_ASKED', language, {
      link: 'https://desk.example.org/l/x',
      deadline: Date.UTC(2031, 5, 1),
      timeZone: 'Asia/Amman',
    });
    const messageId = '<abcdefabcdef01234567@mail.example.org>';
    const message = await buildMessage({ from: 'desk@example.org', to: 'reader@mañana.example', messageId, writtenAt: 0, content });
    const transport = createTransport(local(port));
    expect(await transport.deliver(message)).toEqual({ state: 'accepted', code: '250' });
    expect(await transport.deliver(message)).toEqual({ state: 'accepted', code: '250' });
    expect(heard).toHaveLength(2);
    const [first, second] = heard;
    if (first === undefined || second === undefined) throw new Error('two messages were expected');
    expect(first.raw.equals(second.raw)).toBe(true);
    expect([first.from, first.to]).toEqual(['desk@example.org', ['reader@mañana.example']]);
    expect(first.raw.toString('latin1')).toContain('To: reader@xn--maana-pta.example\r\n');
    const mail = await simpleParser(first.raw);
    expect(mail.subject).toBe(content.subject);
    expect(mail.text).toBe(content.text);
    expect(mail.html).toBe(content.html);
    expect(mail.messageId).toBe(messageId);
    expect([mail.cc, mail.bcc, mail.attachments.length]).toEqual([undefined, undefined, 0]);
  });

  it('has the same size on the wire for different kinds', async () => {
    const { port, heard } = await realServer({ disabledCommands: ['STARTTLS', 'AUTH'] });
    const base = { from: 'desk@example.org', to: 'reader@example.net', messageId: '<abcdefabcdef01234567@mail.example.org>', writtenAt: 0 };
    const contents = [
      compose('WITHDRAWN_NOTICE', 'fr', {}),
      compose('ADVICE_REMINDER', 'fr', { link: 'https://desk.example.org/l/x', deadline: 0 }),
    ];
    for (const content of contents) await createTransport(local(port)).deliver(await buildMessage({ ...base, content }));
    expect(heard[0]?.raw.length).toBe(heard[1]?.raw.length);
  });

  it('goes over STARTTLS or TLS to a server it can trust, with its account, and to no other', async () => {
    const own = selfSigned();
    for (const security of ['starttls', 'tls'] as const) {
      const { port, heard } = await realServer({ ...own, secure: security === 'tls' });
      const trusting = { host: 'localhost', security, ca: own.cert } as const;
      const auth = { user: 'desk', pass: 'right' };
      expect(await createTransport(local(port, { ...trusting, auth })).deliver(small)).toEqual({ state: 'accepted', code: '250' });
      expect(heard.map(({ secure, user }) => [secure, user])).toEqual([[true, 'desk']]);
      const wrong = await createTransport(local(port, { ...trusting, auth: { user: 'desk', pass: 'wrong' } })).deliver(small);
      expect(wrong).toEqual({ state: 'deferred', code: '535' });
      const stranger = await createTransport(local(port, { host: 'localhost', security })).deliver(small);
      expect(stranger.state).toBe('deferred');
      expect(heard).toHaveLength(1);
    }
  });

  it('stops before sending what the server says is too large', async () => {
    const { port, heard } = await realServer({ disabledCommands: ['STARTTLS', 'AUTH'], size: 500 });
    expect((await createTransport(local(port)).deliver(small)).state).toBe('refused');
    expect(heard).toHaveLength(0);
  });
});
