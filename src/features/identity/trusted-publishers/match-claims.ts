// Compares a CI job's claims with a trusted publisher's conditions, and chooses the claims to pin.
import { type ClaimCondition, wellKnownIssuers } from '../../../contract/features/identity/issuers.ts';
import type { Claims } from '../issuers/verify-token.ts';

/** Returns the claim as text. Values are compared code unit by code unit, so that a look-alike letter differs. */
export function claimText(claims: Claims, name: string): string | undefined {
  const value = Object.hasOwn(claims, name) ? claims[name] : undefined;
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? `${value}` : undefined;
}

function holds(condition: ClaimCondition, claims: Claims): boolean {
  const value = claimText(claims, condition.claim);
  if (value === undefined) return false;
  return 'equals' in condition ? value === condition.equals : value.startsWith(condition.prefix);
}

export interface Differing {
  claim: string;
  /** The token's value. */
  actual: string | undefined;
  expected: string;
}

/** Returns the first claim that differs, or undefined if the job meets the conditions. */
export function differingClaim(
  { conditions, pinned }: { conditions: readonly ClaimCondition[]; pinned: Record<string, string> },
  claims: Claims,
): Differing | undefined {
  const differing = (claim: string, expected: string) => ({ claim, actual: claimText(claims, claim), expected });
  // Such a job runs with the target's rights, on an event that a stranger's fork causes.
  if (claimText(claims, 'event_name') === 'pull_request_target') return differing('event_name', 'any other event');
  const condition = conditions.find((one) => !holds(one, claims));
  if (condition) {
    const expected = 'equals' in condition ? `\`${condition.equals}\`` : `\`${condition.prefix}\` and more`;
    return differing(condition.claim, expected);
  }
  const pin = Object.entries(pinned).find(([name, value]) => claimText(claims, name) !== value);
  return pin && differing(pin[0], `\`${pin[1]}\`, as in its first token`);
}

/**
 * Returns the claims to fix from the first token. A name can change owners, and an ID can't. The repository's ID is pinned only if the
 * conditions name one repository.
 */
export function newPins(conditions: readonly ClaimCondition[], claims: Claims): Record<string, string> {
  const names = namesOneRepository(conditions) ? ['repository_id', 'repository_owner_id'] : ['repository_owner_id'];
  const known = names.flatMap((name) => {
    const value = claimText(claims, name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(known);
}

function namesOneRepository(conditions: readonly ClaimCondition[]): boolean {
  return conditions.some((condition) => {
    const { claim } = condition;
    if ('equals' in condition) return claim === 'repository' || claim === 'repository_id' || claim === 'sub';
    return (
      (claim === 'sub' && condition.prefix.endsWith(':')) ||
      (claim === 'workflow_ref' && condition.prefix.endsWith('@'))
    );
  });
}

const any = /./;

/** Hosts on which anyone can run a job, with the claims that can name the owner, and how. A publisher's conditions need one of these. */
const publicIssuers: Record<string, Record<string, RegExp>> = {
  [wellKnownIssuers.github]: {
    repository: any,
    repository_id: any,
    repository_owner: any,
    repository_owner_id: any,
    sub: /^repo:[^/:@]+[/@]/,
  },
  [wellKnownIssuers.gitlab]: {
    project_path: any,
    project_id: any,
    namespace_path: any,
    namespace_id: any,
    sub: /^project_path:[^/:]+\//,
  },
  [wellKnownIssuers.buildkite]: {
    organization_slug: any,
    organization_id: any,
    pipeline_id: any,
    sub: /^organization:[^:]+:/,
  },
  [wellKnownIssuers.google]: { email: /@./, hd: any, sub: any },
};

/** Returns the claims that could name the owner if no condition does. Undefined if one does, or if nobody else can run jobs there. */
export function missingOwner(issuerUrl: string, conditions: readonly ClaimCondition[]): readonly string[] | undefined {
  const known = publicIssuers[issuerUrl.replace(/(?<!\/)\/+$/, '')];
  if (!known) return undefined;
  const isNamed = conditions.some((condition) => {
    const form = Object.hasOwn(known, condition.claim) ? known[condition.claim] : undefined;
    return form?.test('equals' in condition ? condition.equals : condition.prefix);
  });
  return isNamed ? undefined : Object.keys(known);
}
