/**
 * Why a rule said no. `code` is stable and goes to programs; `say` is one plain sentence for a person: what is missing and what to do next.
 * Neither ever holds personal or case data, because refusals travel to logs, problems and pages.
 */
export type Refusal = { readonly code: string; readonly say: string };

export const refuse = (code: string, say: string): Refusal => ({ code, say });
