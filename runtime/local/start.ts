/** `npm start`: the desk on this machine, until Ctrl-C. */
import { localSettings } from './settings.ts';
import { type Stack, startStack } from './stack.ts';

const say = (line: string): void => console.log(line);
const starting = new AbortController();
let stack: Stack | null = null;
let asked = 0;
let hurried = false;

/**
 * One Ctrl-C arrives up to three times (from the terminal, from npm, from the bootstrap): what comes within a second is the same one.
 * A later one means that somebody will not wait.
 */
const interrupted = (): void => {
  if (asked > 0 && Date.now() - asked < 1_000) return;
  const again = asked > 0;
  hurried ||= again;
  asked = Date.now();
  say(again ? 'Stopping at once.' : 'Stopping in order; once more to stop at once.');
  starting.abort(new Error('The start was given up.'));
  // Nothing to hurry yet: what a start leaves behind is stopped by the next one.
  if (again && !stack) process.exit(1);
  void stack?.stop({ force: again }).then(() => process.exit(hurried ? 1 : 0));
};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupted);

try {
  stack = await startStack({ ...localSettings(), log: say, signal: starting.signal });
  describe(stack);
  const ended = await stack.watch();
  if (ended) {
    say(`${ended} has ended unexpectedly; its log is in ${localSettings().dir}. Stopping everything.`);
    await stack.stop();
    process.exit(1);
  }
} catch (error) {
  if (asked > 0) process.exit(0);
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
}

function describe({ config, urls, tokens }: Stack): void {
  say(`
The desk is open.
  Desk                 ${urls.api}
  Inbox                ${urls.inbox ?? new URL(config.mail.smtpUrl).host}
  Temporal             ${urls.temporalUi ?? config.temporal.address}
  Coordinator's token  ${tokens.coordinator ?? 'not kept in this folder: issue a new one with npm run sos'}
  Second person's      ${tokens['stand-in'] ?? 'not kept in this folder'}
  Data and logs        ${localSettings().dir}
Ctrl-C stops everything in order; the data stays.
`);
}
