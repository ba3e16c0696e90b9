// Defines `slipway runs`: list, show, watch, cancel and retry runs, and get their results.
import { runStates } from '../../../contract/states.ts';
import { pageOptions, pageQuery, pageResult } from '../../arguments/paging.ts';
import { commandGroup, serverCommand } from '../../command/command.ts';
import type { Connection } from '../../connection/connect.ts';
import { awaitRun, runResult } from './run.ts';

/** Path of the users' own JSON within a list. */
const listed = 'results.*.parameters';
const runPath = '/v1/namespaces/{namespace_id}/runs/{run_id}';

const list = serverCommand({
  name: 'list',
  isDefault: true,
  description: 'Lists runs, newest first.',
  arguments: { '[plugin]': 'NAME' },
  options: {
    '--status <status>': { description: 'only runs in this state', choices: runStates },
    ...pageOptions,
  },
  examples: ['slipway runs list my_plugin --status partial'],
  async run({ client, namespaceId }, { plugin: name }, { status, ...page }) {
    const { formatRuns } = await import('./format.ts');
    const query = { ...pageQuery(page), status };
    const namespace_id = await namespaceId();
    const { results, pagination } =
      name === undefined
        ? await client.exact('get', '/v1/namespaces/{namespace_id}/runs', listed, { path: { namespace_id }, query })
        : await client.exact('get', '/v1/namespaces/{namespace_id}/plugins/by-name/{slug}/runs', listed, {
            path: { namespace_id, slug: name },
            query,
          });
    return pageResult(results, pagination.next_cursor, formatRuns(results));
  },
});

const show = serverCommand({
  name: 'show',
  description: 'Shows a run.',
  arguments: { '<run>': 'run ID' },
  examples: ['slipway runs show run_…'],
  async run(connection, { run: id }) {
    const run = await connection.client.exact('get', runPath, 'parameters', {
      path: await pathParameters(connection, id),
    });
    const { exit: __, ...shown } = await runResult(connection, run);
    return shown;
  },
});

const watch = serverCommand({
  name: 'watch',
  description: 'Waits for a run to end. Ctrl-C leaves it running.',
  arguments: { '<run>': 'run ID' },
  options: {
    '--output <file>': 'write the rows to this file at the end',
    '--errors <file>': 'write the errors to this file at the end',
  },
  examples: ['slipway runs watch run_… --output out.jsonl'],
  run: (connection, { run: id }, options) => awaitRun(connection, connection.output, id, options),
});

const cancel = serverCommand({
  name: 'cancel',
  description: 'Cancels a run. Finished rows keep their results.',
  arguments: { '<run>': 'run ID' },
  examples: ['slipway runs cancel run_…'],
  async run(connection, { run: id }) {
    const run = await connection.client.exact('post', `${runPath}/cancel`, 'parameters', {
      path: await pathParameters(connection, id),
    });
    return { json: run, text: `✓ ${id} is ${run.status}\n` };
  },
});

const retry = serverCommand({
  name: 'retry',
  description: "Runs another run's failed rows again, with its parameters and, if it is deployed, its version.",
  arguments: { '<run>': 'run ID' },
  examples: ['slipway runs retry run_…'],
  async run(connection, { run: id }) {
    const { createRun } = await import('./create.ts');
    const failed = await connection.client.exact('get', runPath, 'parameters', {
      path: await pathParameters(connection, id),
    });
    const { max_parallel: maxParallel, name, parameters, version } = failed;
    const input = { failed_of: id };
    const run = await createRun(connection, { plugin: { name, version }, input, parameters, maxParallel });
    const next = `  next     slipway runs watch ${run.run_id}\n`;
    return { json: run, text: `✓ ${run.run_id} is ${run.status}\n${next}` };
  },
});

const output = serverCommand({
  name: 'output',
  description: "Prints a run's output so far, one row per line.",
  arguments: { '<run>': 'run ID' },
  options: {
    '--errors': 'the errors instead',
    '--output <file>': 'write the output to this file',
  },
  examples: ['slipway runs output run_… --output out.jsonl'],
  async run(connection, { run: id }, { errors, output: file }) {
    const { printResults, saveResults } = await import('./results.ts');
    const kind = errors ? 'errors' : 'output';
    if (file === undefined) {
      await printResults(connection, connection.output, id, kind);
      return { json: {}, text: '', streamed: true };
    }
    await saveResults(connection, id, kind, file);
    return { json: { file }, text: `✓ ${file}\n` };
  },
});

export const runs = commandGroup({ name: 'runs', summary: 'list, show, cancel and retry runs' }, [
  list,
  show,
  watch,
  cancel,
  retry,
  output,
]);

async function pathParameters({ namespaceId }: Connection, id: string) {
  return { namespace_id: await namespaceId(), run_id: id };
}
