// Ids: a prefix that names the kind, `_`, and a UUIDv7 as 26 Crockford base32 characters. They sort by time of making.

const prefixes = {
  organization: 'org',
  namespace: 'ns',
  apiKey: 'key',
  plugin: 'plg',
  version: 'ver',
  upload: 'plu',
  scan: 'scn',
  deployment: 'dep',
  event: 'evt',
  request: 'req',
  outbox: 'out',
} as const;

export type IdKind = keyof typeof prefixes;
export type Id<K extends IdKind> = `${(typeof prefixes)[K]}_${string}`;

export type OrganizationId = Id<'organization'>;
export type NamespaceId = Id<'namespace'>;
export type ApiKeyId = Id<'apiKey'>;
export type PluginRowId = Id<'plugin'>;
export type VersionId = Id<'version'>;
export type UploadId = Id<'upload'>;
export type ScanId = Id<'scan'>;
export type DeploymentId = Id<'deployment'>;
export type EventId = Id<'event'>;

export type IdSource = <K extends IdKind>(kind: K) => Id<K>;

/** The id source of the running product: random within the millisecond of `now()`. */
export function idSource(now: () => number): IdSource {
  return (kind) => `${prefixes[kind]}_${crockford(uuidV7(now()))}`;
}

const idBody = /^[0-7][0-9a-hjkmnp-tv-z]{25}$/;

/** Whether `text` has the form of an id of that kind. An id that hasn't can't exist, so it needn't be looked up. */
export function isId<K extends IdKind>(kind: K, text: string): text is Id<K> {
  const prefix = `${prefixes[kind]}_`;
  return text.startsWith(prefix) && idBody.test(text.slice(prefix.length));
}

/** RFC 9562 §5.7: 48 bits of Unix milliseconds, version, variant, 74 random bits. */
function uuidV7(nowMs: number): Uint8Array {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  new DataView(bytes.buffer).setUint32(0, Math.floor(nowMs / 0x10000));
  new DataView(bytes.buffer).setUint16(4, nowMs % 0x10000);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes;
}

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

function crockford(bytes: Uint8Array): string {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  let text = '';
  for (let i = 0; i < 26; i++) {
    text = (alphabet[Number(value & 31n)] ?? '') + text;
    value >>= 5n;
  }
  return text;
}
