// Tests grants that are extended at the same time, and plugins that have none.
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { eventsOf } from '../../../support/events.ts';
import { publish } from '../../../support/plugins/publish.ts';
import { asking, grantScene, network } from '../scenes/grants.ts';

const granted = z.object({ granted: z.object({ secrets: z.array(z.string()).optional() }) });

describe('a deployment that exceeds its grant', () => {
  test('a deployment that exceeds its grant names only the missing rights', async () => {
    const { org, deploy, grant } = await grantScene();
    await publish(org, asking({ network, memory_mb: 4096, timeout_s: 60, secrets: ['KEY'] }));
    await grant({ network: ['*.example.com', '*.internal.example:9042'], memory_mb: 8192 });
    expect((await deploy()).error).toContain(
      '- http_lookup 1.0.0 asks for more than it is granted: secret KEY, calls of 60 s. Ask an administrator',
    );
  });
});

describe('a grant', () => {
  test.each([false, true])('concurrent additions to a grant are all kept (granted before: %s)', async (before) => {
    const { org, grant, details } = await grantScene();
    await publish(org, asking({ network }));
    if (before) await grant({ timeout_s: 60 });
    const names = ['A', 'B', 'C', 'D'];
    const answers = await Promise.all(names.map((name) => grant({ secrets: [name] }, { add: true })));
    expect(answers.filter(({ status }) => status !== 200 && status !== 409)).toEqual([]);
    const added = names.filter((_, at) => answers[at]?.status === 200);
    expect(added.length).toBeGreaterThan(0);
    const { secrets = [] } = granted.parse(await details()).granted;
    expect([...secrets].sort()).toEqual(added);
    const events = (await eventsOf(org)).filter(({ type }) => type === 'grant.given');
    expect(events).toHaveLength(added.length + Number(before));
  });
});

test('slipway diff shows the rights that only the newer version asks for', async () => {
  const { org } = await grantScene();
  await publish(org, asking({ network: ['a.example.com'], memory_mb: 512 }));
  await publish(org, asking({ network: ['a.example.com', 'b.example.com'] }, '1.0.1'));
  const here = `/v1/namespaces/${org.namespaceId}/plugins/by-name/http_lookup`;
  expect((await org.get(`${here}/diff?v1=1.0.0&v2=1.0.1`)).body).toMatchObject({
    permissions: [
      { change: 'added', permission: 'network b.example.com' },
      { change: 'removed', permission: 'memory 512 MiB' },
    ],
  });
});
