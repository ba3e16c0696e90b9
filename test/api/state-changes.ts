// Which events explain a change of each table, and which events each writing operation of the API writes.

/** A changed row needs, in its transaction, an event whose type begins with one of these. */
export const explanations: Record<string, string[]> = {
  organizations: ['organization.'],
  quotas: ['organization.quotas_changed'],
  api_keys: ['key.', 'organization.created'],
  namespaces: ['namespace.', 'organization.created'],
  plugins: ['version.published', 'plugin.active_version_changed', 'agent_plugin.registered'],
  plugin_versions: ['version.', 'plugin.active_version_changed'],
  enabled_plugins: ['plugin.'],
  uploads: ['upload.', 'version.published'],
  scan_policies: ['scan_policy.updated'],
  waivers: ['waiver.'],
  deployments: ['deployment.'],
  live_pointers: ['pointer.', 'deployment.queued', 'deployment.promoted', 'deployment.resumed', 'plugin.rolled_back'],
  agent_artifacts: ['agent_plugin.'],
  webhook_endpoints: ['webhook.'],
  vector_features: ['namespace.reconfigured'],
};

/** Columns that change without an event, and why. */
export const bookkeeping: Record<string, Record<string, string>> = {
  api_keys: { last_used_at: 'a time of use' },
  agent_artifacts: {
    attempts: 'claims',
    lease_token: 'a lease',
    lease_until: 'a lease',
    last_fetched_at: 'a time of use',
    mirrored: 'a copy in the store was released',
  },
  deployments: {
    attempts: 'claims',
    instance_stopped_at: 'follows from a state that is an event',
    lease_token: 'a lease',
    lease_until: 'a lease',
    next_attempt_at: 'a retry',
    stop_after: 'a drain, which follows from the pointer',
    updated_at: 'follows from the others',
  },
  plugin_versions: {
    archive_released_at: 'an object in the store was deleted',
    judged_policy: 'an evaluation is due or done; a changed verdict is an event',
    judging_attempts: 'claims',
    judging_until: 'a lease',
    release_began_at: 'an object in the store is deleted next',
  },
  uploads: {
    attempts: 'claims',
    lease_token: 'a lease',
    lease_until: 'a lease',
    updated_at: 'follows from the others',
  },
  vector_features: {
    status: 'the store has created or removed what an event announced',
    updated_at: 'follows from the others',
  },
  webhook_endpoints: {
    event_cursor: 'a cursor',
    failing_since: 'outcomes of deliveries',
    hold_until: 'outcomes of deliveries',
    last_failure_at: 'outcomes of deliveries',
    lease_token: 'a lease',
    lease_until: 'a lease',
  },
};

/** Tables whose rows are removed some time after the event that deleted them. */
export const removedLater: readonly string[] = ['webhook_endpoints'];

/** Tables that hold no state of their own, and why. */
export const recordsOnly: Record<string, string> = {
  attempts: 'one delivery; listed under its webhook',
  builds: 'a cache of builds',
  dead_letters: 'messages that cannot succeed, for the operator',
  deliveries: 'copies of events on their way',
  deployment_steps: 'log of a deployment, whose states are events',
  event_blocks: 'seals of events',
  events: 'the events themselves',
  idempotency_keys: 'stored responses',
  outbox: 'messages on their way',
  promotions: 'history of promotions, which are events',
  released_archives: 'objects deleted from the store',
  scans: 'a cache of scans',
  store_sweeps: 'positions of a sweep',
  vector_collections: 'stores of the vectors',
  vectors: "a namespace's data, which plugins write",
};

/** The types of the events that each operation writes, without those that its messages lead to. */
export const eventsOfOperations: Record<string, string[]> = {
  'DELETE /api/plugins/{name}': ['plugin.active_version_changed', 'version.deleted'],
  'DELETE /api/storage-plugins/{name}': ['plugin.active_version_changed', 'version.deleted'],
  'DELETE /api/v1/plugins/{id}': ['agent_plugin.yanked'],
  'DELETE /v1/keys/{key_id}': ['key.revoked'],
  'DELETE /v1/namespaces/{namespace_identifier}': ['namespace.deleted'],
  'DELETE /v1/namespaces/{namespace_id}/plugins/{plugin_id}': ['plugin.active_version_changed', 'version.deleted'],
  'DELETE /v1/plugins/{plugin_id}': ['plugin.active_version_changed', 'version.deleted'],
  'DELETE /v1/waivers/{waiver_id}': ['waiver.revoked'],
  'DELETE /v1/webhooks/{endpoint_id}': ['webhook.deleted'],
  'PATCH /api/v1/plugins/{id}': ['agent_plugin.described'],
  'PATCH /v1/admin/organizations/{organization_id}/quotas': ['organization.quotas_changed'],
  'PATCH /v1/namespaces/{namespace_identifier}': ['namespace.updated'],
  'PATCH /v1/webhooks/{endpoint_id}': ['webhook.updated'],
  'POST /api/plugins': [],
  'POST /api/plugins/{name}/call': [],
  'POST /api/plugins/{name}/rollback': [],
  'POST /api/storage-plugins': [],
  'POST /api/storage-plugins/{name}/call': [],
  'POST /api/storage-plugins/{name}/rollback': [],
  'POST /api/v1/plugins': ['agent_plugin.registered'],
  'POST /api/v1/plugins/{id}/validate-config': [],
  'POST /api/v1/plugins/{id}/verify': ['agent_plugin.pending'],
  'POST /v1/admin/organizations': ['key.created', 'namespace.created', 'organization.created'],
  'POST /v1/admin/organizations/{organization_id}/keys': ['key.created'],
  'POST /v1/keys': ['key.created'],
  'POST /v1/keys/{key_id}/rotate': ['key.rotated'],
  'POST /v1/namespaces': ['namespace.created'],
  'POST /v1/namespaces/list': [],
  'POST /v1/namespaces/{namespace_id}/deployments/{deployment_id}/cancel': ['deployment.cancelled'],
  'POST /v1/namespaces/{namespace_id}/deployments/{deployment_id}/retry': ['deployment.queued'],
  'POST /v1/namespaces/{namespace_id}/plugins': [
    'plugin.active_version_changed',
    'upload.confirming',
    'upload.created',
    'version.published',
  ],
  'POST /v1/namespaces/{namespace_id}/plugins/by-name/{slug}/realtime': [],
  'POST /v1/namespaces/{namespace_id}/plugins/by-name/{slug}/realtime/test': [],
  'POST /v1/namespaces/{namespace_id}/plugins/by-name/{slug}/rollback': ['plugin.rolled_back'],
  'POST /v1/namespaces/{namespace_id}/plugins/by-name/{slug}/undeploy': ['pointer.emptied', 'pointer.moved'],
  'POST /v1/namespaces/{namespace_id}/plugins/org/{plugin_id}/disable': ['plugin.disabled'],
  'POST /v1/namespaces/{namespace_id}/plugins/org/{plugin_id}/enable': [
    'plugin.active_version_changed',
    'plugin.enabled',
  ],
  'POST /v1/namespaces/{namespace_id}/plugins/reconfigure': ['namespace.reconfigured'],
  'POST /v1/namespaces/{namespace_id}/plugins/uploads': ['upload.created'],
  'POST /v1/namespaces/{namespace_id}/plugins/uploads/{upload_id}/confirm': [
    'plugin.active_version_changed',
    'upload.confirming',
    'version.published',
  ],
  'POST /v1/namespaces/{namespace_id}/plugins/{plugin_id}/deploy': [
    'deployment.promoted',
    'deployment.queued',
    'pointer.moved',
  ],
  'POST /v1/namespaces/{namespace_id}/plugins/{plugin_id}/realtime/test': [],
  'POST /v1/namespaces/{namespace_id}/plugins/{plugin_id}/undeploy': ['pointer.emptied', 'pointer.moved'],
  'POST /v1/plugins/uploads': ['upload.created'],
  'POST /v1/plugins/uploads/{upload_id}/confirm': [
    'plugin.active_version_changed',
    'upload.confirming',
    'version.published',
  ],
  'POST /v1/waivers': ['waiver.granted'],
  'POST /v1/webhooks': ['webhook.created'],
  'POST /v1/webhooks/{endpoint_id}/deliveries/{delivery_id}/redeliver': ['webhook.redelivered'],
  'POST /v1/webhooks/{endpoint_id}/disable': ['webhook.disabled'],
  'POST /v1/webhooks/{endpoint_id}/enable': [],
  'POST /v1/webhooks/{endpoint_id}/recover': ['webhook.recovered'],
  'POST /v1/webhooks/{endpoint_id}/rotate': ['webhook.secret_rotated'],
  'POST /v1/webhooks/{endpoint_id}/test': ['webhook.test'],
  'PUT /api/plugins/{name}': [],
  'PUT /api/storage-plugins/{name}': [],
  'PUT /v1/namespaces/{namespace_identifier}': ['namespace.updated'],
  'PUT /v1/scan-policy': [],
};

/** The types of the events that the sweep and its messages write, some days after all operations. */
export const eventsOfSweeps: Record<string, string[]> = {
  'sweep after 0 days': [
    'deployment.building',
    'deployment.claimed',
    'deployment.failed',
    'deployment.queued',
    'deployment.starting',
    'deployment.stopped',
  ],
  'sweep after 1 days': ['upload.confirming', 'upload.rejected', 'waiver.expired'],
  'sweep after 2 days': ['upload.expired'],
  'sweep after 40 days': [],
};
