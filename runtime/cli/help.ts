export const HELP = `sos: what an administrator of the desk does on its host

  sos token create --role <role> --email <address> [--name <name> --language <en|es|fr|ar>] [--backup] [--days 90]
      Gives a person a token and shows it once. --name and --language are needed for somebody new; --backup marks
      who stands in when a coordinator does not answer. Roles: coordinator, administrator, auditor.
  sos token list
  sos token revoke <token id>
  sos policy show
  sos policy add <file.json>
      New cases follow it from now on; a running case keeps the policy it was opened under.
  sos directory import <members|advisors|partners|targets> <file.csv>
      Takes every good row and reports every other one; the same file again changes nothing.
  sos keyring create <path>
      Makes the keys of a new desk. Back the file up apart from the database: without it nothing can be read.

  --by <address>   who of the staff does this; the audit names that person. Needed as soon as there is anybody.
  --json           print the result for a program
  --help           print this

Settings come from the environment, as for the API and the worker (.env.example). Exit status: 0 done, 1 failed or
rows rejected, 2 not understood.`;
