// Defines the operators' commands below `slipway advisories`: import a feed of known vulnerabilities once or daily, and list imports.
import type { components } from '../../../client/api.gen.d.ts';
import { pause } from '../../../client/retry.ts';
import { formatBytes } from '../../../core/quantities.ts';
import { adminCommand } from '../../command/command.ts';
import { defineCliFeature } from '../../command/context.ts';
import { adminListCommand } from '../../command/list-command.ts';
import type { Connection } from '../../connection/connect.ts';
import { formatTime } from '../../terminal/duration.ts';
import { Failure } from '../../terminal/failure.ts';
import type { Output } from '../../terminal/output.ts';
import { table } from '../../terminal/table.ts';
import { printable } from '../../terminal/terminal-text.ts';

type AdvisoryImport = components['schemas']['AdvisoryImport'];
type AdvisorySource = components['schemas']['AdvisorySource'];

const paths = { imports: '/v1/admin/advisories/imports', sources: '/v1/admin/advisories/sources' } as const;
const pollMs = 1000;

const importCommand = adminCommand({
  name: 'import',
  summary: 'import known vulnerabilities in the OSV format (operators)',
  description:
    'Imports OSV records from a zip, a folder or a URL, and finds the versions they affect. Needs the admin token.',
  arguments: { '<source>': 'a zip or a folder with one JSON file per record, or the https URL of a zip' },
  options: { '--daily': 'also import the URL every day' },
  examples: [
    'slipway advisories import all.zip',
    'slipway advisories import https://feeds.example.com/pypi.zip --daily',
  ],
  async run(connection, { source }, { daily }) {
    const { output } = connection;
    const isUrl = /^https?:\/\//.test(source);
    if (daily && !isUrl) throw new Failure('usage', '--daily needs a URL', { hint: 'Name the https URL of a zip.' });
    const begun = isUrl ? await importUrl(connection, source, daily) : await importFile(connection, output, source);
    const ended = await follow(connection, output, begun);
    if (ended.status === 'failed')
      throw new Failure('rejected', ended.error ?? 'the import failed', { title: 'Import failed' });
    const text = `✓ imported ${ended.kept} of ${ended.records} records: ${ended.changed} new or changed\n`;
    return { json: ended, text, notes: notesOn(ended) };
  },
});

async function importUrl({ client }: Connection, url: string, daily?: true): Promise<AdvisoryImport> {
  if (daily) await client.post(paths.sources, { body: { url } });
  return client.post(paths.imports, { body: { url } });
}

async function importFile({ client, signal }: Connection, output: Output, path: string): Promise<AdvisoryImport> {
  const { putArchive } = await import('../../../client/put-archive.ts');
  const { transferReporter } = await import('../../terminal/progress.ts');
  const blob = await readZip(path);
  const created = await client.post(paths.imports, { body: { size_bytes: blob.size } });
  if (created.upload_url !== null)
    await putArchive(created.upload_url, blob, {
      signal,
      onProgress: transferReporter(output, 'uploading', blob.size),
    });
  return client.post(`${paths.imports}/{import_id}/start`, { path: { import_id: created.import_id } });
}

/** Returns the zip; a folder is zipped. */
async function readZip(path: string): Promise<Blob> {
  const { openAsBlob } = await import('node:fs');
  const { readFile, readdir, stat } = await import('node:fs/promises');
  const { join } = await import('node:path');
  const { packZip } = await import('../../../archive/zip/pack.ts');
  try {
    if (!(await stat(path)).isDirectory()) return await openAsBlob(path);
    const names = (await readdir(path, { recursive: true })).filter((name) => name.endsWith('.json'));
    if (names.length === 0) throw new Error('the folder contains no .json files');
    const files = [];
    for (const name of names) files.push({ path: name, bytes: new Uint8Array(await readFile(join(path, name))) });
    return new Blob([await packZip(files)]);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Failure('usage', `cannot read ${path}: ${reason}`, {
      hint: 'Name a zip or a folder with one OSV record per file.',
    });
  }
}

async function follow({ client, signal }: Connection, output: Output, begun: AdvisoryImport): Promise<AdvisoryImport> {
  let current = begun;
  try {
    while (current.status === 'open' || current.status === 'reading') {
      output.progress('reading', current.files === null ? '' : `${current.files_read} of ${current.files} files`);
      await pause(pollMs, signal);
      current = await client.get(`${paths.imports}/{import_id}`, { path: { import_id: begun.import_id } });
    }
    return current;
  } finally {
    output.progress('');
  }
}

function notesOn({ first_invalid, invalid, git_ranges }: AdvisoryImport): string[] {
  return [
    ...(invalid > 0
      ? [
          `${invalid} ${invalid === 1 ? 'file was' : 'files were'} not read. The first: ${printable(first_invalid ?? '')}`,
        ]
      : []),
    ...(git_ranges > 0
      ? [`${git_ranges} ${git_ranges === 1 ? 'range of Git commits was' : 'ranges of Git commits were'} ignored`]
      : []),
  ];
}

const imports = adminListCommand({
  name: 'imports',
  description: 'Lists imports of advisories. Needs the admin token.',
  examples: ['slipway advisories imports'],
  fetch: ({ client }, query) => client.get(paths.imports, { query }),
  head: ['IMPORT', 'STATUS', 'FILES', 'CHANGED', 'SIZE', 'CREATED', ''],
  row: (one) => [
    one.import_id,
    one.status,
    `${one.files_read}/${one.files ?? '?'}`,
    String(one.changed),
    one.size_bytes === null ? '' : formatBytes(one.size_bytes),
    formatTime(one.created_at),
    printable(one.error ?? one.url ?? ''),
  ],
});

const sources = adminCommand({
  name: 'sources',
  summary: 'list or remove the URLs that are imported daily (operators)',
  description: 'Lists the URLs that are imported daily, or removes one. Needs the admin token.',
  arguments: { '[action]': { description: 'remove a URL', choices: ['remove'] }, '[url]': 'the URL to remove' },
  examples: ['slipway advisories sources', 'slipway advisories sources remove https://example.com/all.zip'],
  async run({ client }, { action, url }) {
    if (action === undefined) {
      const answer = await client.get(paths.sources);
      return { json: answer, text: formatSources(answer.sources) };
    }
    if (url === undefined) throw new Failure('usage', 'the URL is missing', { hint: 'Name the URL to remove.' });
    const removed = await client.delete(paths.sources, { query: { url } });
    return { json: removed, text: `✓ removed ${printable(removed.url)}\n` };
  },
});

const takeBack = adminCommand({
  name: 'take-back',
  summary: 'take back an import, or one advisory (operators)',
  description:
    'Takes back what an import stored, or one advisory. What was taken back affects nothing until another import contains it. URLs that are imported daily are read again at once. Needs the admin token.',
  arguments: { '<id>': 'the ID of an import, or of an advisory' },
  examples: [
    'slipway advisories take-back adv_01JZ5T9GSX3M7Q8W2V4N6K0BCD',
    'slipway advisories take-back GHSA-9hjg-9r4m-mvj7',
  ],
  async run({ client }, { id }) {
    if (id.startsWith('adv_')) {
      const taken = await client.delete(`${paths.imports}/{import_id}`, { path: { import_id: id } });
      return { json: taken, text: `✓ took back ${taken.advisories} advisories\n` };
    }
    const taken = await client.delete('/v1/admin/advisories/{advisory_id}', { path: { advisory_id: id } });
    return { json: taken, text: `✓ took back ${printable(id)}\n` };
  },
});

const advisoryImports = [importCommand, imports, sources, takeBack];

function formatSources(sources: readonly AdvisorySource[]): string {
  if (sources.length === 0) return 'no URLs are imported daily\n';
  const rows = sources.map(({ error, next_at, url }) => [printable(url), formatTime(next_at), printable(error ?? '')]);
  return table([['URL', 'NEXT IMPORT', 'LAST ERROR'], ...rows]);
}

export const feature = defineCliFeature({
  commands: advisoryImports.map((add) => ({ add, after: 'advisories show' })),
});
