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
  limits: ['db'],
  deps: ['archive', 'limits', 'manifest'],
  events: ['deps'],
  access: ['events'],
  following: ['access'],
  registry: ['access'],
  ...Object.fromEntries(
    ['evidence', 'scan-host', 'clusters', 'logs', 'models', 'traffic'].map((part) => [part, ['registry']]),
  ),
  advisories: ['registry', 'osv'],
  vectors: ['registry'],
  watching: ['registry'],
  builders: ['logs', 'traffic'],
  pointers: ['scan-host', 'following'],
  instances: ['builders', 'pointers', 'advisories', 'evidence', 'clusters', 'models', 'isolate'],
  serve: ['instances'],
  rollouts: ['instances'],
  releases: ['rollouts'],
  retirement: ['rollouts'],
  kinds: ['rollouts'],
  pipeline: ['kinds', 'watching'],
  hooks: ['pipeline'],
  runs: ['serve'],
  organizations: ['runs'],
  sweep: ['hooks', 'organizations', 'releases', 'retirement', 'vectors'],
  bindings: ['deps'],
  api: ['hooks', 'organizations', 'retirement', 'vectors', 'bindings'],
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
  'src/builders': ['.', 'pool', 'containers'],
  'src/pointers': ['.', 'history'],
  'src/instances': ['.', 'secrets', 'requirements', 'builds', 'environments', 'fleets', 'isolates.ts', 'ray'],
  'src/rollouts': ['.', 'installs', 'steps', 'packing', 'releases', 'rollback'],
};
