// Tests archives that an isolate has open at the same time. Each is read and unpacked into memory.
// @module-tag long
import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { pluginVersions } from '../../src/db/schema/registry.ts';
import { withStoredArchive } from '../../src/registry/storage/stored-archive.ts';
import { testApp } from '../support/deps.ts';
import { plugin } from '../support/plugins/plugin.ts';
import { confirm, uploaded } from '../support/plugins/publish.ts';
import { organization } from '../support/scenes/organization.ts';
import { watchedBucket } from '../support/workers/watched-bucket.ts';

/** Sources that take up more than half of the isolate's memory. */
const files = Object.fromEntries(Array.from({ length: 5 }, (_, nth) => [`parts/part_${nth}.py`, comments(nth)]));

/** Returns varying lines, because content with a high compression ratio is refused. */
function comments(file: number): string {
  const line = (_: unknown, nth: number) => `# line ${(file + 1) * nth * 7919} of a file that says nothing\n`;
  return Array.from({ length: 42_000 }, line).join('');
}

test('three large archives are read one at a time: during uploads each after the previous one is stored, and in later scans one after another', async () => {
  const { blobs, gets } = watchedBucket(env.ARCHIVES);
  // An archive's list of files is small, and is read when its README is.
  const archives = () => gets.map(({ key }) => key).filter((key) => !key.endsWith('.index.json'));
  const readFrom = (folder: string) => new Set(archives().filter((key) => key.startsWith(folder)));
  const readBy: number[] = [];
  const info = (event: string) => {
    if (event === 'upload.stored') readBy.push(readFrom('uploads/').size);
  };
  const { deps, fetch } = testApp({ blobs, log: { info, warn: () => {}, error: () => {} } });
  const org = await organization({ fetch });
  const uploads = [];
  for (const name of ['first_ext', 'second_ext', 'third_ext'])
    uploads.push(await uploaded(org, { name }, plugin({ name, files }).zip));
  const answers = await Promise.all(uploads.map((upload) => confirm(org, upload)));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  expect(readBy).toEqual([1, 2, 3]);

  const versions = await deps.db.select().from(pluginVersions).where(eq(pluginVersions.organizationId, org.id));
  gets.length = 0;
  const whenOpen = versions.map((version) =>
    withStoredArchive(
      deps,
      version,
      async () => {},
      async () => readFrom('archives/').size,
    ),
  );
  // Their order is the one in which the database answers.
  expect((await Promise.all(whenOpen)).sort()).toEqual([1, 2, 3]);
});
