// Names the `slipway` command that does the same as an operation. The document has it as `x-slipway-command`, and the API reference
// shows it. `{name}` refers to a parameter of the operation or a field in its body. Operations without a row are sent with `slipway
// api`.

const ofPlugins = {
  createPluginUpload: 'publish FOLDER',
  confirmPluginUpload: 'publish FOLDER',
  publishPlugin: 'publish FOLDER',
  publishPluginFromGit: 'publish --from-git {repository} --ref {ref}',
  getPluginUpload: 'uploads show {upload_id}',
  listPlugins: 'list',
  listAvailablePlugins: 'list --source community',
  listPluginOverviews: 'overview',
  getPlugin: 'show {plugin_id}',
  getPluginEnvironment: 'env show {plugin_id}',
  getPluginEvidence: 'provenance {plugin_id}',
  getPluginSbom: 'sbom {plugin_id}',
  getPluginSource: 'pull {plugin_id}',
  getPluginDownload: 'pull {plugin_id}',
  deletePlugin: 'delete {plugin_id}',
  enablePlugin: 'enable {plugin_id}',
  disablePlugin: 'disable {plugin_id}',
  createOrganizationPluginUpload: 'publish FOLDER --org',
  confirmOrganizationPluginUpload: 'publish FOLDER --org',
  publishOrganizationPluginFromGit: 'publish --from-git {repository} --ref {ref} --org',
  deleteOrganizationPlugin: 'delete {plugin_id} --org',
};

const ofVersions = {
  listPluginVersions: 'log {slug}',
  rollBackPlugin: 'rollback {slug} --to {version}',
  undeployOlderVersions: 'undeploy {slug} --keep {keep}',
  listApprovals: 'approvals',
  listAdvisories: 'advisories',
  getAdvisory: 'advisories show {advisory_id}',
  tryPlugin: 'invoke {plugin_id} --staged --data {inputs}',
  approvePlugin: 'approve {plugin_id} --sha256 {sha256}',
  rejectPlugin: 'reject {plugin_id} --sha256 {sha256}',
  approveOrganizationPlugin: 'approve {plugin_id} --org --sha256 {sha256}',
  rejectOrganizationPlugin: 'reject {plugin_id} --org --sha256 {sha256}',
  diffPluginVersions: 'diff {slug} {v1} {v2}',
  callPluginByName: 'invoke {slug} --data {inputs}',
  testPluginByName: 'invoke {slug} --data {inputs}',
  getPluginTraffic: 'traffic {slug}',
};

const ofDeployments = {
  checkRequirements: 'deploy {name} --dry-run',
  deployPlugin: 'deploy {plugin_id}',
  undeployPlugin: 'undeploy {plugin_id}',
  getPluginStatus: 'status {plugin_id}',
  getPluginLogs: 'logs {plugin_id}',
  callPlugin: 'invoke {plugin_id} --data {inputs}',
  testPluginBatch: 'batch test {plugin_id} --rows ROWS.json',
  createRun: 'run {plugin_id} --input rows.jsonl',
  createRunByName: 'run {slug} --input rows.jsonl',
  listRuns: 'runs list',
  listRunsByName: 'runs list {slug}',
  getRun: 'runs show {run_id}',
  followRun: 'runs watch {run_id}',
  cancelRun: 'runs cancel {run_id}',
  getRunOutput: 'runs output {run_id}',
  getRunErrors: 'runs output {run_id} --errors',
  listLaterCalls: 'calls list',
  getLaterCall: 'calls show {call_id}',
  cancelLaterCall: 'calls cancel {call_id}',
  rotateCallbackSecret: 'calls secret',
  listReleases: 'releases list',
  startRelease: 'releases start {plugin} {version}',
  getRelease: 'releases show {release_id}',
  followRelease: 'releases watch {release_id}',
  stepRelease: 'releases step {release_id}',
  pauseRelease: 'releases pause {release_id}',
  resumeRelease: 'releases resume {release_id}',
  revertRelease: 'releases revert {release_id}',
  cancelRelease: 'releases cancel {release_id}',
  listDeployments: 'deployments list',
  listPluginDeployments: 'deployments list {plugin_id}',
  getDeployment: 'deployments show {deployment_id}',
  followDeployment: 'deployments show {deployment_id} --watch',
  cancelDeployment: 'deployments cancel {deployment_id}',
  retryDeployment: 'deployments retry {deployment_id}',
  getDeploymentLogs: 'logs --deployment {deployment_id}',
  listNamespaceLogs: 'logs --all',
};

const ofNamespaces = {
  createNamespace: 'namespaces create {namespace_name}',
  listNamespaces: 'namespaces list',
  getNamespace: 'namespaces show {namespace_identifier}',
  patchNamespace: 'namespaces edit {namespace_identifier} --keep-live-versions {keep_live_versions}',
  deleteNamespace: 'namespaces delete {namespace_identifier}',
  reconfigureNamespace: 'namespaces reconfigure',
  listSecrets: 'secrets list',
  setSecret: 'secrets set {name}',
  deleteSecret: 'secrets delete {name}',
  listModels: 'models list',
  requestModel: 'models put {name} FILE',
  confirmModel: 'models put {name} FILE',
  deleteModel: 'models delete {name}',
};

const ofOrganizations = {
  createOrganization: 'orgs create {name}',
  addCluster: 'clusters add {name} --dashboard {dashboard_url} --serve {serve_url} --token-env RAY_TOKEN --all',
  listAllClusters: 'clusters list',
  getCluster: 'clusters show {cluster_name}',
  updateCluster: 'clusters edit {cluster_name} --network {network}',
  checkCluster: 'clusters check {cluster_name}',
  getSigningKeys: 'signing-keys list',
  rotateSigningKey: 'signing-keys rotate',
  revokeSigningKey: 'signing-keys revoke {keyid}',
  removeCluster: 'clusters remove {cluster_name}',
  getOrganizationSettings: 'orgs show',
  updateOrganizationSettings: 'orgs set --placement {placement}',
  getOrganizationDeletion: 'orgs show',
  requestOrganizationDeletion: 'orgs leave',
  cancelOrganizationDeletion: 'orgs stay',
  exportOrganization: 'orgs export FOLDER',
  listQuotas: 'quotas list',
  createKey: 'keys create {name} --scopes {scopes}',
  listKeys: 'keys list',
  getOwnKey: 'whoami',
  rotateKey: 'keys rotate {key_id}',
  revokeKey: 'keys revoke {key_id}',
  getScanPolicy: 'policy show',
  setScanPolicy: 'policy set {level}',
  previewScanPolicy: 'policy preview --level {level}',
  listWaivers: 'waivers list',
  grantWaiver: 'waivers grant {plugin} {rule} --reason {reason}',
  revokeWaiver: 'waivers revoke {waiver_id}',
  listGrants: 'grants list',
  putGrant: 'grants give {plugin}',
  revokeGrant: 'grants revoke {plugin}',
  listMembers: 'members list',
  updateMember: 'members set {person_id} --role {role}',
  removeMember: 'members remove {person_id}',
  createInvitation: 'members invite {email} --role {role}',
  listInvitations: 'members invitations',
  revokeInvitation: 'members revoke-invitation {invitation_id}',
  exchangeSignInCode: 'login URL',
  listIssuers: 'issuers list',
  addIssuer: 'issuers add {name} {url}',
  removeIssuer: 'issuers remove {issuer_id}',
  listTrustedPublishers: 'trust list',
  addTrustedPublisher: 'trust add {plugin} --issuer ISSUER --claim CLAIM=VALUE',
  removeTrustedPublisher: 'trust remove {trusted_publisher_id}',
  listSources: 'sources list',
  addSource: 'sources add {source} --token-stdin',
  rotateSource: 'sources rotate {source} --token-stdin',
  removeSource: 'sources remove {source}',
  listEvents: 'events',
  exportEvents: 'events --export',
  createSignInLink: 'open',
};

const ofWebhooks = {
  createWebhook: 'webhooks create {url}',
  listWebhooks: 'webhooks list',
  deleteWebhook: 'webhooks delete {endpoint_id}',
  rotateWebhookSecret: 'webhooks rotate {endpoint_id}',
  testWebhook: 'webhooks test {endpoint_id}',
  listDeliveries: 'webhooks deliveries {endpoint_id}',
  getDelivery: 'webhooks delivery {endpoint_id} {delivery_id}',
  redeliver: 'webhooks redeliver {endpoint_id} {delivery_id}',
  recoverDeliveries: 'webhooks recover {endpoint_id} --since {since}',
  createDeployHook: 'hooks create {plugin} --provider {provider}',
  listDeployHooks: 'hooks list',
  getDeployHook: 'hooks show {hook_id}',
  deleteDeployHook: 'hooks delete {hook_id}',
  rotateDeployHookSecret: 'hooks rotate {hook_id}',
  testDeployHook: 'hooks test {hook_id} {ref}',
  listHookDeliveries: 'hooks deliveries {hook_id}',
};

const ofAgentPlugins = {
  RegisterPlugin: 'agents register {name} {version} {artifactUrl} --type {pluginType} --checksum {checksum}',
  listAgentPlugins: 'agents list',
  getAgentPlugin: 'agents show {id}',
};

/** The commands for Go plugins on both surfaces differ only in the kind. */
function ofGoPlugins(noun: string, kind: string): Record<string, string> {
  return {
    [`list${noun}s`]: `list --kind ${kind}`,
    [`install${noun}`]: `install {repository} --ref {version} --kind ${kind}`,
    [`get${noun}`]: `show {name} --kind ${kind}`,
    [`uninstall${noun}`]: `uninstall {name} --kind ${kind}`,
    [`list${noun}Versions`]: `log {name} --kind ${kind}`,
    [`diff${noun}Versions`]: `diff {name} --kind ${kind}`,
    [`rollBack${noun}`]: `rollback {name} --to {ref} --kind ${kind}`,
    [`call${noun}`]: `invoke {name} --action {method} --data {params} --kind ${kind}`,
    [`get${noun}Logs`]: `logs {name} --kind ${kind}`,
    [`get${noun}Traffic`]: `traffic {name} --kind ${kind}`,
  };
}

const commands = new Map(
  Object.entries({
    ...ofPlugins,
    ...ofVersions,
    ...ofDeployments,
    ...ofNamespaces,
    ...ofOrganizations,
    ...ofWebhooks,
    ...ofAgentPlugins,
    ...ofGoPlugins('PipelinePlugin', 'pipeline'),
    ...ofGoPlugins('StoragePlugin', 'storage'),
  }),
);

/** A command selects its namespace with an option. Operations without their own command are sent with `slipway api`. */
export function commandFor(operationId: string, path: string): string {
  const command = commands.get(operationId);
  const option = path.includes('{namespace_id}') ? ' --namespace {namespace_id}' : '';
  if (command !== undefined) return `slipway ${command}${option}`;
  const names = [...path.matchAll(/\{(\w+)\}/g)].flatMap(([, name]) => (name === 'namespace_id' ? [] : [name]));
  return `slipway api ${operationId}${names.map((name) => ` -f ${name}={${name}}`).join('')}${option}`;
}
