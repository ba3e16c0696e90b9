// Lists everything that takes strangers' text, and the rows of the doubling test that measure what is done with it.

/** Takers of text, and either the rows that measure it, or why no text can make it slow. */
export interface Entry {
  from: readonly string[];
  rows?: readonly string[];
  bounded?: string;
}

/** Inputs of the API that may have more than a few characters, as in inputs.ts. */
export const inputs: readonly Entry[] = [
  {
    from: [
      'body branches of PATCH /v1/deploy-hooks/{hook_id}',
      'body branches of POST /v1/deploy-hooks',
      'body tags of PATCH /v1/deploy-hooks/{hook_id}',
      'body tags of POST /v1/deploy-hooks',
    ],
    rows: ['a ref is matched'],
  },
  {
    from: [
      'body compute_profile of POST /v1/namespaces/{namespace_id}/plugins/requirements',
      'body etag of POST /v1/namespaces/{namespace_id}/plugins/uploads/{upload_id}/confirm',
      'body etag of POST /v1/plugins/uploads/{upload_id}/confirm',
      'body feature_extractors of PATCH /v1/namespaces/{namespace_identifier}',
      'body feature_extractors of POST /v1/namespaces',
      'body feature_extractors of PUT /v1/namespaces/{namespace_identifier}',
      'body gpu_steps of POST /v1/namespaces/{namespace_id}/plugins/requirements',
      'body infrastructure of PATCH /v1/namespaces/{namespace_identifier}',
      'body infrastructure of POST /v1/namespaces',
      'body infrastructure of PUT /v1/namespaces/{namespace_identifier}',
      'body models of POST /v1/namespaces/{namespace_id}/plugins/requirements',
      'body payload_indexes of PATCH /v1/namespaces/{namespace_identifier}',
      'body payload_indexes of POST /v1/namespaces',
      'body payload_indexes of PUT /v1/namespaces/{namespace_identifier}',
      'body search of POST /v1/namespaces/list',
      'body serve_config of POST /v1/namespaces/{namespace_id}/plugins/requirements',
      'body token of POST /v1/admin/clusters',
      'body value of PUT /v1/namespaces/{namespace_id}/secrets/{name}',
    ],
    bounded: 'kept, sealed, or compared as it is',
  },
  {
    from: ['body conditions of POST /v1/trusted-publishers'],
    rows: ["a job's claims are compared"],
  },
  {
    from: ['body config of POST /api/v1/plugins/{id}/validate-config'],
    rows: ['a value is checked against its own schema'],
  },
  {
    from: ['body configSchema of POST /api/v1/plugins'],
    rows: ["a configuration's schema is read", 'a JSON Schema is read'],
  },
  {
    from: [
      'body default_release of PATCH /v1/namespaces/{namespace_identifier}',
      'body default_release of POST /v1/namespaces',
      'body default_release of PUT /v1/namespaces/{namespace_identifier}',
      'body plan of POST /v1/namespaces/{namespace_id}/releases',
      'body release of PATCH /v1/deploy-hooks/{hook_id}',
      'body release of POST /api/plugins',
      'body release of POST /api/storage-plugins',
      'body release of POST /v1/deploy-hooks',
      'body release of POST /v1/namespaces/{namespace_id}/plugins/from-git',
      'body release of POST /v1/namespaces/{namespace_id}/plugins/org/{plugin_id}/enable',
      'body release of POST /v1/namespaces/{namespace_id}/plugins/uploads',
      'body release of POST /v1/namespaces/{namespace_id}/plugins/{plugin_id}/deploy',
      'body release of POST /v1/plugins/from-git',
      'body release of POST /v1/plugins/uploads',
      'body release of PUT /api/plugins/{name}',
      'body release of PUT /api/storage-plugins/{name}',
    ],
    bounded: 'a plan of bounded steps, each of a few fields',
  },
  {
    from: [
      'body deploy_key of POST /v1/sources',
      'body deploy_key of PUT /v1/sources',
      'body github_app of POST /v1/sources',
      'body github_app of PUT /v1/sources',
      'body token of POST /v1/sources',
      'body token of PUT /v1/sources',
    ],
    rows: ["a repository's key is read"],
  },
  {
    from: [
      'body description of POST /api/plugins',
      'body description of POST /api/storage-plugins',
      'body description of PUT /api/plugins/{name}',
      'body description of PUT /api/storage-plugins/{name}',
    ],
    rows: ["a plugin's words are indexed"],
  },
  {
    from: [
      'body expires_at of POST /v1/admin/organizations/{organization_id}/keys',
      'body expires_at of POST /v1/keys',
      'body expires_at of POST /v1/person/keys',
      'body expires_at of POST /v1/sources',
      'body expires_at of POST /v1/waivers',
      'body expires_at of PUT /v1/sources',
      'body since of POST /v1/webhooks/{endpoint_id}/recover',
      'body until of POST /v1/webhooks/{endpoint_id}/recover',
    ],
    bounded: 'a date, which `Date.parse` reads',
  },
  {
    from: ['body file of POST /v1/namespaces/{namespace_id}/plugins'],
    rows: ["an archive's names are read"],
  },
  {
    from: [
      'body group_roles of POST /v1/admin/issuers',
      'body group_roles of POST /v1/issuers',
      'body labels of PATCH /api/v1/plugins/{id}',
      'body method of POST /api/plugins/{name}/call',
      'body method of POST /api/storage-plugins/{name}/call',
      'body permissions of PUT /v1/grants',
      'body pinned of POST /v1/trusted-publishers',
      'body scopes of POST /v1/trusted-publishers',
    ],
    bounded: 'compared with known names, or kept as it is',
  },
  {
    from: [
      'body id of POST /v1/namespaces/{namespace_id}/mcp',
      'body id of POST /v1/namespaces/{namespace_id}/tool-sets/{name}/mcp',
      'body method of POST /v1/namespaces/{namespace_id}/mcp',
      'body method of POST /v1/namespaces/{namespace_id}/tool-sets/{name}/mcp',
    ],
    rows: ['the values in a JSON body are cut out', "a tool's name is read", "an answer becomes a tool's"],
  },
  {
    from: [
      'body input of POST /v1/namespaces/{namespace_id}/plugins/by-name/{slug}/runs',
      'body input of POST /v1/namespaces/{namespace_id}/plugins/{plugin_id}/runs',
    ],
    rows: [
      'the values in a JSON body are cut out',
      "a run's input begins",
      "a run's input is split",
      "a run's errors are grouped",
    ],
  },
  {
    from: [
      'body inputs of POST /v1/namespaces/{namespace_id}/plugins/by-name/{slug}/realtime',
      'body inputs of POST /v1/namespaces/{namespace_id}/plugins/by-name/{slug}/realtime/test',
      'body inputs of POST /v1/namespaces/{namespace_id}/plugins/{plugin_id}/realtime/test',
      'body inputs of POST /v1/namespaces/{namespace_id}/plugins/{plugin_id}/trial',
      'body inputs of POST /v1/plugins/{plugin_id}/trial',
      'body parameters of POST /v1/namespaces/{namespace_id}/plugins/by-name/{slug}/realtime',
      'body parameters of POST /v1/namespaces/{namespace_id}/plugins/by-name/{slug}/realtime/test',
      'body parameters of POST /v1/namespaces/{namespace_id}/plugins/by-name/{slug}/runs',
      'body parameters of POST /v1/namespaces/{namespace_id}/plugins/{plugin_id}/batch/test',
      'body parameters of POST /v1/namespaces/{namespace_id}/plugins/{plugin_id}/realtime/test',
      'body parameters of POST /v1/namespaces/{namespace_id}/plugins/{plugin_id}/runs',
      'body parameters of POST /v1/namespaces/{namespace_id}/plugins/{plugin_id}/trial',
      'body parameters of POST /v1/plugins/{plugin_id}/trial',
      'body params of POST /api/plugins/{name}/call',
      'body params of POST /api/storage-plugins/{name}/call',
      'body params of POST /v1/namespaces/{namespace_id}/mcp',
      'body params of POST /v1/namespaces/{namespace_id}/plugins/org/{plugin_id}/enable',
      'body params of POST /v1/namespaces/{namespace_id}/tool-sets/{name}/mcp',
      'body rows of POST /v1/namespaces/{namespace_id}/plugins/{plugin_id}/batch/test',
    ],
    rows: [
      'the values in a JSON body are cut out',
      'parameters are merged',
      'an answer to a call is read',
      'a value is checked against a schema',
    ],
  },
  {
    from: [
      'body issuer_id of POST /v1/sign-in',
      'body issuer_id of POST /v1/trusted-publishers',
      'body key_id of PUT /v1/call-limits',
      'body name of PUT /v1/call-limits',
      'body namespace_id of POST /v1/deploy-hooks',
      'body namespace_id of PUT /v1/call-limits',
      'body namespace_ids of PATCH /v1/members/{person_id}',
      'body namespace_ids of PATCH /v1/webhooks/{endpoint_id}',
      'body namespace_ids of POST /v1/admin/organizations/{organization_id}/invitations',
      'body namespace_ids of POST /v1/admin/organizations/{organization_id}/keys',
      'body namespace_ids of POST /v1/invitations',
      'body namespace_ids of POST /v1/keys',
      'body namespace_ids of POST /v1/person/keys',
      'body namespace_ids of POST /v1/webhooks',
      'body organization_id of POST /v1/organization/deletion',
      'body organization_id of POST /v1/person/switch',
      'body organization_id of POST /v1/sign-in',
      'body plugin_id of PUT /v1/call-limits',
      'body trusted_for of POST /v1/admin/clusters',
    ],
    bounded: 'looked up by equality, and refused if it is not an ID or a name',
  },
  {
    from: ['body jwks of POST /v1/admin/issuers', 'body jwks of POST /v1/issuers'],
    rows: ["an issuer's document is read"],
  },
  {
    from: ['body permissions of POST /v1/namespaces/{namespace_id}/plugins/requirements'],
    rows: ["a permission's host is read"],
  },
  {
    from: ['body python_packages of POST /v1/sources', 'body python_packages of PUT /v1/sources'],
    rows: ['a pattern of packages is read'],
  },
  {
    from: ['body subject_token of POST /v1/oidc/exchange'],
    rows: ['a token is read'],
  },
  {
    from: ['body tools of PUT /v1/namespaces/{namespace_id}/tool-sets/{name}'],
    rows: ["a tool's name is read", "a schema becomes a tool's"],
  },
  {
    from: ['header last-event-id'],
    bounded: 'a position, which one bounded expression reads',
  },
  {
    from: ['header x-request-timeout'],
    bounded: 'a number, which one bounded expression reads',
  },
  {
    from: [
      'path advisory_id',
      'path builder_name',
      'path call_id',
      'path cluster_name',
      'path delivery_id',
      'path deployment_id',
      'path endpoint_id',
      'path hook_id',
      'path id',
      'path import_id',
      'path invitation_id',
      'path issuer_id',
      'path key_id',
      'path keyid',
      'path name',
      'path namespace_id',
      'path namespace_identifier',
      'path organization_id',
      'path person_id',
      'path plugin_id',
      'path release_id',
      'path run_id',
      'path session_id',
      'path slug',
      'path trusted_publisher_id',
      'path upload_id',
      'path version',
      'path waiver_id',
    ],
    bounded: 'a name or an ID, which is looked up by equality',
  },
  {
    from: ['query cursor'],
    rows: ['a cursor is read'],
  },
  {
    from: ['query include_total'],
    bounded: 'compared with `true`',
  },
  {
    from: ['query name'],
    bounded: 'compared by the database with an index',
  },
  {
    from: ['query namespace_id'],
    bounded: 'looked up by equality',
  },
  {
    from: ['query path'],
    bounded: 'a file, which is looked up by equality',
  },
  {
    from: ['query since', 'query until'],
    bounded: 'a date',
  },
];

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
  { from: ['post /environments'], rows: ['a lock of uv is read', "uv's errors are explained"] },
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
  { from: ['GET /v1/search'], rows: ['a search is looked up', "a plugin's words are merged"] },
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
    from: ['builder/server/environments/uv.ts', 'builder/server/environments/assemble.ts'],
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
