// Tests that revoking a grant stops instances, connections and batch runs of plugins that exceed the remaining grant.
import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Message } from '../../../../src/contract/messages.ts';
import { emptyObject } from '../../../../src/core/json/text.ts';
import { deployments } from '../../../../src/db/schema/deploy.ts';
import type { Deps } from '../../../../src/deps.ts';
import { enforceGrants } from '../../../../src/instances/requirements/grants.ts';
import { eventsOf } from '../../../support/events.ts';
import { publish } from '../../../support/plugins/publish.ts';
import { asking, grantScene, network } from '../scenes/grants.ts';

/** Handles the message sent by a grant change. Returns the requests sent to the builder. */
async function toldBy(deps: Deps, sent: Message[]): Promise<string[]> {
  const [message] = sent.filter(({ type }) => type === 'enforce-grants');
  const told: string[] = [];
  const builder = {
    ...deps.builder,
    cutOff: async () => void told.push('cutOff'),
    stop: async () => void told.push('stop'),
  };
  await enforceGrants(
    { ...deps, builder },
    z.object({ id: z.templateLiteral(['plg_', z.string()]) }).parse(message).id,
  );
  return told;
}

describe('revoking a grant', () => {
  test('revoking a grant stops the instance, and its next call fails with the command that restores the grant', async () => {
    const { org, deps, sent, deploy, grant, revoke, call, settled } = await grantScene();
    await publish(org, asking({ timeout_s: 60 }));
    await grant({ timeout_s: 60 });
    await deploy();
    expect((await call()).status).toBe('success');
    sent.length = 0;
    await revoke();
    await settled();
    const [message] = sent.filter(({ type }) => type === 'enforce-grants');
    await enforceGrants(deps, z.object({ id: z.templateLiteral(['plg_', z.string()]) }).parse(message).id);
    expect(await call()).toMatchObject({
      status: 'error',
      error: expect.stringContaining(
        'http_lookup 1.0.0 asks for more than it is granted: calls of 60 s. Ask an administrator of the organization to run `slipway grants give http_lookup --timeout-s 60`.',
      ),
    });
  });

  test.each([
    ['hosts', { network }, ['cutOff', 'stop']],
    ['a limit', { timeout_s: 60 }, ['stop']],
  ])('revoking a grant for %s closes connections before the calls in progress end', async (_, asked, expected) => {
    const { org, deps, sent, deploy, grant, revoke, settled } = await grantScene();
    await publish(org, asking(asked));
    await grant(asked);
    await deploy();
    sent.length = 0;
    await revoke();
    await settled();
    expect(await toldBy(deps, sent)).toEqual(expected);
  });

  test("revoking a grant closes an undeployed instance's connections and lets its calls finish", async () => {
    const { org, deps, sent, deploy, grant, revoke, settled } = await grantScene();
    await publish(org, asking({ network }));
    await grant({ network });
    await deploy();
    await org.post(`/v1/namespaces/${org.namespaceId}/plugins/http_lookup_1_0_0/undeploy`);
    await deps.db.update(deployments).set({ status: 'stopped' }).where(eq(deployments.organizationId, org.id));
    sent.length = 0;
    await revoke();
    await settled();
    expect(await toldBy(deps, sent)).toEqual(['cutOff', 'stop']);
  });

  test("a grant is revoked as soon as its plugin's last version is deleted, and not before", async () => {
    const { org, deps, sent, deploy, grant, settled } = await grantScene();
    await publish(org, asking({ network }));
    await publish(org, asking({ network }, '1.0.1'));
    await grant({ network });
    await deploy();
    await settled();
    sent.length = 0;
    const here = `/v1/namespaces/${org.namespaceId}/plugins`;
    await org.send('DELETE', `${here}/http_lookup_1_0_1`);
    await settled();
    expect(sent.filter(({ type }) => type === 'enforce-grants')).toEqual([]);
    await org.send('DELETE', `${here}/http_lookup_1_0_0`);
    await settled();
    expect(await toldBy(deps, sent)).toEqual(['cutOff', 'stop']);
  });

  test('revoking a grant ends a batch run in progress', async () => {
    const started = Promise.withResolvers<string>();
    const cutOff = Promise.withResolvers<string>();
    const { org, grant, revoke, batch } = await grantScene(false, {
      runBatch: async (id) => {
        started.resolve(id);
        await cutOff.promise;
        return {
          steps: 1,
          frame: 'table',
          rows: [emptyObject],
          skipped: [],
          errors: [],
          error: null,
          lines: [],
          duration_ms: 1,
        };
      },
      cutOff: async (id) => cutOff.resolve(id),
    });
    await publish(org, asking({ secrets: ['TOKEN'] }));
    await org.put(`/v1/namespaces/${org.namespaceId}/secrets/TOKEN`, { value: 'value-of-token' });
    await grant({ secrets: ['TOKEN'] });
    const run = batch();
    const id = await started.promise;
    await revoke();
    expect((await run).status).toBe(200);
    expect(await cutOff.promise).toBe(id);
  });

  test('revoking a grant keeps instances that stay within the remaining grant', async () => {
    const { org, deps, sent, deploy, grant, call, settled } = await grantScene();
    await publish(org, asking({ timeout_s: 60 }));
    await grant({ timeout_s: 60, network });
    await deploy();
    sent.length = 0;
    await grant({ timeout_s: 90 });
    await settled();
    const [message] = sent.filter(({ type }) => type === 'enforce-grants');
    await enforceGrants(deps, z.object({ id: z.templateLiteral(['plg_', z.string()]) }).parse(message).id);
    expect((await call()).status).toBe('success');
  });

  test('revoking a missing grant changes nothing', async () => {
    const { org, revoke } = await grantScene();
    await publish(org, asking({ network }));
    expect((await revoke()).status).toBe(200);
    expect((await eventsOf(org)).filter(({ type }) => type === 'grant.revoked')).toEqual([]);
  });
});
