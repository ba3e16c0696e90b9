// Tests how many requests a deploy hook accepts, and which key the platform's rate limits use.
import { eq } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { deployHooks } from '../../../../src/features/deploy-hooks/tables.ts';
import { clockAt, type TestApp, testApp } from '../../../support/deps.ts';
import { plugin } from '../../../support/plugins/plugin.ts';
import { publish } from '../../../support/plugins/publish.ts';
import { type Organization, organization } from '../../../support/scenes/organization.ts';
import { losingQueues } from '../../../support/workers/losing-queues.ts';
import { deployHook, pushOf, sendTo, type TestHook } from '../scenes/deploy-hooks.ts';

const repository = 'https://gitlab.com/acme/plugins.git';
const request = { body: pushOf('gitlab', repository, 'refs/heads/main') };

const { queues } = losingQueues();
const clock = clockAt(Date.now());
let app: TestApp;
let org: Organization;
let hook: TestHook;

beforeAll(async () => {
  app = testApp({ queues, clock });
  org = await organization({ fetch: app.fetch });
  await publish(org, plugin());
  hook = await newHook();
});

function newHook(): Promise<TestHook> {
  const target = { kind: 'extractor', plugin: 'hello_ext', namespace_id: org.namespaceId };
  return deployHook(org, { ...target, provider: 'gitlab', repository, branches: ['main'] });
}

test('a hook accepts 600 requests per minute', async () => {
  const counted = await newHook();
  await app.deps.db
    .update(deployHooks)
    .set({ windowCount: 599, windowStart: clock.now() })
    .where(eq(deployHooks.id, counted.id));
  expect((await sendTo(org, counted, request)).status).toBe(202);
  const { status, headers } = await sendTo(org, counted, request);
  expect([status, headers.get('retry-after')]).toEqual([429, '60']);
  clock.advance(60_000);
  expect((await sendTo(org, counted, request)).status).toBe(202);
});

describe("the platform's rate limit", () => {
  const wrong = { ...request, secret: `whsec_${btoa('x'.repeat(32))}` };
  const unknown = `dhk_${'0'.repeat(26)}`;

  /** Returns an app whose limiter refuses these keys, and a list of the keys that the limiter was asked for. */
  function limitedApp(refused: string[]) {
    const keys: string[] = [];
    const limit = async ({ key }: { key: string }) => ({ success: keys.push(key) > 0 && !refused.includes(key) });
    return { keys, ...testApp({ queues, clock, rateLimiter: { limit } }) };
  }

  test('the platform limits signed requests by their hook ID', async () => {
    const limited = limitedApp([`hook ${hook.id}`]);
    const answer = await sendTo(limited, hook, request);
    expect([answer.status, limited.keys]).toEqual([429, [`hook ${hook.id}`]]);
    expect((await sendTo(limited, await newHook(), request)).status).toBe(202);
  });

  test('the platform limits requests by address if they are not signed with the secret, or name no hook', async () => {
    const limited = limitedApp(['loopback']);
    const other = { ...hook, url: `http://slipway.test/hooks/${unknown}` };
    expect((await sendTo(limited, hook, wrong)).status).toBe(429);
    expect((await sendTo(limited, other, request)).status).toBe(429);
    expect(limited.keys).toEqual([`hook ${hook.id}`, 'loopback', `hook ${unknown}`, 'loopback']);
  });

  test('the platform does not limit signed requests by address, because a provider sends the requests of all its users from the same addresses', async () => {
    const limited = limitedApp(['loopback']);
    await sendTo(limited, hook, wrong);
    expect((await sendTo(limited, hook, request)).status).toBe(202);
  });
});
