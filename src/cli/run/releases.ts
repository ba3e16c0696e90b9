// Defines `slipway releases`: move calls to a live version step by step, and watch or change that.
import { pageOptions, pageQuery, pageResult } from '../arguments/paging.ts';
import { commandGroup, serverCommand } from '../command/command.ts';
import { kindOption } from '../go-plugins/kinds.ts';
import { yesOption } from '../terminal/confirmation.ts';
import { Failure } from '../terminal/failure.ts';
import { releaseOptionText } from '../terminal/release-text.ts';
import type { ChangeName } from './releases/releases.ts';

const refText = 'NAME, for its newest release, or a release ID';

const list = serverCommand({
  name: 'list',
  isDefault: true,
  description: 'Lists releases, newest first.',
  arguments: { '[plugin]': 'NAME' },
  options: { '--active': 'only those that share calls now', ...kindOption, ...pageOptions },
  examples: ['slipway releases list my_plugin'],
  async run({ client, namespaceId }, { plugin }, { active, kind, ...page }) {
    const { formatReleases } = await import('./releases/format.ts');
    const { releasesPath } = await import('./releases/releases.ts');
    const query = { ...pageQuery(page), plugin, kind, active: active && ('true' as const) };
    const path = { namespace_id: await namespaceId() };
    const { pagination, results } = await client.get(releasesPath, { path, query });
    return pageResult(results, pagination.next_cursor, formatReleases(results));
  },
});

const start = serverCommand({
  name: 'start',
  description: 'Gives a live version a growing share of the calls to a name.',
  arguments: { '<plugin>': 'NAME', '<version>': 'the live version to release' },
  options: { '--release <plan>': releaseOptionText, ...kindOption },
  examples: ['slipway releases start my_plugin 1.3.0', 'slipway releases start my_plugin 1.3.0 --release 5,50'],
  async run({ client, namespaceId }, { plugin, version }, { kind, release: text }) {
    const { readReleasePlan } = await import('../arguments/release-plan.ts');
    const { formatRelease } = await import('./releases/format.ts');
    const { releasesPath } = await import('./releases/releases.ts');
    const plan = text === undefined ? undefined : readReleasePlan(text);
    if (plan === 'immediate')
      throw new Failure('usage', '--release: a release takes steps', {
        hint: `Use \`slipway rollback ${plugin} --to ${version}\` to move all calls at once.`,
      });
    const path = { namespace_id: await namespaceId() };
    const body = { plugin, version, kind, plan };
    const release = await client.post(releasesPath, { path, body });
    const next = `  next      slipway releases watch ${plugin}\n`;
    return { json: release, text: `${formatRelease(release)}${next}` };
  },
});

const show = serverCommand({
  name: 'show',
  description: 'Shows a release with its measurements and decisions.',
  arguments: { '<release>': refText },
  options: kindOption,
  examples: ['slipway releases show my_plugin'],
  async run(connection, { release: ref }, { kind }) {
    const { formatRelease } = await import('./releases/format.ts');
    const { findRelease } = await import('./releases/releases.ts');
    const release = await findRelease(connection, { ref, kind });
    return { json: release, text: formatRelease(release) };
  },
});

const watch = serverCommand({
  name: 'watch',
  description: 'Watches a release until it ends. Exits with 1 if it was reverted. Ctrl-C leaves it running.',
  arguments: { '<release>': refText },
  options: kindOption,
  examples: ['slipway releases watch my_plugin'],
  async run(connection, { release: ref }, { kind }) {
    const { watchRelease } = await import('./releases/watch.ts');
    return watchRelease(connection, { ref, kind }, connection.output);
  },
});

interface Change {
  name: ChangeName;
  description: string;
  asks: boolean;
  hasReason: boolean;
}

const changes: Change[] = [
  { name: 'step', description: 'Goes on to the next step now.', asks: true, hasReason: false },
  { name: 'pause', description: 'Keeps the shares as they are.', asks: false, hasReason: true },
  { name: 'resume', description: 'Goes on with a paused release.', asks: false, hasReason: false },
  { name: 'revert', description: 'Gives all calls back to the stable version.', asks: true, hasReason: true },
  {
    name: 'cancel',
    description: 'Ends a release without a result. All calls go to the stable version.',
    asks: true,
    hasReason: true,
  },
];

function changeCommand({ asks, description, hasReason, name }: Change) {
  const reason = { '--reason <text>': 'the reason, for the history' } as const;
  return serverCommand({
    name,
    description,
    arguments: { '<release>': refText },
    options: { ...kindOption, ...(hasReason && reason), ...(asks && yesOption) },
    examples: [`slipway releases ${name} my_plugin${hasReason ? ' --reason "wrong scores"' : ''}`],
    async run(connection, { release }, options) {
      const { changeRelease } = await import('./releases/releases.ts');
      return changeRelease(connection, release, name, options);
    },
  });
}

export const releases = commandGroup({ name: 'releases', summary: 'move calls step by step, and watch it' }, [
  list,
  start,
  show,
  watch,
  ...changes.map(changeCommand),
]);
