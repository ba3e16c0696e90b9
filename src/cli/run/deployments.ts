// Defines `slipway deployments`: list, show, watch, cancel and retry deployments.
import type { WithTexts } from '../../client/answer-texts.ts';
import type { components } from '../../client/api.gen.d.ts';
import { heldGpusWords } from '../../contract/plugin/gpu-words.ts';
import { clusterWords, deploymentWord } from '../../contract/state-words.ts';
import { formatDuration } from '../../core/quantities.ts';
import { pageOptions, pageQuery, pageResult } from '../arguments/paging.ts';
import { commandGroup, serverCommand } from '../command/command.ts';
import type { Connection } from '../connection/connect.ts';
import { formatFleet, formatRestarts } from '../deployments/fleet.ts';
import type { Deployment } from '../deployments/follow.ts';
import { type Overview, readOverviews } from '../plugins/version-states.ts';
import { formatTime, timeoutOption } from '../terminal/duration.ts';
import { table } from '../terminal/table.ts';
import { printable } from '../terminal/terminal-text.ts';

type Entry = WithTexts<components['schemas']['DeploymentEntry'], 'parameters'>;

const listPath = '/v1/namespaces/{namespace_id}/deployments';
const deploymentPath = '/v1/namespaces/{namespace_id}/deployments/{deployment_id}';

const list = serverCommand({
  name: 'list',
  isDefault: true,
  description: 'Lists deployments, newest first.',
  arguments: { '[plugin]': 'NAME' },
  options: pageOptions,
  examples: ['slipway deployments list my_plugin'],
  async run(connection, { plugin: name }, options) {
    const { client, namespaceId, signal } = connection;
    const path = { namespace_id: await namespaceId() };
    const query = { ...pageQuery(options), name };
    const request = { path, query, signal };
    const { results, pagination } = await client.exact('get', listPath, 'results.*.parameters', request);
    const overviews = results.some(({ serving }) => serving) ? await readOverviews(connection, name) : new Map();
    return pageResult(results, pagination.next_cursor, formatList(results, overviews));
  },
});

const show = serverCommand({
  name: 'show',
  description: "Shows a deployment's steps with their logs.",
  arguments: { '<deployment>': 'deployment ID' },
  options: {
    '-w, --watch': 'wait until the deployment ends',
    ...timeoutOption,
  },
  examples: ['slipway deployments show dep_… --watch'],
  async run(connection, { deployment: id }, { watch, timeout }) {
    if (watch) {
      const { followDeployment, stageReporter } = await import('../deployments/follow.ts');
      const onStage = stageReporter(connection.output);
      const deployment = await followDeployment(connection, { deploymentId: id, timeoutMs: timeout, onStage });
      return { json: deployment, text: formatDeployment(deployment, await stateOf(connection, deployment)) };
    }
    const deployment = await connection.client.exact('get', deploymentPath, 'parameters', {
      path: await pathParameters(connection, id),
    });
    return { json: deployment, text: formatDeployment(deployment, await stateOf(connection, deployment)) };
  },
});

const cancel = serverCommand({
  name: 'cancel',
  description: 'Cancels a running deployment.',
  arguments: { '<deployment>': 'deployment ID' },
  examples: ['slipway deployments cancel dep_…'],
  async run(connection, { deployment: id }) {
    const deployment = await connection.client.exact('post', `${deploymentPath}/cancel`, 'parameters', {
      path: await pathParameters(connection, id),
    });
    return { json: deployment, text: `✓ ${id} is ${deployment.status}\n` };
  },
});

const retry = serverCommand({
  name: 'retry',
  description: 'Retries a failed or cancelled deployment.',
  arguments: { '<deployment>': 'deployment ID' },
  examples: ['slipway deployments retry dep_…'],
  async run(connection, { deployment: id }) {
    const deployment = await connection.client.exact('post', `${deploymentPath}/retry`, 'parameters', {
      path: await pathParameters(connection, id),
    });
    const next = `  next     slipway deployments show ${deployment.deployment_id} --watch\n`;
    return { json: deployment, text: `✓ ${deployment.deployment_id} is ${deployment.status}\n${next}` };
  },
});

export const deployments = commandGroup({ name: 'deployments', summary: 'list, show, cancel and retry deployments' }, [
  list,
  show,
  cancel,
  retry,
]);

async function pathParameters({ namespaceId }: Connection, id: string) {
  return { namespace_id: await namespaceId(), deployment_id: id };
}

/** Returns the state in one word. For a deployment that takes calls, this sends another request. */
async function stateOf(connection: Connection, deployment: Deployment): Promise<string> {
  const overviews = deployment.serving ? await readOverviews(connection, deployment.name) : new Map();
  return wordOf(deployment, overviews);
}

function wordOf(deployment: Entry | Deployment, overviews: ReadonlyMap<string, Overview>): string {
  return deploymentWord(deployment, overviews.get(`${deployment.kind} ${deployment.name}`));
}

function formatList(entries: Entry[], overviews: ReadonlyMap<string, Overview>): string {
  if (entries.length === 0) return 'No deployments yet. Create one with `slipway deploy NAME`.\n';
  const rows = entries.map((entry) => [
    entry.deployment_id,
    `${entry.name}@${entry.version}`,
    wordOf(entry, overviews),
    formatTime(entry.created_at),
  ]);
  return table([['DEPLOYMENT', 'PLUGIN', 'STATE', 'CREATED'], ...rows]);
}

const marks: Partial<Record<Entry['status'], string>> = { promoted: '✓', stopped: '·', failed: '✗', cancelled: '✗' };

function formatDeployment({ instance, steps, ...deployment }: Deployment, state: string): string {
  const title = `${marks[deployment.status] ?? '·'} ${deployment.name} ${deployment.version}: ${state}`;
  const blocks = steps.map(({ ended_at, error, log, started_at, step }) => {
    const took = ended_at === null ? 'in progress' : formatDuration(Date.parse(ended_at) - Date.parse(started_at));
    const head = `  ${error === null ? (ended_at === null ? '·' : '✓') : '✗'} ${step.padEnd(8)} ${took}`;
    return [
      head,
      ...log.map(({ line }) => `      ${printable(line)}`),
      ...(error === null ? [] : [`      ${printable(error)}`]),
    ];
  });
  const notes = [
    ...(deployment.cluster ? [`on the Ray cluster ${clusterWords(deployment.cluster)}`] : []),
    ...(instance?.gpus ? [`holds ${printable(heldGpusWords(instance.gpus))}`] : []),
    ...(deployment.error === null ? [] : [printable(deployment.error)]),
    ...(deployment.next_attempt_at
      ? [`attempt ${deployment.attempts} failed; the next one is due ${formatTime(deployment.next_attempt_at)}`]
      : []),
    ...(instance?.error ? [`its instance does not start: ${printable(instance.error)}`] : []),
    ...(instance?.restarts ? [formatRestarts(instance.restarts, instance.state === 'running')] : []),
  ];
  const fleet = instance?.fleet ? formatFleet(instance.fleet) : '';
  return `${[title, ...blocks.flat(), ...notes.map((note) => `  ${note}`)].join('\n')}\n${fleet}`;
}
