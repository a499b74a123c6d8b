/** Ports on loopback: is one free, find one, and name the variable to set when one is taken. */
import { createServer } from 'node:net';

/** @returns the port when nobody listens on it (0 asks for any free one), or null when it is taken. */
function probe(port: number): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(null);
      else reject(error);
    });
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(address && typeof address === 'object' ? address.port : null));
    });
  });
}

class PortTaken extends Error {
  override readonly name = 'PortTaken';
}

/** @throws PortTaken with a sentence that says which variable moves the service elsewhere. */
export async function claimPort(port: number, service: string, variable: string): Promise<number> {
  const free = await probe(port);
  if (free === null) {
    throw new PortTaken(
      `Port ${port} (${service}) is taken or not allowed: set ${variable} to a free port, for example ${variable}=${port + 10_000 > 65_535 ? port - 10_000 : port + 10_000}.`,
    );
  }
  return free;
}
