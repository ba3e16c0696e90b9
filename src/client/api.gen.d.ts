// The API's types, generated from openapi.json by scripts/generate/openapi.ts. Do not edit.
export interface paths {
    "/.well-known/slipway/keys.json": {
        /**
         * List the public keys that verify evidence
         * @description Includes retired and revoked keys. Fetch it over TLS, and keep it for verification without a network.
         */
        get: operations["getSigningKeys"];
    };
    "/api/plugins": {
        /** List installed plugins, by name */
        get: operations["listPipelinePlugins"];
        /**
         * Install a plugin from a Git repository
         * @description Fetches, scans, builds and starts the plugin, and returns the outcome. If that takes longer than 90 s, or than `Prefer: wait`, returns the plugin with status `building`. In that case, poll the URL in `Location`.
         */
        post: operations["installPipelinePlugin"];
    };
    "/api/plugins/{name}": {
        /** Get a plugin */
        get: operations["getPipelinePlugin"];
        /**
         * Update a plugin to another version
         * @description Fetches, scans, builds and starts the plugin, and returns the outcome. If that takes longer than 90 s, or than `Prefer: wait`, returns the plugin with status `building`. In that case, poll the URL in `Location`. Calls go to the previous version until the new one is ready, and stay there if the update fails. An update waits if the plugin is still being installed or updated. If another update is already waiting, it returns 409 and `Retry-After`.
         */
        put: operations["updatePipelinePlugin"];
        /** Uninstall a plugin */
        delete: operations["uninstallPipelinePlugin"];
    };
    "/api/plugins/{name}/artifact": {
        /**
         * Download a plugin's executable
         * @description For workers that run the plugin themselves. The executable's SHA-256 is in `slipway-artifact-sha256`.
         */
        get: operations["getPipelinePluginArtifact"];
    };
    "/api/plugins/{name}/call": {
        /**
         * Call a plugin
         * @description Methods: execute. If the plugin returns an error, the status is 200 and the body has `error`.
         */
        post: operations["callPipelinePlugin"];
    };
    "/api/plugins/{name}/logs": {
        /** Get plugin logs */
        get: operations["getPipelinePluginLogs"];
    };
    "/api/storage-plugins": {
        /** List installed plugins, by name */
        get: operations["listStoragePlugins"];
        /**
         * Install a plugin from a Git repository
         * @description Fetches, scans, builds and starts the plugin, and returns the outcome. If that takes longer than 90 s, or than `Prefer: wait`, returns the plugin with status `building`. In that case, poll the URL in `Location`.
         */
        post: operations["installStoragePlugin"];
    };
    "/api/storage-plugins/{name}": {
        /** Get a plugin */
        get: operations["getStoragePlugin"];
        /**
         * Update a plugin to another version
         * @description Fetches, scans, builds and starts the plugin, and returns the outcome. If that takes longer than 90 s, or than `Prefer: wait`, returns the plugin with status `building`. In that case, poll the URL in `Location`. Calls go to the previous version until the new one is ready, and stay there if the update fails. An update waits if the plugin is still being installed or updated. If another update is already waiting, it returns 409 and `Retry-After`.
         */
        put: operations["updateStoragePlugin"];
        /** Uninstall a plugin */
        delete: operations["uninstallStoragePlugin"];
    };
    "/api/storage-plugins/{name}/artifact": {
        /**
         * Download a plugin's executable
         * @description For workers that run the plugin themselves. The executable's SHA-256 is in `slipway-artifact-sha256`.
         */
        get: operations["getStoragePluginArtifact"];
    };
    "/api/storage-plugins/{name}/call": {
        /**
         * Call a plugin
         * @description Methods: initialize, create_schema, store, retrieve, update, delete, metadata, health. If the plugin returns an error, the status is 200 and the body has `error`.
         */
        post: operations["callStoragePlugin"];
    };
    "/api/storage-plugins/{name}/logs": {
        /** Get plugin logs */
        get: operations["getStoragePluginLogs"];
    };
    "/api/v1/plugins": {
        /** List agent plugins of all organizations, newest first */
        get: operations["listAgentPlugins"];
        /**
         * Register a version of an agent plugin
         * @description Needs the scope `plugins:write` and a key that is not bound to namespaces. Repeating a registration returns the same ID. A different `artifactUrl` with the same checksum replaces the URL and is verified again; nothing else about a version can change. The header `Slipway-Result` is `created`, `updated` or `unchanged`.
         */
        post: operations["RegisterPlugin"];
    };
    "/api/v1/plugins/{id}": {
        /** Get a version of an agent plugin */
        get: operations["getAgentPlugin"];
        /**
         * Yank a version of an agent plugin
         * @description The version stays readable, marked as yanked, and its version number cannot be registered again. `PATCH` with `yanked: false` offers it again. Responds with 409 if the artifact was requested within the last day, unless `force=true`.
         */
        delete: operations["yankAgentPlugin"];
        /**
         * Update a version's description, labels or deprecation, or offer a yanked one again
         * @description Omitted fields keep their values. Nothing else about a version can change.
         */
        patch: operations["describeAgentPlugin"];
    };
    "/api/v1/plugins/{id}/artifact": {
        /**
         * Get a version's artifact
         * @description Redirects to the copy that Slipway verified, or to `artifactUrl` if there is none. Compare the artifact with the checksum in `Repr-Digest`. Responds with 409 if the artifact has a different checksum, or if the registered checksum is too short to compare.
         */
        get: operations["getAgentPluginArtifact"];
    };
    "/api/v1/plugins/{id}/schema": {
        /** Get a version's configuration schema */
        get: operations["getAgentPluginConfigSchema"];
    };
    "/api/v1/plugins/{id}/validate-config": {
        /**
         * Validate a configuration
         * @description Validates a configuration of up to 16 KiB against the version's JSON Schema. `format` is not checked.
         */
        post: operations["validateAgentPluginConfig"];
    };
    "/api/v1/plugins/{id}/verify": {
        /** Re-verify the artifact */
        post: operations["verifyAgentPlugin"];
    };
    "/api/v1/plugins/by-name/{name}": {
        /** List the versions of an agent plugin */
        get: operations["listAgentPluginVersions"];
    };
    "/api/v1/plugins/by-name/{name}/versions/{version}": {
        /** Get a version of an agent plugin by name and version */
        get: operations["getAgentPluginVersion"];
    };
    "/healthz": {
        /** Check health */
        get: operations["getHealth"];
    };
    "/hooks/{hook_id}": {
        /**
         * Receive a push from a Git provider
         * @description Accepts push webhooks of GitHub, GitLab and Gitea unchanged, and Standard Webhooks with `{ref, repository}`. Needs no API key: the sender signs the request with the hook's secret. Unknown hooks, disabled hooks and wrong signatures get the same response. Repeating a delivery ID has no effect.
         */
        post: operations["receivePush"];
    };
    "/metrics": {
        /**
         * Get metrics
         * @description Needs the admin token or the installation's `METRICS_TOKEN`. Responds in OpenMetrics if `Accept` names it, otherwise in Prometheus's text format.
         */
        get: operations["getMetrics"];
    };
    "/openapi.json": {
        /** Get the OpenAPI document */
        get: operations["getOpenApiDocument"];
    };
    "/readyz": {
        /**
         * Check readiness
         * @description Checks the database, the store and the builder, each for at most 2 s. One builder that responds is enough. A 503 response names the parts that do not respond.
         */
        get: operations["getReadiness"];
    };
    "/v1/admin/advisories/{advisory_id}": {
        /**
         * Take back an advisory
         * @description What was taken back affects nothing until another import contains it. Every URL that is imported daily is read again at once.
         */
        delete: operations["takeBackAdvisory"];
    };
    "/v1/admin/advisories/imports": {
        /**
         * List imports of advisories
         * @description Ended imports are listed for 30 days.
         */
        get: operations["listAdvisoryImports"];
        /**
         * Import advisories
         * @description Imports a zip with one OSV record per file. With `url`, Slipway fetches the zip. With `size_bytes`, PUT the zip to `upload_url` within an hour, then start the import.
         */
        post: operations["createAdvisoryImport"];
    };
    "/v1/admin/advisories/imports/{import_id}": {
        /** Get an import of advisories with its progress */
        get: operations["getAdvisoryImport"];
        /**
         * Take back an import of advisories
         * @description Takes back the advisories whose stored edition came from the import: they affect nothing until another import contains them. Every URL that is imported daily is read again at once, so remove the URL first if the import came from it. Send other zips again.
         */
        delete: operations["takeBackAdvisoryImport"];
    };
    "/v1/admin/advisories/imports/{import_id}/start": {
        /**
         * Start an import whose zip was sent
         * @description Changes nothing if the import was started before.
         */
        post: operations["startAdvisoryImport"];
    };
    "/v1/admin/advisories/sources": {
        /** List the URLs that are imported daily */
        get: operations["listAdvisorySources"];
        /**
         * Import a URL daily
         * @description The first import starts within a minute. Changes nothing if the URL was added before.
         */
        post: operations["addAdvisorySource"];
        /**
         * Stop importing a URL
         * @description Advisories that were imported from it stay.
         */
        delete: operations["removeAdvisorySource"];
    };
    "/v1/admin/builders": {
        /**
         * List all builders
         * @description Asks each builder. Empty if the platform starts a container for each instance.
         */
        get: operations["listAllBuilders"];
        /**
         * Add a builder
         * @description First asks for its health with the Worker's `BUILDER_TOKEN`, and returns 422 with the cause if it can't be used. It gets work within ten seconds.
         */
        post: operations["addBuilder"];
    };
    "/v1/admin/builders/{builder_name}": {
        /**
         * Remove a builder
         * @description Fails while it has instances, and for builders of the settings. Nothing is sent to the builder.
         */
        delete: operations["removeBuilder"];
        /**
         * Drain or resume a builder
         * @description The last active builder cannot be drained.
         */
        patch: operations["updateBuilder"];
    };
    "/v1/admin/clusters": {
        /** List all Ray clusters */
        get: operations["listAllClusters"];
        /**
         * Connect a Ray cluster
         * @description First asks the dashboard for its version and for other owners' applications. Returns 422 `cluster-refused` with the cause if the cluster cannot be used, and 409 if the name or the dashboard is taken.
         */
        post: operations["addCluster"];
    };
    "/v1/admin/clusters/{cluster_name}": {
        /** Get a Ray cluster with its last check */
        get: operations["getCluster"];
        /**
         * Remove a Ray cluster
         * @description Deletes the cluster's token. Nothing is sent to the cluster.
         */
        delete: operations["removeCluster"];
        /**
         * Update a Ray cluster's network
         * @description Affects deployments from now on. After `none`, running plugins that are granted hosts keep running, but their next start needs a cluster with an open network.
         */
        patch: operations["updateCluster"];
    };
    "/v1/admin/clusters/{cluster_name}/check": {
        /**
         * Check a Ray cluster now
         * @description Slipway also checks each cluster every five minutes. `state` and `message` describe problems.
         */
        post: operations["checkCluster"];
    };
    "/v1/admin/issuers": {
        /**
         * List the operator's issuers of ID tokens
         * @description Needs the admin token. The issuer serves all organizations.
         */
        get: operations["listOperatorIssuers"];
        /**
         * Add an issuer of ID tokens
         * @description Needs the admin token. The issuer serves all organizations. Slipway finds its public keys by OpenID Connect Discovery when a token arrives, unless `jwks` has them.
         */
        post: operations["addOperatorIssuer"];
    };
    "/v1/admin/issuers/{issuer_id}": {
        /**
         * Get an issuer of ID tokens
         * @description Needs the admin token. The issuer serves all organizations.
         */
        get: operations["getOperatorIssuer"];
        /**
         * Remove an issuer of ID tokens
         * @description Needs the admin token. The issuer serves all organizations. Also removes its trusted publishers, and revokes their jobs' keys within 10 s. Responds with 409 if people have signed in with it.
         */
        delete: operations["removeOperatorIssuer"];
    };
    "/v1/admin/organizations": {
        /** List organizations */
        get: operations["listOrganizations"];
        /**
         * Create an organization and its first key
         * @description Needs the admin token, like all admin operations. The key is shown in this response only.
         */
        post: operations["createOrganization"];
    };
    "/v1/admin/organizations/{organization_id}": {
        /** Get an organization with usage and quotas */
        get: operations["getOrganization"];
        /**
         * Update an organization's name or region
         * @description Omitted fields keep their values. `jurisdiction` keeps the Durable Objects of container instances in one Cloudflare region, starting with the next deployment; redeploy live plugins to move them. It doesn't affect builds, the database, the bucket or the queues: `npm run setup -- --jurisdiction` restricts those, and then rejects organizations in any other jurisdiction.
         */
        patch: operations["updateOrganization"];
    };
    "/v1/admin/organizations/{organization_id}/budget": {
        /** Get an organization's budgets */
        get: operations["getOrganizationBudget"];
        /**
         * Set what an organization may spend
         * @description Applies in addition to the organization's own budget, so the lower limit counts.
         */
        put: operations["setOrganizationBudget"];
    };
    "/v1/admin/organizations/{organization_id}/deletion": {
        /**
         * Request an organization's deletion
         * @description After seven days Slipway closes the organization and deletes all its data. Until then everything keeps working, and its administrators can also cancel the deletion.
         */
        post: operations["requestDeletionOfOrganization"];
        /**
         * Cancel an organization's deletion
         * @description Changes nothing if no deletion was requested. Fails once the organization is closed.
         */
        delete: operations["cancelDeletionOfOrganization"];
    };
    "/v1/admin/organizations/{organization_id}/invitations": {
        /**
         * Invite a person to an organization
         * @description For an organization's first owner, or one whose owners can no longer sign in. The link is shown in this response only.
         */
        post: operations["createOrganizationInvitation"];
    };
    "/v1/admin/organizations/{organization_id}/keys": {
        /**
         * Create an API key for an organization
         * @description For an organization that no longer has a key with `keys:admin`. The secret is shown in this response only.
         */
        post: operations["createOrganizationKey"];
    };
    "/v1/admin/organizations/{organization_id}/quotas": {
        /**
         * Update an organization's quotas
         * @description Omitted quotas keep their values. A quota below the current usage removes nothing and only rejects additions.
         */
        patch: operations["setQuotas"];
    };
    "/v1/admin/quarantines": {
        /** List what is quarantined */
        get: operations["listQuarantined"];
    };
    "/v1/admin/quarantines/{sha256}": {
        /**
         * Quarantine content
         * @description Every version and agent plugin with this content, in every organization, can no longer be deployed or downloaded, nor published again. Deployments in progress are cancelled; what is live keeps serving unless `drain` is true. The authors get an event with the reason. Repeat the request after an error, or while the answer lists something without this reason: it continues with what is left, 20 versions and 100 agent plugins at a time.
         */
        put: operations["quarantineContent"];
        /**
         * Lift a quarantine
         * @description It redeploys nothing. While 409 says that something is left, repeat the request.
         */
        delete: operations["liftQuarantine"];
    };
    "/v1/admin/signing-keys/{keyid}/revoke": {
        /**
         * Revoke a signing key
         * @description For a stolen key. No signature by it counts any more. Slipway signs what it has stored again, with the current key, whenever it serves it.
         */
        post: operations["revokeSigningKey"];
    };
    "/v1/admin/signing-keys/rotate": {
        /**
         * Replace the signing key
         * @description What the previous key signed stays valid.
         */
        post: operations["rotateSigningKey"];
    };
    "/v1/advisories": {
        /**
         * List the versions that advisories affect, live ones first, then the most severe
         * @description Needs the scope `plugins:read`. A page looks at a limited number of versions, newest first, so it can have fewer results than `limit` and a next page.
         */
        get: operations["listAdvisories"];
    };
    "/v1/advisories/{advisory_id}": {
        /**
         * Get an advisory, with the versions that it affects
         * @description Needs the scope `plugins:read`. Answers 404 for an advisory that was withdrawn.
         */
        get: operations["getAdvisory"];
    };
    "/v1/approvals": {
        /**
         * List the versions that wait for approval, newest first
         * @description Needs the scope `plugins:read`. Lists the namespaces that the key can see.
         */
        get: operations["listApprovals"];
    };
    "/v1/attention": {
        /**
         * List what needs you
         * @description Needs no scope: lists only what the key could read elsewhere. What you dismissed is left out until it changes.
         */
        get: operations["listNeeds"];
    };
    "/v1/attention/{need_id}/dismiss": {
        /**
         * Dismiss a need
         * @description Hides it from you until it changes, for at most 90 days. Others still see it. A person's keys share their dismissals: at most 500, and a further one replaces the oldest.
         */
        post: operations["dismissNeed"];
        /**
         * Show a dismissed need again
         * @description Has no effect if it was not dismissed.
         */
        delete: operations["restoreNeed"];
    };
    "/v1/budget": {
        /**
         * Get the organization's budget
         * @description Needs the scope `plugins:read`.
         */
        get: operations["getBudget"];
        /**
         * Set the organization's budget
         * @description Replaces the budget; without limits, there is none. A higher limit lifts a refusal at once. Needs the scope `keys:admin` and a key that is not bound to namespaces.
         */
        put: operations["setBudget"];
    };
    "/v1/builders": {
        /**
         * List the builders that run the organization's plugins
         * @description Needs the scope `plugins:read`. Builders of the settings are numbered.
         */
        get: operations["listBuilders"];
    };
    "/v1/call-limits": {
        /**
         * List the limits of calls
         * @description Needs the scope `plugins:read`. Limits of keys are listed only for keys with `keys:admin`.
         */
        get: operations["listCallLimits"];
        /**
         * Limit the calls of a plugin, version or API key
         * @description Replaces the limit. Two nulls remove it. A call beyond any of its limits gets 429 with `Retry-After` and `RateLimit`, and does not run. Takes effect within 10 s. Plugins need the scope `namespaces:admin`, keys `keys:admin`.
         */
        put: operations["setCallLimit"];
    };
    "/v1/calls": {
        /**
         * List later calls, newest first
         * @description A key bound to namespaces sees only calls in its namespaces.
         */
        get: operations["listLaterCalls"];
    };
    "/v1/calls/{call_id}": {
        /** Get a later call and its answer */
        get: operations["getLaterCall"];
        /**
         * Cancel a later call
         * @description Cancelling a call that has ended changes nothing.
         */
        delete: operations["cancelLaterCall"];
    };
    "/v1/clusters": {
        /**
         * List the Ray clusters that run the organization's plugins
         * @description Needs the scope `plugins:read`. Operators connect clusters.
         */
        get: operations["listClusters"];
    };
    "/v1/deploy-hooks": {
        /** List deploy hooks */
        get: operations["listDeployHooks"];
        /**
         * Create a deploy hook
         * @description Returns the URL for the Git provider's pushes, and the secret that signs them, which is shown in this response only. Publishing also needs `plugins:write`.
         */
        post: operations["createDeployHook"];
    };
    "/v1/deploy-hooks/{hook_id}": {
        /** Get a deploy hook */
        get: operations["getDeployHook"];
        /** Delete a deploy hook with its deliveries */
        delete: operations["deleteDeployHook"];
        /**
         * Update a deploy hook
         * @description Disabling a hook fails its queued pushes.
         */
        patch: operations["updateDeployHook"];
    };
    "/v1/deploy-hooks/{hook_id}/deliveries": {
        /**
         * List a deploy hook's deliveries
         * @description Newest first. Finished deliveries are retained for 30 days, unless the operator set another time.
         */
        get: operations["listHookDeliveries"];
    };
    "/v1/deploy-hooks/{hook_id}/deliveries/{delivery_id}": {
        /** Get a deploy hook's delivery */
        get: operations["getHookDelivery"];
    };
    "/v1/deploy-hooks/{hook_id}/rotate": {
        /**
         * Rotate a deploy hook's secret
         * @description During the overlap, both secrets are accepted. The new secret is shown in this response only.
         */
        post: operations["rotateDeployHookSecret"];
    };
    "/v1/deploy-hooks/{hook_id}/test": {
        /**
         * Test a deploy hook
         * @description Fetches the ref as a push would, but publishes nothing.
         */
        post: operations["testDeployHook"];
    };
    "/v1/events": {
        /**
         * List events
         * @description Needs the scope `audit:read`. A key bound to namespaces sees only their events.
         */
        get: operations["listEvents"];
    };
    "/v1/events/export": {
        /**
         * Export all events with their seals
         * @description Returns NDJSON: the events in the order they were written, a `{"block": …}` line after the last event of each block, and an `{"end": …}` line at the end. If the end has `next`, request the rest with its values as `from_block` and `skip`; after a connection that was cut, with the number of the next block and of the events received since. docs/events.md describes how to verify it. Needs the scope `audit:read` and a key that is not bound to namespaces.
         */
        get: operations["exportEvents"];
    };
    "/v1/grants": {
        /**
         * List grants
         * @description Needs the scope `policy:admin` and a key that is not bound to namespaces, like all operations on grants.
         */
        get: operations["listGrants"];
        /**
         * Grant permissions to a plugin
         * @description Replaces the plugin's grant, for all its versions. Deployments that ask for more fail, and running instances that ask for more are stopped.
         */
        put: operations["putGrant"];
        /**
         * Revoke a plugin's grant
         * @description Stops the plugin's instances that ask for permissions. Their next call fails with the command that grants the permissions.
         */
        delete: operations["revokeGrant"];
    };
    "/v1/invitations": {
        /**
         * List invitations that nobody has accepted
         * @description Needs the scope `keys:admin` and a key that is not bound to namespaces.
         */
        get: operations["listInvitations"];
        /**
         * Invite a person
         * @description Needs the scope `keys:admin` and a key that is not bound to namespaces. Nobody grants a role with more access than their own. The link is valid for 72 hours.
         */
        post: operations["createInvitation"];
    };
    "/v1/invitations/{invitation_id}": {
        /**
         * Revoke an invitation
         * @description Needs the scope `keys:admin` and a key that is not bound to namespaces.
         */
        delete: operations["revokeInvitation"];
    };
    "/v1/issuers": {
        /**
         * List the organization's issuers of ID tokens, and the operator's
         * @description Needs the scope `keys:admin` and a key that is not bound to namespaces, like all operations on issuers.
         */
        get: operations["listIssuers"];
        /**
         * Add an issuer of ID tokens
         * @description Needs the scope `keys:admin` and a key that is not bound to namespaces, like all operations on issuers. Slipway finds its public keys by OpenID Connect Discovery when a token arrives, unless `jwks` has them.
         */
        post: operations["addIssuer"];
    };
    "/v1/issuers/{issuer_id}": {
        /**
         * Get an issuer of ID tokens
         * @description Needs the scope `keys:admin` and a key that is not bound to namespaces, like all operations on issuers.
         */
        get: operations["getIssuer"];
        /**
         * Remove an issuer of ID tokens
         * @description Needs the scope `keys:admin` and a key that is not bound to namespaces, like all operations on issuers. Also removes its trusted publishers, and revokes their jobs' keys within 10 s. Responds with 409 if people have signed in with it.
         */
        delete: operations["removeIssuer"];
    };
    "/v1/keys": {
        /**
         * List API keys
         * @description A key bound to namespaces sees only keys bound to a subset of them.
         */
        get: operations["listKeys"];
        /**
         * Create an API key
         * @description Needs the scope `keys:admin`, like all key operations except `getOwnKey`. A key cannot grant scopes, namespaces or a lifetime beyond its own. The secret is shown in this response only.
         */
        post: operations["createKey"];
    };
    "/v1/keys/{key_id}": {
        /** Get an API key */
        get: operations["getKey"];
        /**
         * Revoke an API key
         * @description The key stops working within 10 s and stays in the list. The last active key with `keys:admin` for all namespaces is revoked only with `allow_last=true`, because afterwards only the operator can create keys.
         */
        delete: operations["revokeKey"];
    };
    "/v1/keys/{key_id}/rotate": {
        /**
         * Rotate an API key's secret
         * @description The new secret works immediately and is shown in this response only. The previous secret works until the overlap ends, or for up to 10 s without an overlap. A key cannot rotate a key that has more permissions.
         */
        post: operations["rotateKey"];
    };
    "/v1/keys/self": {
        /**
         * Get the current API key
         * @description Returns the key that authenticates the request. Needs no scope.
         */
        get: operations["getOwnKey"];
    };
    "/v1/members": {
        /**
         * List members
         * @description Needs the scope `keys:admin` and a key that is not bound to namespaces.
         */
        get: operations["listMembers"];
    };
    "/v1/members/{person_id}": {
        /**
         * Remove a member, or leave
         * @description Needs the scope `keys:admin` and a key that is not bound to namespaces. Members may end their own membership without it. The person's sessions and personal keys end within 10 s. The last owner can't go.
         */
        delete: operations["removeMember"];
        /**
         * Change a member's role
         * @description Needs the scope `keys:admin` and a key that is not bound to namespaces. Nobody grants a role with more access than their own. A lower role takes the rest from the person's sessions and personal keys within 10 s. The last owner stays an owner.
         */
        patch: operations["updateMember"];
    };
    "/v1/namespaces": {
        /** Create a namespace */
        post: operations["createNamespace"];
    };
    "/v1/namespaces/{namespace_id}/budget": {
        /**
         * Get a namespace's budget
         * @description Its stored bytes are archives, models and runs. Needs the scope `plugins:read`.
         */
        get: operations["getNamespaceBudget"];
        /**
         * Set a namespace's budget
         * @description Replaces the budget; without limits, there is none. A higher limit lifts a refusal at once. Needs the scope `keys:admin` and a key that is not bound to namespaces.
         */
        put: operations["setNamespaceBudget"];
    };
    "/v1/namespaces/{namespace_id}/callback-secret": {
        /**
         * Create or rotate the callback secret
         * @description Needs the scope `webhooks:admin`. The secret signs the results that are sent to the namespace's callbacks, as in Standard Webhooks. During the overlap, results are also signed with the previous secret. The new secret is shown in this response only.
         */
        post: operations["rotateCallbackSecret"];
    };
    "/v1/namespaces/{namespace_id}/deployments": {
        /** List a namespace's deployments, newest first */
        get: operations["listDeployments"];
    };
    "/v1/namespaces/{namespace_id}/deployments/{deployment_id}": {
        /** Get a deployment with steps and logs */
        get: operations["getDeployment"];
    };
    "/v1/namespaces/{namespace_id}/deployments/{deployment_id}/cancel": {
        /**
         * Cancel a deployment
         * @description Cancels a deployment that does not serve yet. Traffic is not affected. Cancelling a cancelled deployment changes nothing. If the deployment is otherwise finished or is serving, returns 409.
         */
        post: operations["cancelDeployment"];
    };
    "/v1/namespaces/{namespace_id}/deployments/{deployment_id}/events": {
        /**
         * Follow a deployment
         * @description Streams server-sent events: `step` when a step starts or ends, `log` with new log lines, `status` when the status changes, and `end` when nothing more will follow. The stream starts with everything so far, or with everything after the message named by `Last-Event-ID`. It closes after five minutes at the latest. Reconnect with `Last-Event-ID` to resume without gaps.
         */
        get: operations["followDeployment"];
    };
    "/v1/namespaces/{namespace_id}/deployments/{deployment_id}/logs": {
        /**
         * Get a deployment's instance logs
         * @description Returns the newest lines, up to 1000, and older ones by `cursor`. Lines are stored within seconds and kept for 30 days by default, so the log survives when the instance sleeps, crashes or is stopped. With `follow=true`, streams server-sent events: `log` with a deployment's new lines. The stream closes after five minutes; reconnect with `Last-Event-ID` to resume.
         */
        get: operations["getDeploymentLogs"];
    };
    "/v1/namespaces/{namespace_id}/deployments/{deployment_id}/retry": {
        /**
         * Retry a deployment
         * @description Starts a new deployment of the same version with the same type and parameters, or returns the one in progress. Returns 409 unless the deployment failed or was cancelled.
         */
        post: operations["retryDeployment"];
    };
    "/v1/namespaces/{namespace_id}/logs": {
        /**
         * List the logs of a namespace's plugins
         * @description Reads the logs of the 40 deployments that are serving or were stopped most recently. To follow, repeat the request with the last line's `since`.
         */
        get: operations["listNamespaceLogs"];
    };
    "/v1/namespaces/{namespace_id}/mcp": {
        /**
         * Use a namespace's live plugins as tools
         * @description Every live plugin that the key may call is a tool. Takes one JSON-RPC message of the Model Context Protocol (revisions 2026-07-28 and 2025-11-25, without stored sessions) and needs the scope `plugins:invoke`. Clients send `Accept: application/json, text/event-stream`.
         */
        post: operations["callNamespaceTools"];
    };
    "/v1/namespaces/{namespace_id}/models": {
        /**
         * List models, by name
         * @description Needs the scope `plugins:read`.
         */
        get: operations["listModels"];
    };
    "/v1/namespaces/{namespace_id}/models/{name}": {
        /**
         * Request an upload URL for a model's content
         * @description Needs the scope `plugins:write`. Send the file to `upload_url` with PUT, then call `confirmModel`. Nothing changes until then. `upload_url` is null if the model already has this content.
         */
        put: operations["requestModel"];
        /**
         * Delete a model
         * @description Needs the scope `plugins:write`. Returns 409 while a live version names the model, unless forced: running instances keep the model, and fail when they are started again.
         */
        delete: operations["deleteModel"];
    };
    "/v1/namespaces/{namespace_id}/models/{name}/confirm": {
        /**
         * Store a model's content
         * @description Needs the scope `plugins:write`. Checks the uploaded file's size, digest and format. Formats that may run code when loaded are refused, unless `waive_pickle` gives a reason, which needs the scope `policy:admin`. Versions that name the model get the new content at their next start.
         */
        post: operations["confirmModel"];
    };
    "/v1/namespaces/{namespace_id}/plugins": {
        /** List plugins */
        get: operations["listPlugins"];
        /** Publish an archive in one request */
        post: operations["publishPlugin"];
    };
    "/v1/namespaces/{namespace_id}/plugins/{plugin_id}": {
        /** Get a plugin version */
        get: operations["getPlugin"];
        /** Delete a plugin version */
        delete: operations["deletePlugin"];
        /**
         * Yank or deprecate a version, or undo that
         * @description Only its exact number still resolves to a yanked version: it is not active, and a rollback reaches it only by its number. A deprecated version works as before. Both show their reason wherever the version is, and neither stops what is live.
         */
        patch: operations["withdrawPlugin"];
    };
    "/v1/namespaces/{namespace_id}/plugins/{plugin_id}/approve": {
        /**
         * Approve a version
         * @description Needs the scope `versions:approve`, and a person other than the publisher: a session in the console or a personal key. The version becomes the active one if it is the highest, and is deployed if its publisher asked for that.
         */
        post: operations["approvePlugin"];
    };
    "/v1/namespaces/{namespace_id}/plugins/{plugin_id}/batch/test": {
        /**
         * Run rows through a version's batch steps
         * @description Calls `build_steps` and its steps in a separate instance, with a deployment's environment, secrets, models and grants. The version must be deployed, either for batches only or for realtime calls. Nothing is stored. A batch that raises an exception runs again row by row to find the rows at fault; if a step adds, drops or moves rows, all rows of its batch fail.
         */
        post: operations["testPluginBatch"];
    };
    "/v1/namespaces/{namespace_id}/plugins/{plugin_id}/deploy": {
        /** Deploy or redeploy a version */
        post: operations["deployPlugin"];
    };
    "/v1/namespaces/{namespace_id}/plugins/{plugin_id}/deployments": {
        /** List a version's deployments, newest first */
        get: operations["listPluginDeployments"];
    };
    "/v1/namespaces/{namespace_id}/plugins/{plugin_id}/download": {
        /** Get a presigned URL for a version's archive */
        get: operations["getPluginDownload"];
    };
    "/v1/namespaces/{namespace_id}/plugins/{plugin_id}/environment": {
        /**
         * Get a version's dependencies
         * @description A version is locked once, when it is first deployed for realtime calls. Every later deployment and rollback uses the same lock.
         */
        get: operations["getPluginEnvironment"];
    };
    "/v1/namespaces/{namespace_id}/plugins/{plugin_id}/evidence": {
        /**
         * Get a version's signed provenance, verdict and lock
         * @description The statements are signed with one of the installation's keys, which `/.well-known/slipway/keys.json` lists. `slipway verify` checks them, and so do cosign and other tools.
         */
        get: operations["getPluginEvidence"];
    };
    "/v1/namespaces/{namespace_id}/plugins/{plugin_id}/logs": {
        /**
         * Get instance logs
         * @description Returns the newest lines, up to 1000, and older ones by `cursor`. Lines are stored within seconds and kept for 30 days by default, so the log survives when the instance sleeps, crashes or is stopped. With `follow=true`, streams server-sent events: `log` with a deployment's new lines. The stream closes after five minutes; reconnect with `Last-Event-ID` to resume.
         */
        get: operations["getPluginLogs"];
    };
    "/v1/namespaces/{namespace_id}/plugins/{plugin_id}/readme": {
        /**
         * Get a version's README
         * @description Returns the README in the archive's top folder: `README.md` in any letter case or, if there is none, `README.markdown`, `README.rst`, `README.txt` or `README`. Its text is cut after 512 KiB. It is UTF-8, or UTF-16 with its byte order mark; for any other text, the 404 names the file in `details.path`.
         */
        get: operations["getPluginReadme"];
    };
    "/v1/namespaces/{namespace_id}/plugins/{plugin_id}/readme/image": {
        /**
         * Get a picture that a version's README shows
         * @description Returns a PNG, JPEG, GIF or WebP file of up to 1 MiB from the archive. Its content decides, not its name. Any other file counts as absent, also an SVG, which could have scripts.
         */
        get: operations["getPluginReadmeImage"];
    };
    "/v1/namespaces/{namespace_id}/plugins/{plugin_id}/realtime/test": {
        /**
         * Call a version
         * @description With `Accept: text/event-stream`, a generator handler's values are sent as it yields them: `event: chunk` for each value, and at the end `event: done` or `event: error`. Otherwise the values are returned as an array. Other handlers always return JSON.
         */
        post: operations["callPlugin"];
    };
    "/v1/namespaces/{namespace_id}/plugins/{plugin_id}/reject": {
        /**
         * Reject a version
         * @description Needs the scope `versions:approve`, and a person other than the publisher: a session in the console or a personal key. The version stays listed, can never be deployed, and keeps its number until it is deleted.
         */
        post: operations["rejectPlugin"];
    };
    "/v1/namespaces/{namespace_id}/plugins/{plugin_id}/relock": {
        /**
         * Propose a new lock for a version
         * @description Resolves the version's requirements as for a new version, and changes nothing. Returns which packages would change and which advisories that fixes. A Go plugin's modules are chosen in its repository; `GET /v1/advisories` lists the versions that fix them.
         */
        post: operations["relockPlugin"];
    };
    "/v1/namespaces/{namespace_id}/plugins/{plugin_id}/relock/publish": {
        /**
         * Publish a version's sources with the proposed lock
         * @description Publishes the same archive under the next free patch number. It is scanned, and waits for approval where that is demanded, like any upload. 409 if the requirements now resolve to another lock.
         */
        post: operations["publishRelock"];
    };
    "/v1/namespaces/{namespace_id}/plugins/{plugin_id}/runs": {
        /** List a version's runs, newest first */
        get: operations["listVersionRuns"];
        /**
         * Create a run of a version's batch steps
         * @description Sends rows through the steps that `build_steps` returns, in instances with the deployment's environment, secrets, models and grants, and stores the results. The version must be deployed, either for batches only or for realtime calls. With a `format`, send the file to `presigned_url` with PUT, then call `startRun`; other runs start immediately. Needs the scope `plugins:invoke`.
         */
        post: operations["createRun"];
    };
    "/v1/namespaces/{namespace_id}/plugins/{plugin_id}/sbom": {
        /**
         * Get a version's SBOM
         * @description Returns CycloneDX 1.6: the Python packages of its lock or the Go modules of its build, and the models that it reads.
         */
        get: operations["getPluginSbom"];
    };
    "/v1/namespaces/{namespace_id}/plugins/{plugin_id}/scan": {
        /**
         * Get a version's scan result
         * @description Applies the current rules at the organization's level, with its waivers. In SARIF 2.1.0, a waived finding is a result with a suppression.
         */
        get: operations["getPluginScan"];
    };
    "/v1/namespaces/{namespace_id}/plugins/{plugin_id}/source": {
        /**
         * Get a version's source
         * @description Returns every file in the archive, without the top-level folder: text as is, other content in base64. Files above 1 MiB, and all files after the first 20 MiB, are listed without content.
         */
        get: operations["getPluginSource"];
    };
    "/v1/namespaces/{namespace_id}/plugins/{plugin_id}/status": {
        /** Get deployment status */
        get: operations["getPluginStatus"];
    };
    "/v1/namespaces/{namespace_id}/plugins/{plugin_id}/trial": {
        /**
         * Call a version that waits for approval
         * @description Needs the scope `plugins:write`. Calls the version in an instance of its own, without the network, the namespace's secrets and a Ray cluster. It stops a minute after its last call. A version has 200 such calls, and 3 versions of an organization can be tried at a time.
         */
        post: operations["tryPlugin"];
    };
    "/v1/namespaces/{namespace_id}/plugins/{plugin_id}/undeploy": {
        /**
         * Undeploy a version
         * @description Calls to the version fail within 10 s, and its runs are cancelled. The version can be deployed again.
         */
        post: operations["undeployPlugin"];
    };
    "/v1/namespaces/{namespace_id}/plugins/available": {
        /** List organization plugins that can be enabled in a namespace */
        get: operations["listAvailablePlugins"];
    };
    "/v1/namespaces/{namespace_id}/plugins/by-name": {
        /**
         * List a namespace's plugins with their state and calls
         * @description One row per name: the namespace's own plugins of every kind, and the organization's plugins enabled in it. Calls are counted as in a plugin's traffic.
         */
        get: operations["listPluginOverviews"];
    };
    "/v1/namespaces/{namespace_id}/plugins/by-name/{slug}": {
        /**
         * Demand approval of a plugin's new versions
         * @description Needs the scope `namespaces:admin`, and also `versions:approve` to set `requires_approval` to false. A namespace that demands approval does so for all its plugins. Refused with 409 if fewer than two members may approve there.
         */
        patch: operations["patchPlugin"];
    };
    "/v1/namespaces/{namespace_id}/plugins/by-name/{slug}/counts": {
        /**
         * Get a plugin's calls, callers and downloads by the day
         * @description Calls and callers in this namespace. Days are in UTC; the last one is today, and days without use are zeros. Counts are kept for 13 months. The numbers of callers grow within an hour, except today's.
         */
        get: operations["getPluginCounts"];
    };
    "/v1/namespaces/{namespace_id}/plugins/by-name/{slug}/diff": {
        /** Compare two of a plugin's versions */
        get: operations["diffPluginVersions"];
    };
    "/v1/namespaces/{namespace_id}/plugins/by-name/{slug}/openapi.json": {
        /**
         * Get a plugin's OpenAPI document
         * @description Describes calls to the version that serves the name, with the manifest's `input_schema`, `parameter_schema` and `output_schema`, for generators of typed clients. If no version answers calls to the name, responds as a call does.
         */
        get: operations["getPluginOpenApi"];
    };
    "/v1/namespaces/{namespace_id}/plugins/by-name/{slug}/realtime": {
        /**
         * Call the plugin's live version
         * @description With `Accept: text/event-stream`, a generator handler's values are sent as it yields them: `event: chunk` for each value, and at the end `event: done` or `event: error`. Otherwise the values are returned as an array. Other handlers always return JSON.
         */
        post: operations["callPluginByName"];
    };
    "/v1/namespaces/{namespace_id}/plugins/by-name/{slug}/realtime/test": {
        /**
         * Call the plugin's live version
         * @description With `Accept: text/event-stream`, a generator handler's values are sent as it yields them: `event: chunk` for each value, and at the end `event: done` or `event: error`. Otherwise the values are returned as an array. Other handlers always return JSON.
         */
        post: operations["testPluginByName"];
    };
    "/v1/namespaces/{namespace_id}/plugins/by-name/{slug}/rollback": {
        /**
         * Roll back to a previous version
         * @description Makes the version the active one immediately. If it is live or still draining, calls to the name move to it immediately. Otherwise, its stored archive is deployed, and calls move when the deployment is ready. No version is undeployed. Without `version`, it goes to the newest version that had the name in this namespace before the live one and served well: the first of the version list's `rollback_targets`. `rollback_skipped` says which it skips, and why. During a release, it reverts the release.
         */
        post: operations["rollBackPlugin"];
    };
    "/v1/namespaces/{namespace_id}/plugins/by-name/{slug}/runs": {
        /** List the runs of all of a plugin's versions, newest first */
        get: operations["listRunsByName"];
        /**
         * Create a run of a plugin's live version
         * @description Sends rows through the steps that `build_steps` returns, in instances with the deployment's environment, secrets, models and grants, and stores the results. The version must be deployed, either for batches only or for realtime calls. With a `format`, send the file to `presigned_url` with PUT, then call `startRun`; other runs start immediately. Needs the scope `plugins:invoke`.
         */
        post: operations["createRunByName"];
    };
    "/v1/namespaces/{namespace_id}/plugins/by-name/{slug}/traffic": {
        /**
         * Get calls, errors and latencies by version and hour or minute
         * @description Each isolate counts calls and writes the counts every few seconds. Calls of the last seconds may be missing, and a few are never counted if an isolate ends.
         */
        get: operations["getPluginTraffic"];
    };
    "/v1/namespaces/{namespace_id}/plugins/by-name/{slug}/undeploy": {
        /**
         * Undeploy a plugin's older versions
         * @description Undeploys older versions and keeps `keep` of them live: the version that serves the name, then the newest deployments. `keep: 0` undeploys everything and cancels deployments in progress. No version is deleted.
         */
        post: operations["undeployOlderVersions"];
    };
    "/v1/namespaces/{namespace_id}/plugins/by-name/{slug}/versions": {
        /** List a plugin's versions, newest first */
        get: operations["listPluginVersions"];
    };
    "/v1/namespaces/{namespace_id}/plugins/from-git": {
        /**
         * Publish a plugin from a Git repository
         * @description Fetches one commit, scans and publishes it, and deploys it if requested. `manifest.py` declares the name and version. Publishing the same content again returns the same version. If it takes longer than 90 s, or than `Prefer: wait`, `validation_status` is `pending`. Confirm the upload to get its result.
         */
        post: operations["publishPluginFromGit"];
    };
    "/v1/namespaces/{namespace_id}/plugins/org/{plugin_id}/disable": {
        /**
         * Disable an organization plugin in a namespace
         * @description Undeploys and disables one version.
         */
        post: operations["disablePlugin"];
    };
    "/v1/namespaces/{namespace_id}/plugins/org/{plugin_id}/enable": {
        /**
         * Enable an organization plugin in a namespace
         * @description Enables one version and deploys it. The namespace's paths then serve it like one of the namespace's own plugins, with separate deployments, parameters and traffic. Enabling it again replaces its parameters if `params` is sent.
         */
        post: operations["enablePlugin"];
    };
    "/v1/namespaces/{namespace_id}/plugins/reconfigure": {
        /**
         * Reconcile vector features with deployed plugins
         * @description Adds the vector features that deployed plugins declare. Removes features that no deployed plugin declares only if they are empty: stored vectors are never deleted. Fails if two plugins declare one name with different dimensions or metrics.
         */
        post: operations["reconfigureNamespace"];
    };
    "/v1/namespaces/{namespace_id}/plugins/requirements": {
        /**
         * Check a deployment's requirements
         * @description Needs the scope `plugins:read`. Changes nothing. The plugin need not be published. Packages are not resolved here, because that is a deployment's first step.
         */
        post: operations["checkRequirements"];
    };
    "/v1/namespaces/{namespace_id}/plugins/uploads": {
        /** Create an upload with a presigned URL */
        post: operations["createPluginUpload"];
    };
    "/v1/namespaces/{namespace_id}/plugins/uploads/{upload_id}": {
        /**
         * Get an upload with its findings
         * @description Also works for a rejected upload, until Slipway deletes it 90 days after it ended.
         */
        get: operations["getPluginUpload"];
    };
    "/v1/namespaces/{namespace_id}/plugins/uploads/{upload_id}/confirm": {
        /**
         * Confirm an upload
         * @description Checks, scans and publishes the uploaded archive.
         */
        post: operations["confirmPluginUpload"];
    };
    "/v1/namespaces/{namespace_id}/releases": {
        /** List a namespace's releases, newest first */
        get: operations["listReleases"];
        /**
         * Release a live version step by step
         * @description Gives the version a growing share of the calls to the plugin's name. Slipway measures both versions and continues, or gives all calls back to the version that serves the name. Cancels the name's active release. Returns 409 unless both versions are live and answer realtime calls.
         */
        post: operations["startRelease"];
    };
    "/v1/namespaces/{namespace_id}/releases/{release_id}": {
        /** Get a release with its measurements and decisions */
        get: operations["getRelease"];
    };
    "/v1/namespaces/{namespace_id}/releases/{release_id}/cancel": {
        /**
         * Cancel a release
         * @description Gives all calls back to the version that serves the name. The active version stays, so the next deployment of the candidate may move calls to it. Returns 409 if the release has ended or changed at the same time.
         */
        post: operations["cancelRelease"];
    };
    "/v1/namespaces/{namespace_id}/releases/{release_id}/events": {
        /**
         * Follow a release
         * @description Streams server-sent events: `release` with the release as `getRelease` returns it, first and then when it changes, at most once a second, and `end` with the release when it has ended. The stream closes after five minutes at the latest; reconnect to continue.
         */
        get: operations["followRelease"];
    };
    "/v1/namespaces/{namespace_id}/releases/{release_id}/pause": {
        /**
         * Pause a release
         * @description Shares stay as they are. Gates can still revert it. Returns 409 if the release has ended or changed at the same time.
         */
        post: operations["pauseRelease"];
    };
    "/v1/namespaces/{namespace_id}/releases/{release_id}/resume": {
        /**
         * Resume a paused release
         * @description The current step begins again. Returns 409 if the release has ended or changed at the same time.
         */
        post: operations["resumeRelease"];
    };
    "/v1/namespaces/{namespace_id}/releases/{release_id}/revert": {
        /**
         * Revert a release
         * @description Gives all calls back to the version that serves the name, and makes it the active version. The candidate stays live by its number. Returns 409 if the release has ended or changed at the same time.
         */
        post: operations["revertRelease"];
    };
    "/v1/namespaces/{namespace_id}/releases/{release_id}/step": {
        /**
         * Go on to a release's next step
         * @description Ends the current step now. After the last one, the candidate gets the name. Returns 409 if it is paused. Returns 409 if the release has ended or changed at the same time.
         */
        post: operations["stepRelease"];
    };
    "/v1/namespaces/{namespace_id}/runs": {
        /** List a namespace's runs, newest first */
        get: operations["listRuns"];
    };
    "/v1/namespaces/{namespace_id}/runs/{run_id}": {
        /** Get a run */
        get: operations["getRun"];
    };
    "/v1/namespaces/{namespace_id}/runs/{run_id}/cancel": {
        /**
         * Cancel a run
         * @description Finished rows keep their results. Returns 409 if the run has already ended in another way.
         */
        post: operations["cancelRun"];
    };
    "/v1/namespaces/{namespace_id}/runs/{run_id}/errors": {
        /**
         * Get a run's errors
         * @description Lines with `row` (number, from 0), `error` and `input`, in input order. Returns the parts with their URLs, or with `Accept: application/x-ndjson` all lines in one stream. Before the run has ended, returns the results so far.
         */
        get: operations["getRunErrors"];
    };
    "/v1/namespaces/{namespace_id}/runs/{run_id}/events": {
        /**
         * Follow a run
         * @description Streams server-sent events: `run` with the run when it changes, at most once a second for finished rows, and `end` with the run when it has ended. The stream closes after five minutes at the latest; reconnect to continue.
         */
        get: operations["followRun"];
    };
    "/v1/namespaces/{namespace_id}/runs/{run_id}/output": {
        /**
         * Get a run's output
         * @description Rows as the steps returned them, in input order. Returns the parts with their URLs, or with `Accept: application/x-ndjson` all lines in one stream. Before the run has ended, returns the results so far.
         */
        get: operations["getRunOutput"];
    };
    "/v1/namespaces/{namespace_id}/runs/{run_id}/start": {
        /**
         * Start a run after sending its input
         * @description Starting a run again changes nothing.
         */
        post: operations["startRun"];
    };
    "/v1/namespaces/{namespace_id}/secrets": {
        /**
         * List secrets, by name
         * @description Needs the scope `plugins:read`. Values are write-only and never returned.
         */
        get: operations["listSecrets"];
    };
    "/v1/namespaces/{namespace_id}/secrets/{name}": {
        /**
         * Create a secret or replace its value
         * @description Needs the scope `namespaces:admin`. Plugins that ask for the secret in `permissions` read it when they start. Live versions are deployed again with the new value. The previous instances serve until the new ones are ready.
         */
        put: operations["setSecret"];
        /**
         * Delete a secret
         * @description Needs the scope `namespaces:admin`. Returns 409 while a live version asks for the secret, unless forced: running instances keep the value, and fail when they are started again.
         */
        delete: operations["deleteSecret"];
    };
    "/v1/namespaces/{namespace_id}/tool-sets": {
        /**
         * List tool sets, by name
         * @description Needs the scope `plugins:read`.
         */
        get: operations["listToolSets"];
    };
    "/v1/namespaces/{namespace_id}/tool-sets/{name}": {
        /**
         * Get a tool set
         * @description Needs the scope `plugins:read`.
         */
        get: operations["getToolSet"];
        /**
         * Create or replace a tool set
         * @description Needs the scope `plugins:deploy`, and also `versions:approve` to set `requires_approval` to false where it is true. Replaces the whole set. Where the namespace demands approval, the set is proposed: agents get what they had until another person approves it. The plugins need not exist yet: a tool appears once its plugin is live.
         */
        put: operations["setToolSet"];
        /**
         * Delete a tool set
         * @description Needs the scope `plugins:deploy`, and also `versions:approve` if the set requires approval. The plugins stay.
         */
        delete: operations["deleteToolSet"];
    };
    "/v1/namespaces/{namespace_id}/tool-sets/{name}/approve": {
        /**
         * Approve what was proposed for a tool set
         * @description Needs the scope `versions:approve`, and a person other than who proposed it: a session in the console or a personal key. Agents get it from now on.
         */
        post: operations["approveToolSet"];
    };
    "/v1/namespaces/{namespace_id}/tool-sets/{name}/mcp": {
        /**
         * Use a set of tools
         * @description The set's tools, as far as their plugins are live. Takes one JSON-RPC message of the Model Context Protocol (revisions 2026-07-28 and 2025-11-25, without stored sessions) and needs the scope `plugins:invoke`. Clients send `Accept: application/json, text/event-stream`.
         */
        post: operations["callToolSet"];
    };
    "/v1/namespaces/{namespace_id}/tool-sets/{name}/reject": {
        /**
         * Reject what was proposed for a tool set
         * @description Needs the scope `versions:approve`, and a person other than who proposed it: a session in the console or a personal key. Agents keep what they have.
         */
        post: operations["rejectToolSet"];
    };
    "/v1/namespaces/{namespace_identifier}": {
        /** Get a namespace */
        get: operations["getNamespace"];
        /** Update a namespace */
        put: operations["putNamespace"];
        /**
         * Delete a namespace and everything in it
         * @description Needs `versions:approve` too if the namespace or one of its plugins demands approval, `policy:admin` if the namespace refuses advisories or young packages, and `keys:admin` if it has a budget. The namespace `default` cannot be deleted: every organization has it.
         */
        delete: operations["deleteNamespace"];
        /** Update a namespace */
        patch: operations["patchNamespace"];
    };
    "/v1/namespaces/list": {
        /** List namespaces */
        post: operations["listNamespaces"];
    };
    "/v1/oidc/exchange": {
        /**
         * Exchange a CI job's ID token for a key
         * @description The key is valid for 15 minutes, with the scopes of the trusted publisher whose conditions the token meets. Each token can be exchanged once. Refusals are events of the organization, at most ten a minute.
         */
        post: operations["exchangeToken"];
    };
    "/v1/organization/deletion": {
        /**
         * Get the state of the organization's deletion
         * @description Needs the scope `keys:admin` and a key that is not bound to namespaces.
         */
        get: operations["getOrganizationDeletion"];
        /**
         * Request the organization's deletion
         * @description After seven days the organization is closed: its keys are revoked, its plugins stop, and all its data is deleted. Until then everything keeps working, and the request can be cancelled. Repeating it changes nothing. Needs the scope `keys:admin` and a key that is not bound to namespaces.
         */
        post: operations["requestOrganizationDeletion"];
        /**
         * Cancel the organization's deletion
         * @description Changes nothing if no deletion was requested. Needs the scope `keys:admin` and a key that is not bound to namespaces.
         */
        delete: operations["cancelOrganizationDeletion"];
    };
    "/v1/organization/export": {
        /**
         * Export the organization's data
         * @description Returns NDJSON: a line `{"table": …, "row": …}` per row, `{"object": {"key", "size", "url"}}` per stored object, with a URL valid for an hour, and `{"end": …}` last. If the end has `next`, send it as `from` to get the remaining data. The export omits secrets; events have a separate export. See docs/reference/operations.md. Needs the scope `keys:admin` and a key that is not bound to namespaces.
         */
        get: operations["exportOrganization"];
    };
    "/v1/organization/settings": {
        /**
         * Get the organization's settings
         * @description Needs the scope `keys:admin` and a key that is not bound to namespaces.
         */
        get: operations["getOrganizationSettings"];
        /**
         * Update the organization's settings
         * @description Needs the scope `keys:admin` and a key that is not bound to namespaces.
         */
        patch: operations["updateOrganizationSettings"];
    };
    "/v1/person": {
        /**
         * Get the signed-in person and their organizations
         * @description Needs a session of a person, or a personal key. A key of the organization gets 403.
         */
        get: operations["getPerson"];
    };
    "/v1/person/codes": {
        /**
         * Let the command line get a personal key
         * @description Needs a session of a person, or a personal key. A key of the organization gets 403. Returns a code that `exchangeSignInCode` turns into a personal key with the request's access, once, within 5 minutes. Pages ask the person before they send this request.
         */
        post: operations["createSignInCode"];
    };
    "/v1/person/keys": {
        /**
         * List the person's keys in the organization
         * @description Needs a session of a person, or a personal key. A key of the organization gets 403.
         */
        get: operations["listPersonalKeys"];
        /**
         * Create a personal key
         * @description Needs a session of a person, or a personal key. A key of the organization gets 403. The key acts as the person, never with more than their role. The secret is shown in this response only.
         */
        post: operations["createPersonalKey"];
    };
    "/v1/person/keys/{key_id}": {
        /**
         * Revoke one of the person's keys
         * @description Needs a session of a person, or a personal key. A key of the organization gets 403. The key stops working within 10 s.
         */
        delete: operations["revokePersonalKey"];
    };
    "/v1/person/sessions": {
        /**
         * List the person's sessions in the organization
         * @description Needs a session of a person, or a personal key. A key of the organization gets 403.
         */
        get: operations["listPersonSessions"];
    };
    "/v1/person/sessions/{session_id}": {
        /**
         * End one of the person's sessions
         * @description Needs a session of a person, or a personal key. A key of the organization gets 403. The session ends within 10 s.
         */
        delete: operations["endPersonSession"];
    };
    "/v1/person/switch": {
        /**
         * Switch the browser to another organization
         * @description Needs a session of a person, or a personal key. A key of the organization gets 403. Replaces the cookie's session by one for another of the person's organizations.
         */
        post: operations["switchOrganization"];
    };
    "/v1/plugins": {
        /** List plugins */
        get: operations["listOrganizationPlugins"];
    };
    "/v1/plugins/{plugin_id}": {
        /** Get a plugin version */
        get: operations["getOrganizationPlugin"];
        /** Delete a plugin version */
        delete: operations["deleteOrganizationPlugin"];
        /**
         * Yank or deprecate a version, or undo that
         * @description Only its exact number still resolves to a yanked version: it is not active, and a rollback reaches it only by its number. A deprecated version works as before. Both show their reason wherever the version is, and neither stops what is live.
         */
        patch: operations["withdrawOrganizationPlugin"];
    };
    "/v1/plugins/{plugin_id}/approve": {
        /**
         * Approve a version
         * @description Needs the scope `versions:approve`, and a person other than the publisher: a session in the console or a personal key. The version becomes the active one if it is the highest, and is deployed if its publisher asked for that.
         */
        post: operations["approveOrganizationPlugin"];
    };
    "/v1/plugins/{plugin_id}/deployments": {
        /** List a version's deployments, newest first */
        get: operations["listOrganizationPluginDeployments"];
    };
    "/v1/plugins/{plugin_id}/download": {
        /** Get a presigned URL for a version's archive */
        get: operations["getOrganizationPluginDownload"];
    };
    "/v1/plugins/{plugin_id}/environment": {
        /**
         * Get a version's dependencies
         * @description A version is locked once, when it is first deployed for realtime calls. Every later deployment and rollback uses the same lock.
         */
        get: operations["getOrganizationPluginEnvironment"];
    };
    "/v1/plugins/{plugin_id}/evidence": {
        /**
         * Get a version's signed provenance, verdict and lock
         * @description The statements are signed with one of the installation's keys, which `/.well-known/slipway/keys.json` lists. `slipway verify` checks them, and so do cosign and other tools.
         */
        get: operations["getOrganizationPluginEvidence"];
    };
    "/v1/plugins/{plugin_id}/readme": {
        /**
         * Get a version's README
         * @description Returns the README in the archive's top folder: `README.md` in any letter case or, if there is none, `README.markdown`, `README.rst`, `README.txt` or `README`. Its text is cut after 512 KiB. It is UTF-8, or UTF-16 with its byte order mark; for any other text, the 404 names the file in `details.path`.
         */
        get: operations["getOrganizationPluginReadme"];
    };
    "/v1/plugins/{plugin_id}/readme/image": {
        /**
         * Get a picture that a version's README shows
         * @description Returns a PNG, JPEG, GIF or WebP file of up to 1 MiB from the archive. Its content decides, not its name. Any other file counts as absent, also an SVG, which could have scripts.
         */
        get: operations["getOrganizationPluginReadmeImage"];
    };
    "/v1/plugins/{plugin_id}/reject": {
        /**
         * Reject a version
         * @description Needs the scope `versions:approve`, and a person other than the publisher: a session in the console or a personal key. The version stays listed, can never be deployed, and keeps its number until it is deleted.
         */
        post: operations["rejectOrganizationPlugin"];
    };
    "/v1/plugins/{plugin_id}/sbom": {
        /**
         * Get a version's SBOM
         * @description Returns CycloneDX 1.6: the Python packages of its lock or the Go modules of its build, and the models that it reads.
         */
        get: operations["getOrganizationPluginSbom"];
    };
    "/v1/plugins/{plugin_id}/scan": {
        /**
         * Get a version's scan result
         * @description Applies the current rules at the organization's level, with its waivers. In SARIF 2.1.0, a waived finding is a result with a suppression.
         */
        get: operations["getOrganizationPluginScan"];
    };
    "/v1/plugins/{plugin_id}/source": {
        /**
         * Get a version's source
         * @description Returns every file in the archive, without the top-level folder: text as is, other content in base64. Files above 1 MiB, and all files after the first 20 MiB, are listed without content.
         */
        get: operations["getOrganizationPluginSource"];
    };
    "/v1/plugins/{plugin_id}/trial": {
        /**
         * Call a version that waits for approval
         * @description Needs the scope `plugins:write`. Calls the version in an instance of its own, without the network, the namespace's secrets and a Ray cluster. It stops a minute after its last call. A version has 200 such calls, and 3 versions of an organization can be tried at a time.
         */
        post: operations["tryOrganizationPlugin"];
    };
    "/v1/plugins/by-name/{slug}": {
        /**
         * Demand approval of a plugin's new versions
         * @description Needs the scope `namespaces:admin`, and also `versions:approve` to set `requires_approval` to false. A namespace that demands approval does so for all its plugins. Refused with 409 if fewer than two members may approve there.
         */
        patch: operations["patchOrganizationPlugin"];
    };
    "/v1/plugins/by-name/{slug}/diff": {
        /** Compare two of a plugin's versions */
        get: operations["diffOrganizationPluginVersions"];
    };
    "/v1/plugins/from-git": {
        /**
         * Publish a plugin from a Git repository
         * @description Fetches one commit, scans and publishes it, and deploys it if requested. `manifest.py` declares the name and version. Publishing the same content again returns the same version. If it takes longer than 90 s, or than `Prefer: wait`, `validation_status` is `pending`. Confirm the upload to get its result.
         */
        post: operations["publishOrganizationPluginFromGit"];
    };
    "/v1/plugins/uploads": {
        /** Create an upload with a presigned URL */
        post: operations["createOrganizationPluginUpload"];
    };
    "/v1/plugins/uploads/{upload_id}": {
        /**
         * Get an upload with its findings
         * @description Also works for a rejected upload, until Slipway deletes it 90 days after it ended.
         */
        get: operations["getOrganizationPluginUpload"];
    };
    "/v1/plugins/uploads/{upload_id}/confirm": {
        /**
         * Confirm an upload
         * @description Checks, scans and publishes the uploaded archive.
         */
        post: operations["confirmOrganizationPluginUpload"];
    };
    "/v1/quotas": {
        /**
         * List the organization's usage and quotas
         * @description Returns the usage and quotas of the key's organization. Needs no scope. Only operators can change quotas.
         */
        get: operations["listQuotas"];
    };
    "/v1/scan-policy": {
        /**
         * Get the scan policy
         * @description Needs the scope `policy:admin` and a key that is not bound to namespaces, like all operations on the scan policy.
         */
        get: operations["getScanPolicy"];
        /**
         * Set the scan level
         * @description Applies to all uploads confirmed from now on. Published versions are scanned again. A version that is then rejected can no longer be deployed, but stays live where it already is. Each changed verdict is an event.
         */
        put: operations["setScanPolicy"];
    };
    "/v1/scan-policy/preview": {
        /**
         * Preview the scan policy
         * @description Lists published versions whose verdict would change under the current rules at a level, and why. Changes nothing. A page can be empty and still be followed by another one. Each page covers `examined` versions, which are fewer than `limit` if some archives had to be scanned at the level first.
         */
        post: operations["previewScanPolicy"];
    };
    "/v1/search": {
        /**
         * Search for plugins
         * @description Needs the scope `plugins:read`. Finds plugins of every kind that the key can see, by words of their names, tags, descriptions and READMEs, best first. A word may be the start of a longer one and, from four letters on, may have one typo. A plugin must have every word. A key bound to namespaces finds plugins of the organization by their names only. Changes are found within a minute, most of them at once.
         */
        get: operations["searchPlugins"];
    };
    "/v1/session": {
        /**
         * Get the session
         * @description Returns the key of the session or of the request. Needs no scope.
         */
        get: operations["getSession"];
        /**
         * Sign a browser in
         * @description Sets a session cookie with the access of the sent API key. The session ends after 12 hours, on sign-out, or with the key's secret.
         */
        post: operations["signIn"];
        /**
         * Sign out
         * @description Ends the cookie's session within 10 s. Without a cookie, nothing happens.
         */
        delete: operations["signOut"];
    };
    "/v1/session/links": {
        /**
         * Create a sign-in link
         * @description The link signs in one browser, once, with the access of the sent API key. It is valid for 10 minutes.
         */
        post: operations["createSignInLink"];
    };
    "/v1/session/links/read": {
        /**
         * Get a sign-in link's organization
         * @description Returns the account that `useSignInLink` would sign in to. The link stays valid.
         */
        post: operations["readSignInLink"];
    };
    "/v1/session/links/use": {
        /**
         * Sign in with a link
         * @description Pages ask for confirmation before they send this request, so that a link from someone else cannot sign a user in unnoticed.
         */
        post: operations["useSignInLink"];
    };
    "/v1/sign-in": {
        /**
         * Begin to sign a person in
         * @description Returns the URL of the issuer's page, and sets the cookie `__Host-slipway-sign-in`. The issuer sends the browser back within 10 minutes, to `/v1/sign-in/callback` or, for an organization's own issuer, `/v1/sign-in/callback/{organization_id}`, which sets the session's cookie.
         */
        post: operations["beginSignIn"];
    };
    "/v1/sign-in/code": {
        /**
         * Exchange a code for a personal key
         * @description For the command line: a code of `createSignInCode` works once, with the verifier of its challenge, while its person is a member.
         */
        post: operations["exchangeSignInCode"];
    };
    "/v1/sign-in/invitation": {
        /**
         * Read whom an invitation is for
         * @description Shown before a person accepts it: anyone can send an invitation to their own organization.
         */
        post: operations["readInvitation"];
    };
    "/v1/sign-in/issuers": {
        /**
         * List the ways to sign in
         * @description The operator's issuers of people, and those of the organization if one is named.
         */
        get: operations["listSignInIssuers"];
    };
    "/v1/sources": {
        /**
         * List credentials for private sources
         * @description Needs the scope `sources:admin` and a key that is not bound to namespaces, like all operations on sources.
         */
        get: operations["listSources"];
        /**
         * Rotate a credential for private sources
         * @description Replaces the token. Fetches in progress finish with the previous one. `username`, `go_modules` and `python_packages` stay unchanged if they are omitted.
         */
        put: operations["rotateSource"];
        /**
         * Add a credential for private sources
         * @description Slipway sends the credential when it fetches a repository at this host and below this path, if the server asks for one. If several sources match, the one with the longest path wins. Responds with 409 if this exact source already has a credential.
         */
        post: operations["addSource"];
        /**
         * Remove a credential for private sources
         * @description Published versions stay: they keep serving, and you can still roll back to them.
         */
        delete: operations["removeSource"];
    };
    "/v1/trusted-publishers": {
        /**
         * List trusted publishers
         * @description Needs the scope `keys:admin`, like all operations on trusted publishers.
         */
        get: operations["listTrustedPublishers"];
        /**
         * Trust a CI job to publish
         * @description Jobs whose ID token meets the conditions can exchange it for a key of 15 minutes (`exchangeToken`). The key can't have more access than the key that creates the publisher. GitHub's `repository_id` and `repository_owner_id` are fixed by the first token, and `pull_request_target` is refused.
         */
        post: operations["addTrustedPublisher"];
    };
    "/v1/trusted-publishers/{trusted_publisher_id}": {
        /**
         * Remove a trusted publisher
         * @description Its jobs' keys stop working within 10 s. Published versions stay.
         */
        delete: operations["removeTrustedPublisher"];
    };
    "/v1/usage": {
        /**
         * List what costs most in a month
         * @description Covers the namespaces that the key can see. Usage is kept for 13 months. Needs the scope `plugins:read`.
         */
        get: operations["listUsage"];
    };
    "/v1/usage/history": {
        /**
         * List what each of the last months used
         * @description Covers the namespaces that the key can see, or one. Send `Accept: text/csv` or `format=csv` for CSV. Months are in UTC. Needs the scope `plugins:read`.
         */
        get: operations["listUsageHistory"];
    };
    "/v1/waivers": {
        /**
         * List waivers, newest first
         * @description Needs the scope `policy:admin` and a key that is not bound to namespaces, like all operations on waivers.
         */
        get: operations["listWaivers"];
        /**
         * Waive a rule for a plugin
         * @description The rule's findings in the plugin stay visible, marked as waived, and do not reject uploads until the waiver expires. Rules that start with SLP6, SLP70 or SLM, and the rule SLP710, cannot be waived.
         */
        post: operations["grantWaiver"];
    };
    "/v1/waivers/{waiver_id}": {
        /**
         * Revoke a waiver
         * @description Published versions stay and are scanned again. Revoking an expired or revoked waiver changes nothing.
         */
        delete: operations["revokeWaiver"];
    };
    "/v1/webhooks": {
        /** List webhooks */
        get: operations["listWebhooks"];
        /**
         * Create a webhook
         * @description Needs the scope `webhooks:admin`, like all webhook operations. The URL must be https on port 443 of a public host name. The secret is shown in this response only.
         */
        post: operations["createWebhook"];
    };
    "/v1/webhooks/{endpoint_id}": {
        /** Get a webhook */
        get: operations["getWebhook"];
        /** Delete a webhook with its deliveries */
        delete: operations["deleteWebhook"];
        /** Update a webhook */
        patch: operations["changeWebhook"];
    };
    "/v1/webhooks/{endpoint_id}/deliveries": {
        /**
         * List deliveries
         * @description Newest events first. Finished deliveries are retained for 30 days. If the list is filtered by type or status, a page may be short or empty and still be followed by another one.
         */
        get: operations["listDeliveries"];
    };
    "/v1/webhooks/{endpoint_id}/deliveries/{delivery_id}": {
        /** Get a delivery with its attempts */
        get: operations["getDelivery"];
    };
    "/v1/webhooks/{endpoint_id}/deliveries/{delivery_id}/redeliver": {
        /**
         * Redeliver an event
         * @description Restarts the delivery, whatever its outcome, from the start of its retry schedule and with the same `webhook-id`.
         */
        post: operations["redeliver"];
    };
    "/v1/webhooks/{endpoint_id}/disable": {
        /**
         * Disable a webhook
         * @description Pending deliveries fail.
         */
        post: operations["disableWebhook"];
    };
    "/v1/webhooks/{endpoint_id}/enable": {
        /**
         * Enable a webhook
         * @description Delivers events from now on. To deliver events from the time when the webhook was disabled, use `recoverDeliveries`.
         */
        post: operations["enableWebhook"];
    };
    "/v1/webhooks/{endpoint_id}/recover": {
        /**
         * Redeliver failed events since a point in time
         * @description Redelivers the failed events between `since` and `until`, and delivers the events that occurred in that time while the webhook was disabled. `since` can be at most 14 days ago.
         */
        post: operations["recoverDeliveries"];
    };
    "/v1/webhooks/{endpoint_id}/rotate": {
        /**
         * Rotate a webhook's secret
         * @description During the overlap, requests are signed with both secrets. The new secret is shown in this response only.
         */
        post: operations["rotateWebhookSecret"];
    };
    "/v1/webhooks/{endpoint_id}/test": {
        /**
         * Send a test event
         * @description Sends a `webhook.test` event to this webhook only, regardless of its filters.
         */
        post: operations["testWebhook"];
    };
}
export interface components {
    schemas: {
        Actor: {
            /** @description Claims of a CI job's ID token */
            claims?: {
                actor?: string;
                environment?: string;
                job_id?: string;
                namespace_id?: string;
                pipeline_id?: string;
                project_id?: string;
                project_path?: string;
                ref?: string;
                ref_path?: string;
                repository?: string;
                repository_id?: string;
                repository_owner_id?: string;
                run_id?: string;
                sha?: string;
                user_login?: string;
                workflow_ref?: string;
            };
            id: string;
            /** @description The issuer that vouched for a CI job, at that time */
            issuer?: {
                /** @enum {string} */
                keys: "discovery" | "pasted";
                /** @enum {string} */
                owner: "operator" | "organization";
                url: string;
            };
            /** @description IDs of the people who made the key, deploy hook or trusted publisher that acted, changed it or rotated its secret, and of the authors of a version that was relocked. Omitted if none is known */
            made_by?: string[];
            /** @description Name of a key, person or CI job at that time */
            name?: string;
            /** @enum {string} */
            type: "key" | "person" | "ci" | "anonymous" | "admin" | "hook" | "system";
            /**
             * @description How a person's request came
             * @enum {string}
             */
            via?: "console" | "cli";
        };
        Advisory: {
            /** @description As in OSV */
            advisory_id: string;
            aliases: string[];
            /** Format: date-time */
            modified_at: string;
            pagination: components["schemas"]["Pagination"];
            /** Format: date-time */
            published_at: string | null;
            /** @description The versions that it affects, live ones first */
            results: {
                /** @description The lowest version of the package that the advisory does not affect, if one is known */
                fixed_in: string | null;
                /** @description Where the version is live, among the namespaces that the key can see; at most 100 */
                live: {
                    deployment_id: string;
                    namespace_id: string;
                    namespace_name: string;
                }[];
                /** @description The plugin's namespace. Null for an organization's plugin */
                namespace_id: string | null;
                package: {
                    /** @enum {string} */
                    ecosystem: "PyPI" | "Go";
                    name: string;
                    purl: string;
                    /** @description The version in use */
                    version: string;
                };
                plugin: {
                    /** @enum {string} */
                    kind: "extractor" | "pipeline" | "storage" | "agent";
                    name: string;
                };
                plugin_id: string;
                /**
                 * @description For Go: `symbol` if the program calls what is vulnerable, `package` if it imports the package and the advisory names no functions, `none` if it reaches neither. `unknown` for Python, and until a Go program is analyzed
                 * @enum {string}
                 */
                reach: "symbol" | "package" | "none" | "unknown";
                /**
                 * @description `unknown` if the package's version and the advisory can't be compared
                 * @enum {string}
                 */
                verdict: "affected" | "unknown";
                /** @description The version's number, or the ref of a Go plugin */
                version: string;
            }[];
            /**
             * @description Null if the advisory states none. It counts as critical
             * @enum {string|null}
             */
            severity: "low" | "medium" | "high" | "critical" | null;
            summary: string;
        };
        /** @description Number of advisories that affect the version, by severity. Doesn't count those whose vulnerable code a Go program doesn't reach */
        AdvisoryCounts: {
            critical: number;
            high: number;
            low: number;
            medium: number;
            unknown: number;
        };
        AdvisoryImport: {
            /** @description Kept records that were new, or differed from the stored ones */
            changed: number;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            ended_at: string | null;
            /** @description Why it failed; null if it did not */
            error: string | null;
            /** @description Number of files in the zip; null until it is open */
            files: number | null;
            files_read: number;
            /** @description Why the first of these files is not read; null if there is none */
            first_invalid: string | null;
            /** @description Ranges of commits, which are ignored */
            git_ranges: number;
            import_id: string;
            /** @description Files that aren't OSV records, or are refused */
            invalid: number;
            /** @description Records about packages that plugins can use: those of PyPI and Go */
            kept: number;
            /** @description Number of records read */
            records: number;
            /** @description Null until the URL is fetched */
            size_bytes: number | null;
            /**
             * @description `open`: waits for its zip. `reading`: its records are read, and compared with versions
             * @enum {string}
             */
            status: "open" | "reading" | "done" | "failed";
            /** @description Null if an operator sends the zip */
            url: string | null;
        };
        /** @description The URL to fetch, or the size of the zip that is sent to `upload_url` next */
        AdvisoryImportRequest: {
            url: string;
        } | {
            size_bytes: number;
        };
        AdvisoryImportWithUrl: components["schemas"]["AdvisoryImport"] & {
            upload_url: string | null;
        };
        AdvisorySource: {
            /** Format: date-time */
            created_at: string;
            /** @description Why the last import failed; null if it did not */
            error: string | null;
            last_import_id: string | null;
            /**
             * Format: date-time
             * @description When it is imported next
             */
            next_at: string;
            url: string;
        };
        AdvisorySourceRequest: {
            url: string;
        };
        AffectedVersion: {
            advisory: {
                /** @description As in OSV */
                advisory_id: string;
                aliases: string[];
                /**
                 * @description Null if the advisory states none. It counts as critical
                 * @enum {string|null}
                 */
                severity: "low" | "medium" | "high" | "critical" | null;
                summary: string;
            };
            /** @description The lowest version of the package that the advisory does not affect, if one is known */
            fixed_in: string | null;
            /** @description Where the version is live, among the namespaces that the key can see; at most 100 */
            live: {
                deployment_id: string;
                namespace_id: string;
                namespace_name: string;
            }[];
            /** @description The plugin's namespace. Null for an organization's plugin */
            namespace_id: string | null;
            package: {
                /** @enum {string} */
                ecosystem: "PyPI" | "Go";
                name: string;
                purl: string;
                /** @description The version in use */
                version: string;
            };
            plugin: {
                /** @enum {string} */
                kind: "extractor" | "pipeline" | "storage" | "agent";
                name: string;
            };
            plugin_id: string;
            /**
             * @description For Go: `symbol` if the program calls what is vulnerable, `package` if it imports the package and the advisory names no functions, `none` if it reaches neither. `unknown` for Python, and until a Go program is analyzed
             * @enum {string}
             */
            reach: "symbol" | "package" | "none" | "unknown";
            /**
             * @description `unknown` if the package's version and the advisory can't be compared
             * @enum {string}
             */
            verdict: "affected" | "unknown";
            /** @description The version's number, or the ref of a Go plugin */
            version: string;
        };
        AffectedVersions: {
            pagination: components["schemas"]["Pagination"];
            results: components["schemas"]["AffectedVersion"][];
        };
        AgentError: {
            error: {
                code: string;
                details: {
                    [key: string]: unknown;
                } | null;
                fields: {
                    field: string;
                    message: string;
                }[];
                hint: string;
                message: string;
            };
            request_id: string;
        };
        AgentPlugin: {
            artifactUrl: string;
            /** @description `sha256:` and hexadecimal digits */
            checksum: string;
            /** @description JSON Schema, as a string */
            configSchema: string;
            /** @description Why the version should no longer be used */
            deprecation: string | null;
            description: string | null;
            id: string;
            labels: {
                [key: string]: string;
            };
            /** @description Whether Slipway has a copy with this checksum */
            mirrored: boolean;
            name: string;
            pluginRuntime: string;
            /** @enum {string} */
            pluginType: "log" | "metric" | "trace";
            /** @description Set while the version can be neither deployed nor downloaded */
            quarantined: components["schemas"]["Quarantine"] | null;
            /** Format: date-time */
            registeredAt: string;
            /** @enum {string} */
            verification: "pending" | "verified" | "mismatch" | "unreachable" | "unverifiable";
            verificationDetails: {
                actualChecksum: string | null;
                /** @description Attempts since the verification became pending */
                attempts: number;
                /** Format: date-time */
                checkedAt: string | null;
                contentType: string | null;
                /** @enum {string|null} */
                failure: "checksum_mismatch" | "artifact_unreachable" | "artifact_too_large" | null;
                message: string | null;
                /**
                 * Format: date-time
                 * @description Null until the artifact is requested
                 */
                nextCheckAt: string | null;
                sizeBytes: number | null;
            };
            version: string;
            yanked: boolean;
            yankReason: string | null;
        };
        AgentPluginPage: {
            nextCursor: string | null;
            plugins: components["schemas"]["AgentPlugin"][];
        };
        AgentPluginVersions: {
            latest: components["schemas"]["AgentPlugin"] | null;
            name: string;
            versions: components["schemas"]["AgentPlugin"][];
        };
        AnsweredLaterCall: components["schemas"]["LaterCall"] & {
            /** @description For an extractor: `status`, `result` or `error`, and `duration_ms`. For a Go plugin: `result` or `error`. Null until the call has ended, and if it was cancelled or has expired. */
            answer: unknown;
        };
        ApiKey: {
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            expires_at: string | null;
            key_id: string;
            /**
             * Format: date-time
             * @description Accurate to ten minutes
             */
            last_used_at: string | null;
            name: string;
            /** @description Null for all the organization's namespaces */
            namespace_ids: string[] | null;
            /** @description The only path that the key works for, with what is below it. Null for all paths */
            path: string | null;
            /** @description The person that a personal key acts for. Null for a key of the organization */
            person: {
                name: string;
                person_id: string;
            } | null;
            /** @description The secret's first characters */
            prefix: string;
            /**
             * Format: date-time
             * @description The previous secret also works until this time
             */
            previous_valid_until: string | null;
            /** Format: date-time */
            revoked_at: string | null;
            scopes: ("plugins:read" | "plugins:write" | "plugins:deploy" | "plugins:invoke" | "versions:approve" | "namespaces:admin" | "policy:admin" | "sources:admin" | "webhooks:admin" | "keys:admin" | "audit:read")[];
            /** @enum {string} */
            status: "active" | "expired" | "revoked";
        };
        ApiKeyRequest: {
            /**
             * Format: date-time
             * @description Defaults to the creating key's expiry if null or omitted
             */
            expires_at?: string | null;
            name: string;
            /** @description Defaults to the creating key's namespaces if null or omitted */
            namespace_ids?: string[] | null;
            /** @description The only path that the key works for, with what is below it, such as a set of tools. The key is then bound to the path's namespace if `namespace_ids` is null or omitted */
            path?: string | null;
            scopes: ("plugins:read" | "plugins:write" | "plugins:deploy" | "plugins:invoke" | "versions:approve" | "namespaces:admin" | "policy:admin" | "sources:admin" | "webhooks:admin" | "keys:admin" | "audit:read")[];
        };
        ApiKeyWithSecret: components["schemas"]["ApiKey"] & {
            /** @description Shown in this response only */
            api_key: string;
        };
        /** @description Who approved or rejected the version, when and why */
        Approval: {
            /** Format: date-time */
            at: string;
            by: components["schemas"]["Actor"];
            note: string | null;
        } | null;
        ApprovalDecision: {
            /**
             * @description Kind of the plugin. Defaults to `extractor`
             * @enum {string}
             */
            kind?: "extractor" | "pipeline" | "storage";
            note?: string | null;
            /** @description The archive's digest, `code_hash`, as you saw it. If the version has another one by now, nothing changes */
            sha256: string;
        };
        AvailablePlugin: {
            /** Format: date-time */
            created_at: string;
            /** @description Set while the version shouldn't be used */
            deprecated: components["schemas"]["Withdrawal"] | null;
            description: string | null;
            enabled_in_namespace: boolean;
            feature_uri: string;
            name: string;
            /** @description Default parameters for the plugin's deployments in this namespace. Null if it is not enabled */
            parameters: {
                [key: string]: unknown;
            } | null;
            plugin_id: string;
            /** @description Set while the version can be neither deployed nor downloaded */
            quarantined: components["schemas"]["Quarantine"] | null;
            /** @description The namespace has its own plugin with the same name, which takes precedence */
            shadowed: boolean;
            /**
             * @description Whether the version waits for approval, or how that was decided. Null if it needs none
             * @enum {string|null}
             */
            stage: "staged" | "approved" | "rejected" | null;
            /** @enum {string} */
            validation_status: "passed";
            version: string;
            /** @description Set while only its exact number still resolves to the version */
            yanked: components["schemas"]["Withdrawal"] | null;
        };
        AvailablePlugins: {
            namespace_id: string;
            next_cursor: string | null;
            organization_id: string;
            plugins: components["schemas"]["AvailablePlugin"][];
            /** @enum {boolean} */
            success: true;
            total: number;
        };
        BatchAnswer: {
            deployment_id: string;
            duration_ms: number;
            /** @description Why there are no rows */
            error: string | null;
            /**
             * @description The input of the steps: a pandas DataFrame if pandas is a dependency, otherwise a substitute with the most common methods
             * @enum {string|null}
             */
            frame: "pandas" | "table" | null;
            /** @description The newest 1,000 lines of the plugin's log */
            logs: components["schemas"]["LogLine"][];
            message: string;
            row_errors: {
                index: number;
                message: string;
            }[];
            /** @description One row for each sent row, in order; null where the steps failed. A row that does not match the output_schema or the features is included, with an error. A row that no step takes is included as sent, with `"skipped": true`. */
            rows: ({
                [key: string]: unknown;
            } | null)[];
            /** @description Number of rows that no step took */
            skipped: number;
            /**
             * @description `error` if a row failed or does not match the manifest
             * @enum {string}
             */
            status: "success" | "error";
            /** @description Number of steps that `build_steps` returned */
            steps: number | null;
        };
        BatchTest: {
            /** @description Override the deployment's parameters */
            parameters?: {
                [key: string]: unknown;
            } | null;
            /** @description Rows of the batch, such as `[{"data": "A text"}]` */
            rows: {
                [key: string]: unknown;
            }[];
        };
        BegunSignIn: {
            /** Format: uri */
            authorization_url: string;
        };
        Budget: {
            limits: components["schemas"]["BudgetLimits"] | null;
            month: string;
            /** @description Set by the operator. Both apply */
            operator_limits: components["schemas"]["BudgetLimits"] | null;
            /** @description Whether a spent budget refuses something now */
            refusing: boolean;
            /** @description Organization or namespace */
            scope: string;
            usage: {
                calls: components["schemas"]["ResourceSpending"];
                instance_seconds: components["schemas"]["ResourceSpending"];
                stored_bytes: components["schemas"]["ResourceSpending"];
            };
        };
        /** @description Limits of a calendar month (UTC). Null doesn't limit */
        BudgetLimits: {
            calls?: number | null;
            /** @description How long instances may be awake in total */
            instance_seconds?: number | null;
            /**
             * @description `refuse`: once it is spent, new instances, deployments and runs are refused, or uploads if stored bytes are spent. What is awake, and runs that have begun, continue. `warn`: only events
             * @default warn
             * @enum {string}
             */
            on_exceeded?: "warn" | "refuse";
            stored_bytes?: number | null;
        };
        Builder: {
            /** @description What its programs allow */
            capabilities: ("sources" | "builds" | "isolates")[] | null;
            /**
             * @description `lost`: given up, until it answers again and has stopped its instances
             * @enum {string}
             */
            condition: "ok" | "late" | "failed" | "stopping" | "lost";
            gpus: components["schemas"]["BuilderGpus"];
            /**
             * @description `draining`: it gets no new work, and its instances move to the others
             * @enum {string}
             */
            mode: "active" | "draining";
            name: string;
            /** @description Null if it didn't answer */
            python: string | null;
            sandbox: string | null;
        };
        BuilderChanges: {
            /**
             * @description `draining`: it gets no new work, and its instances move to the others
             * @enum {string}
             */
            mode: "active" | "draining";
        };
        /** @description GPUs that the builder lends to the organization. Null if it lends none to it */
        BuilderGpus: {
            cards: components["schemas"]["Gpu"][];
            /** @description Why only whole cards are lent. Null if shares are lent, too */
            whole_cards_only: string | null;
        } | null;
        /** @description Null unless `BUILDER_GPUS` is set */
        BuilderGpusInFull: {
            cards: components["schemas"]["GpuInFull"][];
            /** @description The newest CUDA that the driver supports */
            cuda: string | null;
            driver: string | null;
            /** @description Processes that were ended because they used more than their share, since the builder started */
            ended: number;
            /** @description Why it lends none, although `BUILDER_GPUS` asks it to */
            problem: string | null;
            /** @description Organizations that may hold GPUs at the same time (`BUILDER_GPUS_TRUSTED_FOR`). Null: one at a time */
            trusted_for: "all" | string[] | null;
            /** @description Why only whole cards are lent. Null if shares are lent, too */
            whole_cards_only: string | null;
        } | null;
        BuilderInFull: {
            calls_in_flight: number | null;
            /** @description What its programs allow */
            capabilities: ("sources" | "builds" | "isolates")[] | null;
            /**
             * @description `lost`: given up, until it answers again and has stopped its instances
             * @enum {string}
             */
            condition: "ok" | "late" | "failed" | "stopping" | "lost";
            disk_free_bytes: number | null;
            gpus: components["schemas"]["BuilderGpusInFull"];
            instances: number | null;
            memory_available_bytes: number | null;
            /**
             * @description `draining`: it gets no new work, and its instances move to the others
             * @enum {string}
             */
            mode: "active" | "draining";
            name: string;
            /** @description Null if it didn't answer */
            python: string | null;
            sandbox: string | null;
            /**
             * @description `settings`: in `BUILDER_URLS`
             * @enum {string}
             */
            source: "settings" | "operator";
            url: string;
        };
        BuilderOfInstallation: {
            /** @description Omitted unless the builder is to lend GPUs (`BUILDER_GPUS`) */
            gpus?: {
                /** @description GPUs that it lends; each MIG device counts */
                cards: number;
                /**
                 * @description `failed`: the builder lends none, although it should
                 * @enum {string}
                 */
                status: "ok" | "failed";
            };
            /** @description Builders of the settings are numbered */
            name: string;
            /** @enum {string} */
            status: "ok" | "late" | "failed" | "stopping" | "lost";
            took_ms: number;
        };
        BuilderRequest: {
            name: string;
            url: string;
        };
        CallbackSecret: {
            namespace_id: string;
            /** Format: date-time */
            previous_valid_until: string | null;
            /** @description Shown in this response only */
            secret: string;
        };
        CallEvent: {
            /** @description JSON: a value that the handler yielded, of at most 256 KiB; for `done`, an object with `duration_ms` and `deployment_id`; for `error`, an answer with the status `error` */
            data: string;
            /** @enum {string} */
            event: "chunk" | "done" | "error";
        };
        CallLimit: {
            /** @description Calls that may be in progress. Later calls count only in their minute. Null for no limit */
            calls_at_once: number | null;
            /** @description Calls that may begin in a minute of the clock. Null for no limit */
            calls_per_minute: number | null;
            /** @description The ID of the plugin, version or key */
            id: string;
            /** @enum {string} */
            limited: "plugin" | "version" | "key";
            /** @description The plugin's or key's name, or the version's `plugin_id` */
            name: string;
            /** @description Null for a key, and for a plugin of the organization */
            namespace_id: string | null;
        };
        CallLimitRequest: {
            /** @description Calls that may be in progress. Later calls count only in their minute. Null for no limit */
            calls_at_once: number | null;
            /** @description Calls that may begin in a minute of the clock. Null for no limit */
            calls_per_minute: number | null;
            /** @description Either this, `name` or `plugin_id` */
            key_id?: string;
            /**
             * @description Kind of the plugin with this name
             * @default extractor
             * @enum {string}
             */
            kind?: "extractor" | "pipeline" | "storage" | "agent";
            /** @description A plugin: the limit is for all its versions together */
            name?: string;
            /** @description The plugin's namespace; omit it for a plugin of the organization */
            namespace_id?: string;
            /** @description One version of an extractor: `NAME_MAJOR_MINOR_PATCH` */
            plugin_id?: string;
        };
        Cluster: {
            /** Format: date-time */
            checked_at: string;
            /** @description Number of the organization's deployments that run on the cluster */
            deployments: number;
            /**
             * @description What its nodes can fetch from the store: `any`, or `small` if they can't reach it. Then archives may have 8 MiB, and plugins get neither models nor packages of the organization's own indexes. Null if the last checks could not find out
             * @enum {string|null}
             */
            files: "any" | "small" | null;
            /** @description Lower-case letters, digits and `-` */
            name: string;
            network: components["schemas"]["ClusterNetwork"];
            /** @description Null if no check could read it */
            ray_version: string | null;
            /**
             * @description Result of the last check
             * @enum {string}
             */
            state: "ready" | "not-allowed" | "unreachable" | "token-refused" | "not-ray" | "version-unsupported" | "foreign-applications" | "token-unreadable";
        };
        ClusterChanges: {
            network: components["schemas"]["ClusterNetwork"];
        };
        ClusterInFull: {
            /** Format: date-time */
            checked_at: string;
            cluster_id: string;
            /** Format: date-time */
            created_at: string;
            dashboard_url: string;
            /**
             * @description What its nodes can fetch from the store: `any`, or `small` if they can't reach it. Then archives may have 8 MiB, and plugins get neither models nor packages of the organization's own indexes. Null if the last checks could not find out
             * @enum {string|null}
             */
            files: "any" | "small" | null;
            /** @description The problem and its fix; null if there is none */
            message: string | null;
            /** @description Lower-case letters, digits and `-` */
            name: string;
            network: components["schemas"]["ClusterNetwork"];
            /** @description Null if no check could read it */
            ray_version: string | null;
            /** @description URL at which Ray Serve's HTTP proxy responds */
            serve_url: string;
            /**
             * @description Result of the last check
             * @enum {string}
             */
            state: "ready" | "not-allowed" | "unreachable" | "token-refused" | "not-ray" | "version-unsupported" | "foreign-applications" | "token-unreadable";
            /** @description IDs of the organizations whose plugins may run on the cluster; null for all */
            trusted_for: string[] | null;
        };
        /**
         * @description `open`: plugins that are granted hosts may run on the cluster, without being confined to them. `none`: only plugins that ask for no hosts. Slipway enforces neither on the cluster
         * @enum {string}
         */
        ClusterNetwork: "none" | "open";
        ClusterRequest: {
            dashboard_url: string;
            /** @description Lower-case letters, digits and `-` */
            name: string;
            network?: components["schemas"]["ClusterNetwork"];
            /** @description URL at which Ray Serve's HTTP proxy responds */
            serve_url: string;
            /**
             * Format: password
             * @description The cluster's `RAY_AUTH_TOKEN`
             */
            token: string;
            /** @description IDs of the organizations whose plugins may run on the cluster; null for all. Plugins there are not sandboxed, but trusted like the cluster's own code */
            trusted_for: string[] | null;
        };
        ConfirmPluginUploadResponse: {
            code_hash: string | null;
            /** @enum {string} */
            deployment_status: "pending" | "not_deployed";
            feature_uri: string | null;
            message: string;
            name: string;
            namespace_id: string | null;
            organization_id: string;
            plugin_id: string | null;
            s3_archive_url: string | null;
            /**
             * @description Whether the version waits for approval, or how that was decided. Null if it needs none
             * @enum {string|null}
             */
            stage: "staged" | "approved" | "rejected" | null;
            /** @enum {boolean} */
            success: true;
            upload_id: string;
            validation_errors: string[];
            /** @enum {string} */
            validation_status: "pending" | "passed" | "failed";
            version: string;
            warnings: components["schemas"]["Finding"][];
        };
        CreatedRun: components["schemas"]["Run"] & {
            /** Format: date-time */
            expires_at: string | null;
            /** @description URL for a PUT of the input, after which the run can be started. Null if the run has its input */
            presigned_url: string | null;
        };
        DecidedVersion: {
            approval: components["schemas"]["Approval"];
            /** @description The deployment that the publisher asked for */
            deployment: {
                deployment_id: string;
                /** @enum {string} */
                status: "queued" | "claimed" | "building" | "starting" | "verifying" | "ready" | "promoted" | "failed" | "superseded" | "cancelled" | "stopped";
            } | null;
            /** @description Why the version was approved but not deployed */
            deployment_error: {
                code: string;
                message: string;
            } | null;
            plugin_id: string;
            /**
             * @description Whether the version waits for approval, or how that was decided. Null if it needs none
             * @enum {string|null}
             */
            stage: "staged" | "approved" | "rejected" | null;
            /** @enum {boolean} */
            success: true;
        };
        Delivery: {
            attempts: number;
            delivery_id: string;
            endpoint_id: string;
            /** Format: date-time */
            event_at: string;
            event_id: string;
            event_type: string;
            /** Format: date-time */
            next_attempt_at: string | null;
            /** @enum {string} */
            status: "pending" | "succeeded" | "failed";
            /** Format: date-time */
            updated_at: string;
        };
        DeliveryInFull: components["schemas"]["Delivery"] & {
            attempts_made: {
                duration_ms: number;
                /** @description Null if the attempt succeeded */
                error: string | null;
                number: number;
                /** @description The response body's first KiB. Null for a response from this machine. */
                response_excerpt: string | null;
                /** Format: date-time */
                started_at: string;
                /** @description Null if no response was received */
                status_code: number | null;
            }[];
            /** @description The request body, byte for byte */
            body: string;
        };
        DeployAnswer: {
            deployed: boolean;
            deployment_id: string;
            deployment_method?: string;
            deployment_name?: string;
            /** @enum {string} */
            deployment_type: "batch_only" | "realtime";
            /** @description Set while the version shouldn't be used */
            deprecated: components["schemas"]["Withdrawal"] | null;
            estimated_completion_seconds?: number;
            feature_uri: string;
            generation: number;
            message: string;
            namespace_id: string;
            plugin_id: string;
            queue_position?: number;
            route_prefix?: string;
            /** @enum {string} */
            status: "queued" | "deployed";
            status_endpoint?: string;
            /** @enum {boolean} */
            success: true;
            version: string;
            /** @description Set while only its exact number still resolves to the version */
            yanked: components["schemas"]["Withdrawal"] | null;
        };
        DeployHook: {
            /** @enum {string} */
            action: "update" | "publish" | "redeploy";
            branches: string[];
            /** Format: date-time */
            created_at: string;
            description: string | null;
            hook_id: string;
            /** @enum {string} */
            kind: "extractor" | "pipeline" | "storage";
            namespace_id: string | null;
            path: string | null;
            plugin: string;
            /**
             * Format: date-time
             * @description The previous secret is also accepted until this time
             */
            previous_secret_until: string | null;
            /** @enum {string} */
            provider: "github" | "gitlab" | "gitea" | "generic";
            release: "immediate" | components["schemas"]["ReleasePlan"] | null;
            /** @description Whether push states are reported to GitHub */
            reports_status: boolean;
            repository: string;
            /** @enum {string} */
            status: "enabled" | "disabled";
            status_api_url: string | null;
            tags: string[];
            /** Format: date-time */
            updated_at: string;
            /**
             * Format: uri
             * @description URL to which the provider sends pushes
             */
            url: string;
        };
        DeployHookCreation: {
            /**
             * @description `update`: publish the commit and deploy it. `publish`: publish it without deploying (extractors only). `redeploy`: deploy the active version again. All but `redeploy` need `plugins:write`
             * @default update
             * @enum {string}
             */
            action?: "update" | "publish" | "redeploy";
            /** @description `*` stands for any characters except slashes, `**` for any characters */
            branches?: string[] | null;
            description?: string | null;
            /** @enum {string} */
            kind: "extractor" | "pipeline" | "storage";
            /** @description An extractor's namespace; null or omitted for the organization's own extractor. Go plugins are in the namespace `default` */
            namespace_id?: string | null;
            /** @description An extractor's folder in the repository */
            path?: string | null;
            /** @description The name of an existing plugin */
            plugin: string;
            /**
             * @description Git provider that sends the pushes. It determines their signature
             * @enum {string}
             */
            provider: "github" | "gitlab" | "gitea" | "generic";
            /** @description How the name gets to the version: `immediate` moves all calls as soon as it is ready; a plan moves them step by step, and back if the version does worse. `{}` is the standard plan. Defaults to the manifest's `serve_config.release`, then to the namespace's `default_release` */
            release?: "immediate" | components["schemas"]["ReleasePlan"] | null;
            /** @description Defaults to the repository and path of the plugin's active version */
            repository?: string | null;
            /** @description Defaults to https://api.github.com */
            status_api_url?: string | null;
            /** @description GitHub token for reporting push states as commit statuses. Stored encrypted, never returned */
            status_token?: string | null;
            /** @description Defaults to all tags if no branches are given either */
            tags?: string[] | null;
        };
        DeployHookUpdate: {
            /** @enum {string} */
            action?: "update" | "publish" | "redeploy";
            /** @description `*` stands for any characters except slashes, `**` for any characters */
            branches?: string[];
            description?: string | null;
            /** @description How the name gets to the version: `immediate` moves all calls as soon as it is ready; a plan moves them step by step, and back if the version does worse. `{}` is the standard plan. Defaults to the manifest's `serve_config.release`, then to the namespace's `default_release` */
            release?: "immediate" | components["schemas"]["ReleasePlan"] | null;
            /** @enum {string} */
            status?: "enabled" | "disabled";
            /** @description Changing the URL drops the token, unless `status_token` is sent too. Needs `webhooks:admin`, unless the key created the hook */
            status_api_url?: string | null;
            /** @description Needs `webhooks:admin`, unless the key created the hook */
            status_token?: string | null;
            /** @description `*` stands for any characters except slashes, `**` for any characters */
            tags?: string[];
        };
        DeployHookWithSecret: components["schemas"]["DeployHook"] & {
            /** @description Shown in this response only */
            secret: string;
        };
        Deployment: {
            /** @description Number of attempts */
            attempts: number;
            /**
             * @description The cgroup version that limits its memory. `none`: the builder measures the memory. Null before the first start
             * @enum {string|null}
             */
            cgroup: "v1" | "v2" | "none" | null;
            cluster: components["schemas"]["PlacedCluster"] | null;
            /** Format: date-time */
            created_at: string;
            created_by: components["schemas"]["Actor"];
            deployment_id: string;
            /** @enum {string} */
            deployment_type: "realtime" | "batch_only";
            /** @description Why the deployment failed. While it is in progress, why its last attempt failed */
            error: string | null;
            /** @description Sequence number among this version's deployments in this namespace */
            generation: number;
            /** @enum {string} */
            kind: "extractor" | "pipeline" | "storage" | "agent";
            name: string;
            namespace_id: string;
            /**
             * Format: date-time
             * @description Time of the next attempt. Null during an attempt and after the last one
             */
            next_attempt_at: string | null;
            parameters: {
                [key: string]: unknown;
            };
            plugin_id: string;
            /** Format: date-time */
            promoted_at: string | null;
            /** @description How the name gets to the version. Null, like `immediate`, moves all calls at once */
            release: "immediate" | components["schemas"]["ReleasePlan"] | null;
            /**
             * @description The instance's sandbox; `none` means unconfined. Null before the first start
             * @enum {string|null}
             */
            sandbox: "namespaces" | "landlock" | "vm" | "none" | null;
            /** @enum {string} */
            status: "queued" | "claimed" | "building" | "starting" | "verifying" | "ready" | "promoted" | "failed" | "superseded" | "cancelled" | "stopped";
            /** Format: date-time */
            updated_at: string;
            /** @description Version number, or a Go plugin's ref */
            version: string;
            version_id: string;
        };
        DeploymentEntry: components["schemas"]["Deployment"] & {
            /** @description Whether a rollback is or was waiting for this deployment */
            rollback: boolean;
            /** @description Whether calls to the version go to this deployment */
            serving: boolean;
            steps: components["schemas"]["DeploymentStep"][];
        };
        DeploymentInFull: {
            /** @description Number of attempts */
            attempts: number;
            /**
             * @description The cgroup version that limits its memory. `none`: the builder measures the memory. Null before the first start
             * @enum {string|null}
             */
            cgroup: "v1" | "v2" | "none" | null;
            cluster: components["schemas"]["PlacedCluster"] | null;
            /** Format: date-time */
            created_at: string;
            created_by: components["schemas"]["Actor"];
            deployment_id: string;
            /** @enum {string} */
            deployment_type: "realtime" | "batch_only";
            /** @description Why the deployment failed. While it is in progress, why its last attempt failed */
            error: string | null;
            /** @description Sequence number among this version's deployments in this namespace */
            generation: number;
            /** @description Null unless calls go to this deployment */
            instance: {
                cluster?: components["schemas"]["PlacedCluster"];
                /** @description Name of the container that it shares with the organization's other small plugins. Omitted for an instance with its own container, and if all instances run on one machine */
                container?: string;
                /** @description Why the instance is `failing`; otherwise null */
                error: string | null;
                /** @description Omitted unless the manifest has `serve_config["instances"]` */
                fleet?: {
                    /** @description Instances that are awake */
                    instances: {
                        calls_in_flight: number;
                        last_call_at: string | null;
                        /** @description Attempt number, starting at 1, as in the log */
                        number: number;
                        /** @description Restarts after the instance's crashes, even while it is `restarting`. Null if it has not crashed since it started, and while it is asleep. The log has all crashes */
                        restarts: {
                            /** @description Number of process restarts */
                            count: number;
                            /**
                             * Format: date-time
                             * @description When a process last exited or could not be restarted
                             */
                            last_at: string;
                            /** @description The reason, in at most 500 characters */
                            last_reason: string;
                            /**
                             * Format: date-time
                             * @description When the instance started, with the count at 0
                             */
                            since: string;
                        } | null;
                        /**
                         * @description `starting` gets no calls while other instances are running; `stopping` finishes its calls
                         * @enum {string}
                         */
                        state: "starting" | "running" | "restarting" | "stopping";
                    }[];
                    /** @description Maximum number of instances */
                    max: number;
                };
                gpus?: components["schemas"]["InstanceGpus"];
                last_call_at: string | null;
                /** @description Restarts after the instance's crashes, even while it is `restarting`. Null if it has not crashed since it started, and while it is asleep. The log has all crashes */
                restarts: {
                    /** @description Number of process restarts */
                    count: number;
                    /**
                     * Format: date-time
                     * @description When a process last exited or could not be restarted
                     */
                    last_at: string;
                    /** @description The reason, in at most 500 characters */
                    last_reason: string;
                    /**
                     * Format: date-time
                     * @description When the instance started, with the count at 0
                     */
                    since: string;
                } | null;
                /**
                 * @description `running` responds immediately, `starting` is being started while calls wait, `restarting` crashed and is being started again, `asleep` is started by the next call, `failing` did not start the last time, and the next call tries again, `unknown`: the builder did not respond
                 * @enum {string}
                 */
                state: "running" | "starting" | "restarting" | "asleep" | "failing" | "unknown";
            } | null;
            /** @enum {string} */
            kind: "extractor" | "pipeline" | "storage" | "agent";
            name: string;
            namespace_id: string;
            /**
             * Format: date-time
             * @description Time of the next attempt. Null during an attempt and after the last one
             */
            next_attempt_at: string | null;
            parameters: {
                [key: string]: unknown;
            };
            plugin_id: string;
            /** Format: date-time */
            promoted_at: string | null;
            /** @description How the name gets to the version. Null, like `immediate`, moves all calls at once */
            release: "immediate" | components["schemas"]["ReleasePlan"] | null;
            /** @description Whether a rollback is or was waiting for this deployment */
            rollback: boolean;
            /**
             * @description The instance's sandbox; `none` means unconfined. Null before the first start
             * @enum {string|null}
             */
            sandbox: "namespaces" | "landlock" | "vm" | "none" | null;
            /** @description Whether calls to the version go to this deployment */
            serving: boolean;
            /** @enum {string} */
            status: "queued" | "claimed" | "building" | "starting" | "verifying" | "ready" | "promoted" | "failed" | "superseded" | "cancelled" | "stopped";
            steps: components["schemas"]["DeploymentStepInFull"][];
            /** Format: date-time */
            updated_at: string;
            /** @description Version number, or a Go plugin's ref */
            version: string;
            version_id: string;
        };
        DeploymentPage: {
            pagination: {
                limit: number;
                next_cursor: string | null;
            };
            results: components["schemas"]["DeploymentEntry"][];
        };
        DeploymentStep: {
            /** @description The attempt that ran the step. An interrupted step runs again in the next attempt */
            attempt: number;
            /** Format: date-time */
            ended_at: string | null;
            error: string | null;
            /** Format: date-time */
            started_at: string;
            /** @enum {string} */
            step: "build" | "start" | "verify" | "promote";
        };
        DeploymentStepInFull: components["schemas"]["DeploymentStep"] & {
            /** @description The newest log lines */
            log: components["schemas"]["LogLine"][];
            /** @description Total number of log lines, including those not returned */
            log_lines: number;
        };
        Error: {
            detail: string | {
                details: {
                    [key: string]: unknown;
                } | null;
                message: string;
                type: string;
            };
            error: {
                details: {
                    [key: string]: unknown;
                } | null;
                hint: string;
                message: string;
                type: string;
            };
            request_id: string;
            status: number;
            /** @enum {boolean} */
            success: false;
        };
        Event: {
            actor: components["schemas"]["Actor"];
            data: {
                [key: string]: unknown;
            };
            /** @description `evt_…`, the `webhook-id` header of each of its deliveries */
            id: string;
            /** @description Null for events outside namespaces */
            namespace_id: string | null;
            organization_id: string;
            /** @description ID of the changed resource */
            subject_id: string;
            /** Format: date-time */
            timestamp: string;
            /** @enum {string} */
            type: "organization.created" | "organization.quotas_changed" | "organization.renamed" | "organization.jurisdiction_changed" | "organization.placement_changed" | "budget.changed" | "budget.reached" | "organization.deletion_requested" | "organization.deletion_cancelled" | "organization.closed" | "limit.changed" | "key.created" | "key.rotated" | "key.revoked" | "namespace.created" | "namespace.updated" | "namespace.placement_changed" | "namespace.approval_changed" | "namespace.callback_secret_rotated" | "namespace.deleted" | "upload.created" | "upload.confirming" | "upload.fetched" | "upload.scanned" | "upload.built" | "upload.reopened" | "upload.rejected" | "upload.unchanged" | "upload.expired" | "version.published" | "version.staged" | "version.tried" | "version.deleted" | "version.verdict_changed" | "plugin.active_version_changed" | "plugin.enabled" | "plugin.disabled" | "plugin.rolled_back" | "scan_policy.updated" | "waiver.used" | "grant.given" | "grant.revoked" | "deployment.queued" | "deployment.claimed" | "deployment.building" | "deployment.starting" | "deployment.verifying" | "deployment.ready" | "deployment.promoted" | "deployment.failed" | "deployment.superseded" | "deployment.cancelled" | "deployment.resumed" | "deployment.stopped" | "instance.no_capacity" | "pointer.moved" | "release.started" | "release.stepped" | "release.paused" | "release.resumed" | "release.reverted" | "release.succeeded" | "release.cancelled" | "version.affected" | "version.yanked" | "version.unyanked" | "version.deprecated" | "version.undeprecated" | "version.quarantined" | "version.unquarantined" | "pointer.emptied" | "call.accepted" | "call.started" | "call.requeued" | "call.succeeded" | "call.failed" | "call.cancelled" | "call.expired" | "call.callback_failed" | "agent_plugin.registered" | "agent_plugin.moved" | "agent_plugin.pending" | "agent_plugin.verified" | "agent_plugin.mismatch" | "agent_plugin.unreachable" | "agent_plugin.described" | "agent_plugin.yanked" | "agent_plugin.unyanked" | "agent_plugin.quarantined" | "agent_plugin.unquarantined" | "version.approved" | "version.rejected" | "version.stage_expired" | "plugin.approval_changed" | "organization.cluster_added" | "organization.cluster_changed" | "organization.cluster_removed" | "deploy_hook.created" | "deploy_hook.updated" | "deploy_hook.deleted" | "deploy_hook.secret_rotated" | "push.received" | "push.ignored" | "push.started" | "push.published" | "push.deploying" | "push.delayed" | "push.live" | "push.failed" | "push.superseded" | "key.exchanged" | "oidc.refused" | "issuer.added" | "issuer.removed" | "trusted_publisher.added" | "trusted_publisher.removed" | "member.invited" | "invitation.revoked" | "member.joined" | "member.role_changed" | "member.removed" | "member.signed_in" | "member.sign_in_failed" | "tool_set.set" | "tool_set.proposed" | "tool_set.approved" | "tool_set.rejected" | "tool_set.deleted" | "model.set" | "model.deleted" | "run.created" | "run.started" | "run.split" | "run.succeeded" | "run.partial" | "run.failed" | "run.cancelled" | "run.expired" | "secret.set" | "secret.deleted" | "source.added" | "source.rotated" | "source.removed" | "namespace.reconfigured" | "waiver.granted" | "waiver.revoked" | "waiver.expired" | "webhook.created" | "webhook.updated" | "webhook.deleted" | "webhook.enabled" | "webhook.disabled" | "webhook.timeout_shortened" | "webhook.timeout_restored" | "webhook.secret_rotated" | "webhook.test" | "webhook.redelivered" | "attention.summary" | "webhook.recovered";
        };
        /** @enum {string} */
        EventFilter: "organization.created" | "organization.quotas_changed" | "organization.renamed" | "organization.jurisdiction_changed" | "organization.placement_changed" | "budget.changed" | "budget.reached" | "organization.deletion_requested" | "organization.deletion_cancelled" | "organization.closed" | "limit.changed" | "key.created" | "key.rotated" | "key.revoked" | "namespace.created" | "namespace.updated" | "namespace.placement_changed" | "namespace.approval_changed" | "namespace.callback_secret_rotated" | "namespace.deleted" | "upload.created" | "upload.confirming" | "upload.fetched" | "upload.scanned" | "upload.built" | "upload.reopened" | "upload.rejected" | "upload.unchanged" | "upload.expired" | "version.published" | "version.staged" | "version.tried" | "version.deleted" | "version.verdict_changed" | "plugin.active_version_changed" | "plugin.enabled" | "plugin.disabled" | "plugin.rolled_back" | "scan_policy.updated" | "waiver.used" | "grant.given" | "grant.revoked" | "deployment.queued" | "deployment.claimed" | "deployment.building" | "deployment.starting" | "deployment.verifying" | "deployment.ready" | "deployment.promoted" | "deployment.failed" | "deployment.superseded" | "deployment.cancelled" | "deployment.resumed" | "deployment.stopped" | "instance.no_capacity" | "pointer.moved" | "release.started" | "release.stepped" | "release.paused" | "release.resumed" | "release.reverted" | "release.succeeded" | "release.cancelled" | "version.affected" | "version.yanked" | "version.unyanked" | "version.deprecated" | "version.undeprecated" | "version.quarantined" | "version.unquarantined" | "pointer.emptied" | "call.accepted" | "call.started" | "call.requeued" | "call.succeeded" | "call.failed" | "call.cancelled" | "call.expired" | "call.callback_failed" | "agent_plugin.registered" | "agent_plugin.moved" | "agent_plugin.pending" | "agent_plugin.verified" | "agent_plugin.mismatch" | "agent_plugin.unreachable" | "agent_plugin.described" | "agent_plugin.yanked" | "agent_plugin.unyanked" | "agent_plugin.quarantined" | "agent_plugin.unquarantined" | "version.approved" | "version.rejected" | "version.stage_expired" | "plugin.approval_changed" | "organization.cluster_added" | "organization.cluster_changed" | "organization.cluster_removed" | "deploy_hook.created" | "deploy_hook.updated" | "deploy_hook.deleted" | "deploy_hook.secret_rotated" | "push.received" | "push.ignored" | "push.started" | "push.published" | "push.deploying" | "push.delayed" | "push.live" | "push.failed" | "push.superseded" | "key.exchanged" | "oidc.refused" | "issuer.added" | "issuer.removed" | "trusted_publisher.added" | "trusted_publisher.removed" | "member.invited" | "invitation.revoked" | "member.joined" | "member.role_changed" | "member.removed" | "member.signed_in" | "member.sign_in_failed" | "tool_set.set" | "tool_set.proposed" | "tool_set.approved" | "tool_set.rejected" | "tool_set.deleted" | "model.set" | "model.deleted" | "run.created" | "run.started" | "run.split" | "run.succeeded" | "run.partial" | "run.failed" | "run.cancelled" | "run.expired" | "secret.set" | "secret.deleted" | "source.added" | "source.rotated" | "source.removed" | "namespace.reconfigured" | "waiver.granted" | "waiver.revoked" | "waiver.expired" | "webhook.created" | "webhook.updated" | "webhook.deleted" | "webhook.enabled" | "webhook.disabled" | "webhook.timeout_shortened" | "webhook.timeout_restored" | "webhook.secret_rotated" | "webhook.test" | "webhook.redelivered" | "attention.summary" | "webhook.recovered" | "organization." | "budget." | "limit." | "key." | "namespace." | "upload." | "version." | "plugin." | "scan_policy." | "waiver." | "grant." | "deployment." | "instance." | "pointer." | "release." | "call." | "agent_plugin." | "deploy_hook." | "push." | "oidc." | "issuer." | "trusted_publisher." | "member." | "invitation." | "tool_set." | "model." | "run." | "secret." | "source." | "webhook." | "attention.";
        ExchangedToken: {
            access_token: string;
            /** Format: date-time */
            expires_at: string;
            /** @description Seconds */
            expires_in: number;
            /** @enum {string} */
            issued_token_type: "urn:ietf:params:oauth:token-type:access_token";
            key_id: string;
            scope: string;
            /** @enum {string} */
            token_type: "Bearer";
        };
        Finding: {
            column: number;
            end_column: number;
            end_line: number;
            file: string;
            filename: string;
            line: number;
            message: string;
            name: string;
            rule: string;
            /** @enum {string} */
            severity: "error" | "warning" | "note";
            /** @description Bindings from the name in the source to the module or function that it refers to, nearest first. Empty if the source uses the name directly */
            trail: components["schemas"]["TrailStep"][];
            /** @description The trail as a sentence */
            trail_message: string | null;
            /** @description One of the organization's waivers covers the finding, so the finding does not reject the upload */
            waived: boolean;
            waiver: {
                /** Format: date-time */
                expires_at: string;
                reason: string;
                waiver_id: string;
            } | null;
        };
        FoundPlugin: {
            description: string | null;
            /** @enum {string} */
            kind: "extractor" | "pipeline" | "storage" | "agent";
            /** @description True if the name takes calls in a namespace that the key can see */
            live: boolean;
            /** @description The fields with the words of the query */
            matched: ("name" | "tags" | "description" | "readme")[];
            name: string;
            /** @description Null for an organization's plugin */
            namespace_id: string | null;
            namespace_name: string | null;
            plugin_id: string;
            /** @description The manifest's tags, or a Go plugin's domains */
            tags: string[];
            /** @description The active version's number, or the ref of a Go plugin */
            version: string;
        };
        GoCapability: {
            /** @description The required module on the path. Null if the plugin itself uses the standard library */
            module: string | null;
            /** @enum {string} */
            name: "ARBITRARY_EXECUTION" | "CGO" | "EXEC" | "FILES" | "MODIFY_SYSTEM_STATE" | "NETWORK" | "OPERATING_SYSTEM" | "READ_SYSTEM_STATE" | "REFLECT" | "RUNTIME" | "SYSTEM_CALLS" | "UNANALYZED" | "UNSAFE_POINTER";
            /** @description An example: functions from the plugin (`plugin.…`) to the function with the capability */
            path: string[];
            /** @description Why the analysis failed and nothing is known */
            reason: string | null;
            /** @description First function of a required module. If there is none, the last function on the path */
            through: string;
        };
        GoPlugin: {
            actions: {
                [key: string]: unknown;
            }[];
            advisories: components["schemas"]["AdvisoryCounts"];
            author: string;
            /** @description The capabilities of the program and all its modules, by name. Null if not analyzed */
            capabilities: components["schemas"]["GoCapability"][] | null;
            /** Format: date-time */
            created_at: string;
            /** @description Set while the version shouldn't be used */
            deprecated: components["schemas"]["Withdrawal"] | null;
            description: string;
            /** @description Machine-readable cause */
            error_code?: string;
            error_message?: string;
            /** @description Empty until the ref is resolved */
            git_commit_hash: string;
            git_ref: string;
            id: string;
            /** Format: date-time */
            installed_at: string;
            /** Format: date-time */
            last_loaded_at: string | null;
            /** @description Whether an instance is running and ready */
            loaded: boolean;
            name: string;
            /** @description The namespace that has the plugin */
            namespace_id: string;
            /**
             * @description Where the instances of a Go plugin's version run. Null until it is built
             * @enum {string|null}
             */
            placement: "isolate" | "container" | null;
            /** @description Why the version needs a container */
            placement_reason: string | null;
            plugin_definition: {
                actions?: {
                    description?: string;
                    name: string;
                    parameters?: {
                        description?: string;
                        name: string;
                        /** @default false */
                        required?: boolean;
                        /** @default any */
                        type?: string;
                    }[] | null;
                    returns?: {
                        description?: string;
                        name: string;
                        /** @default any */
                        type?: string;
                    }[] | null;
                }[] | null;
                author?: string;
                dependencies_older_than?: string;
                description?: string;
                domains?: string[] | null;
                ml_provider?: ({
                    name: string;
                } & {
                    [key: string]: unknown;
                }) | null;
                name: string;
                permissions?: {
                    forward?: {
                        [key: string]: string;
                    };
                    later_timeout_s?: number;
                    memory_mb?: number;
                    network?: string[];
                    secrets?: string[];
                    timeout_s?: number;
                };
                /** @enum {string} */
                placement?: "auto" | "isolate" | "container";
                repository?: string;
                version: string;
            } | null;
            /** @description The installed version's ID. Null until it is built */
            plugin_id: string | null;
            /** @description Set while the version can be neither deployed nor downloaded */
            quarantined: components["schemas"]["Quarantine"] | null;
            repository: string;
            repository_url: string;
            /** @description Restarts after the instance's crashes, even while it is `restarting`. Null if it has not crashed since it started, and while it is asleep. The log has all crashes */
            restarts: {
                /** @description Number of process restarts */
                count: number;
                /**
                 * Format: date-time
                 * @description When a process last exited or could not be restarted
                 */
                last_at: string;
                /** @description The reason, in at most 500 characters */
                last_reason: string;
                /**
                 * Format: date-time
                 * @description When the instance started, with the count at 0
                 */
                since: string;
            } | null;
            /** @description The executable's SHA-256 */
            sha256: string | null;
            /**
             * @description `staged`: this answer is about a version that waits for approval. Lists have the installed version
             * @enum {string}
             */
            status: "active" | "building" | "error" | "staged";
            /** Format: date-time */
            updated_at: string;
            /** @description The requested ref */
            version: string;
            /** @description SHA-256 of a Go plugin's WebAssembly module */
            wasm_sha256: string | null;
            /** @description Set while only its exact number still resolves to the version */
            yanked: components["schemas"]["Withdrawal"] | null;
        };
        GoPluginAnswer: {
            error?: {
                code: string;
                message: string;
                stack?: string;
            };
            /** @description Any JSON value */
            result?: unknown;
        };
        GoPluginInstall: {
            description?: string | null;
            /** @description Same as `version`. Defaults to `main` */
            git_ref?: string;
            name?: string;
            /**
             * @description Where to run the plugin. `auto` picks an isolate for a plugin that can run in one. Defaults to plugin.yaml's setting, or to `auto`
             * @enum {string}
             */
            placement?: "auto" | "isolate" | "container";
            /** @description How the name gets to the version: `immediate` moves all calls as soon as it is ready; a plan moves them step by step, and back if the version does worse. `{}` is the standard plan. Defaults to the `default_release` of the namespace `default` */
            release?: "immediate" | components["schemas"]["ReleasePlan"] | null;
            repository?: string;
            /** @description Same as `repository`, but `name` and the ref are optional */
            repository_url?: string;
            /** @description A tag, a branch or a full commit hash */
            version?: string;
        };
        GoPluginUpdate: {
            description?: string | null;
            git_ref?: string;
            /**
             * @description Where to run the plugin. Defaults to the last request's choice
             * @enum {string}
             */
            placement?: "auto" | "isolate" | "container";
            /** @description How the name gets to the version: `immediate` moves all calls as soon as it is ready; a plan moves them step by step, and back if the version does worse. `{}` is the standard plan. Defaults to the `default_release` of the namespace `default` */
            release?: "immediate" | components["schemas"]["ReleasePlan"] | null;
            /** @description A tag, a branch or a full commit hash. Defaults to the installed ref */
            version?: string;
        };
        Gpu: {
            /** @description What is neither lent nor used by other programs */
            free_bytes: number;
            /** @description The organization's own plugins on it */
            holders: components["schemas"]["GpuHolder"][];
            /** @description The driver's index, as nvidia-smi shows it */
            index: number;
            memory_bytes: number;
            name: string;
            /** @description As in CUDA_VISIBLE_DEVICES. A MIG device has its own */
            uuid: string;
        };
        GpuHolder: {
            /** @description What they may use together */
            lent_bytes: number;
            /** @description Name and version */
            plugin: string;
            /** @description Its processes on this card */
            processes: number;
            /** @description Null if it can't be measured */
            used_bytes: number | null;
        };
        GpuHolderInFull: components["schemas"]["GpuHolder"] & {
            instance: string;
            organization: string;
        };
        GpuInFull: {
            /** @description What is neither lent nor used by other programs */
            free_bytes: number;
            holders: components["schemas"]["GpuHolderInFull"][];
            /** @description The driver's index, as nvidia-smi shows it */
            index: number;
            lent_bytes: number;
            memory_bytes: number;
            name: string;
            /** @description What all programs on the machine use */
            used_bytes: number;
            /** @description As in CUDA_VISIBLE_DEVICES. A MIG device has its own */
            uuid: string;
        };
        Grant: {
            /** Format: date-time */
            created_at: string;
            granted_by: components["schemas"]["Actor"];
            /** @enum {string} */
            kind: "extractor" | "pipeline" | "storage";
            /** @description Null for the organization's own plugin */
            namespace_id: string | null;
            permissions: components["schemas"]["Permissions"];
            /** @description A plugin's name */
            plugin: string;
            /** Format: date-time */
            updated_at: string;
        };
        GrantRequest: {
            /**
             * @description Add to the current grant instead of replacing it
             * @default false
             */
            add?: boolean;
            /**
             * @description The plugin's kind
             * @default extractor
             * @enum {string}
             */
            kind?: "extractor" | "pipeline" | "storage";
            /** @description ID or name of an extractor's namespace. Omitted for the organization's own extractors, and for Go plugins */
            namespace?: string;
            permissions: {
                forward?: {
                    [key: string]: string;
                };
                later_timeout_s?: number;
                memory_mb?: number;
                network?: string[];
                secrets?: string[];
                timeout_s?: number;
            };
            /** @description A plugin's name */
            plugin: string;
        };
        /** @description Stored bytes by kind, including bytes reserved for current uploads and runs */
        HeldBytes: {
            archives: number;
            artifacts: number;
            later_calls: number;
            logs: number;
            models: number;
            runs: number;
        };
        HookDelivery: {
            /**
             * Format: date-time
             * @description Of a Go plugin
             */
            built_at: string | null;
            /** @description The commit that Git resolved the ref to */
            commit: string | null;
            delivery_id: string;
            deployment_id: string | null;
            /** Format: date-time */
            ended_at: string | null;
            event: string;
            /** Format: date-time */
            fetched_at: string | null;
            hook_id: string;
            message: string | null;
            provider_delivery_id: string;
            /** @description Machine-readable reason, if the delivery failed or was ignored */
            reason: string | null;
            /** Format: date-time */
            received_at: string;
            ref: string | null;
            /** Format: date-time */
            scanned_at: string | null;
            /**
             * @description `queued`, `running` (fetched, scanned and built), `deploying`, and finally `live`, `published`, `failed`, `superseded` by a newer push, or `ignored`
             * @enum {string}
             */
            status: "queued" | "running" | "deploying" | "live" | "published" | "failed" | "superseded" | "ignored";
            superseded_by: string | null;
            upload_id: string | null;
            version_id: string | null;
        };
        HookReceipt: {
            delivery_id: string;
            /** @description Why the push was ignored */
            reason: string | null;
            /** @enum {string} */
            status: "queued" | "running" | "deploying" | "live" | "published" | "failed" | "superseded" | "ignored";
        };
        /** @description The builder's GPUs that it holds, its further instances included. Omitted if it holds none */
        InstanceGpus: {
            cards: {
                /** @description The driver's index, as nvidia-smi shows it */
                index: number;
                name: string;
                uuid: string;
            }[];
            /** @description What its processes may use together */
            lent_bytes: number;
            /** @description Null if it can't be measured */
            used_bytes: number | null;
        };
        InstanceLog: {
            /** @description Null if no deployment is serving */
            deployment_id: string | null;
            generation: number | null;
            /**
             * @description Null if no instance exists
             * @enum {string|null}
             */
            instance_state: "starting" | "ready" | "restarting" | "draining" | "stopped" | "failed" | null;
            /** @description Oldest first */
            lines: components["schemas"]["LogLine"][];
            pagination: {
                limit: number;
                /** @description Continues with older lines. A page can have fewer lines than `limit`, or none, even if there are older ones */
                next_cursor: string | null;
            };
        };
        Invitation: {
            /** Format: date-time */
            created_at: string;
            created_by: components["schemas"]["Actor"];
            email: string;
            /** Format: date-time */
            expires_at: string;
            invitation_id: string;
            namespace_ids: string[] | null;
            /** @enum {string} */
            role: "owner" | "admin" | "developer" | "viewer";
        };
        InvitationRead: {
            email: string;
            organization_name: string;
            /** @enum {string} */
            role: "owner" | "admin" | "developer" | "viewer";
        };
        InvitationRequest: {
            /** Format: email */
            email: string;
            /** @description Null or omitted: all the organization's namespaces, as owners always have */
            namespace_ids?: string[] | null;
            /** @enum {string} */
            role: "owner" | "admin" | "developer" | "viewer";
        };
        InvitationWithUrl: components["schemas"]["Invitation"] & {
            /**
             * Format: uri
             * @description Shown in this response only. Works once, for the person who signs in with this verified e-mail address
             */
            url: string;
        };
        Issuer: {
            /** @description Whether it serves all organizations */
            by_operator: boolean;
            /** @description For people: the client ID that the issuer gave to Slipway */
            client_id: string | null;
            /** Format: date-time */
            created_at: string;
            created_by: components["schemas"]["Actor"];
            /** @description Each group's role */
            group_roles: {
                [key: string]: "owner" | "admin" | "developer" | "viewer";
            } | null;
            /** @description The claim that lists a person's groups */
            groups_claim: string | null;
            /** @description Whether its public keys were pasted, and are never fetched */
            has_keys: boolean;
            issuer_id: string;
            /** @description Lower-case letters, digits and `-`. Events show it. Names of public issuers and of the operator's are reserved */
            name: string;
            /**
             * @description `ci` for jobs, `people` for sign-in
             * @enum {string}
             */
            purpose: "ci" | "people";
            /** @description The tokens' `iss` claim, exactly */
            url: string;
        };
        IssuerRequest: {
            /** @description For people: the client ID that the issuer gave to Slipway */
            client_id?: string;
            /** @description Write-only. Omit it for a public client */
            client_secret?: string;
            /** @description Each group's role */
            group_roles?: {
                [key: string]: "owner" | "admin" | "developer" | "viewer";
            };
            /** @description The claim that lists a person's groups */
            groups_claim?: string;
            /** @description The public keys, as a JSON Web Key Set, of an issuer that Slipway cannot reach */
            jwks?: {
                [key: string]: unknown;
            };
            /** @description Lower-case letters, digits and `-`. Events show it. Names of public issuers and of the operator's are reserved */
            name: string;
            /**
             * @description `ci` for jobs, `people` for sign-in
             * @default ci
             * @enum {string}
             */
            purpose?: "ci" | "people";
            /** @description The tokens' `iss` claim, exactly */
            url: string;
        };
        LaterCall: {
            call_id: string;
            /** @description URL to which the result is sent. Null if it is not sent */
            callback: {
                attempts: number;
                /** @description Why the last attempt failed */
                error: string | null;
                /** Format: date-time */
                next_attempt_at: string | null;
                /**
                 * @description `waiting` until the call has ended, `pending` until its result is sent
                 * @enum {string}
                 */
                status: "waiting" | "pending" | "succeeded" | "failed";
                url: string;
            } | null;
            /** Format: date-time */
            created_at: string;
            /** @description The deployment that answered */
            deployment_id: string | null;
            /** Format: date-time */
            ended_at: string | null;
            /**
             * Format: date-time
             * @description Time after which the call is no longer started
             */
            expires_at: string;
            namespace_id: string;
            /** @description ID of the version, or the plugin's name */
            plugin: string;
            /** @enum {string} */
            priority: "normal" | "low";
            /** @description The request ID, which every attempt sees */
            request_id: string;
            /** @description Number of attempts; more than one if a process or machine died */
            runs: number;
            /** Format: date-time */
            started_at: string | null;
            /** @enum {string} */
            status: "queued" | "running" | "succeeded" | "failed" | "cancelled" | "expired";
        };
        LogLine: {
            at: string;
            instance?: number;
            line: string;
            request?: string;
            /** @enum {string} */
            stream: "stdout" | "stderr" | "host";
        };
        McpMessage: {
            id?: string | number;
            /** @enum {string} */
            jsonrpc: "2.0";
            method: string;
            params?: {
                [key: string]: unknown;
            };
        } & {
            [key: string]: unknown;
        };
        Member: {
            /** Format: date-time */
            created_at: string;
            email: string;
            name: string;
            /** @description Null for all namespaces */
            namespace_ids: string[] | null;
            person_id: string;
            /** @enum {string} */
            role: "owner" | "admin" | "developer" | "viewer";
            /** Format: date-time */
            signed_in_at: string;
        };
        Membership: {
            name: string;
            organization_id: string;
            /** @enum {string} */
            role: "owner" | "admin" | "developer" | "viewer";
        };
        MissingRequirement: {
            commands: string[];
            /** @enum {string} */
            kind: "grants" | "secrets" | "models" | "cluster" | "gpus" | "packages";
            message: string;
            names: string[];
        };
        Model: {
            /** Format: date-time */
            created_at: string;
            name: string;
            sha256: string;
            size_bytes: number;
            /** Format: date-time */
            updated_at: string;
            updated_by: components["schemas"]["Actor"];
            /** @description Why a format that may run code when loaded was accepted. Null if it cannot run code */
            waived_because: string | null;
        };
        ModelConfirmation: {
            /** @description The file's SHA-256, in lower-case hexadecimal */
            sha256: string;
            size_bytes: number;
            waive_pickle?: string | null;
        };
        ModelRequest: {
            /** @description The file's SHA-256, in lower-case hexadecimal */
            sha256: string;
            size_bytes: number;
        };
        ModelUpload: {
            /** Format: date-time */
            expires_at: string | null;
            model: components["schemas"]["Model"] | null;
            upload_url: string | null;
        };
        MonthlyUsage: {
            /** @description What costs most first, at most 100 */
            by_plugin: {
                calls: number;
                cost: number | null;
                instance_seconds: number;
                namespace_id: string;
                namespace_name: string | null;
                plugin_name: string | null;
            }[];
            /** @description Null: the operator has set no prices */
            currency: string | null;
            month: string;
            total: {
                calls: number;
                cost: number | null;
                instance_seconds: number;
                /** @description Stored now. Null for earlier months */
                stored_bytes: number | null;
            };
        };
        NamedRealtimeAnswer: components["schemas"]["RealtimeAnswer"] & {
            name: string;
            plugin_id: string;
            version: string;
        };
        Namespace: {
            auto_create_indexes: boolean;
            bucket_count: number | null;
            collection_count: number | null;
            /** Format: date-time */
            created_at: string;
            default_release: "immediate" | components["schemas"]["ReleasePlan"] | null;
            /** @description Least age of a package, in hours, days or weeks: younger ones are not resolved. Null, the default, allows every age. To lower it, the key also needs `policy:admin` */
            dependencies_older_than: string | null;
            description: string | null;
            document_count: number | null;
            feature_extractors: ({
                feature_extractor_id: string;
                feature_extractor_name: string;
                version: string;
            } & {
                [key: string]: unknown;
            })[];
            infrastructure: {
                [key: string]: unknown;
            } | null;
            /** @description Number of live versions that each promotion keeps: the version that serves the name, then the newest deployments. Older versions are undeployed. Null, the default, keeps all. */
            keep_live_versions: number | null;
            namespace_id: string;
            namespace_name: string;
            namespace_type: string;
            object_count: number | null;
            payload_indexes: {
                [key: string]: unknown;
            }[] | null;
            /**
             * @description Where extractor versions run whose manifest doesn't say: `ray` on a Ray cluster, `sandbox` confined by Slipway. Applies to deployments from now on. Null, the default: the organization's
             * @enum {string|null}
             */
            placement: "sandbox" | "ray" | null;
            /**
             * @description New deployments of a version are refused if an advisory of at least this severity affects it. Live versions stay live, and rollbacks work. An advisory without a severity counts as critical; one whose vulnerable code a Go program doesn't reach doesn't count. Null, the default, refuses none. To refuse less, the key also needs `policy:admin`
             * @enum {string|null}
             */
            refuse_advisories: "low" | "medium" | "high" | "critical" | null;
            requires_approval: boolean;
            /** Format: date-time */
            updated_at: string;
        };
        NamespaceChanges: {
            auto_create_indexes?: boolean | null;
            /** @description How the name gets to the version: `immediate` moves all calls as soon as it is ready; a plan moves them step by step, and back if the version does worse. `{}` is the standard plan. Applies to deployments from now on whose request and plugin say nothing. Null, the default, moves all calls at once */
            default_release?: "immediate" | components["schemas"]["ReleasePlan"] | null;
            /** @description Least age of a package, in hours, days or weeks: younger ones are not resolved. Null, the default, allows every age. To lower it, the key also needs `policy:admin` */
            dependencies_older_than?: string | null;
            description?: string | null;
            feature_extractors?: ({
                feature_extractor_name: string;
                version: string;
            } & {
                [key: string]: unknown;
            })[];
            infrastructure?: {
                [key: string]: unknown;
            } | null;
            /** @description Number of live versions that each promotion keeps: the version that serves the name, then the newest deployments. Older versions are undeployed. Null, the default, keeps all. */
            keep_live_versions?: number | null;
            namespace_name?: string;
            /** @enum {string} */
            namespace_type?: "standard" | "marketplace";
            payload_indexes?: {
                [key: string]: unknown;
            }[] | null;
            /**
             * @description Where extractor versions run whose manifest doesn't say: `ray` on a Ray cluster, `sandbox` confined by Slipway. Applies to deployments from now on. Null, the default: the organization's
             * @enum {string|null}
             */
            placement?: "sandbox" | "ray" | null;
            /**
             * @description New deployments of a version are refused if an advisory of at least this severity affects it. Live versions stay live, and rollbacks work. An advisory without a severity counts as critical; one whose vulnerable code a Go program doesn't reach doesn't count. Null, the default, refuses none. To refuse less, the key also needs `policy:admin`
             * @enum {string|null}
             */
            refuse_advisories?: "low" | "medium" | "high" | "critical" | null;
            /** @description Whether new versions of its plugins wait until another person approves them. Refused with 409 if fewer than two members may approve, unless `without_approvers=true`. To set it to false, the key also needs `versions:approve` */
            requires_approval?: boolean;
            ttl_seconds?: number | null;
        };
        NamespaceLogLine: {
            at: string;
            deployment_id: string;
            instance?: number;
            line: string;
            plugin: string;
            request?: string;
            /** @enum {string} */
            stream: "stdout" | "stderr" | "host";
            /** @description Version number, or a Go plugin's ref */
            version: string;
        };
        NamespaceLogs: {
            pagination: components["schemas"]["Pagination"];
            results: components["schemas"]["NamespaceLogLine"][];
            /** @description Whether the response covers only some of the deployments. Name a plugin to read all of its deployments */
            truncated: boolean;
        };
        NamespaceReconfigured: {
            /** @description Collections that have vectors, but none in the added features */
            collections_to_reprocess: string[];
            message: string;
            namespace_id: string;
            /** @description Number of vectors already stored, in all features */
            previous_points_count: number;
            /** @enum {string} */
            status: "reconfigured" | "no_changes_needed";
            vectors_added: string[];
            /** @description Empty features that no deployed plugin declares */
            vectors_removed: string[];
            vectors_total: string[];
        };
        Need: {
            action: {
                /** @description Does it, or shows more */
                command: string;
                label: string;
                /** @description Path of the console's page, if there is one */
                page: string | null;
            };
            /** @description Whether you dismissed it and it has not changed since */
            dismissed: boolean;
            /** @description Differs once the need has changed */
            fingerprint: string;
            /** @description Its kind and subject. Stays the same while the need does */
            id: string;
            /** @description Such as `advisory`, `approval`, `failed-deployment`, `missing`, `release`, `quota` or `webhook`. Features add kinds */
            kind: string;
            /** @description Null if it concerns the whole organization */
            namespace_id: string | null;
            /** @enum {string} */
            severity: "bad" | "warn";
            /** Format: date-time */
            since: string;
            /** @description ID or name of what it is about */
            subject: string;
            title: string;
        };
        Needs: {
            /** @description Number of these, and of those that are left out */
            count: number;
            /** @description Kinds that could not be read. The others are complete */
            incomplete: string[];
            /** @description Kinds with further needs, and how many; 200 of a kind are read */
            more: {
                count: number;
                /** @description Such as `advisory`, `approval`, `failed-deployment`, `missing`, `release`, `quota` or `webhook`. Features add kinds */
                kind: string;
            }[];
            /** @description `bad` ones first, then the newest. At most 20 of a kind */
            needs: components["schemas"]["Need"][];
        };
        OlderVersionsUndeployed: {
            /** @description Versions that stay live; the first one serves the name */
            kept: string[];
            name: string;
            /** @description Versions still to undeploy, because one request undeploys 20. Repeat the request for them */
            remaining: number;
            /** @enum {boolean} */
            success: true;
            undeployed: string[];
        };
        Organization: {
            /** Format: date-time */
            created_at: string;
            name: string;
            organization_id: string;
        };
        OrganizationDeletion: {
            /**
             * Format: date-time
             * @description When Slipway closes the organization and deletes all its data. Until then everything keeps working, and the deletion can be cancelled. Null if no deletion is requested
             */
            deletion_due_at: string | null;
            name: string;
            organization_id: string;
        };
        OrganizationInFull: components["schemas"]["Organization"] & {
            /**
             * @description The region that the organization's instances are restricted to, or null
             * @enum {string|null}
             */
            jurisdiction: "eu" | "fedramp" | null;
            quotas: components["schemas"]["Quotas"];
        };
        OrganizationSettings: {
            name: string;
            organization_id: string;
            /**
             * @description Where extractor versions run if neither their manifest nor their namespace says: `ray` on a Ray cluster, `sandbox` confined by Slipway. Applies to deployments from now on
             * @enum {string}
             */
            placement: "sandbox" | "ray";
        };
        OrganizationSettingsChanges: {
            /**
             * @description Where extractor versions run if neither their manifest nor their namespace says: `ray` on a Ray cluster, `sandbox` confined by Slipway. Applies to deployments from now on
             * @enum {string}
             */
            placement: "sandbox" | "ray";
        };
        OwnApiKey: components["schemas"]["ApiKey"] & {
            /**
             * @description Whether it is of the organization, a person, a browser or a CI job
             * @enum {string}
             */
            kind: "service" | "personal" | "session" | "ci";
            organization_id: string;
            organization_name: string;
            /**
             * @description The person's role. Null for a key of the organization
             * @enum {string|null}
             */
            role: "owner" | "admin" | "developer" | "viewer" | null;
        };
        Pagination: {
            limit: number;
            next_cursor: string | null;
        };
        PartOfInstallation: {
            /**
             * @description `on-demand`: started for each instance, and therefore not checked.
             * @enum {string}
             */
            status: "ok" | "on-demand" | "late" | "failed" | "stopping";
            took_ms: number;
        };
        Permissions: {
            forward?: {
                [key: string]: string;
            };
            later_timeout_s?: number;
            memory_mb?: number;
            network?: string[];
            secrets?: string[];
            timeout_s?: number;
        };
        Person: {
            email: string;
            name: string;
            organizations: components["schemas"]["Membership"][];
            person_id: string;
        };
        PersonalKeyRequest: {
            /**
             * Format: date-time
             * @description Defaults to 90 days, and is a year at most
             */
            expires_at?: string;
            name: string;
            namespace_ids?: string[] | null;
            /** @description The only path that the key works for, with what is below it, such as a set of tools. The key is then bound to the path's namespace if `namespace_ids` is null or omitted */
            path?: string | null;
            /** @description Defaults to the request's own */
            scopes?: ("plugins:read" | "plugins:write" | "plugins:deploy" | "plugins:invoke" | "versions:approve" | "namespaces:admin" | "policy:admin" | "sources:admin" | "webhooks:admin" | "keys:admin" | "audit:read")[];
        };
        PersonSession: {
            /** Format: date-time */
            created_at: string;
            /** @description True for the request's own session */
            current: boolean;
            /** Format: date-time */
            expires_at: string;
            /**
             * Format: date-time
             * @description Accurate to ten minutes
             */
            last_used_at: string | null;
            session_id: string;
        };
        /** @description Omitted unless it runs on a Ray cluster */
        PlacedCluster: {
            name: string;
            /**
             * @description `open`: the operator lets plugins that are granted hosts run on the cluster, and nothing confines a plugin there to its hosts. As of the last start, whatever the operator changes later
             * @enum {string}
             */
            network: "none" | "open";
        };
        /** @description The newest publication, deployment or rollback */
        PluginChange: {
            /** Format: date-time */
            at: string;
            by: components["schemas"]["Actor"];
            /** @description The commit, for a version published from Git */
            commit: string | null;
            /** @enum {string} */
            type: "published" | "deployed" | "rolled_back";
            /** @description Version number, or a Go plugin's ref */
            version: string | null;
        } | null;
        PluginCounts: {
            /** @description Keys that called it in the last 30 days, up to 1000 */
            callers_30d: number;
            /** @description Oldest first, one for each day */
            days: {
                /** @description Keys that called it that day */
                callers: number;
                calls: number;
                /** Format: date */
                date: string;
                /** @description Sources, archives and executables that were read */
                downloads: number;
            }[];
            /** Format: date-time */
            last_called_at: string | null;
            name: string;
            namespace_id: string;
            /** @description Namespaces that own it or have enabled it, among those that the key can see */
            namespaces: number;
            /** @description Of these days. A caller may be in several of them, so their numbers add up to nothing */
            total: {
                calls: number;
                downloads: number;
            };
        };
        PluginDeleted: {
            deployment_removed: boolean;
            message: string;
            plugin_id: string;
            /** @enum {boolean} */
            success: true;
        };
        PluginDiff: {
            /** @description Capabilities that only one of the versions has. Null unless both were analyzed; only Go plugins are analyzed */
            capabilities: (components["schemas"]["GoCapability"] & {
                /** @enum {string} */
                change: "added" | "removed";
            })[] | null;
            /** @description Declarations that differ */
            dependencies: {
                name: string;
                v1: string | null;
                v2: string | null;
            }[];
            /** @description Texts that differ in the description, the schemas and a Go plugin's actions, which agents read. A publisher can set the description without changing a file */
            descriptions: {
                v1: string | null;
                v2: string | null;
                where: string;
            }[];
            diff: string;
            files: {
                /** @description Null if the lines were not counted */
                additions: number | null;
                deletions: number | null;
                /** @description Unified diff. For a hidden file, one line stating that the files differ */
                diff: string;
                /** @enum {string|null} */
                hidden: "binary" | "too-large" | null;
                path: string;
                sha256: {
                    v1: string | null;
                    v2: string | null;
                };
                size_bytes: {
                    v1: number | null;
                    v2: number | null;
                };
                /** @enum {string} */
                status: "added" | "removed" | "modified";
            }[];
            findings: {
                fixed: components["schemas"]["Finding"][];
                introduced: components["schemas"]["Finding"][];
                unchanged: components["schemas"]["Finding"][];
            };
            identical: boolean;
            name: string;
            /** @description Locked packages that differ. Null unless both versions are locked */
            packages: {
                name: string;
                v1: string | null;
                v2: string | null;
            }[] | null;
            /** @description Entries in manifest.py's `permissions` that only one of the versions has */
            permissions: {
                /** @enum {string} */
                change: "added" | "removed";
                permission: string;
            }[];
            /** @description Where each version's instances run. Null for extractors */
            placement: {
                /** @enum {string} */
                v1: "isolate" | "container";
                /** @enum {string} */
                v2: "isolate" | "container";
            } | null;
            /** @description Why each version needs a container. Null for extractors */
            placement_reason: {
                v1: string | null;
                v2: string | null;
            } | null;
            /** @enum {boolean} */
            success: true;
            summary: {
                additions: number;
                deletions: number;
                files_changed: number;
            };
            v1: string;
            v2: string;
        };
        PluginDisabled: {
            message: string;
            namespace_id: string;
            plugin_id: string;
            /** @enum {boolean} */
            success: true;
        };
        PluginDocument: {
            advisories: components["schemas"]["AdvisoryCounts"];
            approval: components["schemas"]["Approval"];
            code_hash: string;
            /** Format: date-time */
            created_at: string;
            deployed: boolean;
            /** Format: date-time */
            deployed_at: string | null;
            deployment_info: {
                deployed_at: string | null;
                feature_uri: string;
                ray_cluster_url: string | null;
                ray_deployment_name: string;
            } | null;
            /** @description Set while the version shouldn't be used */
            deprecated: components["schemas"]["Withdrawal"] | null;
            description: string | null;
            feature_uri: string;
            /** @description Digest of the files, the same however they are packed: SHA-256 of what `sha256sum` prints for them, sorted by path. Null for some old versions */
            files_sha256: string | null;
            /** @description The version's source, if it was published from Git */
            git: {
                commit: string | null;
                path: string | null;
                ref: string;
                repository: string;
            } | null;
            manifest: {
                category: string | null;
                compute_profile: {
                    [key: string]: unknown;
                } | null;
                cost_rates: {
                    [key: string]: unknown;
                }[] | null;
                dependencies: string[];
                dependencies_older_than?: string;
                description: string | null;
                feature_extractor_name: string;
                feature_uri: string | null;
                features: ({
                    /** @enum {string} */
                    distance_metric: "cosine" | "euclid" | "dot";
                    embedding_dim: number;
                    feature_name: string;
                    feature_type: string;
                } & {
                    [key: string]: unknown;
                })[];
                gpu_steps?: {
                    at: string;
                    service: string;
                }[];
                input_mappings: {
                    [key: string]: unknown;
                } | null;
                input_schema: {
                    [key: string]: unknown;
                } | null;
                models?: string[];
                output_schema: {
                    [key: string]: unknown;
                } | null;
                parameter_schema: {
                    [key: string]: unknown;
                } | null;
                permissions?: {
                    forward?: {
                        [key: string]: string;
                    };
                    later_timeout_s?: number;
                    memory_mb?: number;
                    network?: string[];
                    secrets?: string[];
                    timeout_s?: number;
                };
                required_vector_indexes: {
                    [key: string]: unknown;
                }[] | null;
                requirements?: {
                    at: string;
                    text: string;
                }[];
                serve_config: {
                    [key: string]: unknown;
                } | null;
                supported_input_types: string[] | null;
                /** @description Words by which people find the plugin */
                tags?: string[];
                tier: number | null;
                tier_label: string | null;
                version: string;
            } | null;
            message: string | null;
            name: string;
            namespace_id: string | null;
            organization_id: string;
            permissions: components["schemas"]["PluginPermissions"];
            plugin_id: string;
            /** @description Set while the version can be neither deployed nor downloaded */
            quarantined: components["schemas"]["Quarantine"] | null;
            resolved_inference_name: string | null;
            s3_archive_url: string;
            /**
             * @description The current scan policy's verdict, with waivers applied. A rejected version can no longer be deployed, but stays live where it already is.
             * @enum {string}
             */
            scan_verdict: "pass" | "warn" | "reject";
            /** @description Whether the version passes the current scan policy */
            security_scan_passed: boolean;
            size_bytes: number;
            source: components["schemas"]["PluginOwner"];
            /**
             * @description Whether the version waits for approval, or how that was decided. Null if it needs none
             * @enum {string|null}
             */
            stage: "staged" | "approved" | "rejected" | null;
            /**
             * Format: date-time
             * @description When it is deleted if nobody approves it
             */
            staged_until: string | null;
            /** Format: date-time */
            updated_at: string;
            upload_sha256: string;
            validation_errors: string[];
            /** @enum {string} */
            validation_status: "passed";
            version: string;
            /** @description Set while only its exact number still resolves to the version */
            yanked: components["schemas"]["Withdrawal"] | null;
        };
        PluginDownload: {
            code_hash: string;
            /** Format: uri */
            download_url: string;
            /** Format: date-time */
            expires_at: string;
            file_size_bytes: number;
            name: string;
            plugin_id: string;
            /** Format: uri */
            presigned_download_url: string;
            /** @enum {boolean} */
            success: true;
            version: string;
        };
        PluginEnabled: {
            deployment_id: string | null;
            /** @enum {string} */
            deployment_status: "deployed" | "pending" | "skipped";
            feature_uri: string;
            message: string;
            namespace_id: string;
            plugin_id: string;
            /** @enum {boolean} */
            success: true;
        };
        PluginEnvironment: {
            /** @description As declared in manifest.py and requirements.txt */
            dependencies: string[];
            /** @description Packages installed from the lock, per Python version and platform */
            environments: {
                /** @description Compressed bytes in the store; 0 if the builder keeps its packages */
                archive_bytes: number;
                /** Format: date-time */
                created_at: string;
                files: number;
                key: string;
                /** @description Packages in lock order. Each is stored once, for all environments that have it */
                packages: {
                    archive_bytes: number;
                    /** @description Number of this organization's environments that share the package, including this one */
                    environments: number;
                    files: number;
                    name: string;
                    size_bytes: number;
                    version: string;
                }[];
                platform: string;
                python: string;
                /** @description Removed files: bytecode, and files that would have run without being imported */
                removed: string[];
                /** @description Unpacked */
                size_bytes: number;
            }[];
            /** @description Null until the first realtime deployment, and for a version without dependencies */
            lock: {
                digest: string;
                /** Format: date-time */
                locked_at: string;
                packages: {
                    /** @description Index that provided the package when it was resolved. Null for a folder of the builder's operator */
                    index: string | null;
                    marker: string | null;
                    name: string;
                    version: string;
                }[];
                resolver: string;
            } | null;
            name: string;
            plugin_id: string;
            /** @enum {boolean} */
            success: true;
            version: string;
        };
        PluginEvidence: {
            /** @description Oldest first: the provenance, the verdict once the version needs no approval any more, and the lock once the version has one */
            evidence: {
                /** @description The same as a Sigstore bundle */
                bundle?: {
                    dsseEnvelope: {
                        payload: string;
                        /** @enum {string} */
                        payloadType: "application/vnd.in-toto+json";
                        signatures: {
                            keyid: string;
                            sig: string;
                        }[];
                    };
                    /** @enum {string} */
                    mediaType: "application/vnd.dev.sigstore.bundle.v0.3+json";
                    verificationMaterial: {
                        publicKey: {
                            hint: string;
                        };
                    };
                };
                /** @description An in-toto statement, as a DSSE envelope */
                envelope?: {
                    payload: string;
                    /** @enum {string} */
                    payloadType: "application/vnd.in-toto+json";
                    signatures: {
                        keyid: string;
                        sig: string;
                    }[];
                };
                /** Format: date-time */
                signed_at: string;
                /** @enum {string} */
                type: "provenance" | "verdict" | "lock";
            }[];
            name: string;
            /** @description The archive's SHA-256 */
            sha256: string;
            /** @enum {boolean} */
            success: true;
            version: string;
        };
        PluginFromGit: {
            /** @description Deploy the version in the namespace once it is published or approved. Needs `plugins:deploy`. Defaults to false */
            deploy?: boolean | null;
            message?: string | null;
            /** @description The plugin's folder. Defaults to the repository's root */
            path?: string | null;
            /** @description A tag, a branch or a full commit hash */
            ref: string;
            /** @description How the name gets to the version: `immediate` moves all calls as soon as it is ready; a plan moves them step by step, and back if the version does worse. `{}` is the standard plan. Applies if `deploy` is true. Defaults to the manifest's `serve_config.release`, then to the namespace's `default_release` */
            release?: "immediate" | components["schemas"]["ReleasePlan"] | null;
            /** @description The repository's https URL. A private repository needs one of the organization's credentials */
            repository: string;
            /** @description The version waits for approval, even if nothing demands it. Defaults to false */
            stage?: boolean | null;
        };
        PluginList: {
            namespace_id: string | null;
            next_cursor: string | null;
            organization_id: string;
            plugins: components["schemas"]["PluginListItem"][];
            /** @enum {boolean} */
            success: true;
            total: number;
        };
        PluginListItem: {
            /** Format: date-time */
            created_at: string;
            deployed: boolean;
            /**
             * @description State of the latest deployment in the namespace. Null if the version was never deployed or is undeployed, and in an organization's list.
             * @enum {string|null}
             */
            deployment_state: "queued" | "claimed" | "building" | "starting" | "verifying" | "ready" | "promoted" | "failed" | "superseded" | "cancelled" | "stopped" | null;
            /** @description Set while the version shouldn't be used */
            deprecated: components["schemas"]["Withdrawal"] | null;
            description: string | null;
            feature_uri: string;
            name: string;
            plugin_id: string;
            /** @description Set while the version can be neither deployed nor downloaded */
            quarantined: components["schemas"]["Quarantine"] | null;
            /**
             * @description The current scan policy's verdict, with waivers applied. A rejected version can no longer be deployed, but stays live where it already is.
             * @enum {string}
             */
            scan_verdict: "pass" | "warn" | "reject";
            source: components["schemas"]["PluginOwner"];
            /**
             * @description Whether the version waits for approval, or how that was decided. Null if it needs none
             * @enum {string|null}
             */
            stage: "staged" | "approved" | "rejected" | null;
            /** Format: date-time */
            updated_at: string;
            /** @enum {string} */
            validation_status: "passed";
            version: string;
            /** @description Set while only its exact number still resolves to the version */
            yanked: components["schemas"]["Withdrawal"] | null;
        };
        PluginOverview: {
            /** @description The most recently published or restored version */
            active_version: string | null;
            /** @description Keys that called it, up to 1000 */
            callers_30d: number;
            calls: number;
            calls_30d: number;
            /** @description Calls in each of the last 30 days (UTC), oldest first; the last entry is today */
            calls_by_day: number[];
            /** @description Calls in each of the last 24 hours, oldest first; the last entry is the current hour. `calls`, `errors` and `p95_ms` cover all of them */
            calls_by_hour: number[];
            changed: components["schemas"]["PluginChange"];
            /** @description Sources, archives and executables that were read */
            downloads_30d: number;
            errors: number;
            /** @enum {string} */
            kind: "extractor" | "pipeline" | "storage";
            /**
             * Format: date-time
             * @description Start of the hour of the last call. Null if there was none in 13 months
             */
            last_called_at: string | null;
            /** @description The live version's calls since it took the name or was deployed again, for at most the last 24 hours. They determine whether a plugin is healthy or failing */
            live_calls: {
                calls: number;
                errors: number;
                invalid_inputs: number;
                /** Format: date-time */
                since: string;
            } | null;
            /** @description The version that has the name */
            live_version: string | null;
            name: string;
            newest_deployment: {
                deployment_id: string;
                /** @enum {string} */
                status: "queued" | "claimed" | "building" | "starting" | "verifying" | "ready" | "promoted" | "failed" | "superseded" | "cancelled" | "stopped";
                /** @description Version number, or a Go plugin's ref */
                version: string | null;
            } | null;
            p95_ms: number | null;
            /** @description The active release */
            release: {
                /** @description Share of calls by name that the candidate answers */
                percent: number;
                release_id: string;
                /** @description The candidate */
                version: string | null;
            } | null;
            source: components["schemas"]["PluginOwner"];
            /**
             * @description `live`: a version serves the name, even if a newer deployment failed; `batch_only`: a version has the name but serves no calls. Otherwise the state of the newest deployment
             * @enum {string}
             */
            state: "live" | "deploying" | "failed" | "batch_only" | "not_deployed";
            /**
             * @description The active version's
             * @enum {string|null}
             */
            verdict: "pass" | "warn" | "reject" | null;
        };
        PluginOverviews: {
            pagination: components["schemas"]["Pagination"];
            results: components["schemas"]["PluginOverview"][];
            /** @description Number of matching plugins */
            total: number;
            /** @description Whether the namespace has more than 1000 plugins. Any others are missing from the results */
            truncated: boolean;
        };
        /** @enum {string} */
        PluginOwner: "namespace" | "org";
        PluginPermissions: {
            granted: components["schemas"]["Permissions"] | null;
            missing: components["schemas"]["Permissions"] | null;
            requested: components["schemas"]["Permissions"] | null;
        };
        PluginReadme: {
            name: string;
            /** @description The file's name in the archive */
            path: string;
            plugin_id: string;
            /** @description The whole file's SHA-256. Null for a truncated file of an archive above 16 MiB */
            sha256: string | null;
            /** @description The whole file's size */
            size_bytes: number;
            /** @enum {boolean} */
            success: true;
            /** @description As published: Markdown, if the name says so */
            text: string;
            /** @description True if the file continues after the text */
            truncated: boolean;
            version: string;
        };
        /** @description What manifest.py declares */
        PluginRequirements: {
            compute_profile?: {
                [key: string]: unknown;
            } | null;
            /** @description Steps of pipeline.py that ask for a GPU */
            gpu_steps?: {
                at: string;
                service: string;
            }[] | null;
            models?: string[] | null;
            name: string;
            permissions?: {
                forward?: {
                    [key: string]: string;
                };
                later_timeout_s?: number;
                memory_mb?: number;
                network?: string[];
                secrets?: string[];
                timeout_s?: number;
            } | null;
            serve_config?: {
                [key: string]: unknown;
            } | null;
            /**
             * @description The plugin belongs to the organization itself
             * @default false
             */
            shared?: boolean;
        };
        PluginRollback: {
            active_version: string;
            deployment_id: string | null;
            message: string;
            name: string;
            plugin_id: string;
            /** @description The previously live version, or the active one if none was live */
            previous_version: string | null;
            /** @enum {boolean} */
            success: true;
            /**
             * @description Effect on calls to the name. `none`: no version serves the name. `serving`: this version serves it. `deploying`: this version serves it when its deployment is ready; until then the previous one does.
             * @enum {string}
             */
            traffic: "none" | "serving" | "deploying";
            version: string;
        };
        PluginScan: {
            code_hash: string;
            findings: components["schemas"]["Finding"][];
            /** @enum {string} */
            level: "seed" | "strict";
            name: string;
            plugin_id: string;
            /** @description Policy version of the scan; lower than the current one in `/v1/scan-policy` until Slipway scans the version again */
            policy_version: string;
            /** Format: date-time */
            scanned_at: string;
            /** @enum {boolean} */
            success: true;
            /**
             * @description `reject`: the version can no longer be deployed
             * @enum {string}
             */
            verdict: "pass" | "warn" | "reject";
            version: string;
        };
        PluginSource: {
            code_hash: string;
            files: {
                /** @description Null if the file is too large to return */
                content: string | null;
                /** @enum {string|null} */
                encoding: "utf-8" | "base64" | null;
                path: string;
                /** @description Null for some large files of large archives */
                sha256: string | null;
                size_bytes: number;
                truncated: boolean;
            }[];
            name: string;
            plugin_id: string;
            /** @enum {boolean} */
            success: true;
            total: number;
            /** @description Whether some files are listed without content */
            truncated: boolean;
            version: string;
        };
        PluginStatus: {
            deployed: boolean;
            deployed_at: string | null;
            /** @description Why the newest deployment failed. While it is in progress, why its last attempt failed */
            error: string | null;
            estimated_completion_seconds: number | null;
            feature_uri: string;
            message: string | null;
            name: string;
            namespace_id: string;
            plugin_id: string;
            queued_at: string | null;
            realtime_enabled: boolean;
            /** @description The newest deployment's attempts. Null unless one of them failed and the deployment is still in progress */
            retry: {
                /** @description Attempts so far, including the current one */
                attempts: number;
                /** @description Number of failed attempts after which the deployment fails */
                attempts_max: number;
                /**
                 * Format: date-time
                 * @description Null while an attempt is in progress
                 */
                next_attempt_at: string | null;
            } | null;
            route_prefix: string | null;
            serving: {
                deployment_id: string;
                generation: number;
                instance: {
                    cluster?: components["schemas"]["PlacedCluster"];
                    /** @description Name of the container that it shares with the organization's other small plugins. Omitted for an instance with its own container, and if all instances run on one machine */
                    container?: string;
                    /** @description Why the instance is `failing`; otherwise null */
                    error: string | null;
                    /** @description Omitted unless the manifest has `serve_config["instances"]` */
                    fleet?: {
                        /** @description Instances that are awake */
                        instances: {
                            calls_in_flight: number;
                            last_call_at: string | null;
                            /** @description Attempt number, starting at 1, as in the log */
                            number: number;
                            /** @description Restarts after the instance's crashes, even while it is `restarting`. Null if it has not crashed since it started, and while it is asleep. The log has all crashes */
                            restarts: {
                                /** @description Number of process restarts */
                                count: number;
                                /**
                                 * Format: date-time
                                 * @description When a process last exited or could not be restarted
                                 */
                                last_at: string;
                                /** @description The reason, in at most 500 characters */
                                last_reason: string;
                                /**
                                 * Format: date-time
                                 * @description When the instance started, with the count at 0
                                 */
                                since: string;
                            } | null;
                            /**
                             * @description `starting` gets no calls while other instances are running; `stopping` finishes its calls
                             * @enum {string}
                             */
                            state: "starting" | "running" | "restarting" | "stopping";
                        }[];
                        /** @description Maximum number of instances */
                        max: number;
                    };
                    gpus?: components["schemas"]["InstanceGpus"];
                    last_call_at: string | null;
                    /** @description Restarts after the instance's crashes, even while it is `restarting`. Null if it has not crashed since it started, and while it is asleep. The log has all crashes */
                    restarts: {
                        /** @description Number of process restarts */
                        count: number;
                        /**
                         * Format: date-time
                         * @description When a process last exited or could not be restarted
                         */
                        last_at: string;
                        /** @description The reason, in at most 500 characters */
                        last_reason: string;
                        /**
                         * Format: date-time
                         * @description When the instance started, with the count at 0
                         */
                        since: string;
                    } | null;
                    /**
                     * @description `running` responds immediately, `starting` is being started while calls wait, `restarting` crashed and is being started again, `asleep` is started by the next call, `failing` did not start the last time, and the next call tries again, `unknown`: the builder did not respond
                     * @enum {string}
                     */
                    state: "running" | "starting" | "restarting" | "asleep" | "failing" | "unknown";
                } | null;
            } | null;
            /** @enum {string} */
            status: "QUEUED" | "PENDING" | "IN_PROGRESS" | "DEPLOYED" | "FAILED" | "NOT_DEPLOYED";
            version: string;
        };
        PluginTraffic: {
            /** @description Newest first, without the hours or minutes in which a version was not called */
            by_time: {
                /**
                 * Format: date-time
                 * @description Start of the hour or minute
                 */
                at: string;
                /** @description The batches in which calls ran. Null if none did */
                batches: {
                    /** @description Calls per batch */
                    mean_size: number;
                    /** @description How long a call waited for its batch to begin */
                    mean_wait_ms: number;
                } | null;
                calls: number;
                /** @description Responses checked against the output_schema and the features, at most one per second and isolate */
                checked: number;
                /** @description Calls that the plugin itself failed */
                errors: number;
                /** @description Calls that failed on inputs that the plugin's input_schema refuses. They aren't errors */
                invalid_inputs: number;
                /** @description Results that did not match */
                mismatched: number;
                /** @description Estimated from counts in ranges that double: 1, 2, 4 ms and so on */
                p50_ms: number | null;
                p95_ms: number | null;
                /** @description The version's number, or a Go plugin's commit */
                version: string;
            }[];
            /** @description Most called first */
            by_version: {
                /** @description The batches in which calls ran. Null if none did */
                batches: {
                    /** @description Calls per batch */
                    mean_size: number;
                    /** @description How long a call waited for its batch to begin */
                    mean_wait_ms: number;
                } | null;
                calls: number;
                /** @description Responses checked against the output_schema and the features, at most one per second and isolate */
                checked: number;
                /** @description Calls that the plugin itself failed */
                errors: number;
                /** @description Calls that failed on inputs that the plugin's input_schema refuses. They aren't errors */
                invalid_inputs: number;
                /** @description Results that did not match */
                mismatched: number;
                /** @description Estimated from counts in ranges that double: 1, 2, 4 ms and so on */
                p50_ms: number | null;
                p95_ms: number | null;
                /** @description The version's number, or a Go plugin's commit */
                version: string;
            }[];
            /** @description Changes in the period, newest first: at most 100 */
            marks: components["schemas"]["TrafficMark"][];
            name: string;
            namespace_id: string;
            /** Format: date-time */
            since: string;
            /** @enum {string} */
            step: "hour" | "minute";
            total: {
                /** @description The batches in which calls ran. Null if none did */
                batches: {
                    /** @description Calls per batch */
                    mean_size: number;
                    /** @description How long a call waited for its batch to begin */
                    mean_wait_ms: number;
                } | null;
                calls: number;
                /** @description Responses checked against the output_schema and the features, at most one per second and isolate */
                checked: number;
                /** @description Calls that the plugin itself failed */
                errors: number;
                /** @description Calls that failed on inputs that the plugin's input_schema refuses. They aren't errors */
                invalid_inputs: number;
                /** @description Results that did not match */
                mismatched: number;
                /** @description Estimated from counts in ranges that double: 1, 2, 4 ms and so on */
                p50_ms: number | null;
                p95_ms: number | null;
            };
            /** @description Whether there are more rows than one response can hold. The oldest are missing, also from the sums. */
            truncated: boolean;
            /** Format: date-time */
            until: string;
        };
        PluginUpload: {
            /** Format: date-time */
            expires_at: string;
            name: string;
            namespace_id: string | null;
            organization_id: string;
            plugin_id: string;
            /** Format: uri */
            presigned_url: string;
            s3_key: string;
            upload_id: string;
            version: string;
        };
        PluginUploadInFull: {
            /** Format: date-time */
            created_at: string;
            created_by: components["schemas"]["Actor"];
            findings: components["schemas"]["UploadFinding"][];
            message: string | null;
            name: string;
            /** @description The resulting version, or null */
            plugin_id: string | null;
            /**
             * @description `content`: the upload has findings. `conflict`: the version exists with different content. `attempts`: the scan failed repeatedly
             * @enum {string|null}
             */
            rejected_because: "content" | "conflict" | "attempts" | null;
            /** @enum {string} */
            status: "open" | "confirming" | "accepted" | "rejected" | "expired";
            /** @description The upload's progress, in order */
            steps: components["schemas"]["UploadStep"][];
            /** Format: date-time */
            updated_at: string;
            upload_id: string;
            version: string;
        };
        PluginUploadRequest: {
            /** @description If the version waits for approval, approving it deploys it. Needs `plugins:deploy`. Defaults to false */
            deploy_when_approved?: boolean;
            description?: string | null;
            file_size_bytes?: number | null;
            name: string;
            /** @description The URL's lifetime in seconds. Defaults to 3600. */
            presigned_url_expiration?: number | null;
            /** @description How the name gets to the version: `immediate` moves all calls as soon as it is ready; a plan moves them step by step, and back if the version does worse. `{}` is the standard plan. Applies if approval deploys it. Defaults to the manifest's `serve_config.release`, then to the namespace's `default_release` */
            release?: "immediate" | components["schemas"]["ReleasePlan"] | null;
            /** @description The version waits for approval, even if nothing demands it. Defaults to false */
            stage?: boolean;
            /** @description Defaults to the next patch version. */
            version?: string | null;
        };
        PluginVersion: {
            active: boolean;
            code_hash: string;
            /** Format: date-time */
            created_at: string;
            created_by: components["schemas"]["Actor"];
            deployed: boolean;
            /** Format: date-time */
            deployed_at: string | null;
            deployed_by: components["schemas"]["Actor"] | null;
            /** @description Set while the version shouldn't be used */
            deprecated: components["schemas"]["Withdrawal"] | null;
            /** @description Why the latest deployment failed. While it is in progress, why its last attempt failed */
            error: string | null;
            feature_uri: string;
            /** @description Digest of the files, the same however they are packed: SHA-256 of what `sha256sum` prints for them, sorted by path. Null for some old versions */
            files_sha256: string | null;
            /** @description The ref that a Go plugin was installed from */
            git_ref: string | null;
            /**
             * Format: date-time
             * @description Time of the latest deployment, even if the version is no longer deployed
             */
            last_deployed_at: string | null;
            message: string | null;
            /**
             * @description Where the instances of a Go plugin's version run. Null until it is built
             * @enum {string|null}
             */
            placement: "isolate" | "container" | null;
            /** @description Why the version needs a container */
            placement_reason: string | null;
            plugin_id: string;
            /** @description Set while the version can be neither deployed nor downloaded */
            quarantined: components["schemas"]["Quarantine"] | null;
            /**
             * @description The current scan policy's verdict, with waivers applied. A rejected version can no longer be deployed, but stays live where it already is.
             * @enum {string}
             */
            scan_verdict: "pass" | "warn" | "reject";
            /** @description Whether calls to the plugin's name go to this version */
            serves_name: boolean;
            /**
             * @description Whether the version waits for approval, or how that was decided. Null if it needs none
             * @enum {string|null}
             */
            stage: "staged" | "approved" | "rejected" | null;
            /** @enum {string} */
            status: "QUEUED" | "PENDING" | "IN_PROGRESS" | "DEPLOYED" | "FAILED" | "NOT_DEPLOYED";
            /** @enum {string} */
            validation_status: "passed";
            /** @description The version's number, or a Go plugin's commit */
            version: string;
            /** @description SHA-256 of a Go plugin's WebAssembly module */
            wasm_sha256: string | null;
            /** @description Set while only its exact number still resolves to the version */
            yanked: components["schemas"]["Withdrawal"] | null;
        };
        PluginVersions: {
            active_version: string;
            name: string;
            pagination: components["schemas"]["Pagination"];
            /** @description The version that a rollback without `version` restores */
            previous_version: string | null;
            results: components["schemas"]["PluginVersion"][];
            /** @description Earlier versions to which a rollback goes only if it names them, and why, newest first */
            rollback_skipped: {
                /** @enum {string} */
                reason: "rolled_back" | "reverted" | "undeployed" | "yanked" | "quarantined" | "rejected" | "failing";
                version: string;
            }[];
            /** @description Good versions that had the name in this namespace before the live one, newest first; `previous_version` is the first. If nothing was ever promoted, the earlier active versions. At most 100, together with `rollback_skipped`. */
            rollback_targets: string[];
            /** @description The newest 20 rollbacks in this namespace */
            rollbacks: {
                /** Format: date-time */
                at: string;
                by: components["schemas"]["Actor"] & unknown;
                /** @description The previously live or active version */
                from: string | null;
                message: string | null;
                to: string;
            }[];
            /** @description The version that serves calls to the name */
            serving_version: string | null;
            /** @enum {boolean} */
            success: true;
            total: number;
            /** @description The same as `results`, for clients of Mixpeek */
            versions: components["schemas"]["PluginVersion"][];
        };
        PolicyPreview: {
            /** @description Number of versions examined for this page, including those whose verdict does not change */
            examined: number;
            /** @enum {string} */
            level: "seed" | "strict";
            pagination: components["schemas"]["Pagination"];
            policy_version: string;
            results: components["schemas"]["PolicyPreviewResult"][];
        };
        PolicyPreviewResult: {
            /** @description The first 20 introduced findings */
            findings: components["schemas"]["Finding"][];
            /** @description Findings that would disappear */
            fixed: number;
            /**
             * @description The current verdict
             * @enum {string}
             */
            from: "pass" | "warn" | "reject";
            /** @description New findings */
            introduced: number;
            name: string;
            /** @description Null for a version of the whole organization */
            namespace_id: string | null;
            plugin_id: string;
            /** @description The rules that would reject the version, except waived ones */
            rules: string[];
            /**
             * @description Verdict under the current rules at the level. Null if the scan takes too long for a request
             * @enum {string|null}
             */
            to: "pass" | "warn" | "reject" | null;
            version: string;
        };
        Problem: {
            /** @description The last part of `type` */
            code: string;
            detail: string;
            details?: {
                [key: string]: unknown;
            };
            /** @description The invalid fields */
            errors?: {
                code: string;
                detail: string;
                /** @description Part of the request */
                in: string;
                /** @description JSON Pointer to the field within that part */
                pointer: string;
            }[];
            hint: string;
            /** @description Identifies this occurrence by the request's path and ID */
            instance: string;
            request_id: string;
            status: number;
            title: string;
            /** @description URL of this problem type's documentation, relative to the server. It never changes */
            type: string;
        };
        PublishedFromGit: components["schemas"]["ConfirmPluginUploadResponse"] & {
            /** @description The version was already published with the same content, so nothing was changed */
            already_published: boolean;
            /** @description Null until the ref is resolved */
            commit: string | null;
            /** @description The version's latest deployment in the namespace */
            deployment: {
                deployment_id: string;
                /** @enum {string} */
                status: "queued" | "claimed" | "building" | "starting" | "verifying" | "ready" | "promoted" | "failed" | "superseded" | "cancelled" | "stopped";
            } | null;
            /** @description Why the version was published but not deployed */
            deployment_error: {
                code: string;
                message: string;
            } | null;
            path: string | null;
            ref: string;
            repository: string;
        };
        /** @description Why the operator quarantined it, and how to object */
        Quarantine: {
            /** Format: date-time */
            at: string;
            /** @description How to object */
            objection: string;
            reason: string;
        };
        QuarantinedItem: {
            /** @description Digest of the files, the same however they are packed: SHA-256 of what `sha256sum` prints for them, sorted by path. Null for some old versions */
            files_sha256: string | null;
            /** @enum {string} */
            kind: "extractor" | "pipeline" | "storage" | "agent";
            /** @description Null after the organization was removed */
            organization_id: string | null;
            /** @description Name and number of the version, or the ID of an agent plugin or of what a removed organization had */
            plugin_id: string;
            /** @description Set while the version can be neither deployed nor downloaded */
            quarantined: components["schemas"]["Quarantine"] | null;
            /** @description The archive's digest, or an agent plugin's checksum */
            sha256: string;
        };
        QuarantineRequest: {
            /**
             * @description Also undeploy what is live
             * @default false
             */
            drain?: boolean;
            /** @description How the authors can object. They read it with the reason */
            objection: string;
            reason: string;
        };
        QuarantineResult: {
            items: (components["schemas"]["QuarantinedItem"] & {
                /** @description Where it is still live */
                live: {
                    deployment_id: string;
                    namespace_id: string;
                }[];
            })[];
        };
        QuotaChanges: {
            /** @description Null resets the quota to its default, 64 */
            instances?: number | null;
            /** @description Null resets the quota to its default, 100 */
            keys?: number | null;
            /** @description Null resets the quota to its default, 50 */
            live_deployments?: number | null;
            /** @description Null resets the quota to its default, 1073741824 */
            log_bytes_per_day?: number | null;
            /** @description Null resets the quota to its default, 20 */
            model_uploads?: number | null;
            /** @description Null resets the quota to its default, 100 */
            namespaces?: number | null;
            /** @description Null resets the quota to its default, 10 */
            parallel_later_calls?: number | null;
            /** @description Null resets the quota to its default, 8 */
            parallel_runs?: number | null;
            /** @description Null resets the quota to its default, 10 */
            plugins_per_namespace?: number | null;
            /** @description Null resets the quota to its default, 20000 */
            queued_later_calls?: number | null;
            /** @description Null resets the quota to its default, 107374182400 */
            stored_bytes?: number | null;
            /** @description Null resets the quota to its default, 200 */
            unfinished_runs?: number | null;
            /** @description Null resets the quota to its default, 4 */
            warm_instances?: number | null;
            /** @description Null resets the quota to its default, 50 */
            webhook_endpoints?: number | null;
        };
        /** @description For `plugins_per_namespace`, `used` is the count of the fullest namespace */
        Quotas: {
            instances: components["schemas"]["QuotaUsage"];
            keys: components["schemas"]["QuotaUsage"];
            live_deployments: components["schemas"]["QuotaUsage"];
            log_bytes_per_day: components["schemas"]["QuotaUsage"];
            model_uploads: components["schemas"]["QuotaUsage"];
            namespaces: components["schemas"]["QuotaUsage"];
            parallel_later_calls: components["schemas"]["QuotaUsage"];
            parallel_runs: components["schemas"]["QuotaUsage"];
            plugins_per_namespace: components["schemas"]["QuotaUsage"];
            queued_later_calls: components["schemas"]["QuotaUsage"];
            stored_bytes: components["schemas"]["StoredBytesUsage"];
            unfinished_runs: components["schemas"]["QuotaUsage"];
            warm_instances: components["schemas"]["QuotaUsage"];
            webhook_endpoints: components["schemas"]["QuotaUsage"];
        };
        QuotaUsage: {
            max_allowed: number;
            used: number;
        };
        RealtimeAnswer: {
            deployment_id: string;
            duration_ms: number;
            error: string | null;
            inference_name: string;
            /** @description For an error: the line in the plugin where it was raised, if known, such as `Raised at realtime.py:8` */
            message: string | null;
            /** @description Any JSON value */
            raw_response: unknown;
            response_keys: string[] | null;
            response_type: string | null;
            /** @enum {string} */
            status: "success" | "error";
        };
        RejectedPluginUpload: {
            code_hash: string | null;
            /** @enum {string} */
            deployment_status: "pending" | "not_deployed";
            detail: string;
            error: {
                details: {
                    [key: string]: unknown;
                };
                hint: string;
                message: string;
                type: string;
            };
            feature_uri: string | null;
            message: string;
            name: string;
            namespace_id: string | null;
            organization_id: string;
            plugin_id: string | null;
            s3_archive_url: string | null;
            /**
             * @description Whether the version waits for approval, or how that was decided. Null if it needs none
             * @enum {string|null}
             */
            stage: "staged" | "approved" | "rejected" | null;
            /** @enum {number} */
            status: 400;
            /** @enum {boolean} */
            success: false;
            upload_id: string;
            validation_errors: string[];
            /** @enum {string} */
            validation_status: "pending" | "passed" | "failed";
            version: string;
            violations: components["schemas"]["Finding"][];
            warnings: components["schemas"]["Finding"][];
        };
        Release: {
            /** Format: date-time */
            created_at: string;
            created_by: components["schemas"]["Actor"];
            /** Format: date-time */
            ended_at: string | null;
            from: components["schemas"]["ReleasedVersion"];
            id: string;
            /** @description Measured until the last change; null before */
            measured: components["schemas"]["ReleaseMeasured"] | null;
            /** @description Share of calls by name that the candidate answers */
            percent: number;
            plan: components["schemas"]["ReleasePlan"];
            plugin: {
                id: string;
                /** @enum {string} */
                kind: "extractor" | "pipeline" | "storage";
                name: string;
            };
            /** @description Why it is paused or has ended */
            reason: string | null;
            /** @description Share of calls that are repeated on the candidate to compare answers */
            shadow_percent: number;
            /** @enum {string} */
            state: "shadowing" | "rolling" | "paused" | "succeeded" | "reverted" | "cancelled";
            /** @description Index of the current step */
            step: number;
            /** Format: date-time */
            step_started_at: string;
            /** @description Number of the plan's steps */
            steps: number;
            to: components["schemas"]["ReleasedVersion"] & unknown;
            /** Format: date-time */
            updated_at: string;
        };
        ReleaseCounts: {
            calls: number;
            errors: number;
            p95_ms: number | null;
        };
        ReleaseDecision: {
            actor: components["schemas"]["Actor"];
            /** Format: date-time */
            at: string;
            /**
             * @description The gate that failed
             * @enum {string|null}
             */
            gate: "error_rate" | "p95_ratio" | "crashes" | "answer_diff" | null;
            /** @description The event's ID */
            id: string;
            /** @description Calls of both versions until then */
            measured: {
                candidate: components["schemas"]["ReleaseCounts"];
                stable: components["schemas"]["ReleaseCounts"];
            } | null;
            /** @description Share of calls for the candidate from then on */
            percent: number;
            reason: string | null;
            step: number;
            type: string;
        };
        /** @description The stable version, which serves the name */
        ReleasedVersion: {
            plugin_id: string;
            /** @description Version number, or a Go plugin's ref */
            version: string;
        };
        ReleaseInFull: {
            /** Format: date-time */
            created_at: string;
            created_by: components["schemas"]["Actor"];
            /** @description Oldest first */
            decisions: components["schemas"]["ReleaseDecision"][];
            /** Format: date-time */
            ended_at: string | null;
            from: components["schemas"]["ReleasedVersion"];
            id: string;
            measured: components["schemas"]["ReleaseMeasuredInFull"] | null;
            /** @description Share of calls by name that the candidate answers */
            percent: number;
            plan: components["schemas"]["ReleasePlan"];
            plugin: {
                id: string;
                /** @enum {string} */
                kind: "extractor" | "pipeline" | "storage";
                name: string;
            };
            /** @description Why it is paused or has ended */
            reason: string | null;
            /** @description Share of calls that are repeated on the candidate to compare answers */
            shadow_percent: number;
            /** @enum {string} */
            state: "shadowing" | "rolling" | "paused" | "succeeded" | "reverted" | "cancelled";
            /** @description Index of the current step */
            step: number;
            /** Format: date-time */
            step_started_at: string;
            /** @description Number of the plan's steps */
            steps: number;
            to: components["schemas"]["ReleasedVersion"] & unknown;
            /** Format: date-time */
            updated_at: string;
            /** @description What the current step waits for */
            waits_for: string | null;
        };
        ReleaseMeasured: {
            candidate: {
                calls: number;
                crashes: number;
                errors: number;
                p50_ms: number | null;
                p95_ms: number | null;
            };
            compared: {
                answers: number;
                differing: number;
                paths: {
                    count: number;
                    path: string;
                    varies: boolean;
                    what: string;
                }[];
            };
            gates: {
                evidence: number;
                /** @enum {string} */
                gate: "error_rate" | "p95_ratio" | "crashes" | "answer_diff";
            }[];
            stable: {
                calls: number;
                crashes: number;
                errors: number;
                p50_ms: number | null;
                p95_ms: number | null;
            };
            step_calls: number;
        };
        ReleaseMeasuredInFull: {
            candidate: {
                calls: number;
                crashes: number;
                errors: number;
                p50_ms: number | null;
                p95_ms: number | null;
            };
            compared: {
                answers: number;
                differing: number;
                paths: {
                    count: number;
                    path: string;
                    varies: boolean;
                    what: string;
                }[];
            };
            gates: {
                evidence: number;
                /** @enum {string} */
                gate: "error_rate" | "p95_ratio" | "crashes" | "answer_diff";
            }[];
            series: {
                at: number;
                candidate: {
                    calls: number;
                    errors: number;
                    p95_ms: number | null;
                };
                stable: {
                    calls: number;
                    errors: number;
                    p95_ms: number | null;
                };
            }[];
            stable: {
                calls: number;
                crashes: number;
                errors: number;
                p50_ms: number | null;
                p95_ms: number | null;
            };
            step_calls: number;
        };
        ReleasePlan: {
            gates?: {
                /** @description Reverts if more of the candidate's answers differ from the stable version's than the plugin's own answers vary. */
                answer_diff?: {
                    /** @description Paths that are not compared. */
                    ignore?: string[];
                    /**
                     * @description Highest share of answers that may differ.
                     * @default 0.01
                     */
                    max_share?: number;
                    /**
                     * @description Relative difference at which numbers are equal. Integers are compared exactly.
                     * @default 0.000001
                     */
                    tolerance?: number;
                } | null;
                /**
                 * @description Reverts if the candidate crashes more often than the stable version.
                 * @default true
                 */
                crashes?: boolean;
                /** @description Reverts if the candidate's error rate exceeds the stable version's by more than `max_increase`. */
                error_rate?: {
                    /** @default 0 */
                    max_increase?: number;
                } | null;
                /**
                 * @description Reverts if the candidate's 95th percentile of durations is more than this many times the stable version's.
                 * @default 1.5
                 */
                p95_ratio?: number | null;
            };
            /** @description How long each step lasts at least, by default 5m: a duration, or a number of calls that the candidate answered. */
            hold?: string | {
                calls: number;
            };
            /**
             * @description How long a step may wait for enough calls. After that, the release is paused.
             * @default 24h
             */
            max_hold?: string;
            /**
             * @description `isolated` shadows only plugins without network and secrets; `full` shadows all.
             * @default isolated
             * @enum {string}
             */
            shadow?: "isolated" | "full";
            /** @description Steps in order, by default 1, 10 and 50%. After the last one, the candidate gets the name. */
            steps?: {
                /** @description Share of calls by name that the candidate answers. */
                percent: number;
                /** @description Share of calls that are repeated on the candidate, after the caller has its answer, to compare answers. */
                shadow?: number;
            }[];
            /**
             * @description `call` draws for each call; `key` keeps each API key on its version while the share grows.
             * @default call
             * @enum {string}
             */
            sticky?: "call" | "key";
        };
        ReleaseRequest: {
            /**
             * @default extractor
             * @enum {string}
             */
            kind?: "extractor" | "pipeline" | "storage";
            /** @description Defaults to the plan in the version's manifest, and then to the standard plan */
            plan?: components["schemas"]["ReleasePlan"] | null;
            /** @description The plugin's name */
            plugin: string;
            /** @description The live version to release: its number, or a Go plugin's ref or commit */
            version: string;
        };
        Releases: {
            pagination: components["schemas"]["Pagination"];
            results: components["schemas"]["Release"][];
        };
        RelockProposal: {
            advisories: {
                /** @description Affect the version, and no longer the new lock */
                fixed: {
                    advisory_id: string;
                    fixed_in: string | null;
                    /** @description The package and its version, as a package URL */
                    package: string;
                    /** @enum {string|null} */
                    severity: "low" | "medium" | "high" | "critical" | null;
                }[];
                /** @description Affect only the new lock */
                new: {
                    advisory_id: string;
                    fixed_in: string | null;
                    /** @description The package and its version, as a package URL */
                    package: string;
                    /** @enum {string|null} */
                    severity: "low" | "medium" | "high" | "critical" | null;
                }[];
                /** @description Affect both */
                remaining: {
                    advisory_id: string;
                    fixed_in: string | null;
                    /** @description The package and its version, as a package URL */
                    package: string;
                    /** @enum {string|null} */
                    severity: "low" | "medium" | "high" | "critical" | null;
                }[];
            };
            /** @description Send it back to publish exactly this lock */
            digest: string;
            /** @description Newer packages that `dependencies_older_than` leaves out: `from` would be locked instead of `to` */
            held_back: {
                from: string | null;
                name: string;
                to: string | null;
            }[];
            name: string;
            /** @description The age below which packages are left out */
            older_than: string | null;
            /** @description Packages that change. Empty if there is nothing to publish */
            packages: {
                from: string | null;
                name: string;
                to: string | null;
            }[];
            plugin_id: string;
            /** @enum {boolean} */
            success: true;
            version: string;
        };
        RelockRequest: {
            /** @description The proposal's digest */
            digest: string;
            message?: string | null;
            /** @description The version waits for approval, even if nothing demands it. Defaults to false */
            stage?: boolean;
        };
        ResourceSpending: {
            /** @description What is spent at the month's end if it continues like this */
            forecast: number;
            /** @description The lower of the organization's and the operator's */
            limit: number | null;
            percent: number | null;
            spent: number;
        };
        Run: {
            /** @description Number of attempts, in total over all parts */
            attempts: number;
            /** Format: date-time */
            created_at: string;
            created_by: components["schemas"]["Actor"];
            /** @description The deployment that the run uses, from its creation to its end */
            deployment_id: string;
            /** @description Rows with a result */
            done: number;
            /** Format: date-time */
            ended_at: string | null;
            /** @description Why the run failed or was cancelled by Slipway */
            error: string | null;
            error_bytes: number;
            /** @description Rows with an error */
            failed: number;
            input: {
                bytes: number | null;
                /** @enum {string|null} */
                compression: "gzip" | null;
                /** @description The run whose failed rows are run again */
                failed_of: string | null;
                /** @enum {string} */
                format: "jsonl" | "csv";
                /**
                 * @description What separates the values of a CSV; null until it is known
                 * @enum {string|null}
                 */
                separator: "," | ";" | "\t" | "|" | null;
            };
            max_parallel: number;
            name: string;
            output_bytes: number;
            parameters: {
                [key: string]: unknown;
            };
            plugin_id: string;
            /** @description Rows found so far; all of them from `running` on */
            rows: number;
            run_id: string;
            /** @description Rows with a result that no step took: unchanged, with `"skipped": true` */
            skipped: number;
            /** Format: date-time */
            started_at: string | null;
            /**
             * @description `open`: the run is waiting for its input. `partial`: some rows failed. `expired`: the run was not started within 24 hours. The states from `succeeded` on are final.
             * @enum {string}
             */
            status: "open" | "queued" | "splitting" | "running" | "succeeded" | "partial" | "failed" | "cancelled" | "expired";
            version: string;
        };
        RunRequest: {
            /** @description Rows; or the format of a file to send, up to 5 GiB and 10,000,000 rows; or a run */
            input: {
                /** @description The rows, up to 8 MiB including all other fields */
                rows: {
                    [key: string]: unknown;
                }[];
            } | {
                /** @enum {string|null} */
                compression?: "gzip" | null;
                /**
                 * @description The file's format: a JSON object per line, or a CSV with a header
                 * @enum {string}
                 */
                format: "jsonl" | "csv";
                /**
                 * @description What separates the values of a CSV. If omitted, the header decides; if it has several of these characters outside quotes, the run fails
                 * @enum {string|null}
                 */
                separator?: "," | ";" | "\t" | "|" | null;
                /** @description Size of the file as sent. It is reserved in the quota `stored_bytes`, and the URL accepts no other size. If omitted, 256 MiB are reserved, and the start refuses a larger file */
                size_bytes?: number | null;
            } | {
                /** @description A finished run whose failed rows are run again */
                failed_of: string;
            };
            /** @description Number of processes that work on the run concurrently. Defaults to 4 */
            max_parallel?: number | null;
            /** @description Override the deployment's parameters */
            parameters?: {
                [key: string]: unknown;
            } | null;
        };
        RunResults: {
            pagination: components["schemas"]["Pagination"];
            results: {
                bytes: number;
                /** @description Number of the input chunk; a chunk can have several parts */
                number: number;
                /** @description GET it within an hour: one JSON object per line */
                url: string;
            }[];
            run_id: string;
            /**
             * @description `open`: the run is waiting for its input. `partial`: some rows failed. `expired`: the run was not started within 24 hours. The states from `succeeded` on are final.
             * @enum {string}
             */
            status: "open" | "queued" | "splitting" | "running" | "succeeded" | "partial" | "failed" | "cancelled" | "expired";
        };
        Runs: {
            pagination: components["schemas"]["Pagination"];
            results: components["schemas"]["Run"][];
        };
        ScanPolicy: {
            /**
             * @description `seed`: the published list of forbidden names. `strict`: the same list plus more rules. Each level only adds rules to the previous one.
             * @enum {string}
             */
            level: "seed" | "strict";
            levels: ("seed" | "strict")[];
            /** @description Version of the rules. It increases with every rule change */
            policy_version: string;
            /** @description Lowest severity that decides the verdict, if the finding is not waived */
            thresholds: {
                /** @enum {string} */
                reject: "error";
                /** @enum {string} */
                warn: "warning";
            };
            /**
             * Format: date-time
             * @description Null if no level was set, so the default applies
             */
            updated_at: string | null;
            updated_by: components["schemas"]["Actor"] | null;
            /** @description Published versions not yet scanned under the current policy */
            versions_to_judge: number;
        };
        SearchResults: {
            /** @description True if more plugins have these words. Add a word to find them */
            has_more: boolean;
            results: components["schemas"]["FoundPlugin"][];
        };
        Secret: {
            /** Format: date-time */
            created_at: string;
            /** @description Live deployments that still have a previous value. If some remain when nothing is restarting, their replacements failed: `GET …/deployments?status=failed` shows the reason */
            live_with_previous_value: number;
            /** @description Live deployments that have the current value */
            live_with_value: number;
            name: string;
            /** @description Deployments with the previous value that are being replaced */
            restarting: boolean;
            /** @description Revision of the value. Revisions are counted per namespace, so a later value has a higher number */
            revision: number;
            /** Format: date-time */
            updated_at: string;
            updated_by: components["schemas"]["Actor"];
        };
        SecretValue: {
            /** Format: password */
            value: string;
        };
        Session: {
            /** @description Value for the `Slipway-CSRF` header in requests that make changes using the cookie. Null for requests with a key */
            csrf_token: string | null;
            key: components["schemas"]["OwnApiKey"];
        };
        /** @description The response sets the cookie `__Host-slipway`, which holds the session */
        SignedIn: {
            csrf_token: string;
            /** Format: date-time */
            expires_at: string;
        };
        SignInCode: {
            code: string;
            /** Format: date-time */
            expires_at: string;
        };
        SignInCodeExchange: {
            code: string;
            /** @description RFC 7636, section 4.1 */
            code_verifier: string;
            /** @description The key's name */
            name: string;
        };
        SignInCodeRequest: {
            /** @description SHA-256 of the command line's verifier, in base64url (RFC 7636, `S256`) */
            code_challenge: string;
        };
        SigningKey: {
            /** @enum {string} */
            algorithm: "ecdsa-p256-sha256";
            /** Format: date-time */
            created_at: string;
            keyid: string;
            pem: string;
            /** Format: date-time */
            retired_at: string | null;
            /** Format: date-time */
            revoked_at: string | null;
            /** @enum {string} */
            state: "current" | "retired" | "revoked";
        };
        SigningKeys: {
            keys: components["schemas"]["SigningKey"][];
        };
        SignInIssuer: {
            issuer_id: string;
            name: string;
        };
        /** @description URL that signs in one browser, once, after asking for confirmation */
        SignInLink: {
            /** Format: date-time */
            expires_at: string;
            /** Format: uri */
            url: string;
        };
        SignInLinkOwner: {
            /** @description The key that gives the session its access */
            key_name: string;
            organization_id: string;
            organization_name: string;
        };
        SignInRequest: {
            /** @description The part of an invitation's URL after `#invitation=` */
            invitation?: string | null;
            issuer_id: string;
            /** @description The organization to open. Null or omitted for the person's oldest membership */
            organization_id?: string | null;
            /**
             * @description The console's page to show afterwards
             * @default /
             */
            page?: string;
        };
        Source: {
            /** Format: date-time */
            created_at: string;
            created_by: components["schemas"]["Actor"];
            /** @description The accepted host keys. Null without a deploy key */
            deploy_key: {
                known_hosts: string[];
            } | null;
            /**
             * Format: date-time
             * @description As provided. Null if unknown
             */
            expires_at: string | null;
            /** @description Null for a token or a deploy key */
            github_app: {
                api_url: string | null;
                app_id: string;
            } | null;
            /** @description Go modules below the source are private */
            go_modules: boolean;
            /**
             * Format: date-time
             * @description Accurate to the minute. Null if never used
             */
            last_used_at: string | null;
            /** @description Patterns of the packages that only this source, a Python index, provides. Null for a source of repositories */
            python_packages: string[] | null;
            /** @description Counts the tokens */
            revision: number;
            /** @description The repositories' host, or a host followed by the start of their path */
            source: string;
            source_id: string;
            /** Format: date-time */
            updated_at: string;
            updated_by: components["schemas"]["Actor"];
            username: string;
        };
        SourceRequest: {
            deploy_key?: {
                /** @description Lines as written by ssh-keyscan. If the host has any other key, nothing is sent */
                known_hosts: string[];
                /** @description Private key as written by ssh-keygen, without a passphrase; used to fetch repositories over SSH */
                private_key: string;
            };
            /** Format: date-time */
            expires_at?: string;
            github_app?: {
                /** @description URL of GitHub's API. Default: github.com's API, or `/api/v3` on the source's host */
                api_url?: string;
                /** @description App ID or client ID */
                app_id: string;
                /** @description The private key in PEM. It is used to create a token for each fetch, which can read one repository */
                private_key: string;
            };
            /** @description Whether Go modules below the source are private: fetched directly, never through a proxy */
            go_modules?: boolean;
            /** @description Makes the source a Python index, and names its packages, which are requested only from this index. A trailing `*` stands for any characters */
            python_packages?: string[];
            /** @description The repositories' host, or a host followed by the start of their path */
            source: string;
            /** @description Either this, `github_app` or `deploy_key` */
            token?: string;
            /** @description User name sent with the token, or the SSH user (`git`). Most servers accept any name with a token */
            username?: string;
        };
        StagedVersion: {
            /** @description The version that it would follow */
            active_version: string | null;
            /** @description Capabilities that the program reaches. Null unless analyzed; only Go plugins are */
            capabilities: components["schemas"]["GoCapability"][] | null;
            /** @description The archive's digest, which the approval names */
            code_hash: string;
            /** @description Packages that it declares */
            dependencies: string[];
            deploy_when_approved: boolean;
            /** @description What people and agents read about the version */
            description: string | null;
            /** @description Path of the comparison with the active version */
            diff_url: string | null;
            files_scanned: number;
            /** @description Digest of the files, the same however they are packed: SHA-256 of what `sha256sum` prints for them, sorted by path. Null for some old versions */
            files_sha256: string | null;
            /** @description Number of the scan's findings by severity, with waived ones. Null for too many to count */
            findings: {
                error: number;
                note: number;
                warning: number;
            } | null;
            /** @description The version's source, if it was published from Git */
            git: {
                commit: string | null;
                path: string | null;
                ref: string;
                repository: string;
            } | null;
            /** @enum {string} */
            kind: "extractor" | "pipeline" | "storage" | "agent";
            message: string | null;
            /** @description Models that it uses */
            models: string[];
            name: string;
            /** @description Null for an organization's plugin */
            namespace_id: string | null;
            namespace_name: string | null;
            permissions: components["schemas"]["Permissions"] | null;
            plugin_id: string;
            /** Format: date-time */
            published_at: string;
            published_by: components["schemas"]["Actor"];
            /** @description Path of the findings. Null for a Go plugin */
            scan_url: string | null;
            /**
             * @description The current scan policy's verdict, with waivers applied. A rejected version can no longer be deployed, but stays live where it already is.
             * @enum {string}
             */
            scan_verdict: "pass" | "warn" | "reject";
            size_bytes: number;
            /**
             * Format: date-time
             * @description When it is deleted if nobody approves it
             */
            staged_until: string | null;
            /** @description The version's number, or the ref of a Go plugin */
            version: string;
            /** @description Rules of the scan's errors, all of them waived */
            waived_rules: string[];
        };
        StoredBytesUsage: components["schemas"]["QuotaUsage"] & {
            held_by: components["schemas"]["HeldBytes"];
        };
        Switched: {
            csrf_token: string;
            /** Format: date-time */
            expires_at: string;
        };
        TokenExchangeRequest: {
            /** @enum {string} */
            grant_type: "urn:ietf:params:oauth:grant-type:token-exchange";
            /** @description A namespace's ID or name, if several trusted publishers match */
            namespace?: string;
            /** @description The organization's ID, `org_…` */
            organization: string;
            /** @description The plugin's name, if several trusted publishers match */
            plugin?: string;
            /** @description The job's ID token. Its `aud` is `slipway:` and the host of this server's public URL */
            subject_token: string;
            /** @enum {string} */
            subject_token_type: "urn:ietf:params:oauth:token-type:id_token";
        };
        Tool: {
            /** @description What models read about the tool. Null for the plugin's own */
            description: string | null;
            /**
             * @description The plugin's kind
             * @enum {string}
             */
            kind: "extractor" | "pipeline" | "storage";
            /** @description The tool's name, which models see */
            name: string;
            /** @description Fixed parameters, which models neither see nor change. Only extractors have parameters */
            parameters: {
                [key: string]: unknown;
            } | null;
            /** @description The plugin's name */
            plugin: string;
            /** @description Null for the plugin's own */
            title: string | null;
            /** @description The version that answers. Null for the live version. Only extractors can be pinned */
            version: string | null;
        };
        ToolRequest: {
            /**
             * @description What models read about the tool. Null for the plugin's own
             * @default null
             */
            description?: string | null;
            /**
             * @description The plugin's kind
             * @default extractor
             * @enum {string}
             */
            kind?: "extractor" | "pipeline" | "storage";
            /** @description The tool's name, which models see */
            name: string;
            /** @description Fixed parameters, which models neither see nor change. Only extractors have parameters */
            parameters?: {
                [key: string]: unknown;
            } | null;
            /** @description The plugin's name */
            plugin: string;
            /**
             * @description Null for the plugin's own
             * @default null
             */
            title?: string | null;
            /**
             * @description The version that answers. Null for the live version. Only extractors can be pinned
             * @default null
             */
            version?: string | null;
        };
        ToolSet: {
            /** Format: date-time */
            created_at: string;
            /** @description What the set is for */
            description: string | null;
            /** @description Where clients of the Model Context Protocol find the tools */
            mcp_url: string;
            name: string;
            pending: components["schemas"]["ToolSetProposal"];
            /** @description If true, only versions that a person approved are its tools. All of them must be extractors */
            requires_approval: boolean;
            tools: components["schemas"]["Tool"][];
            /** Format: date-time */
            updated_at: string;
            updated_by: components["schemas"]["Actor"];
        };
        ToolSetChange: {
            from: string | null;
            to: string | null;
            where: string;
        };
        ToolSetDecision: {
            note?: string | null;
            /** @description Digest of the proposal, as you saw it. If something else is proposed by now, nothing changes */
            sha256: string;
        };
        /** @description Waits until another person approves it, where the namespace demands approval: what differs from the other fields, which agents get. Null if nothing waits */
        ToolSetProposal: {
            changes: components["schemas"]["ToolSetChange"][];
            /** Format: date-time */
            proposed_at: string;
            proposed_by: components["schemas"]["Actor"];
            /** @description Digest of the proposal, which a decision names */
            sha256: string;
            tool_count: number;
        } | null;
        ToolSetRequest: {
            /**
             * @description What the set is for
             * @default null
             */
            description?: string | null;
            /**
             * @description If true, only versions that a person approved are its tools. All of them must be extractors
             * @default false
             */
            requires_approval?: boolean;
            tools: components["schemas"]["ToolRequest"][];
        };
        TrafficMark: {
            /** Format: date-time */
            at: string;
            by: components["schemas"]["Actor"];
            deployment_id: string | null;
            /** @description Why the deployment failed, or the rollback's message */
            message: string | null;
            /** @description The version that a rollback replaced */
            previous_version: string | null;
            /**
             * @description A deployment of the version went live or failed, calls to the name moved to the version, the version was undeployed while it had the name, or a rollback to it was requested
             * @enum {string}
             */
            type: "deployed" | "failed" | "promoted" | "undeployed" | "rolled_back";
            /** @description The version's number, or a Go plugin's commit */
            version: string | null;
        };
        TrailStep: {
            bound_at_line: number;
            /** @description The file */
            bound_in: string;
            /** @description The name imported from the module, for `from … import` */
            member: string | null;
            /** @description The module, if an import binds the name */
            module: string | null;
            /** @description The name that is bound there */
            name: string;
        };
        TrialAnswer: {
            duration_ms: number;
            error: string | null;
            inference_name: string;
            /** @description For an error: the line in the plugin where it was raised, if known, such as `Raised at realtime.py:8` */
            message: string | null;
            /** @description Any JSON value */
            raw_response: unknown;
            response_keys: string[] | null;
            response_type: string | null;
            /** @enum {string} */
            status: "success" | "error";
        };
        TrustedPublisher: {
            /** @description Claims that the token must have. A prefix ends with `/`, `@` or `:` */
            conditions: ({
                claim: string;
                equals: string;
            } | {
                claim: string;
                prefix: string;
            })[];
            /** Format: date-time */
            created_at: string;
            created_by: components["schemas"]["Actor"];
            issuer_id: string;
            /** Format: date-time */
            last_used_at: string | null;
            namespace_id: string;
            /** @description Claims fixed by the first token, such as GitHub's `repository_id` */
            pinned: {
                [key: string]: string;
            };
            plugin: string;
            scopes: ("plugins:read" | "plugins:write" | "plugins:deploy" | "plugins:invoke" | "versions:approve" | "namespaces:admin" | "policy:admin" | "sources:admin" | "webhooks:admin" | "keys:admin" | "audit:read")[];
            /** @description Whether its versions always wait for approval */
            stage_only: boolean;
            trusted_publisher_id: string;
        };
        TrustedPublisherRequest: {
            /** @description Claims that the token must have. A prefix ends with `/`, `@` or `:` */
            conditions: ({
                claim: string;
                equals: string;
            } | {
                claim: string;
                prefix: string;
            })[];
            /** @description An issuer for CI, the organization's or the operator's */
            issuer_id: string;
            /** @description The namespace's ID or name */
            namespace: string;
            /** @description Claims fixed by the first token, such as GitHub's `repository_id` */
            pinned?: {
                [key: string]: string;
            };
            /** @description A plugin's name, also before its first version, or a prefix and `*`. `*` alone covers the namespace */
            plugin: string;
            /** @description Default: `plugins:read`, `plugins:write` and `plugins:deploy` */
            scopes?: ("plugins:read" | "plugins:write" | "plugins:deploy" | "plugins:invoke")[];
            /** @default false */
            stage_only?: boolean;
        };
        UploadFinding: {
            column: number;
            end_column: number;
            end_line: number;
            /** @description Lines around the finding in a rejected upload, whose archive is not kept. Long lines are truncated. Null for findings outside text and after the first hundred */
            excerpt: {
                /** @description Number of the first line */
                first_line: number;
                lines: string[];
            } | null;
            file: string;
            filename: string;
            line: number;
            message: string;
            name: string;
            rule: string;
            /** @enum {string} */
            severity: "error" | "warning" | "note";
            /** @description Bindings from the name in the source to the module or function that it refers to, nearest first. Empty if the source uses the name directly */
            trail: components["schemas"]["TrailStep"][];
            /** @description The trail as a sentence */
            trail_message: string | null;
            /** @description One of the organization's waivers covers the finding, so the finding does not reject the upload */
            waived: boolean;
            waiver: {
                /** Format: date-time */
                expires_at: string;
                reason: string;
                waiver_id: string;
            } | null;
        };
        UploadStep: {
            /** Format: date-time */
            ended_at: string | null;
            /** Format: date-time */
            started_at: string | null;
            /** @enum {string} */
            state: "waiting" | "in_progress" | "done" | "failed" | "not_reached";
            /** @enum {string} */
            step: "receive" | "scan" | "publish";
        };
        UsageHistory: {
            /** @description Null: the operator has set no prices */
            currency: string | null;
            /** @description What the current month has used at its end if it continues like this */
            forecast: {
                calls: number;
                instance_seconds: number;
                /** @description Those at the end of the month. Null where they were not recorded */
                stored_bytes: number | null;
            };
            /** @description Monthly limits of the budgets. Null: no limit */
            limits: {
                calls: number | null;
                instance_seconds: number | null;
                stored_bytes: number | null;
            };
            /** @description Oldest first; the last one is the current month */
            months: {
                /** @description The 20 groups that cost most in all of the months, then all others together */
                groups: {
                    calls: number;
                    cost: number | null;
                    instance_seconds: number;
                    /** @description Null: all others together */
                    namespace_id: string | null;
                    /** @description Null once it is deleted */
                    namespace_name: string | null;
                    plugin_id: string | null;
                    /** @description Null once it is removed */
                    plugin_name: string | null;
                }[];
                month: string;
                total: {
                    calls: number;
                    cost: number | null;
                    instance_seconds: number;
                    /** @description Those at the end of the month. Null where they were not recorded */
                    stored_bytes: number | null;
                };
            }[];
        };
        ValidationError: {
            detail: {
                loc: (string | number)[];
                msg: string;
                type: string;
            }[];
            error: {
                details: {
                    [key: string]: unknown;
                } | null;
                hint: string;
                message: string;
                type: string;
            };
            request_id: string;
            status: number;
            /** @enum {boolean} */
            success: false;
        };
        Waiver: {
            /** Format: date-time */
            created_at: string;
            created_by: components["schemas"]["Actor"];
            /** Format: date-time */
            expires_at: string;
            /** @description A plugin's name, to cover all its versions, or one version's ID */
            plugin: string;
            reason: string;
            /** Format: date-time */
            revoked_at: string | null;
            rule: string;
            /** @enum {string} */
            status: "active" | "expired" | "revoked";
            waiver_id: string;
        };
        WaiverRequest: {
            /** Format: date-time */
            expires_at: string;
            /** @description A plugin's name, to cover all its versions, or one version's ID */
            plugin: string;
            reason: string;
            rule: string;
        };
        Webhook: {
            /** Format: date-time */
            created_at: string;
            description: string | null;
            /**
             * @description Why the webhook is disabled: on request, because the receiver responded with 410, or because deliveries failed for five days
             * @enum {string|null}
             */
            disabled_because: "request" | "gone" | "failing" | null;
            endpoint_id: string;
            /** @description Null: all events */
            events: components["schemas"]["EventFilter"][] | null;
            /** Format: date-time */
            failing_since: string | null;
            /** @description Null for all namespaces, and for events outside namespaces */
            namespace_ids: string[] | null;
            /**
             * Format: date-time
             * @description Requests are also signed with the previous secret until this time
             */
            previous_secret_until: string | null;
            /** @enum {string} */
            status: "enabled" | "disabled";
            /** @description Time limit for the receiver's response; shorter while the receiver often times out */
            timeout_seconds: number;
            /** Format: date-time */
            updated_at: string;
            url: string;
        };
        WebhookWithSecret: components["schemas"]["Webhook"] & {
            /** @description Shown in this response only */
            secret: string;
        };
        /** @description Why, since when and by whom */
        Withdrawal: {
            /** Format: date-time */
            at: string;
            by: components["schemas"]["Actor"];
            reason: string;
        };
        WithdrawalChanges: {
            /** @description What to use instead, and until when. Null undoes it */
            deprecated?: string | null;
            /**
             * @description The plugin's kind. Pipeline and storage plugins are in the organization's namespace `default`
             * @default extractor
             * @enum {string}
             */
            kind?: "extractor" | "pipeline" | "storage";
            /** @description Why. Null offers the version again */
            yanked?: string | null;
        };
        WithdrawnVersion: {
            /** @description Set while the version shouldn't be used */
            deprecated: components["schemas"]["Withdrawal"] | null;
            name: string;
            plugin_id: string;
            /** @description Set while the version can be neither deployed nor downloaded */
            quarantined: components["schemas"]["Quarantine"] | null;
            /** @enum {boolean} */
            success: true;
            version: string;
            /** @description Set while only its exact number still resolves to the version */
            yanked: components["schemas"]["Withdrawal"] | null;
        };
    };
    responses: never;
    parameters: {
        /** @description The plugin's name, case-insensitive */
        AgentPluginsName: string;
        /** @description Name of the builder */
        BuilderName: string;
        /** @description ID of the later call, `call_…` */
        CallId: string;
        /** @description Checks the response against the manifest's output_schema and features. A mismatch returns the status `error` together with the response. A call with this check isn't streamed. */
        CheckOutput: "true" | "false";
        /** @description Name of the Ray cluster */
        ClusterName: string;
        /** @description The previous page's `next_cursor` */
        Cursor: string;
        /** @description ID of the delivery, `dlv_…` */
        DeliveryId: string;
        /** @description ID of the deployment, `dep_…` */
        DeploymentId: string;
        /** @description `next_cursor` of the previous page. Returns older lines */
        DeploymentsCursor: string;
        /** @description ID of the webhook, `whk_…` */
        EndpointId: string;
        /** @description Stream new lines as server-sent events */
        Follow: "true" | "false";
        /** @description `sarif` returns SARIF 2.1.0 */
        Format: "json" | "sarif";
        /** @description ID of the hook */
        HookId: string;
        /** @description ID of the version, `plg_…` */
        Id: string;
        /** @description Unique per request. Repeating the request with the same key within 24 hours returns the original response. */
        IdempotencyKey: string;
        /** @description ID of the import, `adv_…` */
        ImportId: string;
        /** @description ID of the issuer, `iss_…` */
        IssuerId: string;
        /** @description ID of the key, `key_…` */
        KeyId: string;
        /** @description Only this status */
        KeysStatus: "active" | "expired" | "revoked";
        /** @description The plugin's kind. Pipeline and storage plugins are in the organization's namespace `default` */
        Kind: "extractor" | "pipeline" | "storage";
        /** @description The ID of the last message the client received */
        LastEventId: string;
        /** @description Maximum number of results */
        Limit: number;
        /** @description Only this name */
        ModelsName: string;
        /** @description Name of the plugin */
        Name: string;
        /** @description ID of the namespace, `ns_…` */
        NamespaceId: string;
        /** @description The namespace's ID or name */
        NamespaceIdentifier: string;
        /** @description Its kind and subject. Stays the same while the need does */
        NeedId: string;
        /** @description Number of results to skip */
        Offset: number;
        /** @description ID of the organization, `org_…` */
        OrganizationId: string;
        /** @description Return only this file */
        Path: string;
        /** @description ID of the person, `usr_…` */
        PersonId: string;
        /** @description The ref of the version that must answer: the live one, or an active release's candidate. Can't be sent with `Prefer: respond-async`. */
        PipelinePluginsSlipwayVersion: string;
        /** @description ID of the version, its name and number: `text_profile_1_0_0` */
        PluginId: string;
        /** @description Form of the statements */
        PluginsFormat: "envelope" | "bundle";
        /** @description Only the versions of the plugin with this name */
        PluginsName: string;
        /** @description The picture's exact path in the archive, without the top-level folder */
        PluginsPath: string;
        /** @description `wait=10` limits how many seconds the request waits (RFC 7240) */
        Prefer: string;
        /** @description ID of the release, `rel_…` */
        ReleaseId: string;
        /** @description The plugin's kind */
        ReleasesKind: "extractor" | "pipeline" | "storage";
        /** @description Return only lines of the request with this ID, up to an hour after it */
        Request: string;
        /** @description ID of the run, `run_…` */
        RunId: string;
        /** @description Return only plugins whose names start with this; `total` then counts up to 1000 */
        Search: string;
        /** @description Only this name */
        SecretsName: string;
        /** @description Digest of the content: a version's `code_hash` or `files_sha256`, or an agent plugin's checksum without `sha256:`. Versions with the same files are the same content, however they are packed */
        Sha256: string;
        /** @description Return only lines printed at this time or later */
        Since: string;
        /** @description For a later call: URL that receives the result, which must be https on port 443 of a public host. Needs the namespace's callback secret. */
        SlipwayCallback: string;
        /** @description For a later call: seconds within which it must start, at most 86400. Default: 3600. */
        SlipwayExpiresIn: string;
        /** @description Whom the call is for, such as a user ID. During a release, all calls with the same key get the same version, as long as its share grows. Has no effect on later calls, which are drawn independently. */
        SlipwayKey: string;
        /** @description For a later call: `low` waits in a separate queue. */
        SlipwayPriority: "normal" | "low";
        /** @description Number of seconds that the caller waits for an instance that is asleep; 30 by default. After that, the response is 503 with `Retry-After`, and the start continues. With `0`, the call does not wait for a start */
        SlipwayStartTimeout: number;
        /** @description The live version that must answer. The call then counts for no release. */
        SlipwayVersion: string;
        /** @description Name of the plugin */
        Slug: string;
        /** @description Return only the namespace's own plugins, or only the organization's */
        Source: components["schemas"]["PluginOwner"];
        /** @description `open`: the run is waiting for its input. `partial`: some rows failed. `expired`: the run was not started within 24 hours. The states from `succeeded` on are final. */
        Status: "open" | "queued" | "splitting" | "running" | "succeeded" | "partial" | "failed" | "cancelled" | "expired";
        /** @description Maximum number of existing lines to return */
        Tail: number;
        /** @description The set's name */
        ToolsName: string;
        /** @description Return only this type, or all types with this prefix */
        Type: components["schemas"]["EventFilter"];
        /** @description Exclusive */
        Until: string;
        /** @description ID of the upload, `plu_…` */
        UploadId: string;
        /** @description A version number, or the ref or commit of a Go plugin's version */
        V1: string;
        /** @description A version number, or the ref or commit of a Go plugin's version */
        V2: string;
        /** @description Wait up to 25 s until the artifact is fetched and verified. The status is 200 if the artifact has the checksum, otherwise 422 or 413. The version is registered either way. */
        Verify: "sync";
        /** @description `respond-async`: the call is accepted with 202, and its answer is available at the URL in `Location` (RFC 7240) */
        VersionsPrefer: string;
        /** @description The event's ID, which is the same for every attempt */
        WebhookId: string;
        /** @description `v1,<base64 HMAC-SHA256 of "id.timestamp.body">`, one per valid secret */
        WebhookSignature: string;
        /** @description Time of this attempt, in seconds since the Unix epoch */
        WebhookTimestamp: string;
        /** @description Demand approval even if fewer than two members may approve */
        WithoutApprovers: "true" | "false";
        /** @description Number of seconds that the caller waits, such as `2.5`. The call then ends as if it had exceeded its time limit. Has no effect beyond that limit. */
        XRequestTimeout: string;
    };
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export interface operations {
    getSigningKeys: {
        responses: {
            /** @description The keys, newest first */
            200: {
                content: {
                    "application/json": components["schemas"]["SigningKeys"];
                };
            };
        };
    };
    listPipelinePlugins: {
        responses: {
            /** @description The plugins */
            200: {
                content: {
                    "application/json": components["schemas"]["GoPlugin"][];
                };
            };
        };
    };
    installPipelinePlugin: {
        parameters: {
            header?: {
                /** @description Unique per request. Repeating the request with the same key within 24 hours returns the original response. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /** @description `wait=10` limits how many seconds the request waits (RFC 7240) */
                prefer?: components["parameters"]["Prefer"];
            };
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["GoPluginInstall"];
            };
        };
        responses: {
            /** @description The plugin */
            201: {
                content: {
                    "application/json": components["schemas"]["GoPlugin"];
                };
            };
        };
    };
    getPipelinePlugin: {
        parameters: {
            path: {
                /** @description Name of the plugin */
                name: components["parameters"]["Name"];
            };
        };
        responses: {
            /** @description The plugin */
            200: {
                content: {
                    "application/json": components["schemas"]["GoPlugin"];
                };
            };
        };
    };
    updatePipelinePlugin: {
        parameters: {
            header?: {
                /** @description `wait=10` limits how many seconds the request waits (RFC 7240) */
                prefer?: components["parameters"]["Prefer"];
            };
            path: {
                /** @description Name of the plugin */
                name: components["parameters"]["Name"];
            };
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["GoPluginUpdate"];
            };
        };
        responses: {
            /** @description The plugin */
            200: {
                content: {
                    "application/json": components["schemas"]["GoPlugin"];
                };
            };
        };
    };
    uninstallPipelinePlugin: {
        parameters: {
            path: {
                /** @description Name of the plugin */
                name: components["parameters"]["Name"];
            };
        };
        responses: {
            /** @description Uninstalled */
            204: {};
        };
    };
    getPipelinePluginArtifact: {
        parameters: {
            path: {
                /** @description Name of the plugin */
                name: components["parameters"]["Name"];
            };
        };
        responses: {
            /** @description The executable */
            200: {
                content: {
                    "application/octet-stream": string;
                };
            };
        };
    };
    callPipelinePlugin: {
        parameters: {
            header?: {
                /** @description `respond-async`: the call is accepted with 202, and its answer is available at the URL in `Location` (RFC 7240) */
                prefer?: components["parameters"]["VersionsPrefer"];
                /** @description For a later call: URL that receives the result, which must be https on port 443 of a public host. Needs the namespace's callback secret. */
                "slipway-callback"?: components["parameters"]["SlipwayCallback"];
                /** @description For a later call: seconds within which it must start, at most 86400. Default: 3600. */
                "slipway-expires-in"?: components["parameters"]["SlipwayExpiresIn"];
                /** @description Whom the call is for, such as a user ID. During a release, all calls with the same key get the same version, as long as its share grows. Has no effect on later calls, which are drawn independently. */
                "slipway-key"?: components["parameters"]["SlipwayKey"];
                /** @description For a later call: `low` waits in a separate queue. */
                "slipway-priority"?: components["parameters"]["SlipwayPriority"];
                /** @description Number of seconds that the caller waits for an instance that is asleep; 30 by default. After that, the response is 503 with `Retry-After`, and the start continues. With `0`, the call does not wait for a start */
                "slipway-start-timeout"?: components["parameters"]["SlipwayStartTimeout"];
                /** @description The ref of the version that must answer: the live one, or an active release's candidate. Can't be sent with `Prefer: respond-async`. */
                "slipway-version"?: components["parameters"]["PipelinePluginsSlipwayVersion"];
                /** @description Number of seconds that the caller waits, such as `2.5`. The call then ends as if it had exceeded its time limit. Has no effect beyond that limit. */
                "x-request-timeout"?: components["parameters"]["XRequestTimeout"];
            };
            path: {
                /** @description Name of the plugin */
                name: components["parameters"]["Name"];
            };
        };
        requestBody: {
            content: {
                "application/json": {
                    method: string;
                    params?: {
                        [key: string]: unknown;
                    };
                };
            };
        };
        responses: {
            /** @description The plugin's result or error */
            200: {
                content: {
                    "application/json": components["schemas"]["GoPluginAnswer"];
                };
            };
            /** @description Accepted. The call's answer will be available at the URL in `Location` */
            202: {
                content: {
                    "application/json": components["schemas"]["LaterCall"];
                };
            };
        };
    };
    getPipelinePluginLogs: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the previous page. Returns older lines */
                cursor?: components["parameters"]["DeploymentsCursor"];
                /** @description Return only lines of the request with this ID, up to an hour after it */
                request?: components["parameters"]["Request"];
                /** @description Return only lines printed at this time or later */
                since?: components["parameters"]["Since"];
                /** @description Maximum number of existing lines to return */
                tail?: components["parameters"]["Tail"];
            };
            path: {
                /** @description Name of the plugin */
                name: components["parameters"]["Name"];
            };
        };
        responses: {
            /** @description The newest lines, oldest first */
            200: {
                content: {
                    "application/json": {
                        lines: components["schemas"]["LogLine"][];
                        pagination: {
                            limit: number;
                            /** @description Continues with older lines. A page can have fewer lines than `limit`, or none, even if there are older ones */
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
    };
    listStoragePlugins: {
        responses: {
            /** @description The plugins */
            200: {
                content: {
                    "application/json": components["schemas"]["GoPlugin"][];
                };
            };
        };
    };
    installStoragePlugin: {
        parameters: {
            header?: {
                /** @description Unique per request. Repeating the request with the same key within 24 hours returns the original response. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /** @description `wait=10` limits how many seconds the request waits (RFC 7240) */
                prefer?: components["parameters"]["Prefer"];
            };
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["GoPluginInstall"];
            };
        };
        responses: {
            /** @description The plugin */
            201: {
                content: {
                    "application/json": components["schemas"]["GoPlugin"];
                };
            };
        };
    };
    getStoragePlugin: {
        parameters: {
            path: {
                /** @description Name of the plugin */
                name: components["parameters"]["Name"];
            };
        };
        responses: {
            /** @description The plugin */
            200: {
                content: {
                    "application/json": components["schemas"]["GoPlugin"];
                };
            };
        };
    };
    updateStoragePlugin: {
        parameters: {
            header?: {
                /** @description `wait=10` limits how many seconds the request waits (RFC 7240) */
                prefer?: components["parameters"]["Prefer"];
            };
            path: {
                /** @description Name of the plugin */
                name: components["parameters"]["Name"];
            };
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["GoPluginUpdate"];
            };
        };
        responses: {
            /** @description The plugin */
            200: {
                content: {
                    "application/json": components["schemas"]["GoPlugin"];
                };
            };
        };
    };
    uninstallStoragePlugin: {
        parameters: {
            path: {
                /** @description Name of the plugin */
                name: components["parameters"]["Name"];
            };
        };
        responses: {
            /** @description Uninstalled */
            204: {};
        };
    };
    getStoragePluginArtifact: {
        parameters: {
            path: {
                /** @description Name of the plugin */
                name: components["parameters"]["Name"];
            };
        };
        responses: {
            /** @description The executable */
            200: {
                content: {
                    "application/octet-stream": string;
                };
            };
        };
    };
    callStoragePlugin: {
        parameters: {
            header?: {
                /** @description `respond-async`: the call is accepted with 202, and its answer is available at the URL in `Location` (RFC 7240) */
                prefer?: components["parameters"]["VersionsPrefer"];
                /** @description For a later call: URL that receives the result, which must be https on port 443 of a public host. Needs the namespace's callback secret. */
                "slipway-callback"?: components["parameters"]["SlipwayCallback"];
                /** @description For a later call: seconds within which it must start, at most 86400. Default: 3600. */
                "slipway-expires-in"?: components["parameters"]["SlipwayExpiresIn"];
                /** @description Whom the call is for, such as a user ID. During a release, all calls with the same key get the same version, as long as its share grows. Has no effect on later calls, which are drawn independently. */
                "slipway-key"?: components["parameters"]["SlipwayKey"];
                /** @description For a later call: `low` waits in a separate queue. */
                "slipway-priority"?: components["parameters"]["SlipwayPriority"];
                /** @description Number of seconds that the caller waits for an instance that is asleep; 30 by default. After that, the response is 503 with `Retry-After`, and the start continues. With `0`, the call does not wait for a start */
                "slipway-start-timeout"?: components["parameters"]["SlipwayStartTimeout"];
                /** @description The ref of the version that must answer: the live one, or an active release's candidate. Can't be sent with `Prefer: respond-async`. */
                "slipway-version"?: components["parameters"]["PipelinePluginsSlipwayVersion"];
                /** @description Number of seconds that the caller waits, such as `2.5`. The call then ends as if it had exceeded its time limit. Has no effect beyond that limit. */
                "x-request-timeout"?: components["parameters"]["XRequestTimeout"];
            };
            path: {
                /** @description Name of the plugin */
                name: components["parameters"]["Name"];
            };
        };
        requestBody: {
            content: {
                "application/json": {
                    method: string;
                    params?: {
                        [key: string]: unknown;
                    };
                };
            };
        };
        responses: {
            /** @description The plugin's result or error */
            200: {
                content: {
                    "application/json": components["schemas"]["GoPluginAnswer"];
                };
            };
            /** @description Accepted. The call's answer will be available at the URL in `Location` */
            202: {
                content: {
                    "application/json": components["schemas"]["LaterCall"];
                };
            };
        };
    };
    getStoragePluginLogs: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the previous page. Returns older lines */
                cursor?: components["parameters"]["DeploymentsCursor"];
                /** @description Return only lines of the request with this ID, up to an hour after it */
                request?: components["parameters"]["Request"];
                /** @description Return only lines printed at this time or later */
                since?: components["parameters"]["Since"];
                /** @description Maximum number of existing lines to return */
                tail?: components["parameters"]["Tail"];
            };
            path: {
                /** @description Name of the plugin */
                name: components["parameters"]["Name"];
            };
        };
        responses: {
            /** @description The newest lines, oldest first */
            200: {
                content: {
                    "application/json": {
                        lines: components["schemas"]["LogLine"][];
                        pagination: {
                            limit: number;
                            /** @description Continues with older lines. A page can have fewer lines than `limit`, or none, even if there are older ones */
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
    };
    listAgentPlugins: {
        parameters: {
            query?: {
                /** @description The previous page's `next_cursor` */
                cursor?: components["parameters"]["Cursor"];
                /** @description Include yanked versions */
                includeYanked?: "true" | "false";
                /** @description Maximum number of results */
                limit?: components["parameters"]["Limit"];
                /** @description Only this name */
                name?: string;
                /** @description Only this runtime */
                pluginRuntime?: string;
                /** @description Only this type */
                pluginType?: "log" | "metric" | "trace";
                /** @description Return only names that contain this text. A request searches 500 plugins, so a page may be short and still have a `nextCursor` */
                q?: string;
            };
        };
        responses: {
            /** @description A page of versions */
            200: {
                content: {
                    "application/json": components["schemas"]["AgentPluginPage"];
                };
            };
        };
    };
    RegisterPlugin: {
        parameters: {
            query?: {
                /** @description Wait up to 25 s until the artifact is fetched and verified. The status is 200 if the artifact has the checksum, otherwise 422 or 413. The version is registered either way. */
                verify?: components["parameters"]["Verify"];
            };
            header?: {
                /** @description Unique per request. Repeating the request with the same key within 24 hours returns the original response. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
        };
        requestBody: {
            content: {
                "application/json": {
                    /** Format: uri */
                    artifactUrl: string;
                    checksum: string;
                    configSchema?: string | {
                        [key: string]: unknown;
                    } | boolean;
                    name: string;
                    pluginRuntime?: string;
                    /** @enum {string} */
                    pluginType: "log" | "metric" | "trace";
                    version: string;
                };
            };
        };
        responses: {
            /** @description The registered version */
            200: {
                content: {
                    "application/json": components["schemas"]["AgentPlugin"];
                };
            };
        };
    };
    getAgentPlugin: {
        parameters: {
            path: {
                /** @description ID of the version, `plg_…` */
                id: components["parameters"]["Id"];
            };
        };
        responses: {
            /** @description The version */
            200: {
                content: {
                    "application/json": components["schemas"]["AgentPlugin"];
                };
            };
        };
    };
    yankAgentPlugin: {
        parameters: {
            query?: {
                /** @description Yank the version even if it is in use */
                force?: "true" | "false";
                /** @description Why, for those who use the version */
                reason?: string;
            };
            path: {
                /** @description ID of the version, `plg_…` */
                id: components["parameters"]["Id"];
            };
        };
        responses: {
            /** @description Yanked */
            204: {};
        };
    };
    describeAgentPlugin: {
        parameters: {
            path: {
                /** @description ID of the version, `plg_…` */
                id: components["parameters"]["Id"];
            };
        };
        requestBody?: {
            content: {
                "application/json": {
                    deprecation?: string | null;
                    description?: string | null;
                    labels?: {
                        [key: string]: string;
                    };
                    /** @enum {boolean} */
                    yanked?: false;
                };
            };
        };
        responses: {
            /** @description The version */
            200: {
                content: {
                    "application/json": components["schemas"]["AgentPlugin"];
                };
            };
        };
    };
    getAgentPluginArtifact: {
        parameters: {
            path: {
                /** @description ID of the version, `plg_…` */
                id: components["parameters"]["Id"];
            };
        };
        responses: never;
    };
    getAgentPluginConfigSchema: {
        parameters: {
            path: {
                /** @description ID of the version, `plg_…` */
                id: components["parameters"]["Id"];
            };
        };
        responses: {
            /** @description The JSON Schema as a JSON value, not as a string */
            200: {
                content: {
                    "application/json": unknown;
                };
            };
        };
    };
    validateAgentPluginConfig: {
        parameters: {
            path: {
                /** @description ID of the version, `plg_…` */
                id: components["parameters"]["Id"];
            };
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Any JSON value */
                    config: unknown;
                };
            };
        };
        responses: {
            /** @description Whether the configuration is valid, and up to 50 errors */
            200: {
                content: {
                    "application/json": {
                        errors: {
                            keyword: string;
                            message: string;
                            /** @description JSON pointer to the invalid value */
                            path: string;
                        }[];
                        valid: boolean;
                    };
                };
            };
        };
    };
    verifyAgentPlugin: {
        parameters: {
            query?: {
                /** @description Wait up to 25 s until the artifact is fetched and verified. The status is 200 if the artifact has the checksum, otherwise 422 or 413. The version is registered either way. */
                verify?: components["parameters"]["Verify"];
            };
            header?: {
                /** @description Unique per request. Repeating the request with the same key within 24 hours returns the original response. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description ID of the version, `plg_…` */
                id: components["parameters"]["Id"];
            };
        };
        responses: {
            /** @description The version */
            200: {
                content: {
                    "application/json": components["schemas"]["AgentPlugin"];
                };
            };
        };
    };
    listAgentPluginVersions: {
        parameters: {
            path: {
                /** @description The plugin's name, case-insensitive */
                name: components["parameters"]["AgentPluginsName"];
            };
        };
        responses: {
            /** @description All versions, and the highest one that is not yanked */
            200: {
                content: {
                    "application/json": components["schemas"]["AgentPluginVersions"];
                };
            };
        };
    };
    getAgentPluginVersion: {
        parameters: {
            path: {
                /** @description The plugin's name, case-insensitive */
                name: components["parameters"]["AgentPluginsName"];
                /** @description The version, as registered */
                version: string;
            };
        };
        responses: {
            /** @description The version */
            200: {
                content: {
                    "application/json": components["schemas"]["AgentPlugin"];
                };
            };
        };
    };
    getHealth: {
        responses: {
            /** @description Slipway is running */
            200: {
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "ok";
                    };
                };
            };
        };
    };
    receivePush: {
        parameters: {
            path: {
                /** @description ID of the hook */
                hook_id: components["parameters"]["HookId"];
            };
        };
        responses: {
            /** @description The delivery was already received */
            200: {
                content: {
                    "application/json": components["schemas"]["HookReceipt"];
                };
            };
            /** @description Enqueued, or ignored */
            202: {
                content: {
                    "application/json": components["schemas"]["HookReceipt"];
                };
            };
        };
    };
    getMetrics: {
        responses: {
            /** @description The installation's metrics */
            200: {
                content: {
                    "application/openmetrics-text; version=1.0.0; charset=utf-8": string;
                    "text/plain; version=0.0.4; charset=utf-8": string;
                };
            };
        };
    };
    getOpenApiDocument: {
        responses: {
            /** @description The OpenAPI 3.1 document */
            200: {
                content: {
                    "application/json": {
                        /** @enum {string} */
                        openapi: "3.1.0";
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    getReadiness: {
        responses: {
            /** @description Every part answers */
            200: {
                content: {
                    "application/json": {
                        /** @description Each builder; empty if every instance has its own container */
                        builders: components["schemas"]["BuilderOfInstallation"][];
                        parts: {
                            builder: components["schemas"]["PartOfInstallation"];
                            database: components["schemas"]["PartOfInstallation"];
                            store: components["schemas"]["PartOfInstallation"];
                        };
                        /** @enum {string} */
                        status: "ready";
                    };
                };
            };
        };
    };
    takeBackAdvisory: {
        parameters: {
            path: {
                /** @description The advisory's ID */
                advisory_id: string;
            };
        };
        responses: {
            /** @description The advisory */
            200: {
                content: {
                    "application/json": {
                        advisory_id: string;
                        /** @enum {boolean} */
                        success: true;
                    };
                };
            };
        };
    };
    listAdvisoryImports: {
        parameters: {
            query?: {
                /** @description The previous page's `next_cursor` */
                cursor?: components["parameters"]["Cursor"];
                /** @description Maximum number of results */
                limit?: components["parameters"]["Limit"];
            };
        };
        responses: {
            /** @description A page of imports, newest first */
            200: {
                content: {
                    "application/json": {
                        pagination: components["schemas"]["Pagination"];
                        results: components["schemas"]["AdvisoryImport"][];
                    };
                };
            };
        };
    };
    createAdvisoryImport: {
        parameters: {
            header?: {
                /** @description Unique per request. Repeating the request with the same key within 24 hours returns the original response. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AdvisoryImportRequest"];
            };
        };
        responses: {
            /** @description The import */
            200: {
                content: {
                    "application/json": components["schemas"]["AdvisoryImportWithUrl"];
                };
            };
        };
    };
    getAdvisoryImport: {
        parameters: {
            path: {
                /** @description ID of the import, `adv_…` */
                import_id: components["parameters"]["ImportId"];
            };
        };
        responses: {
            /** @description The import */
            200: {
                content: {
                    "application/json": components["schemas"]["AdvisoryImport"];
                };
            };
        };
    };
    takeBackAdvisoryImport: {
        parameters: {
            path: {
                /** @description ID of the import, `adv_…` */
                import_id: components["parameters"]["ImportId"];
            };
        };
        responses: {
            /** @description Number of advisories taken back */
            200: {
                content: {
                    "application/json": {
                        advisories: number;
                        import_id: string;
                        /** @enum {boolean} */
                        success: true;
                    };
                };
            };
        };
    };
    startAdvisoryImport: {
        parameters: {
            header?: {
                /** @description Unique per request. Repeating the request with the same key within 24 hours returns the original response. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description ID of the import, `adv_…` */
                import_id: components["parameters"]["ImportId"];
            };
        };
        responses: {
            /** @description The import */
            200: {
                content: {
                    "application/json": components["schemas"]["AdvisoryImport"];
                };
            };
        };
    };
    listAdvisorySources: {
        responses: {
            /** @description All sources */
            200: {
                content: {
                    "application/json": {
                        sources: components["schemas"]["AdvisorySource"][];
                    };
                };
            };
        };
    };
    addAdvisorySource: {
        parameters: {
            header?: {
                /** @description Unique per request. Repeating the request with the same key within 24 hours returns the original response. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AdvisorySourceRequest"];
            };
        };
        responses: {
            /** @description The source */
            200: {
                content: {
                    "application/json": components["schemas"]["AdvisorySource"];
                };
            };
        };
    };
    removeAdvisorySource: {
        parameters: {
            query: {
                /** @description The URL of the source */
                url: string;
            };
        };
        responses: {
            /** @description The removed source */
            200: {
                content: {
                    "application/json": {
                        /** @enum {boolean} */
                        success: true;
                        url: string;
                    };
                };
            };
        };
    };
    listAllBuilders: {
        responses: {
            /** @description The builders */
            200: {
                content: {
                    "application/json": {
                        builders: components["schemas"]["BuilderInFull"][];
                    };
                };
            };
        };
    };
    addBuilder: {
        parameters: {
            header?: {
                /** @description Unique per request. Repeating the request with the same key within 24 hours returns the original response. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BuilderRequest"];
            };
        };
        responses: {
            /** @description The builder */
            200: {
                content: {
                    "application/json": components["schemas"]["BuilderInFull"];
                };
            };
        };
    };
    removeBuilder: {
        parameters: {
            query?: {
                /** @description Remove it even if it has instances */
                force?: "true" | "false";
            };
            path: {
                /** @description Name of the builder */
                builder_name: components["parameters"]["BuilderName"];
            };
        };
        responses: {
            /** @description The removed builder */
            200: {
                content: {
                    "application/json": {
                        name: string;
                        /** @enum {boolean} */
                        success: true;
                    };
                };
            };
        };
    };
    updateBuilder: {
        parameters: {
            path: {
                /** @description Name of the builder */
                builder_name: components["parameters"]["BuilderName"];
            };
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BuilderChanges"];
            };
        };
        responses: {
            /** @description The builder */
            200: {
                content: {
                    "application/json": components["schemas"]["BuilderInFull"];
                };
            };
        };
    };
    listAllClusters: {
        parameters: {
            query?: {
                /** @description The previous page's `next_cursor` */
                cursor?: components["parameters"]["Cursor"];
                /** @description Maximum number of results */
                limit?: components["parameters"]["Limit"];
            };
        };
        responses: {
            /** @description A page of clusters */
            200: {
                content: {
                    "application/json": {
                        pagination: components["schemas"]["Pagination"];
                        results: components["schemas"]["ClusterInFull"][];
                    };
                };
            };
        };
    };
    addCluster: {
        parameters: {
            header?: {
                /** @description Unique per request. Repeating the request with the same key within 24 hours returns the original response. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ClusterRequest"];
            };
        };
        responses: {
            /** @description The cluster */
            200: {
                content: {
                    "application/json": components["schemas"]["ClusterInFull"];
                };
            };
        };
    };
    getCluster: {
        parameters: {
            path: {
                /** @description Name of the Ray cluster */
                cluster_name: components["parameters"]["ClusterName"];
            };
        };
        responses: {
            /** @description The cluster */
            200: {
                content: {
                    "application/json": components["schemas"]["ClusterInFull"];
                };
            };
        };
    };
    removeCluster: {
        parameters: {
            path: {
                /** @description Name of the Ray cluster */
                cluster_name: components["parameters"]["ClusterName"];
            };
        };
        responses: {
            /** @description The removed cluster */
            200: {
                content: {
                    "application/json": {
                        /** @description Lower-case letters, digits and `-` */
                        name: string;
                        /** @enum {boolean} */
                        success: true;
                    };
                };
            };
        };
    };
    updateCluster: {
        parameters: {
            path: {
                /** @description Name of the Ray cluster */
                cluster_name: components["parameters"]["ClusterName"];
            };
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ClusterChanges"];
            };
        };
        responses: {
            /** @description The cluster */
            200: {
                content: {
                    "application/json": components["schemas"]["ClusterInFull"];
                };
            };
        };
    };
    checkCluster: {
        parameters: {
            header?: {
                /** @description Unique per request. Repeating the request with the same key within 24 hours returns the original response. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description Name of the Ray cluster */
                cluster_name: components["parameters"]["ClusterName"];
            };
        };
        responses: {
            /** @description The cluster with the check's result */
            200: {
                content: {
                    "application/json": components["schemas"]["ClusterInFull"];
                };
            };
        };
    };
    listOperatorIssuers: {
        parameters: {
            query?: {
                /** @description The previous page's `next_cursor` */
                cursor?: components["parameters"]["Cursor"];
                /** @description Maximum number of results */
                limit?: components["parameters"]["Limit"];
            };
        };
        responses: {
            /** @description A page of issuers, oldest first */
            200: {
                content: {
                    "application/json": {
                        pagination: components["schemas"]["Pagination"];
                        results: components["schemas"]["Issuer"][];
                    };
                };
            };
        };
    };
    addOperatorIssuer: {
        parameters: {
            header?: {
                /** @description Unique per request. Repeating the request with the same key within 24 hours returns the original response. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["IssuerRequest"];
            };
        };
        responses: {
            /** @description The issuer */
            200: {
                content: {
                    "application/json": components["schemas"]["Issuer"];
                };
            };
        };
    };
    getOperatorIssuer: {
        parameters: {
            path: {
                /** @description ID of the issuer, `iss_…` */
                issuer_id: components["parameters"]["IssuerId"];
            };
        };
        responses: {
            /** @description The issuer */
            200: {
                content: {
                    "application/json": components["schemas"]["Issuer"];
                };
            };
        };
    };
    removeOperatorIssuer: {
        parameters: {
            path: {
                /** @description ID of the issuer, `iss_…` */
                issuer_id: components["parameters"]["IssuerId"];
            };
        };
        responses: {
            /** @description The removed issuer */
            200: {
                content: {
                    "application/json": {
                        issuer_id: string;
                        /** @enum {boolean} */
                        success: true;
                    };
                };
            };
        };
    };
    listOrganizations: {
        parameters: {
            query?: {
                /** @description The previous page's `next_cursor` */
                cursor?: components["parameters"]["Cursor"];
                /** @description Maximum number of results */
                limit?: components["parameters"]["Limit"];
            };
        };
        responses: {
            /** @description A page of organizations, oldest first */
            200: {
                content: {
                    "application/json": {
                        pagination: components["schemas"]["Pagination"];
                        results: components["schemas"]["Organization"][];
                    };
                };
            };
        };
    };
    createOrganization: {
        parameters: {
            header?: {
                /** @description Unique per request. Repeating the request with the same key within 24 hours returns the original response. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    /** @description Short for `quotas.plugins_per_namespace`, which takes precedence. */
                    plugins_per_namespace?: number;
                    quotas?: components["schemas"]["QuotaChanges"];
                };
            };
        };
        responses: {
            /** @description The organization, its default namespace and its first key */
            200: {
                content: {
                    "application/json": {
                        api_key: string;
                        /** Format: date-time */
                        created_at: string;
                        key_id: string;
                        name: string;
                        namespace_id: string;
                        organization_id: string;
                        /** @enum {boolean} */
                        success: true;
                    };
                };
            };
        };
    };
    getOrganization: {
        parameters: {
            path: {
                /** @description ID of the organization, `org_…` */
                organization_id: components["parameters"]["OrganizationId"];
            };
        };
        responses: {
            /** @description The organization */
            200: {
                content: {
                    "application/json": components["schemas"]["OrganizationInFull"];
                };
            };
        };
    };
    updateOrganization: {
        parameters: {
            path: {
                /** @description ID of the organization, `org_…` */
                organization_id: components["parameters"]["OrganizationId"];
            };
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @enum {string|null} */
                    jurisdiction?: "eu" | "fedramp" | null;
                    name?: string;
                };
            };
        };
        responses: {
            /** @description The organization */
            200: {
                content: {
                    "application/json": components["schemas"]["OrganizationInFull"];
                };
            };
        };
    };
    getOrganizationBudget: {
        parameters: {
            path: {
                /** @description ID of the organization, `org_…` */
                organization_id: components["parameters"]["OrganizationId"];
            };
        };
        responses: {
            /** @description The budget and what is spent of it */
            200: {
                content: {
                    "application/json": components["schemas"]["Budget"];
                };
            };
        };
    };
    setOrganizationBudget: {
        parameters: {
            path: {
                /** @description ID of the organization, `org_…` */
                organization_id: components["parameters"]["OrganizationId"];
            };
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["BudgetLimits"];
            };
        };
        responses: {
            /** @description The budget and what is spent of it */
            200: {
                content: {
                    "application/json": components["schemas"]["Budget"];
                };
            };
        };
    };
    requestDeletionOfOrganization: {
        parameters: {
            header?: {
                /** @description Unique per request. Repeating the request with the same key within 24 hours returns the original response. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description ID of the organization, `org_…` */
                organization_id: components["parameters"]["OrganizationId"];
            };
        };
        responses: {
            /** @description When the deletion is due */
            200: {
                content: {
                    "application/json": components["schemas"]["OrganizationDeletion"];
                };
            };
        };
    };
    cancelDeletionOfOrganization: {
        parameters: {
            path: {
                /** @description ID of the organization, `org_…` */
                organization_id: components["parameters"]["OrganizationId"];
            };
        };
        responses: {
            /** @description The organization stays */
            200: {
                content: {
                    "application/json": components["schemas"]["OrganizationDeletion"];
                };
            };
        };
    };
    createOrganizationInvitation: {
        parameters: {
            header?: {
                /** @description Unique per request. Repeating the request with the same key within 24 hours returns the original response. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description ID of the organization, `org_…` */
                organization_id: components["parameters"]["OrganizationId"];
            };
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["InvitationRequest"];
            };
        };
        responses: {
            /** @description The invitation and its link */
            200: {
                content: {
                    "application/json": components["schemas"]["InvitationWithUrl"];
                };
            };
        };
    };
    createOrganizationKey: {
        parameters: {
            header?: {
                /** @description Unique per request. Repeating the request with the same key within 24 hours returns the original response. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description ID of the organization, `org_…` */
                organization_id: components["parameters"]["OrganizationId"];
            };
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ApiKeyRequest"];
            };
        };
        responses: {
            /** @description The key and its secret */
            200: {
                content: {
                    "application/json": components["schemas"]["ApiKeyWithSecret"];
                };
            };
        };
    };
    setQuotas: {
        parameters: {
            path: {
                /** @description ID of the organization, `org_…` */
                organization_id: components["parameters"]["OrganizationId"];
            };
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["QuotaChanges"];
            };
        };
        responses: {
            /** @description The organization */
            200: {
                content: {
                    "application/json": components["schemas"]["OrganizationInFull"];
                };
            };
        };
    };
    listQuarantined: {
        parameters: {
            query?: {
                /** @description The previous page's `next_cursor` */
                cursor?: components["parameters"]["Cursor"];
                /** @description Maximum number of results */
                limit?: components["parameters"]["Limit"];
            };
        };
        responses: {
            /** @description A page, by digest */
            200: {
                content: {
                    "application/json": {
                        pagination: components["schemas"]["Pagination"];
                        results: components["schemas"]["QuarantinedItem"][];
                    };
                };
            };
        };
    };
    quarantineContent: {
        parameters: {
            path: {
                /** @description Digest of the content: a version's `code_hash` or `files_sha256`, or an agent plugin's checksum without `sha256:`. Versions with the same files are the same content, however they are packed */
                sha256: components["parameters"]["Sha256"];
            };
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["QuarantineRequest"];
            };
        };
        responses: {
            /** @description What is quarantined now */
            200: {
                content: {
                    "application/json": components["schemas"]["QuarantineResult"];
                };
            };
        };
    };
    liftQuarantine: {
        parameters: {
            path: {
                /** @description Digest of the content: a version's `code_hash` or `files_sha256`, or an agent plugin's checksum without `sha256:`. Versions with the same files are the same content, however they are packed */
                sha256: components["parameters"]["Sha256"];
            };
        };
        responses: {
            /** @description Lifted */
            204: {};
        };
    };
    revokeSigningKey: {
        parameters: {
            header?: {
                /** @description Unique per request. Repeating the request with the same key within 24 hours returns the original response. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description The key's ID, as listed */
                keyid: string;
            };
        };
        responses: {
            /** @description The revoked key */
            200: {
                content: {
                    "application/json": components["schemas"]["SigningKey"];
                };
            };
        };
    };
    rotateSigningKey: {
        parameters: {
            header?: {
                /** @description Unique per request. Repeating the request with the same key within 24 hours returns the original response. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
        };
        responses: {
            /** @description The new key */
            200: {
                content: {
                    "application/json": components["schemas"]["SigningKey"];
                };
            };
        };
    };
    listAdvisories: {
        parameters: {
            query?: {
                /** @description An advisory's ID or alias */
                advisory?: string;
                /** @description The previous page's `next_cursor` */
                cursor?: components["parameters"]["Cursor"];
                /** @description Maximum number of results */
                limit?: components["parameters"]["Limit"];
                /** @description Only live versions */
                live?: "true" | "false";
                /** @description A package's name */
                package?: string;
                /** @description A plugin's name */
                plugin?: string;
                /** @description At least this severity */
                severity?: "low" | "medium" | "high" | "critical";
            };
        };
        responses: {
            /** @description A page */
            200: {
                content: {
                    "application/json": components["schemas"]["AffectedVersions"];
                };
            };
        };
    };
    getAdvisory: {
        parameters: {
            query?: {
                /** @description The previous page's `next_cursor` */
                cursor?: components["parameters"]["Cursor"];
                /** @description Maximum number of results */
                limit?: components["parameters"]["Limit"];
            };
            path: {
                /** @description As in OSV */
                advisory_id: string;
            };
        };
        responses: {
            /** @description The advisory */
            200: {
                content: {
                    "application/json": components["schemas"]["Advisory"];
                };
            };
        };
    };
    listApprovals: {
        parameters: {
            query?: {
                /** @description The previous page's `next_cursor` */
                cursor?: components["parameters"]["Cursor"];
                /** @description Maximum number of results */
                limit?: components["parameters"]["Limit"];
            };
        };
        responses: {
            /** @description A page of versions */
            200: {
                content: {
                    "application/json": {
                        pagination: components["schemas"]["Pagination"];
                        results: components["schemas"]["StagedVersion"][];
                    };
                };
            };
        };
    };
    listNeeds: {
        parameters: {
            query?: {
                /** @description Include what you dismissed */
                dismissed?: "true" | "false";
                /** @description Only this namespace's needs, and the organization's */
                namespace_id?: string;
            };
        };
        responses: {
            /** @description What needs you */
            200: {
                content: {
                    "application/json": components["schemas"]["Needs"];
                };
            };
        };
    };
    dismissNeed: {
        parameters: {
            header?: {
                /** @description Unique per request. Repeating the request with the same key within 24 hours returns the original response. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description Its kind and subject. Stays the same while the need does */
                need_id: components["parameters"]["NeedId"];
            };
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description Differs once the need has changed */
                    fingerprint?: string;
                } | null;
            };
        };
        responses: {
            /** @description The need */
            200: {
                content: {
                    "application/json": components["schemas"]["Need"];
                };
            };
        };
    };
    restoreNeed: {
        parameters: {
            path: {
                /** @description Its kind and subject. Stays the same while the need does */
                need_id: components["parameters"]["NeedId"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                content: {
                    "application/json": {
                        /** @description Its kind and subject. Stays the same while the need does */
                        id: string;
                        /** @enum {boolean} */
                        success: true;
                    };
                };
            };
        };
    };
    getBudget: {
        responses: {
            /** @description The budget and what is spent of it */
            200: {
                content: {
                    "application/json": components["schemas"]["Budget"];
                };
            };
        };
    };
    setBudget: {
        requestBody?: {
            content: {
                "application/json": components["schemas"]["BudgetLimits"];
            };
        };
        responses: {
            /** @description The budget and what is spent of it */
            200: {
                content: {
                    "application/json": components["schemas"]["Budget"];
                };
            };
        };
    };
    listBuilders: {
        responses: {
            /** @description The builders */
            200: {
                content: {
                    "application/json": {
                        builders: components["schemas"]["Builder"][];
                    };
                };
            };
        };
    };
    listCallLimits: {
        parameters: {
            query?: {
                /** @description The previous page's `next_cursor` */
                cursor?: components["parameters"]["Cursor"];
                /** @description Maximum number of results */
                limit?: components["parameters"]["Limit"];
            };
        };
        responses: {
            /** @description A page of limits */
            200: {
                content: {
                    "application/json": {
                        pagination: components["schemas"]["Pagination"];
                        results: components["schemas"]["CallLimit"][];
                    };
                };
            };
        };
    };
    setCallLimit: {
        requestBody: {
            content: {
                "application/json": components["schemas"]["CallLimitRequest"];
            };
        };
        responses: {
            /** @description The limit */
            200: {
                content: {
                    "application/json": components["schemas"]["CallLimit"];
                };
            };
        };
    };
    listLaterCalls: {
        parameters: {
            query?: {
                /** @description The previous page's `next_cursor` */
                cursor?: components["parameters"]["Cursor"];
                /** @description Maximum number of results */
                limit?: components["parameters"]["Limit"];
                /** @description Only this status */
                status?: "queued" | "running" | "succeeded" | "failed" | "cancelled" | "expired";
            };
        };
        responses: {
            /** @description A page of calls */
            200: {
                content: {
                    "application/json": {
                        pagination: components["schemas"]["Pagination"];
                        results: components["schemas"]["LaterCall"][];
                    };
                };
            };
        };
    };
    getLaterCall: {
        parameters: {
            header?: {
                /** @description `wait=10` limits how many seconds the request waits (RFC 7240) */
                prefer?: components["parameters"]["Prefer"];
            };
            path: {
                /** @description ID of the later call, `call_…` */
                call_id: components["parameters"]["CallId"];
            };
        };
        responses: {
            /** @description The call */
            200: {
                content: {
                    "application/json": components["schemas"]["AnsweredLaterCall"];
                };
            };
        };
    };
    cancelLaterCall: {
        parameters: {
            path: {
                /** @description ID of the later call, `call_…` */
                call_id: components["parameters"]["CallId"];
            };
        };
        responses: {
            /** @description The call in its final state */
            200: {
                content: {
                    "application/json": components["schemas"]["AnsweredLaterCall"];
                };
            };
        };
    };
    listClusters: {
        parameters: {
            query?: {
                /** @description The previous page's `next_cursor` */
                cursor?: components["parameters"]["Cursor"];
                /** @description Maximum number of results */
                limit?: components["parameters"]["Limit"];
            };
        };
        responses: {
            /** @description A page of clusters */
            200: {
                content: {
                    "application/json": {
                        pagination: components["schemas"]["Pagination"];
                        results: components["schemas"]["Cluster"][];
                    };
                };
            };
        };
    };
    listDeployHooks: {
        parameters: {
            query?: {
                /** @description The previous page's `next_cursor` */
                cursor?: components["parameters"]["Cursor"];
                /** @description Maximum number of results */
                limit?: components["parameters"]["Limit"];
            };
        };
        responses: {
            /** @description A page of hooks */
            200: {
                content: {
                    "application/json": {
                        pagination: components["schemas"]["Pagination"];
                        results: components["schemas"]["DeployHook"][];
                    };
                };
            };
        };
    };
    createDeployHook: {
        parameters: {
            header?: {
                /** @description Unique per request. Repeating the request with the same key within 24 hours returns the original response. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DeployHookCreation"];
            };
        };
        responses: {
            /** @description The hook and its secret */
            200: {
                content: {
                    "application/json": components["schemas"]["DeployHookWithSecret"];
                };
            };
        };
    };
    getDeployHook: {
        parameters: {
            path: {
                /** @description ID of the hook */
                hook_id: components["parameters"]["HookId"];
            };
        };
        responses: {
            /** @description The hook */
            200: {
                content: {
                    "application/json": components["schemas"]["DeployHook"];
                };
            };
        };
    };
    deleteDeployHook: {
        parameters: {
            path: {
                /** @description ID of the hook */
                hook_id: components["parameters"]["HookId"];
            };
        };
        responses: {
            /** @description Deleted */
            200: {
                content: {
                    "application/json": {
                        hook_id: string;
                        /** @enum {boolean} */
                        success: true;
                    };
                };
            };
        };
    };
    updateDeployHook: {
        parameters: {
            path: {
                /** @description ID of the hook */
                hook_id: components["parameters"]["HookId"];
            };
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["DeployHookUpdate"];
            };
        };
        responses: {
            /** @description The hook */
            200: {
                content: {
                    "application/json": components["schemas"]["DeployHook"];
                };
            };
        };
    };
    listHookDeliveries: {
        parameters: {
            query?: {
                /** @description The previous page's `next_cursor` */
                cursor?: components["parameters"]["Cursor"];
                /** @description Maximum number of results */
                limit?: components["parameters"]["Limit"];
                /** @description Only this status */
                status?: "queued" | "running" | "deploying" | "live" | "published" | "failed" | "superseded" | "ignored";
            };
            path: {
                /** @description ID of the hook */
                hook_id: components["parameters"]["HookId"];
            };
        };
        responses: {
            /** @description A page of deliveries */
            200: {
                content: {
                    "application/json": {
                        pagination: components["schemas"]["Pagination"];
                        results: components["schemas"]["HookDelivery"][];
                    };
                };
            };
        };
    };
    getHookDelivery: {
        parameters: {
            path: {
                /** @description ID of the delivery, `psh_…` */
                delivery_id: string;
                /** @description ID of the hook */
                hook_id: components["parameters"]["HookId"];
            };
        };
        responses: {
            /** @description The delivery */
            200: {
                content: {
                    "application/json": components["schemas"]["HookDelivery"];
                };
            };
        };
    };
    rotateDeployHookSecret: {
        parameters: {
            header?: {
                /** @description Unique per request. Repeating the request with the same key within 24 hours returns the original response. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description ID of the hook */
                hook_id: components["parameters"]["HookId"];
            };
        };
        requestBody?: {
            content: {
                "application/json": {
                    /**
                     * @description How long the previous secret is accepted
                     * @default 86400
                     */
                    overlap_seconds?: number;
                } | null;
            };
        };
        responses: {
            /** @description The hook and its new secret */
            200: {
                content: {
                    "application/json": components["schemas"]["DeployHookWithSecret"];
                };
            };
        };
    };
    testDeployHook: {
        parameters: {
            header?: {
                /** @description Unique per request. Repeating the request with the same key within 24 hours returns the original response. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description ID of the hook */
                hook_id: components["parameters"]["HookId"];
            };
        };
        requestBody: {
            content: {
                "application/json": {
                    ref: string;
                };
            };
        };
        responses: {
            /** @description The plugin that a push would publish */
            200: {
                content: {
                    "application/json": {
                        commit: string;
                        files: number;
                        ref: string;
                        /** @enum {string} */
                        ref_kind: "tag" | "branch" | "commit";
                        /** @description Whether the hook's patterns match the ref */
                        selected: boolean;
                    };
                };
            };
        };
    };
    listEvents: {
        parameters: {
            query?: {
                /** @description The previous page's `next_cursor` */
                cursor?: components["parameters"]["Cursor"];
                /** @description Maximum number of results */
                limit?: components["parameters"]["Limit"];
                /** @description ID of a namespace */
                namespace?: string;
                /** @description `desc` lists the newest first, `asc` the oldest */
                order?: "desc" | "asc";
                /** @description Return only results from this time on */
                since?: string;
                /** @description ID of the changed resource */
                subject?: string;
                /** @description Return only this type, or all types with this prefix */
                type?: components["parameters"]["Type"];
                /** @description Exclusive */
                until?: components["parameters"]["Until"];
            };
        };
        responses: {
            /** @description A page of events, in the order they were written */
            200: {
                content: {
                    "application/json": {
                        /**
                         * Format: date-time
                         * @description Events up to this time are archived and only available in the export. Null if none are archived
                         */
                        archived_until: string | null;
                        pagination: components["schemas"]["Pagination"];
                        results: components["schemas"]["Event"][];
                    };
                };
            };
        };
    };
    exportEvents: {
        parameters: {
            query?: {
                /** @description Start with this block's events */
                from_block?: number;
                /** @description Number of events to skip at the start: events after the last block that were already received */
                skip?: number;
            };
        };
        responses: {
            /** @description The export */
            200: {
                content: {
                    "application/x-ndjson": string;
                };
            };
        };
    };
    listGrants: {
        parameters: {
            query?: {
                /** @description The previous page's `next_cursor` */
                cursor?: components["parameters"]["Cursor"];
                /** @description Maximum number of results */
                limit?: components["parameters"]["Limit"];
            };
        };
        responses: {
            /** @description A page of grants */
            200: {
                content: {
                    "application/json": {
                        pagination: components["schemas"]["Pagination"];
                        results: components["schemas"]["Grant"][];
                    };
                };
            };
        };
    };
    putGrant: {
        requestBody: {
            content: {
                "application/json": components["schemas"]["GrantRequest"];
            };
        };
        responses: {
            /** @description The grant */
            200: {
                content: {
                    "application/json": components["schemas"]["Grant"];
                };
            };
        };
    };
    revokeGrant: {
        parameters: {
            query: {
                /** @description The plugin's kind */
                kind?: components["parameters"]["ReleasesKind"];
                /** @description ID or name of an extractor's namespace. Omitted for the organization's own extractors, and for Go plugins */
                namespace?: string;
                /** @description A plugin's name */
                plugin: string;
            };
        };
        responses: {
            /** @description The plugin, which now has no grant */
            200: {
                content: {
                    "application/json": {
                        /** @description A plugin's name */
                        plugin: string;
                        /** @enum {boolean} */
                        success: true;
                    };
                };
            };
        };
    };
    listInvitations: {
        parameters: {
            query?: {
                /** @description The previous page's `next_cursor` */
                cursor?: components["parameters"]["Cursor"];
                /** @description Maximum number of results */
                limit?: components["parameters"]["Limit"];
            };
        };
        responses: {
            /** @description A page of invitations, oldest first */
            200: {
                content: {
                    "application/json": {
                        pagination: components["schemas"]["Pagination"];
                        results: components["schemas"]["Invitation"][];
                    };
                };
            };
        };
    };
    createInvitation: {
        parameters: {
            header?: {
                /** @description Unique per request. Repeating the request with the same key within 24 hours returns the original response. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["InvitationRequest"];
            };
        };
        responses: {
            /** @description The invitation and its link */
            200: {
                content: {
                    "application/json": components["schemas"]["InvitationWithUrl"];
                };
            };
        };
    };
    revokeInvitation: {
        parameters: {
            path: {
                /** @description ID of the invitation, `inv_…` */
                invitation_id: string;
            };
        };
        responses: {
            /** @description Revoked */
            204: {};
        };
    };
    listIssuers: {
        parameters: {
            query?: {
                /** @description The previous page's `next_cursor` */
                cursor?: components["parameters"]["Cursor"];
                /** @description Maximum number of results */
                limit?: components["parameters"]["Limit"];
            };
        };
        responses: {
            /** @description A page of issuers, oldest first */
            200: {
                content: {
                    "application/json": {
                        pagination: components["schemas"]["Pagination"];
                        results: components["schemas"]["Issuer"][];
                    };
                };
            };
        };
    };
    addIssuer: {
        parameters: {
            header?: {
                /** @description Unique per request. Repeating the request with the same key within 24 hours returns the original response. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["IssuerRequest"];
            };
        };
        responses: {
            /** @description The issuer */
            200: {
                content: {
                    "application/json": components["schemas"]["Issuer"];
                };
            };
        };
    };
    getIssuer: {
        parameters: {
            path: {
                /** @description ID of the issuer, `iss_…` */
                issuer_id: components["parameters"]["IssuerId"];
            };
        };
        responses: {
            /** @description The issuer */
            200: {
                content: {
                    "application/json": components["schemas"]["Issuer"];
                };
            };
        };
    };
    removeIssuer: {
        parameters: {
            path: {
                /** @description ID of the issuer, `iss_…` */
                issuer_id: components["parameters"]["IssuerId"];
            };
        };
        responses: {
            /** @description The removed issuer */
            200: {
                content: {
                    "application/json": {
                        issuer_id: string;
                        /** @enum {boolean} */
                        success: true;
                    };
                };
            };
        };
    };
    listKeys: {
        parameters: {
            query?: {
                /** @description The previous page's `next_cursor` */
                cursor?: components["parameters"]["Cursor"];
                /** @description Maximum number of results */
                limit?: components["parameters"]["Limit"];
                /** @description Only this status */
                status?: components["parameters"]["KeysStatus"];
            };
        };
        responses: {
            /** @description A page of keys, oldest first */
            200: {
                content: {
                    "application/json": {
                        pagination: components["schemas"]["Pagination"];
                        results: components["schemas"]["ApiKey"][];
                    };
                };
            };
        };
    };
    createKey: {
        parameters: {
            header?: {
                /** @description Unique per request. Repeating the request with the same key within 24 hours returns the original response. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ApiKeyRequest"];
            };
        };
        responses: {
            /** @description The key and its secret */
            200: {
                content: {
                    "application/json": components["schemas"]["ApiKeyWithSecret"];
                };
            };
        };
    };
    getKey: {
        parameters: {
            path: {
                /** @description ID of the key, `key_…` */
                key_id: components["parameters"]["KeyId"];
            };
        };
        responses: {
            /** @description The key */
            200: {
                content: {
                    "application/json": components["schemas"]["ApiKey"];
                };
            };
        };
    };
    revokeKey: {
        parameters: {
            query?: {
                /** @description Revoke the key even if no key that can create keys remains */
                allow_last?: "true" | "false";
            };
            path: {
                /** @description ID of the key, `key_…` */
                key_id: components["parameters"]["KeyId"];
            };
        };
        responses: {
            /** @description The key */
            200: {
                content: {
                    "application/json": components["schemas"]["ApiKey"];
                };
            };
        };
    };
    rotateKey: {
        parameters: {
            header?: {
                /** @description Unique per request. Repeating the request with the same key within 24 hours returns the original response. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description ID of the key, `key_…` */
                key_id: components["parameters"]["KeyId"];
            };
        };
        requestBody?: {
            content: {
                "application/json": {
                    /**
                     * @description How long the previous secret keeps working
                     * @default 0
                     */
                    overlap_seconds?: number;
                } | null;
            };
        };
        responses: {
            /** @description The key and its new secret */
            200: {
                content: {
                    "application/json": components["schemas"]["ApiKeyWithSecret"];
                };
            };
        };
    };
    getOwnKey: {
        responses: {
            /** @description The key, with its organization */
            200: {
                content: {
                    "application/json": components["schemas"]["OwnApiKey"];
                };
            };
        };
    };
    listMembers: {
        parameters: {
            query?: {
                /** @description The previous page's `next_cursor` */
                cursor?: components["parameters"]["Cursor"];
                /** @description Maximum number of results */
                limit?: components["parameters"]["Limit"];
            };
        };
        responses: {
            /** @description A page of members, oldest person first */
            200: {
                content: {
                    "application/json": {
                        pagination: components["schemas"]["Pagination"];
                        results: components["schemas"]["Member"][];
                    };
                };
            };
        };
    };
    removeMember: {
        parameters: {
            path: {
                /** @description ID of the person, `usr_…` */
                person_id: components["parameters"]["PersonId"];
            };
        };
        responses: {
            /** @description The former member */
            200: {
                content: {
                    "application/json": components["schemas"]["Member"];
                };
            };
        };
    };
    updateMember: {
        parameters: {
            path: {
                /** @description ID of the person, `usr_…` */
                person_id: components["parameters"]["PersonId"];
            };
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Null or omitted: all the organization's namespaces, as owners always have */
                    namespace_ids?: string[] | null;
                    /** @enum {string} */
                    role: "owner" | "admin" | "developer" | "viewer";
                };
            };
        };
        responses: {
            /** @description The member */
            200: {
                content: {
                    "application/json": components["schemas"]["Member"];
                };
            };
        };
    };
    createNamespace: {
        parameters: {
            query?: {
                /** @description Demand approval even if fewer than two members may approve */
                without_approvers?: components["parameters"]["WithoutApprovers"];
            };
            header?: {
                /** @description Unique per request. Repeating the request with the same key within 24 hours returns the original response. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
        };
        requestBody: {
            content: {
                "application/json": {
                    auto_create_indexes?: boolean | null;
                    /** @description How the name gets to the version: `immediate` moves all calls as soon as it is ready; a plan moves them step by step, and back if the version does worse. `{}` is the standard plan. Applies to deployments from now on whose request and plugin say nothing. Null, the default, moves all calls at once */
                    default_release?: "immediate" | components["schemas"]["ReleasePlan"] | null;
                    /** @description Least age of a package, in hours, days or weeks: younger ones are not resolved. Null, the default, allows every age. To lower it, the key also needs `policy:admin` */
                    dependencies_older_than?: string | null;
                    description?: string | null;
                    feature_extractors: ({
                        feature_extractor_name: string;
                        version: string;
                    } & {
                        [key: string]: unknown;
                    })[];
                    infrastructure?: {
                        [key: string]: unknown;
                    } | null;
                    /** @description Number of live versions that each promotion keeps: the version that serves the name, then the newest deployments. Older versions are undeployed. Null, the default, keeps all. */
                    keep_live_versions?: number | null;
                    namespace_name: string;
                    /**
                     * @default standard
                     * @enum {string}
                     */
                    namespace_type?: "standard" | "marketplace";
                    payload_indexes?: {
                        [key: string]: unknown;
                    }[] | null;
                    /**
                     * @description Where extractor versions run whose manifest doesn't say: `ray` on a Ray cluster, `sandbox` confined by Slipway. Applies to deployments from now on. Null, the default: the organization's
                     * @enum {string|null}
                     */
                    placement?: "sandbox" | "ray" | null;
                    /**
                     * @description New deployments of a version are refused if an advisory of at least this severity affects it. Live versions stay live, and rollbacks work. An advisory without a severity counts as critical; one whose vulnerable code a Go program doesn't reach doesn't count. Null, the default, refuses none. To refuse less, the key also needs `policy:admin`
                     * @enum {string|null}
                     */
                    refuse_advisories?: "low" | "medium" | "high" | "critical" | null;
                    /** @description Whether new versions of its plugins wait until another person approves them. Refused with 409 if fewer than two members may approve, unless `without_approvers=true`. To set it to false, the key also needs `versions:approve` */
                    requires_approval?: boolean;
                    ttl_seconds?: number | null;
                };
            };
        };
        responses: {
            /** @description The namespace */
            200: {
                content: {
                    "application/json": components["schemas"]["Namespace"];
                };
            };
        };
    };
    getNamespaceBudget: {
        parameters: {
            path: {
                /** @description ID of the namespace, `ns_…` */
                namespace_id: components["parameters"]["NamespaceId"];
            };
        };
        responses: {
            /** @description The budget and what is spent of it */
            200: {
                content: {
                    "application/json": components["schemas"]["Budget"];
                };
            };
        };
    };
    setNamespaceBudget: {
        parameters: {
            path: {
                /** @description ID of the namespace, `ns_…` */
                namespace_id: components["parameters"]["NamespaceId"];
            };
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["BudgetLimits"];
            };
        };
        responses: {
            /** @description The budget and what is spent of it */
            200: {
                content: {
                    "application/json": components["schemas"]["Budget"];
                };
            };
        };
    };
    rotateCallbackSecret: {
        parameters: {
            header?: {
                /** @description Unique per request. Repeating the request with the same key within 24 hours returns the original response. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description ID of the namespace, `ns_…` */
                namespace_id: components["parameters"]["NamespaceId"];
            };
        };
        requestBody?: {
            content: {
                "application/json": {
                    /**
                     * @description How long results are also signed with the previous secret
                     * @default 86400
                     */
                    overlap_seconds?: number;
                } | null;
            };
        };
        responses: {
            /** @description The secret */
            200: {
                content: {
                    "application/json": components["schemas"]["CallbackSecret"];
                };
            };
        };
    };
    listDeployments: {
        parameters: {
            query?: {
                /** @description The previous page's `next_cursor` */
                cursor?: components["parameters"]["Cursor"];
                /** @description Maximum number of results */
                limit?: components["parameters"]["Limit"];
                /** @description Only deployments of this plugin */
                name?: string;
                /** @description Only this status */
                status?: "queued" | "claimed" | "building" | "starting" | "verifying" | "ready" | "promoted" | "failed" | "superseded" | "cancelled" | "stopped";
            };
            path: {
                /** @description ID of the namespace, `ns_…` */
                namespace_id: components["parameters"]["NamespaceId"];
            };
        };
        responses: {
            /** @description A page of deployments with their steps */
            200: {
                content: {
                    "application/json": components["schemas"]["DeploymentPage"];
                };
            };
        };
    };
    getDeployment: {
        parameters: {
            path: {
                /** @description ID of the deployment, `dep_…` */
                deployment_id: components["parameters"]["DeploymentId"];
                /** @description ID of the namespace, `ns_…` */
                namespace_id: components["parameters"]["NamespaceId"];
            };
        };
        responses: {
            /** @description The deployment */
            200: {
                content: {
                    "application/json": components["schemas"]["DeploymentInFull"];
                };
            };
        };
    };
    cancelDeployment: {
        parameters: {
            header?: {
                /** @description Unique per request. Repeating the request with the same key within 24 hours returns the original response. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description ID of the deployment, `dep_…` */
                deployment_id: components["parameters"]["DeploymentId"];
                /** @description ID of the namespace, `ns_…` */
                namespace_id: components["parameters"]["NamespaceId"];
            };
        };
        responses: {
            /** @description Cancelled */
            200: {
                content: {
                    "application/json": components["schemas"]["DeploymentInFull"];
                };
            };
        };
    };
    followDeployment: {
        parameters: {
            header?: {
                /** @description The ID of the last message the client received */
                "last-event-id"?: components["parameters"]["LastEventId"];
            };
            path: {
                /** @description ID of the deployment, `dep_…` */
                deployment_id: components["parameters"]["DeploymentId"];
                /** @description ID of the namespace, `ns_…` */
                namespace_id: components["parameters"]["NamespaceId"];
            };
        };
        responses: {
            /** @description The event stream */
            200: {
                content: {
                    "text/event-stream": {
                        /** @description JSON */
                        data: string;
                        event: string;
                        /** @description For Last-Event-ID */
                        id?: string;
                    };
                };
            };
            /** @description The deployment has finished, and the message named by `Last-Event-ID` was the last one */
            204: {};
        };
    };
    getDeploymentLogs: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the previous page. Returns older lines */
                cursor?: components["parameters"]["DeploymentsCursor"];
                /** @description Stream new lines as server-sent events */
                follow?: components["parameters"]["Follow"];
                /** @description Return only lines of the request with this ID, up to an hour after it */
                request?: components["parameters"]["Request"];
                /** @description Return only lines printed at this time or later */
                since?: components["parameters"]["Since"];
                /** @description Maximum number of existing lines to return */
                tail?: components["parameters"]["Tail"];
            };
            header?: {
                /** @description The ID of the last message the client received */
                "last-event-id"?: components["parameters"]["LastEventId"];
            };
            path: {
                /** @description ID of the deployment, `dep_…` */
                deployment_id: components["parameters"]["DeploymentId"];
                /** @description ID of the namespace, `ns_…` */
                namespace_id: components["parameters"]["NamespaceId"];
            };
        };
        responses: {
            /** @description The lines, or a stream of them */
            200: {
                content: {
                    "application/json": components["schemas"]["InstanceLog"];
                    "text/event-stream": {
                        /** @description JSON */
                        data: string;
                        event: string;
                        /** @description For Last-Event-ID */
                        id?: string;
                    };
                };
            };
        };
    };
    retryDeployment: {
        parameters: {
            header?: {
                /** @description Unique per request. Repeating the request with the same key within 24 hours returns the original response. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description ID of the deployment, `dep_…` */
                deployment_id: components["parameters"]["DeploymentId"];
                /** @description ID of the namespace, `ns_…` */
                namespace_id: components["parameters"]["NamespaceId"];
            };
        };
        responses: {
            /** @description The new deployment */
            200: {
                content: {
                    "application/json": components["schemas"]["Deployment"];
                };
            };
        };
    };
    listNamespaceLogs: {
        parameters: {
            query?: {
                /** @description The previous page's `next_cursor` */
                cursor?: components["parameters"]["Cursor"];
                /** @description Return only lines at this level and above, determined by a line's first words. Without such a word, standard error and Slipway's own reports are `error`, and standard output is `info` */
                level?: "debug" | "info" | "warning" | "error";
                /** @description Maximum number of results */
                limit?: number;
                /** @description Return only lines of the plugin with this name */
                plugin?: string;
                /** @description Return only lines of the request with this ID, up to an hour after it */
                request?: components["parameters"]["Request"];
                /** @description Return only lines printed at this time or later */
                since?: components["parameters"]["Since"];
                /** @description Return only lines that contain this text, ignoring case */
                text?: string;
                /** @description Return only lines printed before this time */
                until?: string;
            };
            path: {
                /** @description ID of the namespace, `ns_…` */
                namespace_id: components["parameters"]["NamespaceId"];
            };
        };
        responses: {
            /** @description The newest matching lines, oldest first */
            200: {
                content: {
                    "application/json": components["schemas"]["NamespaceLogs"];
                };
            };
        };
    };
    callNamespaceTools: {
        parameters: {
            path: {
                /** @description ID of the namespace, `ns_…` */
                namespace_id: components["parameters"]["NamespaceId"];
            };
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["McpMessage"];
            };
        };
        responses: {
            /** @description The response, or a stream of server-sent events that ends with it */
            200: {
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                    "text/event-stream": {
                        /** @description JSON */
                        data: string;
                        event: string;
                        /** @description For Last-Event-ID */
                        id?: string;
                    };
                };
            };
            /** @description A notification was received */
            202: {};
        };
    };
    listModels: {
        parameters: {
            query?: {
                /** @description The previous page's `next_cursor` */
                cursor?: components["parameters"]["Cursor"];
                /** @description Maximum number of results */
                limit?: components["parameters"]["Limit"];
            };
            path: {
                /** @description ID of the namespace, `ns_…` */
                namespace_id: components["parameters"]["NamespaceId"];
            };
        };
        responses: {
            /** @description A page of models */
            200: {
                content: {
                    "application/json": {
                        pagination: components["schemas"]["Pagination"];
                        results: components["schemas"]["Model"][];
                    };
                };
            };
        };
    };
    requestModel: {
        parameters: {
            path: {
                /** @description Only this name */
                name: components["parameters"]["ModelsName"];
                /** @description ID of the namespace, `ns_…` */
                namespace_id: components["parameters"]["NamespaceId"];
            };
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ModelRequest"];
            };
        };
        responses: {
            /** @description Where to send the file */
            200: {
                content: {
                    "application/json": components["schemas"]["ModelUpload"];
                };
            };
        };
    };
    deleteModel: {
        parameters: {
            query?: {
                /** @description Delete it even if a live version names it */
                force?: "true" | "false";
            };
            path: {
                /** @description Only this name */
                name: components["parameters"]["ModelsName"];
                /** @description ID of the namespace, `ns_…` */
                namespace_id: components["parameters"]["NamespaceId"];
            };
        };
        responses: {
            /** @description Deleted */
            200: {
                content: {
                    "application/json": {
                        name: string;
                        /** @enum {boolean} */
                        success: true;
                    };
                };
            };
        };
    };
    confirmModel: {
        parameters: {
            header?: {
                /** @description Unique per request. Repeating the request with the same key within 24 hours returns the original response. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description Only this name */
                name: components["parameters"]["ModelsName"];
                /** @description ID of the namespace, `ns_…` */
                namespace_id: components["parameters"]["NamespaceId"];
            };
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ModelConfirmation"];
            };
        };
        responses: {
            /** @description The model */
            200: {
                content: {
                    "application/json": components["schemas"]["Model"];
                };
            };
        };
    };
    listPlugins: {
        parameters: {
            query?: {
                /** @description The previous page's `next_cursor` */
                cursor?: components["parameters"]["Cursor"];
                /** @description Maximum number of results */
                limit?: components["parameters"]["Limit"];
                /** @description Only the versions of the plugin with this name */
                name?: components["parameters"]["PluginsName"];
                /** @description Number of results to skip */
                offset?: components["parameters"]["Offset"];
                /** @description Return only plugins whose names start with this; `total` then counts up to 1000 */
                search?: components["parameters"]["Search"];
                /** @description Return only the namespace's own plugins, or only the organization's */
                source?: components["parameters"]["Source"];
            };
            path: {
                /** @description ID of the namespace, `ns_…` */
                namespace_id: components["parameters"]["NamespaceId"];
            };
        };
        responses: {
            /** @description Plugin versions */
            200: {
                content: {
                    "application/json": components["schemas"]["PluginList"];
                };
            };
        };
    };
    publishPlugin: {
        parameters: {
            header?: {
                /** @description Unique per request. Repeating the request with the same key within 24 hours returns the original response. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description ID of the namespace, `ns_…` */
                namespace_id: components["parameters"]["NamespaceId"];
            };
        };
        requestBody: {
            content: {
                "multipart/form-data": {
                    description?: string;
                    /** Format: binary */
                    file: string;
                    message?: string;
                    name: string;
                    /** @description Defaults to the next patch version. */
                    version?: string;
                };
            };
        };
        responses: {
            /** @description Published, or still being scanned */
            200: {
                content: {
                    "application/json": components["schemas"]["ConfirmPluginUploadResponse"];
                };
            };
        };
    };
    getPlugin: {
        parameters: {
            query?: {
                /** @description Add `presigned_download_url` to the response */
                return_presigned_urls?: boolean;
            };
            path: {
                /** @description ID of the namespace, `ns_…` */
                namespace_id: components["parameters"]["NamespaceId"];
                /** @description ID of the version, its name and number: `text_profile_1_0_0` */
                plugin_id: components["parameters"]["PluginId"];
            };
        };
        responses: {
            /** @description The version */
            200: {
                content: {
                    "application/json": {
                        plugin: components["schemas"]["PluginDocument"];
                        /**
                         * Format: uri
                         * @description Null unless `return_presigned_urls` is true, and if the version is quarantined
                         */
                        presigned_download_url: string | null;
                        /** @enum {boolean} */
                        success: true;
                    };
                };
            };
        };
    };
    deletePlugin: {
        parameters: {
            path: {
                /** @description ID of the namespace, `ns_…` */
                namespace_id: components["parameters"]["NamespaceId"];
                /** @description ID of the version, its name and number: `text_profile_1_0_0` */
                plugin_id: components["parameters"]["PluginId"];
            };
        };
        responses: {
            /** @description Deleted */
            200: {
                content: {
                    "application/json": components["schemas"]["PluginDeleted"];
                };
            };
        };
    };
    withdrawPlugin: {
        parameters: {
            path: {
                /** @description ID of the namespace, `ns_…` */
                namespace_id: components["parameters"]["NamespaceId"];
                /** @description ID of the version, its name and number: `text_profile_1_0_0` */
                plugin_id: components["parameters"]["PluginId"];
            };
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["WithdrawalChanges"];
            };
        };
        responses: {
            /** @description The version */
            200: {
                content: {
                    "application/json": components["schemas"]["WithdrawnVersion"];
                };
            };
        };
    };
    approvePlugin: {
        parameters: {
            header?: {
                /** @description Unique per request. Repeating the request with the same key within 24 hours returns the original response. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description ID of the namespace, `ns_…` */
                namespace_id: components["parameters"]["NamespaceId"];
                /** @description ID of the version, its name and number: `text_profile_1_0_0` */
                plugin_id: components["parameters"]["PluginId"];
            };
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ApprovalDecision"];
            };
        };
        responses: {
            /** @description Decided */
            200: {
                content: {
                    "application/json": components["schemas"]["DecidedVersion"];
                };
            };
        };
    };
    testPluginBatch: {
        parameters: {
            header?: {
                /** @description Number of seconds that the caller waits for an instance that is asleep; 30 by default. After that, the response is 503 with `Retry-After`, and the start continues. With `0`, the call does not wait for a start */
                "slipway-start-timeout"?: components["parameters"]["SlipwayStartTimeout"];
                /** @description Number of seconds that the caller waits, such as `2.5`. The call then ends as if it had exceeded its time limit. Has no effect beyond that limit. */
                "x-request-timeout"?: components["parameters"]["XRequestTimeout"];
            };
            path: {
                /** @description ID of the namespace, `ns_…` */
                namespace_id: components["parameters"]["NamespaceId"];
                /** @description ID of the version, its name and number: `text_profile_1_0_0` */
                plugin_id: components["parameters"]["PluginId"];
            };
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BatchTest"];
            };
        };
        responses: {
            /** @description The rows that the steps returned, or what went wrong */
            200: {
                content: {
                    "application/json": components["schemas"]["BatchAnswer"];
                };
            };
        };
    };
    deployPlugin: {
        parameters: {
            query?: {
                /** @description Defaults to `realtime` if the plugin has a realtime.py, otherwise to `batch_only` */
                deployment_type?: "batch_only" | "realtime";
            };
            header?: {
                /** @description Unique per request. Repeating the request with the same key within 24 hours returns the original response. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description ID of the namespace, `ns_…` */
                namespace_id: components["parameters"]["NamespaceId"];
                /** @description ID of the version, its name and number: `text_profile_1_0_0` */
                plugin_id: components["parameters"]["PluginId"];
            };
        };
        requestBody?: {
            content: {
                "application/json": {
                    /**
                     * @description Defaults to `realtime` if the plugin has a realtime.py, otherwise to `batch_only`
                     * @enum {string|null}
                     */
                    deployment_type?: "batch_only" | "realtime" | null;
                    /** @description How the name gets to the version: `immediate` moves all calls as soon as it is ready; a plan moves them step by step, and back if the version does worse. `{}` is the standard plan. Defaults to the manifest's `serve_config.release`, then to the namespace's `default_release` */
                    release?: "immediate" | components["schemas"]["ReleasePlan"] | null;
                } | null;
            };
        };
        responses: {
            /** @description Queued, or already deployed if the type is `batch_only` */
            200: {
                content: {
                    "application/json": components["schemas"]["DeployAnswer"];
                };
            };
        };
    };
    listPluginDeployments: {
        parameters: {
            query?: {
                /** @description The previous page's `next_cursor` */
                cursor?: components["parameters"]["Cursor"];
                /** @description Maximum number of results */
                limit?: components["parameters"]["Limit"];
            };
            path: {
                /** @description ID of the namespace, `ns_…` */
                namespace_id: components["parameters"]["NamespaceId"];
                /** @description ID of the version, its name and number: `text_profile_1_0_0` */
                plugin_id: components["parameters"]["PluginId"];
            };
        };
        responses: {
            /** @description A page of deployments with their steps */
            200: {
                content: {
                    "application/json": components["schemas"]["DeploymentPage"];
                };
            };
        };
    };
    getPluginDownload: {
        parameters: {
            path: {
                /** @description ID of the namespace, `ns_…` */
                namespace_id: components["parameters"]["NamespaceId"];
                /** @description ID of the version, its name and number: `text_profile_1_0_0` */
                plugin_id: components["parameters"]["PluginId"];
            };
        };
        responses: {
            /** @description The URL. GET `download_url` without an API key, until `expires_at` */
            200: {
                content: {
                    "application/json": components["schemas"]["PluginDownload"];
                };
            };
        };
    };
    getPluginEnvironment: {
        parameters: {
            path: {
                /** @description ID of the namespace, `ns_…` */
                namespace_id: components["parameters"]["NamespaceId"];
                /** @description ID of the version, its name and number: `text_profile_1_0_0` */
                plugin_id: components["parameters"]["PluginId"];
            };
        };
        responses: {
            /** @description Declared, locked and installed dependencies */
            200: {
                content: {
                    "application/json": components["schemas"]["PluginEnvironment"];
                };
            };
        };
    };
    getPluginEvidence: {
        parameters: {
            query?: {
                /** @description Form of the statements */
                format?: components["parameters"]["PluginsFormat"];
                /** @description The plugin's kind. Pipeline and storage plugins are in the organization's namespace `default` */
                kind?: components["parameters"]["Kind"];
            };
            path: {
                /** @description ID of the namespace, `ns_…` */
                namespace_id: components["parameters"]["NamespaceId"];
                /** @description ID of the version, its name and number: `text_profile_1_0_0` */
                plugin_id: components["parameters"]["PluginId"];
            };
        };
        responses: {
            /** @description The statements */
            200: {
                content: {
                    "application/json": components["schemas"]["PluginEvidence"];
                };
            };
        };
    };
    getPluginLogs: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the previous page. Returns older lines */
                cursor?: components["parameters"]["DeploymentsCursor"];
                /** @description Stream new lines as server-sent events */
                follow?: components["parameters"]["Follow"];
                /** @description Return only lines of the request with this ID, up to an hour after it */
                request?: components["parameters"]["Request"];
                /** @description Return only lines printed at this time or later */
                since?: components["parameters"]["Since"];
                /** @description Maximum number of existing lines to return */
                tail?: components["parameters"]["Tail"];
            };
            header?: {
                /** @description The ID of the last message the client received */
                "last-event-id"?: components["parameters"]["LastEventId"];
            };
            path: {
                /** @description ID of the namespace, `ns_…` */
                namespace_id: components["parameters"]["NamespaceId"];
                /** @description ID of the version, its name and number: `text_profile_1_0_0` */
                plugin_id: components["parameters"]["PluginId"];
            };
        };
        responses: {
            /** @description The lines, or a stream of them */
            200: {
                content: {
                    "application/json": components["schemas"]["InstanceLog"];
                    "text/event-stream": {
                        /** @description JSON */
                        data: string;
                        event: string;
                        /** @description For Last-Event-ID */
                        id?: string;
                    };
                };
            };
        };
    };
    getPluginReadme: {
        parameters: {
            query?: {
                /** @description The plugin's kind. Pipeline and storage plugins are in the organization's namespace `default` */
                kind?: components["parameters"]["Kind"];
            };
            path: {
                /** @description ID of the namespace, `ns_…` */
                namespace_id: components["parameters"]["NamespaceId"];
                /** @description ID of the version, its name and number: `text_profile_1_0_0` */
                plugin_id: components["parameters"]["PluginId"];
            };
        };
        responses: {
            /** @description The README */
            200: {
                content: {
                    "application/json": components["schemas"]["PluginReadme"];
                };
            };
        };
    };
    getPluginReadmeImage: {
        parameters: {
            query: {
                /** @description The plugin's kind. Pipeline and storage plugins are in the organization's namespace `default` */
                kind?: components["parameters"]["Kind"];
                /** @description The picture's exact path in the archive, without the top-level folder */
                path: components["parameters"]["PluginsPath"];
            };
            path: {
                /** @description ID of the namespace, `ns_…` */
                namespace_id: components["parameters"]["NamespaceId"];
                /** @description ID of the version, its name and number: `text_profile_1_0_0` */
                plugin_id: components["parameters"]["PluginId"];
            };
        };
        responses: {
            /** @description The picture, with its recognized type */
            200: {
                content: {
                    "image/gif": string;
                    "image/jpeg": string;
                    "image/png": string;
                    "image/webp": string;
                };
            };
        };
    };
    callPlugin: {
        parameters: {
            query?: {
                /** @description Checks the response against the manifest's output_schema and features. A mismatch returns the status `error` together with the response. A call with this check isn't streamed. */
                check_output?: components["parameters"]["CheckOutput"];
            };
            header?: {
                /** @description `respond-async`: the call is accepted with 202, and its answer is available at the URL in `Location` (RFC 7240) */
                prefer?: components["parameters"]["VersionsPrefer"];
                /** @description For a later call: URL that receives the result, which must be https on port 443 of a public host. Needs the namespace's callback secret. */
                "slipway-callback"?: components["parameters"]["SlipwayCallback"];
                /** @description For a later call: seconds within which it must start, at most 86400. Default: 3600. */
                "slipway-expires-in"?: components["parameters"]["SlipwayExpiresIn"];
                /** @description Whom the call is for, such as a user ID. During a release, all calls with the same key get the same version, as long as its share grows. Has no effect on later calls, which are drawn independently. */
                "slipway-key"?: components["parameters"]["SlipwayKey"];
                /** @description For a later call: `low` waits in a separate queue. */
                "slipway-priority"?: components["parameters"]["SlipwayPriority"];
                /** @description Number of seconds that the caller waits for an instance that is asleep; 30 by default. After that, the response is 503 with `Retry-After`, and the start continues. With `0`, the call does not wait for a start */
                "slipway-start-timeout"?: components["parameters"]["SlipwayStartTimeout"];
                /** @description Number of seconds that the caller waits, such as `2.5`. The call then ends as if it had exceeded its time limit. Has no effect beyond that limit. */
                "x-request-timeout"?: components["parameters"]["XRequestTimeout"];
            };
            path: {
                /** @description ID of the namespace, `ns_…` */
                namespace_id: components["parameters"]["NamespaceId"];
                /** @description ID of the version, its name and number: `text_profile_1_0_0` */
                plugin_id: components["parameters"]["PluginId"];
            };
        };
        requestBody?: {
            content: {
                "application/json": {
                    inputs?: {
                        [key: string]: unknown;
                    } | null;
                    parameters?: {
                        [key: string]: unknown;
                    } | null;
                } | null;
            };
        };
        responses: {
            /** @description The result, or the error that the handler raised */
            200: {
                content: {
                    "application/json": components["schemas"]["RealtimeAnswer"];
                    "text/event-stream": components["schemas"]["CallEvent"];
                };
            };
            /** @description Accepted. The call's answer will be available at the URL in `Location` */
            202: {
                content: {
                    "application/json": components["schemas"]["LaterCall"];
                };
            };
        };
    };
    rejectPlugin: {
        parameters: {
            header?: {
                /** @description Unique per request. Repeating the request with the same key within 24 hours returns the original response. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description ID of the namespace, `ns_…` */
                namespace_id: components["parameters"]["NamespaceId"];
                /** @description ID of the version, its name and number: `text_profile_1_0_0` */
                plugin_id: components["parameters"]["PluginId"];
            };
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ApprovalDecision"];
            };
        };
        responses: {
            /** @description Decided */
            200: {
                content: {
                    "application/json": components["schemas"]["DecidedVersion"];
                };
            };
        };
    };
    relockPlugin: {
        parameters: {
            path: {
                /** @description ID of the namespace, `ns_…` */
                namespace_id: components["parameters"]["NamespaceId"];
                /** @description ID of the version, its name and number: `text_profile_1_0_0` */
                plugin_id: components["parameters"]["PluginId"];
            };
        };
        responses: {
            /** @description The proposal */
            200: {
                content: {
                    "application/json": components["schemas"]["RelockProposal"];
                };
            };
        };
    };
    publishRelock: {
        parameters: {
            header?: {
                /** @description Unique per request. Repeating the request with the same key within 24 hours returns the original response. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description ID of the namespace, `ns_…` */
                namespace_id: components["parameters"]["NamespaceId"];
                /** @description ID of the version, its name and number: `text_profile_1_0_0` */
                plugin_id: components["parameters"]["PluginId"];
            };
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RelockRequest"];
            };
        };
        responses: {
            /** @description Published, or still being scanned */
            200: {
                content: {
                    "application/json": components["schemas"]["ConfirmPluginUploadResponse"];
                };
            };
        };
    };
    listVersionRuns: {
        parameters: {
            query?: {
                /** @description The previous page's `next_cursor` */
                cursor?: components["parameters"]["Cursor"];
                /** @description Maximum number of results */
                limit?: components["parameters"]["Limit"];
                /** @description `open`: the run is waiting for its input. `partial`: some rows failed. `expired`: the run was not started within 24 hours. The states from `succeeded` on are final. */
                status?: components["parameters"]["Status"];
            };
            path: {
                /** @description ID of the namespace, `ns_…` */
                namespace_id: components["parameters"]["NamespaceId"];
                /** @description ID of the version, its name and number: `text_profile_1_0_0` */
                plugin_id: components["parameters"]["PluginId"];
            };
        };
        responses: {
            /** @description A page of runs */
            200: {
                content: {
                    "application/json": components["schemas"]["Runs"];
                };
            };
        };
    };
    createRun: {
        parameters: {
            header?: {
                /** @description Unique per request. Repeating the request with the same key within 24 hours returns the original response. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description ID of the namespace, `ns_…` */
                namespace_id: components["parameters"]["NamespaceId"];
                /** @description ID of the version, its name and number: `text_profile_1_0_0` */
                plugin_id: components["parameters"]["PluginId"];
            };
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RunRequest"];
            };
        };
        responses: {
            /** @description The run */
            200: {
                content: {
                    "application/json": components["schemas"]["CreatedRun"];
                };
            };
        };
    };
    getPluginSbom: {
        parameters: {
            query?: {
                /** @description The plugin's kind. Pipeline and storage plugins are in the organization's namespace `default` */
                kind?: components["parameters"]["Kind"];
            };
            path: {
                /** @description ID of the namespace, `ns_…` */
                namespace_id: components["parameters"]["NamespaceId"];
                /** @description ID of the version, its name and number: `text_profile_1_0_0` */
                plugin_id: components["parameters"]["PluginId"];
            };
        };
        responses: {
            /** @description The SBOM */
            200: {
                content: {
                    "application/vnd.cyclonedx+json": {
                        /** @enum {string} */
                        bomFormat: "CycloneDX";
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    getPluginScan: {
        parameters: {
            query?: {
                /** @description `sarif` returns SARIF 2.1.0 */
                format?: components["parameters"]["Format"];
            };
            path: {
                /** @description ID of the namespace, `ns_…` */
                namespace_id: components["parameters"]["NamespaceId"];
                /** @description ID of the version, its name and number: `text_profile_1_0_0` */
                plugin_id: components["parameters"]["PluginId"];
            };
        };
        responses: {
            /** @description The verdict and the findings */
            200: {
                content: {
                    "application/json": components["schemas"]["PluginScan"];
                    "application/sarif+json": {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    getPluginSource: {
        parameters: {
            query?: {
                /** @description Return only this file */
                path?: components["parameters"]["Path"];
            };
            path: {
                /** @description ID of the namespace, `ns_…` */
                namespace_id: components["parameters"]["NamespaceId"];
                /** @description ID of the version, its name and number: `text_profile_1_0_0` */
                plugin_id: components["parameters"]["PluginId"];
            };
        };
        responses: {
            /** @description The files, in archive order */
            200: {
                content: {
                    "application/json": components["schemas"]["PluginSource"];
                };
            };
        };
    };
    getPluginStatus: {
        parameters: {
            path: {
                /** @description ID of the namespace, `ns_…` */
                namespace_id: components["parameters"]["NamespaceId"];
                /** @description ID of the version, its name and number: `text_profile_1_0_0` */
                plugin_id: components["parameters"]["PluginId"];
            };
        };
        responses: {
            /** @description `status` describes the latest attempt; it is `PENDING` during the scan. The other fields describe the live deployment. */
            200: {
                content: {
                    "application/json": components["schemas"]["PluginStatus"];
                };
            };
        };
    };
    tryPlugin: {
        parameters: {
            header?: {
                /** @description Number of seconds that the caller waits for an instance that is asleep; 30 by default. After that, the response is 503 with `Retry-After`, and the start continues. With `0`, the call does not wait for a start */
                "slipway-start-timeout"?: components["parameters"]["SlipwayStartTimeout"];
                /** @description Number of seconds that the caller waits, such as `2.5`. The call then ends as if it had exceeded its time limit. Has no effect beyond that limit. */
                "x-request-timeout"?: components["parameters"]["XRequestTimeout"];
            };
            path: {
                /** @description ID of the namespace, `ns_…` */
                namespace_id: components["parameters"]["NamespaceId"];
                /** @description ID of the version, its name and number: `text_profile_1_0_0` */
                plugin_id: components["parameters"]["PluginId"];
            };
        };
        requestBody?: {
            content: {
                "application/json": {
                    inputs?: {
                        [key: string]: unknown;
                    } | null;
                    parameters?: {
                        [key: string]: unknown;
                    } | null;
                } | null;
            };
        };
        responses: {
            /** @description The result, or the error that the handler raised */
            200: {
                content: {
                    "application/json": components["schemas"]["TrialAnswer"];
                };
            };
        };
    };
    undeployPlugin: {
        parameters: {
            header?: {
                /** @description Unique per request. Repeating the request with the same key within 24 hours returns the original response. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description ID of the namespace, `ns_…` */
                namespace_id: components["parameters"]["NamespaceId"];
                /** @description ID of the version, its name and number: `text_profile_1_0_0` */
                plugin_id: components["parameters"]["PluginId"];
            };
        };
        responses: {
            /** @description Undeployed */
            200: {
                content: {
                    "application/json": {
                        message: string;
                        namespace_id: string;
                        plugin_id: string;
                        /** @enum {string} */
                        status: "undeployed";
                        /** @enum {boolean} */
                        success: true;
                    };
                };
            };
        };
    };
    listAvailablePlugins: {
        parameters: {
            query?: {
                /** @description The previous page's `next_cursor` */
                cursor?: components["parameters"]["Cursor"];
                /** @description Maximum number of results */
                limit?: components["parameters"]["Limit"];
                /** @description Only this name */
                name?: string;
                /** @description Number of results to skip */
                offset?: components["parameters"]["Offset"];
            };
            path: {
                /** @description ID of the namespace, `ns_…` */
                namespace_id: components["parameters"]["NamespaceId"];
            };
        };
        responses: {
            /** @description Every version of each plugin, enabled or not */
            200: {
                content: {
                    "application/json": components["schemas"]["AvailablePlugins"];
                };
            };
        };
    };
    listPluginOverviews: {
        parameters: {
            query?: {
                /** @description The previous page's `next_cursor` */
                cursor?: components["parameters"]["Cursor"];
                /** @description Return only plugins of this kind */
                kind?: "extractor" | "pipeline" | "storage";
                /** @description Maximum number of results */
                limit?: components["parameters"]["Limit"];
                /** @description `desc` lists the highest first */
                order?: "asc" | "desc";
                /** @description Return only names that contain this text, ignoring case */
                search?: string;
                /** @description `errors` sorts by the share of failed calls. `calls_30d` with `desc`: most used first */
                sort?: "name" | "kind" | "state" | "calls" | "errors" | "p95" | "changed" | "calls_30d" | "callers_30d" | "downloads_30d" | "last_called";
                /** @description Return only plugins in this state */
                state?: "live" | "deploying" | "failed" | "batch_only" | "not_deployed";
                /** @description Return only plugins that were neither called nor changed for this many days */
                unused_days?: number;
                /** @description Return only plugins whose active version has this verdict */
                verdict?: "pass" | "warn" | "reject";
            };
            path: {
                /** @description ID of the namespace, `ns_…` */
                namespace_id: components["parameters"]["NamespaceId"];
            };
        };
        responses: {
            /** @description A page of plugins */
            200: {
                content: {
                    "application/json": components["schemas"]["PluginOverviews"];
                };
            };
        };
    };
    patchPlugin: {
        parameters: {
            query?: {
                /** @description Demand approval even if fewer than two members may approve */
                without_approvers?: components["parameters"]["WithoutApprovers"];
            };
            path: {
                /** @description ID of the namespace, `ns_…` */
                namespace_id: components["parameters"]["NamespaceId"];
                /** @description Name of the plugin */
                slug: components["parameters"]["Slug"];
            };
        };
        requestBody: {
            content: {
                "application/json": {
                    requires_approval: boolean;
                };
            };
        };
        responses: {
            /** @description The setting */
            200: {
                content: {
                    "application/json": {
                        name: string;
                        requires_approval: boolean;
                        /** @enum {boolean} */
                        success: true;
                    };
                };
            };
        };
    };
    getPluginCounts: {
        parameters: {
            query?: {
                /** @description Number of days, with today */
                days?: number;
                /** @description The plugin's kind. Pipeline and storage plugins are in the organization's namespace `default` */
                kind?: components["parameters"]["Kind"];
            };
            path: {
                /** @description ID of the namespace, `ns_…` */
                namespace_id: components["parameters"]["NamespaceId"];
                /** @description Name of the plugin */
                slug: components["parameters"]["Slug"];
            };
        };
        responses: {
            /** @description The counts */
            200: {
                content: {
                    "application/json": components["schemas"]["PluginCounts"];
                };
            };
        };
    };
    diffPluginVersions: {
        parameters: {
            query: {
                /** @description The plugin's kind. Pipeline and storage plugins are in the organization's namespace `default` */
                kind?: components["parameters"]["Kind"];
                /** @description A version number, or the ref or commit of a Go plugin's version */
                v1: components["parameters"]["V1"];
                /** @description A version number, or the ref or commit of a Go plugin's version */
                v2: components["parameters"]["V2"];
            };
            path: {
                /** @description ID of the namespace, `ns_…` */
                namespace_id: components["parameters"]["NamespaceId"];
                /** @description Name of the plugin */
                slug: components["parameters"]["Slug"];
            };
        };
        responses: {
            /** @description Changed files as unified diffs, introduced and fixed findings, and changed dependencies */
            200: {
                content: {
                    "application/json": components["schemas"]["PluginDiff"];
                };
            };
        };
    };
    getPluginOpenApi: {
        parameters: {
            path: {
                /** @description ID of the namespace, `ns_…` */
                namespace_id: components["parameters"]["NamespaceId"];
                /** @description Name of the plugin */
                slug: components["parameters"]["Slug"];
            };
        };
        responses: {
            /** @description The OpenAPI 3.1 document */
            200: {
                content: {
                    "application/json": {
                        /** @enum {string} */
                        openapi: "3.1.0";
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    callPluginByName: {
        parameters: {
            query?: {
                /** @description Checks the response against the manifest's output_schema and features. A mismatch returns the status `error` together with the response. A call with this check isn't streamed. */
                check_output?: components["parameters"]["CheckOutput"];
            };
            header?: {
                /** @description `respond-async`: the call is accepted with 202, and its answer is available at the URL in `Location` (RFC 7240) */
                prefer?: components["parameters"]["VersionsPrefer"];
                /** @description For a later call: URL that receives the result, which must be https on port 443 of a public host. Needs the namespace's callback secret. */
                "slipway-callback"?: components["parameters"]["SlipwayCallback"];
                /** @description For a later call: seconds within which it must start, at most 86400. Default: 3600. */
                "slipway-expires-in"?: components["parameters"]["SlipwayExpiresIn"];
                /** @description Whom the call is for, such as a user ID. During a release, all calls with the same key get the same version, as long as its share grows. Has no effect on later calls, which are drawn independently. */
                "slipway-key"?: components["parameters"]["SlipwayKey"];
                /** @description For a later call: `low` waits in a separate queue. */
                "slipway-priority"?: components["parameters"]["SlipwayPriority"];
                /** @description Number of seconds that the caller waits for an instance that is asleep; 30 by default. After that, the response is 503 with `Retry-After`, and the start continues. With `0`, the call does not wait for a start */
                "slipway-start-timeout"?: components["parameters"]["SlipwayStartTimeout"];
                /** @description The live version that must answer. The call then counts for no release. */
                "slipway-version"?: components["parameters"]["SlipwayVersion"];
                /** @description Number of seconds that the caller waits, such as `2.5`. The call then ends as if it had exceeded its time limit. Has no effect beyond that limit. */
                "x-request-timeout"?: components["parameters"]["XRequestTimeout"];
            };
            path: {
                /** @description ID of the namespace, `ns_…` */
                namespace_id: components["parameters"]["NamespaceId"];
                /** @description Name of the plugin */
                slug: components["parameters"]["Slug"];
            };
        };
        requestBody?: {
            content: {
                "application/json": {
                    inputs?: {
                        [key: string]: unknown;
                    } | null;
                    parameters?: {
                        [key: string]: unknown;
                    } | null;
                } | null;
            };
        };
        responses: {
            /** @description The result, or the error that the handler raised */
            200: {
                content: {
                    "application/json": components["schemas"]["NamedRealtimeAnswer"];
                    "text/event-stream": components["schemas"]["CallEvent"];
                };
            };
            /** @description Accepted. The call's answer will be available at the URL in `Location` */
            202: {
                content: {
                    "application/json": components["schemas"]["LaterCall"];
                };
            };
        };
    };
    testPluginByName: {
        parameters: {
            query?: {
                /** @description Checks the response against the manifest's output_schema and features. A mismatch returns the status `error` together with the response. A call with this check isn't streamed. */
                check_output?: components["parameters"]["CheckOutput"];
            };
            header?: {
                /** @description `respond-async`: the call is accepted with 202, and its answer is available at the URL in `Location` (RFC 7240) */
                prefer?: components["parameters"]["VersionsPrefer"];
                /** @description For a later call: URL that receives the result, which must be https on port 443 of a public host. Needs the namespace's callback secret. */
                "slipway-callback"?: components["parameters"]["SlipwayCallback"];
                /** @description For a later call: seconds within which it must start, at most 86400. Default: 3600. */
                "slipway-expires-in"?: components["parameters"]["SlipwayExpiresIn"];
                /** @description Whom the call is for, such as a user ID. During a release, all calls with the same key get the same version, as long as its share grows. Has no effect on later calls, which are drawn independently. */
                "slipway-key"?: components["parameters"]["SlipwayKey"];
                /** @description For a later call: `low` waits in a separate queue. */
                "slipway-priority"?: components["parameters"]["SlipwayPriority"];
                /** @description Number of seconds that the caller waits for an instance that is asleep; 30 by default. After that, the response is 503 with `Retry-After`, and the start continues. With `0`, the call does not wait for a start */
                "slipway-start-timeout"?: components["parameters"]["SlipwayStartTimeout"];
                /** @description The live version that must answer. The call then counts for no release. */
                "slipway-version"?: components["parameters"]["SlipwayVersion"];
                /** @description Number of seconds that the caller waits, such as `2.5`. The call then ends as if it had exceeded its time limit. Has no effect beyond that limit. */
                "x-request-timeout"?: components["parameters"]["XRequestTimeout"];
            };
            path: {
                /** @description ID of the namespace, `ns_…` */
                namespace_id: components["parameters"]["NamespaceId"];
                /** @description Name of the plugin */
                slug: components["parameters"]["Slug"];
            };
        };
        requestBody?: {
            content: {
                "application/json": {
                    inputs?: {
                        [key: string]: unknown;
                    } | null;
                    parameters?: {
                        [key: string]: unknown;
                    } | null;
                } | null;
            };
        };
        responses: {
            /** @description The result, or the error that the handler raised */
            200: {
                content: {
                    "application/json": components["schemas"]["NamedRealtimeAnswer"];
                    "text/event-stream": components["schemas"]["CallEvent"];
                };
            };
            /** @description Accepted. The call's answer will be available at the URL in `Location` */
            202: {
                content: {
                    "application/json": components["schemas"]["LaterCall"];
                };
            };
        };
    };
    rollBackPlugin: {
        parameters: {
            header?: {
                /** @description Unique per request. Repeating the request with the same key within 24 hours returns the original response. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description ID of the namespace, `ns_…` */
                namespace_id: components["parameters"]["NamespaceId"];
                /** @description Name of the plugin */
                slug: components["parameters"]["Slug"];
            };
        };
        requestBody?: {
            content: {
                "application/json": {
                    /**
                     * @description The plugin's kind. Pipeline and storage plugins are in the organization's namespace `default`
                     * @default extractor
                     * @enum {string}
                     */
                    kind?: "extractor" | "pipeline" | "storage";
                    message?: string | null;
                    /** @description A version number, or a ref or commit. Defaults to the first of the version list's `rollback_targets`. */
                    version?: string | null;
                } | null;
            };
        };
        responses: {
            /** @description Rolled back */
            200: {
                content: {
                    "application/json": components["schemas"]["PluginRollback"];
                };
            };
        };
    };
    listRunsByName: {
        parameters: {
            query?: {
                /** @description The previous page's `next_cursor` */
                cursor?: components["parameters"]["Cursor"];
                /** @description Maximum number of results */
                limit?: components["parameters"]["Limit"];
                /** @description `open`: the run is waiting for its input. `partial`: some rows failed. `expired`: the run was not started within 24 hours. The states from `succeeded` on are final. */
                status?: components["parameters"]["Status"];
            };
            path: {
                /** @description ID of the namespace, `ns_…` */
                namespace_id: components["parameters"]["NamespaceId"];
                /** @description Name of the plugin */
                slug: components["parameters"]["Slug"];
            };
        };
        responses: {
            /** @description A page of runs */
            200: {
                content: {
                    "application/json": components["schemas"]["Runs"];
                };
            };
        };
    };
    createRunByName: {
        parameters: {
            header?: {
                /** @description Unique per request. Repeating the request with the same key within 24 hours returns the original response. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description ID of the namespace, `ns_…` */
                namespace_id: components["parameters"]["NamespaceId"];
                /** @description Name of the plugin */
                slug: components["parameters"]["Slug"];
            };
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RunRequest"];
            };
        };
        responses: {
            /** @description The run */
            200: {
                content: {
                    "application/json": components["schemas"]["CreatedRun"];
                };
            };
        };
    };
    getPluginTraffic: {
        parameters: {
            query?: {
                /** @description Number of hours up to and including the current one. Defaults to 24. By minute, the default is 1 and the maximum 6 */
                hours?: number;
                /** @description The plugin's kind. Pipeline and storage plugins are in the organization's namespace `default` */
                kind?: components["parameters"]["Kind"];
                /** @description Whether the counts are by hour or by minute */
                step?: "hour" | "minute";
            };
            path: {
                /** @description ID of the namespace, `ns_…` */
                namespace_id: components["parameters"]["NamespaceId"];
                /** @description Name of the plugin */
                slug: components["parameters"]["Slug"];
            };
        };
        responses: {
            /** @description The counts */
            200: {
                content: {
                    "application/json": components["schemas"]["PluginTraffic"];
                };
            };
        };
    };
    undeployOlderVersions: {
        parameters: {
            header?: {
                /** @description Unique per request. Repeating the request with the same key within 24 hours returns the original response. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description ID of the namespace, `ns_…` */
                namespace_id: components["parameters"]["NamespaceId"];
                /** @description Name of the plugin */
                slug: components["parameters"]["Slug"];
            };
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Number of versions that stay live */
                    keep: number;
                };
            };
        };
        responses: {
            /** @description Undeployed */
            200: {
                content: {
                    "application/json": components["schemas"]["OlderVersionsUndeployed"];
                };
            };
        };
    };
    listPluginVersions: {
        parameters: {
            query?: {
                /** @description The previous page's `next_cursor` */
                cursor?: components["parameters"]["Cursor"];
                /** @description The plugin's kind. Pipeline and storage plugins are in the organization's namespace `default` */
                kind?: components["parameters"]["Kind"];
                /** @description Maximum number of results */
                limit?: components["parameters"]["Limit"];
            };
            path: {
                /** @description ID of the namespace, `ns_…` */
                namespace_id: components["parameters"]["NamespaceId"];
                /** @description Name of the plugin */
                slug: components["parameters"]["Slug"];
            };
        };
        responses: {
            /** @description The versions, with their message and when and by whom each was published and deployed */
            200: {
                content: {
                    "application/json": components["schemas"]["PluginVersions"];
                };
            };
        };
    };
    publishPluginFromGit: {
        parameters: {
            header?: {
                /** @description Unique per request. Repeating the request with the same key within 24 hours returns the original response. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /** @description `wait=10` limits how many seconds the request waits (RFC 7240) */
                prefer?: components["parameters"]["Prefer"];
            };
            path: {
                /** @description ID of the namespace, `ns_…` */
                namespace_id: components["parameters"]["NamespaceId"];
            };
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PluginFromGit"];
            };
        };
        responses: {
            /** @description Published, or still in progress */
            200: {
                content: {
                    "application/json": components["schemas"]["PublishedFromGit"];
                };
            };
        };
    };
    disablePlugin: {
        parameters: {
            header?: {
                /** @description Unique per request. Repeating the request with the same key within 24 hours returns the original response. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description ID of the namespace, `ns_…` */
                namespace_id: components["parameters"]["NamespaceId"];
                /** @description ID of the version, its name and number: `text_profile_1_0_0` */
                plugin_id: components["parameters"]["PluginId"];
            };
        };
        responses: {
            /** @description The version is disabled, or was not enabled */
            200: {
                content: {
                    "application/json": components["schemas"]["PluginDisabled"];
                };
            };
        };
    };
    enablePlugin: {
        parameters: {
            header?: {
                /** @description Unique per request. Repeating the request with the same key within 24 hours returns the original response. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description ID of the namespace, `ns_…` */
                namespace_id: components["parameters"]["NamespaceId"];
                /** @description ID of the version, its name and number: `text_profile_1_0_0` */
                plugin_id: components["parameters"]["PluginId"];
            };
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description Defaults to true. */
                    deploy?: boolean | null;
                    /** @description Default parameters for each realtime call in this namespace. The call's own parameters take precedence. */
                    params?: {
                        [key: string]: unknown;
                    } | null;
                    /** @description How the name gets to the version: `immediate` moves all calls as soon as it is ready; a plan moves them step by step, and back if the version does worse. `{}` is the standard plan. Defaults to the manifest's `serve_config.release`, then to the namespace's `default_release` */
                    release?: "immediate" | components["schemas"]["ReleasePlan"] | null;
                } | null;
            };
        };
        responses: {
            /** @description The plugin is enabled. `skipped` means that it was not deployed, because `deploy` was false or one of the namespace's plugins shadows it. */
            200: {
                content: {
                    "application/json": components["schemas"]["PluginEnabled"];
                };
            };
        };
    };
    reconfigureNamespace: {
        parameters: {
            header?: {
                /** @description Unique per request. Repeating the request with the same key within 24 hours returns the original response. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description ID of the namespace, `ns_…` */
                namespace_id: components["parameters"]["NamespaceId"];
            };
        };
        requestBody: {
            content: {
                "application/json": {
                    confirm: boolean;
                };
            };
        };
        responses: {
            /** @description The changes, and the resulting features */
            200: {
                content: {
                    "application/json": components["schemas"]["NamespaceReconfigured"];
                };
            };
        };
    };
    checkRequirements: {
        parameters: {
            path: {
                /** @description ID of the namespace, `ns_…` */
                namespace_id: components["parameters"]["NamespaceId"];
            };
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PluginRequirements"];
            };
        };
        responses: {
            /** @description Missing requirements, and how to provide them */
            200: {
                content: {
                    "application/json": {
                        missing: components["schemas"]["MissingRequirement"][];
                    };
                };
            };
        };
    };
    createPluginUpload: {
        parameters: {
            header?: {
                /** @description Unique per request. Repeating the request with the same key within 24 hours returns the original response. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description ID of the namespace, `ns_…` */
                namespace_id: components["parameters"]["NamespaceId"];
            };
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PluginUploadRequest"];
            };
        };
        responses: {
            /** @description The upload. PUT the archive to `presigned_url`, then confirm */
            200: {
                content: {
                    "application/json": components["schemas"]["PluginUpload"];
                };
            };
        };
    };
    getPluginUpload: {
        parameters: {
            path: {
                /** @description ID of the namespace, `ns_…` */
                namespace_id: components["parameters"]["NamespaceId"];
                /** @description ID of the upload, `plu_…` */
                upload_id: components["parameters"]["UploadId"];
            };
        };
        responses: {
            /** @description The upload */
            200: {
                content: {
                    "application/json": components["schemas"]["PluginUploadInFull"];
                };
            };
        };
    };
    confirmPluginUpload: {
        parameters: {
            header?: {
                /** @description Unique per request. Repeating the request with the same key within 24 hours returns the original response. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description ID of the namespace, `ns_…` */
                namespace_id: components["parameters"]["NamespaceId"];
                /** @description ID of the upload, `plu_…` */
                upload_id: components["parameters"]["UploadId"];
            };
        };
        requestBody?: {
            content: {
                "application/json": {
                    etag?: string | null;
                    file_size_bytes?: number | null;
                    message?: string | null;
                } | null;
            };
        };
        responses: {
            /** @description Published, or still being scanned */
            200: {
                content: {
                    "application/json": components["schemas"]["ConfirmPluginUploadResponse"];
                };
            };
        };
    };
    listReleases: {
        parameters: {
            query?: {
                /** @description `true`: only releases that share calls now */
                active?: "true" | "false";
                /** @description The previous page's `next_cursor` */
                cursor?: components["parameters"]["Cursor"];
                /** @description The plugin's kind */
                kind?: components["parameters"]["ReleasesKind"];
                /** @description Maximum number of results */
                limit?: components["parameters"]["Limit"];
                /** @description Only releases of this plugin */
                plugin?: string;
            };
            path: {
                /** @description ID of the namespace, `ns_…` */
                namespace_id: components["parameters"]["NamespaceId"];
            };
        };
        responses: {
            /** @description A page of releases */
            200: {
                content: {
                    "application/json": components["schemas"]["Releases"];
                };
            };
        };
    };
    startRelease: {
        parameters: {
            header?: {
                /** @description Unique per request. Repeating the request with the same key within 24 hours returns the original response. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description ID of the namespace, `ns_…` */
                namespace_id: components["parameters"]["NamespaceId"];
            };
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReleaseRequest"];
            };
        };
        responses: {
            /** @description Started */
            201: {
                content: {
                    "application/json": components["schemas"]["Release"];
                };
            };
        };
    };
    getRelease: {
        parameters: {
            path: {
                /** @description ID of the namespace, `ns_…` */
                namespace_id: components["parameters"]["NamespaceId"];
                /** @description ID of the release, `rel_…` */
                release_id: components["parameters"]["ReleaseId"];
            };
        };
        responses: {
            /** @description The release */
            200: {
                content: {
                    "application/json": components["schemas"]["ReleaseInFull"];
                };
            };
        };
    };
    cancelRelease: {
        parameters: {
            header?: {
                /** @description Unique per request. Repeating the request with the same key within 24 hours returns the original response. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description ID of the namespace, `ns_…` */
                namespace_id: components["parameters"]["NamespaceId"];
                /** @description ID of the release, `rel_…` */
                release_id: components["parameters"]["ReleaseId"];
            };
        };
        requestBody?: {
            content: {
                "application/json": {
                    reason?: string | null;
                } | null;
            };
        };
        responses: {
            /** @description The release */
            200: {
                content: {
                    "application/json": components["schemas"]["Release"];
                };
            };
        };
    };
    followRelease: {
        parameters: {
            path: {
                /** @description ID of the namespace, `ns_…` */
                namespace_id: components["parameters"]["NamespaceId"];
                /** @description ID of the release, `rel_…` */
                release_id: components["parameters"]["ReleaseId"];
            };
        };
        responses: {
            /** @description The event stream */
            200: {
                content: {
                    "text/event-stream": {
                        /** @description JSON */
                        data: string;
                        event: string;
                        /** @description For Last-Event-ID */
                        id?: string;
                    };
                };
            };
        };
    };
    pauseRelease: {
        parameters: {
            header?: {
                /** @description Unique per request. Repeating the request with the same key within 24 hours returns the original response. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description ID of the namespace, `ns_…` */
                namespace_id: components["parameters"]["NamespaceId"];
                /** @description ID of the release, `rel_…` */
                release_id: components["parameters"]["ReleaseId"];
            };
        };
        requestBody?: {
            content: {
                "application/json": {
                    reason?: string | null;
                } | null;
            };
        };
        responses: {
            /** @description The release */
            200: {
                content: {
                    "application/json": components["schemas"]["Release"];
                };
            };
        };
    };
    resumeRelease: {
        parameters: {
            header?: {
                /** @description Unique per request. Repeating the request with the same key within 24 hours returns the original response. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description ID of the namespace, `ns_…` */
                namespace_id: components["parameters"]["NamespaceId"];
                /** @description ID of the release, `rel_…` */
                release_id: components["parameters"]["ReleaseId"];
            };
        };
        responses: {
            /** @description The release */
            200: {
                content: {
                    "application/json": components["schemas"]["Release"];
                };
            };
        };
    };
    revertRelease: {
        parameters: {
            header?: {
                /** @description Unique per request. Repeating the request with the same key within 24 hours returns the original response. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description ID of the namespace, `ns_…` */
                namespace_id: components["parameters"]["NamespaceId"];
                /** @description ID of the release, `rel_…` */
                release_id: components["parameters"]["ReleaseId"];
            };
        };
        requestBody?: {
            content: {
                "application/json": {
                    reason?: string | null;
                } | null;
            };
        };
        responses: {
            /** @description The release */
            200: {
                content: {
                    "application/json": components["schemas"]["Release"];
                };
            };
        };
    };
    stepRelease: {
        parameters: {
            header?: {
                /** @description Unique per request. Repeating the request with the same key within 24 hours returns the original response. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description ID of the namespace, `ns_…` */
                namespace_id: components["parameters"]["NamespaceId"];
                /** @description ID of the release, `rel_…` */
                release_id: components["parameters"]["ReleaseId"];
            };
        };
        responses: {
            /** @description The release */
            200: {
                content: {
                    "application/json": components["schemas"]["Release"];
                };
            };
        };
    };
    listRuns: {
        parameters: {
            query?: {
                /** @description The previous page's `next_cursor` */
                cursor?: components["parameters"]["Cursor"];
                /** @description Maximum number of results */
                limit?: components["parameters"]["Limit"];
                /** @description `open`: the run is waiting for its input. `partial`: some rows failed. `expired`: the run was not started within 24 hours. The states from `succeeded` on are final. */
                status?: components["parameters"]["Status"];
            };
            path: {
                /** @description ID of the namespace, `ns_…` */
                namespace_id: components["parameters"]["NamespaceId"];
            };
        };
        responses: {
            /** @description A page of runs */
            200: {
                content: {
                    "application/json": components["schemas"]["Runs"];
                };
            };
        };
    };
    getRun: {
        parameters: {
            path: {
                /** @description ID of the namespace, `ns_…` */
                namespace_id: components["parameters"]["NamespaceId"];
                /** @description ID of the run, `run_…` */
                run_id: components["parameters"]["RunId"];
            };
        };
        responses: {
            /** @description The run */
            200: {
                content: {
                    "application/json": components["schemas"]["Run"];
                };
            };
        };
    };
    cancelRun: {
        parameters: {
            header?: {
                /** @description Unique per request. Repeating the request with the same key within 24 hours returns the original response. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description ID of the namespace, `ns_…` */
                namespace_id: components["parameters"]["NamespaceId"];
                /** @description ID of the run, `run_…` */
                run_id: components["parameters"]["RunId"];
            };
        };
        responses: {
            /** @description The run */
            200: {
                content: {
                    "application/json": components["schemas"]["Run"];
                };
            };
        };
    };
    getRunErrors: {
        parameters: {
            query?: {
                /** @description The previous page's `next_cursor` */
                cursor?: components["parameters"]["Cursor"];
                /** @description Maximum number of results */
                limit?: components["parameters"]["Limit"];
            };
            path: {
                /** @description ID of the namespace, `ns_…` */
                namespace_id: components["parameters"]["NamespaceId"];
                /** @description ID of the run, `run_…` */
                run_id: components["parameters"]["RunId"];
            };
        };
        responses: {
            /** @description The parts */
            200: {
                content: {
                    "application/json": components["schemas"]["RunResults"];
                    "application/x-ndjson": string;
                };
            };
        };
    };
    followRun: {
        parameters: {
            path: {
                /** @description ID of the namespace, `ns_…` */
                namespace_id: components["parameters"]["NamespaceId"];
                /** @description ID of the run, `run_…` */
                run_id: components["parameters"]["RunId"];
            };
        };
        responses: {
            /** @description The event stream */
            200: {
                content: {
                    "text/event-stream": {
                        /** @description JSON */
                        data: string;
                        event: string;
                        /** @description For Last-Event-ID */
                        id?: string;
                    };
                };
            };
        };
    };
    getRunOutput: {
        parameters: {
            query?: {
                /** @description The previous page's `next_cursor` */
                cursor?: components["parameters"]["Cursor"];
                /** @description Maximum number of results */
                limit?: components["parameters"]["Limit"];
            };
            path: {
                /** @description ID of the namespace, `ns_…` */
                namespace_id: components["parameters"]["NamespaceId"];
                /** @description ID of the run, `run_…` */
                run_id: components["parameters"]["RunId"];
            };
        };
        responses: {
            /** @description The parts */
            200: {
                content: {
                    "application/json": components["schemas"]["RunResults"];
                    "application/x-ndjson": string;
                };
            };
        };
    };
    startRun: {
        parameters: {
            header?: {
                /** @description Unique per request. Repeating the request with the same key within 24 hours returns the original response. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description ID of the namespace, `ns_…` */
                namespace_id: components["parameters"]["NamespaceId"];
                /** @description ID of the run, `run_…` */
                run_id: components["parameters"]["RunId"];
            };
        };
        responses: {
            /** @description The run */
            200: {
                content: {
                    "application/json": components["schemas"]["Run"];
                };
            };
        };
    };
    listSecrets: {
        parameters: {
            query?: {
                /** @description The previous page's `next_cursor` */
                cursor?: components["parameters"]["Cursor"];
                /** @description Maximum number of results */
                limit?: components["parameters"]["Limit"];
            };
            path: {
                /** @description ID of the namespace, `ns_…` */
                namespace_id: components["parameters"]["NamespaceId"];
            };
        };
        responses: {
            /** @description A page of secrets */
            200: {
                content: {
                    "application/json": {
                        pagination: components["schemas"]["Pagination"];
                        results: components["schemas"]["Secret"][];
                    };
                };
            };
        };
    };
    setSecret: {
        parameters: {
            path: {
                /** @description Only this name */
                name: components["parameters"]["SecretsName"];
                /** @description ID of the namespace, `ns_…` */
                namespace_id: components["parameters"]["NamespaceId"];
            };
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SecretValue"];
            };
        };
        responses: {
            /** @description The secret, without its value */
            200: {
                content: {
                    "application/json": components["schemas"]["Secret"];
                };
            };
        };
    };
    deleteSecret: {
        parameters: {
            query?: {
                /** @description Delete it even if a live version asks for it */
                force?: "true" | "false";
            };
            path: {
                /** @description Only this name */
                name: components["parameters"]["SecretsName"];
                /** @description ID of the namespace, `ns_…` */
                namespace_id: components["parameters"]["NamespaceId"];
            };
        };
        responses: {
            /** @description Deleted */
            200: {
                content: {
                    "application/json": {
                        name: string;
                        /** @enum {boolean} */
                        success: true;
                    };
                };
            };
        };
    };
    listToolSets: {
        parameters: {
            query?: {
                /** @description The previous page's `next_cursor` */
                cursor?: components["parameters"]["Cursor"];
                /** @description Maximum number of results */
                limit?: components["parameters"]["Limit"];
            };
            path: {
                /** @description ID of the namespace, `ns_…` */
                namespace_id: components["parameters"]["NamespaceId"];
            };
        };
        responses: {
            /** @description A page of tool sets */
            200: {
                content: {
                    "application/json": {
                        pagination: components["schemas"]["Pagination"];
                        results: components["schemas"]["ToolSet"][];
                    };
                };
            };
        };
    };
    getToolSet: {
        parameters: {
            path: {
                /** @description The set's name */
                name: components["parameters"]["ToolsName"];
                /** @description ID of the namespace, `ns_…` */
                namespace_id: components["parameters"]["NamespaceId"];
            };
        };
        responses: {
            /** @description The tool set */
            200: {
                content: {
                    "application/json": components["schemas"]["ToolSet"];
                };
            };
        };
    };
    setToolSet: {
        parameters: {
            path: {
                /** @description The set's name */
                name: components["parameters"]["ToolsName"];
                /** @description ID of the namespace, `ns_…` */
                namespace_id: components["parameters"]["NamespaceId"];
            };
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ToolSetRequest"];
            };
        };
        responses: {
            /** @description The tool set */
            200: {
                content: {
                    "application/json": components["schemas"]["ToolSet"];
                };
            };
        };
    };
    deleteToolSet: {
        parameters: {
            path: {
                /** @description The set's name */
                name: components["parameters"]["ToolsName"];
                /** @description ID of the namespace, `ns_…` */
                namespace_id: components["parameters"]["NamespaceId"];
            };
        };
        responses: {
            /** @description Deleted */
            200: {
                content: {
                    "application/json": {
                        name: string;
                        /** @enum {boolean} */
                        success: true;
                    };
                };
            };
        };
    };
    approveToolSet: {
        parameters: {
            header?: {
                /** @description Unique per request. Repeating the request with the same key within 24 hours returns the original response. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description The set's name */
                name: components["parameters"]["ToolsName"];
                /** @description ID of the namespace, `ns_…` */
                namespace_id: components["parameters"]["NamespaceId"];
            };
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ToolSetDecision"];
            };
        };
        responses: {
            /** @description The tool set */
            200: {
                content: {
                    "application/json": components["schemas"]["ToolSet"];
                };
            };
        };
    };
    callToolSet: {
        parameters: {
            path: {
                /** @description Only this name */
                name: string;
                /** @description ID of the namespace, `ns_…` */
                namespace_id: components["parameters"]["NamespaceId"];
            };
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["McpMessage"];
            };
        };
        responses: {
            /** @description The response, or a stream of server-sent events that ends with it */
            200: {
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                    "text/event-stream": {
                        /** @description JSON */
                        data: string;
                        event: string;
                        /** @description For Last-Event-ID */
                        id?: string;
                    };
                };
            };
            /** @description A notification was received */
            202: {};
        };
    };
    rejectToolSet: {
        parameters: {
            header?: {
                /** @description Unique per request. Repeating the request with the same key within 24 hours returns the original response. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description The set's name */
                name: components["parameters"]["ToolsName"];
                /** @description ID of the namespace, `ns_…` */
                namespace_id: components["parameters"]["NamespaceId"];
            };
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ToolSetDecision"];
            };
        };
        responses: {
            /** @description The tool set */
            200: {
                content: {
                    "application/json": components["schemas"]["ToolSet"];
                };
            };
        };
    };
    getNamespace: {
        parameters: {
            path: {
                /** @description The namespace's ID or name */
                namespace_identifier: components["parameters"]["NamespaceIdentifier"];
            };
        };
        responses: {
            /** @description The namespace */
            200: {
                content: {
                    "application/json": components["schemas"]["Namespace"];
                };
            };
        };
    };
    putNamespace: {
        parameters: {
            query?: {
                /** @description Demand approval even if fewer than two members may approve */
                without_approvers?: components["parameters"]["WithoutApprovers"];
            };
            path: {
                /** @description The namespace's ID or name */
                namespace_identifier: components["parameters"]["NamespaceIdentifier"];
            };
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["NamespaceChanges"];
            };
        };
        responses: {
            /** @description The namespace */
            200: {
                content: {
                    "application/json": components["schemas"]["Namespace"];
                };
            };
        };
    };
    deleteNamespace: {
        parameters: {
            path: {
                /** @description The namespace's ID or name */
                namespace_identifier: components["parameters"]["NamespaceIdentifier"];
            };
        };
        responses: {
            /** @description Deleted */
            200: {
                content: {
                    "application/json": {
                        message: string;
                        namespace_id: string;
                        /** @enum {boolean} */
                        success: true;
                    };
                };
            };
        };
    };
    patchNamespace: {
        parameters: {
            query?: {
                /** @description Demand approval even if fewer than two members may approve */
                without_approvers?: components["parameters"]["WithoutApprovers"];
            };
            path: {
                /** @description The namespace's ID or name */
                namespace_identifier: components["parameters"]["NamespaceIdentifier"];
            };
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["NamespaceChanges"];
            };
        };
        responses: {
            /** @description The namespace */
            200: {
                content: {
                    "application/json": components["schemas"]["Namespace"];
                };
            };
        };
    };
    listNamespaces: {
        parameters: {
            query?: {
                /** @description The previous page's `next_cursor` */
                cursor?: components["parameters"]["Cursor"];
                /** @description Accepted but ignored, because the total is always returned */
                include_total?: string;
                /** @description Maximum number of results */
                limit?: components["parameters"]["Limit"];
                /** @description Number of results to skip */
                offset?: components["parameters"]["Offset"];
            };
        };
        requestBody?: {
            content: {
                "application/json": ({
                    search?: string | null;
                } & {
                    [key: string]: unknown;
                }) | null;
            };
        };
        responses: {
            /** @description A page of namespaces */
            200: {
                content: {
                    "application/json": {
                        pagination: {
                            limit: number;
                            next_cursor: string | null;
                            offset: number;
                            total: number;
                        };
                        results: components["schemas"]["Namespace"][];
                        total_count: number;
                    };
                };
            };
        };
    };
    exchangeToken: {
        requestBody: {
            content: {
                "application/json": components["schemas"]["TokenExchangeRequest"];
                "application/x-www-form-urlencoded": components["schemas"]["TokenExchangeRequest"];
            };
        };
        responses: {
            /** @description The key */
            200: {
                content: {
                    "application/json": components["schemas"]["ExchangedToken"];
                };
            };
        };
    };
    getOrganizationDeletion: {
        responses: {
            /** @description Whether deletion is requested, and when it is due */
            200: {
                content: {
                    "application/json": components["schemas"]["OrganizationDeletion"];
                };
            };
        };
    };
    requestOrganizationDeletion: {
        parameters: {
            header?: {
                /** @description Unique per request. Repeating the request with the same key within 24 hours returns the original response. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description The key's organization, as a safeguard against deleting another one */
                    organization_id: string;
                };
            };
        };
        responses: {
            /** @description When the deletion is due */
            200: {
                content: {
                    "application/json": components["schemas"]["OrganizationDeletion"];
                };
            };
        };
    };
    cancelOrganizationDeletion: {
        responses: {
            /** @description The organization stays */
            200: {
                content: {
                    "application/json": components["schemas"]["OrganizationDeletion"];
                };
            };
        };
    };
    exportOrganization: {
        parameters: {
            query?: {
                /** @description The value of `next` from the end of the previous part */
                from?: string;
            };
        };
        responses: {
            /** @description The export */
            200: {
                content: {
                    "application/x-ndjson": string;
                };
            };
        };
    };
    getOrganizationSettings: {
        responses: {
            /** @description The settings */
            200: {
                content: {
                    "application/json": components["schemas"]["OrganizationSettings"];
                };
            };
        };
    };
    updateOrganizationSettings: {
        requestBody: {
            content: {
                "application/json": components["schemas"]["OrganizationSettingsChanges"];
            };
        };
        responses: {
            /** @description The settings */
            200: {
                content: {
                    "application/json": components["schemas"]["OrganizationSettings"];
                };
            };
        };
    };
    getPerson: {
        responses: {
            /** @description The person */
            200: {
                content: {
                    "application/json": components["schemas"]["Person"];
                };
            };
        };
    };
    createSignInCode: {
        parameters: {
            header?: {
                /** @description Unique per request. Repeating the request with the same key within 24 hours returns the original response. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignInCodeRequest"];
            };
        };
        responses: {
            /** @description The code */
            200: {
                content: {
                    "application/json": components["schemas"]["SignInCode"];
                };
            };
        };
    };
    listPersonalKeys: {
        responses: {
            /** @description The keys */
            200: {
                content: {
                    "application/json": {
                        personal_keys: components["schemas"]["ApiKey"][];
                    };
                };
            };
        };
    };
    createPersonalKey: {
        parameters: {
            header?: {
                /** @description Unique per request. Repeating the request with the same key within 24 hours returns the original response. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PersonalKeyRequest"];
            };
        };
        responses: {
            /** @description The key and its secret */
            200: {
                content: {
                    "application/json": components["schemas"]["ApiKeyWithSecret"];
                };
            };
        };
    };
    revokePersonalKey: {
        parameters: {
            path: {
                /** @description ID of the key, `key_…` */
                key_id: components["parameters"]["KeyId"];
            };
        };
        responses: {
            /** @description The key */
            200: {
                content: {
                    "application/json": components["schemas"]["ApiKey"];
                };
            };
        };
    };
    listPersonSessions: {
        responses: {
            /** @description The sessions */
            200: {
                content: {
                    "application/json": {
                        sessions: components["schemas"]["PersonSession"][];
                    };
                };
            };
        };
    };
    endPersonSession: {
        parameters: {
            path: {
                /** @description ID of the session, `ses_…` */
                session_id: string;
            };
        };
        responses: {
            /** @description Ended */
            204: {};
        };
    };
    switchOrganization: {
        requestBody: {
            content: {
                "application/json": {
                    organization_id: string;
                };
            };
        };
        responses: {
            /** @description Switched */
            200: {
                content: {
                    "application/json": components["schemas"]["Switched"];
                };
            };
        };
    };
    listOrganizationPlugins: {
        parameters: {
            query?: {
                /** @description The previous page's `next_cursor` */
                cursor?: components["parameters"]["Cursor"];
                /** @description Maximum number of results */
                limit?: components["parameters"]["Limit"];
                /** @description Only the versions of the plugin with this name */
                name?: components["parameters"]["PluginsName"];
                /** @description Number of results to skip */
                offset?: components["parameters"]["Offset"];
                /** @description Return only plugins whose names start with this; `total` then counts up to 1000 */
                search?: components["parameters"]["Search"];
                /** @description Return only the namespace's own plugins, or only the organization's */
                source?: components["parameters"]["Source"];
            };
        };
        responses: {
            /** @description Plugin versions */
            200: {
                content: {
                    "application/json": components["schemas"]["PluginList"];
                };
            };
        };
    };
    getOrganizationPlugin: {
        parameters: {
            path: {
                /** @description ID of the version, its name and number: `text_profile_1_0_0` */
                plugin_id: components["parameters"]["PluginId"];
            };
        };
        responses: {
            /** @description The version */
            200: {
                content: {
                    "application/json": {
                        plugin: components["schemas"]["PluginDocument"];
                        /** @enum {boolean} */
                        success: true;
                    };
                };
            };
        };
    };
    deleteOrganizationPlugin: {
        parameters: {
            path: {
                /** @description ID of the version, its name and number: `text_profile_1_0_0` */
                plugin_id: components["parameters"]["PluginId"];
            };
        };
        responses: {
            /** @description Deleted */
            200: {
                content: {
                    "application/json": components["schemas"]["PluginDeleted"];
                };
            };
        };
    };
    withdrawOrganizationPlugin: {
        parameters: {
            path: {
                /** @description ID of the version, its name and number: `text_profile_1_0_0` */
                plugin_id: components["parameters"]["PluginId"];
            };
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["WithdrawalChanges"];
            };
        };
        responses: {
            /** @description The version */
            200: {
                content: {
                    "application/json": components["schemas"]["WithdrawnVersion"];
                };
            };
        };
    };
    approveOrganizationPlugin: {
        parameters: {
            header?: {
                /** @description Unique per request. Repeating the request with the same key within 24 hours returns the original response. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description ID of the version, its name and number: `text_profile_1_0_0` */
                plugin_id: components["parameters"]["PluginId"];
            };
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ApprovalDecision"];
            };
        };
        responses: {
            /** @description Decided */
            200: {
                content: {
                    "application/json": components["schemas"]["DecidedVersion"];
                };
            };
        };
    };
    listOrganizationPluginDeployments: {
        parameters: {
            query?: {
                /** @description The previous page's `next_cursor` */
                cursor?: components["parameters"]["Cursor"];
                /** @description Maximum number of results */
                limit?: components["parameters"]["Limit"];
            };
            path: {
                /** @description ID of the version, its name and number: `text_profile_1_0_0` */
                plugin_id: components["parameters"]["PluginId"];
            };
        };
        responses: {
            /** @description A page of deployments with their steps */
            200: {
                content: {
                    "application/json": components["schemas"]["DeploymentPage"];
                };
            };
        };
    };
    getOrganizationPluginDownload: {
        parameters: {
            path: {
                /** @description ID of the version, its name and number: `text_profile_1_0_0` */
                plugin_id: components["parameters"]["PluginId"];
            };
        };
        responses: {
            /** @description The URL. GET `download_url` without an API key, until `expires_at` */
            200: {
                content: {
                    "application/json": components["schemas"]["PluginDownload"];
                };
            };
        };
    };
    getOrganizationPluginEnvironment: {
        parameters: {
            path: {
                /** @description ID of the version, its name and number: `text_profile_1_0_0` */
                plugin_id: components["parameters"]["PluginId"];
            };
        };
        responses: {
            /** @description Declared, locked and installed dependencies */
            200: {
                content: {
                    "application/json": components["schemas"]["PluginEnvironment"];
                };
            };
        };
    };
    getOrganizationPluginEvidence: {
        parameters: {
            query?: {
                /** @description Form of the statements */
                format?: components["parameters"]["PluginsFormat"];
                /** @description The plugin's kind. Pipeline and storage plugins are in the organization's namespace `default` */
                kind?: components["parameters"]["Kind"];
            };
            path: {
                /** @description ID of the version, its name and number: `text_profile_1_0_0` */
                plugin_id: components["parameters"]["PluginId"];
            };
        };
        responses: {
            /** @description The statements */
            200: {
                content: {
                    "application/json": components["schemas"]["PluginEvidence"];
                };
            };
        };
    };
    getOrganizationPluginReadme: {
        parameters: {
            query?: {
                /** @description The plugin's kind. Pipeline and storage plugins are in the organization's namespace `default` */
                kind?: components["parameters"]["Kind"];
            };
            path: {
                /** @description ID of the version, its name and number: `text_profile_1_0_0` */
                plugin_id: components["parameters"]["PluginId"];
            };
        };
        responses: {
            /** @description The README */
            200: {
                content: {
                    "application/json": components["schemas"]["PluginReadme"];
                };
            };
        };
    };
    getOrganizationPluginReadmeImage: {
        parameters: {
            query: {
                /** @description The plugin's kind. Pipeline and storage plugins are in the organization's namespace `default` */
                kind?: components["parameters"]["Kind"];
                /** @description The picture's exact path in the archive, without the top-level folder */
                path: components["parameters"]["PluginsPath"];
            };
            path: {
                /** @description ID of the version, its name and number: `text_profile_1_0_0` */
                plugin_id: components["parameters"]["PluginId"];
            };
        };
        responses: {
            /** @description The picture, with its recognized type */
            200: {
                content: {
                    "image/gif": string;
                    "image/jpeg": string;
                    "image/png": string;
                    "image/webp": string;
                };
            };
        };
    };
    rejectOrganizationPlugin: {
        parameters: {
            header?: {
                /** @description Unique per request. Repeating the request with the same key within 24 hours returns the original response. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description ID of the version, its name and number: `text_profile_1_0_0` */
                plugin_id: components["parameters"]["PluginId"];
            };
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ApprovalDecision"];
            };
        };
        responses: {
            /** @description Decided */
            200: {
                content: {
                    "application/json": components["schemas"]["DecidedVersion"];
                };
            };
        };
    };
    getOrganizationPluginSbom: {
        parameters: {
            query?: {
                /** @description The plugin's kind. Pipeline and storage plugins are in the organization's namespace `default` */
                kind?: components["parameters"]["Kind"];
            };
            path: {
                /** @description ID of the version, its name and number: `text_profile_1_0_0` */
                plugin_id: components["parameters"]["PluginId"];
            };
        };
        responses: {
            /** @description The SBOM */
            200: {
                content: {
                    "application/vnd.cyclonedx+json": {
                        /** @enum {string} */
                        bomFormat: "CycloneDX";
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    getOrganizationPluginScan: {
        parameters: {
            query?: {
                /** @description `sarif` returns SARIF 2.1.0 */
                format?: components["parameters"]["Format"];
            };
            path: {
                /** @description ID of the version, its name and number: `text_profile_1_0_0` */
                plugin_id: components["parameters"]["PluginId"];
            };
        };
        responses: {
            /** @description The verdict and the findings */
            200: {
                content: {
                    "application/json": components["schemas"]["PluginScan"];
                    "application/sarif+json": {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    getOrganizationPluginSource: {
        parameters: {
            query?: {
                /** @description Return only this file */
                path?: components["parameters"]["Path"];
            };
            path: {
                /** @description ID of the version, its name and number: `text_profile_1_0_0` */
                plugin_id: components["parameters"]["PluginId"];
            };
        };
        responses: {
            /** @description The files, in archive order */
            200: {
                content: {
                    "application/json": components["schemas"]["PluginSource"];
                };
            };
        };
    };
    tryOrganizationPlugin: {
        parameters: {
            header?: {
                /** @description Number of seconds that the caller waits for an instance that is asleep; 30 by default. After that, the response is 503 with `Retry-After`, and the start continues. With `0`, the call does not wait for a start */
                "slipway-start-timeout"?: components["parameters"]["SlipwayStartTimeout"];
                /** @description Number of seconds that the caller waits, such as `2.5`. The call then ends as if it had exceeded its time limit. Has no effect beyond that limit. */
                "x-request-timeout"?: components["parameters"]["XRequestTimeout"];
            };
            path: {
                /** @description ID of the version, its name and number: `text_profile_1_0_0` */
                plugin_id: components["parameters"]["PluginId"];
            };
        };
        requestBody?: {
            content: {
                "application/json": {
                    inputs?: {
                        [key: string]: unknown;
                    } | null;
                    parameters?: {
                        [key: string]: unknown;
                    } | null;
                } | null;
            };
        };
        responses: {
            /** @description The result, or the error that the handler raised */
            200: {
                content: {
                    "application/json": components["schemas"]["TrialAnswer"];
                };
            };
        };
    };
    patchOrganizationPlugin: {
        parameters: {
            query?: {
                /** @description Demand approval even if fewer than two members may approve */
                without_approvers?: components["parameters"]["WithoutApprovers"];
            };
            path: {
                /** @description Name of the plugin */
                slug: components["parameters"]["Slug"];
            };
        };
        requestBody: {
            content: {
                "application/json": {
                    requires_approval: boolean;
                };
            };
        };
        responses: {
            /** @description The setting */
            200: {
                content: {
                    "application/json": {
                        name: string;
                        requires_approval: boolean;
                        /** @enum {boolean} */
                        success: true;
                    };
                };
            };
        };
    };
    diffOrganizationPluginVersions: {
        parameters: {
            query: {
                /** @description The plugin's kind. Pipeline and storage plugins are in the organization's namespace `default` */
                kind?: components["parameters"]["Kind"];
                /** @description A version number, or the ref or commit of a Go plugin's version */
                v1: components["parameters"]["V1"];
                /** @description A version number, or the ref or commit of a Go plugin's version */
                v2: components["parameters"]["V2"];
            };
            path: {
                /** @description Name of the plugin */
                slug: components["parameters"]["Slug"];
            };
        };
        responses: {
            /** @description Changed files as unified diffs, introduced and fixed findings, and changed dependencies */
            200: {
                content: {
                    "application/json": components["schemas"]["PluginDiff"];
                };
            };
        };
    };
    publishOrganizationPluginFromGit: {
        parameters: {
            header?: {
                /** @description Unique per request. Repeating the request with the same key within 24 hours returns the original response. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /** @description `wait=10` limits how many seconds the request waits (RFC 7240) */
                prefer?: components["parameters"]["Prefer"];
            };
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PluginFromGit"];
            };
        };
        responses: {
            /** @description Published, or still in progress */
            200: {
                content: {
                    "application/json": components["schemas"]["PublishedFromGit"];
                };
            };
        };
    };
    createOrganizationPluginUpload: {
        parameters: {
            header?: {
                /** @description Unique per request. Repeating the request with the same key within 24 hours returns the original response. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PluginUploadRequest"];
            };
        };
        responses: {
            /** @description The upload. PUT the archive to `presigned_url`, then confirm */
            200: {
                content: {
                    "application/json": components["schemas"]["PluginUpload"];
                };
            };
        };
    };
    getOrganizationPluginUpload: {
        parameters: {
            path: {
                /** @description ID of the upload, `plu_…` */
                upload_id: components["parameters"]["UploadId"];
            };
        };
        responses: {
            /** @description The upload */
            200: {
                content: {
                    "application/json": components["schemas"]["PluginUploadInFull"];
                };
            };
        };
    };
    confirmOrganizationPluginUpload: {
        parameters: {
            header?: {
                /** @description Unique per request. Repeating the request with the same key within 24 hours returns the original response. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description ID of the upload, `plu_…` */
                upload_id: components["parameters"]["UploadId"];
            };
        };
        requestBody?: {
            content: {
                "application/json": {
                    etag?: string | null;
                    file_size_bytes?: number | null;
                    message?: string | null;
                } | null;
            };
        };
        responses: {
            /** @description Published, or still being scanned */
            200: {
                content: {
                    "application/json": components["schemas"]["ConfirmPluginUploadResponse"];
                };
            };
        };
    };
    listQuotas: {
        responses: {
            /** @description Usage and quotas */
            200: {
                content: {
                    "application/json": {
                        organization_id: string;
                        quotas: components["schemas"]["Quotas"];
                    };
                };
            };
        };
    };
    getScanPolicy: {
        responses: {
            /** @description The scan policy */
            200: {
                content: {
                    "application/json": components["schemas"]["ScanPolicy"];
                };
            };
        };
    };
    setScanPolicy: {
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description `seed`: the published list of forbidden names. `strict`: the same list plus more rules. Each level only adds rules to the previous one.
                     * @enum {string}
                     */
                    level: "seed" | "strict";
                };
            };
        };
        responses: {
            /** @description The scan policy */
            200: {
                content: {
                    "application/json": components["schemas"]["ScanPolicy"];
                };
            };
        };
    };
    previewScanPolicy: {
        parameters: {
            query?: {
                /** @description The previous page's `next_cursor` */
                cursor?: components["parameters"]["Cursor"];
                /** @description Maximum number of results */
                limit?: number;
            };
            header?: {
                /** @description Unique per request. Repeating the request with the same key within 24 hours returns the original response. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
        };
        requestBody?: {
            content: {
                "application/json": {
                    /**
                     * @description Defaults to the organization's level
                     * @enum {string}
                     */
                    level?: "seed" | "strict";
                };
            };
        };
        responses: {
            /** @description Versions whose verdict would change */
            200: {
                content: {
                    "application/json": components["schemas"]["PolicyPreview"];
                };
            };
        };
    };
    searchPlugins: {
        parameters: {
            query: {
                /** @description Finds only this kind */
                kind?: "extractor" | "pipeline" | "storage" | "agent";
                /** @description Maximum number of results */
                limit?: number;
                /** @description Finds only this namespace's own plugins */
                namespace_id?: string;
                /** @description Words. Only the first six count */
                q: string;
            };
        };
        responses: {
            /** @description The plugins, best first */
            200: {
                content: {
                    "application/json": components["schemas"]["SearchResults"];
                };
            };
        };
    };
    getSession: {
        responses: {
            /** @description The key, with its organization */
            200: {
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
        };
    };
    signIn: {
        responses: {
            /** @description Signed in */
            200: {
                content: {
                    "application/json": components["schemas"]["SignedIn"];
                };
            };
        };
    };
    signOut: {
        responses: {
            /** @description Signed out */
            204: {};
        };
    };
    createSignInLink: {
        parameters: {
            header?: {
                /** @description Unique per request. Repeating the request with the same key within 24 hours returns the original response. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
        };
        responses: {
            /** @description The link */
            200: {
                content: {
                    "application/json": components["schemas"]["SignInLink"];
                };
            };
        };
    };
    readSignInLink: {
        requestBody: {
            content: {
                "application/json": {
                    /** @description The part of the URL after `#link=` */
                    link: string;
                };
            };
        };
        responses: {
            /** @description The link's owner */
            200: {
                content: {
                    "application/json": components["schemas"]["SignInLinkOwner"];
                };
            };
        };
    };
    useSignInLink: {
        requestBody: {
            content: {
                "application/json": {
                    /** @description The part of the URL after `#link=` */
                    link: string;
                };
            };
        };
        responses: {
            /** @description Signed in */
            200: {
                content: {
                    "application/json": components["schemas"]["SignedIn"];
                };
            };
        };
    };
    beginSignIn: {
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignInRequest"];
            };
        };
        responses: {
            /** @description Where to send the browser */
            200: {
                content: {
                    "application/json": components["schemas"]["BegunSignIn"];
                };
            };
        };
    };
    exchangeSignInCode: {
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignInCodeExchange"];
            };
        };
        responses: {
            /** @description The key and its secret */
            200: {
                content: {
                    "application/json": components["schemas"]["ApiKeyWithSecret"];
                };
            };
        };
    };
    readInvitation: {
        requestBody: {
            content: {
                "application/json": {
                    /** @description The part of an invitation's URL after `#invitation=` */
                    invitation: string;
                };
            };
        };
        responses: {
            /** @description The invitation */
            200: {
                content: {
                    "application/json": components["schemas"]["InvitationRead"];
                };
            };
        };
    };
    listSignInIssuers: {
        parameters: {
            query?: {
                /** @description ID of an organization, whose own issuers are listed too */
                organization?: string;
            };
        };
        responses: {
            /** @description The issuers */
            200: {
                content: {
                    "application/json": {
                        issuers: components["schemas"]["SignInIssuer"][];
                    };
                };
            };
        };
    };
    listSources: {
        parameters: {
            query?: {
                /** @description The previous page's `next_cursor` */
                cursor?: components["parameters"]["Cursor"];
                /** @description Maximum number of results */
                limit?: components["parameters"]["Limit"];
            };
        };
        responses: {
            /** @description A page of sources */
            200: {
                content: {
                    "application/json": {
                        pagination: components["schemas"]["Pagination"];
                        results: components["schemas"]["Source"][];
                    };
                };
            };
        };
    };
    rotateSource: {
        requestBody: {
            content: {
                "application/json": components["schemas"]["SourceRequest"];
            };
        };
        responses: {
            /** @description The source */
            200: {
                content: {
                    "application/json": components["schemas"]["Source"];
                };
            };
        };
    };
    addSource: {
        parameters: {
            header?: {
                /** @description Unique per request. Repeating the request with the same key within 24 hours returns the original response. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SourceRequest"];
            };
        };
        responses: {
            /** @description The source */
            200: {
                content: {
                    "application/json": components["schemas"]["Source"];
                };
            };
        };
    };
    removeSource: {
        parameters: {
            query: {
                /** @description The repositories' host, or a host followed by the start of their path */
                source: string;
            };
        };
        responses: {
            /** @description The removed source */
            200: {
                content: {
                    "application/json": {
                        /** @description The repositories' host, or a host followed by the start of their path */
                        source: string;
                        /** @enum {boolean} */
                        success: true;
                    };
                };
            };
        };
    };
    listTrustedPublishers: {
        parameters: {
            query?: {
                /** @description The previous page's `next_cursor` */
                cursor?: components["parameters"]["Cursor"];
                /** @description Maximum number of results */
                limit?: components["parameters"]["Limit"];
            };
        };
        responses: {
            /** @description A page of trusted publishers, oldest first */
            200: {
                content: {
                    "application/json": {
                        pagination: components["schemas"]["Pagination"];
                        results: components["schemas"]["TrustedPublisher"][];
                    };
                };
            };
        };
    };
    addTrustedPublisher: {
        parameters: {
            header?: {
                /** @description Unique per request. Repeating the request with the same key within 24 hours returns the original response. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TrustedPublisherRequest"];
            };
        };
        responses: {
            /** @description The trusted publisher */
            200: {
                content: {
                    "application/json": components["schemas"]["TrustedPublisher"];
                };
            };
        };
    };
    removeTrustedPublisher: {
        parameters: {
            path: {
                /** @description ID of the trusted publisher, `tpb_…` */
                trusted_publisher_id: string;
            };
        };
        responses: {
            /** @description The removed trusted publisher */
            200: {
                content: {
                    "application/json": {
                        /** @enum {boolean} */
                        success: true;
                        trusted_publisher_id: string;
                    };
                };
            };
        };
    };
    listUsage: {
        parameters: {
            query?: {
                /** @description In UTC, by default the current one */
                month?: string;
            };
        };
        responses: {
            /** @description The usage */
            200: {
                content: {
                    "application/json": components["schemas"]["MonthlyUsage"];
                };
            };
        };
    };
    listUsageHistory: {
        parameters: {
            query?: {
                /** @description Takes precedence over `Accept` */
                format?: "json" | "csv";
                /** @description What the amounts are listed by */
                group?: "namespace" | "plugin";
                /** @description Number of months, with the current one */
                months?: number;
                /** @description Only what was used in this namespace */
                namespace_id?: string;
            };
        };
        responses: {
            /** @description The usage */
            200: {
                content: {
                    "application/json": components["schemas"]["UsageHistory"];
                    "text/csv": string;
                };
            };
        };
    };
    listWaivers: {
        parameters: {
            query?: {
                /** @description The previous page's `next_cursor` */
                cursor?: components["parameters"]["Cursor"];
                /** @description Maximum number of results */
                limit?: components["parameters"]["Limit"];
                /** @description A plugin's name, to cover all its versions, or one version's ID */
                plugin?: string;
                /** @description Only this status */
                status?: components["parameters"]["KeysStatus"];
            };
        };
        responses: {
            /** @description A page of waivers */
            200: {
                content: {
                    "application/json": {
                        pagination: components["schemas"]["Pagination"];
                        results: components["schemas"]["Waiver"][];
                    };
                };
            };
        };
    };
    grantWaiver: {
        parameters: {
            header?: {
                /** @description Unique per request. Repeating the request with the same key within 24 hours returns the original response. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WaiverRequest"];
            };
        };
        responses: {
            /** @description The waiver */
            200: {
                content: {
                    "application/json": components["schemas"]["Waiver"];
                };
            };
        };
    };
    revokeWaiver: {
        parameters: {
            path: {
                /** @description ID of the waiver, `wvr_…` */
                waiver_id: string;
            };
        };
        responses: {
            /** @description The waiver */
            200: {
                content: {
                    "application/json": components["schemas"]["Waiver"];
                };
            };
        };
    };
    listWebhooks: {
        parameters: {
            query?: {
                /** @description The previous page's `next_cursor` */
                cursor?: components["parameters"]["Cursor"];
                /** @description Maximum number of results */
                limit?: components["parameters"]["Limit"];
            };
        };
        responses: {
            /** @description A page of webhooks */
            200: {
                content: {
                    "application/json": {
                        pagination: components["schemas"]["Pagination"];
                        results: components["schemas"]["Webhook"][];
                    };
                };
            };
        };
    };
    createWebhook: {
        parameters: {
            header?: {
                /** @description Unique per request. Repeating the request with the same key within 24 hours returns the original response. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
        };
        requestBody: {
            content: {
                "application/json": {
                    description?: string | null;
                    /** @description Null or omitted for all */
                    events?: components["schemas"]["EventFilter"][] | null;
                    /** @description Null or omitted for all */
                    namespace_ids?: string[] | null;
                    url: string;
                };
            };
        };
        responses: {
            /** @description The webhook and its secret */
            200: {
                content: {
                    "application/json": components["schemas"]["WebhookWithSecret"];
                };
            };
        };
    };
    getWebhook: {
        parameters: {
            path: {
                /** @description ID of the webhook, `whk_…` */
                endpoint_id: components["parameters"]["EndpointId"];
            };
        };
        responses: {
            /** @description The webhook, with its newest 500 deliveries counted by status */
            200: {
                content: {
                    "application/json": components["schemas"]["Webhook"] & {
                        deliveries: {
                            failed: number;
                            pending: number;
                            succeeded: number;
                        };
                    };
                };
            };
        };
    };
    deleteWebhook: {
        parameters: {
            path: {
                /** @description ID of the webhook, `whk_…` */
                endpoint_id: components["parameters"]["EndpointId"];
            };
        };
        responses: {
            /** @description Deleted */
            200: {
                content: {
                    "application/json": {
                        endpoint_id: string;
                        /** @enum {boolean} */
                        success: true;
                    };
                };
            };
        };
    };
    changeWebhook: {
        parameters: {
            path: {
                /** @description ID of the webhook, `whk_…` */
                endpoint_id: components["parameters"]["EndpointId"];
            };
        };
        requestBody?: {
            content: {
                "application/json": {
                    description?: string | null;
                    /** @description Null or omitted for all */
                    events?: components["schemas"]["EventFilter"][] | null;
                    /** @description Null or omitted for all */
                    namespace_ids?: string[] | null;
                    url?: string;
                };
            };
        };
        responses: {
            /** @description The webhook */
            200: {
                content: {
                    "application/json": components["schemas"]["Webhook"];
                };
            };
        };
    };
    listDeliveries: {
        parameters: {
            query?: {
                /** @description The previous page's `next_cursor` */
                cursor?: components["parameters"]["Cursor"];
                /** @description ID of the event, `evt_…` */
                event_id?: string;
                /** @description Maximum number of results */
                limit?: components["parameters"]["Limit"];
                /** @description Time of the event */
                since?: string;
                /** @description Only this status */
                status?: "pending" | "succeeded" | "failed";
                /** @description Return only this type, or all types with this prefix */
                type?: components["parameters"]["Type"];
                /** @description Exclusive */
                until?: components["parameters"]["Until"];
            };
            path: {
                /** @description ID of the webhook, `whk_…` */
                endpoint_id: components["parameters"]["EndpointId"];
            };
        };
        responses: {
            /** @description A page of deliveries */
            200: {
                content: {
                    "application/json": {
                        pagination: components["schemas"]["Pagination"];
                        results: components["schemas"]["Delivery"][];
                    };
                };
            };
        };
    };
    getDelivery: {
        parameters: {
            path: {
                /** @description ID of the delivery, `dlv_…` */
                delivery_id: components["parameters"]["DeliveryId"];
                /** @description ID of the webhook, `whk_…` */
                endpoint_id: components["parameters"]["EndpointId"];
            };
        };
        responses: {
            /** @description The delivery */
            200: {
                content: {
                    "application/json": components["schemas"]["DeliveryInFull"];
                };
            };
        };
    };
    redeliver: {
        parameters: {
            header?: {
                /** @description Unique per request. Repeating the request with the same key within 24 hours returns the original response. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description ID of the delivery, `dlv_…` */
                delivery_id: components["parameters"]["DeliveryId"];
                /** @description ID of the webhook, `whk_…` */
                endpoint_id: components["parameters"]["EndpointId"];
            };
        };
        responses: {
            /** @description The delivery */
            200: {
                content: {
                    "application/json": components["schemas"]["Delivery"];
                };
            };
        };
    };
    disableWebhook: {
        parameters: {
            header?: {
                /** @description Unique per request. Repeating the request with the same key within 24 hours returns the original response. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description ID of the webhook, `whk_…` */
                endpoint_id: components["parameters"]["EndpointId"];
            };
        };
        responses: {
            /** @description The webhook */
            200: {
                content: {
                    "application/json": components["schemas"]["Webhook"];
                };
            };
        };
    };
    enableWebhook: {
        parameters: {
            header?: {
                /** @description Unique per request. Repeating the request with the same key within 24 hours returns the original response. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description ID of the webhook, `whk_…` */
                endpoint_id: components["parameters"]["EndpointId"];
            };
        };
        responses: {
            /** @description The webhook */
            200: {
                content: {
                    "application/json": components["schemas"]["Webhook"];
                };
            };
        };
    };
    recoverDeliveries: {
        parameters: {
            header?: {
                /** @description Unique per request. Repeating the request with the same key within 24 hours returns the original response. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description ID of the webhook, `whk_…` */
                endpoint_id: components["parameters"]["EndpointId"];
            };
        };
        requestBody: {
            content: {
                "application/json": {
                    /** Format: date-time */
                    since: string;
                    /** Format: date-time */
                    until?: string;
                };
            };
        };
        responses: {
            /** @description The period, and the number of deliveries started */
            200: {
                content: {
                    "application/json": {
                        deliveries: number;
                        /** Format: date-time */
                        since: string;
                        /** Format: date-time */
                        until: string;
                    };
                };
            };
        };
    };
    rotateWebhookSecret: {
        parameters: {
            header?: {
                /** @description Unique per request. Repeating the request with the same key within 24 hours returns the original response. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description ID of the webhook, `whk_…` */
                endpoint_id: components["parameters"]["EndpointId"];
            };
        };
        requestBody?: {
            content: {
                "application/json": {
                    /**
                     * @description How long requests are also signed with the previous secret
                     * @default 86400
                     */
                    overlap_seconds?: number;
                } | null;
            };
        };
        responses: {
            /** @description The webhook and its new secret */
            200: {
                content: {
                    "application/json": components["schemas"]["WebhookWithSecret"];
                };
            };
        };
    };
    testWebhook: {
        parameters: {
            header?: {
                /** @description Unique per request. Repeating the request with the same key within 24 hours returns the original response. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description ID of the webhook, `whk_…` */
                endpoint_id: components["parameters"]["EndpointId"];
            };
        };
        responses: {
            /** @description The test event's delivery */
            200: {
                content: {
                    "application/json": components["schemas"]["Delivery"];
                };
            };
        };
    };
}
