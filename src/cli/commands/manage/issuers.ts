// Defines `slipway issuers`: add, list and remove issuers of ID tokens.
import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { z } from 'zod';
import type { components } from '../../../client/api.gen.d.ts';
import { addPageOptions, type PageOptions, pageQuery, pageResult } from '../../arguments/paging.ts';
import { addExamples, type CommandContext, withConnection } from '../../command.ts';
import type { Connection } from '../../connection/connect.ts';
import { Failure } from '../../failures/failure.ts';
import { readStandardInput, requireConfirmation, yesOption } from '../../terminal/confirmation.ts';
import { table } from '../../terminal/table.ts';

type Issuer = components['schemas']['Issuer'];

interface AddOptions {
  people?: true;
  clientId?: string;
  clientSecretStdin?: true;
  jwks?: string;
}

export function addIssuers(program: Command, context: CommandContext): void {
  const group = program.command('issuers').summary('manage issuers of ID tokens, for CI and for people');
  addAddCommand(group, context);
  const list = group.command('list').description("Lists the organization's issuers, and the operator's.");
  addExamples(list, 'slipway issuers list');
  addPageOptions(list);
  withConnection<PageOptions>(list, context, async ({ client, signal }, options) => {
    const { results, pagination } = await client.get('/v1/issuers', { query: pageQuery(options), signal });
    return pageResult(results, pagination.next_cursor, formatIssuers(results));
  });
  const remove = group
    .command('remove')
    .summary('remove an issuer')
    .description("Removes an issuer with its trusted publishers. Their jobs' keys stop working within 10 s.")
    .argument('<issuer>', 'name or ID, as `issuers list` shows it')
    .addOption(yesOption());
  addExamples(remove, 'slipway issuers remove github');
  withConnection<{ yes?: true }>(remove, context, async (connection, { yes }, name = '') => {
    const { client, signal } = connection;
    const { issuer_id } = await findIssuer(connection, name);
    await requireConfirmation(`Remove the issuer ${name} and its trusted publishers`, yes, signal);
    const removed = await client.delete('/v1/issuers/{issuer_id}', { path: { issuer_id }, signal });
    return { json: removed, text: `✓ removed the issuer ${name}\n` };
  });
}

function addAddCommand(group: Command, context: CommandContext): void {
  const add = group
    .command('add')
    .summary('add an issuer')
    .description('Adds an issuer of ID tokens: for CI jobs, or with --people for sign-in.')
    .argument('<name>', 'lower-case letters, digits and -')
    .argument('<url>', "the tokens' `iss` claim, exactly")
    .option('--people', 'people sign in with it')
    .option('--client-id <id>', 'for people: the client ID that the issuer gave to Slipway')
    .option('--client-secret-stdin', 'for people: read the client secret from standard input')
    .option('--jwks <file>', 'the public keys of an issuer that the server cannot reach');
  addExamples(
    add,
    'slipway issuers add our-gitlab https://gitlab.example.com',
    'slipway issuers add inside https://gitlab.corp.internal --jwks keys.json',
    'slipway issuers add okta https://acme.okta.com --people --client-id 0oa1',
  );
  withConnection<AddOptions>(add, context, async ({ client, signal }, options, name = '', url = '') => {
    const { clientId, clientSecretStdin, jwks, people } = options;
    const body = {
      name,
      url,
      purpose: people ? ('people' as const) : ('ci' as const),
      ...(clientId === undefined ? {} : { client_id: clientId }),
      ...(clientSecretStdin ? { client_secret: (await readStandardInput()).replace(/\r?\n$/, '') } : {}),
      ...(jwks === undefined ? {} : { jwks: await readKeySet(jwks) }),
    };
    const added = await client.post('/v1/issuers', { body, signal });
    return { json: added, text: `✓ added the issuer ${added.name} (${added.issuer_id})\n` };
  });
}

async function readKeySet(path: string) {
  const text = await readFile(path, 'utf8').catch(() => '');
  try {
    return z.record(z.string(), z.json()).parse(JSON.parse(text));
  } catch {
    throw new Failure('usage', `${path} is not a JSON Web Key Set`, { hint: 'Save what `jwks_uri` serves.' });
  }
}

/** Finds an issuer by ID, or by name: the organization's own before the operator's. */
export async function findIssuer(connection: Connection, name: string): Promise<Issuer> {
  const found = (await allIssuers(connection)).filter((issuer) => issuer.issuer_id === name || issuer.name === name);
  const issuer = found.find(({ by_operator }) => !by_operator) ?? found[0];
  if (issuer) return issuer;
  throw new Failure('usage', `no issuer is named ${name}`, { hint: '`slipway issuers list` shows all issuers.' });
}

/** Returns all issuers that the organization can use. There are few. */
export async function allIssuers({ client, signal }: Connection): Promise<Issuer[]> {
  const { results } = await client.get('/v1/issuers', { query: { limit: 100 }, signal });
  return results;
}

function formatIssuers(issuers: Issuer[]): string {
  if (issuers.length === 0) return 'No issuers yet. Add one with `slipway issuers add NAME URL`.\n';
  const rows = issuers.map(({ by_operator, has_keys, issuer_id, name, purpose, url }) => [
    name,
    purpose,
    url,
    by_operator ? 'operator' : 'organization',
    has_keys ? 'pasted' : 'fetched',
    issuer_id,
  ]);
  return table([['NAME', 'FOR', 'URL', 'OF', 'KEYS', 'ID'], ...rows]);
}
