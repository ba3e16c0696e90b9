// Recognizes files that look like secrets, by name and by content. A plugin with one isn't published unless its author says so: a version
// is immutable, and everyone who can read it can read the secret. Every expression is linear.

/** Lists files that belong in the version although they look like secrets: one path per line. */
export const includeFile = '.slipwayinclude';

/** Whole names, in lower case. */
const names: ReadonlyMap<string, string> = new Map([
  ['.env', 'an environment file'],
  ['.envrc', 'an environment file'],
  ['.netrc', 'passwords of hosts'],
  ['_netrc', 'passwords of hosts'],
  ['.git-credentials', 'passwords of Git hosts'],
  ['.pgpass', 'passwords of databases'],
  ['.dockercfg', 'passwords of container registries'],
  ['.vault-token', 'a token'],
  ['application_default_credentials.json', 'cloud credentials'],
]);

/** Ends of paths, in lower case, for names that are common elsewhere. */
const pathEnds: readonly [RegExp, string][] = [
  [/(?:^|\/)\.env[._-](?!(?:[^/]*[._-])?(?:example|sample|template|dist)$)[^/]+$/, 'an environment file'],
  [/(?:^|\/)(?!(?:[^/]*[._-])?(?:example|sample|template|dist|default)\.env$)[^/]+\.env$/, 'an environment file'],
  [/(?:^|\/)id_(?:rsa|dsa|ecdsa|ed25519)(?:_sk)?$/, 'a private SSH key'],
  [/\.(?:p12|pfx)$/, 'a private key'],
  [/(?:^|\/)\.(?:aws|oci)\/(?:credentials|config)$/, 'cloud credentials'],
  [/(?:^|\/)\.azure\/(?:accesstokens|msal_token_cache)\.json$/, 'cloud credentials'],
  [/(?:^|\/)\.config\/gcloud\/./, 'cloud credentials'],
  [/(?:^|\/)\.kube\/config$/, "a cluster's credentials"],
];

/** Files that are secrets only with this content. */
const settings: readonly [RegExp, RegExp, string][] = [
  [/(?:^|\/)\.npmrc$/, /_(?:authToken|auth|password)[ \t]*=[ \t]*(?!["']?\$\{)\S/, 'a token of a package registry'],
  [/(?:^|\/)\.pypirc$/, /^[ \t]*password[ \t]*[=:][ \t]*\S/m, 'a token of a package index'],
  [/(?:^|\/)\.docker\/config\.json$/, /"auth"[ \t]*:[ \t]*"[^"]/, 'passwords of container registries'],
];

const shapes: readonly [RegExp, string][] = [
  // Only with a line of the key after it, because code may look for the first line.
  [/-----BEGIN [A-Z0-9 ]{0,32}PRIVATE KEY(?: BLOCK)?-----(?:\\r)?(?:\\n|\r?\n)\s{0,64}[\w+/]{4}/, 'a private key'],
  [/(?<!\w)(?:AKIA|ASIA)(?![A-Z2-7]{9}EXAMPLE)[A-Z2-7]{16}(?!\w)/, 'an AWS access key'],
  [/(?<!\w)(?:gh[opsur]_[A-Za-z0-9]{36}|github_pat_\w{60})/, 'a GitHub token'],
  [/(?<!\w)glpat-[\w-]{20}/, 'a GitLab token'],
  [/(?<!\w)xox[abeoprs]-\d{6,16}-[\w-]{10}/, 'a Slack token'],
  [/(?<!\w)[rs]k_live_[A-Za-z0-9]{20}/, 'a Stripe key'],
  [/(?<!\w)npm_[A-Za-z0-9]{36}(?!\w)/, 'an npm token'],
  [/(?<!\w)pypi-AgE[\w-]{50}/, 'a PyPI token'],
  [/(?<!\w)sk-(?:ant|proj|svcacct|admin)-[\w-]{40}/, 'a key of a model API'],
  [/(?<!\w)hf_[A-Za-z0-9]{34}(?!\w)/, 'a Hugging Face token'],
  [/(?<!\w)AIza[\w-]{35}(?![\w-])/, 'a Google API key'],
  [/(?<!\w)SG\.[\w-]{22}\.[\w-]{43}/, 'a SendGrid key'],
];

/** Returns what the file is if its path alone says that it is a secret. */
export function secretByName(path: string): string | undefined {
  const lower = path.toLowerCase();
  return names.get(lower.slice(lower.lastIndexOf('/') + 1)) ?? pathEnds.find(([end]) => end.test(lower))?.[1];
}

/** Returns what secret the file's text has. */
export function secretByContent(path: string, text: string): string | undefined {
  const lower = path.toLowerCase();
  const setting = settings.find(([end, content]) => end.test(lower) && content.test(text));
  return setting?.[2] ?? shapes.find(([shape]) => shape.test(text))?.[1];
}

/** Returns whether the path is a usual place of secrets, so that its content is checked before other files. */
export function mayHoldSecrets(path: string): boolean {
  const lower = path.toLowerCase();
  return /\.(?:pem|key|json|ya?ml|toml|ini|cfg|conf|txt|sh)$/.test(lower) || settings.some(([end]) => end.test(lower));
}

/** Reads the paths of a list in the form of `.slipwayinclude`. */
export function parseIncluded(text: string): string[] {
  return text
    .split(/\r\n|\r|\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}
