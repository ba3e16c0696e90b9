// Tests who may lower what an organization demands: each demand, each way to lower it, each role and each right alone.
import { expect, test } from 'vitest';
import { type Demand, demands } from '../../src/contract/demands.ts';
import { roleScopes, roles } from '../../src/contract/identity.ts';
import type { Scope } from '../../src/contract/scopes.ts';
import { scopes } from '../../src/contract/scopes.ts';
import { clientWithKey, organization } from '../support/scenes/organization.ts';
import type { WayToLower } from './way-to-lower.ts';
import { waysToLower } from './ways-to-lower.ts';

/** Returns the scopes of those who try: each role, every right but the one that the demand protects, and only what is needed. */
function triersOf({ lowers, needs }: WayToLower): [who: string, scopes: readonly Scope[]][] {
  const { lower } = demands[lowers];
  const least = lower === 'admin' ? [] : [...new Set([...needs, lower])];
  return [
    ...roles.map((role) => [role, roleScopes[role]] as [string, readonly Scope[]]),
    ['a key with every right but this one', scopes.filter((scope) => scope !== lower)],
    ['a key with no other right', least],
  ];
}

test.each(waysToLower.map((way) => [way.lowers, way.way, way] as const))('%s: %s', async (lowers, _, way) => {
  const { lower }: Demand = demands[lowers];
  const expected = triersOf(way).map(([who, granted]) => {
    const may = lower !== 'admin' && [lower, ...way.needs].every((scope) => granted.includes(scope));
    return [who, may ? 'allowed' : 'refused'];
  });
  const make = async () => {
    const org = await organization();
    return { org, path: await way.make(org) };
  };
  // Who is refused changes nothing, so all of them try the same.
  const refusing = await make();
  const found = await Promise.all(
    triersOf(way).map(async ([who, granted], at) => {
      const { org, path } = expected[at]?.[1] === 'refused' ? refusing : await make();
      const { status } = await way.lower(await clientWithKey(org, { scopes: [...granted] }), path, org);
      return [who, [401, 403].includes(status) ? 'refused' : status < 300 ? 'allowed' : status];
    }),
  );
  expect(found).toEqual(expected);
});
