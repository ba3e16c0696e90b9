// Defines `slipway issuers`: add, list and remove issuers of ID tokens.
import { z } from 'zod';
import type { components } from '../../../client/api.gen.d.ts';
import { commandGroup, serverCommand } from '../../command/command.ts';
import { listCommand } from '../../command/list-command.ts';
import type { Connection } from '../../connection/connect.ts';
import { requireConfirmation, yesOption } from '../../terminal/confirmation.ts';
import { Failure } from '../../terminal/failure.ts';
import { readStandardInput, readTextFile } from '../../terminal/text-input.ts';

type Issuer = components['schemas']['Issuer'];

const list = listCommand({
  name: 'list',
  description: "Lists the organization's issuers, and the operator's.",
  examples: ['slipway issuers list'],
  fetch: ({ client }, query) => client.get('/v1/issuers', { query }),
  empty: 'No issuers yet. Add one with `slipway issuers add NAME URL`.',
  head: ['NAME', 'FOR', 'URL', 'OF', 'KEYS', 'ID'],
  row: ({ by_operator, has_keys, issuer_id, name, purpose, url }) => [
    name,
    purpose,
    url,
    by_operator ? 'operator' : 'organization',
    has_keys ? 'pasted' : 'fetched',
    issuer_id,
  ],
});

const remove = serverCommand({
  name: 'remove',
  summary: 'remove an issuer',
  description: "Removes an issuer with its trusted publishers. Their jobs' keys stop working within 10 s.",
  arguments: { '<issuer>': 'name or ID, as `issuers list` shows it' },
  options: yesOption,
  examples: ['slipway issuers remove github'],
  async run(connection, { issuer: name }, { yes }) {
    const { client, signal } = connection;
    const { issuer_id } = await findIssuer(connection, name);
    await requireConfirmation(`Remove the issuer ${name} and its trusted publishers`, yes, signal);
    const removed = await client.delete('/v1/issuers/{issuer_id}', { path: { issuer_id } });
    return { json: removed, text: `✓ removed the issuer ${name}\n` };
  },
});

const add = serverCommand({
  name: 'add',
  summary: 'add an issuer',
  description: 'Adds an issuer of ID tokens: for CI jobs, or with --people for sign-in.',
  arguments: { '<name>': 'lower-case letters, digits and -', '<url>': "the tokens' `iss` claim, exactly" },
  options: {
    '--people': 'people sign in with it',
    '--client-id <id>': 'for people: the client ID that the issuer gave to Slipway',
    '--client-secret-stdin': 'for people: read the client secret from standard input',
    '--jwks <file>': 'the public keys of an issuer that the server cannot reach',
  },
  examples: [
    'slipway issuers add our-gitlab https://gitlab.example.com',
    'slipway issuers add inside https://gitlab.corp.internal --jwks keys.json',
    'slipway issuers add okta https://acme.okta.com --people --client-id 0oa1',
  ],
  async run({ client }, { name, url }, options) {
    const { clientId, clientSecretStdin, jwks, people } = options;
    const body = {
      name,
      url,
      purpose: people ? ('people' as const) : ('ci' as const),
      client_id: clientId,
      ...(clientSecretStdin ? { client_secret: (await readStandardInput()).replace(/\r?\n$/, '') } : {}),
      ...(jwks === undefined ? {} : { jwks: await readKeySet(jwks) }),
    };
    const added = await client.post('/v1/issuers', { body });
    return { json: added, text: `✓ added the issuer ${added.name} (${added.issuer_id})\n` };
  },
});

export const issuers = commandGroup(
  { name: 'issuers', summary: 'manage issuers of ID tokens, for CI and for people' },
  [add, list, remove],
);

function readKeySet(path: string) {
  const text = readTextFile(path);
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
export async function allIssuers({ client }: Connection): Promise<Issuer[]> {
  const { results } = await client.get('/v1/issuers', { query: { limit: 100 } });
  return results;
}
