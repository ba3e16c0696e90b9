// Runs the attacks on the sandbox in an instance with a GPU, which has device files and a procfs of its own.
// @module-tag long
// @module-tag namespaces

import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { attackerFiles, attacksIn, expectedIn, type Scene } from '../breakout/attacks.ts';
import { type Kind, kinds, startBuilder } from '../breakout/kinds.ts';
import { type SceneProcess, startScene } from '../breakout/scene.ts';
import { handler, mainScript, type TestBuilder } from '../support.ts';
import { cardsFolder, startOn } from './stand-in.ts';

const whole = { share: { cards: 1 } };
/** The price of a GPU: the mount list has paths of this machine (docs/security.md). */
const shown = ['mounts'];

describe.each(kinds.filter(({ sandbox }) => sandbox === 'namespaces'))('in $name', (kind: Kind) => {
  let builder: TestBuilder;
  let process: SceneProcess;
  let scene: Scene;
  const cards = cardsFolder(80, 80);

  beforeAll(async () => {
    process = await startScene([inject('python')]);
    builder = await startBuilder(kind, {}, { BUILDER_GPUS: 'all', BUILDER_NVML: join(cards, 'nvml_stand_in.py') });
    const { stateFolder, url } = builder;
    const blob = join(stateFolder, 'blobs', await builder.putArchive({ a: 'b' }));
    const place = { pid: builder.process.pid ?? 0, port: Number(new URL(url).port), stateFolder, blob };
    scene = { ...process, ...place, serverFile: mainScript };
    await startOn(builder, 'dep_attacker', { ...whole, files: attackerFiles });
  });
  afterAll(async () => {
    await process.end();
    await builder.close();
  });

  test.each(attacksIn(kind))('$name achieves nothing that the sandbox confines', async (attack) => {
    const request = { attack: attack.name, ...attack.request?.(scene) };
    const succeeded = attack.name === 'host_paths' ? shown : expectedIn(attack, kind);
    expect(await builder.result('dep_attacker', request)).toEqual({ succeeded });
  });

  test('procfs shows the own processes only, and nothing of the machine', async () => {
    const files = handler(
      [
        'def predict(self, request):',
        '    names = [name for name in os.listdir("/proc") if not name.isdigit()]',
        '    processes = [name for name in os.listdir("/proc") if name.isdigit()]',
        '    devices = sorted(name for name in os.listdir("/dev") if name.startswith("nvidia"))',
        '    return {"names": sorted(names), "processes": len(processes), "devices": devices}',
      ].join('\n'),
      'import os',
    );
    await startOn(builder, 'dep_looks', { ...whole, files });
    expect(await builder.result('dep_looks')).toEqual({
      names: ['self', 'thread-self'],
      processes: 1,
      devices: ['nvidia1', 'nvidiactl'],
    });
  });
});
