// Defines the `slipway namespaces` commands for one namespace: show and edit.
import { InvalidArgumentError } from 'commander';
import type { components } from '../../client/api.gen.d.ts';
import { ApiError } from '../../client/errors.ts';
import { ageSchema, severities } from '../../contract/advisories.ts';
import { extractorPlacements } from '../../contract/states.ts';
import type { OptionValues } from '../arguments/command-options.ts';
import { serverCommand } from '../command/command.ts';
import { requireConfirmation } from '../terminal/confirmation.ts';
import { formatTime } from '../terminal/duration.ts';
import { Failure } from '../terminal/failure.ts';
import { formatPlan, releaseOptionText } from '../terminal/release-text.ts';
import { table } from '../terminal/table.ts';

type Namespace = components['schemas']['Namespace'];

/** Value of `--placement` that removes the namespace's own default. */
const inherited = 'inherit';

const show = serverCommand({
  name: 'show',
  description: 'Shows a namespace.',
  arguments: { '<name>': "the namespace's ID or name" },
  examples: ['slipway namespaces show staging'],
  async run({ client }, { name }) {
    const path = { namespace_identifier: name };
    const namespace = await client.get('/v1/namespaces/{namespace_identifier}', { path });
    return { json: namespace, text: formatNamespace(namespace) };
  },
});

const editOptions = {
  '--name <name>': 'another name',
  '--description <text>': "a description; '' for none",
  '--keep-live-versions <count>': { description: 'live versions to keep per plugin, or `all`', parse: parseKept },
  '--placement <where>': {
    description: "where plugins run whose manifest doesn't say; inherit: the organization's",
    choices: [...extractorPlacements, inherited],
  },
  '--requires-approval': 'another person must approve new versions',
  '--no-requires-approval': 'publish new versions without approval',
  '--default-release <plan>': releaseOptionText,
  '--refuse-advisories <severity>': {
    description: 'least severity that refuses new deployments',
    choices: [...severities, 'none'],
  },
  '--dependencies-older-than <age>': {
    description: 'least age of packages: `12h`, `3d`, or none',
    parse: parseAge,
  },
} as const;

const edit = serverCommand({
  name: 'edit',
  alias: 'set',
  summary: 'change a namespace',
  description: 'Changes the given settings and keeps the rest. The ID stays the same.',
  arguments: { '<name>': "the namespace's ID or name" },
  options: { ...editOptions, '-y, --yes': 'demand approval without being asked' },
  examples: ['slipway namespaces edit staging --keep-live-versions 3'],
  async run({ client, signal }, { name }, { yes, ...options }) {
    const path = { namespace_identifier: name };
    const body = await changesOf(options);
    const change = (query: { without_approvers?: 'true' }) =>
      client.patch('/v1/namespaces/{namespace_identifier}', { path, query, body });
    const anyway = { without_approvers: 'true' } as const;
    const namespace = await change(yes ? anyway : {}).catch(async (error: unknown) => {
      const lack = lackOfApprovers(error);
      if (lack === undefined) throw error;
      await requireConfirmation(
        `Demand approval, although ${lack} (\`slipway members invite\` adds others)`,
        yes,
        signal,
      );
      return change(anyway);
    });
    return { json: namespace, text: `✓ changed ${namespace.namespace_name} (${namespace.namespace_id})\n` };
  },
});

export const namespaceChanges = [show, edit];

async function changesOf({
  defaultRelease,
  dependenciesOlderThan: age,
  description,
  keepLiveVersions,
  name,
  placement,
  refuseAdvisories: refused,
  requiresApproval,
}: OptionValues<typeof editOptions>) {
  const { readReleasePlan } = await import('../arguments/release-plan.ts');
  const changes = {
    ...(name === undefined ? {} : { namespace_name: name }),
    ...(description === undefined ? {} : { description: description === '' ? null : description }),
    ...(keepLiveVersions === undefined
      ? {}
      : { keep_live_versions: keepLiveVersions === 'all' ? null : keepLiveVersions }),
    ...(placement === undefined ? {} : { placement: placement === inherited ? null : placement }),
    ...(requiresApproval === undefined ? {} : { requires_approval: requiresApproval }),
    ...(defaultRelease === undefined ? {} : { default_release: readReleasePlan(defaultRelease, '--default-release') }),
    ...(refused === undefined ? {} : { refuse_advisories: refused === 'none' ? null : refused }),
    ...(age === undefined ? {} : { dependencies_older_than: age === 'none' ? null : age }),
  };
  if (Object.keys(changes).length > 0) return changes;
  throw new Failure('usage', 'nothing to change', {
    hint: 'Pass --name, --description, --keep-live-versions, --placement, --requires-approval, --default-release, --refuse-advisories or --dependencies-older-than.',
  });
}

function parseKept(text: string): number | 'all' {
  if (text === 'all') return text;
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new InvalidArgumentError('Use a number from 1 to 1000, or all.');
  return Number(text);
}

function parseAge(text: string): string {
  if (text === 'none' || ageSchema.safeParse(text).success) return text;
  throw new InvalidArgumentError('Use a number of hours, days or weeks, such as 12h, 3d or 2w, or none.');
}

function formatNamespace(namespace: Namespace): string {
  const { created_at, description, feature_extractors, keep_live_versions, namespace_id, namespace_name, placement } =
    namespace;
  const { dependencies_older_than: age, refuse_advisories: refused } = namespace;
  return table([
    ['namespace', namespace_name],
    ['id', namespace_id],
    ['description', description ?? '-'],
    ['extractors', feature_extractors.map((one) => `${one.feature_extractor_name}@${one.version}`).join(', ') || '-'],
    ['live versions', keep_live_versions === null ? 'all are kept' : `keeps ${keep_live_versions} of each plugin`],
    ['placement', placement ?? "the organization's"],
    ['approval', namespace.requires_approval ? 'new versions wait for it' : 'not required'],
    ['release', formatPlan(namespace.default_release)],
    ['advisories', refused ? `new deployments refused from severity ${refused}` : 'refuse no deployment'],
    ['packages', age ? `at least ${age} old` : 'of any age'],
    ['created', formatTime(created_at)],
  ]);
}

/** Returns what the server says if nobody could meet the demand of approval. */
function lackOfApprovers(error: unknown): string | undefined {
  if (!(error instanceof ApiError) || error.details?.resource !== 'approvers') return undefined;
  return error.message.charAt(0).toLowerCase() + error.message.slice(1);
}
