// Tests who may lower what an organization demands: each demand, each way to lower it, each role and each right alone.
import { expect, test } from 'vitest';
import { z } from 'zod';
import { documentOf } from '../../src/app.ts';
import { type Demand, demands } from '../../src/contract/demands.ts';
import { roleScopes, roles } from '../../src/contract/identity.ts';
import type { Scope } from '../../src/contract/scopes.ts';
import { scopes } from '../../src/contract/scopes.ts';
import { features } from '../../src/features.ts';
import { testApp } from '../support/deps.ts';
import { clientWithKey, organization } from '../support/scenes/organization.ts';
import type { WayToLower } from './way-to-lower.ts';
import { fieldsOfSettings, waysToLower } from './ways-to-lower.ts';

const present = Object.entries<Demand>(demands).filter(
  ([, { feature }]) => feature === undefined || features.some(({ name }) => name === feature),
);

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

test('every demand has a way to lower it', () => {
  const lowered = new Set(waysToLower.map(({ lowers }) => lowers));
  expect(present.map(([name]) => name).filter((name) => ![...lowered].some((one) => one === name))).toEqual([]);
});

const operationModel = z.object({
  operationId: z.string(),
  requestBody: z.object({ content: z.object({ 'application/json': z.object({ schema: z.unknown() }) }) }).optional(),
});

test('every field of the requests that make demands is a demand, or said to be none', () => {
  const { components, paths = {} } = documentOf(testApp().app);
  const operations = Object.values(paths).flatMap((item) =>
    Object.values(item).map((operation) => operationModel.safeParse(operation).data),
  );
  const fieldsOf = (schema: unknown): string[] => {
    const name = String(Object(schema).$ref ?? '').replace('#/components/schemas/', '');
    return name === '' ? Object.keys(Object(schema).properties ?? {}) : fieldsOf(Object(components).schemas[name]);
  };
  const found = Object.keys(fieldsOfSettings).map((id) => {
    const operation = operations.find((one) => one?.operationId === id);
    return [id, fieldsOf(operation?.requestBody?.content['application/json'].schema).sort()];
  });
  expect(found).toEqual(Object.entries(fieldsOfSettings).map(([id, fields]) => [id, Object.keys(fields).sort()]));
});
