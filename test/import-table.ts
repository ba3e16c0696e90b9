// Defines the import table in ARCHITECTURE.md and the order of rooms inside parts, which `imports.test.ts` enforces.

/** A part may import itself, the parts listed here, and everything those may import. */
export const mayImport: Record<string, string[]> = {
  core: [],
  contract: ['core'],
  isolate: ['contract'],
  archive: ['contract'],
  db: ['contract'],
  osv: ['contract'],
  scan: ['contract'],
  'json-schema': ['contract'],
  manifest: ['scan', 'json-schema'],
  deps: ['archive', 'db', 'manifest'],
  events: ['deps'],
  access: ['events'],
  following: ['access'],
  registry: ['access'],
  ...Object.fromEntries(
    ['evidence', 'scan-host', 'clusters', 'logs', 'models', 'traffic'].map((part) => [part, ['registry']]),
  ),
  advisories: ['registry', 'osv'],
  deploy: ['advisories', 'evidence', 'scan-host', 'isolate', 'clusters', 'logs', 'models', 'traffic', 'following'],
  releases: ['deploy'],
  serve: ['deploy'],
  vectors: ['deploy'],
  watching: ['deploy'],
  kinds: ['deploy'],
  pipeline: ['kinds', 'watching'],
  hooks: ['pipeline'],
  runs: ['serve'],
  organizations: ['runs'],
  sweep: ['clusters', 'hooks', 'organizations', 'releases', 'vectors'],
  bindings: ['deps'],
  api: ['clusters', 'hooks', 'organizations', 'vectors', 'watching', 'bindings'],
  'worker-deps': ['releases', 'vectors', 'watching', 'bindings'],
  worker: ['api', 'releases', 'sweep', 'worker-deps'],
  client: ['contract'],
  cli: ['client', 'scan', 'manifest', 'archive', 'osv', 'builder'],
  console: ['client'],
  reference: ['console'],
  builder: ['contract', 'archive', 'isolate'],
};

/**
 * The rooms of divided folders, lowest first. A room may import only the rooms before it. It is a sub-folder, or a file directly in the
 * folder; '.' is all such files that aren't listed themselves.
 */
export const rooms: Record<string, string[]> = {
  'src/access': ['.', 'issuers', 'trusted-publishers', 'people'],
};
