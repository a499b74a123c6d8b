import type { Language } from '../../domain/vocabulary.ts';

/** What lies sealed of an organisation: its name as it writes it, and as it is called in other languages. */
export type OrganisationCard = { readonly name: string; readonly names: { readonly [L in Language]?: string } };

/** In the advisor's own words, or null where nothing was said. */
export type AdvisorCard = { readonly gender: string | null };

/** What lies sealed of somebody whom letters go to. */
export type TargetCard = { readonly name: string; readonly title: string | null; readonly country: string; readonly email: string | null };
