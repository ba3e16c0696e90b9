// Finds the attack targets of a test's builder.
import { join } from 'node:path';
import { mainScript, type TestBuilder } from '../support.ts';
import type { Scene } from './attacks.ts';
import type { SceneProcess } from './scene.ts';

export async function sceneOf(builder: TestBuilder, process: SceneProcess): Promise<Scene> {
  const { stateFolder, url } = builder;
  const blob = join(stateFolder, 'blobs', await builder.putArchive({ a: 'b' }));
  const place = { pid: builder.process.pid ?? 0, port: Number(new URL(url).port), stateFolder, blob };
  return { ...process, ...place, serverFile: mainScript };
}
