// Defines `slipway trust`: which CI jobs may publish a plugin without a stored key.
import { InvalidArgumentError } from 'commander';
import type { components } from '../../../client/api.gen.d.ts';
import { wellKnownIssuers } from '../../../contract/features/identity/issuers.ts';
import { publisherScopes } from '../../../contract/scopes.ts';
import type { OptionValues } from '../../arguments/command-options.ts';
import { commandGroup, serverCommand } from '../../command/command.ts';
import { listCommand } from '../../command/list-command.ts';
import type { Connection } from '../../connection/connect.ts';
import { formatTime } from '../../terminal/duration.ts';
import { Failure } from '../../terminal/failure.ts';
import { allIssuers, findIssuer } from './issuers.ts';
import { conditionsOf } from './trusted-jobs.ts';

type TrustedPublisher = components['schemas']['TrustedPublisher'];
type Condition = TrustedPublisher['conditions'][number];
type PublisherScope = (typeof publisherScopes)[number];

/** Issuers that `trust add` adds if they are missing. */
const knownIssuers = {
  github: { name: 'github', url: wellKnownIssuers.github },
  gitlab: { name: 'gitlab', url: wellKnownIssuers.gitlab },
} as const;

const list = listCommand({
  name: 'list',
  description: 'Lists the CI jobs that may publish.',
  examples: ['slipway trust list'],
  fetch: ({ client }, query) => client.get('/v1/trusted-publishers', { query }),
  empty: 'No trusted publishers yet. Add one with `slipway trust add PLUGIN --github OWNER/REPOSITORY`.',
  head: ['PLUGIN', 'JOBS', 'MAY', 'LAST USED', 'ID'],
  row: (one) => [
    one.plugin,
    formatConditions(one.conditions),
    one.stage_only ? 'stage' : 'publish',
    one.last_used_at === null ? 'never' : formatTime(one.last_used_at),
    one.trusted_publisher_id,
  ],
});

const remove = serverCommand({
  name: 'remove',
  summary: 'stop trusting CI jobs',
  description: "Removes a trusted publisher. Its jobs' keys stop working within 10 s; published versions stay.",
  arguments: { '<id>': 'ID, as `trust list` shows it' },
  examples: ['slipway trust remove tpb_01m7wc54fherz84624ahd0kr7h'],
  confirm: ({ id }) => `Remove the trusted publisher ${id}`,
  async run({ client }, { id }) {
    const path = { trusted_publisher_id: id };
    const removed = await client.delete('/v1/trusted-publishers/{trusted_publisher_id}', { path });
    return { json: removed, text: `✓ removed the trusted publisher ${id}\n` };
  },
});

const addOptions = {
  '--github <owner/repository>': 'jobs of GitHub Actions',
  '--gitlab <group/project>': 'jobs of gitlab.com',
  '--issuer <name>': 'jobs of another issuer, with --claim',
  '--claim <claim=value>': { description: 'a claim that the token must have; repeat it', parse: addClaim },
  '--workflow <file>': 'GitHub: only this workflow, such as release.yml',
  '--environment <name>': 'only jobs in this environment',
  '--branch <name>': 'only jobs on this branch; or release/*',
  '--stage-only': 'its versions always wait for approval',
  '--scopes <scopes>': {
    description: 'a comma-separated list, instead of reading, publishing and deploying',
    parse: parseScopes,
  },
} as const;

const add = serverCommand({
  name: 'add',
  summary: 'trust CI jobs to publish a plugin',
  description:
    'Trusts jobs of a repository to publish a plugin, also before its first version. Their keys last 15 minutes.',
  arguments: { '<plugin>': "a plugin's name, a prefix and *, or * for the whole namespace" },
  options: addOptions,
  examples: [
    'slipway trust add word_count --github acme/plugins --workflow release.yml',
    'slipway trust add word_count --gitlab acme/plugins --branch main',
    "slipway trust add 'word_*' --issuer inside --claim project_path=acme/plugins",
  ],
  async run(connection, { plugin }, options) {
    const conditions = conditionsOf(options);
    const { issuerId, notes } = await issuerFor(connection, options);
    const body = {
      issuer_id: issuerId,
      namespace: await connection.namespaceId(),
      plugin,
      conditions,
      stage_only: options.stageOnly,
      scopes: options.scopes,
    };
    const added = await connection.client.post('/v1/trusted-publishers', { body });
    const what = options.stageOnly ? 'stage' : 'publish';
    return { json: added, text: `✓ these jobs may ${what} ${plugin}: ${formatConditions(conditions)}\n`, notes };
  },
});

export const trust = commandGroup({ name: 'trust', summary: 'let CI jobs publish without a stored key' }, [
  add,
  list,
  remove,
]);

/** Adds the public issuer if nobody has. */
async function issuerFor(
  connection: Connection,
  { github, gitlab, issuer }: OptionValues<typeof addOptions>,
): Promise<{ issuerId: string; notes: string[] }> {
  if ([github, gitlab, issuer].filter((one) => one !== undefined).length !== 1)
    throw new Failure('usage', 'say whose jobs to trust', {
      hint: 'Give one of --github OWNER/REPOSITORY, --gitlab GROUP/PROJECT and --issuer NAME.',
    });
  if (issuer !== undefined) return { issuerId: (await findIssuer(connection, issuer)).issuer_id, notes: [] };
  const known = github === undefined ? knownIssuers.gitlab : knownIssuers.github;
  const found = (await allIssuers(connection)).find(({ purpose, url }) => purpose === 'ci' && url === known.url);
  if (found) return { issuerId: found.issuer_id, notes: [] };
  const added = await connection.client.post('/v1/issuers', { body: { ...known, purpose: 'ci' } });
  return { issuerId: added.issuer_id, notes: [`Added the issuer ${known.name}: ${known.url}`] };
}

function parseScopes(text: string): PublisherScope[] {
  return text.split(',').map((word) => {
    const scope = publisherScopes.find((known) => known === word);
    if (!scope) throw new InvalidArgumentError(`Scopes of CI jobs are ${publisherScopes.join(', ')}.`);
    return scope;
  });
}

/** A value that ends with `*` is a prefix. */
function addClaim(text: string, before: Condition[] = []): Condition[] {
  const [, claim, value] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  if (claim === undefined || value === undefined) throw new InvalidArgumentError('Write it as CLAIM=VALUE.');
  const condition = value.endsWith('*') ? { claim, prefix: value.slice(0, -1) } : { claim, equals: value };
  return [...before, condition];
}

function formatConditions(conditions: Condition[]): string {
  return conditions
    .map((condition) => `${condition.claim}=${'equals' in condition ? condition.equals : `${condition.prefix}*`}`)
    .join(' ');
}
