import { GROUPS } from './commands.ts';

export const HELP = `sos: what an administrator of the desk does on its host

${GROUPS.map(({ help }) => help).join('\n')}

  --by <address>   who of the staff does this; the audit names that person. Needed as soon as there is anybody.
  --json           print the result for a program
  --help           print this

Settings come from the environment, as for the API and the worker (.env.example). Exit status: 0 done, 1 failed or
rows rejected, 2 not understood.`;
