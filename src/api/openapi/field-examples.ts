// Examples for fields and parameters, by name. A field whose name means something else in its schema declares its own example there,
// with `.openapi({ example })`.
const ulid = '01m7wc54fherz84624ahd0kr7h';
const sha256 = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
const commit = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';
const later = '2026-04-05T09:30:00.000Z';
const version = '1.1.0';
const pluginId = 'text_profile_1_1_0';
const archiveUrl = `https://archives.example.com/archives/${sha256}`;

/** Fields and parameters that one feature has, by name. */
export interface OwnFields {
  /** Fields with an ID: its prefix, and what it identifies. */
  ids?: Readonly<Record<string, [prefix: string, what: string]>>;
  examples?: Readonly<Record<string, unknown>>;
  /** Enum members in its typical responses. */
  typicalStates?: readonly string[];
}

const kernelIds: NonNullable<OwnFields['ids']> = {
  organization_id: ['org', 'organization'],
  namespace_id: ['ns', 'namespace'],
  version_id: ['ver', 'version'],
  upload_id: ['plu', 'upload'],
  deployment_id: ['dep', 'deployment'],
  release_id: ['rel', 'release'],
  call_id: ['call', 'later call'],
  delivery_id: ['dlv', 'delivery'],
  key_id: ['key', 'key'],
  person_id: ['usr', 'person'],
  request_id: ['req', 'request'],
};

const identifiers = {
  ...idExamples(kernelIds),
  namespace_identifier: `ns_${ulid}`,
  namespace_ids: [`ns_${ulid}`],
  plugin_id: pluginId,
  advisory_id: 'GHSA-9hjg-9r4m-mvj7',
  builder_name: 'east',
  subject_id: `dep_${ulid}`,
  feature_extractor_id: 'text_profile_1.1.0',
};

const identities = {};

const versions = {
  name: 'text_profile',
  slug: 'text_profile',
  plugin: 'text_profile',
  version,
  v1: '1.0.0',
  v2: version,
  active_version: version,
  serving_version: version,
  previous_version: '1.0.0',
  from: '1.0.0',
  to: version,
  kept: [version],
  undeployed: ['1.0.0'],
  rollback_targets: ['1.0.0'],
  rollback_skipped: [{ version: '1.1.0', reason: 'failing' }],
  older_than: '3d',
  dependencies_older_than: '3d',
  message: 'Faster tokenizer',
  note: 'Reviewed',
  objection: 'Write to security@example.com.',
  description: 'Counts words and sentences.',
  category: 'analysis',
  tier: 2,
  tier_label: 'Standard',
  feature_uri: `mixpeek://text_profile@${version}`,
  feature_name: 'text_profile',
  feature_type: 'embedding',
  feature_extractor_name: 'text_profile',
  inference_name: `custom_plugin_${pluginId}`,
  resolved_inference_name: `custom_plugin_${pluginId}`,
  embedding_dim: 384,
  supported_input_types: ['document'],
  dependencies: ['numpy==2.3.4'],
  models: ['clip-vit-b32'],
  author: 'Acme',
  domains: ['http'],
  route_prefix: `/inference/custom_plugin_${pluginId}`,
  deployment_name: `custom_plugin_${pluginId}`,
  deployment_method: 'blue_green',
  ray_deployment_name: `custom_plugin_${pluginId}`,
  status_endpoint: `/v1/namespaces/ns_${ulid}/plugins/${pluginId}/status`,
  estimated_completion_seconds: 30,
  queue_position: 1,
  generation: 3,
  attempts: 1,
  attempts_max: 5,
  attempt: 1,
  index: 0,
};

const content = {
  code_hash: sha256,
  files_sha256: sha256,
  upload_sha256: sha256,
  sha256,
  digest: sha256,
  key: sha256,
  etag: '"5d41402abc4b2a76b9719d911017c592"',
  s3_key: `uploads/plu_${ulid}`,
  s3_archive_url: archiveUrl,
  presigned_url: `https://archives.example.com/uploads/plu_${ulid}?X-Amz-Signature=5f2c8a`,
  presigned_download_url: `${archiveUrl}?X-Amz-Signature=5f2c8a`,
  download_url: `${archiveUrl}?X-Amz-Signature=5f2c8a`,
  upload_url: `https://archives.example.com/models/${sha256}?X-Amz-Signature=5f2c8a`,
  presigned_url_expiration: 3600,
  file_size_bytes: 6074,
  size_bytes: 6074,
  archive_bytes: 18_874_368,
  file: 'realtime.py',
  filename: 'realtime.py',
  path: 'realtime.py',
  files: 214,
  content: 'def run(inputs):\n    return {"words": len(inputs["text"].split())}\n',
  text: 'numpy==2.3.4',
  service: 'Embedder',
  diff: '--- realtime.py\n+++ realtime.py\n@@ -1,1 +1,1 @@\n-    return len(text)\n+    return len(text.split())\n',
  files_changed: 1,
  additions: 1,
  deletions: 1,
  commit,
  git_commit_hash: commit,
  git_ref: 'v1.1.0',
  ref: 'refs/heads/main',
  repository: 'https://github.com/example/plugins',
  repository_url: 'https://github.com/example/plugins',
  python: '3.13',
  platform: 'linux-x86_64',
  resolver: 'uv 0.9.9',
  removed: ['torch/test'],
};

const findings = {
  rule: 'SLP101',
  rules: ['SLP101'],
  line: 12,
  column: 5,
  end_line: 12,
  end_column: 22,
  bound_at_line: 3,
  bound_in: 'helpers.py',
  module: 'subprocess',
  member: 'run',
  hidden: null,
  rejected_because: null,
  findings: 1,
  validation_errors: [],
  policy_version: '12',
  examined: 20,
  introduced: 1,
  fixed: 0,
  versions_to_judge: 0,
};

const operation = {
  error: null,
  restarts: null,
  active: true,
  serves_name: true,
  deployed: true,
  serving: true,
  loaded: true,
  realtime_enabled: true,
  revoked_at: null,
  next_attempt_at: null,
  previous_valid_until: null,
  previous_secret_until: null,
  expires_at: later,
  archived_until: null,
  at: '2026-03-05T09:30:00.000Z',
  deployed_at: '2026-03-05T09:30:00.000Z',
  last_call_at: '2026-03-05T09:30:00.000Z',
  duration_ms: 42,
  number: 1,
  placement_reason: 'uses net/http: needs a container',
  log_lines: 12,
  calls: 1280,
  errors: 3,
  checked: 1280,
  mismatched: 0,
  invalid_inputs: 2,
  mean_size: 12.4,
  mean_wait_ms: 3.1,
  p50_ms: 12,
  p95_ms: 48,
  steps: 2,
  step: 1,
  percent: 10,
  step_calls: 128,
  crashes: 0,
  evidence: 0.12,
  answers: 128,
  differing: 2,
  count: 2,
  what: 'missing',
  response_keys: ['words'],
  response_type: 'dict',
  event: 'push',
  failed: 1,
  remaining: 0,
  keep: 1,
  method: 'execute',
  through: 'net/http',
  permission: 'network: api.openai.com',
};

const organization = {
  api_key: 'sk_3kQx9bTmW2rVn7LfYc5HpZ8dJs4GaEu6XoRi1NtMqKw',
  link: 'sl_3kQx9bTmW2rVn7LfYc5HpZ8dJs4GaEu6XoRi1NtMqKw',
  csrf_token: 'Zm9vYmFyYmF6cXV4Y29ycmVjdGhvcnNl',
  organization_name: 'Acme',
  namespace_name: 'films',
  namespace: 'films',
  namespace_type: 'standard',
  used: 3,
  max_allowed: 50,
  plugins_per_namespace: 50,
  stored_bytes: 107_374_182_400,
  live_deployments: 20,
  instance_seconds: 86_400,
  spent: 600_000,
  forecast: 900_000,
  month: '2026-11',
  currency: 'EUR',
  cost: 4.5,
  instances: 64,
  warm_instances: 4,
  calls_per_minute: 600,
  calls_at_once: 20,
  keys: 50,
  namespaces: 20,
  webhook_endpoints: 10,
  model_uploads: 10,
  log_bytes_per_day: 104_857_600,
  parallel_runs: 8,
  queued_later_calls: 20_000,
  unfinished_runs: 200,
  failed: 10,
  parallel_later_calls: 10,
  runs: 1,
  keep_live_versions: 2,
  package: 'pkg:pypi/requests@2.31.0',
  fixed_in: '2.32.4',
  document_count: 1280,
  bucket_count: 1,
  collection_count: 2,
  object_count: 640,
  network: ['api.openai.com'],
  forward: { 9042: 'cassandra.example.com:9042' },
  secrets: ['OPENAI_API_KEY'],
  memory_mb: 512,
  timeout_s: 60,
  later_timeout_s: 600,
  revision: 2,
  url: 'https://hooks.example.com/slipway',
  overlap_seconds: 3600,
  reason: null,
  limit: 100,
  offset: 0,
  total: 2,
  total_count: 2,
};

/** Fields in event data. */
const eventData = {
  reason: 'Reviewed: the command has no input',
  previous_valid_until: later,
  due_at: later,
  error: 'realtime.py did not load: No module named torch',
  code: 'rejected',
  fields: ['description'],
  because: 'branch',
  away_from: `ver_${ulid}`,
  prefix: 'sk_3kQx9bT',
  kind: 'extractor',
  next_at: later,
  since: '2026-03-05T09:30:00.000Z',
  until: later,
  live_places: 1,
};

const kernelStates = [
  ...['DEPLOYED', 'deployed', 'promoted', 'passed', 'succeeded', 'live', 'accepted', 'modified', 'enabled'],
  ...['isolate', 'deployment.promoted'],
];

const responses = {
  ...identifiers,
  ...identities,
  ...versions,
  ...content,
  ...findings,
  ...operation,
  ...organization,
};

function idExamples(ids: NonNullable<OwnFields['ids']>): Record<string, string> {
  return Object.fromEntries(Object.entries(ids).map(([name, [prefix]]) => [name, `${prefix}_${ulid}`]));
}

export interface DocumentedFields {
  ids: NonNullable<OwnFields['ids']>;
  /** Tables of examples, by name. A field gets the first example that its schema allows. */
  examples: readonly ReadonlyMap<string, unknown>[];
  /** Enum members in typical responses. For other enums, the first member is the example. */
  typicalStates: ReadonlySet<unknown>;
}

/** Returns the fields of the kernel and of these features. */
export function documentedFields(own: readonly OwnFields[]): DocumentedFields {
  const ofFeatures = own.map(({ ids = {}, examples = {} }) => ({ ...idExamples(ids), ...examples }));
  return {
    ids: { ...kernelIds, ...Object.fromEntries(own.flatMap(({ ids = {} }) => Object.entries(ids))) },
    examples: [responses, eventData, ...ofFeatures].map((table) => new Map(Object.entries(table))),
    typicalStates: new Set([...kernelStates, ...own.flatMap(({ typicalStates = [] }) => typicalStates)]),
  };
}
