import { audit } from './audit.ts';
import { backup } from './backup.ts';
import type { Command, CommandGroup } from './call.ts';
import { contacts } from './contacts.ts';
import { erase } from './erase.ts';
import { keyring } from './keyring.ts';
import { network } from './network.ts';
import { staff } from './staff.ts';
import { tokens } from './tokens.ts';

/** In the order in which --help tells them. */
export const GROUPS: readonly CommandGroup[] = [tokens, staff, network, contacts, keyring, backup, erase, audit];

export const COMMANDS: Readonly<Record<string, Command>> = Object.assign({}, ...GROUPS.map(({ commands }) => commands));
