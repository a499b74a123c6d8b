/**
 * Lets the Temporal SDK fetch its own development or test server into a folder. Run as a process of its own, so that a download
 * that hangs can be ended, and because the SDK starts the server it fetched. Usage: sdk-download.ts dev-server|test-server <folder>
 */
import { TestWorkflowEnvironment } from '@temporalio/testing';

const [kind, downloadDir] = process.argv.slice(2);
if (!downloadDir) throw new Error('usage: sdk-download.ts dev-server|test-server <folder>');
const server = { executable: { type: 'cached-download', downloadDir, ttl: '365d' } } as const;
try {
  const environment =
    kind === 'dev-server'
      ? await TestWorkflowEnvironment.createLocal({ server })
      : await TestWorkflowEnvironment.createTimeSkipping({ server });
  await environment.teardown();
} catch (error) {
  const reason = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${/dns error|Connect/.test(reason) ? 'temporal.download cannot be reached' : reason}\n`);
  process.exitCode = 1;
}
