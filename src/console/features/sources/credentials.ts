// Kinds of private-source credentials: each one's form fields, and the resulting request and command. A new kind is a new table entry.
import type { components } from '../../../client/api.gen.d.ts';
import type { slipway } from '../../data/shell.ts';

type Source = components['schemas']['Source'];
type SourceRequest = components['schemas']['SourceRequest'];
type Options = NonNullable<Parameters<typeof slipway>[1]>;

export interface CredentialField {
  name: string;
  label: string;
  hint?: string;
  /** A file is read as text. Secrets are never shown and never part of the command. */
  type: 'text' | 'secret' | 'file';
  isOptional?: true;
  placeholder?: string;
}

/** Field values by name. */
type Given = Readonly<Record<string, string>>;

export interface CredentialKind {
  label: string;
  fields: readonly CredentialField[];
  request: (given: Given) => Omit<SourceRequest, 'source'>;
  options: (given: Given) => Options;
  /** Returns whether a stored source has this kind of credential. */
  isOf: (source: Source) => boolean;
}

/** User name that the server sets for a token without one. */
export const namelessUser = 'x-access-token';

const token: CredentialField = {
  name: 'token',
  label: 'Token',
  hint: 'A token that can only read the repositories. It is stored encrypted and never shown again.',
  type: 'secret',
};

function hasToken({ deploy_key, github_app }: Source): boolean {
  return github_app === null && deploy_key === null;
}

const tokenAlone: CredentialKind = {
  label: 'Token',
  fields: [token],
  request: (given) => ({ token: given.token ?? '' }),
  options: () => ({ 'token-stdin': true }),
  isOf: (source) => hasToken(source) && source.username === namelessUser,
};

const userAndToken: CredentialKind = {
  label: 'User and token',
  fields: [
    { name: 'username', label: 'User', hint: 'User name that the server expects with the token.', type: 'text' },
    token,
  ],
  request: (given) => ({ token: given.token ?? '', username: given.username ?? '' }),
  options: (given) => ({ user: given.username, 'token-stdin': true }),
  isOf: (source) => hasToken(source) && source.username !== namelessUser,
};

const githubApp: CredentialKind = {
  label: 'GitHub App',
  fields: [
    { name: 'app', label: 'App ID or client ID', type: 'text', placeholder: '104729' },
    {
      name: 'key',
      label: 'Private key',
      hint: 'The .pem file that GitHub created. It is stored encrypted and never shown again.',
      type: 'file',
    },
    {
      name: 'api',
      label: 'URL of GitHub’s API',
      hint: 'If empty: github.com’s API, or /api/v3 on the source’s host.',
      type: 'text',
      isOptional: true,
    },
  ],
  request: ({ api, app = '', key = '' }) => ({
    github_app: { app_id: app, private_key: key, ...(api && { api_url: api }) },
  }),
  options: ({ api, app }) => ({ 'github-app': app, key: 'app.private-key.pem', 'api-url': api || undefined }),
  isOf: ({ github_app }) => github_app !== null,
};

const deployKey: CredentialKind = {
  label: 'Deploy key (SSH)',
  fields: [
    {
      name: 'key',
      label: 'Private key',
      hint: 'As ssh-keygen wrote it, without a passphrase. It is stored encrypted and never shown again.',
      type: 'file',
    },
    {
      name: 'host',
      label: 'Host key',
      hint: 'A line as ssh-keyscan prints it. If the host has any other key, nothing is sent.',
      type: 'text',
      placeholder: 'git.example.com ssh-ed25519 AAAA…',
    },
  ],
  request: ({ host = '', key = '' }) => ({ deploy_key: { private_key: key, known_hosts: [host] } }),
  options: () => ({ 'deploy-key': 'id_ed25519', 'known-host': 'known_hosts' }),
  isOf: ({ deploy_key }) => deploy_key !== null,
};

export const credentialKinds: readonly CredentialKind[] = [tokenAlone, userAndToken, githubApp, deployKey];

/** Stands in for a secret in a command. */
const placeholders: Record<CredentialField['type'], string | undefined> = {
  text: undefined,
  secret: 'TOKEN',
  file: 'PRIVATE KEY',
};

/** Returns a form's values for its command, without secrets. */
export function withoutSecrets({ fields }: CredentialKind, given: Given): Given {
  return Object.fromEntries(fields.map(({ name, type }) => [name, placeholders[type] ?? given[name] ?? '']));
}

const soonMs = 14 * 86_400_000;

/** Returns whether a credential has expired or expires soon. Null if its expiry is unknown. */
export function classifyExpiry(expires_at: string | null, now: number): 'expired' | 'soon' | 'later' | null {
  if (expires_at === null) return null;
  const leftMs = Date.parse(expires_at) - now;
  if (leftMs <= 0) return 'expired';
  return leftMs < soonMs ? 'soon' : 'later';
}
