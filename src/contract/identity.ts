// Defines who acts: people with roles, CI jobs with the claims of their ID tokens, and the issuers that vouch for both.
import { z } from 'zod';
import { type Scope, scopes } from './scopes.ts';

/**
 * Kinds of key rows: a key of the organization, a key of a person, a browser in which a person has signed in, or a CI job that
 * exchanged its ID token.
 */
export const keyKinds = ['service', 'personal', 'session', 'ci'] as const;
export type KeyKind = (typeof keyKinds)[number];

/** Owners of issuers. */
export const issuerOwners = ['operator', 'organization'] as const;

/** How an issuer's signing keys are known: the issuer serves them at its URL, or its owner pasted them. */
export const issuerKeySources = ['discovery', 'pasted'] as const;

export const roles = ['owner', 'admin', 'developer', 'viewer'] as const;
export type Role = (typeof roles)[number];

/** Only owners manage keys, members, issuers and trusted publishers. */
export const roleScopes: Record<Role, readonly Scope[]> = {
  owner: scopes,
  admin: scopes.filter((scope) => scope !== 'keys:admin'),
  developer: ['plugins:read', 'plugins:write', 'plugins:deploy', 'plugins:invoke'],
  viewer: ['plugins:read'],
};

/** Claims of an ID token that events keep: what ran, where and on whose behalf. */
export const keptClaims = [
  ...['repository', 'repository_id', 'repository_owner_id', 'ref', 'sha', 'workflow_ref', 'run_id', 'environment'],
  ...['project_path', 'project_id', 'namespace_id', 'ref_path', 'pipeline_id', 'job_id', 'user_login', 'actor'],
] as const;

export const claimsSchema = z.partialRecord(z.enum(keptClaims), z.string());
export type KeptClaims = z.infer<typeof claimsSchema>;

/** How a person's request came. */
export const personChannels = ['console', 'cli'] as const;

/** A version that waits for approval, or whose approval was decided. Null in its row for one that never needed any. */
export const stages = ['staged', 'approved', 'rejected'] as const;
export type Stage = (typeof stages)[number];

/** The issuer that vouched for a CI job, as it was at the exchange. */
export const voucherSchema = z.object({
  url: z.string(),
  owner: z.enum(issuerOwners),
  keys: z.enum(issuerKeySources),
});
export type Voucher = z.infer<typeof voucherSchema>;

/** The principal that a key acts for, as stored with it. Null for a key of the organization. */
export const principalSchema = z.object({
  name: z.string(),
  via: z.enum(personChannels).optional(),
  /** For CI: `ci:<issuer name>/<subject>`. */
  subject: z.string().optional(),
  claims: claimsSchema.optional(),
  issuer: voucherSchema.optional(),
});
export type Principal = z.infer<typeof principalSchema>;
