// Tests exports in many parts, and several exports at once.
import { expect, test } from 'vitest';
import { toLongTextStream } from '../../../../src/core/paced-streams.ts';
import { exportOrganization, parseExportPosition } from '../../../../src/features/organization-export/export.ts';
import { exportScene, type Line, linesOf } from '../scenes/export.ts';

const { another, requestExport, scene } = await exportScene();

const withoutUrl = (line: Line) => ('object' in line ? { object: { ...line.object, url: '' } } : line);

/** Exports the organization in many small parts. Returns all their lines, and what their ends counted. */
async function exportedInParts(): Promise<{ parts: Line[]; seen: { rows: number; objects: number } }> {
  const parts: Line[] = [];
  const seen = { rows: 0, objects: 0 };
  for (let from: string | undefined, count = 0; count === 0 || from !== undefined; count++) {
    const limits = { pageRows: 2, pageBytes: 1, trips: 3 };
    const position = from === undefined ? null : parseExportPosition(from);
    const stream = toLongTextStream(exportOrganization(scene.deps, scene.org.id, position, limits));
    const lines = linesOf(await new Response(stream).text());
    const end = lines.pop();
    if (end === undefined || !('end' in end)) throw new Error('no end');
    seen.rows += end.end.rows;
    seen.objects += end.end.objects;
    from = end.end.next;
    parts.push(...lines);
    expect(count).toBeLessThan(500);
  }
  return { parts, seen };
}

test('an export in many small parts has the same lines as a single part', async () => {
  const lines = async () => linesOf(await (await requestExport()).text()).map(withoutUrl);
  let whole = await lines();
  let inParts = await exportedInParts();
  // What other files' messages still change has no effect on the next attempt.
  for (let after = await lines(); JSON.stringify(after) !== JSON.stringify(whole); after = await lines()) {
    whole = after;
    inParts = await exportedInParts();
  }
  expect(inParts.parts.map(withoutUrl)).toEqual(whole.slice(0, -1));
  expect(whole.at(-1)).toEqual({ end: inParts.seen });
});

test.each(['organization/export', 'events/export'])(
  'an organization has one export at a time, and others have theirs: %s',
  async (path) => {
    const first = await requestExport(path);
    const refused = await requestExport('organization/export');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '5']);
    const others = await requestExport(path, another.key);
    expect(others.status).toBe(200);
    await others.text();
    await first.text();
    const next = await requestExport();
    expect(next.status).toBe(200);
    await next.text();
  },
);
