// Defines `slipway advisories`, which lists the versions that known vulnerabilities affect, shows an advisory, and imports advisories.
import { type Command, Option } from 'commander';
import { type Severity, severities } from '../../../contract/advisories.ts';
import { addPageOptions, type PageOptions, pageJson, pageNotes, pageQuery } from '../../arguments/paging.ts';
import { addExamples, type CommandContext, withConnection } from '../../command.ts';
import { addAdvisoryImports } from '../manage/advisory-imports.ts';

interface Options extends PageOptions {
  live?: true;
  severity?: Severity;
  plugin?: string;
  package?: string;
  advisory?: string;
  failOn?: Severity;
}

export function addAdvisories(program: Command, context: CommandContext): void {
  const group = program
    .command('advisories')
    .summary('list versions with known vulnerabilities, and import advisories');
  addAffected(group, context);
  addShow(group, context);
  addAdvisoryImports(group, context);
}

/** `slipway advisories` lists, too. */
function addAffected(group: Command, context: CommandContext): void {
  const command = group
    .command('list', { isDefault: true })
    .summary('list affected versions')
    .description(
      'Lists the versions that advisories affect in all namespaces that you can see: live ones first, then the most severe, each with the package and the version that fixes it.',
    )
    .option('--live', 'only live versions')
    .addOption(new Option('--severity <severity>', 'only this severity and above').choices(severities))
    .option('--plugin <name>', 'only this plugin')
    .option('--package <name>', 'only advisories for this package')
    .option('--advisory <id>', 'only this advisory: its ID, or an alias such as CVE-2024-47081')
    .addOption(
      new Option(
        '--fail-on <severity>',
        'exit with 1 if a live version is affected from this severity; unless a Go program does not reach the vulnerable code',
      ).choices(severities),
    );
  addPageOptions(command);
  addExamples(
    command,
    'slipway advisories --live',
    'slipway advisories --plugin my_plugin --fail-on high',
    'slipway advisories show GHSA-9hjg-9r4m-mvj7',
  );
  withConnection<Options>(command, context, async (connection, { failOn, live, ...options }) => {
    const { formatAffected, isLiveAffected } = await import('../../plugins/affected-versions.ts');
    const { client, signal } = connection;
    const { advisory, package: name, plugin, severity, ...page } = options;
    const filter = {
      ...(plugin === undefined ? {} : { plugin }),
      ...(name === undefined ? {} : { package: name }),
      ...(advisory === undefined ? {} : { advisory }),
    };
    const chosen = { ...(severity === undefined ? {} : { severity }), ...(live ? { live: 'true' as const } : {}) };
    const query = { ...pageQuery(page), ...filter, ...chosen };
    const { pagination, results } = await client.get('/v1/advisories', { query, signal });
    const { next_cursor: next } = pagination;
    const fails = failOn !== undefined && (await isLiveAffected(connection, { ...filter, severity: failOn }));
    const result = { json: pageJson(results, next), text: formatAffected(results), notes: pageNotes(next) };
    return fails ? { ...result, exit: 'failed' } : result;
  });
}

function addShow(group: Command, context: CommandContext): void {
  const show = group
    .command('show')
    .description('Shows an advisory and the versions that it affects.')
    .argument('<id>', 'its ID, such as GHSA-9hjg-9r4m-mvj7');
  addPageOptions(show);
  addExamples(show, 'slipway advisories show GHSA-9hjg-9r4m-mvj7');
  withConnection<PageOptions>(show, context, async ({ client, signal }, page, id = '') => {
    const { formatAdvisory } = await import('../../plugins/affected-versions.ts');
    const request = { path: { advisory_id: id }, query: pageQuery(page), signal };
    const advisory = await client.get('/v1/advisories/{advisory_id}', request);
    const { next_cursor: next } = advisory.pagination;
    return { json: advisory, text: formatAdvisory(advisory), notes: pageNotes(next) };
  });
}
