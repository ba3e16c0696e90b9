// Tests one attack of each kind in the sandboxes that plugins get where namespaces are missing. sandbox/hostile.test.ts covers
// namespaces, and breakout.test.ts all attacks as all users. Also tests why the builder says that it uses such a sandbox.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { confinementFile } from '../../../src/contract/builder/instances.ts';
import { machineReportSchema } from '../../../src/contract/builder/machine/health.ts';
import type { TestBuilder } from '../support.ts';
import { attackerFiles, attacksIn, expectedIn, type Scene } from './attacks.ts';
import { type Kind, kinds, startBuilder } from './kinds.ts';
import { type SceneProcess, startScene } from './scene.ts';
import { sceneOf } from './scene-of.ts';

/** Privileges, the kernel, the network, files to read and to write, other programs and processes, the builder's token, and memory. */
const ofEachKind = [
  'privileges',
  'system_calls',
  'loopback',
  'read_files',
  'write_files',
  'programs',
  'other_processes',
  'token',
  'memory',
];
const others = kinds.filter(({ sandbox }) => sandbox !== 'namespaces');
const oneOfEach = others.filter(({ sandbox }, at) => others.findIndex((other) => other.sandbox === sandbox) === at);

describe.each(oneOfEach)('in $name', (kind: Kind) => {
  let builder: TestBuilder;
  let process: SceneProcess;
  let scene: Scene;
  let attacker: string;
  beforeAll(async () => {
    process = await startScene([inject('python')]);
    builder = await startBuilder(kind);
    scene = await sceneOf(builder, process);
    attacker = await builder.run(attackerFiles, { name: 'attacker' });
  });
  afterAll(async () => {
    await process.end();
    await builder.close();
  });

  const attacks = attacksIn(kind).filter(({ name }) => ofEachKind.includes(name));
  test.each(attacks)('$name achieves nothing that the sandbox confines', async (attack) => {
    const request = { attack: attack.name, ...attack.request?.(scene) };
    expect(await builder.result(attacker, request)).toEqual({ succeeded: expectedIn(attack, kind) });
  });

  test('the builder reports that a setting chose the sandbox', () => {
    const report = readFileSync(join(builder.stateFolder, confinementFile), 'utf8');
    const reasons = machineReportSchema.parse(JSON.parse(report)).shortfalls.map(({ reason }) => reason);
    expect(reasons.filter((reason) => reason.includes(`because BUILDER_SANDBOX is ${kind.sandbox}.`))).not.toEqual([]);
  });
});
