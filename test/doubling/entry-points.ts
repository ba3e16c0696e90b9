// Lists what takes strangers' text besides the inputs of the API, and the rows of the doubling test that measure what is done with it.

/** Takers of text, and either the rows that measure it, or why no text can make it slow. */
export interface Entry {
  from: readonly string[];
  rows?: readonly string[];
  bounded?: string;
}

const ids = 'only an ID; the text that it stands for comes from the store, and has a row where it was sent';

/** Queue messages by type. */
export const messages: readonly Entry[] = [
  {
    from: ['advance-upload', 'rescan'],
    rows: [
      "an archive's names are read",
      "an archive's list of entries is checked",
      "a file's secrets are found",
      "a file's path is compared with those of secrets",
      'a tar extension is read',
      'the extra fields of a zip are read',
      'tags are checked',
      "a package's name is normalized",
      'an example is read',
      'a Python file is scanned',
      "a plugin's files are linked",
      'a Go file is scanned',
      'a go.mod is read',
      'manifest.py is read',
      'another source of a plugin is read',
      'requirements.txt is read',
      'a requirements file is checked',
    ],
  },
  {
    from: ['advance-deployment'],
    rows: ['a lock is read', 'an output is checked', "a plugin's reached functions are read"],
  },
  { from: ['run-call', 'call-back'], rows: ['an answer to a call is read', "a receiver's header is read"] },
  { from: ['find-affected'], rows: ["an advisory's ranges are compared with a version"] },
  { from: ['read-advisories'], rows: ['an OSV record is read', 'a version is read'] },
  { from: ['deliver', 'fan-out'], rows: ["a receiver's header is read", "a webhook's secret is read"] },
  { from: ['run-hook', 'report-push'], rows: ["a provider's payload is read", 'a repository is compared'] },
  { from: ['work-run'], rows: ["a run's input begins", "a run's input is split", "a run's errors are grouped"] },
  {
    from: [
      'instance-crashed',
      'stop-instances',
      'enforce-grants',
      'verify-artifact',
      'artifact-fetched',
      'restart-for-secrets',
      'stop-runs',
    ],
    bounded: ids,
  },
];

/** Routes of the builder. */
export const builderRoutes: readonly Entry[] = [
  {
    from: ['post /sources'],
    rows: ["a repository's ref is checked", "a repository's path is checked", 'a repository is read'],
  },
  { from: ['post /builds', 'post /analyses'], rows: ["a build's modules are read", "a build's packages are read"] },
  {
    from: ['post /locks'],
    rows: ['a requirement is read', "uv's errors are explained", 'a pattern of packages is read'],
  },
  {
    from: ['post /environments'],
    rows: ['a lock of uv is read', "uv's errors are explained", 'who ended a program is read from its errors'],
  },
  { from: ['put /instances/:id'], rows: ["a permission's host is read", 'a secret is masked'] },
  { from: ['post /instances/:id/batch'], rows: ['an answer to a batch is read'] },
  { from: ['post /instances/:id/rows'], rows: ['a call with rows is read', 'the values of a CSV record are read'] },
  {
    from: ['post /instances/:id/call', 'post /instances/:id/operate'],
    rows: ['an answer to a call is read', 'a line of a stream is read'],
  },
  {
    from: ['get /logs', 'get /logs/:id'],
    rows: ["the level of a plugin's output is found", "a plugin's output is masked"],
  },
  {
    from: [
      'delete /calls/:tag',
      'delete /data/:name',
      'delete /instances/:id',
      'get /blobs/:sha256',
      'get /health',
      'get /instances/:id',
      'post /awake',
      'post /instances/:id/cut-off',
      'post /instances/:id/fleet',
      'post /instances/:id/standby',
      'post /instances/:id/target',
      'post /instances/:id/warnings',
      'post /instances/stop-all',
      'post /logs/stored',
      'put /blobs/:sha256',
      'put /packages/:key',
    ],
    bounded: 'only IDs, names and numbers, or bytes that are stored as they are',
  },
];

/** Operations that make something of texts which were sent before, or whose text is no input of the API document. */
export const derived: readonly Entry[] = [
  {
    from: ['GET /v1/namespaces/{namespace_id}/plugins/by-name/{slug}/diff', 'GET /v1/plugins/by-name/{slug}/diff'],
    rows: [
      'two texts are compared',
      'a text is compared with one that has more lines',
      'dependencies are compared',
      "a file's name is quoted",
    ],
  },
  {
    from: ['GET /v1/namespaces/{namespace_id}/plugins/{plugin_id}/scan', 'GET /v1/plugins/{plugin_id}/scan'],
    rows: ['findings become SARIF', "a name's advice is found"],
  },
  {
    from: ['GET /v1/namespaces/{namespace_id}/plugins/by-name/{slug}/openapi.json'],
    rows: ['a JSON Schema becomes components'],
  },
  { from: ['GET /v1/search'], rows: ['a text is folded', 'a search is looked up', "a plugin's words are merged"] },
  { from: ['GET /v1/events'], rows: ['an export is verified', 'a JSON value is written in one way'] },
  { from: ['GET /api/v1/plugins'], rows: ["an agent plugin's version is compared"] },
  { from: ['POST /hooks/{hook_id}'], rows: ["a provider's headers are read", "a provider's signature is verified"] },
  { from: ['POST /v1/issuers'], rows: ["an issuer's URL is read"] },
  { from: ['POST /v1/webhooks'], rows: ['a URL is read'] },
  {
    from: ['POST /v1/namespaces/{namespace_id}/plugins/by-name/{slug}/realtime'],
    rows: [
      'a trace header is read',
      'the depth of a JSON body is measured',
      'a JSON text is laid out',
      'a JSON text is compared with what JavaScript writes',
    ],
  },
];

const own = "Slipway's own program or server answers, in its own format";

/** Files that ask others, servers or programs, whose answers are theirs. */
export const askers: readonly Entry[] = [
  {
    from: ['builder/server/sources/git.ts', 'builder/server/sources/sources.ts'],
    rows: ["a repository's path is checked"],
  },
  {
    from: ['builder/server/environments/uv.ts', 'builder/server/environments/packages/assemble.ts'],
    rows: ["uv's errors are explained", 'a lock of uv is read', "a Python index's page is read"],
  },
  {
    from: ['builder/server/analyses/run-analyzer.ts', 'builder/server/builds/toolchain.ts'],
    rows: ["a build's modules are read", "a plugin's reached functions are read"],
  },
  {
    from: ['src/builders/client.ts', 'src/instances/isolates.ts'],
    rows: ['an answer to a call is read', 'a line of a stream is read', "a line of a plugin's output is read"],
  },
  {
    from: ['src/features/identity/issuers/discovery.ts', 'src/features/identity/people/open-id.ts'],
    rows: ["an issuer's document is read", 'a token is read'],
  },
  { from: ['src/features/clusters/ray/calls.ts'], rows: ['an answer to a call is read'] },
  { from: ['src/signed-requests/attempt.ts'], rows: ["a receiver's header is read"] },
  { from: ['src/registry/storage/fetch-into.ts'], bounded: 'the bytes are stored as they are' },
  { from: ['src/features/deploy-hooks/report-status.ts'], bounded: 'only the status is read' },
  {
    from: ['src/features/clusters/ray-dashboard.ts', 'src/features/sources/github-app.ts'],
    bounded: 'parsed as JSON against a schema, and shown as it is',
  },
  { from: ['src/features/mcp/routes/mcp.ts'], rows: ["an answer becomes a tool's"] },
  {
    from: [
      'builder/server/builds/try-go.ts',
      'builder/server/http/app.ts',
      'builder/server/http/span-exporter.ts',
      'builder/server/programs/program-on-path.ts',
      'builder/server/programs/run-program.ts',
      'builder/server/sandbox/cgroups.ts',
      'builder/server/sandbox/owned-folders.ts',
      'src/builders/containers/container-run.ts',
      'src/builders/containers/containers.ts',
      'src/builders/containers/managed-container.ts',
      'src/deps.ts',
      'src/features/vectors/choose-store.ts',
      'src/isolate/main.ts',
      'src/watching/span-export.ts',
      'src/worker-deps.ts',
      'src/worker.ts',
    ],
    bounded: own,
  },
];
