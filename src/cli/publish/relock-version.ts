// Proposes a new lock for a version, and publishes the version's sources with it.
import { setTimeout as delay } from 'node:timers/promises';
import type { components } from '../../client/api.gen.d.ts';
import type { Published } from '../../client/publish.ts';
import { formatPluginId } from '../../core/plugin-id.ts';
import type { CommandResult } from '../command/context.ts';
import type { Connection } from '../connection/connect.ts';
import { type DeployOptions, deployVersion } from '../deployments/deploy-version.ts';
import type { PluginRef } from '../plugins/plugin-ref.ts';
import { requireConfirmation } from '../terminal/confirmation.ts';
import type { Output } from '../terminal/output.ts';
import { table } from '../terminal/table.ts';
import { isRejection, serverRejection } from './publish-folder.ts';
import { stagedText } from './published-content.ts';

const plugins = '/v1/namespaces/{namespace_id}/plugins';
const onePlugin = `${plugins}/{plugin_id}` as const;
/** Time between questions about a scan that the server finishes later. */
const pauseMs = 1000;

type Proposal = components['schemas']['RelockProposal'];

export interface RelockOptions extends Omit<DeployOptions, 'batchOnly'> {
  publish?: true;
  deploy?: true;
  message?: string;
  stage?: true;
  yes?: true;
}

export async function relock(
  connection: Connection,
  { name, version: asked }: PluginRef,
  options: RelockOptions,
  output: Output,
): Promise<CommandResult> {
  const { client, namespaceId, signal } = connection;
  const namespace_id = await namespaceId();
  const version = asked ?? (await servingVersion(connection, name));
  const path = { namespace_id, plugin_id: formatPluginId(name, version) };
  output.progress('resolving');
  const proposal = await client.post(`${onePlugin}/relock`, { path });
  const text = formatProposal(proposal);
  const json = { ...proposal, published: null, deployment: null };
  if (proposal.packages.length === 0) return { json, text };
  const next = `  next     slipway relock ${name}@${version} --publish\n`;
  if (!options.publish && !options.deploy) return { json, text: `${text}${next}` };
  for (const line of text.trimEnd().split('\n')) output.info(line);
  await requireConfirmation(`Publish ${name} ${version} with these packages`, options.yes, signal);
  const published = await publishProposal(connection, path, { ...options, digest: proposal.digest }, output);
  const { version: number } = published;
  const answer = { ...json, published };
  if (published.stage === 'staged') return { json: answer, text: stagedText({ name, version: number }) };
  const done = `✓ published ${name} ${number}\n`;
  if (!options.deploy) return { json: answer, text: done };
  const deployed = await deployVersion(
    connection,
    { name, version: number, pluginId: formatPluginId(name, number) },
    options,
    output,
  );
  return { json: { ...answer, deployment: deployed.json }, text: `${done}${deployed.text}` };
}

async function servingVersion({ client, namespaceId }: Connection, slug: string): Promise<string> {
  const path = { namespace_id: await namespaceId(), slug };
  const history = await client.get(`${plugins}/by-name/{slug}/versions`, { path });
  return history.serving_version ?? history.active_version;
}

/** Publishes it, and waits for the scan to finish. */
async function publishProposal(
  { client, signal }: Connection,
  path: { namespace_id: string; plugin_id: string },
  { digest, message, stage }: Pick<RelockOptions, 'message' | 'stage'> & { digest: string },
  output: Output,
): Promise<Published> {
  output.progress('publishing');
  const body = { digest, message, stage };
  try {
    let answer = await client.post(`${onePlugin}/relock/publish`, { path, body });
    while (answer.validation_status === 'pending') {
      await delay(pauseMs, undefined, { signal });
      const upload = { namespace_id: path.namespace_id, upload_id: answer.upload_id };
      answer = await client.post(`${plugins}/uploads/{upload_id}/confirm`, { path: upload });
    }
    return answer;
  } catch (error) {
    throw isRejection(error) ? await serverRejection(error, output) : error;
  }
}

function formatProposal(proposal: Proposal): string {
  const { advisories, held_back, name, older_than, packages, version } = proposal;
  const known = (label: string, list: Proposal['advisories']['fixed']) =>
    list.map((one) => [label, one.advisory_id, one.severity ?? '-', one.package, fixText(one.fixed_in)]);
  const changed = packages.map(({ name: one, from, to }) => [one, `${from ?? '(none)'} → ${to ?? '(none)'}`]);
  const held = held_back.map(({ name: one, from, to }) => [
    one,
    `${to ?? '(none)'} is younger than ${older_than}; ${from ?? 'none'} is used`,
  ]);
  const found = [
    ...known('fixed', advisories.fixed),
    ...known('remains', advisories.remaining),
    ...known('new', advisories.new),
  ];
  const sections: [string, string[][]][] = [
    ['packages', changed],
    ['advisories', found],
    ['held back', held],
  ];
  const shown = sections.filter(([, rows]) => rows.length > 0).map(([title, rows]) => `${title}\n${table(rows)}`);
  const nothing = packages.length === 0 ? `✓ ${name} ${version} already has the newest packages it allows\n` : '';
  return `${nothing}${shown.join('')}`;
}

function fixText(fixedIn: string | null): string {
  return fixedIn === null ? 'no fix is known' : `fixed in ${fixedIn}`;
}
