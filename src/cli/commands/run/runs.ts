// Defines `slipway runs`: list, show, watch, cancel and retry runs, and get their results.
import { type Command, Option } from 'commander';
import { runStates } from '../../../contract/states.ts';
import { addPageOptions, type PageOptions, pageQuery, pageResult } from '../../arguments/paging.ts';
import { addExamples, type CommandContext, withConnection } from '../../command.ts';
import type { Connection } from '../../connection/connect.ts';
import { awaitRun, runResult } from './run.ts';

interface ListOptions extends PageOptions {
  status?: (typeof runStates)[number];
}

interface OutputOptions {
  errors?: true;
  output?: string;
}

/** Path of the users' own JSON within a list. */
const listed = 'results.*.parameters';
const runPath = '/v1/namespaces/{namespace_id}/runs/{run_id}';

export function addRuns(program: Command, context: CommandContext): void {
  const group = program.command('runs').summary('list, show, cancel and retry runs');
  addListCommand(group, context);
  addShowCommand(group, context);
  addWatchCommand(group, context);
  addCancelCommand(group, context);
  addRetryCommand(group, context);
  addOutputCommand(group, context);
}

function addListCommand(group: Command, context: CommandContext): void {
  const list = group
    .command('list', { isDefault: true })
    .description('Lists runs, newest first.')
    .argument('[plugin]', 'NAME')
    .addOption(new Option('--status <status>', 'only runs in this state').choices(runStates));
  addExamples(list, 'slipway runs list my_plugin --status partial');
  addPageOptions(list);
  withConnection<ListOptions>(list, context, async ({ client, namespaceId, signal }, { status, ...page }, name) => {
    const { formatRuns } = await import('../../runs/format.ts');
    const query = { ...pageQuery(page), ...(status === undefined ? {} : { status }) };
    const namespace_id = await namespaceId();
    const { results, pagination } =
      name === undefined
        ? await client.exact('get', '/v1/namespaces/{namespace_id}/runs', listed, {
            path: { namespace_id },
            query,
            signal,
          })
        : await client.exact('get', '/v1/namespaces/{namespace_id}/plugins/by-name/{slug}/runs', listed, {
            path: { namespace_id, slug: name },
            query,
            signal,
          });
    return pageResult(results, pagination.next_cursor, formatRuns(results));
  });
}

function addShowCommand(group: Command, context: CommandContext): void {
  const show = group.command('show').description('Shows a run.').argument('<run>', 'run ID');
  addExamples(show, 'slipway runs show run_…');
  withConnection(show, context, async (connection, _, id = '') => {
    const { client, signal } = connection;
    const run = await client.exact('get', runPath, 'parameters', {
      path: await pathParameters(connection, id),
      signal,
    });
    const { exit: __, ...shown } = await runResult(connection, run);
    return shown;
  });
}

function addWatchCommand(group: Command, context: CommandContext): void {
  const watch = group
    .command('watch')
    .description('Waits for a run to end. Ctrl-C leaves it running.')
    .argument('<run>', 'run ID')
    .option('--output <file>', 'write the rows to this file at the end')
    .option('--errors <file>', 'write the errors to this file at the end');
  addExamples(watch, 'slipway runs watch run_… --output out.jsonl');
  withConnection<{ output?: string; errors?: string }>(watch, context, (connection, options, id = '') =>
    awaitRun(connection, context.output, id, options),
  );
}

function addCancelCommand(group: Command, context: CommandContext): void {
  const cancel = group
    .command('cancel')
    .description('Cancels a run. Finished rows keep their results.')
    .argument('<run>', 'run ID');
  addExamples(cancel, 'slipway runs cancel run_…');
  withConnection(cancel, context, async (connection, _, id = '') => {
    const { client, signal } = connection;
    const run = await client.exact('post', `${runPath}/cancel`, 'parameters', {
      path: await pathParameters(connection, id),
      signal,
    });
    return { json: run, text: `✓ ${id} is ${run.status}\n` };
  });
}

function addRetryCommand(group: Command, context: CommandContext): void {
  const retry = group
    .command('retry')
    .description("Runs another run's failed rows again, with its parameters and, if it is deployed, its version.")
    .argument('<run>', 'run ID');
  addExamples(retry, 'slipway runs retry run_…');
  withConnection(retry, context, async (connection, _, id = '') => {
    const { client, signal } = connection;
    const { createRun } = await import('../../runs/create.ts');
    const failed = await client.exact('get', runPath, 'parameters', {
      path: await pathParameters(connection, id),
      signal,
    });
    const { max_parallel: maxParallel, name, parameters, version } = failed;
    const input = { failed_of: id };
    const run = await createRun(connection, { plugin: { name, version }, input, parameters, maxParallel });
    const next = `  next     slipway runs watch ${run.run_id}\n`;
    return { json: run, text: `✓ ${run.run_id} is ${run.status}\n${next}` };
  });
}

function addOutputCommand(group: Command, context: CommandContext): void {
  const results = group
    .command('output')
    .description("Prints a run's output so far, one row per line.")
    .argument('<run>', 'run ID')
    .option('--errors', 'the errors instead')
    .option('--output <file>', 'write the output to this file');
  addExamples(results, 'slipway runs output run_… --output out.jsonl');
  withConnection<OutputOptions>(results, context, async (connection, { errors, output: file }, id = '') => {
    const { printResults, saveResults } = await import('../../runs/results.ts');
    const kind = errors ? 'errors' : 'output';
    if (file === undefined) {
      await printResults(connection, context.output, id, kind);
      return { json: {}, text: '', streamed: true };
    }
    await saveResults(connection, id, kind, file);
    return { json: { file }, text: `✓ ${file}\n` };
  });
}

async function pathParameters({ namespaceId }: Connection, id: string) {
  return { namespace_id: await namespaceId(), run_id: id };
}
