// An organization with rows in almost every table, and requests for its export.
import { z } from 'zod';
import { type ClosingScene, closingScene } from '../../../support/scenes/closing.ts';
import { type Organization, organization } from '../../../support/scenes/organization.ts';

const lineSchema = z.union([
  z.object({ table: z.string(), row: z.record(z.string(), z.unknown()) }),
  z.object({ object: z.object({ key: z.string(), size: z.int(), url: z.string() }) }),
  z.object({ end: z.object({ rows: z.int(), objects: z.int(), next: z.string().optional() }) }),
]);
export type Line = z.infer<typeof lineSchema>;

export const linesOf = (text: string): Line[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => lineSchema.parse(JSON.parse(line)));

export interface ExportScene {
  scene: ClosingScene;
  another: Organization;
  requestExport(path?: string, key?: string): Promise<Response>;
}

export async function exportScene(): Promise<ExportScene> {
  const scene = await closingScene('exported');
  const another = await organization({ name: 'another', fetch: scene.fetch });
  const requestExport: ExportScene['requestExport'] = (path = 'organization/export', key = scene.org.key) => {
    const headers = { authorization: `Bearer ${key}` };
    return scene.fetch(new Request(`http://slipway.test/v1/${path}`, { headers }));
  };
  return { scene, another, requestExport };
}
