// Describes what `--json` prints for each command. Capitalized names are schemas in openapi.json.
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { type Document, schemaName } from './schemas.ts';

const page = (schema: string) => `\`{results, pagination}\`, where each result is a \`${schema}\``;

const versions =
  '`{success, name, active_version, serving_version, previous_version, rollback_targets, rollback_skipped, total, results, pagination}`, where each result is a `PluginVersion`; `GoPlugin` for other kinds';

const runWithCauses =
  '`Run`; for a finished run with failed rows also `{causes, columns}`: each cause is `{error, rows, first}`, from the first 2,000 failed rows';

const ofKernel: Record<string, string> = {
  init: '`{name, kind, folder, files}`',
  lint: 'see `--format json` below',
  test: '`{name, passed, not_tested, checks}`; each check is `{name, status, detail, lines}`, where `status` is `passed`, `failed`, `skipped` or `warning`; `not_tested` lists the names of the skipped checks',
  dev: 'one `LogLine` per line',
  publish:
    '`{name, version, sha256, files_sha256, plugin_id, already_published, stage, deployment}`; `stage` is `staged` for a version that waits for approval; `deployment` is the output of `deploy` or null; with `--replace` also `undeployed`; with `--dry-run`, `{name, version, sha256, files_sha256, size_bytes, verdict, dry_run, already_published, packages}`, where `packages` is a list of `{name, version}`, or null if the index did not answer; with `--from-git`, the response of `POST …/from-git`, where `deployment` is the finished deployment',
  pull: '`{name, version, sha256, folder, files}`',
  rollback:
    '`PluginRollback`; with `--dry-run`, `{name, from, to, dry_run}`, where `from` and `to` of a Go plugin are commits',
  relock:
    '`RelockProposal`, with the response of `POST …/relock/publish` in `published`, and the output of `deploy` in `deployment`, or null; for Go plugins, `{name, kind, command, toolchain, advisories}`',
  yank: '`WithdrawnVersion`',
  deprecate: '`WithdrawnVersion`',
  delete: '`{results}`, the IDs of the deleted versions; with `--dry-run`, `{results, dry_run}`',
  deploy:
    '`DeployAnswer`, with a `DeploymentInFull` in `deployment` if the command waited for it, and the release that it began in `release`; with `--dry-run`, `{name, from, to, dry_run}`',
  undeploy: '`{success, message}`; with `--keep`, `{success, name, kept, undeployed}`',
  status: `\`Needs\`; with \`--dismiss\`, a \`Need\`; with a plugin, ${versions}`
    .replace('total, results', 'total, instance, results')
    .replace('; `GoPlugin`', ', and `instance` is the one from `PluginStatus`; `GoPlugin`'),
  log: versions.replace('; `GoPlugin` for other kinds', ''),
  invoke:
    '`NamedRealtimeAnswer`; for a specific version, `RealtimeAnswer`; for a Go plugin, `GoPluginAnswer`; each with `request_id`; with `--stream`, one value per line; with `--later`, `LaterCall`',
  run: runWithCauses,
  'releases watch': '`ReleaseInFull`, when the release has ended',
  'runs show': runWithCauses,
  'runs watch': runWithCauses,
  'runs retry': '`CreatedRun`',
  'runs output': 'the result lines; with `--output`, `{file}`',
  logs: '`InstanceLog`, or `NamespaceLogs` with `--all`; with `--follow`, one `LogLine` per line',
  list: '`{results, pagination, pipeline, storage}`: `PluginListItem`s, and `GoPlugin`s of the two other kinds; with `--kind` or `--source`, `{results, pagination}`',
  show: '`PluginDocument`, or `GoPlugin` for other kinds; with `--openapi`, the document',
  open: '`{url}`',
  uninstall: '`{success, name}`',
  'namespaces list': page('Namespace'),
  'namespaces delete': '`{success, message}`',
  'quarantine lift': '`{sha256, quarantined}`, where `quarantined` is null',
  'builders list': '`{builders}`, where each builder is a `BuilderInFull`',
  'builders show': '`BuilderInFull`',
  'builders resume': '`BuilderInFull`',
  'orgs show': '`OrganizationDeletion` with the fields of `OrganizationSettings`',
  api: "the operation's response, as the server sent it",
  events: `${page('Event')}; with \`--export\`, one event per line`,
  login: '`{path}`',
  logout: '`{forgotten}`',
  whoami: '`{server, key, namespace, origins}`, where `key` is an `OwnApiKey`',
  'config list': '`{results}`, where each result is `{name, value, origin}`; the `value` of the API key is `(set)`',
  doctor:
    '`{results}`, where each result is `{name, status, detail, fix}` and `status` is `right`, `lacking` or `wrong`',
};

interface FeatureOutputs {
  outputs: Record<string, string>;
}

const ofFeatures = globSync('features/*.ts', { cwd: import.meta.dirname }).map(
  (file): Promise<FeatureOutputs> => import(join(import.meta.dirname, file)),
);

/** Commands that print anything else than the response of the operation that they are documented for. */
export const ownOutput: Record<string, string> = Object.assign(
  {},
  ofKernel,
  ...(await Promise.all(ofFeatures)).map(({ outputs }) => outputs),
);

/** Describes a command's own output, or else the response of the first operation that it is documented for. */
export function jsonOutput(command: string, { components, paths }: Document): string | undefined {
  const own = ownOutput[command];
  if (own !== undefined) return own;
  const operations = Object.values(paths).flatMap((item) => Object.values(item));
  for (const { responses, 'x-slipway-command': named } of operations) {
    const { content } = responses[200] ?? responses[201] ?? responses[202] ?? {};
    const schema = content?.['application/json']?.schema;
    if (!schema || !`${named} `.startsWith(`slipway ${command} `)) continue;
    const name = schema.$ref && schemaName(schema.$ref);
    const { properties = {} } = (name && components.schemas[name]) || schema;
    const item = properties.results?.items?.$ref;
    const fields = Object.keys(properties).join(', ');
    if (item && fields === 'results, pagination') return page(schemaName(item));
    return `\`${name ?? `{${fields}}`}\``;
  }
  return undefined;
}
