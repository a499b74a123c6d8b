import { createServer, type Server } from 'node:http';

/** Says whether a process lives (/healthz) and whether it can do its work (/readyz); answers nothing else. */
export const serveHealth = (where: { readonly host: string; readonly port: number }, ready: () => boolean): Promise<Server> => {
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    const status = path === '/healthz' ? 200 : path === '/readyz' ? (ready() ? 200 : 503) : 404;
    response.writeHead(status, { 'content-type': 'text/plain', 'cache-control': 'no-store' }).end(status === 200 ? 'ok\n' : `${status}\n`);
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(where.port, where.host, () => resolve(server));
  });
};
