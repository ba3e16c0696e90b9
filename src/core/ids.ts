// Creates and checks IDs: a prefix for the kind, `_`, and a UUIDv7 as 26 Crockford base32 characters. IDs sort by creation time.

const prefixes = {
  organization: 'org',
  namespace: 'ns',
  apiKey: 'key',
  browserSession: 'ses',
  person: 'usr',
  invitation: 'inv',
  issuer: 'iss',
  trustedPublisher: 'tpb',
  plugin: 'plg',
  version: 'ver',
  upload: 'plu',
  scan: 'scn',
  waiver: 'wvr',
  deployment: 'dep',
  release: 'rel',
  advisoryImport: 'adv',
  feature: 'vec',
  event: 'evt',
  endpoint: 'whk',
  delivery: 'dlv',
  deployHook: 'dhk',
  push: 'psh',
  run: 'run',
  secret: 'sec',
  toolSet: 'tls',
  sourceCredential: 'src',
  cluster: 'clu',
  model: 'mdl',
  call: 'call',
  request: 'req',
  outbox: 'out',
} as const;

export type IdKind = keyof typeof prefixes;
export type Id<K extends IdKind> = `${(typeof prefixes)[K]}_${string}`;

export type OrganizationId = Id<'organization'>;
export type NamespaceId = Id<'namespace'>;
export type ApiKeyId = Id<'apiKey'>;
export type BrowserSessionId = Id<'browserSession'>;
export type PersonId = Id<'person'>;
export type InvitationId = Id<'invitation'>;
export type IssuerId = Id<'issuer'>;
export type TrustedPublisherId = Id<'trustedPublisher'>;
export type PluginRowId = Id<'plugin'>;
export type VersionId = Id<'version'>;
export type UploadId = Id<'upload'>;
export type ScanId = Id<'scan'>;
export type WaiverId = Id<'waiver'>;
export type DeploymentId = Id<'deployment'>;
export type ReleaseId = Id<'release'>;
export type AdvisoryImportId = Id<'advisoryImport'>;
export type FeatureId = Id<'feature'>;
export type EventId = Id<'event'>;
export type EndpointId = Id<'endpoint'>;
export type DeliveryId = Id<'delivery'>;
export type DeployHookId = Id<'deployHook'>;
export type PushId = Id<'push'>;
export type SourceCredentialId = Id<'sourceCredential'>;
export type ClusterId = Id<'cluster'>;
export type RunId = Id<'run'>;
export type CallId = Id<'call'>;

export type IdSource = <K extends IdKind>(kind: K) => Id<K>;

/** Creates the product's ID source. IDs from one process sort in order of creation. */
export function idSource(now: () => number): IdSource {
  let last = 0n;
  return (kind) => {
    const next = uuidV7(now());
    last = next > last ? next : last + 1n;
    return `${prefixes[kind]}_${crockford(last)}`;
  };
}

const idBody = /^[0-7][0-9a-hjkmnp-tv-z]{25}$/;

/** Returns whether `text` has the form of an ID of this kind. Other text can be rejected without a lookup. */
export function isId<K extends IdKind>(kind: K, text: string): text is Id<K> {
  const prefix = `${prefixes[kind]}_`;
  return text.startsWith(prefix) && idBody.test(text.slice(prefix.length));
}

/** Returns an ID's creation time, in milliseconds. */
export function idTime(id: string): number {
  const digits = [...id.slice(id.indexOf('_') + 1)];
  return Number(digits.reduce((value, digit) => value * 32n + BigInt(alphabet.indexOf(digit)), 0n) >> 80n);
}

/** Returns the lowest ID of this kind and creation time, for ID ranges. */
export function firstIdAt(kind: IdKind, timeMs: number): string {
  return `${prefixes[kind]}_${crockford(BigInt(timeMs) << 80n)}`;
}

/** RFC 9562 §5.7: 48 bits of Unix milliseconds, version, variant, 74 random bits. */
function uuidV7(nowMs: number): bigint {
  const [high = 0n, low = 0n] = crypto.getRandomValues(new BigUint64Array(2));
  const random = (BigInt.asUintN(12, high) << 64n) | (0b10n << 62n) | BigInt.asUintN(62, low);
  return (BigInt(nowMs) << 80n) | (7n << 76n) | random;
}

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/** Digits of the runtime's own base 32. */
const digits = '0123456789abcdefghijklmnopqrstuv';

function crockford(value: bigint): string {
  let text = '';
  for (const digit of value.toString(32).padStart(26, '0')) text += alphabet[digits.indexOf(digit)] ?? '';
  return text;
}
