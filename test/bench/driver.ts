/**
 * The load driver, a process of its own: the local inbox lives in the process that opened the desk, and would otherwise be measured along.
 * It is sent one job at a time and sends back how long each request took.
 */
import { Agent, request } from 'node:http';
import type { Done, Job, Shot } from './load.ts';

const PATIENCE_MS = 60_000;

const once = (agent: Agent, { url, headers, body }: Shot, expected: number): Promise<number> =>
  new Promise((resolve, reject) => {
    const began = performance.now();
    const call = request(url, {
      agent,
      method: 'POST',
      headers: { ...headers, 'content-length': Buffer.byteLength(body) },
      timeout: PATIENCE_MS,
    });
    call.on('response', (response) => {
      response.resume();
      response.on('error', reject);
      response.on('end', () => {
        // the path of a link is its secret, so the failure names none
        if (response.statusCode === expected) resolve(performance.now() - began);
        else reject(new Error(`a request was answered ${response.statusCode} instead of ${expected}`));
      });
    });
    call.on('timeout', () => call.destroy(new Error(`a request was not answered in ${PATIENCE_MS / 1000} s`)));
    call.on('error', reject);
    call.end(body);
  });

/** Closed loop: as many requests under way as the concurrency says, each followed by the next as soon as it is answered. */
const shoot = async ({ shots, concurrency, expected }: Job): Promise<Done> => {
  const agent = new Agent({ keepAlive: true, maxSockets: concurrency });
  const tookMs: number[] = [];
  const left = shots.values();
  const hand = async (): Promise<void> => {
    for (const shot of left) tookMs.push(await once(agent, shot, expected));
  };
  try {
    await Promise.all(Array.from({ length: concurrency }, hand));
    return { tookMs };
  } catch (error) {
    return { failed: error instanceof Error ? error.message : 'a request failed' };
  } finally {
    agent.destroy();
  }
};

process.on('message', (job: Job) => {
  void shoot(job).then((done) => process.send?.(done));
});
process.on('disconnect', () => process.exit(0));
