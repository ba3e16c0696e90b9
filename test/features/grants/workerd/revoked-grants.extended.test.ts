// Tests that revoking a grant closes connections, and ends calls and runs in progress.
import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { emptyObject } from '../../../../src/core/json/text.ts';
import { deployments } from '../../../../src/db/schema/deploy.ts';
import { publish } from '../../../support/plugins/publish.ts';
import { asking, grantScene, network } from '../scenes/grants.ts';
import { toldBy } from '../scenes/revoked.ts';

describe('revoking a grant', () => {
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
});
