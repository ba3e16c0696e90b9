// A live plugin on a fake Ray cluster, whose streams the tests write and read.
import { eq } from 'drizzle-orm';
import { expect } from 'vitest';
import type { CallLines, CallStreamLine } from '../../../../src/contract/builder/answers.ts';
import { deployments } from '../../../../src/db/schema/deploy.ts';
import { advanceDeployment } from '../../../../src/pipeline.ts';
import type { PluginOptions } from '../../../support/plugins/plugin.ts';
import { deploy } from '../../../support/scenes/scene.ts';
import { storeSecret } from '../../../support/scenes/secrets.ts';
import { connect, type RayScene, rayScene } from './ray-scene.ts';

export const call = '{"inputs": {}, "parameters": {}}';

export const stream = `10.0.0.7:4123/${'0123456789abcdef'.repeat(2)}`;

export async function live(options?: PluginOptions): Promise<{ s: RayScene; id: string }> {
  const s = await rayScene(options);
  await connect(s);
  await storeSecret({ namespaceId: s.namespaceId, name: 'TOKEN', value: 'a-secret-value' });
  const { id } = await deploy(s);
  await advanceDeployment(s.deps, id);
  const [row] = await s.deps.db.select().from(deployments).where(eq(deployments.id, id));
  expect(row?.status).toBe('promoted');
  return { s, id };
}

export const type = `application/x-ndjson; stream="${stream}"`;

export async function open({ deps }: RayScene, id: string): Promise<CallLines> {
  const answer = await deps.builder.callStreaming(id, call);
  if (!('lines' in answer)) throw new Error('It is not streamed.');
  return answer.lines;
}

/** Reads to the end. Values are returned as JSON. */
export async function read(lines: CallLines): Promise<unknown[]> {
  const all: CallStreamLine[] = [];
  for (let some = await lines.read(); some; some = await lines.read()) all.push(...some);
  return all.map((line) => ('value' in line ? JSON.parse(line.value.text) : line));
}
