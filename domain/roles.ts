/** What a person of the secretariat may be; the role is carried by the token, so that somebody with two duties holds two tokens. Source: security notes, API. */
export const ROLES = ['coordinator', 'administrator', 'auditor'] as const;
export type Role = (typeof ROLES)[number];

export const isRole = (value: unknown): value is Role => ROLES.some((role) => role === value);
