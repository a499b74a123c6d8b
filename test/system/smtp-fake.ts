import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

export const stages = ['banner', 'EHLO', 'MAIL', 'RCPT', 'DATA', 'body', 'dot'] as const;
type FakeStage = (typeof stages)[number];
/** `close` ends the connection in order, `reset` breaks it, `stall` reads and says nothing more, any other text is sent as it is. */
type Act = 'close' | 'reset' | 'stall' | { readonly send: string; readonly after?: 'close' };

export type FakeServer = {
  readonly port: number;
  /** Messages whose final dot this server has seen: the truth that an outcome is held against. */
  readonly complete: () => number;
  readonly commands: () => readonly string[];
  stop(): Promise<void>;
};

const normal: Readonly<Record<FakeStage, string>> = {
  banner: '220 fake\r\n',
  EHLO: '250 fake\r\n',
  MAIL: '250 ok\r\n',
  RCPT: '250 ok\r\n',
  DATA: '354 go\r\n',
  body: '',
  dot: '250 queued\r\n',
};

export type Script = {
  readonly at?: FakeStage;
  readonly act?: Act;
  readonly pipelining?: boolean;
  /** Breaks the connection once so many bytes have come in. */
  readonly dropAfterBytes?: number;
};

/** A mail server on a bare socket that misbehaves exactly where the script says. */
export async function fakeServer(script: Script): Promise<FakeServer> {
  const sockets = new Set<Socket>();
  const commands: string[] = [];
  let complete = 0;

  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    let buffer = '';
    let received = 0;
    let inBody = false;
    let silent = false;

    const play = (stage: FakeStage): void => {
      if (silent) return;
      const act = script.at === stage ? script.act : undefined;
      if (act === undefined) {
        socket.write(stage === 'EHLO' && script.pipelining ? '250-fake\r\n250 PIPELINING\r\n' : normal[stage]);
      } else if (act === 'close') socket.destroy();
      else if (act === 'reset') socket.resetAndDestroy();
      else if (act === 'stall') socket.pause();
      else if (act.after === 'close') socket.end(act.send);
      else socket.write(act.send);
      if (act !== undefined && stage !== 'DATA') silent ||= typeof act !== 'object' || act.after === 'close';
    };

    const command = (line: string): void => {
      commands.push(line);
      const verb = line.slice(0, 4).toUpperCase();
      if (verb === 'DATA') {
        inBody = !(script.at && ['MAIL', 'RCPT', 'DATA'].includes(script.at));
        // After a refused envelope a pipelined DATA is refused too.
        if (!inBody && script.at !== 'DATA') socket.write('503 no recipients\r\n');
        else play('DATA');
      } else if (verb === 'HELO') play('EHLO');
      else if (verb === 'EHLO' || verb === 'MAIL' || verb === 'RCPT') play(verb);
      else if (verb === 'QUIT') socket.end('221 bye\r\n');
      else socket.write('502 not here\r\n');
    };

    const take = (): void => {
      while (!socket.destroyed) {
        if (inBody) {
          const end = buffer.indexOf('\r\n.\r\n');
          if (end < 0) {
            buffer = buffer.slice(-4);
            return;
          }
          buffer = buffer.slice(end + 5);
          inBody = false;
          complete += 1;
          play('dot');
        } else {
          const end = buffer.indexOf('\r\n');
          if (end < 0) return;
          const line = buffer.slice(0, end);
          buffer = buffer.slice(end + 2);
          command(line);
        }
      }
    };

    socket.on('data', (chunk) => {
      const limit = (script.dropAfterBytes ?? Number.POSITIVE_INFINITY) - received;
      received += chunk.length;
      if (inBody && script.at === 'body') return play('body');
      buffer += chunk.subarray(0, Math.min(limit, chunk.length)).toString('latin1');
      take();
      if (chunk.length >= limit) socket.destroy();
    });
    play('banner');
  });

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    complete: () => complete,
    commands: () => commands,
    async stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
