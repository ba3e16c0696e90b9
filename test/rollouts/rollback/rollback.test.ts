// Tests that a rollback changes the catalog immediately, and when and where traffic by name moves (D4).
import { and, eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { formatVersion } from '../../../src/contract/plugin/manifest.ts';
import { events } from '../../../src/db/schema/events.ts';
import { deleteVersion } from '../../../src/retirement/removal.ts';
import { rollBack } from '../../../src/rollouts/rollback/rollback.ts';
import { publishVersion, scene } from '../../support/scenes/scene.ts';
import { active, back, finish, live, named, two } from '../../support/scenes/two-versions.ts';
import { eventTypes } from './rolling-back.ts';

const failing = `import nosuchmodule


class EchoInferenceService:
    async def run_inference(self, inputs, parameters):
        return {}
`;

describe('the catalog', () => {
  test('a rollback before any promotion returns to the previously active version, back and forth', async () => {
    const s = await two();
    const numbers = [];
    for (let i = 0; i < 3; i++) numbers.push(formatVersion((await back(s)).version));
    expect(numbers).toEqual(['1.0.0', '1.0.1', '1.0.0']);
  });

  test('a rollback returns 404 for an unknown name or number, and for a deleted version', async () => {
    const s = await two();
    await expect(back(s, '9.9.9')).rejects.toMatchObject({ message: 'Plugin not found: hello_ext_9_9_9' });
    await deleteVersion(s.deps, s.actor, s.namespaceId, 'hello_ext_1_0_0');
    await expect(back(s, '1.0.0')).rejects.toMatchObject({ message: 'Plugin not found: hello_ext_1_0_0' });
    await expect(
      rollBack(s.deps, s.actor, s.namespaceId, { name: 'no_such_ext', message: null }),
    ).rejects.toMatchObject({ message: 'Plugin not found: no_such_ext' });
    expect(await active(s)).toBe(s.v1.id);
  });
});

describe('rollback to a live version', () => {
  test('a rollback is recorded in events with the actor and the reason', async () => {
    const s = await two();
    await live(s, s.v0);
    await live(s, s.v1);
    const before = (await eventTypes(s, 0)).length;
    await back(s, '1.0.0', 'scores were off');
    expect(await eventTypes(s, before)).toEqual([
      'plugin.rolled_back',
      'pointer.moved',
      'plugin.active_version_changed',
    ]);
    const [event] = await s.deps.db
      .select()
      .from(events)
      .where(and(eq(events.subjectId, s.version.pluginId), eq(events.type, 'plugin.rolled_back')));
    expect([event?.actor, event?.namespaceId, event?.data]).toEqual([
      s.actor.ref,
      s.namespaceId,
      { to: s.v0.id, from: s.v1.id, message: 'scores were off' },
    ]);
  });
});

describe('rollback to a version without an instance', () => {
  test('a failed deployment does not affect traffic, and an event records it', async () => {
    const s = await scene({ files: { 'realtime.py': failing } });
    const v1 = await publishVersion(s.deps, s.actor, s.namespaceId, { version: '1.0.1' });
    await live(s, v1);
    const rollback = await back(s, '1.0.0');
    const before = (await eventTypes(s, 0)).length;
    await finish(s, rollback);
    expect([await active(s), await named(s)]).toEqual([s.version.id, v1.id]);
    expect((await eventTypes(s, before)).at(-1)).toBe('deployment.failed');
  });
});
