// Lists the events that each writing API operation and each sweep writes.
import { featureRows, mergedRows } from '../../support/feature-rows.ts';

/** Event types that each operation writes, excluding those that its messages write. */
export const eventsOfOperations: Record<string, string[]> = {
  'DELETE /api/plugins/{name}': ['plugin.active_version_changed', 'version.deleted'],
  'DELETE /api/storage-plugins/{name}': ['plugin.active_version_changed', 'version.deleted'],
  'DELETE /v1/keys/{key_id}': ['key.revoked'],
  'DELETE /v1/session': [],
  'POST /v1/attention/{need_id}/dismiss': [],
  'DELETE /v1/attention/{need_id}/dismiss': [],
  'DELETE /v1/namespaces/{namespace_identifier}': ['namespace.deleted'],
  'DELETE /v1/namespaces/{namespace_id}/plugins/{plugin_id}': ['plugin.active_version_changed', 'version.deleted'],
  'DELETE /v1/plugins/{plugin_id}': ['plugin.active_version_changed', 'version.deleted'],
  'DELETE /v1/admin/builders/{builder_name}': [],
  'DELETE /v1/admin/quarantines/{sha256}': ['version.unquarantined'],
  'POST /v1/namespaces/{namespace_id}/callback-secret': ['namespace.callback_secret_rotated'],
  'DELETE /v1/calls/{call_id}': ['call.cancelled'],
  'PATCH /v1/namespaces/{namespace_id}/plugins/{plugin_id}': ['version.deprecated'],
  'PATCH /v1/plugins/{plugin_id}': ['version.deprecated'],
  'PATCH /v1/admin/organizations/{organization_id}': ['organization.jurisdiction_changed'],
  'PATCH /v1/admin/organizations/{organization_id}/quotas': ['organization.quotas_changed'],
  'POST /v1/admin/organizations/{organization_id}/deletion': ['organization.deletion_requested'],
  'DELETE /v1/admin/organizations/{organization_id}/deletion': ['organization.deletion_cancelled'],
  'POST /v1/organization/deletion': ['organization.deletion_requested'],
  'DELETE /v1/organization/deletion': ['organization.deletion_cancelled'],
  'PATCH /v1/admin/builders/{builder_name}': [],
  'PATCH /v1/organization/settings': ['organization.placement_changed'],
  'PATCH /v1/namespaces/{namespace_identifier}': ['namespace.updated'],
  'POST /api/plugins': [],
  'POST /api/plugins/{name}/call': [],
  'POST /api/storage-plugins': [],
  'POST /api/storage-plugins/{name}/call': [],
  'POST /v1/admin/builders': [],
  'POST /v1/admin/organizations': ['key.created', 'namespace.created', 'organization.created'],
  'POST /v1/admin/organizations/{organization_id}/keys': ['key.created'],
  'POST /v1/keys': ['key.created'],
  'POST /v1/keys/{key_id}/rotate': ['key.rotated'],
  'POST /v1/session': [],
  'POST /v1/session/links': [],
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
  'POST /v1/namespaces/{namespace_id}/plugins/{plugin_id}/relock': [],
  'POST /v1/namespaces/{namespace_id}/plugins/{plugin_id}/relock/publish': [],
  'POST /v1/namespaces/{namespace_id}/plugins/from-git': ['upload.created'],
  'POST /v1/namespaces/{namespace_id}/plugins/org/{plugin_id}/disable': ['plugin.disabled'],
  'POST /v1/namespaces/{namespace_id}/plugins/org/{plugin_id}/enable': [
    'plugin.active_version_changed',
    'plugin.enabled',
  ],
  'POST /v1/namespaces/{namespace_id}/plugins/requirements': [],
  'POST /v1/namespaces/{namespace_id}/plugins/uploads': ['upload.created'],
  'POST /v1/namespaces/{namespace_id}/plugins/uploads/{upload_id}/confirm': [
    'plugin.active_version_changed',
    'upload.confirming',
    'version.published',
  ],
  'POST /v1/namespaces/{namespace_id}/plugins/{plugin_id}/batch/test': [],
  'POST /v1/namespaces/{namespace_id}/releases': ['release.started'],
  'POST /v1/namespaces/{namespace_id}/releases/{release_id}/step': ['release.stepped'],
  'POST /v1/namespaces/{namespace_id}/releases/{release_id}/pause': ['release.paused'],
  'POST /v1/namespaces/{namespace_id}/releases/{release_id}/resume': ['release.resumed'],
  'POST /v1/namespaces/{namespace_id}/releases/{release_id}/revert': [
    'plugin.active_version_changed',
    'release.reverted',
  ],
  'POST /v1/namespaces/{namespace_id}/releases/{release_id}/cancel': ['release.cancelled'],
  'POST /v1/namespaces/{namespace_id}/plugins/{plugin_id}/deploy': [
    'deployment.promoted',
    'deployment.queued',
    'pointer.moved',
  ],
  'POST /v1/namespaces/{namespace_id}/plugins/{plugin_id}/trial': [],
  'POST /v1/plugins/{plugin_id}/trial': [],
  'POST /v1/namespaces/{namespace_id}/plugins/{plugin_id}/realtime/test': [],
  'POST /v1/namespaces/{namespace_id}/plugins/{plugin_id}/undeploy': ['pointer.emptied', 'pointer.moved'],
  'POST /v1/plugins/from-git': ['upload.created'],
  'POST /v1/plugins/uploads': ['upload.created'],
  'POST /v1/plugins/uploads/{upload_id}/confirm': [
    'plugin.active_version_changed',
    'upload.confirming',
    'version.published',
  ],
  'POST /v1/scan-policy/preview': [],
  'PUT /api/plugins/{name}': [],
  'PUT /v1/admin/quarantines/{sha256}': ['version.quarantined'],
  'PUT /api/storage-plugins/{name}': [],
  'PUT /v1/namespaces/{namespace_identifier}': ['namespace.updated'],
  'PUT /v1/call-limits': ['limit.changed'],
  'PUT /v1/budget': ['budget.changed'],
  'PUT /v1/namespaces/{namespace_id}/budget': ['budget.changed'],
  'PUT /v1/admin/organizations/{organization_id}/budget': ['budget.changed'],
  'PUT /v1/scan-policy': [],
  ...mergedRows(({ operationEvents }) => operationEvents),
};

const ofFeatures = featureRows.flatMap(({ sweepEvents = {} }) => Object.entries(sweepEvents));

/** Adds what the features' steps write. */
function withFeatures(events: Record<string, string[]>): Record<string, string[]> {
  const added = (sweep: string) => ofFeatures.flatMap(([name, types]) => (name === sweep ? types : []));
  return Object.fromEntries(
    Object.entries(events).map(([sweep, types]) => [sweep, [...types, ...added(sweep)].sort()]),
  );
}

const kernelEventsOfSweeps: Record<string, string[]> = {
  'sweep after 0 days': [
    ...['deployment.building', 'deployment.claimed', 'deployment.failed'],
    ...['deployment.queued', 'deployment.starting', 'deployment.stopped'],
  ],
  'sweep after 1 days': ['upload.confirming', 'upload.rejected'],
  'sweep after 2 days': ['upload.expired'],
  'sweep after 40 days': [],
};

/** Event types that the sweep and its messages write, some days after all operations. */
export const eventsOfSweeps = withFeatures(kernelEventsOfSweeps);

/** On machines without Git, an upload whose source can't be fetched is retried instead of rejected. */
export const eventsOfSweepsWithoutGit = withFeatures({
  ...kernelEventsOfSweeps,
  'sweep after 1 days': ['upload.confirming'],
  'sweep after 2 days': ['upload.confirming', 'upload.expired'],
  'sweep after 40 days': ['upload.confirming'],
});
