import type { Command, CommandGroup } from './call.ts';
import { keyring } from './keyring.ts';
import { network } from './network.ts';
import { tokens } from './tokens.ts';

/** In the order in which --help tells them. */
export const GROUPS: readonly CommandGroup[] = [tokens, network, keyring];

export const COMMANDS: Readonly<Record<string, Command>> = Object.assign({}, ...GROUPS.map(({ commands }) => commands));
