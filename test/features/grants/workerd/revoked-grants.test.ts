// Tests that revoking a grant stops instances, connections and batch runs of plugins that exceed the remaining grant.
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { enforceGrants } from '../../../../src/instances/requirements/grants.ts';
import { eventsOf } from '../../../support/events.ts';
import { publish } from '../../../support/plugins/publish.ts';
import { asking, grantScene, network } from '../scenes/grants.ts';
import { toldBy } from '../scenes/revoked.ts';

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
