// Defines `slipway advisories`, which lists the versions that known vulnerabilities affect, shows an advisory, and imports advisories.
import { severities } from '../../contract/advisories.ts';
import { pageJson, pageNotes, pageOptions, pageQuery } from '../arguments/paging.ts';
import { commandGroup, serverCommand } from '../command/command.ts';

/** `slipway advisories` lists, too. */
const list = serverCommand({
  name: 'list',
  isDefault: true,
  summary: 'list affected versions',
  description:
    'Lists the versions that advisories affect in all namespaces that you can see: live ones first, then the most severe, each with the package and the version that fixes it.',
  options: {
    '--live': 'only live versions',
    '--severity <severity>': { description: 'only this severity and above', choices: severities },
    '--plugin <name>': 'only this plugin',
    '--package <name>': 'only advisories for this package',
    '--advisory <id>': 'only this advisory: its ID, or an alias such as CVE-2024-47081',
    '--fail-on <severity>': {
      description:
        'exit with 1 if a live version is affected from this severity; unless a Go program does not reach the vulnerable code',
      choices: severities,
    },
    ...pageOptions,
  },
  examples: [
    'slipway advisories --live',
    'slipway advisories --plugin my_plugin --fail-on high',
    'slipway advisories show GHSA-9hjg-9r4m-mvj7',
  ],
  async run(connection, _, { failOn, live, ...options }) {
    const { formatAffected, isLiveAffected } = await import('../plugins/affected-versions.ts');
    const { advisory, package: name, plugin, severity, ...page } = options;
    const filter = { plugin, package: name, advisory };
    const query = { ...pageQuery(page), ...filter, severity, live: live && ('true' as const) };
    const { pagination, results } = await connection.client.get('/v1/advisories', { query });
    const { next_cursor: next } = pagination;
    const fails = failOn !== undefined && (await isLiveAffected(connection, { ...filter, severity: failOn }));
    const result = { json: pageJson(results, next), text: formatAffected(results), notes: pageNotes(next) };
    return fails ? { ...result, exit: 'failed' } : result;
  },
});

const show = serverCommand({
  name: 'show',
  description: 'Shows an advisory and the versions that it affects.',
  arguments: { '<id>': 'its ID, such as GHSA-9hjg-9r4m-mvj7' },
  options: pageOptions,
  examples: ['slipway advisories show GHSA-9hjg-9r4m-mvj7'],
  async run({ client }, { id }, page) {
    const { formatAdvisory } = await import('../plugins/affected-versions.ts');
    const request = { path: { advisory_id: id }, query: pageQuery(page) };
    const advisory = await client.get('/v1/advisories/{advisory_id}', request);
    const { next_cursor: next } = advisory.pagination;
    return { json: advisory, text: formatAdvisory(advisory), notes: pageNotes(next) };
  },
});

export const advisories = commandGroup(
  { name: 'advisories', summary: 'list versions with known vulnerabilities, and import advisories' },
  [list, show],
);
