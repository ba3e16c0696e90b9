// Runs a plugin's attacks on its sandbox, in every kind of sandbox available on this machine, beside a good plugin whose calls must
// never fail. attacks.ts lists the attacks.
// @module-tag long
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { z } from 'zod';
import { handler, refusal, type TestBuilder } from '../support.ts';
import { attackerFiles, attacks, attacksIn, expectedIn, type Scene } from './attacks.ts';
import { callGoodPlugin, type GoodCalls, startGoodPlugin } from './good-plugin.ts';
import { type Kind, kinds, startBuilder, unconfined } from './kinds.ts';
import { type SceneProcess, startScene } from './scene.ts';
import { sceneOf } from './scene-of.ts';

describe.each(kinds)('in $name', (kind: Kind) => {
  let builder: TestBuilder;
  let process: SceneProcess;
  let scene: Scene;
  let attacker: string;
  let good: GoodCalls | undefined;
  /** `vm` runs only one instance. */
  const isShared = kind.sandbox !== 'vm';

  beforeAll(async () => {
    process = await startScene([inject('python')]);
    builder = await startBuilder(kind);
    scene = await sceneOf(builder, process);
    attacker = await builder.run(attackerFiles, { name: 'attacker' });
    if (isShared) good = callGoodPlugin(builder, await startGoodPlugin(builder));
  });
  afterAll(async () => {
    await process.end();
    await builder.close();
  });

  test.each(attacksIn(kind))('$name achieves nothing that the sandbox confines', async (attack) => {
    const request = { attack: attack.name, ...attack.request?.(scene) };
    expect(await builder.result(attacker, request)).toEqual({ succeeded: expectedIn(attack, kind) });
  });

  if (isShared)
    test('no call to the good plugin fails during the attacks', async () => {
      expect(await good?.end()).toEqual({ wrong: [], restarts: 0 });
    });
});

test.each(kinds.filter(({ sandbox }) => sandbox === 'vm'))('a second instance is refused in $name', async (kind) => {
  const builder = await startBuilder(kind);
  const files = handler('def predict(self, request):\n    return {}');
  await builder.run(files);
  const spec = JSON.stringify(await builder.putPlugin(files));
  expect(refusal(await builder.send('PUT', '/instances/dep_second', spec))).toBe('503 instance-busy');
  await builder.close();
});

/** Attacks that fail even without a sandbox, because the host removes its modules in every kind. */
const preventedEverywhere = ['host_modules'];

describe('in none', () => {
  let builder: TestBuilder;
  beforeAll(async () => {
    builder = await startBuilder(unconfined);
  });
  afterAll(() => builder.close());

  test('the attacks succeed without a sandbox, so they are real attacks', async () => {
    const attacker = await builder.run(attackerFiles, { name: 'attacker' });
    const process = await startScene([inject('python')]);
    const scene = await sceneOf(builder, process);
    const failed: string[] = [];
    for (const { name, request } of attacks) {
      const result = await builder.result(attacker, { attack: name, ...request?.(scene) });
      if (successSchema.parse(result).succeeded.length === 0) failed.push(name);
    }
    await process.end();
    expect(failed).toEqual(preventedEverywhere);
  });
});

const successSchema = z.object({ succeeded: z.array(z.unknown()) });
