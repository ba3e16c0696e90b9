// Defines `slipway api`, which sends any API request.
import type { SlipwayClient } from '../../client/client.ts';
import type { Method } from '../../client/operations.ts';
import type { OptionValues } from '../arguments/command-options.ts';
import { localCommand } from '../command/command.ts';
import type { CommandContext, CommandResult } from '../command/context.ts';
import type { Connection } from '../connection/connect.ts';
import { connectionOptions } from '../connection/connection-options.ts';
import { Failure } from '../terminal/failure.ts';
import { runInterruptible } from '../terminal/interruption.ts';
import type { Output } from '../terminal/output.ts';
import type { Operation } from './api/operations.ts';
import type { ApiRequest, Field } from './api/request.ts';

const methods = ['get', 'post', 'put', 'patch', 'delete'] as const satisfies Method[];
const collect = (value: string, before: string[] = []) => [...before, value];

const apiOptions = {
  '-f, --field <name=value>': { description: 'parameter or body member, as text', parse: collect },
  '-F, --typed-field <name=value>': { description: 'the same, as JSON or @FILE', parse: collect },
  '--body <file>': 'send this file; - is standard input',
  '-H, --header <name:value>': { description: 'send a header', parse: collect },
  '--search <text>': 'list operations that contain this text',
  '--describe': "print the operation's parameters and body members",
  '--admin-token <token>': 'override SLIPWAY_ADMIN_TOKEN',
  ...connectionOptions,
} as const;

export const api = localCommand({
  name: 'api',
  summary: 'send any API request',
  description: 'Sends an API operation and prints the response. Without an operation, lists them all.',
  arguments: { '[operation]': 'ID, such as listSecrets, or a method before a path', '[path]': 'such as /v1/quotas' },
  options: apiOptions,
  examples: [
    'slipway api --search quota',
    'slipway api setQuotas -f organization_id=org_… -F live_deployments=50',
    'slipway api GET /v1/quotas',
  ],
  run: (context, { operation, path }, { json: _, ...options }) =>
    runInterruptible((signal) => runApi({ context, signal, options }, operation, path)),
});

interface Run {
  context: CommandContext;
  signal: AbortSignal;
  options: OptionValues<typeof apiOptions>;
}

async function runApi(run: Run, name: string | undefined, path: string | undefined): Promise<CommandResult> {
  const { textField, typedField } = await import('./api/request.ts');
  const { field = [], typedField: typed = [] } = run.options;
  const fields = [...field.map(textField), ...(await Promise.all(typed.map(typedField)))];
  const method = methods.find((each) => each === name?.toLowerCase());
  if (method) return sendByPath(run, method, path, fields);
  if (path !== undefined)
    throw new Failure('usage', `${name} is not a method`, {
      hint: 'Before a path, write GET, POST, PUT, PATCH or DELETE.',
    });
  const { findOperation, listOperations } = await import('./api/operations.ts');
  const operations = await listOperations(await documentClient(run), run.signal);
  if (name === undefined) return listing(operations, run.options.search);
  const operation = findOperation(operations, name);
  return run.options.describe ? description(operation) : sendOperation(run, operation, fields);
}

/** The document needs no key, so none is sent. */
async function documentClient({ context, options }: Run): Promise<SlipwayClient> {
  const { resolveSettings } = await import('../connection/settings.ts');
  const { SlipwayClient } = await import('../../client/client.ts');
  return new SlipwayClient({ baseUrl: resolveSettings(options, context.environment).baseUrl.value });
}

async function openConnection({ context, options, signal }: Run, isAdmin: boolean): Promise<Connection> {
  const { connect, connectAsAdmin } = await import('../connection/connect.ts');
  const { environment } = context;
  if (isAdmin) return connectAsAdmin(options, environment, signal);
  const { withJobKey } = await import('../connection/key-sources.ts');
  const job = { environment, signal, folder: undefined, plugin: async () => undefined };
  return connect(await withJobKey(context, options, job), environment, signal);
}

async function sendOperation(run: Run, operation: Operation, fields: readonly Field[]): Promise<CommandResult> {
  const { missingParameters, operationRequest } = await import('./api/request.ts');
  const connection = await openConnection(run, operation.isAdmin || run.options.adminToken !== undefined);
  const request = operationRequest(operation, fields);
  for (const name of missingParameters(operation, request))
    if (name === 'namespace_id' || name === 'namespace_identifier')
      request.pathValues[name] = await connection.namespaceId();
  const missing = missingParameters(operation, request);
  if (missing.length > 0)
    throw new Failure('usage', `${operation.id} needs ${missing.join(', ')}`, {
      hint: `Add ${missing.map((name) => `-f ${name}=…`).join(' ')}.`,
    });
  return send(run, connection, request);
}

async function sendByPath(
  run: Run,
  method: Method,
  path: string | undefined,
  fields: readonly Field[],
): Promise<CommandResult> {
  const { pathRequest } = await import('./api/request.ts');
  if (path === undefined) throw new Failure('usage', `${method.toUpperCase()} needs a path, as in /v1/quotas`);
  const request = pathRequest(method, path, fields);
  return send(
    run,
    await openConnection(run, path.startsWith('/v1/admin/') || run.options.adminToken !== undefined),
    request,
  );
}

/** Prints the response as it arrives. Indents JSON on a terminal. */
async function send(
  { context, options, signal }: Run,
  { client }: Connection,
  request: ApiRequest,
): Promise<CommandResult> {
  const { readInput } = await import('./api/request.ts');
  if (options.body !== undefined && request.body !== undefined)
    throw new Failure('usage', 'the body must come from --body or from fields, not both');
  const content = options.body === undefined ? request.body : await readInput(options.body);
  const response = await client.request(request.method, request.path, {
    path: request.pathValues,
    query: request.query,
    headers: Object.fromEntries((options.header ?? []).map(readHeader)),
    ...(content === undefined ? {} : { content }),
    signal,
  });
  await printAnswer(response, context.output);
  return { json: {}, text: '', streamed: true };
}

function readHeader(given: string): [name: string, value: string] {
  const at = given.indexOf(':');
  if (at < 1) throw new Failure('usage', `a header must be NAME:VALUE, not ${given}`);
  return [given.slice(0, at).trim().toLowerCase(), given.slice(at + 1).trim()];
}

async function printAnswer(response: Response, output: Output): Promise<void> {
  const isJson = /^application\/(?:[\w.+-]*\+)?json\b/.test(response.headers.get('content-type') ?? '');
  if (isJson && output.isTerminal) {
    const { formatJson } = await import('../terminal/json-text.ts');
    output.data(formatJson(await response.text(), output.columns));
    return;
  }
  for await (const chunk of response.body ?? []) output.bytes(chunk);
}

async function listing(operations: readonly Operation[], search = ''): Promise<CommandResult> {
  const { table } = await import('../terminal/table.ts');
  const wanted = search.toLowerCase();
  const found = operations.filter(({ id, path, summary }) => `${id} ${path} ${summary}`.toLowerCase().includes(wanted));
  const rows = found.map(({ id, method, path, summary }) => [id, `${method.toUpperCase()} ${path}`, summary]);
  return { json: {}, text: table([['operation', 'request', ''], ...rows]) };
}

async function description(operation: Operation): Promise<CommandResult> {
  const { table } = await import('../terminal/table.ts');
  const { body = [], id, method, parameters, path, summary } = operation;
  const rows = [
    ...parameters.map((each) => [each.name, each.in, each.required ? 'required' : '', each.description]),
    ...body.map((each) => [each.name, 'body', each.required ? 'required' : '', each.description]),
  ];
  const head = `${id}  ${method.toUpperCase()} ${path}\n${summary}\n`;
  return { json: {}, text: rows.length === 0 ? head : `${head}\n${table([['field', 'in', '', ''], ...rows])}` };
}
