// The API's types, generated from openapi.json by scripts/generate/openapi.ts. Do not edit.
export interface paths {
    "/api/plugins": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List installed plugins, by name */
        get: operations["listPipelinePlugins"];
        put?: never;
        /**
         * Install a plugin from a Git repository
         * @description Fetches, scans, builds and starts the plugin, and returns the outcome. If that takes longer than 90 s, or than `Prefer: wait`, returns the plugin with status `building`: poll the URL in `Location`.
         */
        post: operations["installPipelinePlugin"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/plugins/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a plugin */
        get: operations["getPipelinePlugin"];
        /**
         * Update a plugin to another version
         * @description Fetches, scans, builds and starts the plugin, and returns the outcome. If that takes longer than 90 s, or than `Prefer: wait`, returns the plugin with status `building`: poll the URL in `Location`. Calls go to the previous version until the new one is ready, and stay there if the update fails. An update of a plugin that is still being installed or updated waits for its turn; while another one waits already, it is refused with 409 and `Retry-After`.
         */
        put: operations["updatePipelinePlugin"];
        post?: never;
        /** Uninstall a plugin */
        delete: operations["uninstallPipelinePlugin"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/plugins/{name}/artifact": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Download the executable of a plugin
         * @description For workers that run the plugin themselves. The SHA-256 of the executable is in `slipway-artifact-sha256`.
         */
        get: operations["getPipelinePluginArtifact"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/plugins/{name}/call": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Call a plugin
         * @description Methods: execute. An error that the plugin returns is a 200 with `error`.
         */
        post: operations["callPipelinePlugin"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/plugins/{name}/diff": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Compare two installed versions of a plugin
         * @description Compares files, findings, permissions and what the programs reach.
         */
        get: operations["diffPipelinePluginVersions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/plugins/{name}/logs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get plugin logs */
        get: operations["getPipelinePluginLogs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/plugins/{name}/rollback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Roll back to a previous version
         * @description Makes a version that was installed before the installed one, and starts its stored executable. Git is not asked. Without a version in the body, goes to the one that served before. Calls go to the current version until the other one is ready, and stay there if it cannot be started. Waits for at most 90 s, or `Prefer: wait`.
         */
        post: operations["rollBackPipelinePlugin"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/plugins/{name}/traffic": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get calls, errors and latencies by commit and hour
         * @description Counted by each isolate and written every few seconds: calls of the last seconds may be missing, and a few are never counted when an isolate ends.
         */
        get: operations["getPipelinePluginTraffic"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/plugins/{name}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the installed versions of a plugin */
        get: operations["listPipelinePluginVersions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/storage-plugins": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List installed plugins, by name */
        get: operations["listStoragePlugins"];
        put?: never;
        /**
         * Install a plugin from a Git repository
         * @description Fetches, scans, builds and starts the plugin, and returns the outcome. If that takes longer than 90 s, or than `Prefer: wait`, returns the plugin with status `building`: poll the URL in `Location`.
         */
        post: operations["installStoragePlugin"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/storage-plugins/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a plugin */
        get: operations["getStoragePlugin"];
        /**
         * Update a plugin to another version
         * @description Fetches, scans, builds and starts the plugin, and returns the outcome. If that takes longer than 90 s, or than `Prefer: wait`, returns the plugin with status `building`: poll the URL in `Location`. Calls go to the previous version until the new one is ready, and stay there if the update fails. An update of a plugin that is still being installed or updated waits for its turn; while another one waits already, it is refused with 409 and `Retry-After`.
         */
        put: operations["updateStoragePlugin"];
        post?: never;
        /** Uninstall a plugin */
        delete: operations["uninstallStoragePlugin"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/storage-plugins/{name}/artifact": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Download the executable of a plugin
         * @description For workers that run the plugin themselves. The SHA-256 of the executable is in `slipway-artifact-sha256`.
         */
        get: operations["getStoragePluginArtifact"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/storage-plugins/{name}/call": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Call a plugin
         * @description Methods: initialize, create_schema, store, retrieve, update, delete, metadata, health. An error that the plugin returns is a 200 with `error`.
         */
        post: operations["callStoragePlugin"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/storage-plugins/{name}/diff": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Compare two installed versions of a plugin
         * @description Compares files, findings, permissions and what the programs reach.
         */
        get: operations["diffStoragePluginVersions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/storage-plugins/{name}/logs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get plugin logs */
        get: operations["getStoragePluginLogs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/storage-plugins/{name}/rollback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Roll back to a previous version
         * @description Makes a version that was installed before the installed one, and starts its stored executable. Git is not asked. Without a version in the body, goes to the one that served before. Calls go to the current version until the other one is ready, and stay there if it cannot be started. Waits for at most 90 s, or `Prefer: wait`.
         */
        post: operations["rollBackStoragePlugin"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/storage-plugins/{name}/traffic": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get calls, errors and latencies by commit and hour
         * @description Counted by each isolate and written every few seconds: calls of the last seconds may be missing, and a few are never counted when an isolate ends.
         */
        get: operations["getStoragePluginTraffic"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/storage-plugins/{name}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the installed versions of a plugin */
        get: operations["listStoragePluginVersions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/plugins": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List agent plugins of all organizations, newest first */
        get: operations["listAgentPlugins"];
        put?: never;
        /**
         * Register a version of an agent plugin
         * @description Needs the scope `plugins:write` and a key that is not bound to namespaces. Repeating a registration returns the same ID. A different `artifactUrl` with the same checksum replaces the URL and is verified again; nothing else about a version can change. The header `Slipway-Result` is `created`, `updated` or `unchanged`.
         */
        post: operations["RegisterPlugin"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/plugins/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a version of an agent plugin */
        get: operations["getAgentPlugin"];
        put?: never;
        post?: never;
        /**
         * Yank a version of an agent plugin
         * @description The version stays readable, marked as yanked, and its version number cannot be registered again. Answered with 409 if the artifact was requested within the last day, unless `force=true`.
         */
        delete: operations["yankAgentPlugin"];
        options?: never;
        head?: never;
        /**
         * Update a version's description, labels or deprecation
         * @description Omitted fields keep their values. Nothing else about a version can change.
         */
        patch: operations["describeAgentPlugin"];
        trace?: never;
    };
    "/api/v1/plugins/{id}/artifact": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the artifact of a version
         * @description Redirects to the copy that Slipway verified, else to `artifactUrl`. Compare the artifact with the checksum in `Repr-Digest`. Answered with 409 if the artifact was found to have another checksum, or if the registered checksum is too short to compare.
         */
        get: operations["getAgentPluginArtifact"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/plugins/{id}/schema": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the configuration schema of a version */
        get: operations["getAgentPluginConfigSchema"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/plugins/{id}/validate-config": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Validate a configuration
         * @description Validates a configuration of up to 16 KiB against the JSON Schema of the version. `format` is not checked.
         */
        post: operations["validateAgentPluginConfig"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/plugins/{id}/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Re-verify the artifact */
        post: operations["verifyAgentPlugin"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/plugins/by-name/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the versions of an agent plugin */
        get: operations["listAgentPluginVersions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/plugins/by-name/{name}/versions/{version}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a version of an agent plugin by name and version */
        get: operations["getAgentPluginVersion"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Check health */
        get: operations["getHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/hooks/{hook_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Receive a push from a Git provider
         * @description Takes the webhooks of GitHub, GitLab and Gitea as they are, and Standard Webhooks with `{ref, repository}`. Needs no API key: the request is signed with the secret of the hook. An unknown hook, a disabled one and a wrong signature have the same answer. A delivery ID that was received before has no effect.
         */
        post: operations["receivePush"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the OpenAPI document */
        get: operations["getOpenApiDocument"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/organizations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List organizations */
        get: operations["listOrganizations"];
        put?: never;
        /**
         * Create an organization and its first key
         * @description Needs the admin token, like all admin operations. The key is shown in this response only.
         */
        post: operations["createOrganization"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/organizations/{organization_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get an organization with usage and quotas */
        get: operations["getOrganization"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Update an organization's name or region
         * @description Omitted fields keep their values. `jurisdiction` restricts the Durable Objects of instances in containers to a region of Cloudflare, for deployments requested from then on. Redeploy what is live to move it. Builds, the database and the bucket are not affected.
         */
        patch: operations["updateOrganization"];
        trace?: never;
    };
    "/v1/admin/organizations/{organization_id}/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create an API key for an organization
         * @description For an organization that has no key with `keys:admin` left. The secret is shown in this response only.
         */
        post: operations["createOrganizationKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/organizations/{organization_id}/quotas": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Update an organization's quotas
         * @description Omitted quotas keep their values. A quota below the current usage removes nothing; it only rejects additions.
         */
        patch: operations["setQuotas"];
        trace?: never;
    };
    "/v1/deploy-hooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List deploy hooks */
        get: operations["listDeployHooks"];
        put?: never;
        /**
         * Create a deploy hook
         * @description Returns the URL to which the Git provider sends pushes, and the secret that signs them, which is shown in this response only. Publishing needs `plugins:write` as well.
         */
        post: operations["createDeployHook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/deploy-hooks/{hook_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a deploy hook */
        get: operations["getDeployHook"];
        put?: never;
        post?: never;
        /** Delete a deploy hook with its deliveries */
        delete: operations["deleteDeployHook"];
        options?: never;
        head?: never;
        /**
         * Update a deploy hook
         * @description Disabling it fails the pushes that are queued.
         */
        patch: operations["updateDeployHook"];
        trace?: never;
    };
    "/v1/deploy-hooks/{hook_id}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the deliveries of a deploy hook
         * @description Newest first. Finished deliveries are retained for 30 days, unless the operator set another time.
         */
        get: operations["listHookDeliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/deploy-hooks/{hook_id}/deliveries/{delivery_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a delivery of a deploy hook */
        get: operations["getHookDelivery"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/deploy-hooks/{hook_id}/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Rotate a deploy hook's secret
         * @description During the overlap, both secrets are accepted. The new secret is shown in this response only.
         */
        post: operations["rotateDeployHookSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/deploy-hooks/{hook_id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Test a deploy hook
         * @description Fetches the ref as a push of it would, and publishes nothing.
         */
        post: operations["testDeployHook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List events
         * @description Needs the scope `audit:read`. A key bound to namespaces sees only their events.
         */
        get: operations["listEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export all events with their seals
         * @description Returns NDJSON: the events in the order they were written, a `{"block": …}` line after the last event of each block, and an `{"end": …}` line at the end. If the end has `next`, request the rest with its values as `from_block` and `skip`; after a connection that was cut, with the number of the next block and of the events received since. docs/events.md describes how to verify it. Needs the scope `audit:read` and a key that is not bound to namespaces.
         */
        get: operations["exportEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/grants": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List grants
         * @description Needs the scope `policy:admin` and a key that is not bound to namespaces, like all operations on grants.
         */
        get: operations["listGrants"];
        /**
         * Grant permissions to a plugin
         * @description Replaces what the plugin is granted, for all of its versions. A deployment that asks for more fails. Running instances that ask for more are stopped.
         */
        put: operations["putGrant"];
        post?: never;
        /**
         * Revoke the grant of a plugin
         * @description Stops its instances that ask for something. Their next call fails with the command that grants it.
         */
        delete: operations["revokeGrant"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List API keys
         * @description A key bound to namespaces sees only keys bound to a subset of them.
         */
        get: operations["listKeys"];
        put?: never;
        /**
         * Create an API key
         * @description Needs the scope `keys:admin`, like all key operations except `getOwnKey`. A key cannot grant scopes, namespaces or a lifetime beyond its own. The secret is shown in this response only.
         */
        post: operations["createKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/keys/{key_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get an API key */
        get: operations["getKey"];
        put?: never;
        post?: never;
        /**
         * Revoke an API key
         * @description The key stops working within 10 s and stays in the list. The last active key with `keys:admin` for all namespaces is only revoked with `allow_last=true`: afterwards only the operator can create keys.
         */
        delete: operations["revokeKey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/keys/{key_id}/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Rotate an API key's secret
         * @description The new secret works immediately and is shown in this response only. The previous secret works until the overlap ends, or for up to 10 s without an overlap. A key cannot rotate a key with more permissions than its own.
         */
        post: operations["rotateKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/keys/self": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the current API key
         * @description Returns the key that authenticates the request. Needs no scope.
         */
        get: operations["getOwnKey"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/namespaces": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Create a namespace */
        post: operations["createNamespace"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/namespaces/{namespace_id}/deployments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the deployments of a namespace, newest first */
        get: operations["listDeployments"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/namespaces/{namespace_id}/deployments/{deployment_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a deployment with steps and logs */
        get: operations["getDeployment"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/namespaces/{namespace_id}/deployments/{deployment_id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel a deployment
         * @description Cancels a deployment that does not serve yet. Traffic is not affected. Cancelling a cancelled deployment changes nothing; any other finished or serving deployment is answered with 409.
         */
        post: operations["cancelDeployment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/namespaces/{namespace_id}/deployments/{deployment_id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Follow a deployment
         * @description Streams server-sent events: `step` when a step starts or ends, `log` with new log lines, `status` when the status changes, and `end` when nothing more will follow. The stream starts with everything so far, or with everything after the message named by `Last-Event-ID`. It closes after five minutes at the latest; reconnect with `Last-Event-ID` to resume without gaps.
         */
        get: operations["followDeployment"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/namespaces/{namespace_id}/deployments/{deployment_id}/logs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the instance logs of a deployment
         * @description Returns the newest lines, up to 1000, and older ones by `cursor`. Lines are stored within seconds and kept for 30 days by default, so the log goes on when the instance sleeps, crashes or is stopped. With `follow=true`, streams server-sent events: `log` with new lines of a deployment. The stream closes after five minutes; reconnect with `Last-Event-ID` to resume.
         */
        get: operations["getDeploymentLogs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/namespaces/{namespace_id}/deployments/{deployment_id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Retry a deployment
         * @description Starts a new deployment of the same version with the same type and parameters, or returns the one in progress. Answered with 409 unless the deployment failed or was cancelled.
         */
        post: operations["retryDeployment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/namespaces/{namespace_id}/models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List models, by name
         * @description Needs the scope `plugins:read`.
         */
        get: operations["listModels"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/namespaces/{namespace_id}/models/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Request the URL for the content of a model
         * @description Needs the scope `plugins:write`. Send the file to `upload_url` with PUT, then call `confirmModel`. Nothing changes before that. `upload_url` is null if the model has this content already.
         */
        put: operations["requestModel"];
        post?: never;
        /**
         * Delete a model
         * @description Needs the scope `plugins:write`. Refused with 409 while a live version names it, unless forced: instances that run keep it, and fail when they are started again.
         */
        delete: operations["deleteModel"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/namespaces/{namespace_id}/models/{name}/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Store the content of a model
         * @description Needs the scope `plugins:write`. Checks the size, the digest and the format of what was sent. Formats that may run code when they are loaded are refused, unless `waive_pickle` gives a reason, which needs the scope `policy:admin`. Versions that name the model get the new content with their next start.
         */
        post: operations["confirmModel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/namespaces/{namespace_id}/plugins": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List plugins */
        get: operations["listPlugins"];
        put?: never;
        /** Publish an archive in one request */
        post: operations["publishPlugin"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/namespaces/{namespace_id}/plugins/{plugin_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a plugin version */
        get: operations["getPlugin"];
        put?: never;
        post?: never;
        /** Delete a plugin version */
        delete: operations["deletePlugin"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/namespaces/{namespace_id}/plugins/{plugin_id}/batch/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Run rows through the batch steps of a version
         * @description Calls `build_steps` and its steps in an instance of their own, with the environment, secrets, models and grants of a deployment. The version must be deployed, for batches only or for realtime calls. Nothing is stored. A batch that fails is run again row by row to find the rows at fault.
         */
        post: operations["testPluginBatch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/namespaces/{namespace_id}/plugins/{plugin_id}/deploy": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Deploy or redeploy a version */
        post: operations["deployPlugin"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/namespaces/{namespace_id}/plugins/{plugin_id}/deployments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the deployments of a version, newest first */
        get: operations["listPluginDeployments"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/namespaces/{namespace_id}/plugins/{plugin_id}/download": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a presigned URL for the archive of a version */
        get: operations["getPluginDownload"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/namespaces/{namespace_id}/plugins/{plugin_id}/environment": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the dependencies of a version
         * @description A version is locked once, when it is first deployed for realtime calls. Every later deployment and rollback uses the same lock.
         */
        get: operations["getPluginEnvironment"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/namespaces/{namespace_id}/plugins/{plugin_id}/logs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get instance logs
         * @description Returns the newest lines, up to 1000, and older ones by `cursor`. Lines are stored within seconds and kept for 30 days by default, so the log goes on when the instance sleeps, crashes or is stopped. With `follow=true`, streams server-sent events: `log` with new lines of a deployment. The stream closes after five minutes; reconnect with `Last-Event-ID` to resume.
         */
        get: operations["getPluginLogs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/namespaces/{namespace_id}/plugins/{plugin_id}/realtime/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Call a version */
        post: operations["callPlugin"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/namespaces/{namespace_id}/plugins/{plugin_id}/scan": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the scan result of a version
         * @description Applies the current rules at the level of the organization, with its waivers. In SARIF 2.1.0, a waived finding is a result with a suppression.
         */
        get: operations["getPluginScan"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/namespaces/{namespace_id}/plugins/{plugin_id}/source": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the source of a version
         * @description Returns every file of the archive, without its top folder: text as is, other content in base64. Files above 1 MiB, and all files after the first 20 MiB, are listed without content.
         */
        get: operations["getPluginSource"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/namespaces/{namespace_id}/plugins/{plugin_id}/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get deployment status */
        get: operations["getPluginStatus"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/namespaces/{namespace_id}/plugins/{plugin_id}/undeploy": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Undeploy a version */
        post: operations["undeployPlugin"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/namespaces/{namespace_id}/plugins/available": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List organization plugins that can be enabled in a namespace */
        get: operations["listAvailablePlugins"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/namespaces/{namespace_id}/plugins/by-name/{slug}/diff": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Compare two versions of a plugin */
        get: operations["diffPluginVersions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/namespaces/{namespace_id}/plugins/by-name/{slug}/realtime": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Call the plugin's live version */
        post: operations["callPluginByName"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/namespaces/{namespace_id}/plugins/by-name/{slug}/realtime/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Call the plugin's live version */
        post: operations["testPluginByName"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/namespaces/{namespace_id}/plugins/by-name/{slug}/rollback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Roll back to a previous version
         * @description Makes the version the active one immediately. If it is live or still draining, calls to the name move to it immediately. If not, its stored archive is deployed, and calls move when the deployment is ready. No version is undeployed. Only versions that served the name in this namespace are chosen without `version`; `rollback_targets` of the version list names them.
         */
        post: operations["rollBackPlugin"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/namespaces/{namespace_id}/plugins/by-name/{slug}/traffic": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get calls, errors and latencies by version and hour
         * @description Counted by each isolate and written every few seconds: calls of the last seconds may be missing, and a few are never counted when an isolate ends.
         */
        get: operations["getPluginTraffic"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/namespaces/{namespace_id}/plugins/by-name/{slug}/undeploy": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Undeploy older versions of a plugin
         * @description Undeploys the live versions of the plugin except the one that serves the name and the newest deployed, `keep` in all. With `keep: 0` nothing stays live, and deployments in progress are cancelled. The versions are not deleted.
         */
        post: operations["undeployOlderVersions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/namespaces/{namespace_id}/plugins/by-name/{slug}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the versions of a plugin, newest first */
        get: operations["listPluginVersions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/namespaces/{namespace_id}/plugins/from-git": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Publish a plugin from a Git repository
         * @description Fetches one commit, scans and publishes it, and deploys it if requested. `manifest.py` declares the name and version. Publishing the same content again returns the same version. If it takes longer than 90 s, or than `Prefer: wait`, `validation_status` is `pending`: confirm the upload to get its result.
         */
        post: operations["publishPluginFromGit"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/namespaces/{namespace_id}/plugins/org/{plugin_id}/disable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Disable an organization plugin in a namespace
         * @description Undeploys and disables one version.
         */
        post: operations["disablePlugin"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/namespaces/{namespace_id}/plugins/org/{plugin_id}/enable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Enable an organization plugin in a namespace
         * @description Enables one version and deploys it. The paths of the namespace then serve it like one of its own plugins, with separate deployments, parameters and traffic. Enabling it again replaces its parameters if `params` is sent.
         */
        post: operations["enablePlugin"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/namespaces/{namespace_id}/plugins/reconfigure": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Reconcile vector features with deployed plugins
         * @description Adds the vector features that deployed plugins declare. Removes features that no deployed plugin declares only if they are empty: stored vectors are never deleted. Fails if two plugins declare one name with different dimensions or metrics.
         */
        post: operations["reconfigureNamespace"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/namespaces/{namespace_id}/plugins/requirements": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Check what a deployment would lack
         * @description Needs the scope `plugins:read`. Changes nothing. The plugin need not be published. Packages are not resolved here: that is the first step of a deployment.
         */
        post: operations["checkRequirements"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/namespaces/{namespace_id}/plugins/uploads": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Create an upload with a presigned URL */
        post: operations["createPluginUpload"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/namespaces/{namespace_id}/plugins/uploads/{upload_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get an upload with its findings
         * @description Also of an upload that was rejected, until it is deleted 90 days after it ended.
         */
        get: operations["getPluginUpload"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/namespaces/{namespace_id}/plugins/uploads/{upload_id}/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Confirm an upload
         * @description Checks, scans and publishes the uploaded archive.
         */
        post: operations["confirmPluginUpload"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/namespaces/{namespace_id}/secrets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List secrets, by name
         * @description Needs the scope `plugins:read`. Values are write-only: no response has them.
         */
        get: operations["listSecrets"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/namespaces/{namespace_id}/secrets/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Create a secret or replace its value
         * @description Needs the scope `namespaces:admin`. Plugins that ask for the secret in `permissions` read it when they start. Versions that are live are deployed again with the new value: the previous instances serve until the new ones are ready.
         */
        put: operations["setSecret"];
        post?: never;
        /**
         * Delete a secret
         * @description Needs the scope `namespaces:admin`. Refused with 409 while a live version asks for it, unless forced: instances that run keep the value, and fail when they are started again.
         */
        delete: operations["deleteSecret"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/namespaces/{namespace_identifier}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a namespace */
        get: operations["getNamespace"];
        /** Update a namespace */
        put: operations["putNamespace"];
        post?: never;
        /**
         * Delete a namespace with everything in it
         * @description The namespace `default` cannot be deleted: every organization has it.
         */
        delete: operations["deleteNamespace"];
        options?: never;
        head?: never;
        /** Update a namespace */
        patch: operations["patchNamespace"];
        trace?: never;
    };
    "/v1/namespaces/list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** List namespaces */
        post: operations["listNamespaces"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/plugins": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List plugins */
        get: operations["listOrganizationPlugins"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/plugins/{plugin_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a plugin version */
        get: operations["getOrganizationPlugin"];
        put?: never;
        post?: never;
        /** Delete a plugin version */
        delete: operations["deleteOrganizationPlugin"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/plugins/{plugin_id}/deployments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the deployments of a version, newest first */
        get: operations["listOrganizationPluginDeployments"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/plugins/{plugin_id}/download": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a presigned URL for the archive of a version */
        get: operations["getOrganizationPluginDownload"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/plugins/{plugin_id}/environment": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the dependencies of a version
         * @description A version is locked once, when it is first deployed for realtime calls. Every later deployment and rollback uses the same lock.
         */
        get: operations["getOrganizationPluginEnvironment"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/plugins/{plugin_id}/scan": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the scan result of a version
         * @description Applies the current rules at the level of the organization, with its waivers. In SARIF 2.1.0, a waived finding is a result with a suppression.
         */
        get: operations["getOrganizationPluginScan"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/plugins/{plugin_id}/source": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the source of a version
         * @description Returns every file of the archive, without its top folder: text as is, other content in base64. Files above 1 MiB, and all files after the first 20 MiB, are listed without content.
         */
        get: operations["getOrganizationPluginSource"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/plugins/from-git": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Publish a plugin from a Git repository
         * @description Fetches one commit, scans and publishes it, and deploys it if requested. `manifest.py` declares the name and version. Publishing the same content again returns the same version. If it takes longer than 90 s, or than `Prefer: wait`, `validation_status` is `pending`: confirm the upload to get its result.
         */
        post: operations["publishOrganizationPluginFromGit"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/plugins/uploads": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Create an upload with a presigned URL */
        post: operations["createOrganizationPluginUpload"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/plugins/uploads/{upload_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get an upload with its findings
         * @description Also of an upload that was rejected, until it is deleted 90 days after it ended.
         */
        get: operations["getOrganizationPluginUpload"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/plugins/uploads/{upload_id}/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Confirm an upload
         * @description Checks, scans and publishes the uploaded archive.
         */
        post: operations["confirmOrganizationPluginUpload"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/quotas": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the organization's usage and quotas
         * @description Returns what the key's organization uses and may have. Needs no scope. Operators change quotas.
         */
        get: operations["listQuotas"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/scan-policy": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the scan policy
         * @description Needs the scope `policy:admin` and a key that is not bound to namespaces, like all operations on the scan policy.
         */
        get: operations["getScanPolicy"];
        /**
         * Set the scan level
         * @description Applies to all uploads confirmed from now on. Published versions are scanned again: a version that is then rejected can no longer be deployed, but stays live where it is live. Each changed verdict is an event.
         */
        put: operations["setScanPolicy"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/scan-policy/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Preview the scan policy
         * @description Lists the published versions whose verdict would change by the current rules at a level, and why. Changes nothing. A page may have no results although there is a next one: it covers the number of versions in `examined`, fewer than `limit` if archives had to be scanned that were not scanned at the level before.
         */
        post: operations["previewScanPolicy"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the session
         * @description Returns the key of the session, or of the request. Needs no scope.
         */
        get: operations["getSession"];
        put?: never;
        /**
         * Sign a browser in
         * @description Sets the cookie of a session with the access of the API key that is sent. It ends after 12 hours, by signing out, or with the secret of the key.
         */
        post: operations["signIn"];
        /**
         * Sign out
         * @description Ends the session of the cookie within 10 s. Without a cookie, nothing happens.
         */
        delete: operations["signOut"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/session/links": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create a sign-in link
         * @description The link signs one browser in, once, with the access of the API key that is sent. It can be used for 10 minutes.
         */
        post: operations["createSignInLink"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/session/links/use": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sign in with a link */
        post: operations["useSignInLink"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/waivers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List waivers, newest first
         * @description Needs the scope `policy:admin` and a key that is not bound to namespaces, like all operations on waivers.
         */
        get: operations["listWaivers"];
        put?: never;
        /**
         * Waive a rule for a plugin
         * @description Findings of the rule in the plugin stay visible, marked as waived, and reject no upload until the waiver expires. Rules that start with SLP6, SLP70 or SLM cannot be waived, nor can SLP710.
         */
        post: operations["grantWaiver"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/waivers/{waiver_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Revoke a waiver
         * @description Published versions stay and are scanned again. Revoking an expired or revoked waiver changes nothing.
         */
        delete: operations["revokeWaiver"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List webhooks */
        get: operations["listWebhooks"];
        put?: never;
        /**
         * Create a webhook
         * @description Needs the scope `webhooks:admin`, like all webhook operations. The URL must be https on port 443 of a public host name. The secret is shown in this response only.
         */
        post: operations["createWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{endpoint_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a webhook */
        get: operations["getWebhook"];
        put?: never;
        post?: never;
        /** Delete a webhook with its deliveries */
        delete: operations["deleteWebhook"];
        options?: never;
        head?: never;
        /** Update a webhook */
        patch: operations["changeWebhook"];
        trace?: never;
    };
    "/v1/webhooks/{endpoint_id}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List deliveries
         * @description Newest events first. Finished deliveries are retained for 30 days. A page of a list by type or status may be short, or empty, and have a next one.
         */
        get: operations["listDeliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{endpoint_id}/deliveries/{delivery_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a delivery with its attempts */
        get: operations["getDelivery"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{endpoint_id}/deliveries/{delivery_id}/redeliver": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Redeliver an event
         * @description Restarts the delivery, whatever its outcome, at the beginning of its retry schedule and with the same `webhook-id`.
         */
        post: operations["redeliver"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{endpoint_id}/disable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Disable a webhook
         * @description Pending deliveries fail.
         */
        post: operations["disableWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{endpoint_id}/enable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Enable a webhook
         * @description Delivers events from now on. To deliver the events of the time it was disabled, use `recoverDeliveries`.
         */
        post: operations["enableWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{endpoint_id}/recover": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Redeliver failed events since a point in time
         * @description Redelivers the failed events between `since` and `until`, and delivers the events that occurred in that time while the webhook was disabled. `since` can be at most 14 days ago.
         */
        post: operations["recoverDeliveries"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{endpoint_id}/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Rotate a webhook's secret
         * @description During the overlap, both secrets sign. The new secret is shown in this response only.
         */
        post: operations["rotateWebhookSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{endpoint_id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a test event
         * @description Sends a `webhook.test` event to this webhook only, regardless of its filters.
         */
        post: operations["testWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        AgentError: {
            error: {
                /** @example version_conflict */
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
            /** @example https://artifacts.example.com/nginx-log-collector-2.1.0.tar.gz */
            artifactUrl: string;
            /**
             * @description `sha256:` and hexadecimal digits
             * @example sha256:0000000000000000000000000000000000000000000000000000000000000000
             */
            checksum: string;
            /**
             * @description JSON Schema, as a string
             * @example {}
             */
            configSchema: string;
            /** @description Why the version should no longer be used */
            deprecation: string | null;
            description: string | null;
            /** @example plg_01m7wc54fherz84624ahd0kr7h */
            id: string;
            labels: {
                [key: string]: string;
            };
            /** @description Whether Slipway has a copy with that checksum */
            mirrored: boolean;
            /** @example nginx-log-collector */
            name: string;
            /** @example go */
            pluginRuntime: string;
            /** @enum {string} */
            pluginType: "log" | "metric" | "trace";
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
                 * @description Null: not until the artifact is requested
                 */
                nextCheckAt: string | null;
                sizeBytes: number | null;
            };
            /** @example 2.1.0 */
            version: string;
            yanked: boolean;
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
        ApiKey: {
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            expires_at: string | null;
            key_id: string;
            /**
             * Format: date-time
             * @description Accurate to the minute
             */
            last_used_at: string | null;
            name: string;
            /** @description Null: all namespaces of the organization */
            namespace_ids: string[] | null;
            /**
             * @description The first characters of the secret
             * @example sk_3kQx9bT
             */
            prefix: string;
            /**
             * Format: date-time
             * @description The previous secret also works until then
             */
            previous_valid_until: string | null;
            /** Format: date-time */
            revoked_at: string | null;
            scopes: ("plugins:read" | "plugins:write" | "plugins:deploy" | "plugins:invoke" | "namespaces:admin" | "policy:admin" | "webhooks:admin" | "keys:admin" | "audit:read")[];
            /** @enum {string} */
            status: "active" | "expired" | "revoked";
        };
        ApiKeyWithSecret: components["schemas"]["ApiKey"] & {
            /**
             * @description Shown in this response only
             * @example sk_…
             */
            api_key: string;
        };
        AvailablePlugin: {
            /** Format: date-time */
            created_at: string;
            description: string | null;
            enabled_in_namespace: boolean;
            feature_uri: string;
            name: string;
            /** @description The default parameters of its deployments in this namespace. Null if it is not enabled */
            parameters: {
                [key: string]: unknown;
            } | null;
            plugin_id: string;
            /** @description The namespace has its own plugin of the same name, which takes precedence */
            shadowed: boolean;
            /** @enum {string} */
            validation_status: "passed";
            version: string;
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
             * @description What the steps got: a DataFrame of pandas if it is a dependency, or else a stand-in with its common methods
             * @enum {string|null}
             */
            frame: "pandas" | "table" | null;
            /** @description What the plugin printed, the newest 1,000 lines */
            logs: {
                at: string;
                line: string;
                request?: string;
                /** @enum {string} */
                stream: "stdout" | "stderr" | "host";
            }[];
            message: string;
            row_errors: {
                index: number;
                message: string;
            }[];
            /** @description A row for each that was sent, in their order; null where the steps failed. A row that does not match the output_schema or the features is there, with an error. */
            rows: ({
                [key: string]: unknown;
            } | null)[];
            /**
             * @description `error` unless every row has a result
             * @enum {string}
             */
            status: "success" | "error";
            /** @description How many steps `build_steps` returned */
            steps: number | null;
        };
        BatchTest: {
            /** @description Override the parameters of the deployment */
            parameters?: {
                [key: string]: unknown;
            } | null;
            /** @description What a batch gets as its rows, such as `[{"data": "A text"}]` */
            rows: {
                [key: string]: unknown;
            }[];
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
            /** @enum {boolean} */
            success: true;
            upload_id: string;
            validation_errors: string[];
            /** @enum {string} */
            validation_status: "pending" | "passed" | "failed";
            version: string;
            warnings: components["schemas"]["Finding"][];
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
                /** @description Null: the attempt succeeded */
                error: string | null;
                number: number;
                /** @description The first KiB of the response body. Null for a response from this machine. */
                response_excerpt: string | null;
                /** Format: date-time */
                started_at: string;
                /** @description Null: no response was received */
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
             * @description The previous secret is also accepted until then
             */
            previous_secret_until: string | null;
            /** @enum {string} */
            provider: "github" | "gitlab" | "gitea" | "generic";
            /** @description Whether states of pushes are reported to GitHub */
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
             * @description Where the provider sends pushes
             */
            url: string;
        };
        /**
         * @example {
         *       "kind": "extractor",
         *       "plugin": "ocr",
         *       "namespace_id": "ns_…",
         *       "provider": "github",
         *       "repository": "https://github.com/example/plugins",
         *       "path": "plugins/ocr",
         *       "tags": [
         *         "ocr-v*"
         *       ]
         *     }
         */
        DeployHookCreation: {
            /**
             * @description `update`: publish the commit and deploy it. `publish`: an extractor, without deploying it. `redeploy`: deploy the active version again. All but `redeploy` need `plugins:write`
             * @default update
             * @enum {string}
             */
            action?: "update" | "publish" | "redeploy";
            /**
             * @description `*` stands for any characters but a slash, `**` for any characters
             * @example [
             *       "main"
             *     ]
             */
            branches?: string[] | null;
            description?: string | null;
            /** @enum {string} */
            kind: "extractor" | "pipeline" | "storage";
            /** @description Of an extractor; null or omitted: the organization's. Go plugins are in the namespace `default` */
            namespace_id?: string | null;
            /** @description An extractor's folder in the repository */
            path?: string | null;
            /**
             * @description The name of an existing plugin
             * @example ocr
             */
            plugin: string;
            /**
             * @description Who sends the pushes, and so how they are signed
             * @enum {string}
             */
            provider: "github" | "gitlab" | "gitea" | "generic";
            /** @description Defaults to the repository and path of the plugin's active version */
            repository?: string | null;
            /** @description Defaults to https://api.github.com */
            status_api_url?: string | null;
            /** @description With this token of GitHub, states of pushes are reported as commit statuses. Stored encrypted, never returned */
            status_token?: string | null;
            /**
             * @description Defaults to all tags if no branches are given either
             * @example [
             *       "v*"
             *     ]
             */
            tags?: string[] | null;
        };
        DeployHookUpdate: {
            /** @enum {string} */
            action?: "update" | "publish" | "redeploy";
            /**
             * @description `*` stands for any characters but a slash, `**` for any characters
             * @example [
             *       "main"
             *     ]
             */
            branches?: string[];
            description?: string | null;
            /** @enum {string} */
            status?: "enabled" | "disabled";
            /** @description Another URL drops the token, unless `status_token` is sent too. Needs `webhooks:admin`, unless the key created the hook */
            status_api_url?: string | null;
            /** @description Needs `webhooks:admin`, unless the key created the hook */
            status_token?: string | null;
            /**
             * @description `*` stands for any characters but a slash, `**` for any characters
             * @example [
             *       "v*"
             *     ]
             */
            tags?: string[];
        };
        DeployHookWithSecret: components["schemas"]["DeployHook"] & {
            /**
             * @description Shown in this response only
             * @example whsec_…
             */
            secret: string;
        };
        Deployment: {
            /** @description How many times a worker has started on it */
            attempts: number;
            /**
             * @description The version of the control groups that limit its memory. `none`: the builder watches the memory. Null before the first start
             * @enum {string|null}
             */
            cgroup: "v1" | "v2" | "none" | null;
            /** Format: date-time */
            created_at: string;
            created_by: {
                id: string;
                /** @enum {string} */
                type: "key" | "anonymous" | "admin" | "hook" | "system";
            };
            deployment_id: string;
            /** @enum {string} */
            deployment_type: "realtime" | "batch_only";
            /** @description Why the deployment failed, or, while it is in progress, why its last attempt did */
            error: string | null;
            /** @description Sequence number among the deployments of this version in this namespace */
            generation: number;
            /** @enum {string} */
            kind: "extractor" | "pipeline" | "storage" | "agent";
            name: string;
            namespace_id: string;
            /**
             * Format: date-time
             * @description When it is tried again. Null while an attempt is in progress, and when it has ended
             */
            next_attempt_at: string | null;
            parameters: {
                [key: string]: unknown;
            };
            plugin_id: string;
            /** Format: date-time */
            promoted_at: string | null;
            /**
             * @description How the instance is confined: `none` means that it is not. Null before the first start
             * @enum {string|null}
             */
            sandbox: "namespaces" | "landlock" | "vm" | "none" | null;
            /** @enum {string} */
            status: "queued" | "claimed" | "building" | "starting" | "verifying" | "ready" | "promoted" | "failed" | "superseded" | "cancelled" | "stopped";
            /** Format: date-time */
            updated_at: string;
            /** @description Its number, or the ref of a Go plugin */
            version: string;
            version_id: string;
        };
        DeploymentEntry: components["schemas"]["Deployment"] & {
            /** @description Whether calls to the version go to this deployment */
            serving: boolean;
            steps: components["schemas"]["DeploymentStep"][];
        };
        DeploymentInFull: {
            /** @description How many times a worker has started on it */
            attempts: number;
            /**
             * @description The version of the control groups that limit its memory. `none`: the builder watches the memory. Null before the first start
             * @enum {string|null}
             */
            cgroup: "v1" | "v2" | "none" | null;
            /** Format: date-time */
            created_at: string;
            created_by: {
                id: string;
                /** @enum {string} */
                type: "key" | "anonymous" | "admin" | "hook" | "system";
            };
            deployment_id: string;
            /** @enum {string} */
            deployment_type: "realtime" | "batch_only";
            /** @description Why the deployment failed, or, while it is in progress, why its last attempt did */
            error: string | null;
            /** @description Sequence number among the deployments of this version in this namespace */
            generation: number;
            /** @description Null unless calls go to this deployment */
            instance: {
                /** @description Why the instance is `failing`. Otherwise null */
                error: string | null;
                last_call_at: string | null;
                /** @description Restarts after crashes of the instance, also while it is `restarting`. Null if there was none since it started, and while it is asleep. The log has all of them */
                restarts: {
                    /** @description How often a process was started again */
                    count: number;
                    /**
                     * Format: date-time
                     * @description When a process last ended, or could not be started again
                     */
                    last_at: string;
                    /**
                     * @description Why, in at most 500 characters
                     * @example it used more than its 512 MiB of memory
                     */
                    last_reason: string;
                    /**
                     * Format: date-time
                     * @description When the instance started, with a count of 0
                     */
                    since: string;
                } | null;
                /**
                 * @description `running` answers immediately, `restarting` crashed and is being started again, `asleep` is started by the next call, `failing` did not start the last time, and the next call tries again, `unknown`: the builder did not answer
                 * @enum {string}
                 */
                state: "running" | "restarting" | "asleep" | "failing" | "unknown";
            } | null;
            /** @enum {string} */
            kind: "extractor" | "pipeline" | "storage" | "agent";
            name: string;
            namespace_id: string;
            /**
             * Format: date-time
             * @description When it is tried again. Null while an attempt is in progress, and when it has ended
             */
            next_attempt_at: string | null;
            parameters: {
                [key: string]: unknown;
            };
            plugin_id: string;
            /** Format: date-time */
            promoted_at: string | null;
            /**
             * @description How the instance is confined: `none` means that it is not. Null before the first start
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
            /** @description Its number, or the ref of a Go plugin */
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
            actor: {
                id: string;
                /** @enum {string} */
                type: "key" | "anonymous" | "admin" | "hook" | "system";
            };
            data: {
                [key: string]: unknown;
            };
            /** @description `evt_…`, the `webhook-id` header of each of its deliveries */
            id: string;
            /** @description Null for events outside of namespaces */
            namespace_id: string | null;
            organization_id: string;
            /** @description ID of the resource that changed */
            subject_id: string;
            /** Format: date-time */
            timestamp: string;
            /** @enum {string} */
            type: "organization.created" | "organization.quotas_changed" | "organization.renamed" | "organization.jurisdiction_changed" | "key.created" | "key.rotated" | "key.revoked" | "namespace.created" | "namespace.updated" | "namespace.deleted" | "namespace.reconfigured" | "model.set" | "model.deleted" | "secret.set" | "secret.deleted" | "upload.created" | "upload.confirming" | "upload.fetched" | "upload.scanned" | "upload.built" | "upload.reopened" | "upload.rejected" | "upload.unchanged" | "upload.expired" | "version.published" | "version.deleted" | "version.verdict_changed" | "plugin.active_version_changed" | "plugin.enabled" | "plugin.disabled" | "plugin.rolled_back" | "scan_policy.updated" | "waiver.granted" | "waiver.used" | "waiver.revoked" | "waiver.expired" | "grant.given" | "grant.revoked" | "deployment.queued" | "deployment.claimed" | "deployment.building" | "deployment.starting" | "deployment.verifying" | "deployment.ready" | "deployment.promoted" | "deployment.failed" | "deployment.superseded" | "deployment.cancelled" | "deployment.resumed" | "deployment.stopped" | "instance.no_capacity" | "pointer.moved" | "pointer.emptied" | "agent_plugin.registered" | "agent_plugin.moved" | "agent_plugin.pending" | "agent_plugin.verified" | "agent_plugin.mismatch" | "agent_plugin.unreachable" | "agent_plugin.described" | "agent_plugin.yanked" | "deploy_hook.created" | "deploy_hook.updated" | "deploy_hook.deleted" | "deploy_hook.secret_rotated" | "push.received" | "push.ignored" | "push.started" | "push.published" | "push.deploying" | "push.delayed" | "push.live" | "push.failed" | "push.superseded" | "webhook.created" | "webhook.updated" | "webhook.deleted" | "webhook.enabled" | "webhook.disabled" | "webhook.timeout_shortened" | "webhook.timeout_restored" | "webhook.secret_rotated" | "webhook.test" | "webhook.redelivered" | "webhook.recovered";
        };
        /**
         * @example deployment.
         * @enum {string}
         */
        EventFilter: "organization.created" | "organization.quotas_changed" | "organization.renamed" | "organization.jurisdiction_changed" | "key.created" | "key.rotated" | "key.revoked" | "namespace.created" | "namespace.updated" | "namespace.deleted" | "namespace.reconfigured" | "model.set" | "model.deleted" | "secret.set" | "secret.deleted" | "upload.created" | "upload.confirming" | "upload.fetched" | "upload.scanned" | "upload.built" | "upload.reopened" | "upload.rejected" | "upload.unchanged" | "upload.expired" | "version.published" | "version.deleted" | "version.verdict_changed" | "plugin.active_version_changed" | "plugin.enabled" | "plugin.disabled" | "plugin.rolled_back" | "scan_policy.updated" | "waiver.granted" | "waiver.used" | "waiver.revoked" | "waiver.expired" | "grant.given" | "grant.revoked" | "deployment.queued" | "deployment.claimed" | "deployment.building" | "deployment.starting" | "deployment.verifying" | "deployment.ready" | "deployment.promoted" | "deployment.failed" | "deployment.superseded" | "deployment.cancelled" | "deployment.resumed" | "deployment.stopped" | "instance.no_capacity" | "pointer.moved" | "pointer.emptied" | "agent_plugin.registered" | "agent_plugin.moved" | "agent_plugin.pending" | "agent_plugin.verified" | "agent_plugin.mismatch" | "agent_plugin.unreachable" | "agent_plugin.described" | "agent_plugin.yanked" | "deploy_hook.created" | "deploy_hook.updated" | "deploy_hook.deleted" | "deploy_hook.secret_rotated" | "push.received" | "push.ignored" | "push.started" | "push.published" | "push.deploying" | "push.delayed" | "push.live" | "push.failed" | "push.superseded" | "webhook.created" | "webhook.updated" | "webhook.deleted" | "webhook.enabled" | "webhook.disabled" | "webhook.timeout_shortened" | "webhook.timeout_restored" | "webhook.secret_rotated" | "webhook.test" | "webhook.redelivered" | "webhook.recovered" | "organization." | "key." | "namespace." | "model." | "secret." | "upload." | "version." | "plugin." | "scan_policy." | "waiver." | "grant." | "deployment." | "instance." | "pointer." | "agent_plugin." | "deploy_hook." | "push." | "webhook.";
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
            /** @description The bindings between the name in the source and what it refers to, the nearest first. Empty if the source names it itself */
            trail: components["schemas"]["TrailStep"][];
            /** @description The trail as a sentence */
            trail_message: string | null;
            /** @description A waiver of the organization covers it, so it does not reject the upload */
            waived: boolean;
            waiver: {
                /** Format: date-time */
                expires_at: string;
                reason: string;
                waiver_id: string;
            } | null;
        };
        GoCapability: {
            /**
             * @description The required module on the path. Null: the plugin itself uses the standard library
             * @example github.com/x/y@v1.3.0
             */
            module: string | null;
            /** @enum {string} */
            name: "ARBITRARY_EXECUTION" | "CGO" | "EXEC" | "FILES" | "MODIFY_SYSTEM_STATE" | "NETWORK" | "OPERATING_SYSTEM" | "READ_SYSTEM_STATE" | "REFLECT" | "RUNTIME" | "SYSTEM_CALLS" | "UNANALYZED" | "UNSAFE_POINTER";
            /**
             * @description An example: functions from the plugin (`plugin.…`) to the one with the capability
             * @example [
             *       "plugin.rates.Execute",
             *       "github.com/x/y.Client.Do",
             *       "net.Dial"
             *     ]
             */
            path: string[];
            /** @description Why the analysis failed, so that nothing is known */
            reason: string | null;
            /** @description The first function of a required module, or else the last on the path */
            through: string;
        };
        GoPlugin: {
            actions: {
                [key: string]: unknown;
            }[];
            author: string;
            /** @description What the program with all its modules reaches, by name. Null: not analyzed */
            capabilities: components["schemas"]["GoCapability"][] | null;
            /** Format: date-time */
            created_at: string;
            description: string;
            /**
             * @description Machine-readable cause
             * @example compile-failed
             */
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
            /**
             * @description Where its instances run. Null until it is built
             * @enum {string|null}
             */
            placement: "isolate" | "container" | null;
            /**
             * @description Why it needs a container
             * @example uses net/http: needs a container
             */
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
            repository: string;
            repository_url: string;
            /** @description Restarts after crashes of the instance, also while it is `restarting`. Null if there was none since it started, and while it is asleep. The log has all of them */
            restarts: {
                /** @description How often a process was started again */
                count: number;
                /**
                 * Format: date-time
                 * @description When a process last ended, or could not be started again
                 */
                last_at: string;
                /**
                 * @description Why, in at most 500 characters
                 * @example it used more than its 512 MiB of memory
                 */
                last_reason: string;
                /**
                 * Format: date-time
                 * @description When the instance started, with a count of 0
                 */
                since: string;
            } | null;
            /** @description SHA-256 of the executable */
            sha256: string | null;
            /** @enum {string} */
            status: "active" | "building" | "error";
            /** Format: date-time */
            updated_at: string;
            /** @description The requested ref */
            version: string;
            /** @description SHA-256 of its WebAssembly module */
            wasm_sha256: string | null;
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
        /**
         * @example {
         *       "name": "http-auth",
         *       "repository": "https://github.com/example/mimir-plugin-http-auth",
         *       "version": "v1.2.0",
         *       "description": "Signs requests"
         *     }
         */
        GoPluginInstall: {
            description?: string | null;
            /** @description Same as `version`. Defaults to `main` */
            git_ref?: string;
            name?: string;
            /**
             * @description Where it is to run. `auto` chooses the isolate for a plugin that can run there. Defaults to that of plugin.yaml, or `auto`
             * @enum {string}
             */
            placement?: "auto" | "isolate" | "container";
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
             * @description Where it is to run. Defaults to what was requested last
             * @enum {string}
             */
            placement?: "auto" | "isolate" | "container";
            /** @description A tag, a branch or a full commit hash. Defaults to the installed ref */
            version?: string;
        };
        GoPluginVersions: {
            name: string;
            pagination: {
                limit: number;
                next_cursor: string | null;
            };
            /** @description Newest first */
            results: {
                /** @description The installed version */
                active: boolean;
                git_commit_hash: string;
                git_ref: string;
                /** Format: date-time */
                installed_at: string;
                installed_by: {
                    id: string;
                    /** @enum {string} */
                    type: "key" | "anonymous" | "admin" | "hook" | "system";
                };
                /**
                 * @description Where its instances run. Null until it is built
                 * @enum {string|null}
                 */
                placement: "isolate" | "container" | null;
                /**
                 * @description Why it needs a container
                 * @example uses net/http: needs a container
                 */
                placement_reason: string | null;
                /** @description Calls go to this version */
                serves_name: boolean;
                /** @description SHA-256 of the executable */
                sha256: string | null;
                /** @description SHA-256 of its WebAssembly module */
                wasm_sha256: string | null;
            }[];
            /** @description The versions that a rollback can go to, best first. Without a version, it goes to the first */
            rollback_targets: {
                git_commit_hash: string;
                git_ref: string;
            }[];
        };
        Grant: {
            /** Format: date-time */
            created_at: string;
            granted_by: {
                id: string;
                /** @enum {string} */
                type: "key" | "anonymous" | "admin" | "hook" | "system";
            };
            /** @enum {string} */
            kind: "extractor" | "pipeline" | "storage";
            /** @description Null: the plugin is the organization's own */
            namespace_id: string | null;
            permissions: {
                forward?: {
                    [key: string]: string;
                };
                memory_mb?: number;
                network?: string[];
                secrets?: string[];
                timeout_s?: number;
            };
            /**
             * @description A plugin's name
             * @example http_lookup
             */
            plugin: string;
            /** Format: date-time */
            updated_at: string;
        };
        GrantRequest: {
            /**
             * @description Adds to what is granted, instead of replacing it
             * @default false
             */
            add?: boolean;
            /**
             * @description The kind of plugin
             * @default extractor
             * @enum {string}
             */
            kind?: "extractor" | "pipeline" | "storage";
            /** @description ID or name of an extractor's namespace. Left out for the organization's own extractors, and for Go plugins */
            namespace?: string;
            permissions: {
                forward?: {
                    [key: string]: string;
                };
                memory_mb?: number;
                network?: string[];
                secrets?: string[];
                timeout_s?: number;
            };
            /**
             * @description A plugin's name
             * @example http_lookup
             */
            plugin: string;
        };
        HookDelivery: {
            /**
             * Format: date-time
             * @description Of a Go plugin
             */
            built_at: string | null;
            /** @description What Git resolved the ref to */
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
            /** @description Machine-readable, if it failed or was ignored */
            reason: string | null;
            /** Format: date-time */
            received_at: string;
            ref: string | null;
            /** Format: date-time */
            scanned_at: string | null;
            /**
             * @description `queued`, `running` (fetched, scanned and built), `deploying`, and then `live`, `published`, `failed`, `superseded` by a newer push, or `ignored`
             * @enum {string}
             */
            status: "queued" | "running" | "deploying" | "live" | "published" | "failed" | "superseded" | "ignored";
            superseded_by: string | null;
            upload_id: string | null;
            version_id: string | null;
        };
        HookReceipt: {
            delivery_id: string;
            /** @description Why it is ignored */
            reason: string | null;
            /** @enum {string} */
            status: "queued" | "running" | "deploying" | "live" | "published" | "failed" | "superseded" | "ignored";
        };
        InstanceLog: {
            /** @description Null: no deployment serves */
            deployment_id: string | null;
            generation: number | null;
            /**
             * @description Null: no instance exists
             * @enum {string|null}
             */
            instance_state: "starting" | "ready" | "restarting" | "draining" | "stopped" | "failed" | null;
            /** @description Oldest first */
            lines: components["schemas"]["LogLine"][];
            pagination: {
                limit: number;
                /** @description Continues with older lines. A page may have fewer lines than `limit`, or none, although there are older ones */
                next_cursor: string | null;
            };
        };
        LogLine: {
            at: string;
            line: string;
            request?: string;
            /** @enum {string} */
            stream: "stdout" | "stderr" | "host";
        };
        MissingRequirement: {
            commands: string[];
            /** @enum {string} */
            kind: "grants" | "secrets" | "models" | "hardware" | "packages";
            message: string;
            names: string[];
        };
        Model: {
            /** Format: date-time */
            created_at: string;
            /** @example clip-vit-b32 */
            name: string;
            sha256: string;
            size_bytes: number;
            /** Format: date-time */
            updated_at: string;
            updated_by: {
                id: string;
                /** @enum {string} */
                type: "key" | "anonymous" | "admin" | "hook" | "system";
            };
            /** @description Why a format that may run code when it is loaded was accepted. Null: it cannot */
            waived_because: string | null;
        };
        ModelConfirmation: {
            /** @description SHA-256 of the file, in lower-case hexadecimal digits */
            sha256: string;
            size_bytes: number;
            waive_pickle?: string | null;
        };
        ModelRequest: {
            /** @description SHA-256 of the file, in lower-case hexadecimal digits */
            sha256: string;
            size_bytes: number;
        };
        ModelUpload: {
            /** Format: date-time */
            expires_at: string | null;
            model: components["schemas"]["Model"] | null;
            upload_url: string | null;
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
            /** @description How many live versions of a plugin each promotion leaves: the one that serves the name and the newest deployed. Older ones are undeployed. Null, the default, keeps all of them live. */
            keep_live_versions: number | null;
            namespace_id: string;
            namespace_name: string;
            namespace_type: string;
            object_count: number | null;
            payload_indexes: {
                [key: string]: unknown;
            }[] | null;
            /** Format: date-time */
            updated_at: string;
        };
        NamespaceReconfigured: {
            /** @description Collections that have vectors, but none in the added features */
            collections_to_reprocess: string[];
            message: string;
            namespace_id: string;
            /** @description Number of vectors stored before, in all features */
            previous_points_count: number;
            /** @enum {string} */
            status: "reconfigured" | "no_changes_needed";
            vectors_added: string[];
            /** @description Empty features that no deployed plugin declares */
            vectors_removed: string[];
            vectors_total: string[];
        };
        OlderVersionsUndeployed: {
            /** @description The versions that stay live. The first serves the name */
            kept: string[];
            name: string;
            /** @description How many are left to undeploy: one request undeploys 20. Repeat the request for them */
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
        OrganizationInFull: components["schemas"]["Organization"] & {
            /**
             * @description The region its instances are restricted to. Null: none
             * @enum {string|null}
             */
            jurisdiction: "eu" | "fedramp" | null;
            /** @description For `plugins_per_namespace`, `used` is the count of the fullest namespace */
            quotas: {
                keys: {
                    max_allowed: number;
                    used: number;
                };
                live_deployments: {
                    max_allowed: number;
                    used: number;
                };
                log_bytes_per_day: {
                    max_allowed: number;
                    used: number;
                };
                model_bytes: {
                    max_allowed: number;
                    used: number;
                };
                model_uploads: {
                    max_allowed: number;
                    used: number;
                };
                namespaces: {
                    max_allowed: number;
                    used: number;
                };
                plugins_per_namespace: {
                    max_allowed: number;
                    used: number;
                };
                stored_bytes: {
                    max_allowed: number;
                    used: number;
                };
                webhook_endpoints: {
                    max_allowed: number;
                    used: number;
                };
            };
        };
        OwnApiKey: components["schemas"]["ApiKey"] & {
            organization_id: string;
            organization_name: string;
        };
        PluginDeleted: {
            deployment_removed: boolean;
            message: string;
            plugin_id: string;
            /** @enum {boolean} */
            success: true;
        };
        PluginDiff: {
            /** @description What the program of only one of the versions reaches. Null unless both were analyzed, which only Go plugins are */
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
            diff: string;
            files: {
                /** @description Null if the lines were not counted */
                additions: number | null;
                deletions: number | null;
                /** @description Unified diff. For a hidden file, one line saying that the files differ */
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
            /** @description What `permissions` of manifest.py asks for in only one of the versions */
            permissions: {
                /** @enum {string} */
                change: "added" | "removed";
                permission: string;
            }[];
            /** @description Where the instances of each version run. Null for extractors */
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
            description: string | null;
            feature_uri: string;
            /** @description Where the version comes from, if it was published from Git */
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
            resolved_inference_name: string | null;
            s3_archive_url: string;
            /**
             * @description Verdict of the current scan policy, with waivers applied. A rejected version can no longer be deployed, but stays live where it is live.
             * @enum {string}
             */
            scan_verdict: "pass" | "warn" | "reject";
            /** @description Whether it passes the current scan policy */
            security_scan_passed: boolean;
            size_bytes: number;
            source: components["schemas"]["PluginOwner"];
            /** Format: date-time */
            updated_at: string;
            upload_sha256: string;
            validation_errors: string[];
            /** @enum {string} */
            validation_status: "passed";
            version: string;
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
            /** @description What was installed of the lock, for each Python and platform */
            environments: {
                archive_bytes: number;
                archive_sha256: string;
                /** Format: date-time */
                created_at: string;
                files: number;
                key: string;
                packages: {
                    name: string;
                    version: string;
                }[];
                platform: string;
                python: string;
                /** @description Files that would have run without being imported, and bytecode */
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
        /**
         * @example {
         *       "repository": "https://github.com/example/plugins",
         *       "ref": "v1.2.0",
         *       "path": "plugins/ocr",
         *       "deploy": true
         *     }
         */
        PluginFromGit: {
            /** @description Deploy the version in the namespace once it is published. Needs `plugins:deploy`. Defaults to false */
            deploy?: boolean | null;
            message?: string | null;
            /**
             * @description The plugin's folder. Defaults to the root of the repository
             * @example plugins/ocr
             */
            path?: string | null;
            /** @description A tag, a branch or a full commit hash */
            ref: string;
            /** @description The https URL of a public repository */
            repository: string;
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
             * @description State of the latest deployment in the namespace. Null if the version was never deployed or is undeployed, and in the list of an organization.
             * @enum {string|null}
             */
            deployment_state: "queued" | "claimed" | "building" | "starting" | "verifying" | "ready" | "promoted" | "failed" | "superseded" | "cancelled" | "stopped" | null;
            description: string | null;
            feature_uri: string;
            name: string;
            plugin_id: string;
            /**
             * @description Verdict of the current scan policy, with waivers applied. A rejected version can no longer be deployed, but stays live where it is live.
             * @enum {string}
             */
            scan_verdict: "pass" | "warn" | "reject";
            source: components["schemas"]["PluginOwner"];
            /** Format: date-time */
            updated_at: string;
            /** @enum {string} */
            validation_status: "passed";
            version: string;
        };
        /** @enum {string} */
        PluginOwner: "namespace" | "org";
        PluginPermissions: {
            /** @description What the plugin is granted, for all of its versions */
            granted: {
                forward?: {
                    [key: string]: string;
                };
                memory_mb?: number;
                network?: string[];
                secrets?: string[];
                timeout_s?: number;
            } | null;
            /** @description Without it, a deployment of the version fails */
            missing: {
                forward?: {
                    [key: string]: string;
                };
                memory_mb?: number;
                network?: string[];
                secrets?: string[];
                timeout_s?: number;
            } | null;
            requested: {
                forward?: {
                    [key: string]: string;
                };
                memory_mb?: number;
                network?: string[];
                secrets?: string[];
                timeout_s?: number;
            } | null;
        };
        /** @description What manifest.py declares */
        PluginRequirements: {
            compute_profile?: {
                [key: string]: unknown;
            } | null;
            models?: string[] | null;
            /** @example http_lookup */
            name: string;
            permissions?: {
                forward?: {
                    [key: string]: string;
                };
                memory_mb?: number;
                network?: string[];
                secrets?: string[];
                timeout_s?: number;
            } | null;
            serve_config?: {
                [key: string]: unknown;
            } | null;
            /**
             * @description The plugin is the organization's own
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
            /** @description The version that served the name until now, or else was active */
            previous_version: string | null;
            /** @enum {boolean} */
            success: true;
            /**
             * @description Effect on calls to the name. `none`: nothing serves the name. `serving`: this version serves it. `deploying`: this version serves it when its deployment is ready; until then the previous one does.
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
            /** @description Policy version of the scan. Older than that of /v1/scan-policy until the version is scanned again */
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
            /** @description Why the newest deployment failed, or, while it is in progress, why its last attempt did */
            error: string | null;
            estimated_completion_seconds: number | null;
            feature_uri: string;
            message: string | null;
            name: string;
            namespace_id: string;
            plugin_id: string;
            queued_at: string | null;
            realtime_enabled: boolean;
            /** @description Attempts of the newest deployment. Null unless one of them failed and it is in progress */
            retry: {
                /** @description Attempts so far, with the one in progress */
                attempts: number;
                /** @description The deployment fails when this many have failed */
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
                    /** @description Why the instance is `failing`. Otherwise null */
                    error: string | null;
                    last_call_at: string | null;
                    /** @description Restarts after crashes of the instance, also while it is `restarting`. Null if there was none since it started, and while it is asleep. The log has all of them */
                    restarts: {
                        /** @description How often a process was started again */
                        count: number;
                        /**
                         * Format: date-time
                         * @description When a process last ended, or could not be started again
                         */
                        last_at: string;
                        /**
                         * @description Why, in at most 500 characters
                         * @example it used more than its 512 MiB of memory
                         */
                        last_reason: string;
                        /**
                         * Format: date-time
                         * @description When the instance started, with a count of 0
                         */
                        since: string;
                    } | null;
                    /**
                     * @description `running` answers immediately, `restarting` crashed and is being started again, `asleep` is started by the next call, `failing` did not start the last time, and the next call tries again, `unknown`: the builder did not answer
                     * @enum {string}
                     */
                    state: "running" | "restarting" | "asleep" | "failing" | "unknown";
                } | null;
            } | null;
            /** @enum {string} */
            status: "QUEUED" | "PENDING" | "IN_PROGRESS" | "DEPLOYED" | "FAILED" | "NOT_DEPLOYED";
            version: string;
        };
        PluginTraffic: {
            /** @description Newest first; without the hours in which a version was not called */
            by_hour: {
                calls: number;
                /** @description Answers that were compared with the output_schema and the features: at most one a second and isolate */
                checked: number;
                /** @description Calls that a plugin answered with an error, and those without an answer */
                errors: number;
                /** Format: date-time */
                hour: string;
                /** @description Those of them that did not match */
                mismatched: number;
                /** @description Estimated from counts in ranges that double: 1, 2, 4 ms and so on */
                p50_ms: number | null;
                p95_ms: number | null;
                /** @description The number of the version, or the commit of a Go plugin */
                version: string;
            }[];
            /** @description The most called first */
            by_version: {
                calls: number;
                /** @description Answers that were compared with the output_schema and the features: at most one a second and isolate */
                checked: number;
                /** @description Calls that a plugin answered with an error, and those without an answer */
                errors: number;
                /** @description Those of them that did not match */
                mismatched: number;
                /** @description Estimated from counts in ranges that double: 1, 2, 4 ms and so on */
                p50_ms: number | null;
                p95_ms: number | null;
                /** @description The number of the version, or the commit of a Go plugin */
                version: string;
            }[];
            name: string;
            namespace_id: string;
            /** Format: date-time */
            since: string;
            total: {
                calls: number;
                /** @description Answers that were compared with the output_schema and the features: at most one a second and isolate */
                checked: number;
                /** @description Calls that a plugin answered with an error, and those without an answer */
                errors: number;
                /** @description Those of them that did not match */
                mismatched: number;
                /** @description Estimated from counts in ranges that double: 1, 2, 4 ms and so on */
                p50_ms: number | null;
                p95_ms: number | null;
            };
            /** @description There are more rows than an answer has. The oldest are missing. */
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
            created_by: {
                id: string;
                /** @enum {string} */
                type: "key" | "anonymous" | "admin" | "hook" | "system";
            };
            findings: components["schemas"]["Finding"][];
            message: string | null;
            name: string;
            /** @description The version it became. Null: none */
            plugin_id: string | null;
            /**
             * @description `content`: its findings. `conflict`: the version exists with other content. `attempts`: its scan failed again and again
             * @enum {string|null}
             */
            rejected_because: "content" | "conflict" | "attempts" | null;
            /** @enum {string} */
            status: "open" | "confirming" | "accepted" | "rejected" | "expired";
            /** Format: date-time */
            updated_at: string;
            upload_id: string;
            version: string;
        };
        PluginUploadRequest: {
            description?: string | null;
            file_size_bytes?: number | null;
            name: string;
            /** @description Lifetime of the URL in seconds. Defaults to 3600. */
            presigned_url_expiration?: number | null;
            /**
             * @description Defaults to the next patch version.
             * @example 1.0.0
             */
            version?: string | null;
        };
        PluginVersion: {
            active: boolean;
            code_hash: string;
            /** Format: date-time */
            created_at: string;
            created_by: {
                id: string;
                /** @enum {string} */
                type: "key" | "anonymous" | "admin" | "hook" | "system";
            };
            deployed: boolean;
            /** Format: date-time */
            deployed_at: string | null;
            deployed_by: {
                id: string;
                /** @enum {string} */
                type: "key" | "anonymous" | "admin" | "hook" | "system";
            } | null;
            /** @description Why its latest deployment failed, or, while it is in progress, why its last attempt did */
            error: string | null;
            feature_uri: string;
            /**
             * Format: date-time
             * @description Set even if it is no longer deployed
             */
            last_deployed_at: string | null;
            message: string | null;
            plugin_id: string;
            /**
             * @description Verdict of the current scan policy, with waivers applied. A rejected version can no longer be deployed, but stays live where it is live.
             * @enum {string}
             */
            scan_verdict: "pass" | "warn" | "reject";
            /** @description Whether calls to the plugin's name go to this version */
            serves_name: boolean;
            /** @enum {string} */
            status: "QUEUED" | "PENDING" | "IN_PROGRESS" | "DEPLOYED" | "FAILED" | "NOT_DEPLOYED";
            /** @enum {string} */
            validation_status: "passed";
            version: string;
        };
        PluginVersions: {
            active_version: string;
            name: string;
            pagination: {
                limit: number;
                next_cursor: string | null;
            };
            /** @description The version that a rollback without `version` restores */
            previous_version: string | null;
            results: components["schemas"]["PluginVersion"][];
            /** @description The versions that served the name here, without the one that does now, newest promotion first, at most 100. `previous_version` is the first. Where nothing was ever promoted, the versions that were active before. */
            rollback_targets: string[];
            /** @description The newest 20 rollbacks in this namespace */
            rollbacks: {
                /** Format: date-time */
                at: string;
                /** @description `system` if a version lost the name because it crashed */
                by: {
                    id: string;
                    /** @enum {string} */
                    type: "key" | "anonymous" | "admin" | "hook" | "system";
                };
                /** @description The version that had the name, or was active */
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
            /** @description Versions that this page covers, also those whose verdict stays */
            examined: number;
            /** @enum {string} */
            level: "seed" | "strict";
            pagination: {
                limit: number;
                next_cursor: string | null;
            };
            policy_version: string;
            results: components["schemas"]["PolicyPreviewResult"][];
        };
        PolicyPreviewResult: {
            /** @description The first 20 introduced findings */
            findings: components["schemas"]["Finding"][];
            /** @description Findings that the version has now and would not have */
            fixed: number;
            /**
             * @description The current verdict
             * @enum {string}
             */
            from: "pass" | "warn" | "reject";
            /** @description Findings that the version does not have now */
            introduced: number;
            name: string;
            /** @description Null: a version of the whole organization */
            namespace_id: string | null;
            plugin_id: string;
            /** @description The rules that would reject the version, without waived ones */
            rules: string[];
            /**
             * @description The verdict by the current rules at the level. Null: scanning the version takes too long for a request
             * @enum {string|null}
             */
            to: "pass" | "warn" | "reject" | null;
            version: string;
        };
        Problem: {
            /**
             * @description The last part of `type`
             * @example not-found
             */
            code: string;
            detail: string;
            details?: {
                [key: string]: unknown;
            };
            /** @description The invalid fields */
            errors?: {
                /** @example too_big */
                code: string;
                detail: string;
                /**
                 * @description Part of the request
                 * @example body
                 */
                in: string;
                /**
                 * @description JSON Pointer to the field in that part
                 * @example #/limit
                 */
                pointer: string;
            }[];
            hint: string;
            /** @description This occurrence: the path and the ID of the request */
            instance: string;
            request_id: string;
            status: number;
            title: string;
            /**
             * @description URL of the documentation of this kind of problem, relative to the server. It never changes
             * @example /docs/problems/not-found
             */
            type: string;
        };
        PublishedFromGit: components["schemas"]["ConfirmPluginUploadResponse"] & {
            /** @description The version has the same content and was published before: nothing was changed */
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
        QuotaChanges: {
            /** @description Null resets to the default, 100 */
            keys?: number | null;
            /** @description Null resets to the default, 50 */
            live_deployments?: number | null;
            /** @description Null resets to the default, 1073741824 */
            log_bytes_per_day?: number | null;
            /** @description Null resets to the default, 53687091200 */
            model_bytes?: number | null;
            /** @description Null resets to the default, 20 */
            model_uploads?: number | null;
            /** @description Null resets to the default, 100 */
            namespaces?: number | null;
            /** @description Null resets to the default, 10 */
            plugins_per_namespace?: number | null;
            /** @description Null resets to the default, 10737418240 */
            stored_bytes?: number | null;
            /** @description Null resets to the default, 50 */
            webhook_endpoints?: number | null;
        };
        RealtimeAnswer: {
            deployment_id: string;
            duration_ms: number;
            error: string | null;
            inference_name: string;
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
        ScanPolicy: {
            /**
             * @description `seed`: the published list of forbidden names. `strict`: the same and more rules. Each level only adds rules to the one before.
             * @enum {string}
             */
            level: "seed" | "strict";
            levels: ("seed" | "strict")[];
            /** @description Version of the rules. It increases with every change to them */
            policy_version: string;
            /** @description The lowest severity at which one finding that is not waived decides the verdict */
            thresholds: {
                /** @enum {string} */
                reject: "error";
                /** @enum {string} */
                warn: "warning";
            };
            /**
             * Format: date-time
             * @description Null: no level was set, so the default applies
             */
            updated_at: string | null;
            updated_by: {
                id: string;
                /** @enum {string} */
                type: "key" | "anonymous" | "admin" | "hook" | "system";
            } | null;
            /** @description Published versions that are not yet scanned by the current policy */
            versions_to_judge: number;
        };
        Secret: {
            /** Format: date-time */
            created_at: string;
            /** @example OPENAI_API_KEY */
            name: string;
            /** @description Deployments with the previous value are being replaced. False when all were requested; `GET …/deployments` shows how they end */
            restarting: boolean;
            /** @description Number of the change by which it got its value. Changes are counted by namespace, so a later value has a higher number */
            revision: number;
            /** Format: date-time */
            updated_at: string;
            updated_by: {
                id: string;
                /** @enum {string} */
                type: "key" | "anonymous" | "admin" | "hook" | "system";
            };
        };
        SecretValue: {
            /** Format: password */
            value: string;
        };
        Session: {
            /** @description For the header `Slipway-CSRF` of requests with the cookie that change something. Null for a request with a key */
            csrf_token: string | null;
            key: components["schemas"]["OwnApiKey"];
        };
        /** @description The cookie `__Host-slipway` of the response is the session */
        SignedIn: {
            csrf_token: string;
            /** Format: date-time */
            expires_at: string;
        };
        /** @description Opening the URL in a browser signs in, once */
        SignInLink: {
            /** Format: date-time */
            expires_at: string;
            /** Format: uri */
            url: string;
        };
        TrailStep: {
            bound_at_line: number;
            /** @description The file */
            bound_in: string;
            /** @description What is imported from the module, for `from … import` */
            member: string | null;
            /** @description The module, if an import binds the name */
            module: string | null;
            /** @description The name that is bound there */
            name: string;
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
            created_by: {
                id: string;
                /** @enum {string} */
                type: "key" | "anonymous" | "admin" | "hook" | "system";
            };
            /** Format: date-time */
            expires_at: string;
            /**
             * @description A plugin's name, for all of its versions, or the ID of one version
             * @example text_profile
             */
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
            /**
             * @description A plugin's name, for all of its versions, or the ID of one version
             * @example text_profile
             */
            plugin: string;
            reason: string;
            /** @example SLP301 */
            rule: string;
        };
        Webhook: {
            /** Format: date-time */
            created_at: string;
            description: string | null;
            /**
             * @description Why it is disabled: by request, because the receiver answered 410, or because deliveries failed for five days
             * @enum {string|null}
             */
            disabled_because: "request" | "gone" | "failing" | null;
            endpoint_id: string;
            /** @description Null: all events */
            events: components["schemas"]["EventFilter"][] | null;
            /** Format: date-time */
            failing_since: string | null;
            /** @description Null: all namespaces, and events outside of namespaces */
            namespace_ids: string[] | null;
            /**
             * Format: date-time
             * @description The previous secret also signs until then
             */
            previous_secret_until: string | null;
            /** @enum {string} */
            status: "enabled" | "disabled";
            /** @description How long the receiver may take to answer. Shorter while it often does not answer at all */
            timeout_seconds: number;
            /** Format: date-time */
            updated_at: string;
            url: string;
        };
        WebhookWithSecret: components["schemas"]["Webhook"] & {
            /**
             * @description Shown in this response only
             * @example whsec_…
             */
            secret: string;
        };
    };
    responses: never;
    parameters: {
        /**
         * @description Unique per request. Repeating the request with the same key within 24 hours returns the original response.
         * @example 0f8c2f3e-6f0a-4a53-9d7b-6a7b0f2a9c11
         */
        IdempotencyKey: string;
    };
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    listPipelinePlugins: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The plugins */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example [
                     *       {
                     *         "id": "text",
                     *         "name": "text_profile",
                     *         "description": "Counts words and sentences.",
                     *         "author": "text",
                     *         "repository": "text",
                     *         "repository_url": "text",
                     *         "version": "1.0.0",
                     *         "git_ref": "text",
                     *         "git_commit_hash": "text",
                     *         "status": "active",
                     *         "error_message": "text",
                     *         "error_code": "compile-failed",
                     *         "loaded": false,
                     *         "restarts": null,
                     *         "plugin_definition": null,
                     *         "actions": [
                     *           {}
                     *         ],
                     *         "installed_at": "2026-03-05T09:30:00.000Z",
                     *         "created_at": "2026-03-05T09:30:00.000Z",
                     *         "updated_at": "2026-03-05T09:30:00.000Z",
                     *         "last_loaded_at": null,
                     *         "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *         "placement": "isolate",
                     *         "placement_reason": "uses net/http: needs a container",
                     *         "wasm_sha256": null,
                     *         "capabilities": null
                     *       }
                     *     ]
                     */
                    "application/json": components["schemas"]["GoPlugin"][];
                };
            };
        };
    };
    installPipelinePlugin: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Unique per request. Repeating the request with the same key within 24 hours returns the original response.
                 * @example 0f8c2f3e-6f0a-4a53-9d7b-6a7b0f2a9c11
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /** @description `wait=10` limits how many seconds the request waits (RFC 7240) */
                prefer?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "http-auth",
                 *       "repository": "https://github.com/example/mimir-plugin-http-auth",
                 *       "version": "v1.2.0",
                 *       "description": "Signs requests"
                 *     }
                 */
                "application/json": components["schemas"]["GoPluginInstall"];
            };
        };
        responses: {
            /** @description The plugin */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "text",
                     *       "name": "text_profile",
                     *       "description": "Counts words and sentences.",
                     *       "author": "text",
                     *       "repository": "text",
                     *       "repository_url": "text",
                     *       "version": "1.0.0",
                     *       "git_ref": "text",
                     *       "git_commit_hash": "text",
                     *       "status": "active",
                     *       "error_message": "text",
                     *       "error_code": "compile-failed",
                     *       "loaded": false,
                     *       "restarts": null,
                     *       "plugin_definition": null,
                     *       "actions": [
                     *         {}
                     *       ],
                     *       "installed_at": "2026-03-05T09:30:00.000Z",
                     *       "created_at": "2026-03-05T09:30:00.000Z",
                     *       "updated_at": "2026-03-05T09:30:00.000Z",
                     *       "last_loaded_at": null,
                     *       "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *       "placement": "isolate",
                     *       "placement_reason": "uses net/http: needs a container",
                     *       "wasm_sha256": null,
                     *       "capabilities": null
                     *     }
                     */
                    "application/json": components["schemas"]["GoPlugin"];
                };
            };
        };
    };
    getPipelinePlugin: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Name of the plugin
                 * @example http-auth
                 */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The plugin */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "text",
                     *       "name": "text_profile",
                     *       "description": "Counts words and sentences.",
                     *       "author": "text",
                     *       "repository": "text",
                     *       "repository_url": "text",
                     *       "version": "1.0.0",
                     *       "git_ref": "text",
                     *       "git_commit_hash": "text",
                     *       "status": "active",
                     *       "error_message": "text",
                     *       "error_code": "compile-failed",
                     *       "loaded": false,
                     *       "restarts": null,
                     *       "plugin_definition": null,
                     *       "actions": [
                     *         {}
                     *       ],
                     *       "installed_at": "2026-03-05T09:30:00.000Z",
                     *       "created_at": "2026-03-05T09:30:00.000Z",
                     *       "updated_at": "2026-03-05T09:30:00.000Z",
                     *       "last_loaded_at": null,
                     *       "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *       "placement": "isolate",
                     *       "placement_reason": "uses net/http: needs a container",
                     *       "wasm_sha256": null,
                     *       "capabilities": null
                     *     }
                     */
                    "application/json": components["schemas"]["GoPlugin"];
                };
            };
        };
    };
    updatePipelinePlugin: {
        parameters: {
            query?: never;
            header?: {
                /** @description `wait=10` limits how many seconds the request waits (RFC 7240) */
                prefer?: string;
            };
            path: {
                /**
                 * @description Name of the plugin
                 * @example http-auth
                 */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "version": "1.0.0",
                 *       "git_ref": "text",
                 *       "description": "Counts words and sentences.",
                 *       "placement": "auto"
                 *     }
                 */
                "application/json": components["schemas"]["GoPluginUpdate"];
            };
        };
        responses: {
            /** @description The plugin */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "text",
                     *       "name": "text_profile",
                     *       "description": "Counts words and sentences.",
                     *       "author": "text",
                     *       "repository": "text",
                     *       "repository_url": "text",
                     *       "version": "1.0.0",
                     *       "git_ref": "text",
                     *       "git_commit_hash": "text",
                     *       "status": "active",
                     *       "error_message": "text",
                     *       "error_code": "compile-failed",
                     *       "loaded": false,
                     *       "restarts": null,
                     *       "plugin_definition": null,
                     *       "actions": [
                     *         {}
                     *       ],
                     *       "installed_at": "2026-03-05T09:30:00.000Z",
                     *       "created_at": "2026-03-05T09:30:00.000Z",
                     *       "updated_at": "2026-03-05T09:30:00.000Z",
                     *       "last_loaded_at": null,
                     *       "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *       "placement": "isolate",
                     *       "placement_reason": "uses net/http: needs a container",
                     *       "wasm_sha256": null,
                     *       "capabilities": null
                     *     }
                     */
                    "application/json": components["schemas"]["GoPlugin"];
                };
            };
        };
    };
    uninstallPipelinePlugin: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Name of the plugin
                 * @example http-auth
                 */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Uninstalled */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    getPipelinePluginArtifact: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Name of the plugin
                 * @example http-auth
                 */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The executable */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
        };
    };
    callPipelinePlugin: {
        parameters: {
            query?: never;
            header?: {
                /** @description Seconds that the caller waits, such as `2.5`. The call ends then, like one that exceeds its time limit. Has no effect beyond that limit. */
                "x-request-timeout"?: string;
            };
            path: {
                /**
                 * @description Name of the plugin
                 * @example http-auth
                 */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "method": "text",
                 *       "params": {}
                 *     }
                 */
                "application/json": {
                    method: string;
                    params?: {
                        [key: string]: unknown;
                    };
                };
            };
        };
        responses: {
            /** @description The result or error of the plugin */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "result": "text",
                     *       "error": {
                     *         "code": "text",
                     *         "message": "Faster tokenizer",
                     *         "stack": "text"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["GoPluginAnswer"];
                };
            };
        };
    };
    diffPipelinePluginVersions: {
        parameters: {
            query?: {
                /** @description Ref or commit of the older version. Defaults to the version before `v2` */
                v1?: string;
                /** @description Ref or commit of the newer version. Defaults to the newest version */
                v2?: string;
            };
            header?: never;
            path: {
                /**
                 * @description Name of the plugin
                 * @example http-auth
                 */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What changed */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "name": "text_profile",
                     *       "v1": "1.0.0",
                     *       "v2": "1.1.0",
                     *       "identical": false,
                     *       "files": [
                     *         {
                     *           "path": "realtime.py",
                     *           "status": "added",
                     *           "additions": null,
                     *           "deletions": null,
                     *           "diff": "text",
                     *           "hidden": "binary",
                     *           "size_bytes": {
                     *             "v1": null,
                     *             "v2": null
                     *           },
                     *           "sha256": {
                     *             "v1": "1.0.0",
                     *             "v2": "1.1.0"
                     *           }
                     *         }
                     *       ],
                     *       "summary": {
                     *         "files_changed": 1,
                     *         "additions": 1,
                     *         "deletions": 1
                     *       },
                     *       "diff": "text",
                     *       "findings": {
                     *         "introduced": [
                     *           {
                     *             "file": "text",
                     *             "filename": "text",
                     *             "line": 1,
                     *             "column": 1,
                     *             "end_line": 1,
                     *             "end_column": 1,
                     *             "severity": "error",
                     *             "rule": "text",
                     *             "name": "text_profile",
                     *             "message": "Faster tokenizer",
                     *             "trail": [
                     *               {
                     *                 "bound_in": "text",
                     *                 "bound_at_line": 1,
                     *                 "name": "text_profile",
                     *                 "module": null,
                     *                 "member": null
                     *               }
                     *             ],
                     *             "trail_message": null,
                     *             "waived": false,
                     *             "waiver": null
                     *           }
                     *         ],
                     *         "fixed": [
                     *           {
                     *             "file": "text",
                     *             "filename": "text",
                     *             "line": 1,
                     *             "column": 1,
                     *             "end_line": 1,
                     *             "end_column": 1,
                     *             "severity": "error",
                     *             "rule": "text",
                     *             "name": "text_profile",
                     *             "message": "Faster tokenizer",
                     *             "trail": [
                     *               {
                     *                 "bound_in": "text",
                     *                 "bound_at_line": 1,
                     *                 "name": "text_profile",
                     *                 "module": null,
                     *                 "member": null
                     *               }
                     *             ],
                     *             "trail_message": null,
                     *             "waived": false,
                     *             "waiver": null
                     *           }
                     *         ],
                     *         "unchanged": [
                     *           {
                     *             "file": "text",
                     *             "filename": "text",
                     *             "line": 1,
                     *             "column": 1,
                     *             "end_line": 1,
                     *             "end_column": 1,
                     *             "severity": "error",
                     *             "rule": "text",
                     *             "name": "text_profile",
                     *             "message": "Faster tokenizer",
                     *             "trail": [
                     *               {
                     *                 "bound_in": "text",
                     *                 "bound_at_line": 1,
                     *                 "name": "text_profile",
                     *                 "module": null,
                     *                 "member": null
                     *               }
                     *             ],
                     *             "trail_message": null,
                     *             "waived": false,
                     *             "waiver": null
                     *           }
                     *         ]
                     *       },
                     *       "dependencies": [
                     *         {
                     *           "name": "text_profile",
                     *           "v1": "1.0.0",
                     *           "v2": "1.1.0"
                     *         }
                     *       ],
                     *       "permissions": [
                     *         {
                     *           "change": "added",
                     *           "permission": "text"
                     *         }
                     *       ],
                     *       "placement": null,
                     *       "placement_reason": null,
                     *       "capabilities": null,
                     *       "packages": null
                     *     }
                     */
                    "application/json": components["schemas"]["PluginDiff"];
                };
            };
        };
    };
    getPipelinePluginLogs: {
        parameters: {
            query?: {
                /** @description Lines before those of an earlier page: its `next_cursor` */
                cursor?: string;
                /** @description Only lines of the request with this ID, up to an hour after it */
                request?: string;
                /** @description Only lines printed at this time or later */
                since?: string;
                /** @description Maximum number of existing lines to return */
                tail?: number;
            };
            header?: never;
            path: {
                /**
                 * @description Name of the plugin
                 * @example http-auth
                 */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The newest lines, oldest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "lines": [
                     *         {
                     *           "at": "text",
                     *           "stream": "stdout",
                     *           "line": "text",
                     *           "request": "text"
                     *         }
                     *       ],
                     *       "pagination": {
                     *         "limit": 1,
                     *         "next_cursor": null
                     *       }
                     *     }
                     */
                    "application/json": {
                        lines: components["schemas"]["LogLine"][];
                        pagination: {
                            limit: number;
                            /** @description Continues with older lines. A page may have fewer lines than `limit`, or none, although there are older ones */
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
    };
    rollBackPipelinePlugin: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Unique per request. Repeating the request with the same key within 24 hours returns the original response.
                 * @example 0f8c2f3e-6f0a-4a53-9d7b-6a7b0f2a9c11
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /** @description `wait=10` limits how many seconds the request waits (RFC 7240) */
                prefer?: string;
            };
            path: {
                /**
                 * @description Name of the plugin
                 * @example http-auth
                 */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /** @example null */
                "application/json": {
                    /** @description The full commit hash of an installed version */
                    commit?: string;
                    message?: string | null;
                    /** @description Same as `version` */
                    ref?: string;
                    /** @description The ref of an installed version. Defaults to the version that served before */
                    version?: string;
                } | null;
            };
        };
        responses: {
            /** @description The plugin */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "text",
                     *       "name": "text_profile",
                     *       "description": "Counts words and sentences.",
                     *       "author": "text",
                     *       "repository": "text",
                     *       "repository_url": "text",
                     *       "version": "1.0.0",
                     *       "git_ref": "text",
                     *       "git_commit_hash": "text",
                     *       "status": "active",
                     *       "error_message": "text",
                     *       "error_code": "compile-failed",
                     *       "loaded": false,
                     *       "restarts": null,
                     *       "plugin_definition": null,
                     *       "actions": [
                     *         {}
                     *       ],
                     *       "installed_at": "2026-03-05T09:30:00.000Z",
                     *       "created_at": "2026-03-05T09:30:00.000Z",
                     *       "updated_at": "2026-03-05T09:30:00.000Z",
                     *       "last_loaded_at": null,
                     *       "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *       "placement": "isolate",
                     *       "placement_reason": "uses net/http: needs a container",
                     *       "wasm_sha256": null,
                     *       "capabilities": null
                     *     }
                     */
                    "application/json": components["schemas"]["GoPlugin"];
                };
            };
        };
    };
    getPipelinePluginTraffic: {
        parameters: {
            query?: {
                /** @description How many hours, of which the last one is the current one */
                hours?: number;
            };
            header?: never;
            path: {
                /**
                 * @description Name of the plugin
                 * @example http-auth
                 */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The counts */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "name": "text_profile",
                     *       "namespace_id": "ns_01m7wc54fherz84624ahd0kr7h",
                     *       "since": "2026-03-05T09:30:00.000Z",
                     *       "until": "2026-03-05T09:30:00.000Z",
                     *       "total": {
                     *         "calls": 1,
                     *         "errors": 1,
                     *         "p50_ms": null,
                     *         "p95_ms": null,
                     *         "checked": 1,
                     *         "mismatched": 1
                     *       },
                     *       "by_version": [
                     *         {
                     *           "version": "1.0.0",
                     *           "calls": 1,
                     *           "errors": 1,
                     *           "p50_ms": null,
                     *           "p95_ms": null,
                     *           "checked": 1,
                     *           "mismatched": 1
                     *         }
                     *       ],
                     *       "by_hour": [
                     *         {
                     *           "hour": "2026-03-05T09:30:00.000Z",
                     *           "version": "1.0.0",
                     *           "calls": 1,
                     *           "errors": 1,
                     *           "p50_ms": null,
                     *           "p95_ms": null,
                     *           "checked": 1,
                     *           "mismatched": 1
                     *         }
                     *       ],
                     *       "truncated": false
                     *     }
                     */
                    "application/json": components["schemas"]["PluginTraffic"];
                };
            };
        };
    };
    listPipelinePluginVersions: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the previous page */
                cursor?: string;
                /** @description Maximum number of results */
                limit?: number;
            };
            header?: never;
            path: {
                /**
                 * @description Name of the plugin
                 * @example http-auth
                 */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The versions, newest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "name": "text_profile",
                     *       "results": [
                     *         {
                     *           "git_ref": "text",
                     *           "git_commit_hash": "text",
                     *           "active": false,
                     *           "serves_name": false,
                     *           "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *           "placement": "isolate",
                     *           "placement_reason": "uses net/http: needs a container",
                     *           "wasm_sha256": null,
                     *           "installed_at": "2026-03-05T09:30:00.000Z",
                     *           "installed_by": {
                     *             "type": "key",
                     *             "id": "text"
                     *           }
                     *         }
                     *       ],
                     *       "rollback_targets": [
                     *         {
                     *           "git_ref": "text",
                     *           "git_commit_hash": "text"
                     *         }
                     *       ],
                     *       "pagination": {
                     *         "limit": 1,
                     *         "next_cursor": null
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["GoPluginVersions"];
                };
            };
        };
    };
    listStoragePlugins: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The plugins */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example [
                     *       {
                     *         "id": "text",
                     *         "name": "text_profile",
                     *         "description": "Counts words and sentences.",
                     *         "author": "text",
                     *         "repository": "text",
                     *         "repository_url": "text",
                     *         "version": "1.0.0",
                     *         "git_ref": "text",
                     *         "git_commit_hash": "text",
                     *         "status": "active",
                     *         "error_message": "text",
                     *         "error_code": "compile-failed",
                     *         "loaded": false,
                     *         "restarts": null,
                     *         "plugin_definition": null,
                     *         "actions": [
                     *           {}
                     *         ],
                     *         "installed_at": "2026-03-05T09:30:00.000Z",
                     *         "created_at": "2026-03-05T09:30:00.000Z",
                     *         "updated_at": "2026-03-05T09:30:00.000Z",
                     *         "last_loaded_at": null,
                     *         "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *         "placement": "isolate",
                     *         "placement_reason": "uses net/http: needs a container",
                     *         "wasm_sha256": null,
                     *         "capabilities": null
                     *       }
                     *     ]
                     */
                    "application/json": components["schemas"]["GoPlugin"][];
                };
            };
        };
    };
    installStoragePlugin: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Unique per request. Repeating the request with the same key within 24 hours returns the original response.
                 * @example 0f8c2f3e-6f0a-4a53-9d7b-6a7b0f2a9c11
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /** @description `wait=10` limits how many seconds the request waits (RFC 7240) */
                prefer?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "http-auth",
                 *       "repository": "https://github.com/example/mimir-plugin-http-auth",
                 *       "version": "v1.2.0",
                 *       "description": "Signs requests"
                 *     }
                 */
                "application/json": components["schemas"]["GoPluginInstall"];
            };
        };
        responses: {
            /** @description The plugin */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "text",
                     *       "name": "text_profile",
                     *       "description": "Counts words and sentences.",
                     *       "author": "text",
                     *       "repository": "text",
                     *       "repository_url": "text",
                     *       "version": "1.0.0",
                     *       "git_ref": "text",
                     *       "git_commit_hash": "text",
                     *       "status": "active",
                     *       "error_message": "text",
                     *       "error_code": "compile-failed",
                     *       "loaded": false,
                     *       "restarts": null,
                     *       "plugin_definition": null,
                     *       "actions": [
                     *         {}
                     *       ],
                     *       "installed_at": "2026-03-05T09:30:00.000Z",
                     *       "created_at": "2026-03-05T09:30:00.000Z",
                     *       "updated_at": "2026-03-05T09:30:00.000Z",
                     *       "last_loaded_at": null,
                     *       "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *       "placement": "isolate",
                     *       "placement_reason": "uses net/http: needs a container",
                     *       "wasm_sha256": null,
                     *       "capabilities": null
                     *     }
                     */
                    "application/json": components["schemas"]["GoPlugin"];
                };
            };
        };
    };
    getStoragePlugin: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Name of the plugin
                 * @example http-auth
                 */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The plugin */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "text",
                     *       "name": "text_profile",
                     *       "description": "Counts words and sentences.",
                     *       "author": "text",
                     *       "repository": "text",
                     *       "repository_url": "text",
                     *       "version": "1.0.0",
                     *       "git_ref": "text",
                     *       "git_commit_hash": "text",
                     *       "status": "active",
                     *       "error_message": "text",
                     *       "error_code": "compile-failed",
                     *       "loaded": false,
                     *       "restarts": null,
                     *       "plugin_definition": null,
                     *       "actions": [
                     *         {}
                     *       ],
                     *       "installed_at": "2026-03-05T09:30:00.000Z",
                     *       "created_at": "2026-03-05T09:30:00.000Z",
                     *       "updated_at": "2026-03-05T09:30:00.000Z",
                     *       "last_loaded_at": null,
                     *       "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *       "placement": "isolate",
                     *       "placement_reason": "uses net/http: needs a container",
                     *       "wasm_sha256": null,
                     *       "capabilities": null
                     *     }
                     */
                    "application/json": components["schemas"]["GoPlugin"];
                };
            };
        };
    };
    updateStoragePlugin: {
        parameters: {
            query?: never;
            header?: {
                /** @description `wait=10` limits how many seconds the request waits (RFC 7240) */
                prefer?: string;
            };
            path: {
                /**
                 * @description Name of the plugin
                 * @example http-auth
                 */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "version": "1.0.0",
                 *       "git_ref": "text",
                 *       "description": "Counts words and sentences.",
                 *       "placement": "auto"
                 *     }
                 */
                "application/json": components["schemas"]["GoPluginUpdate"];
            };
        };
        responses: {
            /** @description The plugin */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "text",
                     *       "name": "text_profile",
                     *       "description": "Counts words and sentences.",
                     *       "author": "text",
                     *       "repository": "text",
                     *       "repository_url": "text",
                     *       "version": "1.0.0",
                     *       "git_ref": "text",
                     *       "git_commit_hash": "text",
                     *       "status": "active",
                     *       "error_message": "text",
                     *       "error_code": "compile-failed",
                     *       "loaded": false,
                     *       "restarts": null,
                     *       "plugin_definition": null,
                     *       "actions": [
                     *         {}
                     *       ],
                     *       "installed_at": "2026-03-05T09:30:00.000Z",
                     *       "created_at": "2026-03-05T09:30:00.000Z",
                     *       "updated_at": "2026-03-05T09:30:00.000Z",
                     *       "last_loaded_at": null,
                     *       "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *       "placement": "isolate",
                     *       "placement_reason": "uses net/http: needs a container",
                     *       "wasm_sha256": null,
                     *       "capabilities": null
                     *     }
                     */
                    "application/json": components["schemas"]["GoPlugin"];
                };
            };
        };
    };
    uninstallStoragePlugin: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Name of the plugin
                 * @example http-auth
                 */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Uninstalled */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    getStoragePluginArtifact: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Name of the plugin
                 * @example http-auth
                 */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The executable */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
        };
    };
    callStoragePlugin: {
        parameters: {
            query?: never;
            header?: {
                /** @description Seconds that the caller waits, such as `2.5`. The call ends then, like one that exceeds its time limit. Has no effect beyond that limit. */
                "x-request-timeout"?: string;
            };
            path: {
                /**
                 * @description Name of the plugin
                 * @example http-auth
                 */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "method": "text",
                 *       "params": {}
                 *     }
                 */
                "application/json": {
                    method: string;
                    params?: {
                        [key: string]: unknown;
                    };
                };
            };
        };
        responses: {
            /** @description The result or error of the plugin */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "result": "text",
                     *       "error": {
                     *         "code": "text",
                     *         "message": "Faster tokenizer",
                     *         "stack": "text"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["GoPluginAnswer"];
                };
            };
        };
    };
    diffStoragePluginVersions: {
        parameters: {
            query?: {
                /** @description Ref or commit of the older version. Defaults to the version before `v2` */
                v1?: string;
                /** @description Ref or commit of the newer version. Defaults to the newest version */
                v2?: string;
            };
            header?: never;
            path: {
                /**
                 * @description Name of the plugin
                 * @example http-auth
                 */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What changed */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "name": "text_profile",
                     *       "v1": "1.0.0",
                     *       "v2": "1.1.0",
                     *       "identical": false,
                     *       "files": [
                     *         {
                     *           "path": "realtime.py",
                     *           "status": "added",
                     *           "additions": null,
                     *           "deletions": null,
                     *           "diff": "text",
                     *           "hidden": "binary",
                     *           "size_bytes": {
                     *             "v1": null,
                     *             "v2": null
                     *           },
                     *           "sha256": {
                     *             "v1": "1.0.0",
                     *             "v2": "1.1.0"
                     *           }
                     *         }
                     *       ],
                     *       "summary": {
                     *         "files_changed": 1,
                     *         "additions": 1,
                     *         "deletions": 1
                     *       },
                     *       "diff": "text",
                     *       "findings": {
                     *         "introduced": [
                     *           {
                     *             "file": "text",
                     *             "filename": "text",
                     *             "line": 1,
                     *             "column": 1,
                     *             "end_line": 1,
                     *             "end_column": 1,
                     *             "severity": "error",
                     *             "rule": "text",
                     *             "name": "text_profile",
                     *             "message": "Faster tokenizer",
                     *             "trail": [
                     *               {
                     *                 "bound_in": "text",
                     *                 "bound_at_line": 1,
                     *                 "name": "text_profile",
                     *                 "module": null,
                     *                 "member": null
                     *               }
                     *             ],
                     *             "trail_message": null,
                     *             "waived": false,
                     *             "waiver": null
                     *           }
                     *         ],
                     *         "fixed": [
                     *           {
                     *             "file": "text",
                     *             "filename": "text",
                     *             "line": 1,
                     *             "column": 1,
                     *             "end_line": 1,
                     *             "end_column": 1,
                     *             "severity": "error",
                     *             "rule": "text",
                     *             "name": "text_profile",
                     *             "message": "Faster tokenizer",
                     *             "trail": [
                     *               {
                     *                 "bound_in": "text",
                     *                 "bound_at_line": 1,
                     *                 "name": "text_profile",
                     *                 "module": null,
                     *                 "member": null
                     *               }
                     *             ],
                     *             "trail_message": null,
                     *             "waived": false,
                     *             "waiver": null
                     *           }
                     *         ],
                     *         "unchanged": [
                     *           {
                     *             "file": "text",
                     *             "filename": "text",
                     *             "line": 1,
                     *             "column": 1,
                     *             "end_line": 1,
                     *             "end_column": 1,
                     *             "severity": "error",
                     *             "rule": "text",
                     *             "name": "text_profile",
                     *             "message": "Faster tokenizer",
                     *             "trail": [
                     *               {
                     *                 "bound_in": "text",
                     *                 "bound_at_line": 1,
                     *                 "name": "text_profile",
                     *                 "module": null,
                     *                 "member": null
                     *               }
                     *             ],
                     *             "trail_message": null,
                     *             "waived": false,
                     *             "waiver": null
                     *           }
                     *         ]
                     *       },
                     *       "dependencies": [
                     *         {
                     *           "name": "text_profile",
                     *           "v1": "1.0.0",
                     *           "v2": "1.1.0"
                     *         }
                     *       ],
                     *       "permissions": [
                     *         {
                     *           "change": "added",
                     *           "permission": "text"
                     *         }
                     *       ],
                     *       "placement": null,
                     *       "placement_reason": null,
                     *       "capabilities": null,
                     *       "packages": null
                     *     }
                     */
                    "application/json": components["schemas"]["PluginDiff"];
                };
            };
        };
    };
    getStoragePluginLogs: {
        parameters: {
            query?: {
                /** @description Lines before those of an earlier page: its `next_cursor` */
                cursor?: string;
                /** @description Only lines of the request with this ID, up to an hour after it */
                request?: string;
                /** @description Only lines printed at this time or later */
                since?: string;
                /** @description Maximum number of existing lines to return */
                tail?: number;
            };
            header?: never;
            path: {
                /**
                 * @description Name of the plugin
                 * @example http-auth
                 */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The newest lines, oldest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "lines": [
                     *         {
                     *           "at": "text",
                     *           "stream": "stdout",
                     *           "line": "text",
                     *           "request": "text"
                     *         }
                     *       ],
                     *       "pagination": {
                     *         "limit": 1,
                     *         "next_cursor": null
                     *       }
                     *     }
                     */
                    "application/json": {
                        lines: components["schemas"]["LogLine"][];
                        pagination: {
                            limit: number;
                            /** @description Continues with older lines. A page may have fewer lines than `limit`, or none, although there are older ones */
                            next_cursor: string | null;
                        };
                    };
                };
            };
        };
    };
    rollBackStoragePlugin: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Unique per request. Repeating the request with the same key within 24 hours returns the original response.
                 * @example 0f8c2f3e-6f0a-4a53-9d7b-6a7b0f2a9c11
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /** @description `wait=10` limits how many seconds the request waits (RFC 7240) */
                prefer?: string;
            };
            path: {
                /**
                 * @description Name of the plugin
                 * @example http-auth
                 */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /** @example null */
                "application/json": {
                    /** @description The full commit hash of an installed version */
                    commit?: string;
                    message?: string | null;
                    /** @description Same as `version` */
                    ref?: string;
                    /** @description The ref of an installed version. Defaults to the version that served before */
                    version?: string;
                } | null;
            };
        };
        responses: {
            /** @description The plugin */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "text",
                     *       "name": "text_profile",
                     *       "description": "Counts words and sentences.",
                     *       "author": "text",
                     *       "repository": "text",
                     *       "repository_url": "text",
                     *       "version": "1.0.0",
                     *       "git_ref": "text",
                     *       "git_commit_hash": "text",
                     *       "status": "active",
                     *       "error_message": "text",
                     *       "error_code": "compile-failed",
                     *       "loaded": false,
                     *       "restarts": null,
                     *       "plugin_definition": null,
                     *       "actions": [
                     *         {}
                     *       ],
                     *       "installed_at": "2026-03-05T09:30:00.000Z",
                     *       "created_at": "2026-03-05T09:30:00.000Z",
                     *       "updated_at": "2026-03-05T09:30:00.000Z",
                     *       "last_loaded_at": null,
                     *       "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *       "placement": "isolate",
                     *       "placement_reason": "uses net/http: needs a container",
                     *       "wasm_sha256": null,
                     *       "capabilities": null
                     *     }
                     */
                    "application/json": components["schemas"]["GoPlugin"];
                };
            };
        };
    };
    getStoragePluginTraffic: {
        parameters: {
            query?: {
                /** @description How many hours, of which the last one is the current one */
                hours?: number;
            };
            header?: never;
            path: {
                /**
                 * @description Name of the plugin
                 * @example http-auth
                 */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The counts */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "name": "text_profile",
                     *       "namespace_id": "ns_01m7wc54fherz84624ahd0kr7h",
                     *       "since": "2026-03-05T09:30:00.000Z",
                     *       "until": "2026-03-05T09:30:00.000Z",
                     *       "total": {
                     *         "calls": 1,
                     *         "errors": 1,
                     *         "p50_ms": null,
                     *         "p95_ms": null,
                     *         "checked": 1,
                     *         "mismatched": 1
                     *       },
                     *       "by_version": [
                     *         {
                     *           "version": "1.0.0",
                     *           "calls": 1,
                     *           "errors": 1,
                     *           "p50_ms": null,
                     *           "p95_ms": null,
                     *           "checked": 1,
                     *           "mismatched": 1
                     *         }
                     *       ],
                     *       "by_hour": [
                     *         {
                     *           "hour": "2026-03-05T09:30:00.000Z",
                     *           "version": "1.0.0",
                     *           "calls": 1,
                     *           "errors": 1,
                     *           "p50_ms": null,
                     *           "p95_ms": null,
                     *           "checked": 1,
                     *           "mismatched": 1
                     *         }
                     *       ],
                     *       "truncated": false
                     *     }
                     */
                    "application/json": components["schemas"]["PluginTraffic"];
                };
            };
        };
    };
    listStoragePluginVersions: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the previous page */
                cursor?: string;
                /** @description Maximum number of results */
                limit?: number;
            };
            header?: never;
            path: {
                /**
                 * @description Name of the plugin
                 * @example http-auth
                 */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The versions, newest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "name": "text_profile",
                     *       "results": [
                     *         {
                     *           "git_ref": "text",
                     *           "git_commit_hash": "text",
                     *           "active": false,
                     *           "serves_name": false,
                     *           "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *           "placement": "isolate",
                     *           "placement_reason": "uses net/http: needs a container",
                     *           "wasm_sha256": null,
                     *           "installed_at": "2026-03-05T09:30:00.000Z",
                     *           "installed_by": {
                     *             "type": "key",
                     *             "id": "text"
                     *           }
                     *         }
                     *       ],
                     *       "rollback_targets": [
                     *         {
                     *           "git_ref": "text",
                     *           "git_commit_hash": "text"
                     *         }
                     *       ],
                     *       "pagination": {
                     *         "limit": 1,
                     *         "next_cursor": null
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["GoPluginVersions"];
                };
            };
        };
    };
    listAgentPlugins: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the previous page */
                cursor?: string;
                /** @description Include yanked versions */
                includeYanked?: "true" | "false";
                /** @description Maximum number of results */
                limit?: number;
                /** @description Only this name */
                name?: string;
                /** @description Only this runtime */
                pluginRuntime?: string;
                /** @description Only this type */
                pluginType?: "log" | "metric" | "trace";
                /** @description Only names that contain this text. A request looks at 500 plugins, so a page may be short and have a `nextCursor` */
                q?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of versions */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "plugins": [
                     *         {
                     *           "id": "plg_01m7wc54fherz84624ahd0kr7h",
                     *           "name": "nginx-log-collector",
                     *           "version": "2.1.0",
                     *           "pluginType": "log",
                     *           "artifactUrl": "https://artifacts.example.com/nginx-log-collector-2.1.0.tar.gz",
                     *           "checksum": "sha256:0000000000000000000000000000000000000000000000000000000000000000",
                     *           "configSchema": "{}",
                     *           "pluginRuntime": "go",
                     *           "registeredAt": "2026-03-05T09:30:00.000Z",
                     *           "verification": "pending",
                     *           "verificationDetails": {
                     *             "failure": "checksum_mismatch",
                     *             "message": "Faster tokenizer",
                     *             "actualChecksum": null,
                     *             "sizeBytes": null,
                     *             "contentType": null,
                     *             "attempts": 1,
                     *             "checkedAt": null,
                     *             "nextCheckAt": null
                     *           },
                     *           "mirrored": false,
                     *           "yanked": false,
                     *           "description": "Counts words and sentences.",
                     *           "labels": {},
                     *           "deprecation": null
                     *         }
                     *       ],
                     *       "nextCursor": null
                     *     }
                     */
                    "application/json": components["schemas"]["AgentPluginPage"];
                };
            };
        };
    };
    RegisterPlugin: {
        parameters: {
            query?: {
                /** @description Wait up to 25 s until the artifact is fetched and verified: 200 if it has the checksum, else 422 or 413. The version is registered in any case. */
                verify?: "sync";
            };
            header?: {
                /**
                 * @description Unique per request. Repeating the request with the same key within 24 hours returns the original response.
                 * @example 0f8c2f3e-6f0a-4a53-9d7b-6a7b0f2a9c11
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "nginx-log-collector",
                 *       "version": "2.1.0",
                 *       "pluginType": "log",
                 *       "artifactUrl": "https://artifacts.example.com/plugins/nginx-log-collector-2.1.0.tar.gz",
                 *       "checksum": "sha256:0000000000000000000000000000000000000000000000000000000000000000",
                 *       "configSchema": "{}",
                 *       "pluginRuntime": "go"
                 *     }
                 */
                "application/json": {
                    /**
                     * Format: uri
                     * @example https://artifacts.example.com/plugins/nginx-log-collector-2.1.0.tar.gz
                     */
                    artifactUrl: string;
                    /** @example sha256:0000000000000000000000000000000000000000000000000000000000000000 */
                    checksum: string;
                    /** @example {} */
                    configSchema?: string | {
                        [key: string]: unknown;
                    } | boolean;
                    /** @example nginx-log-collector */
                    name: string;
                    /** @example go */
                    pluginRuntime?: string;
                    /** @enum {string} */
                    pluginType: "log" | "metric" | "trace";
                    /** @example 2.1.0 */
                    version: string;
                };
            };
        };
        responses: {
            /** @description The registered version */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "plg_01m7wc54fherz84624ahd0kr7h",
                     *       "name": "nginx-log-collector",
                     *       "version": "2.1.0",
                     *       "pluginType": "log",
                     *       "artifactUrl": "https://artifacts.example.com/nginx-log-collector-2.1.0.tar.gz",
                     *       "checksum": "sha256:0000000000000000000000000000000000000000000000000000000000000000",
                     *       "configSchema": "{}",
                     *       "pluginRuntime": "go",
                     *       "registeredAt": "2026-03-05T09:30:00.000Z",
                     *       "verification": "pending",
                     *       "verificationDetails": {
                     *         "failure": "checksum_mismatch",
                     *         "message": "Faster tokenizer",
                     *         "actualChecksum": null,
                     *         "sizeBytes": null,
                     *         "contentType": null,
                     *         "attempts": 1,
                     *         "checkedAt": null,
                     *         "nextCheckAt": null
                     *       },
                     *       "mirrored": false,
                     *       "yanked": false,
                     *       "description": "Counts words and sentences.",
                     *       "labels": {},
                     *       "deprecation": null
                     *     }
                     */
                    "application/json": components["schemas"]["AgentPlugin"];
                };
            };
        };
    };
    getAgentPlugin: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description ID of the version, `plg_…`
                 * @example text
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The version */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "plg_01m7wc54fherz84624ahd0kr7h",
                     *       "name": "nginx-log-collector",
                     *       "version": "2.1.0",
                     *       "pluginType": "log",
                     *       "artifactUrl": "https://artifacts.example.com/nginx-log-collector-2.1.0.tar.gz",
                     *       "checksum": "sha256:0000000000000000000000000000000000000000000000000000000000000000",
                     *       "configSchema": "{}",
                     *       "pluginRuntime": "go",
                     *       "registeredAt": "2026-03-05T09:30:00.000Z",
                     *       "verification": "pending",
                     *       "verificationDetails": {
                     *         "failure": "checksum_mismatch",
                     *         "message": "Faster tokenizer",
                     *         "actualChecksum": null,
                     *         "sizeBytes": null,
                     *         "contentType": null,
                     *         "attempts": 1,
                     *         "checkedAt": null,
                     *         "nextCheckAt": null
                     *       },
                     *       "mirrored": false,
                     *       "yanked": false,
                     *       "description": "Counts words and sentences.",
                     *       "labels": {},
                     *       "deprecation": null
                     *     }
                     */
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
            };
            header?: never;
            path: {
                /**
                 * @description ID of the version, `plg_…`
                 * @example text
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Yanked */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    describeAgentPlugin: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description ID of the version, `plg_…`
                 * @example text
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "description": "Counts words and sentences.",
                 *       "labels": {
                 *         "team": "edge"
                 *       },
                 *       "deprecation": null
                 *     }
                 */
                "application/json": {
                    deprecation?: string | null;
                    description?: string | null;
                    /**
                     * @example {
                     *       "team": "edge"
                     *     }
                     */
                    labels?: {
                        [key: string]: string;
                    };
                };
            };
        };
        responses: {
            /** @description The version */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "plg_01m7wc54fherz84624ahd0kr7h",
                     *       "name": "nginx-log-collector",
                     *       "version": "2.1.0",
                     *       "pluginType": "log",
                     *       "artifactUrl": "https://artifacts.example.com/nginx-log-collector-2.1.0.tar.gz",
                     *       "checksum": "sha256:0000000000000000000000000000000000000000000000000000000000000000",
                     *       "configSchema": "{}",
                     *       "pluginRuntime": "go",
                     *       "registeredAt": "2026-03-05T09:30:00.000Z",
                     *       "verification": "pending",
                     *       "verificationDetails": {
                     *         "failure": "checksum_mismatch",
                     *         "message": "Faster tokenizer",
                     *         "actualChecksum": null,
                     *         "sizeBytes": null,
                     *         "contentType": null,
                     *         "attempts": 1,
                     *         "checkedAt": null,
                     *         "nextCheckAt": null
                     *       },
                     *       "mirrored": false,
                     *       "yanked": false,
                     *       "description": "Counts words and sentences.",
                     *       "labels": {},
                     *       "deprecation": null
                     *     }
                     */
                    "application/json": components["schemas"]["AgentPlugin"];
                };
            };
        };
    };
    getAgentPluginArtifact: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description ID of the version, `plg_…`
                 * @example text
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: never;
    };
    getAgentPluginConfigSchema: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description ID of the version, `plg_…`
                 * @example text
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The JSON Schema as a JSON value, not as a string */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /** @example text */
                    "application/json": unknown;
                };
            };
        };
    };
    validateAgentPluginConfig: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description ID of the version, `plg_…`
                 * @example text
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "config": "text"
                 *     }
                 */
                "application/json": {
                    /** @description Any JSON value */
                    config: unknown;
                };
            };
        };
        responses: {
            /** @description Whether the configuration is valid, and up to 50 errors */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "valid": false,
                     *       "errors": [
                     *         {
                     *           "path": "realtime.py",
                     *           "keyword": "text",
                     *           "message": "Faster tokenizer"
                     *         }
                     *       ]
                     *     }
                     */
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
                /** @description Wait up to 25 s until the artifact is fetched and verified: 200 if it has the checksum, else 422 or 413. The version is registered in any case. */
                verify?: "sync";
            };
            header?: {
                /**
                 * @description Unique per request. Repeating the request with the same key within 24 hours returns the original response.
                 * @example 0f8c2f3e-6f0a-4a53-9d7b-6a7b0f2a9c11
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /**
                 * @description ID of the version, `plg_…`
                 * @example text
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The version */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "plg_01m7wc54fherz84624ahd0kr7h",
                     *       "name": "nginx-log-collector",
                     *       "version": "2.1.0",
                     *       "pluginType": "log",
                     *       "artifactUrl": "https://artifacts.example.com/nginx-log-collector-2.1.0.tar.gz",
                     *       "checksum": "sha256:0000000000000000000000000000000000000000000000000000000000000000",
                     *       "configSchema": "{}",
                     *       "pluginRuntime": "go",
                     *       "registeredAt": "2026-03-05T09:30:00.000Z",
                     *       "verification": "pending",
                     *       "verificationDetails": {
                     *         "failure": "checksum_mismatch",
                     *         "message": "Faster tokenizer",
                     *         "actualChecksum": null,
                     *         "sizeBytes": null,
                     *         "contentType": null,
                     *         "attempts": 1,
                     *         "checkedAt": null,
                     *         "nextCheckAt": null
                     *       },
                     *       "mirrored": false,
                     *       "yanked": false,
                     *       "description": "Counts words and sentences.",
                     *       "labels": {},
                     *       "deprecation": null
                     *     }
                     */
                    "application/json": components["schemas"]["AgentPlugin"];
                };
            };
        };
    };
    listAgentPluginVersions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Name of the plugin, case-insensitive
                 * @example text_profile
                 */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All versions, and the highest one that is not yanked */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "name": "text_profile",
                     *       "latest": {
                     *         "id": "plg_01m7wc54fherz84624ahd0kr7h",
                     *         "name": "nginx-log-collector",
                     *         "version": "2.1.0",
                     *         "pluginType": "log",
                     *         "artifactUrl": "https://artifacts.example.com/nginx-log-collector-2.1.0.tar.gz",
                     *         "checksum": "sha256:0000000000000000000000000000000000000000000000000000000000000000",
                     *         "configSchema": "{}",
                     *         "pluginRuntime": "go",
                     *         "registeredAt": "2026-03-05T09:30:00.000Z",
                     *         "verification": "pending",
                     *         "verificationDetails": {
                     *           "failure": "checksum_mismatch",
                     *           "message": "Faster tokenizer",
                     *           "actualChecksum": null,
                     *           "sizeBytes": null,
                     *           "contentType": null,
                     *           "attempts": 1,
                     *           "checkedAt": null,
                     *           "nextCheckAt": null
                     *         },
                     *         "mirrored": false,
                     *         "yanked": false,
                     *         "description": "Counts words and sentences.",
                     *         "labels": {},
                     *         "deprecation": null
                     *       },
                     *       "versions": [
                     *         {
                     *           "id": "plg_01m7wc54fherz84624ahd0kr7h",
                     *           "name": "nginx-log-collector",
                     *           "version": "2.1.0",
                     *           "pluginType": "log",
                     *           "artifactUrl": "https://artifacts.example.com/nginx-log-collector-2.1.0.tar.gz",
                     *           "checksum": "sha256:0000000000000000000000000000000000000000000000000000000000000000",
                     *           "configSchema": "{}",
                     *           "pluginRuntime": "go",
                     *           "registeredAt": "2026-03-05T09:30:00.000Z",
                     *           "verification": "pending",
                     *           "verificationDetails": {
                     *             "failure": "checksum_mismatch",
                     *             "message": "Faster tokenizer",
                     *             "actualChecksum": null,
                     *             "sizeBytes": null,
                     *             "contentType": null,
                     *             "attempts": 1,
                     *             "checkedAt": null,
                     *             "nextCheckAt": null
                     *           },
                     *           "mirrored": false,
                     *           "yanked": false,
                     *           "description": "Counts words and sentences.",
                     *           "labels": {},
                     *           "deprecation": null
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["AgentPluginVersions"];
                };
            };
        };
    };
    getAgentPluginVersion: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Name of the plugin, case-insensitive
                 * @example text_profile
                 */
                name: string;
                /**
                 * @description The version, as registered
                 * @example 1.0.0
                 */
                version: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The version */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "plg_01m7wc54fherz84624ahd0kr7h",
                     *       "name": "nginx-log-collector",
                     *       "version": "2.1.0",
                     *       "pluginType": "log",
                     *       "artifactUrl": "https://artifacts.example.com/nginx-log-collector-2.1.0.tar.gz",
                     *       "checksum": "sha256:0000000000000000000000000000000000000000000000000000000000000000",
                     *       "configSchema": "{}",
                     *       "pluginRuntime": "go",
                     *       "registeredAt": "2026-03-05T09:30:00.000Z",
                     *       "verification": "pending",
                     *       "verificationDetails": {
                     *         "failure": "checksum_mismatch",
                     *         "message": "Faster tokenizer",
                     *         "actualChecksum": null,
                     *         "sizeBytes": null,
                     *         "contentType": null,
                     *         "attempts": 1,
                     *         "checkedAt": null,
                     *         "nextCheckAt": null
                     *       },
                     *       "mirrored": false,
                     *       "yanked": false,
                     *       "description": "Counts words and sentences.",
                     *       "labels": {},
                     *       "deprecation": null
                     *     }
                     */
                    "application/json": components["schemas"]["AgentPlugin"];
                };
            };
        };
    };
    getHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Slipway is running */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "ok"
                     *     }
                     */
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
            query?: never;
            header?: never;
            path: {
                /**
                 * @description ID of the hook
                 * @example dhk_01m7wc54fherz84624ahd0kr7h
                 */
                hook_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The delivery was received before */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "delivery_id": "dlv_01m7wc54fherz84624ahd0kr7h",
                     *       "status": "queued",
                     *       "reason": null
                     *     }
                     */
                    "application/json": components["schemas"]["HookReceipt"];
                };
            };
            /** @description Enqueued, or ignored */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "delivery_id": "dlv_01m7wc54fherz84624ahd0kr7h",
                     *       "status": "queued",
                     *       "reason": null
                     *     }
                     */
                    "application/json": components["schemas"]["HookReceipt"];
                };
            };
        };
    };
    getOpenApiDocument: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The OpenAPI 3.1 document */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "openapi": "text"
                     *     }
                     */
                    "application/json": {
                        openapi: string;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    listOrganizations: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the previous page */
                cursor?: string;
                /** @description Maximum number of results */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of organizations, oldest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "results": [
                     *         {
                     *           "organization_id": "org_01m7wc54fherz84624ahd0kr7h",
                     *           "name": "text_profile",
                     *           "created_at": "2026-03-05T09:30:00.000Z"
                     *         }
                     *       ],
                     *       "pagination": {
                     *         "limit": 1,
                     *         "next_cursor": null
                     *       }
                     *     }
                     */
                    "application/json": {
                        pagination: {
                            limit: number;
                            next_cursor: string | null;
                        };
                        results: components["schemas"]["Organization"][];
                    };
                };
            };
        };
    };
    createOrganization: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Unique per request. Repeating the request with the same key within 24 hours returns the original response.
                 * @example 0f8c2f3e-6f0a-4a53-9d7b-6a7b0f2a9c11
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "text_profile",
                 *       "plugins_per_namespace": 0,
                 *       "quotas": {
                 *         "plugins_per_namespace": null,
                 *         "stored_bytes": null,
                 *         "live_deployments": null,
                 *         "keys": null,
                 *         "namespaces": null,
                 *         "webhook_endpoints": null,
                 *         "model_bytes": null,
                 *         "model_uploads": null,
                 *         "log_bytes_per_day": null
                 *       }
                 *     }
                 */
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
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "organization_id": "org_01m7wc54fherz84624ahd0kr7h",
                     *       "name": "text_profile",
                     *       "namespace_id": "ns_01m7wc54fherz84624ahd0kr7h",
                     *       "key_id": "key_01m7wc54fherz84624ahd0kr7h",
                     *       "api_key": "sk_…",
                     *       "created_at": "2026-03-05T09:30:00.000Z"
                     *     }
                     */
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
            query?: never;
            header?: never;
            path: {
                /**
                 * @description ID of the organization, `org_…`
                 * @example org_…
                 */
                organization_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The organization */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "organization_id": "org_01m7wc54fherz84624ahd0kr7h",
                     *       "name": "text_profile",
                     *       "created_at": "2026-03-05T09:30:00.000Z",
                     *       "jurisdiction": "eu",
                     *       "quotas": {
                     *         "plugins_per_namespace": {
                     *           "used": 1,
                     *           "max_allowed": 1
                     *         },
                     *         "stored_bytes": {
                     *           "used": 1,
                     *           "max_allowed": 1
                     *         },
                     *         "live_deployments": {
                     *           "used": 1,
                     *           "max_allowed": 1
                     *         },
                     *         "keys": {
                     *           "used": 1,
                     *           "max_allowed": 1
                     *         },
                     *         "namespaces": {
                     *           "used": 1,
                     *           "max_allowed": 1
                     *         },
                     *         "webhook_endpoints": {
                     *           "used": 1,
                     *           "max_allowed": 1
                     *         },
                     *         "model_bytes": {
                     *           "used": 1,
                     *           "max_allowed": 1
                     *         },
                     *         "model_uploads": {
                     *           "used": 1,
                     *           "max_allowed": 1
                     *         },
                     *         "log_bytes_per_day": {
                     *           "used": 1,
                     *           "max_allowed": 1
                     *         }
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["OrganizationInFull"];
                };
            };
        };
    };
    updateOrganization: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description ID of the organization, `org_…`
                 * @example org_…
                 */
                organization_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "text_profile",
                 *       "jurisdiction": "eu"
                 *     }
                 */
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
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "organization_id": "org_01m7wc54fherz84624ahd0kr7h",
                     *       "name": "text_profile",
                     *       "created_at": "2026-03-05T09:30:00.000Z",
                     *       "jurisdiction": "eu",
                     *       "quotas": {
                     *         "plugins_per_namespace": {
                     *           "used": 1,
                     *           "max_allowed": 1
                     *         },
                     *         "stored_bytes": {
                     *           "used": 1,
                     *           "max_allowed": 1
                     *         },
                     *         "live_deployments": {
                     *           "used": 1,
                     *           "max_allowed": 1
                     *         },
                     *         "keys": {
                     *           "used": 1,
                     *           "max_allowed": 1
                     *         },
                     *         "namespaces": {
                     *           "used": 1,
                     *           "max_allowed": 1
                     *         },
                     *         "webhook_endpoints": {
                     *           "used": 1,
                     *           "max_allowed": 1
                     *         },
                     *         "model_bytes": {
                     *           "used": 1,
                     *           "max_allowed": 1
                     *         },
                     *         "model_uploads": {
                     *           "used": 1,
                     *           "max_allowed": 1
                     *         },
                     *         "log_bytes_per_day": {
                     *           "used": 1,
                     *           "max_allowed": 1
                     *         }
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["OrganizationInFull"];
                };
            };
        };
    };
    createOrganizationKey: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Unique per request. Repeating the request with the same key within 24 hours returns the original response.
                 * @example 0f8c2f3e-6f0a-4a53-9d7b-6a7b0f2a9c11
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /**
                 * @description ID of the organization, `org_…`
                 * @example org_…
                 */
                organization_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "text_profile",
                 *       "scopes": [
                 *         "plugins:write"
                 *       ],
                 *       "namespace_ids": [
                 *         "ns_01m7wc54fherz84624ahd0kr7h"
                 *       ],
                 *       "expires_at": "2030-01-01T00:00:00.000Z"
                 *     }
                 */
                "application/json": {
                    /**
                     * Format: date-time
                     * @description Null or omitted: the expiry of the key that creates it
                     */
                    expires_at?: string | null;
                    name: string;
                    /** @description Null or omitted: the namespaces of the key that creates it */
                    namespace_ids?: string[] | null;
                    scopes: ("plugins:read" | "plugins:write" | "plugins:deploy" | "plugins:invoke" | "namespaces:admin" | "policy:admin" | "webhooks:admin" | "keys:admin" | "audit:read")[];
                };
            };
        };
        responses: {
            /** @description The key and its secret */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "key_id": "key_01m7wc54fherz84624ahd0kr7h",
                     *       "name": "text_profile",
                     *       "prefix": "sk_3kQx9bT",
                     *       "scopes": [
                     *         "plugins:write"
                     *       ],
                     *       "namespace_ids": [
                     *         "ns_01m7wc54fherz84624ahd0kr7h"
                     *       ],
                     *       "status": "active",
                     *       "created_at": "2026-03-05T09:30:00.000Z",
                     *       "expires_at": "2030-01-01T00:00:00.000Z",
                     *       "last_used_at": null,
                     *       "revoked_at": null,
                     *       "previous_valid_until": null,
                     *       "api_key": "sk_…"
                     *     }
                     */
                    "application/json": components["schemas"]["ApiKeyWithSecret"];
                };
            };
        };
    };
    setQuotas: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description ID of the organization, `org_…`
                 * @example org_…
                 */
                organization_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "plugins_per_namespace": null,
                 *       "stored_bytes": null,
                 *       "live_deployments": null,
                 *       "keys": null,
                 *       "namespaces": null,
                 *       "webhook_endpoints": null,
                 *       "model_bytes": null,
                 *       "model_uploads": null,
                 *       "log_bytes_per_day": null
                 *     }
                 */
                "application/json": components["schemas"]["QuotaChanges"];
            };
        };
        responses: {
            /** @description The organization */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "organization_id": "org_01m7wc54fherz84624ahd0kr7h",
                     *       "name": "text_profile",
                     *       "created_at": "2026-03-05T09:30:00.000Z",
                     *       "jurisdiction": "eu",
                     *       "quotas": {
                     *         "plugins_per_namespace": {
                     *           "used": 1,
                     *           "max_allowed": 1
                     *         },
                     *         "stored_bytes": {
                     *           "used": 1,
                     *           "max_allowed": 1
                     *         },
                     *         "live_deployments": {
                     *           "used": 1,
                     *           "max_allowed": 1
                     *         },
                     *         "keys": {
                     *           "used": 1,
                     *           "max_allowed": 1
                     *         },
                     *         "namespaces": {
                     *           "used": 1,
                     *           "max_allowed": 1
                     *         },
                     *         "webhook_endpoints": {
                     *           "used": 1,
                     *           "max_allowed": 1
                     *         },
                     *         "model_bytes": {
                     *           "used": 1,
                     *           "max_allowed": 1
                     *         },
                     *         "model_uploads": {
                     *           "used": 1,
                     *           "max_allowed": 1
                     *         },
                     *         "log_bytes_per_day": {
                     *           "used": 1,
                     *           "max_allowed": 1
                     *         }
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["OrganizationInFull"];
                };
            };
        };
    };
    listDeployHooks: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the previous page */
                cursor?: string;
                /** @description Maximum number of results */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of hooks */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "results": [
                     *         {
                     *           "hook_id": "dhk_01m7wc54fherz84624ahd0kr7h",
                     *           "url": "https://example.com/",
                     *           "kind": "extractor",
                     *           "plugin": "text",
                     *           "namespace_id": "ns_01m7wc54fherz84624ahd0kr7h",
                     *           "provider": "github",
                     *           "repository": "text",
                     *           "path": "realtime.py",
                     *           "branches": [
                     *             "text"
                     *           ],
                     *           "tags": [
                     *             "text"
                     *           ],
                     *           "action": "update",
                     *           "description": "Counts words and sentences.",
                     *           "status": "enabled",
                     *           "reports_status": false,
                     *           "status_api_url": null,
                     *           "previous_secret_until": null,
                     *           "created_at": "2026-03-05T09:30:00.000Z",
                     *           "updated_at": "2026-03-05T09:30:00.000Z"
                     *         }
                     *       ],
                     *       "pagination": {
                     *         "limit": 1,
                     *         "next_cursor": null
                     *       }
                     *     }
                     */
                    "application/json": {
                        pagination: {
                            limit: number;
                            next_cursor: string | null;
                        };
                        results: components["schemas"]["DeployHook"][];
                    };
                };
            };
        };
    };
    createDeployHook: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Unique per request. Repeating the request with the same key within 24 hours returns the original response.
                 * @example 0f8c2f3e-6f0a-4a53-9d7b-6a7b0f2a9c11
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "kind": "extractor",
                 *       "plugin": "ocr",
                 *       "namespace_id": "ns_…",
                 *       "provider": "github",
                 *       "repository": "https://github.com/example/plugins",
                 *       "path": "plugins/ocr",
                 *       "tags": [
                 *         "ocr-v*"
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["DeployHookCreation"];
            };
        };
        responses: {
            /** @description The hook and its secret */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "hook_id": "dhk_01m7wc54fherz84624ahd0kr7h",
                     *       "url": "https://example.com/",
                     *       "kind": "extractor",
                     *       "plugin": "text",
                     *       "namespace_id": "ns_01m7wc54fherz84624ahd0kr7h",
                     *       "provider": "github",
                     *       "repository": "text",
                     *       "path": "realtime.py",
                     *       "branches": [
                     *         "text"
                     *       ],
                     *       "tags": [
                     *         "text"
                     *       ],
                     *       "action": "update",
                     *       "description": "Counts words and sentences.",
                     *       "status": "enabled",
                     *       "reports_status": false,
                     *       "status_api_url": null,
                     *       "previous_secret_until": null,
                     *       "created_at": "2026-03-05T09:30:00.000Z",
                     *       "updated_at": "2026-03-05T09:30:00.000Z",
                     *       "secret": "whsec_…"
                     *     }
                     */
                    "application/json": components["schemas"]["DeployHookWithSecret"];
                };
            };
        };
    };
    getDeployHook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description ID of the hook
                 * @example dhk_…
                 */
                hook_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The hook */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "hook_id": "dhk_01m7wc54fherz84624ahd0kr7h",
                     *       "url": "https://example.com/",
                     *       "kind": "extractor",
                     *       "plugin": "text",
                     *       "namespace_id": "ns_01m7wc54fherz84624ahd0kr7h",
                     *       "provider": "github",
                     *       "repository": "text",
                     *       "path": "realtime.py",
                     *       "branches": [
                     *         "text"
                     *       ],
                     *       "tags": [
                     *         "text"
                     *       ],
                     *       "action": "update",
                     *       "description": "Counts words and sentences.",
                     *       "status": "enabled",
                     *       "reports_status": false,
                     *       "status_api_url": null,
                     *       "previous_secret_until": null,
                     *       "created_at": "2026-03-05T09:30:00.000Z",
                     *       "updated_at": "2026-03-05T09:30:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["DeployHook"];
                };
            };
        };
    };
    deleteDeployHook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description ID of the hook
                 * @example dhk_…
                 */
                hook_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "hook_id": "dhk_01m7wc54fherz84624ahd0kr7h"
                     *     }
                     */
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
            query?: never;
            header?: never;
            path: {
                /**
                 * @description ID of the hook
                 * @example dhk_…
                 */
                hook_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "branches": [
                 *         "main"
                 *       ],
                 *       "tags": [
                 *         "v*"
                 *       ],
                 *       "action": "update",
                 *       "description": "Counts words and sentences.",
                 *       "status": "enabled",
                 *       "status_token": null,
                 *       "status_api_url": null
                 *     }
                 */
                "application/json": components["schemas"]["DeployHookUpdate"];
            };
        };
        responses: {
            /** @description The hook */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "hook_id": "dhk_01m7wc54fherz84624ahd0kr7h",
                     *       "url": "https://example.com/",
                     *       "kind": "extractor",
                     *       "plugin": "text",
                     *       "namespace_id": "ns_01m7wc54fherz84624ahd0kr7h",
                     *       "provider": "github",
                     *       "repository": "text",
                     *       "path": "realtime.py",
                     *       "branches": [
                     *         "text"
                     *       ],
                     *       "tags": [
                     *         "text"
                     *       ],
                     *       "action": "update",
                     *       "description": "Counts words and sentences.",
                     *       "status": "enabled",
                     *       "reports_status": false,
                     *       "status_api_url": null,
                     *       "previous_secret_until": null,
                     *       "created_at": "2026-03-05T09:30:00.000Z",
                     *       "updated_at": "2026-03-05T09:30:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["DeployHook"];
                };
            };
        };
    };
    listHookDeliveries: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the previous page */
                cursor?: string;
                /** @description Maximum number of results */
                limit?: number;
                /** @description Only this status */
                status?: "queued" | "running" | "deploying" | "live" | "published" | "failed" | "superseded" | "ignored";
            };
            header?: never;
            path: {
                /**
                 * @description ID of the hook
                 * @example dhk_…
                 */
                hook_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of deliveries */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "results": [
                     *         {
                     *           "delivery_id": "dlv_01m7wc54fherz84624ahd0kr7h",
                     *           "hook_id": "dhk_01m7wc54fherz84624ahd0kr7h",
                     *           "provider_delivery_id": "text",
                     *           "event": "text",
                     *           "ref": null,
                     *           "status": "queued",
                     *           "reason": null,
                     *           "message": "Faster tokenizer",
                     *           "commit": null,
                     *           "upload_id": "plu_01m7wc54fherz84624ahd0kr7h",
                     *           "version_id": null,
                     *           "deployment_id": "dep_01m7wc54fherz84624ahd0kr7h",
                     *           "superseded_by": null,
                     *           "received_at": "2026-03-05T09:30:00.000Z",
                     *           "fetched_at": null,
                     *           "scanned_at": null,
                     *           "built_at": null,
                     *           "ended_at": null
                     *         }
                     *       ],
                     *       "pagination": {
                     *         "limit": 1,
                     *         "next_cursor": null
                     *       }
                     *     }
                     */
                    "application/json": {
                        pagination: {
                            limit: number;
                            next_cursor: string | null;
                        };
                        results: components["schemas"]["HookDelivery"][];
                    };
                };
            };
        };
    };
    getHookDelivery: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description ID of the delivery, `dlv_…`
                 * @example psh_…
                 */
                delivery_id: string;
                /**
                 * @description ID of the hook
                 * @example dhk_…
                 */
                hook_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The delivery */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "delivery_id": "dlv_01m7wc54fherz84624ahd0kr7h",
                     *       "hook_id": "dhk_01m7wc54fherz84624ahd0kr7h",
                     *       "provider_delivery_id": "text",
                     *       "event": "text",
                     *       "ref": null,
                     *       "status": "queued",
                     *       "reason": null,
                     *       "message": "Faster tokenizer",
                     *       "commit": null,
                     *       "upload_id": "plu_01m7wc54fherz84624ahd0kr7h",
                     *       "version_id": null,
                     *       "deployment_id": "dep_01m7wc54fherz84624ahd0kr7h",
                     *       "superseded_by": null,
                     *       "received_at": "2026-03-05T09:30:00.000Z",
                     *       "fetched_at": null,
                     *       "scanned_at": null,
                     *       "built_at": null,
                     *       "ended_at": null
                     *     }
                     */
                    "application/json": components["schemas"]["HookDelivery"];
                };
            };
        };
    };
    rotateDeployHookSecret: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Unique per request. Repeating the request with the same key within 24 hours returns the original response.
                 * @example 0f8c2f3e-6f0a-4a53-9d7b-6a7b0f2a9c11
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /**
                 * @description ID of the hook
                 * @example dhk_…
                 */
                hook_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /** @example null */
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
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "hook_id": "dhk_01m7wc54fherz84624ahd0kr7h",
                     *       "url": "https://example.com/",
                     *       "kind": "extractor",
                     *       "plugin": "text",
                     *       "namespace_id": "ns_01m7wc54fherz84624ahd0kr7h",
                     *       "provider": "github",
                     *       "repository": "text",
                     *       "path": "realtime.py",
                     *       "branches": [
                     *         "text"
                     *       ],
                     *       "tags": [
                     *         "text"
                     *       ],
                     *       "action": "update",
                     *       "description": "Counts words and sentences.",
                     *       "status": "enabled",
                     *       "reports_status": false,
                     *       "status_api_url": null,
                     *       "previous_secret_until": null,
                     *       "created_at": "2026-03-05T09:30:00.000Z",
                     *       "updated_at": "2026-03-05T09:30:00.000Z",
                     *       "secret": "whsec_…"
                     *     }
                     */
                    "application/json": components["schemas"]["DeployHookWithSecret"];
                };
            };
        };
    };
    testDeployHook: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Unique per request. Repeating the request with the same key within 24 hours returns the original response.
                 * @example 0f8c2f3e-6f0a-4a53-9d7b-6a7b0f2a9c11
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /**
                 * @description ID of the hook
                 * @example dhk_…
                 */
                hook_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "ref": "text"
                 *     }
                 */
                "application/json": {
                    ref: string;
                };
            };
        };
        responses: {
            /** @description What a push would publish */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "ref": "text",
                     *       "ref_kind": "tag",
                     *       "commit": "text",
                     *       "files": 1,
                     *       "selected": false
                     *     }
                     */
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
                /** @description `next_cursor` of the previous page */
                cursor?: string;
                /** @description Maximum number of results */
                limit?: number;
                /** @description ID of a namespace */
                namespace?: string;
                /** @description `desc` lists the newest first, `asc` the oldest */
                order?: "desc" | "asc";
                /** @description Only from this time on */
                since?: string;
                /** @description ID of the resource that changed */
                subject?: string;
                /** @description Only this type, or all types with this prefix */
                type?: components["schemas"]["EventFilter"];
                /** @description Exclusive */
                until?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of events, in the order they were written */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "results": [
                     *         {
                     *           "id": "text",
                     *           "type": "deployment.promoted",
                     *           "timestamp": "2026-03-05T09:30:00.000Z",
                     *           "organization_id": "org_01m7wc54fherz84624ahd0kr7h",
                     *           "namespace_id": "ns_01m7wc54fherz84624ahd0kr7h",
                     *           "subject_id": "dep_01m7wc54fherz84624ahd0kr7h",
                     *           "actor": {
                     *             "type": "key",
                     *             "id": "text"
                     *           },
                     *           "data": {}
                     *         }
                     *       ],
                     *       "pagination": {
                     *         "limit": 1,
                     *         "next_cursor": null
                     *       },
                     *       "archived_until": null
                     *     }
                     */
                    "application/json": {
                        /**
                         * Format: date-time
                         * @description Events up to this time were archived and are in the export only; null if none were
                         */
                        archived_until: string | null;
                        pagination: {
                            limit: number;
                            next_cursor: string | null;
                        };
                        results: components["schemas"]["Event"][];
                    };
                };
            };
        };
    };
    exportEvents: {
        parameters: {
            query?: {
                /** @description Start with the events of this block */
                from_block?: number;
                /** @description Leave out this many events at the start: those after the last block that were received before */
                skip?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The export */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": string;
                };
            };
        };
    };
    listGrants: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the previous page */
                cursor?: string;
                /** @description Maximum number of results */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of grants */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "results": [
                     *         {
                     *           "plugin": "http_lookup",
                     *           "kind": "extractor",
                     *           "namespace_id": "ns_01m7wc54fherz84624ahd0kr7h",
                     *           "permissions": {
                     *             "network": [
                     *               "text"
                     *             ],
                     *             "forward": {},
                     *             "secrets": [
                     *               "text"
                     *             ],
                     *             "memory_mb": 64,
                     *             "timeout_s": 1
                     *           },
                     *           "granted_by": {
                     *             "type": "key",
                     *             "id": "text"
                     *           },
                     *           "created_at": "2026-03-05T09:30:00.000Z",
                     *           "updated_at": "2026-03-05T09:30:00.000Z"
                     *         }
                     *       ],
                     *       "pagination": {
                     *         "limit": 1,
                     *         "next_cursor": null
                     *       }
                     *     }
                     */
                    "application/json": {
                        pagination: {
                            limit: number;
                            next_cursor: string | null;
                        };
                        results: components["schemas"]["Grant"][];
                    };
                };
            };
        };
    };
    putGrant: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "plugin": "http_lookup",
                 *       "kind": "extractor",
                 *       "namespace": "text",
                 *       "permissions": {
                 *         "network": [
                 *           "text"
                 *         ],
                 *         "forward": {},
                 *         "secrets": [
                 *           "text"
                 *         ],
                 *         "memory_mb": 64,
                 *         "timeout_s": 1
                 *       },
                 *       "add": false
                 *     }
                 */
                "application/json": components["schemas"]["GrantRequest"];
            };
        };
        responses: {
            /** @description The grant */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "plugin": "http_lookup",
                     *       "kind": "extractor",
                     *       "namespace_id": "ns_01m7wc54fherz84624ahd0kr7h",
                     *       "permissions": {
                     *         "network": [
                     *           "text"
                     *         ],
                     *         "forward": {},
                     *         "secrets": [
                     *           "text"
                     *         ],
                     *         "memory_mb": 64,
                     *         "timeout_s": 1
                     *       },
                     *       "granted_by": {
                     *         "type": "key",
                     *         "id": "text"
                     *       },
                     *       "created_at": "2026-03-05T09:30:00.000Z",
                     *       "updated_at": "2026-03-05T09:30:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Grant"];
                };
            };
        };
    };
    revokeGrant: {
        parameters: {
            query: {
                /** @description The kind of plugin */
                kind?: "extractor" | "pipeline" | "storage";
                /** @description ID or name of an extractor's namespace. Left out for the organization's own extractors, and for Go plugins */
                namespace?: string;
                /**
                 * @description A plugin's name
                 * @example http_lookup
                 */
                plugin: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The plugin that is granted nothing now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "plugin": "http_lookup"
                     *     }
                     */
                    "application/json": {
                        /**
                         * @description A plugin's name
                         * @example http_lookup
                         */
                        plugin: string;
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
                /** @description `next_cursor` of the previous page */
                cursor?: string;
                /** @description Maximum number of results */
                limit?: number;
                /** @description Only this status */
                status?: "active" | "expired" | "revoked";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of keys, oldest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "results": [
                     *         {
                     *           "key_id": "key_01m7wc54fherz84624ahd0kr7h",
                     *           "name": "text_profile",
                     *           "prefix": "sk_3kQx9bT",
                     *           "scopes": [
                     *             "plugins:write"
                     *           ],
                     *           "namespace_ids": [
                     *             "ns_01m7wc54fherz84624ahd0kr7h"
                     *           ],
                     *           "status": "active",
                     *           "created_at": "2026-03-05T09:30:00.000Z",
                     *           "expires_at": "2030-01-01T00:00:00.000Z",
                     *           "last_used_at": null,
                     *           "revoked_at": null,
                     *           "previous_valid_until": null
                     *         }
                     *       ],
                     *       "pagination": {
                     *         "limit": 1,
                     *         "next_cursor": null
                     *       }
                     *     }
                     */
                    "application/json": {
                        pagination: {
                            limit: number;
                            next_cursor: string | null;
                        };
                        results: components["schemas"]["ApiKey"][];
                    };
                };
            };
        };
    };
    createKey: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Unique per request. Repeating the request with the same key within 24 hours returns the original response.
                 * @example 0f8c2f3e-6f0a-4a53-9d7b-6a7b0f2a9c11
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "text_profile",
                 *       "scopes": [
                 *         "plugins:write"
                 *       ],
                 *       "namespace_ids": [
                 *         "ns_01m7wc54fherz84624ahd0kr7h"
                 *       ],
                 *       "expires_at": "2030-01-01T00:00:00.000Z"
                 *     }
                 */
                "application/json": {
                    /**
                     * Format: date-time
                     * @description Null or omitted: the expiry of the key that creates it
                     */
                    expires_at?: string | null;
                    name: string;
                    /** @description Null or omitted: the namespaces of the key that creates it */
                    namespace_ids?: string[] | null;
                    scopes: ("plugins:read" | "plugins:write" | "plugins:deploy" | "plugins:invoke" | "namespaces:admin" | "policy:admin" | "webhooks:admin" | "keys:admin" | "audit:read")[];
                };
            };
        };
        responses: {
            /** @description The key and its secret */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "key_id": "key_01m7wc54fherz84624ahd0kr7h",
                     *       "name": "text_profile",
                     *       "prefix": "sk_3kQx9bT",
                     *       "scopes": [
                     *         "plugins:write"
                     *       ],
                     *       "namespace_ids": [
                     *         "ns_01m7wc54fherz84624ahd0kr7h"
                     *       ],
                     *       "status": "active",
                     *       "created_at": "2026-03-05T09:30:00.000Z",
                     *       "expires_at": "2030-01-01T00:00:00.000Z",
                     *       "last_used_at": null,
                     *       "revoked_at": null,
                     *       "previous_valid_until": null,
                     *       "api_key": "sk_…"
                     *     }
                     */
                    "application/json": components["schemas"]["ApiKeyWithSecret"];
                };
            };
        };
    };
    getKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description ID of the key, `key_…`
                 * @example key_…
                 */
                key_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The key */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "key_id": "key_01m7wc54fherz84624ahd0kr7h",
                     *       "name": "text_profile",
                     *       "prefix": "sk_3kQx9bT",
                     *       "scopes": [
                     *         "plugins:write"
                     *       ],
                     *       "namespace_ids": [
                     *         "ns_01m7wc54fherz84624ahd0kr7h"
                     *       ],
                     *       "status": "active",
                     *       "created_at": "2026-03-05T09:30:00.000Z",
                     *       "expires_at": "2030-01-01T00:00:00.000Z",
                     *       "last_used_at": null,
                     *       "revoked_at": null,
                     *       "previous_valid_until": null
                     *     }
                     */
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
            header?: never;
            path: {
                /**
                 * @description ID of the key, `key_…`
                 * @example key_…
                 */
                key_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The key */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "key_id": "key_01m7wc54fherz84624ahd0kr7h",
                     *       "name": "text_profile",
                     *       "prefix": "sk_3kQx9bT",
                     *       "scopes": [
                     *         "plugins:write"
                     *       ],
                     *       "namespace_ids": [
                     *         "ns_01m7wc54fherz84624ahd0kr7h"
                     *       ],
                     *       "status": "active",
                     *       "created_at": "2026-03-05T09:30:00.000Z",
                     *       "expires_at": "2030-01-01T00:00:00.000Z",
                     *       "last_used_at": null,
                     *       "revoked_at": null,
                     *       "previous_valid_until": null
                     *     }
                     */
                    "application/json": components["schemas"]["ApiKey"];
                };
            };
        };
    };
    rotateKey: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Unique per request. Repeating the request with the same key within 24 hours returns the original response.
                 * @example 0f8c2f3e-6f0a-4a53-9d7b-6a7b0f2a9c11
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /**
                 * @description ID of the key, `key_…`
                 * @example key_…
                 */
                key_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /** @example null */
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
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "key_id": "key_01m7wc54fherz84624ahd0kr7h",
                     *       "name": "text_profile",
                     *       "prefix": "sk_3kQx9bT",
                     *       "scopes": [
                     *         "plugins:write"
                     *       ],
                     *       "namespace_ids": [
                     *         "ns_01m7wc54fherz84624ahd0kr7h"
                     *       ],
                     *       "status": "active",
                     *       "created_at": "2026-03-05T09:30:00.000Z",
                     *       "expires_at": "2030-01-01T00:00:00.000Z",
                     *       "last_used_at": null,
                     *       "revoked_at": null,
                     *       "previous_valid_until": null,
                     *       "api_key": "sk_…"
                     *     }
                     */
                    "application/json": components["schemas"]["ApiKeyWithSecret"];
                };
            };
        };
    };
    getOwnKey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The key, with its organization */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "key_id": "key_01m7wc54fherz84624ahd0kr7h",
                     *       "name": "text_profile",
                     *       "prefix": "sk_3kQx9bT",
                     *       "scopes": [
                     *         "plugins:write"
                     *       ],
                     *       "namespace_ids": [
                     *         "ns_01m7wc54fherz84624ahd0kr7h"
                     *       ],
                     *       "status": "active",
                     *       "created_at": "2026-03-05T09:30:00.000Z",
                     *       "expires_at": "2030-01-01T00:00:00.000Z",
                     *       "last_used_at": null,
                     *       "revoked_at": null,
                     *       "previous_valid_until": null,
                     *       "organization_id": "org_01m7wc54fherz84624ahd0kr7h",
                     *       "organization_name": "text"
                     *     }
                     */
                    "application/json": components["schemas"]["OwnApiKey"];
                };
            };
        };
    };
    createNamespace: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Unique per request. Repeating the request with the same key within 24 hours returns the original response.
                 * @example 0f8c2f3e-6f0a-4a53-9d7b-6a7b0f2a9c11
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "namespace_name": "films",
                 *       "namespace_type": "standard",
                 *       "description": "Counts words and sentences.",
                 *       "feature_extractors": [
                 *         {
                 *           "feature_extractor_name": "text",
                 *           "version": "1.0.0"
                 *         }
                 *       ],
                 *       "payload_indexes": null,
                 *       "auto_create_indexes": null,
                 *       "infrastructure": null,
                 *       "ttl_seconds": null,
                 *       "keep_live_versions": null
                 *     }
                 */
                "application/json": {
                    auto_create_indexes?: boolean | null;
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
                    /** @description How many live versions of a plugin each promotion leaves: the one that serves the name and the newest deployed. Older ones are undeployed. Null, the default, keeps all of them live. */
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
                    ttl_seconds?: number | null;
                };
            };
        };
        responses: {
            /** @description The namespace */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "namespace_id": "ns_01m7wc54fherz84624ahd0kr7h",
                     *       "namespace_name": "films",
                     *       "namespace_type": "text",
                     *       "description": "Counts words and sentences.",
                     *       "feature_extractors": [
                     *         {
                     *           "feature_extractor_name": "text",
                     *           "version": "1.0.0",
                     *           "feature_extractor_id": "text"
                     *         }
                     *       ],
                     *       "payload_indexes": null,
                     *       "auto_create_indexes": false,
                     *       "infrastructure": null,
                     *       "keep_live_versions": null,
                     *       "document_count": null,
                     *       "bucket_count": null,
                     *       "collection_count": null,
                     *       "object_count": null,
                     *       "created_at": "2026-03-05T09:30:00.000Z",
                     *       "updated_at": "2026-03-05T09:30:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Namespace"];
                };
            };
        };
    };
    listDeployments: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the previous page */
                cursor?: string;
                /** @description Maximum number of results */
                limit?: number;
                /** @description Only deployments of this plugin */
                name?: string;
                /** @description Only this status */
                status?: "queued" | "claimed" | "building" | "starting" | "verifying" | "ready" | "promoted" | "failed" | "superseded" | "cancelled" | "stopped";
            };
            header?: never;
            path: {
                /**
                 * @description ID of the namespace, `ns_…`
                 * @example ns_01m7wc54fherz84624ahd0kr7h
                 */
                namespace_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of deployments with their steps */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "results": [
                     *         {
                     *           "deployment_id": "dep_01m7wc54fherz84624ahd0kr7h",
                     *           "namespace_id": "ns_01m7wc54fherz84624ahd0kr7h",
                     *           "plugin_id": "text_profile_1_0_0",
                     *           "name": "text_profile",
                     *           "kind": "extractor",
                     *           "version": "1.0.0",
                     *           "version_id": "text",
                     *           "deployment_type": "realtime",
                     *           "parameters": {},
                     *           "generation": 1,
                     *           "status": "promoted",
                     *           "error": null,
                     *           "attempts": 1,
                     *           "next_attempt_at": null,
                     *           "sandbox": "namespaces",
                     *           "cgroup": "v1",
                     *           "created_by": {
                     *             "type": "key",
                     *             "id": "text"
                     *           },
                     *           "created_at": "2026-03-05T09:30:00.000Z",
                     *           "updated_at": "2026-03-05T09:30:00.000Z",
                     *           "promoted_at": null,
                     *           "serving": false,
                     *           "steps": [
                     *             {
                     *               "step": "build",
                     *               "attempt": 1,
                     *               "started_at": "2026-03-05T09:30:00.000Z",
                     *               "ended_at": null,
                     *               "error": null
                     *             }
                     *           ]
                     *         }
                     *       ],
                     *       "pagination": {
                     *         "limit": 1,
                     *         "next_cursor": null
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["DeploymentPage"];
                };
            };
        };
    };
    getDeployment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description ID of the deployment, `dep_…`
                 * @example dep_…
                 */
                deployment_id: string;
                /**
                 * @description ID of the namespace, `ns_…`
                 * @example ns_01m7wc54fherz84624ahd0kr7h
                 */
                namespace_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The deployment */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "deployment_id": "dep_01m7wc54fherz84624ahd0kr7h",
                     *       "namespace_id": "ns_01m7wc54fherz84624ahd0kr7h",
                     *       "plugin_id": "text_profile_1_0_0",
                     *       "name": "text_profile",
                     *       "kind": "extractor",
                     *       "version": "1.0.0",
                     *       "version_id": "text",
                     *       "deployment_type": "realtime",
                     *       "parameters": {},
                     *       "generation": 1,
                     *       "status": "promoted",
                     *       "error": null,
                     *       "attempts": 1,
                     *       "next_attempt_at": null,
                     *       "sandbox": "namespaces",
                     *       "cgroup": "v1",
                     *       "created_by": {
                     *         "type": "key",
                     *         "id": "text"
                     *       },
                     *       "created_at": "2026-03-05T09:30:00.000Z",
                     *       "updated_at": "2026-03-05T09:30:00.000Z",
                     *       "promoted_at": null,
                     *       "serving": false,
                     *       "steps": [
                     *         {
                     *           "step": "build",
                     *           "attempt": 1,
                     *           "started_at": "2026-03-05T09:30:00.000Z",
                     *           "ended_at": null,
                     *           "error": null,
                     *           "log": [
                     *             {
                     *               "at": "text",
                     *               "stream": "stdout",
                     *               "line": "text",
                     *               "request": "text"
                     *             }
                     *           ],
                     *           "log_lines": 1
                     *         }
                     *       ],
                     *       "instance": null
                     *     }
                     */
                    "application/json": components["schemas"]["DeploymentInFull"];
                };
            };
        };
    };
    cancelDeployment: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Unique per request. Repeating the request with the same key within 24 hours returns the original response.
                 * @example 0f8c2f3e-6f0a-4a53-9d7b-6a7b0f2a9c11
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /**
                 * @description ID of the deployment, `dep_…`
                 * @example dep_…
                 */
                deployment_id: string;
                /**
                 * @description ID of the namespace, `ns_…`
                 * @example ns_01m7wc54fherz84624ahd0kr7h
                 */
                namespace_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Cancelled */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "deployment_id": "dep_01m7wc54fherz84624ahd0kr7h",
                     *       "namespace_id": "ns_01m7wc54fherz84624ahd0kr7h",
                     *       "plugin_id": "text_profile_1_0_0",
                     *       "name": "text_profile",
                     *       "kind": "extractor",
                     *       "version": "1.0.0",
                     *       "version_id": "text",
                     *       "deployment_type": "realtime",
                     *       "parameters": {},
                     *       "generation": 1,
                     *       "status": "promoted",
                     *       "error": null,
                     *       "attempts": 1,
                     *       "next_attempt_at": null,
                     *       "sandbox": "namespaces",
                     *       "cgroup": "v1",
                     *       "created_by": {
                     *         "type": "key",
                     *         "id": "text"
                     *       },
                     *       "created_at": "2026-03-05T09:30:00.000Z",
                     *       "updated_at": "2026-03-05T09:30:00.000Z",
                     *       "promoted_at": null,
                     *       "serving": false,
                     *       "steps": [
                     *         {
                     *           "step": "build",
                     *           "attempt": 1,
                     *           "started_at": "2026-03-05T09:30:00.000Z",
                     *           "ended_at": null,
                     *           "error": null,
                     *           "log": [
                     *             {
                     *               "at": "text",
                     *               "stream": "stdout",
                     *               "line": "text",
                     *               "request": "text"
                     *             }
                     *           ],
                     *           "log_lines": 1
                     *         }
                     *       ],
                     *       "instance": null
                     *     }
                     */
                    "application/json": components["schemas"]["DeploymentInFull"];
                };
            };
        };
    };
    followDeployment: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ID of the last message the client received */
                "last-event-id"?: string;
            };
            path: {
                /**
                 * @description ID of the deployment, `dep_…`
                 * @example dep_…
                 */
                deployment_id: string;
                /**
                 * @description ID of the namespace, `ns_…`
                 * @example ns_01m7wc54fherz84624ahd0kr7h
                 */
                namespace_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The event stream */
            200: {
                headers: {
                    [name: string]: unknown;
                };
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
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    getDeploymentLogs: {
        parameters: {
            query?: {
                /** @description Lines before those of an earlier page: its `next_cursor` */
                cursor?: string;
                /** @description Stream new lines as server-sent events */
                follow?: "true" | "false";
                /** @description Only lines of the request with this ID, up to an hour after it */
                request?: string;
                /** @description Only lines printed at this time or later */
                since?: string;
                /** @description Maximum number of existing lines to return */
                tail?: number;
            };
            header?: {
                /** @description The ID of the last message the client received */
                "last-event-id"?: string;
            };
            path: {
                /**
                 * @description ID of the deployment, `dep_…`
                 * @example dep_…
                 */
                deployment_id: string;
                /**
                 * @description ID of the namespace, `ns_…`
                 * @example ns_01m7wc54fherz84624ahd0kr7h
                 */
                namespace_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The lines, or a stream of them */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "deployment_id": "dep_01m7wc54fherz84624ahd0kr7h",
                     *       "generation": null,
                     *       "instance_state": "starting",
                     *       "lines": [
                     *         {
                     *           "at": "text",
                     *           "stream": "stdout",
                     *           "line": "text",
                     *           "request": "text"
                     *         }
                     *       ],
                     *       "pagination": {
                     *         "limit": 1,
                     *         "next_cursor": null
                     *       }
                     *     }
                     */
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
            query?: never;
            header?: {
                /**
                 * @description Unique per request. Repeating the request with the same key within 24 hours returns the original response.
                 * @example 0f8c2f3e-6f0a-4a53-9d7b-6a7b0f2a9c11
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /**
                 * @description ID of the deployment, `dep_…`
                 * @example dep_…
                 */
                deployment_id: string;
                /**
                 * @description ID of the namespace, `ns_…`
                 * @example ns_01m7wc54fherz84624ahd0kr7h
                 */
                namespace_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The new deployment */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "deployment_id": "dep_01m7wc54fherz84624ahd0kr7h",
                     *       "namespace_id": "ns_01m7wc54fherz84624ahd0kr7h",
                     *       "plugin_id": "text_profile_1_0_0",
                     *       "name": "text_profile",
                     *       "kind": "extractor",
                     *       "version": "1.0.0",
                     *       "version_id": "text",
                     *       "deployment_type": "realtime",
                     *       "parameters": {},
                     *       "generation": 1,
                     *       "status": "promoted",
                     *       "error": null,
                     *       "attempts": 1,
                     *       "next_attempt_at": null,
                     *       "sandbox": "namespaces",
                     *       "cgroup": "v1",
                     *       "created_by": {
                     *         "type": "key",
                     *         "id": "text"
                     *       },
                     *       "created_at": "2026-03-05T09:30:00.000Z",
                     *       "updated_at": "2026-03-05T09:30:00.000Z",
                     *       "promoted_at": null
                     *     }
                     */
                    "application/json": components["schemas"]["Deployment"];
                };
            };
        };
    };
    listModels: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the previous page */
                cursor?: string;
                /** @description Maximum number of results */
                limit?: number;
            };
            header?: never;
            path: {
                /**
                 * @description ID of the namespace, `ns_…`
                 * @example ns_01m7wc54fherz84624ahd0kr7h
                 */
                namespace_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of models */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "results": [
                     *         {
                     *           "name": "clip-vit-b32",
                     *           "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *           "size_bytes": 1,
                     *           "waived_because": null,
                     *           "created_at": "2026-03-05T09:30:00.000Z",
                     *           "updated_at": "2026-03-05T09:30:00.000Z",
                     *           "updated_by": {
                     *             "type": "key",
                     *             "id": "text"
                     *           }
                     *         }
                     *       ],
                     *       "pagination": {
                     *         "limit": 1,
                     *         "next_cursor": null
                     *       }
                     *     }
                     */
                    "application/json": {
                        pagination: {
                            limit: number;
                            next_cursor: string | null;
                        };
                        results: components["schemas"]["Model"][];
                    };
                };
            };
        };
    };
    requestModel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Only this name
                 * @example clip-vit-b32
                 */
                name: string;
                /**
                 * @description ID of the namespace, `ns_…`
                 * @example ns_01m7wc54fherz84624ahd0kr7h
                 */
                namespace_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                 *       "size_bytes": 1
                 *     }
                 */
                "application/json": components["schemas"]["ModelRequest"];
            };
        };
        responses: {
            /** @description Where to send the file */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "upload_url": null,
                     *       "expires_at": "2030-01-01T00:00:00.000Z",
                     *       "model": {
                     *         "name": "clip-vit-b32",
                     *         "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *         "size_bytes": 1,
                     *         "waived_because": null,
                     *         "created_at": "2026-03-05T09:30:00.000Z",
                     *         "updated_at": "2026-03-05T09:30:00.000Z",
                     *         "updated_by": {
                     *           "type": "key",
                     *           "id": "text"
                     *         }
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["ModelUpload"];
                };
            };
        };
    };
    deleteModel: {
        parameters: {
            query?: {
                /** @description Delete it although a live version names it */
                force?: "true" | "false";
            };
            header?: never;
            path: {
                /**
                 * @description Only this name
                 * @example clip-vit-b32
                 */
                name: string;
                /**
                 * @description ID of the namespace, `ns_…`
                 * @example ns_01m7wc54fherz84624ahd0kr7h
                 */
                namespace_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "name": "text_profile"
                     *     }
                     */
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
            query?: never;
            header?: {
                /**
                 * @description Unique per request. Repeating the request with the same key within 24 hours returns the original response.
                 * @example 0f8c2f3e-6f0a-4a53-9d7b-6a7b0f2a9c11
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /**
                 * @description Only this name
                 * @example clip-vit-b32
                 */
                name: string;
                /**
                 * @description ID of the namespace, `ns_…`
                 * @example ns_01m7wc54fherz84624ahd0kr7h
                 */
                namespace_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                 *       "size_bytes": 1,
                 *       "waive_pickle": null
                 *     }
                 */
                "application/json": components["schemas"]["ModelConfirmation"];
            };
        };
        responses: {
            /** @description The model */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "name": "clip-vit-b32",
                     *       "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *       "size_bytes": 1,
                     *       "waived_because": null,
                     *       "created_at": "2026-03-05T09:30:00.000Z",
                     *       "updated_at": "2026-03-05T09:30:00.000Z",
                     *       "updated_by": {
                     *         "type": "key",
                     *         "id": "text"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["Model"];
                };
            };
        };
    };
    listPlugins: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the previous page */
                cursor?: string;
                /** @description Maximum number of results */
                limit?: number;
                /** @description Only the versions of the plugin with this name */
                name?: string;
                /** @description Number of results to skip */
                offset?: number;
                /** @description Only plugins whose names begin with this. `total` is then counted up to 1000 */
                search?: string;
                /** @description Only the namespace's own plugins, or only the organization's */
                source?: components["schemas"]["PluginOwner"];
            };
            header?: never;
            path: {
                /**
                 * @description ID of the namespace, `ns_…`
                 * @example ns_01m7wc54fherz84624ahd0kr7h
                 */
                namespace_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Plugin versions */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "plugins": [
                     *         {
                     *           "plugin_id": "text_profile_1_0_0",
                     *           "name": "text_profile",
                     *           "version": "1.0.0",
                     *           "description": "Counts words and sentences.",
                     *           "deployed": false,
                     *           "deployment_state": "promoted",
                     *           "validation_status": "passed",
                     *           "scan_verdict": "pass",
                     *           "feature_uri": "mixpeek://text_profile@1.0.0",
                     *           "source": "namespace",
                     *           "created_at": "2026-03-05T09:30:00.000Z",
                     *           "updated_at": "2026-03-05T09:30:00.000Z"
                     *         }
                     *       ],
                     *       "total": 1,
                     *       "next_cursor": null,
                     *       "organization_id": "org_01m7wc54fherz84624ahd0kr7h",
                     *       "namespace_id": "ns_01m7wc54fherz84624ahd0kr7h"
                     *     }
                     */
                    "application/json": components["schemas"]["PluginList"];
                };
            };
        };
    };
    publishPlugin: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Unique per request. Repeating the request with the same key within 24 hours returns the original response.
                 * @example 0f8c2f3e-6f0a-4a53-9d7b-6a7b0f2a9c11
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /**
                 * @description ID of the namespace, `ns_…`
                 * @example ns_01m7wc54fherz84624ahd0kr7h
                 */
                namespace_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": {
                    description?: string;
                    /** Format: binary */
                    file: string;
                    name: string;
                    /** @example 1.0.0 */
                    version: string;
                };
            };
        };
        responses: {
            /** @description Published, or still being scanned */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "upload_id": "plu_01m7wc54fherz84624ahd0kr7h",
                     *       "plugin_id": "text_profile_1_0_0",
                     *       "name": "text_profile",
                     *       "version": "1.0.0",
                     *       "validation_status": "passed",
                     *       "validation_errors": [
                     *         "text"
                     *       ],
                     *       "deployment_status": "pending",
                     *       "feature_uri": "mixpeek://text_profile@1.0.0",
                     *       "s3_archive_url": null,
                     *       "code_hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *       "namespace_id": "ns_01m7wc54fherz84624ahd0kr7h",
                     *       "organization_id": "org_01m7wc54fherz84624ahd0kr7h",
                     *       "message": "Faster tokenizer",
                     *       "warnings": [
                     *         {
                     *           "file": "text",
                     *           "filename": "text",
                     *           "line": 1,
                     *           "column": 1,
                     *           "end_line": 1,
                     *           "end_column": 1,
                     *           "severity": "error",
                     *           "rule": "text",
                     *           "name": "text_profile",
                     *           "message": "Faster tokenizer",
                     *           "trail": [
                     *             {
                     *               "bound_in": "text",
                     *               "bound_at_line": 1,
                     *               "name": "text_profile",
                     *               "module": null,
                     *               "member": null
                     *             }
                     *           ],
                     *           "trail_message": null,
                     *           "waived": false,
                     *           "waiver": null
                     *         }
                     *       ]
                     *     }
                     */
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
            header?: never;
            path: {
                /**
                 * @description ID of the namespace, `ns_…`
                 * @example ns_01m7wc54fherz84624ahd0kr7h
                 */
                namespace_id: string;
                /**
                 * @description ID of the version, its name and number: `text_profile_1_0_0`
                 * @example text_profile_1_0_0
                 */
                plugin_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The version */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "plugin": {
                     *         "plugin_id": "text_profile_1_0_0",
                     *         "organization_id": "org_01m7wc54fherz84624ahd0kr7h",
                     *         "namespace_id": "ns_01m7wc54fherz84624ahd0kr7h",
                     *         "name": "text_profile",
                     *         "version": "1.0.0",
                     *         "description": "Counts words and sentences.",
                     *         "s3_archive_url": "text",
                     *         "code_hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *         "upload_sha256": "text",
                     *         "size_bytes": 1,
                     *         "validation_status": "passed",
                     *         "validation_errors": [
                     *           "text"
                     *         ],
                     *         "security_scan_passed": false,
                     *         "scan_verdict": "pass",
                     *         "deployed": false,
                     *         "deployment_info": null,
                     *         "manifest": null,
                     *         "permissions": {
                     *           "requested": null,
                     *           "granted": null,
                     *           "missing": null
                     *         },
                     *         "message": "Faster tokenizer",
                     *         "feature_uri": "mixpeek://text_profile@1.0.0",
                     *         "source": "namespace",
                     *         "git": null,
                     *         "resolved_inference_name": null,
                     *         "created_at": "2026-03-05T09:30:00.000Z",
                     *         "updated_at": "2026-03-05T09:30:00.000Z",
                     *         "deployed_at": null
                     *       },
                     *       "presigned_download_url": null
                     *     }
                     */
                    "application/json": {
                        plugin: components["schemas"]["PluginDocument"];
                        /**
                         * Format: uri
                         * @description Null unless `return_presigned_urls` is true
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
            query?: never;
            header?: never;
            path: {
                /**
                 * @description ID of the namespace, `ns_…`
                 * @example ns_01m7wc54fherz84624ahd0kr7h
                 */
                namespace_id: string;
                /**
                 * @description ID of the version, its name and number: `text_profile_1_0_0`
                 * @example text_profile_1_0_0
                 */
                plugin_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "plugin_id": "text_profile_1_0_0",
                     *       "message": "Faster tokenizer",
                     *       "deployment_removed": false
                     *     }
                     */
                    "application/json": components["schemas"]["PluginDeleted"];
                };
            };
        };
    };
    testPluginBatch: {
        parameters: {
            query?: never;
            header?: {
                /** @description Seconds that the caller waits, such as `2.5`. The call ends then, like one that exceeds its time limit. Has no effect beyond that limit. */
                "x-request-timeout"?: string;
            };
            path: {
                /**
                 * @description ID of the namespace, `ns_…`
                 * @example ns_01m7wc54fherz84624ahd0kr7h
                 */
                namespace_id: string;
                /**
                 * @description ID of the version, its name and number: `text_profile_1_0_0`
                 * @example text_profile_1_0_0
                 */
                plugin_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "rows": [
                 *         {}
                 *       ],
                 *       "parameters": null
                 *     }
                 */
                "application/json": components["schemas"]["BatchTest"];
            };
        };
        responses: {
            /** @description The rows that the steps returned, or what went wrong */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "success",
                     *       "message": "Faster tokenizer",
                     *       "rows": [
                     *         null
                     *       ],
                     *       "row_errors": [
                     *         {
                     *           "index": 0,
                     *           "message": "Faster tokenizer"
                     *         }
                     *       ],
                     *       "error": null,
                     *       "steps": null,
                     *       "frame": "pandas",
                     *       "logs": [
                     *         {
                     *           "at": "text",
                     *           "stream": "stdout",
                     *           "line": "text",
                     *           "request": "text"
                     *         }
                     *       ],
                     *       "duration_ms": 1,
                     *       "deployment_id": "dep_01m7wc54fherz84624ahd0kr7h"
                     *     }
                     */
                    "application/json": components["schemas"]["BatchAnswer"];
                };
            };
        };
    };
    deployPlugin: {
        parameters: {
            query?: {
                /** @description Defaults to `realtime` if the plugin has a realtime.py, else to `batch_only` */
                deployment_type?: "batch_only" | "realtime";
            };
            header?: {
                /**
                 * @description Unique per request. Repeating the request with the same key within 24 hours returns the original response.
                 * @example 0f8c2f3e-6f0a-4a53-9d7b-6a7b0f2a9c11
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /**
                 * @description ID of the namespace, `ns_…`
                 * @example ns_01m7wc54fherz84624ahd0kr7h
                 */
                namespace_id: string;
                /**
                 * @description ID of the version, its name and number: `text_profile_1_0_0`
                 * @example text_profile_1_0_0
                 */
                plugin_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Queued, or already deployed if the type is `batch_only` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "plugin_id": "text_profile_1_0_0",
                     *       "namespace_id": "ns_01m7wc54fherz84624ahd0kr7h",
                     *       "version": "1.0.0",
                     *       "status": "deployed",
                     *       "deployment_type": "batch_only",
                     *       "deployed": false,
                     *       "feature_uri": "mixpeek://text_profile@1.0.0",
                     *       "message": "Faster tokenizer",
                     *       "deployment_id": "dep_01m7wc54fherz84624ahd0kr7h",
                     *       "generation": 1,
                     *       "deployment_name": "text",
                     *       "route_prefix": "/text_profile_1_0_0",
                     *       "estimated_completion_seconds": 1,
                     *       "queue_position": 1,
                     *       "deployment_method": "text",
                     *       "status_endpoint": "text"
                     *     }
                     */
                    "application/json": components["schemas"]["DeployAnswer"];
                };
            };
        };
    };
    listPluginDeployments: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the previous page */
                cursor?: string;
                /** @description Maximum number of results */
                limit?: number;
            };
            header?: never;
            path: {
                /**
                 * @description ID of the namespace, `ns_…`
                 * @example ns_01m7wc54fherz84624ahd0kr7h
                 */
                namespace_id: string;
                /**
                 * @description ID of the version, its name and number: `text_profile_1_0_0`
                 * @example text_profile_1_0_0
                 */
                plugin_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of deployments with their steps */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "results": [
                     *         {
                     *           "deployment_id": "dep_01m7wc54fherz84624ahd0kr7h",
                     *           "namespace_id": "ns_01m7wc54fherz84624ahd0kr7h",
                     *           "plugin_id": "text_profile_1_0_0",
                     *           "name": "text_profile",
                     *           "kind": "extractor",
                     *           "version": "1.0.0",
                     *           "version_id": "text",
                     *           "deployment_type": "realtime",
                     *           "parameters": {},
                     *           "generation": 1,
                     *           "status": "promoted",
                     *           "error": null,
                     *           "attempts": 1,
                     *           "next_attempt_at": null,
                     *           "sandbox": "namespaces",
                     *           "cgroup": "v1",
                     *           "created_by": {
                     *             "type": "key",
                     *             "id": "text"
                     *           },
                     *           "created_at": "2026-03-05T09:30:00.000Z",
                     *           "updated_at": "2026-03-05T09:30:00.000Z",
                     *           "promoted_at": null,
                     *           "serving": false,
                     *           "steps": [
                     *             {
                     *               "step": "build",
                     *               "attempt": 1,
                     *               "started_at": "2026-03-05T09:30:00.000Z",
                     *               "ended_at": null,
                     *               "error": null
                     *             }
                     *           ]
                     *         }
                     *       ],
                     *       "pagination": {
                     *         "limit": 1,
                     *         "next_cursor": null
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["DeploymentPage"];
                };
            };
        };
    };
    getPluginDownload: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description ID of the namespace, `ns_…`
                 * @example ns_01m7wc54fherz84624ahd0kr7h
                 */
                namespace_id: string;
                /**
                 * @description ID of the version, its name and number: `text_profile_1_0_0`
                 * @example text_profile_1_0_0
                 */
                plugin_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The URL. GET `download_url` without an API key, until `expires_at` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "plugin_id": "text_profile_1_0_0",
                     *       "name": "text_profile",
                     *       "version": "1.0.0",
                     *       "download_url": "https://example.com/",
                     *       "presigned_download_url": "https://example.com/",
                     *       "expires_at": "2030-01-01T00:00:00.000Z",
                     *       "file_size_bytes": 6074,
                     *       "code_hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
                     *     }
                     */
                    "application/json": components["schemas"]["PluginDownload"];
                };
            };
        };
    };
    getPluginEnvironment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description ID of the namespace, `ns_…`
                 * @example ns_01m7wc54fherz84624ahd0kr7h
                 */
                namespace_id: string;
                /**
                 * @description ID of the version, its name and number: `text_profile_1_0_0`
                 * @example text_profile_1_0_0
                 */
                plugin_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Declared, locked and installed */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "plugin_id": "text_profile_1_0_0",
                     *       "name": "text_profile",
                     *       "version": "1.0.0",
                     *       "dependencies": [
                     *         "text"
                     *       ],
                     *       "lock": null,
                     *       "environments": [
                     *         {
                     *           "key": "text",
                     *           "python": "text",
                     *           "platform": "text",
                     *           "archive_sha256": "text",
                     *           "archive_bytes": 1,
                     *           "size_bytes": 1,
                     *           "files": 1,
                     *           "packages": [
                     *             {
                     *               "name": "text_profile",
                     *               "version": "1.0.0"
                     *             }
                     *           ],
                     *           "removed": [
                     *             "text"
                     *           ],
                     *           "created_at": "2026-03-05T09:30:00.000Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["PluginEnvironment"];
                };
            };
        };
    };
    getPluginLogs: {
        parameters: {
            query?: {
                /** @description Lines before those of an earlier page: its `next_cursor` */
                cursor?: string;
                /** @description Stream new lines as server-sent events */
                follow?: "true" | "false";
                /** @description Only lines of the request with this ID, up to an hour after it */
                request?: string;
                /** @description Only lines printed at this time or later */
                since?: string;
                /** @description Maximum number of existing lines to return */
                tail?: number;
            };
            header?: {
                /** @description The ID of the last message the client received */
                "last-event-id"?: string;
            };
            path: {
                /**
                 * @description ID of the namespace, `ns_…`
                 * @example ns_01m7wc54fherz84624ahd0kr7h
                 */
                namespace_id: string;
                /**
                 * @description ID of the version, its name and number: `text_profile_1_0_0`
                 * @example text_profile_1_0_0
                 */
                plugin_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The lines, or a stream of them */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "deployment_id": "dep_01m7wc54fherz84624ahd0kr7h",
                     *       "generation": null,
                     *       "instance_state": "starting",
                     *       "lines": [
                     *         {
                     *           "at": "text",
                     *           "stream": "stdout",
                     *           "line": "text",
                     *           "request": "text"
                     *         }
                     *       ],
                     *       "pagination": {
                     *         "limit": 1,
                     *         "next_cursor": null
                     *       }
                     *     }
                     */
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
    callPlugin: {
        parameters: {
            query?: {
                /** @description Whether the answer is compared with the output_schema and the features of the manifest. One that does not match has the status `error`, and what the plugin answered. */
                check_output?: "true" | "false";
            };
            header?: {
                /** @description Seconds that the caller waits, such as `2.5`. The call ends then, like one that exceeds its time limit. Has no effect beyond that limit. */
                "x-request-timeout"?: string;
            };
            path: {
                /**
                 * @description ID of the namespace, `ns_…`
                 * @example ns_01m7wc54fherz84624ahd0kr7h
                 */
                namespace_id: string;
                /**
                 * @description ID of the version, its name and number: `text_profile_1_0_0`
                 * @example text_profile_1_0_0
                 */
                plugin_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /** @example null */
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
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "success",
                     *       "inference_name": "text",
                     *       "raw_response": "text",
                     *       "response_type": null,
                     *       "response_keys": null,
                     *       "error": null,
                     *       "message": "Faster tokenizer",
                     *       "duration_ms": 1,
                     *       "deployment_id": "dep_01m7wc54fherz84624ahd0kr7h"
                     *     }
                     */
                    "application/json": components["schemas"]["RealtimeAnswer"];
                };
            };
        };
    };
    getPluginScan: {
        parameters: {
            query?: {
                /** @description `sarif` returns SARIF 2.1.0 */
                format?: "json" | "sarif";
            };
            header?: never;
            path: {
                /**
                 * @description ID of the namespace, `ns_…`
                 * @example ns_01m7wc54fherz84624ahd0kr7h
                 */
                namespace_id: string;
                /**
                 * @description ID of the version, its name and number: `text_profile_1_0_0`
                 * @example text_profile_1_0_0
                 */
                plugin_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The verdict and the findings */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "plugin_id": "text_profile_1_0_0",
                     *       "name": "text_profile",
                     *       "version": "1.0.0",
                     *       "code_hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *       "policy_version": "text",
                     *       "level": "seed",
                     *       "verdict": "pass",
                     *       "scanned_at": "2026-03-05T09:30:00.000Z",
                     *       "findings": [
                     *         {
                     *           "file": "text",
                     *           "filename": "text",
                     *           "line": 1,
                     *           "column": 1,
                     *           "end_line": 1,
                     *           "end_column": 1,
                     *           "severity": "error",
                     *           "rule": "text",
                     *           "name": "text_profile",
                     *           "message": "Faster tokenizer",
                     *           "trail": [
                     *             {
                     *               "bound_in": "text",
                     *               "bound_at_line": 1,
                     *               "name": "text_profile",
                     *               "module": null,
                     *               "member": null
                     *             }
                     *           ],
                     *           "trail_message": null,
                     *           "waived": false,
                     *           "waiver": null
                     *         }
                     *       ]
                     *     }
                     */
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
                path?: string;
            };
            header?: never;
            path: {
                /**
                 * @description ID of the namespace, `ns_…`
                 * @example ns_01m7wc54fherz84624ahd0kr7h
                 */
                namespace_id: string;
                /**
                 * @description ID of the version, its name and number: `text_profile_1_0_0`
                 * @example text_profile_1_0_0
                 */
                plugin_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The files, in archive order */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "plugin_id": "text_profile_1_0_0",
                     *       "name": "text_profile",
                     *       "version": "1.0.0",
                     *       "code_hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *       "total": 1,
                     *       "truncated": false,
                     *       "files": [
                     *         {
                     *           "path": "realtime.py",
                     *           "size_bytes": 1,
                     *           "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *           "encoding": "utf-8",
                     *           "content": null,
                     *           "truncated": false
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["PluginSource"];
                };
            };
        };
    };
    getPluginStatus: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description ID of the namespace, `ns_…`
                 * @example ns_01m7wc54fherz84624ahd0kr7h
                 */
                namespace_id: string;
                /**
                 * @description ID of the version, its name and number: `text_profile_1_0_0`
                 * @example text_profile_1_0_0
                 */
                plugin_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description `status` is that of the latest attempt, or `PENDING` while the upload is still being scanned. The other fields describe what currently serves. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "plugin_id": "text_profile_1_0_0",
                     *       "namespace_id": "ns_01m7wc54fherz84624ahd0kr7h",
                     *       "status": "DEPLOYED",
                     *       "name": "text_profile",
                     *       "version": "1.0.0",
                     *       "realtime_enabled": false,
                     *       "message": "Faster tokenizer",
                     *       "queued_at": null,
                     *       "estimated_completion_seconds": null,
                     *       "deployed": false,
                     *       "route_prefix": "/text_profile_1_0_0",
                     *       "feature_uri": "mixpeek://text_profile@1.0.0",
                     *       "deployed_at": null,
                     *       "error": null,
                     *       "retry": null,
                     *       "serving": null
                     *     }
                     */
                    "application/json": components["schemas"]["PluginStatus"];
                };
            };
        };
    };
    undeployPlugin: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Unique per request. Repeating the request with the same key within 24 hours returns the original response.
                 * @example 0f8c2f3e-6f0a-4a53-9d7b-6a7b0f2a9c11
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /**
                 * @description ID of the namespace, `ns_…`
                 * @example ns_01m7wc54fherz84624ahd0kr7h
                 */
                namespace_id: string;
                /**
                 * @description ID of the version, its name and number: `text_profile_1_0_0`
                 * @example text_profile_1_0_0
                 */
                plugin_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Undeployed */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "plugin_id": "text_profile_1_0_0",
                     *       "namespace_id": "ns_01m7wc54fherz84624ahd0kr7h",
                     *       "status": "undeployed",
                     *       "message": "Faster tokenizer"
                     *     }
                     */
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
                /** @description `next_cursor` of the previous page */
                cursor?: string;
                /** @description Maximum number of results */
                limit?: number;
                /** @description Only this name */
                name?: string;
                /** @description Number of results to skip */
                offset?: number;
            };
            header?: never;
            path: {
                /**
                 * @description ID of the namespace, `ns_…`
                 * @example ns_01m7wc54fherz84624ahd0kr7h
                 */
                namespace_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Every version of each plugin, enabled or not */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "plugins": [
                     *         {
                     *           "plugin_id": "text_profile_1_0_0",
                     *           "name": "text_profile",
                     *           "version": "1.0.0",
                     *           "description": "Counts words and sentences.",
                     *           "feature_uri": "mixpeek://text_profile@1.0.0",
                     *           "validation_status": "passed",
                     *           "enabled_in_namespace": false,
                     *           "parameters": null,
                     *           "shadowed": false,
                     *           "created_at": "2026-03-05T09:30:00.000Z"
                     *         }
                     *       ],
                     *       "total": 1,
                     *       "next_cursor": null,
                     *       "organization_id": "org_01m7wc54fherz84624ahd0kr7h",
                     *       "namespace_id": "ns_01m7wc54fherz84624ahd0kr7h"
                     *     }
                     */
                    "application/json": components["schemas"]["AvailablePlugins"];
                };
            };
        };
    };
    diffPluginVersions: {
        parameters: {
            query: {
                /**
                 * @description The earlier version, such as `1.0.0`
                 * @example 1.0.0
                 */
                v1: string;
                /**
                 * @description The later version, such as `1.1.0`
                 * @example 1.0.0
                 */
                v2: string;
            };
            header?: never;
            path: {
                /**
                 * @description ID of the namespace, `ns_…`
                 * @example ns_01m7wc54fherz84624ahd0kr7h
                 */
                namespace_id: string;
                /**
                 * @description Name of the plugin
                 * @example text_profile
                 */
                slug: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Changed files as unified diffs, introduced and fixed findings, and changed dependencies */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "name": "text_profile",
                     *       "v1": "1.0.0",
                     *       "v2": "1.1.0",
                     *       "identical": false,
                     *       "files": [
                     *         {
                     *           "path": "realtime.py",
                     *           "status": "added",
                     *           "additions": null,
                     *           "deletions": null,
                     *           "diff": "text",
                     *           "hidden": "binary",
                     *           "size_bytes": {
                     *             "v1": null,
                     *             "v2": null
                     *           },
                     *           "sha256": {
                     *             "v1": "1.0.0",
                     *             "v2": "1.1.0"
                     *           }
                     *         }
                     *       ],
                     *       "summary": {
                     *         "files_changed": 1,
                     *         "additions": 1,
                     *         "deletions": 1
                     *       },
                     *       "diff": "text",
                     *       "findings": {
                     *         "introduced": [
                     *           {
                     *             "file": "text",
                     *             "filename": "text",
                     *             "line": 1,
                     *             "column": 1,
                     *             "end_line": 1,
                     *             "end_column": 1,
                     *             "severity": "error",
                     *             "rule": "text",
                     *             "name": "text_profile",
                     *             "message": "Faster tokenizer",
                     *             "trail": [
                     *               {
                     *                 "bound_in": "text",
                     *                 "bound_at_line": 1,
                     *                 "name": "text_profile",
                     *                 "module": null,
                     *                 "member": null
                     *               }
                     *             ],
                     *             "trail_message": null,
                     *             "waived": false,
                     *             "waiver": null
                     *           }
                     *         ],
                     *         "fixed": [
                     *           {
                     *             "file": "text",
                     *             "filename": "text",
                     *             "line": 1,
                     *             "column": 1,
                     *             "end_line": 1,
                     *             "end_column": 1,
                     *             "severity": "error",
                     *             "rule": "text",
                     *             "name": "text_profile",
                     *             "message": "Faster tokenizer",
                     *             "trail": [
                     *               {
                     *                 "bound_in": "text",
                     *                 "bound_at_line": 1,
                     *                 "name": "text_profile",
                     *                 "module": null,
                     *                 "member": null
                     *               }
                     *             ],
                     *             "trail_message": null,
                     *             "waived": false,
                     *             "waiver": null
                     *           }
                     *         ],
                     *         "unchanged": [
                     *           {
                     *             "file": "text",
                     *             "filename": "text",
                     *             "line": 1,
                     *             "column": 1,
                     *             "end_line": 1,
                     *             "end_column": 1,
                     *             "severity": "error",
                     *             "rule": "text",
                     *             "name": "text_profile",
                     *             "message": "Faster tokenizer",
                     *             "trail": [
                     *               {
                     *                 "bound_in": "text",
                     *                 "bound_at_line": 1,
                     *                 "name": "text_profile",
                     *                 "module": null,
                     *                 "member": null
                     *               }
                     *             ],
                     *             "trail_message": null,
                     *             "waived": false,
                     *             "waiver": null
                     *           }
                     *         ]
                     *       },
                     *       "dependencies": [
                     *         {
                     *           "name": "text_profile",
                     *           "v1": "1.0.0",
                     *           "v2": "1.1.0"
                     *         }
                     *       ],
                     *       "permissions": [
                     *         {
                     *           "change": "added",
                     *           "permission": "text"
                     *         }
                     *       ],
                     *       "placement": null,
                     *       "placement_reason": null,
                     *       "capabilities": null,
                     *       "packages": null
                     *     }
                     */
                    "application/json": components["schemas"]["PluginDiff"];
                };
            };
        };
    };
    callPluginByName: {
        parameters: {
            query?: {
                /** @description Whether the answer is compared with the output_schema and the features of the manifest. One that does not match has the status `error`, and what the plugin answered. */
                check_output?: "true" | "false";
            };
            header?: {
                /** @description Seconds that the caller waits, such as `2.5`. The call ends then, like one that exceeds its time limit. Has no effect beyond that limit. */
                "x-request-timeout"?: string;
            };
            path: {
                /**
                 * @description ID of the namespace, `ns_…`
                 * @example ns_01m7wc54fherz84624ahd0kr7h
                 */
                namespace_id: string;
                /**
                 * @description Name of the plugin
                 * @example text_profile
                 */
                slug: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /** @example null */
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
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "success",
                     *       "inference_name": "text",
                     *       "raw_response": "text",
                     *       "response_type": null,
                     *       "response_keys": null,
                     *       "error": null,
                     *       "message": "Faster tokenizer",
                     *       "duration_ms": 1,
                     *       "deployment_id": "dep_01m7wc54fherz84624ahd0kr7h",
                     *       "plugin_id": "text_profile_1_0_0",
                     *       "name": "text_profile",
                     *       "version": "1.0.0"
                     *     }
                     */
                    "application/json": components["schemas"]["NamedRealtimeAnswer"];
                };
            };
        };
    };
    testPluginByName: {
        parameters: {
            query?: {
                /** @description Whether the answer is compared with the output_schema and the features of the manifest. One that does not match has the status `error`, and what the plugin answered. */
                check_output?: "true" | "false";
            };
            header?: {
                /** @description Seconds that the caller waits, such as `2.5`. The call ends then, like one that exceeds its time limit. Has no effect beyond that limit. */
                "x-request-timeout"?: string;
            };
            path: {
                /**
                 * @description ID of the namespace, `ns_…`
                 * @example ns_01m7wc54fherz84624ahd0kr7h
                 */
                namespace_id: string;
                /**
                 * @description Name of the plugin
                 * @example text_profile
                 */
                slug: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /** @example null */
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
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "success",
                     *       "inference_name": "text",
                     *       "raw_response": "text",
                     *       "response_type": null,
                     *       "response_keys": null,
                     *       "error": null,
                     *       "message": "Faster tokenizer",
                     *       "duration_ms": 1,
                     *       "deployment_id": "dep_01m7wc54fherz84624ahd0kr7h",
                     *       "plugin_id": "text_profile_1_0_0",
                     *       "name": "text_profile",
                     *       "version": "1.0.0"
                     *     }
                     */
                    "application/json": components["schemas"]["NamedRealtimeAnswer"];
                };
            };
        };
    };
    rollBackPlugin: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Unique per request. Repeating the request with the same key within 24 hours returns the original response.
                 * @example 0f8c2f3e-6f0a-4a53-9d7b-6a7b0f2a9c11
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /**
                 * @description ID of the namespace, `ns_…`
                 * @example ns_01m7wc54fherz84624ahd0kr7h
                 */
                namespace_id: string;
                /**
                 * @description Name of the plugin
                 * @example text_profile
                 */
                slug: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /** @example null */
                "application/json": {
                    message?: string | null;
                    /**
                     * @description Defaults to the version that served the name before. Where nothing was ever promoted, the previously active one.
                     * @example 1.0.0
                     */
                    version?: string | null;
                } | null;
            };
        };
        responses: {
            /** @description Rolled back */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "name": "text_profile",
                     *       "plugin_id": "text_profile_1_0_0",
                     *       "version": "1.0.0",
                     *       "previous_version": "1.0.0",
                     *       "active_version": "1.1.0",
                     *       "traffic": "none",
                     *       "deployment_id": "dep_01m7wc54fherz84624ahd0kr7h",
                     *       "message": "Faster tokenizer"
                     *     }
                     */
                    "application/json": components["schemas"]["PluginRollback"];
                };
            };
        };
    };
    getPluginTraffic: {
        parameters: {
            query?: {
                /** @description How many hours, of which the last one is the current one */
                hours?: number;
            };
            header?: never;
            path: {
                /**
                 * @description ID of the namespace, `ns_…`
                 * @example ns_01m7wc54fherz84624ahd0kr7h
                 */
                namespace_id: string;
                /**
                 * @description Name of the plugin
                 * @example text_profile
                 */
                slug: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The counts */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "name": "text_profile",
                     *       "namespace_id": "ns_01m7wc54fherz84624ahd0kr7h",
                     *       "since": "2026-03-05T09:30:00.000Z",
                     *       "until": "2026-03-05T09:30:00.000Z",
                     *       "total": {
                     *         "calls": 1,
                     *         "errors": 1,
                     *         "p50_ms": null,
                     *         "p95_ms": null,
                     *         "checked": 1,
                     *         "mismatched": 1
                     *       },
                     *       "by_version": [
                     *         {
                     *           "version": "1.0.0",
                     *           "calls": 1,
                     *           "errors": 1,
                     *           "p50_ms": null,
                     *           "p95_ms": null,
                     *           "checked": 1,
                     *           "mismatched": 1
                     *         }
                     *       ],
                     *       "by_hour": [
                     *         {
                     *           "hour": "2026-03-05T09:30:00.000Z",
                     *           "version": "1.0.0",
                     *           "calls": 1,
                     *           "errors": 1,
                     *           "p50_ms": null,
                     *           "p95_ms": null,
                     *           "checked": 1,
                     *           "mismatched": 1
                     *         }
                     *       ],
                     *       "truncated": false
                     *     }
                     */
                    "application/json": components["schemas"]["PluginTraffic"];
                };
            };
        };
    };
    undeployOlderVersions: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Unique per request. Repeating the request with the same key within 24 hours returns the original response.
                 * @example 0f8c2f3e-6f0a-4a53-9d7b-6a7b0f2a9c11
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /**
                 * @description ID of the namespace, `ns_…`
                 * @example ns_01m7wc54fherz84624ahd0kr7h
                 */
                namespace_id: string;
                /**
                 * @description Name of the plugin
                 * @example text_profile
                 */
                slug: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "keep": 0
                 *     }
                 */
                "application/json": {
                    /** @description How many versions stay live */
                    keep: number;
                };
            };
        };
        responses: {
            /** @description Undeployed */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "name": "text_profile",
                     *       "undeployed": [
                     *         "text"
                     *       ],
                     *       "kept": [
                     *         "text"
                     *       ],
                     *       "remaining": 1
                     *     }
                     */
                    "application/json": components["schemas"]["OlderVersionsUndeployed"];
                };
            };
        };
    };
    listPluginVersions: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the previous page */
                cursor?: string;
                /** @description Maximum number of results */
                limit?: number;
            };
            header?: never;
            path: {
                /**
                 * @description ID of the namespace, `ns_…`
                 * @example ns_01m7wc54fherz84624ahd0kr7h
                 */
                namespace_id: string;
                /**
                 * @description Name of the plugin
                 * @example text_profile
                 */
                slug: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The versions: when and by whom each was published and deployed, with its message */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "name": "text_profile",
                     *       "active_version": "1.1.0",
                     *       "serving_version": null,
                     *       "previous_version": "1.0.0",
                     *       "rollback_targets": [
                     *         "text"
                     *       ],
                     *       "rollbacks": [
                     *         {
                     *           "at": "2026-03-05T09:30:00.000Z",
                     *           "from": null,
                     *           "to": "text",
                     *           "by": {
                     *             "type": "key",
                     *             "id": "text"
                     *           },
                     *           "message": "Faster tokenizer"
                     *         }
                     *       ],
                     *       "total": 1,
                     *       "results": [
                     *         {
                     *           "plugin_id": "text_profile_1_0_0",
                     *           "version": "1.0.0",
                     *           "active": false,
                     *           "serves_name": false,
                     *           "deployed": false,
                     *           "status": "DEPLOYED",
                     *           "validation_status": "passed",
                     *           "scan_verdict": "pass",
                     *           "message": "Faster tokenizer",
                     *           "code_hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *           "feature_uri": "mixpeek://text_profile@1.0.0",
                     *           "created_at": "2026-03-05T09:30:00.000Z",
                     *           "created_by": {
                     *             "type": "key",
                     *             "id": "text"
                     *           },
                     *           "deployed_at": null,
                     *           "deployed_by": null,
                     *           "last_deployed_at": null,
                     *           "error": null
                     *         }
                     *       ],
                     *       "versions": [
                     *         {
                     *           "plugin_id": "text_profile_1_0_0",
                     *           "version": "1.0.0",
                     *           "active": false,
                     *           "serves_name": false,
                     *           "deployed": false,
                     *           "status": "DEPLOYED",
                     *           "validation_status": "passed",
                     *           "scan_verdict": "pass",
                     *           "message": "Faster tokenizer",
                     *           "code_hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *           "feature_uri": "mixpeek://text_profile@1.0.0",
                     *           "created_at": "2026-03-05T09:30:00.000Z",
                     *           "created_by": {
                     *             "type": "key",
                     *             "id": "text"
                     *           },
                     *           "deployed_at": null,
                     *           "deployed_by": null,
                     *           "last_deployed_at": null,
                     *           "error": null
                     *         }
                     *       ],
                     *       "pagination": {
                     *         "limit": 1,
                     *         "next_cursor": null
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["PluginVersions"];
                };
            };
        };
    };
    publishPluginFromGit: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Unique per request. Repeating the request with the same key within 24 hours returns the original response.
                 * @example 0f8c2f3e-6f0a-4a53-9d7b-6a7b0f2a9c11
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /** @description `wait=10` limits how many seconds the request waits (RFC 7240) */
                prefer?: string;
            };
            path: {
                /**
                 * @description ID of the namespace, `ns_…`
                 * @example ns_01m7wc54fherz84624ahd0kr7h
                 */
                namespace_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "repository": "https://github.com/example/plugins",
                 *       "ref": "v1.2.0",
                 *       "path": "plugins/ocr",
                 *       "deploy": true
                 *     }
                 */
                "application/json": components["schemas"]["PluginFromGit"];
            };
        };
        responses: {
            /** @description Published, or still in progress */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "upload_id": "plu_01m7wc54fherz84624ahd0kr7h",
                     *       "plugin_id": "text_profile_1_0_0",
                     *       "name": "text_profile",
                     *       "version": "1.0.0",
                     *       "validation_status": "passed",
                     *       "validation_errors": [
                     *         "text"
                     *       ],
                     *       "deployment_status": "pending",
                     *       "feature_uri": "mixpeek://text_profile@1.0.0",
                     *       "s3_archive_url": null,
                     *       "code_hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *       "namespace_id": "ns_01m7wc54fherz84624ahd0kr7h",
                     *       "organization_id": "org_01m7wc54fherz84624ahd0kr7h",
                     *       "message": "Faster tokenizer",
                     *       "warnings": [
                     *         {
                     *           "file": "text",
                     *           "filename": "text",
                     *           "line": 1,
                     *           "column": 1,
                     *           "end_line": 1,
                     *           "end_column": 1,
                     *           "severity": "error",
                     *           "rule": "text",
                     *           "name": "text_profile",
                     *           "message": "Faster tokenizer",
                     *           "trail": [
                     *             {
                     *               "bound_in": "text",
                     *               "bound_at_line": 1,
                     *               "name": "text_profile",
                     *               "module": null,
                     *               "member": null
                     *             }
                     *           ],
                     *           "trail_message": null,
                     *           "waived": false,
                     *           "waiver": null
                     *         }
                     *       ],
                     *       "repository": "text",
                     *       "ref": "text",
                     *       "commit": null,
                     *       "path": "realtime.py",
                     *       "already_published": false,
                     *       "deployment": null,
                     *       "deployment_error": null
                     *     }
                     */
                    "application/json": components["schemas"]["PublishedFromGit"];
                };
            };
        };
    };
    disablePlugin: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Unique per request. Repeating the request with the same key within 24 hours returns the original response.
                 * @example 0f8c2f3e-6f0a-4a53-9d7b-6a7b0f2a9c11
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /**
                 * @description ID of the namespace, `ns_…`
                 * @example ns_01m7wc54fherz84624ahd0kr7h
                 */
                namespace_id: string;
                /**
                 * @description ID of the version, its name and number: `text_profile_1_0_0`
                 * @example text_profile_1_0_0
                 */
                plugin_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Disabled, or was not enabled */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "plugin_id": "text_profile_1_0_0",
                     *       "namespace_id": "ns_01m7wc54fherz84624ahd0kr7h",
                     *       "message": "Faster tokenizer"
                     *     }
                     */
                    "application/json": components["schemas"]["PluginDisabled"];
                };
            };
        };
    };
    enablePlugin: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Unique per request. Repeating the request with the same key within 24 hours returns the original response.
                 * @example 0f8c2f3e-6f0a-4a53-9d7b-6a7b0f2a9c11
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /**
                 * @description ID of the namespace, `ns_…`
                 * @example ns_01m7wc54fherz84624ahd0kr7h
                 */
                namespace_id: string;
                /**
                 * @description ID of the version, its name and number: `text_profile_1_0_0`
                 * @example text_profile_1_0_0
                 */
                plugin_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /** @example null */
                "application/json": {
                    /** @description Defaults to true. */
                    deploy?: boolean | null;
                    /** @description Default parameters of each realtime call in this namespace. The call's own parameters take precedence. */
                    params?: {
                        [key: string]: unknown;
                    } | null;
                } | null;
            };
        };
        responses: {
            /** @description Enabled. `skipped` means not deployed: `deploy` was false, or a plugin of the namespace shadows it. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "plugin_id": "text_profile_1_0_0",
                     *       "namespace_id": "ns_01m7wc54fherz84624ahd0kr7h",
                     *       "feature_uri": "mixpeek://text_profile@1.0.0",
                     *       "message": "Faster tokenizer",
                     *       "deployment_status": "deployed",
                     *       "deployment_id": "dep_01m7wc54fherz84624ahd0kr7h"
                     *     }
                     */
                    "application/json": components["schemas"]["PluginEnabled"];
                };
            };
        };
    };
    reconfigureNamespace: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Unique per request. Repeating the request with the same key within 24 hours returns the original response.
                 * @example 0f8c2f3e-6f0a-4a53-9d7b-6a7b0f2a9c11
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /**
                 * @description ID of the namespace, `ns_…`
                 * @example ns_01m7wc54fherz84624ahd0kr7h
                 */
                namespace_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "confirm": false
                 *     }
                 */
                "application/json": {
                    confirm: boolean;
                };
            };
        };
        responses: {
            /** @description The changes, and the resulting features */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "namespace_id": "ns_01m7wc54fherz84624ahd0kr7h",
                     *       "status": "reconfigured",
                     *       "previous_points_count": 1,
                     *       "vectors_added": [
                     *         "text"
                     *       ],
                     *       "vectors_removed": [
                     *         "text"
                     *       ],
                     *       "vectors_total": [
                     *         "text"
                     *       ],
                     *       "collections_to_reprocess": [
                     *         "text"
                     *       ],
                     *       "message": "Faster tokenizer"
                     *     }
                     */
                    "application/json": components["schemas"]["NamespaceReconfigured"];
                };
            };
        };
    };
    checkRequirements: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description ID of the namespace, `ns_…`
                 * @example ns_01m7wc54fherz84624ahd0kr7h
                 */
                namespace_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "http_lookup",
                 *       "shared": false,
                 *       "permissions": null,
                 *       "models": null,
                 *       "compute_profile": null,
                 *       "serve_config": null
                 *     }
                 */
                "application/json": components["schemas"]["PluginRequirements"];
            };
        };
        responses: {
            /** @description What is missing, and how to provide it */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "missing": [
                     *         {
                     *           "kind": "grants",
                     *           "names": [
                     *             "text_profile"
                     *           ],
                     *           "message": "Faster tokenizer",
                     *           "commands": [
                     *             "text"
                     *           ]
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        missing: components["schemas"]["MissingRequirement"][];
                    };
                };
            };
        };
    };
    createPluginUpload: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Unique per request. Repeating the request with the same key within 24 hours returns the original response.
                 * @example 0f8c2f3e-6f0a-4a53-9d7b-6a7b0f2a9c11
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /**
                 * @description ID of the namespace, `ns_…`
                 * @example ns_01m7wc54fherz84624ahd0kr7h
                 */
                namespace_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "text_profile",
                 *       "version": "1.0.0",
                 *       "description": "Counts words and sentences.",
                 *       "file_size_bytes": 6074,
                 *       "presigned_url_expiration": null
                 *     }
                 */
                "application/json": components["schemas"]["PluginUploadRequest"];
            };
        };
        responses: {
            /** @description The upload. PUT the archive to `presigned_url`, then confirm */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "upload_id": "plu_01m7wc54fherz84624ahd0kr7h",
                     *       "presigned_url": "https://example.com/",
                     *       "s3_key": "text",
                     *       "expires_at": "2030-01-01T00:00:00.000Z",
                     *       "organization_id": "org_01m7wc54fherz84624ahd0kr7h",
                     *       "namespace_id": "ns_01m7wc54fherz84624ahd0kr7h",
                     *       "name": "text_profile",
                     *       "version": "1.0.0",
                     *       "plugin_id": "text_profile_1_0_0"
                     *     }
                     */
                    "application/json": components["schemas"]["PluginUpload"];
                };
            };
        };
    };
    getPluginUpload: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description ID of the namespace, `ns_…`
                 * @example ns_01m7wc54fherz84624ahd0kr7h
                 */
                namespace_id: string;
                /**
                 * @description ID of the upload, `plu_…`
                 * @example plu_01m7wc54fherz84624ahd0kr7h
                 */
                upload_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The upload */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "upload_id": "plu_01m7wc54fherz84624ahd0kr7h",
                     *       "name": "text_profile",
                     *       "version": "1.0.0",
                     *       "plugin_id": "text_profile_1_0_0",
                     *       "status": "open",
                     *       "rejected_because": "content",
                     *       "message": "Faster tokenizer",
                     *       "findings": [
                     *         {
                     *           "file": "text",
                     *           "filename": "text",
                     *           "line": 1,
                     *           "column": 1,
                     *           "end_line": 1,
                     *           "end_column": 1,
                     *           "severity": "error",
                     *           "rule": "text",
                     *           "name": "text_profile",
                     *           "message": "Faster tokenizer",
                     *           "trail": [
                     *             {
                     *               "bound_in": "text",
                     *               "bound_at_line": 1,
                     *               "name": "text_profile",
                     *               "module": null,
                     *               "member": null
                     *             }
                     *           ],
                     *           "trail_message": null,
                     *           "waived": false,
                     *           "waiver": null
                     *         }
                     *       ],
                     *       "created_by": {
                     *         "type": "key",
                     *         "id": "text"
                     *       },
                     *       "created_at": "2026-03-05T09:30:00.000Z",
                     *       "updated_at": "2026-03-05T09:30:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["PluginUploadInFull"];
                };
            };
        };
    };
    confirmPluginUpload: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Unique per request. Repeating the request with the same key within 24 hours returns the original response.
                 * @example 0f8c2f3e-6f0a-4a53-9d7b-6a7b0f2a9c11
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /**
                 * @description ID of the namespace, `ns_…`
                 * @example ns_01m7wc54fherz84624ahd0kr7h
                 */
                namespace_id: string;
                /**
                 * @description ID of the upload, `plu_…`
                 * @example plu_01m7wc54fherz84624ahd0kr7h
                 */
                upload_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /** @example null */
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
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "upload_id": "plu_01m7wc54fherz84624ahd0kr7h",
                     *       "plugin_id": "text_profile_1_0_0",
                     *       "name": "text_profile",
                     *       "version": "1.0.0",
                     *       "validation_status": "passed",
                     *       "validation_errors": [
                     *         "text"
                     *       ],
                     *       "deployment_status": "pending",
                     *       "feature_uri": "mixpeek://text_profile@1.0.0",
                     *       "s3_archive_url": null,
                     *       "code_hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *       "namespace_id": "ns_01m7wc54fherz84624ahd0kr7h",
                     *       "organization_id": "org_01m7wc54fherz84624ahd0kr7h",
                     *       "message": "Faster tokenizer",
                     *       "warnings": [
                     *         {
                     *           "file": "text",
                     *           "filename": "text",
                     *           "line": 1,
                     *           "column": 1,
                     *           "end_line": 1,
                     *           "end_column": 1,
                     *           "severity": "error",
                     *           "rule": "text",
                     *           "name": "text_profile",
                     *           "message": "Faster tokenizer",
                     *           "trail": [
                     *             {
                     *               "bound_in": "text",
                     *               "bound_at_line": 1,
                     *               "name": "text_profile",
                     *               "module": null,
                     *               "member": null
                     *             }
                     *           ],
                     *           "trail_message": null,
                     *           "waived": false,
                     *           "waiver": null
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["ConfirmPluginUploadResponse"];
                };
            };
        };
    };
    listSecrets: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the previous page */
                cursor?: string;
                /** @description Maximum number of results */
                limit?: number;
            };
            header?: never;
            path: {
                /**
                 * @description ID of the namespace, `ns_…`
                 * @example ns_01m7wc54fherz84624ahd0kr7h
                 */
                namespace_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of secrets */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "results": [
                     *         {
                     *           "name": "OPENAI_API_KEY",
                     *           "revision": 1,
                     *           "created_at": "2026-03-05T09:30:00.000Z",
                     *           "updated_at": "2026-03-05T09:30:00.000Z",
                     *           "updated_by": {
                     *             "type": "key",
                     *             "id": "text"
                     *           },
                     *           "restarting": false
                     *         }
                     *       ],
                     *       "pagination": {
                     *         "limit": 1,
                     *         "next_cursor": null
                     *       }
                     *     }
                     */
                    "application/json": {
                        pagination: {
                            limit: number;
                            next_cursor: string | null;
                        };
                        results: components["schemas"]["Secret"][];
                    };
                };
            };
        };
    };
    setSecret: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Only this name
                 * @example OPENAI_API_KEY
                 */
                name: string;
                /**
                 * @description ID of the namespace, `ns_…`
                 * @example ns_01m7wc54fherz84624ahd0kr7h
                 */
                namespace_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "value": "text"
                 *     }
                 */
                "application/json": components["schemas"]["SecretValue"];
            };
        };
        responses: {
            /** @description The secret, without its value */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "name": "OPENAI_API_KEY",
                     *       "revision": 1,
                     *       "created_at": "2026-03-05T09:30:00.000Z",
                     *       "updated_at": "2026-03-05T09:30:00.000Z",
                     *       "updated_by": {
                     *         "type": "key",
                     *         "id": "text"
                     *       },
                     *       "restarting": false
                     *     }
                     */
                    "application/json": components["schemas"]["Secret"];
                };
            };
        };
    };
    deleteSecret: {
        parameters: {
            query?: {
                /** @description Delete it although a live version asks for it */
                force?: "true" | "false";
            };
            header?: never;
            path: {
                /**
                 * @description Only this name
                 * @example OPENAI_API_KEY
                 */
                name: string;
                /**
                 * @description ID of the namespace, `ns_…`
                 * @example ns_01m7wc54fherz84624ahd0kr7h
                 */
                namespace_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "name": "text_profile"
                     *     }
                     */
                    "application/json": {
                        name: string;
                        /** @enum {boolean} */
                        success: true;
                    };
                };
            };
        };
    };
    getNamespace: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description ID or name of the namespace
                 * @example ns_01m7wc54fherz84624ahd0kr7h
                 */
                namespace_identifier: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The namespace */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "namespace_id": "ns_01m7wc54fherz84624ahd0kr7h",
                     *       "namespace_name": "films",
                     *       "namespace_type": "text",
                     *       "description": "Counts words and sentences.",
                     *       "feature_extractors": [
                     *         {
                     *           "feature_extractor_name": "text",
                     *           "version": "1.0.0",
                     *           "feature_extractor_id": "text"
                     *         }
                     *       ],
                     *       "payload_indexes": null,
                     *       "auto_create_indexes": false,
                     *       "infrastructure": null,
                     *       "keep_live_versions": null,
                     *       "document_count": null,
                     *       "bucket_count": null,
                     *       "collection_count": null,
                     *       "object_count": null,
                     *       "created_at": "2026-03-05T09:30:00.000Z",
                     *       "updated_at": "2026-03-05T09:30:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Namespace"];
                };
            };
        };
    };
    putNamespace: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description ID or name of the namespace
                 * @example ns_01m7wc54fherz84624ahd0kr7h
                 */
                namespace_identifier: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "namespace_name": "films",
                 *       "namespace_type": "standard",
                 *       "description": "Counts words and sentences.",
                 *       "feature_extractors": [
                 *         {
                 *           "feature_extractor_name": "text",
                 *           "version": "1.0.0"
                 *         }
                 *       ],
                 *       "payload_indexes": null,
                 *       "auto_create_indexes": null,
                 *       "infrastructure": null,
                 *       "ttl_seconds": null,
                 *       "keep_live_versions": null
                 *     }
                 */
                "application/json": {
                    auto_create_indexes?: boolean | null;
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
                    /** @description How many live versions of a plugin each promotion leaves: the one that serves the name and the newest deployed. Older ones are undeployed. Null, the default, keeps all of them live. */
                    keep_live_versions?: number | null;
                    namespace_name?: string;
                    /** @enum {string} */
                    namespace_type?: "standard" | "marketplace";
                    payload_indexes?: {
                        [key: string]: unknown;
                    }[] | null;
                    ttl_seconds?: number | null;
                };
            };
        };
        responses: {
            /** @description The namespace */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "namespace_id": "ns_01m7wc54fherz84624ahd0kr7h",
                     *       "namespace_name": "films",
                     *       "namespace_type": "text",
                     *       "description": "Counts words and sentences.",
                     *       "feature_extractors": [
                     *         {
                     *           "feature_extractor_name": "text",
                     *           "version": "1.0.0",
                     *           "feature_extractor_id": "text"
                     *         }
                     *       ],
                     *       "payload_indexes": null,
                     *       "auto_create_indexes": false,
                     *       "infrastructure": null,
                     *       "keep_live_versions": null,
                     *       "document_count": null,
                     *       "bucket_count": null,
                     *       "collection_count": null,
                     *       "object_count": null,
                     *       "created_at": "2026-03-05T09:30:00.000Z",
                     *       "updated_at": "2026-03-05T09:30:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Namespace"];
                };
            };
        };
    };
    deleteNamespace: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description ID or name of the namespace
                 * @example ns_01m7wc54fherz84624ahd0kr7h
                 */
                namespace_identifier: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "namespace_id": "ns_01m7wc54fherz84624ahd0kr7h",
                     *       "message": "Faster tokenizer"
                     *     }
                     */
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
            query?: never;
            header?: never;
            path: {
                /**
                 * @description ID or name of the namespace
                 * @example ns_01m7wc54fherz84624ahd0kr7h
                 */
                namespace_identifier: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "namespace_name": "films",
                 *       "namespace_type": "standard",
                 *       "description": "Counts words and sentences.",
                 *       "feature_extractors": [
                 *         {
                 *           "feature_extractor_name": "text",
                 *           "version": "1.0.0"
                 *         }
                 *       ],
                 *       "payload_indexes": null,
                 *       "auto_create_indexes": null,
                 *       "infrastructure": null,
                 *       "ttl_seconds": null,
                 *       "keep_live_versions": null
                 *     }
                 */
                "application/json": {
                    auto_create_indexes?: boolean | null;
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
                    /** @description How many live versions of a plugin each promotion leaves: the one that serves the name and the newest deployed. Older ones are undeployed. Null, the default, keeps all of them live. */
                    keep_live_versions?: number | null;
                    namespace_name?: string;
                    /** @enum {string} */
                    namespace_type?: "standard" | "marketplace";
                    payload_indexes?: {
                        [key: string]: unknown;
                    }[] | null;
                    ttl_seconds?: number | null;
                };
            };
        };
        responses: {
            /** @description The namespace */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "namespace_id": "ns_01m7wc54fherz84624ahd0kr7h",
                     *       "namespace_name": "films",
                     *       "namespace_type": "text",
                     *       "description": "Counts words and sentences.",
                     *       "feature_extractors": [
                     *         {
                     *           "feature_extractor_name": "text",
                     *           "version": "1.0.0",
                     *           "feature_extractor_id": "text"
                     *         }
                     *       ],
                     *       "payload_indexes": null,
                     *       "auto_create_indexes": false,
                     *       "infrastructure": null,
                     *       "keep_live_versions": null,
                     *       "document_count": null,
                     *       "bucket_count": null,
                     *       "collection_count": null,
                     *       "object_count": null,
                     *       "created_at": "2026-03-05T09:30:00.000Z",
                     *       "updated_at": "2026-03-05T09:30:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Namespace"];
                };
            };
        };
    };
    listNamespaces: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the previous page */
                cursor?: string;
                /** @description Accepted and ignored: the total is always returned */
                include_total?: string;
                /** @description Maximum number of results */
                limit?: number;
                /** @description Number of results to skip */
                offset?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                /** @example null */
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
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "results": [
                     *         {
                     *           "namespace_id": "ns_01m7wc54fherz84624ahd0kr7h",
                     *           "namespace_name": "films",
                     *           "namespace_type": "text",
                     *           "description": "Counts words and sentences.",
                     *           "feature_extractors": [
                     *             {
                     *               "feature_extractor_name": "text",
                     *               "version": "1.0.0",
                     *               "feature_extractor_id": "text"
                     *             }
                     *           ],
                     *           "payload_indexes": null,
                     *           "auto_create_indexes": false,
                     *           "infrastructure": null,
                     *           "keep_live_versions": null,
                     *           "document_count": null,
                     *           "bucket_count": null,
                     *           "collection_count": null,
                     *           "object_count": null,
                     *           "created_at": "2026-03-05T09:30:00.000Z",
                     *           "updated_at": "2026-03-05T09:30:00.000Z"
                     *         }
                     *       ],
                     *       "pagination": {
                     *         "limit": 1,
                     *         "offset": 1,
                     *         "next_cursor": null,
                     *         "total": 1
                     *       },
                     *       "total_count": 1
                     *     }
                     */
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
    listOrganizationPlugins: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the previous page */
                cursor?: string;
                /** @description Maximum number of results */
                limit?: number;
                /** @description Only the versions of the plugin with this name */
                name?: string;
                /** @description Number of results to skip */
                offset?: number;
                /** @description Only plugins whose names begin with this. `total` is then counted up to 1000 */
                search?: string;
                /** @description Only the namespace's own plugins, or only the organization's */
                source?: components["schemas"]["PluginOwner"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Plugin versions */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "plugins": [
                     *         {
                     *           "plugin_id": "text_profile_1_0_0",
                     *           "name": "text_profile",
                     *           "version": "1.0.0",
                     *           "description": "Counts words and sentences.",
                     *           "deployed": false,
                     *           "deployment_state": "promoted",
                     *           "validation_status": "passed",
                     *           "scan_verdict": "pass",
                     *           "feature_uri": "mixpeek://text_profile@1.0.0",
                     *           "source": "namespace",
                     *           "created_at": "2026-03-05T09:30:00.000Z",
                     *           "updated_at": "2026-03-05T09:30:00.000Z"
                     *         }
                     *       ],
                     *       "total": 1,
                     *       "next_cursor": null,
                     *       "organization_id": "org_01m7wc54fherz84624ahd0kr7h",
                     *       "namespace_id": "ns_01m7wc54fherz84624ahd0kr7h"
                     *     }
                     */
                    "application/json": components["schemas"]["PluginList"];
                };
            };
        };
    };
    getOrganizationPlugin: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description ID of the version, its name and number: `text_profile_1_0_0`
                 * @example text_profile_1_0_0
                 */
                plugin_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The version */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "plugin": {
                     *         "plugin_id": "text_profile_1_0_0",
                     *         "organization_id": "org_01m7wc54fherz84624ahd0kr7h",
                     *         "namespace_id": "ns_01m7wc54fherz84624ahd0kr7h",
                     *         "name": "text_profile",
                     *         "version": "1.0.0",
                     *         "description": "Counts words and sentences.",
                     *         "s3_archive_url": "text",
                     *         "code_hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *         "upload_sha256": "text",
                     *         "size_bytes": 1,
                     *         "validation_status": "passed",
                     *         "validation_errors": [
                     *           "text"
                     *         ],
                     *         "security_scan_passed": false,
                     *         "scan_verdict": "pass",
                     *         "deployed": false,
                     *         "deployment_info": null,
                     *         "manifest": null,
                     *         "permissions": {
                     *           "requested": null,
                     *           "granted": null,
                     *           "missing": null
                     *         },
                     *         "message": "Faster tokenizer",
                     *         "feature_uri": "mixpeek://text_profile@1.0.0",
                     *         "source": "namespace",
                     *         "git": null,
                     *         "resolved_inference_name": null,
                     *         "created_at": "2026-03-05T09:30:00.000Z",
                     *         "updated_at": "2026-03-05T09:30:00.000Z",
                     *         "deployed_at": null
                     *       }
                     *     }
                     */
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
            query?: never;
            header?: never;
            path: {
                /**
                 * @description ID of the version, its name and number: `text_profile_1_0_0`
                 * @example text_profile_1_0_0
                 */
                plugin_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "plugin_id": "text_profile_1_0_0",
                     *       "message": "Faster tokenizer",
                     *       "deployment_removed": false
                     *     }
                     */
                    "application/json": components["schemas"]["PluginDeleted"];
                };
            };
        };
    };
    listOrganizationPluginDeployments: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the previous page */
                cursor?: string;
                /** @description Maximum number of results */
                limit?: number;
            };
            header?: never;
            path: {
                /**
                 * @description ID of the version, its name and number: `text_profile_1_0_0`
                 * @example text_profile_1_0_0
                 */
                plugin_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of deployments with their steps */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "results": [
                     *         {
                     *           "deployment_id": "dep_01m7wc54fherz84624ahd0kr7h",
                     *           "namespace_id": "ns_01m7wc54fherz84624ahd0kr7h",
                     *           "plugin_id": "text_profile_1_0_0",
                     *           "name": "text_profile",
                     *           "kind": "extractor",
                     *           "version": "1.0.0",
                     *           "version_id": "text",
                     *           "deployment_type": "realtime",
                     *           "parameters": {},
                     *           "generation": 1,
                     *           "status": "promoted",
                     *           "error": null,
                     *           "attempts": 1,
                     *           "next_attempt_at": null,
                     *           "sandbox": "namespaces",
                     *           "cgroup": "v1",
                     *           "created_by": {
                     *             "type": "key",
                     *             "id": "text"
                     *           },
                     *           "created_at": "2026-03-05T09:30:00.000Z",
                     *           "updated_at": "2026-03-05T09:30:00.000Z",
                     *           "promoted_at": null,
                     *           "serving": false,
                     *           "steps": [
                     *             {
                     *               "step": "build",
                     *               "attempt": 1,
                     *               "started_at": "2026-03-05T09:30:00.000Z",
                     *               "ended_at": null,
                     *               "error": null
                     *             }
                     *           ]
                     *         }
                     *       ],
                     *       "pagination": {
                     *         "limit": 1,
                     *         "next_cursor": null
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["DeploymentPage"];
                };
            };
        };
    };
    getOrganizationPluginDownload: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description ID of the version, its name and number: `text_profile_1_0_0`
                 * @example text_profile_1_0_0
                 */
                plugin_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The URL. GET `download_url` without an API key, until `expires_at` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "plugin_id": "text_profile_1_0_0",
                     *       "name": "text_profile",
                     *       "version": "1.0.0",
                     *       "download_url": "https://example.com/",
                     *       "presigned_download_url": "https://example.com/",
                     *       "expires_at": "2030-01-01T00:00:00.000Z",
                     *       "file_size_bytes": 6074,
                     *       "code_hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
                     *     }
                     */
                    "application/json": components["schemas"]["PluginDownload"];
                };
            };
        };
    };
    getOrganizationPluginEnvironment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description ID of the version, its name and number: `text_profile_1_0_0`
                 * @example text_profile_1_0_0
                 */
                plugin_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Declared, locked and installed */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "plugin_id": "text_profile_1_0_0",
                     *       "name": "text_profile",
                     *       "version": "1.0.0",
                     *       "dependencies": [
                     *         "text"
                     *       ],
                     *       "lock": null,
                     *       "environments": [
                     *         {
                     *           "key": "text",
                     *           "python": "text",
                     *           "platform": "text",
                     *           "archive_sha256": "text",
                     *           "archive_bytes": 1,
                     *           "size_bytes": 1,
                     *           "files": 1,
                     *           "packages": [
                     *             {
                     *               "name": "text_profile",
                     *               "version": "1.0.0"
                     *             }
                     *           ],
                     *           "removed": [
                     *             "text"
                     *           ],
                     *           "created_at": "2026-03-05T09:30:00.000Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["PluginEnvironment"];
                };
            };
        };
    };
    getOrganizationPluginScan: {
        parameters: {
            query?: {
                /** @description `sarif` returns SARIF 2.1.0 */
                format?: "json" | "sarif";
            };
            header?: never;
            path: {
                /**
                 * @description ID of the version, its name and number: `text_profile_1_0_0`
                 * @example text_profile_1_0_0
                 */
                plugin_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The verdict and the findings */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "plugin_id": "text_profile_1_0_0",
                     *       "name": "text_profile",
                     *       "version": "1.0.0",
                     *       "code_hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *       "policy_version": "text",
                     *       "level": "seed",
                     *       "verdict": "pass",
                     *       "scanned_at": "2026-03-05T09:30:00.000Z",
                     *       "findings": [
                     *         {
                     *           "file": "text",
                     *           "filename": "text",
                     *           "line": 1,
                     *           "column": 1,
                     *           "end_line": 1,
                     *           "end_column": 1,
                     *           "severity": "error",
                     *           "rule": "text",
                     *           "name": "text_profile",
                     *           "message": "Faster tokenizer",
                     *           "trail": [
                     *             {
                     *               "bound_in": "text",
                     *               "bound_at_line": 1,
                     *               "name": "text_profile",
                     *               "module": null,
                     *               "member": null
                     *             }
                     *           ],
                     *           "trail_message": null,
                     *           "waived": false,
                     *           "waiver": null
                     *         }
                     *       ]
                     *     }
                     */
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
                path?: string;
            };
            header?: never;
            path: {
                /**
                 * @description ID of the version, its name and number: `text_profile_1_0_0`
                 * @example text_profile_1_0_0
                 */
                plugin_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The files, in archive order */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "plugin_id": "text_profile_1_0_0",
                     *       "name": "text_profile",
                     *       "version": "1.0.0",
                     *       "code_hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *       "total": 1,
                     *       "truncated": false,
                     *       "files": [
                     *         {
                     *           "path": "realtime.py",
                     *           "size_bytes": 1,
                     *           "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *           "encoding": "utf-8",
                     *           "content": null,
                     *           "truncated": false
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["PluginSource"];
                };
            };
        };
    };
    publishOrganizationPluginFromGit: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Unique per request. Repeating the request with the same key within 24 hours returns the original response.
                 * @example 0f8c2f3e-6f0a-4a53-9d7b-6a7b0f2a9c11
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /** @description `wait=10` limits how many seconds the request waits (RFC 7240) */
                prefer?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "repository": "https://github.com/example/plugins",
                 *       "ref": "v1.2.0",
                 *       "path": "plugins/ocr",
                 *       "deploy": true
                 *     }
                 */
                "application/json": components["schemas"]["PluginFromGit"];
            };
        };
        responses: {
            /** @description Published, or still in progress */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "upload_id": "plu_01m7wc54fherz84624ahd0kr7h",
                     *       "plugin_id": "text_profile_1_0_0",
                     *       "name": "text_profile",
                     *       "version": "1.0.0",
                     *       "validation_status": "passed",
                     *       "validation_errors": [
                     *         "text"
                     *       ],
                     *       "deployment_status": "pending",
                     *       "feature_uri": "mixpeek://text_profile@1.0.0",
                     *       "s3_archive_url": null,
                     *       "code_hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *       "namespace_id": "ns_01m7wc54fherz84624ahd0kr7h",
                     *       "organization_id": "org_01m7wc54fherz84624ahd0kr7h",
                     *       "message": "Faster tokenizer",
                     *       "warnings": [
                     *         {
                     *           "file": "text",
                     *           "filename": "text",
                     *           "line": 1,
                     *           "column": 1,
                     *           "end_line": 1,
                     *           "end_column": 1,
                     *           "severity": "error",
                     *           "rule": "text",
                     *           "name": "text_profile",
                     *           "message": "Faster tokenizer",
                     *           "trail": [
                     *             {
                     *               "bound_in": "text",
                     *               "bound_at_line": 1,
                     *               "name": "text_profile",
                     *               "module": null,
                     *               "member": null
                     *             }
                     *           ],
                     *           "trail_message": null,
                     *           "waived": false,
                     *           "waiver": null
                     *         }
                     *       ],
                     *       "repository": "text",
                     *       "ref": "text",
                     *       "commit": null,
                     *       "path": "realtime.py",
                     *       "already_published": false,
                     *       "deployment": null,
                     *       "deployment_error": null
                     *     }
                     */
                    "application/json": components["schemas"]["PublishedFromGit"];
                };
            };
        };
    };
    createOrganizationPluginUpload: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Unique per request. Repeating the request with the same key within 24 hours returns the original response.
                 * @example 0f8c2f3e-6f0a-4a53-9d7b-6a7b0f2a9c11
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "text_profile",
                 *       "version": "1.0.0",
                 *       "description": "Counts words and sentences.",
                 *       "file_size_bytes": 6074,
                 *       "presigned_url_expiration": null
                 *     }
                 */
                "application/json": components["schemas"]["PluginUploadRequest"];
            };
        };
        responses: {
            /** @description The upload. PUT the archive to `presigned_url`, then confirm */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "upload_id": "plu_01m7wc54fherz84624ahd0kr7h",
                     *       "presigned_url": "https://example.com/",
                     *       "s3_key": "text",
                     *       "expires_at": "2030-01-01T00:00:00.000Z",
                     *       "organization_id": "org_01m7wc54fherz84624ahd0kr7h",
                     *       "namespace_id": "ns_01m7wc54fherz84624ahd0kr7h",
                     *       "name": "text_profile",
                     *       "version": "1.0.0",
                     *       "plugin_id": "text_profile_1_0_0"
                     *     }
                     */
                    "application/json": components["schemas"]["PluginUpload"];
                };
            };
        };
    };
    getOrganizationPluginUpload: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description ID of the upload, `plu_…`
                 * @example plu_01m7wc54fherz84624ahd0kr7h
                 */
                upload_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The upload */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "upload_id": "plu_01m7wc54fherz84624ahd0kr7h",
                     *       "name": "text_profile",
                     *       "version": "1.0.0",
                     *       "plugin_id": "text_profile_1_0_0",
                     *       "status": "open",
                     *       "rejected_because": "content",
                     *       "message": "Faster tokenizer",
                     *       "findings": [
                     *         {
                     *           "file": "text",
                     *           "filename": "text",
                     *           "line": 1,
                     *           "column": 1,
                     *           "end_line": 1,
                     *           "end_column": 1,
                     *           "severity": "error",
                     *           "rule": "text",
                     *           "name": "text_profile",
                     *           "message": "Faster tokenizer",
                     *           "trail": [
                     *             {
                     *               "bound_in": "text",
                     *               "bound_at_line": 1,
                     *               "name": "text_profile",
                     *               "module": null,
                     *               "member": null
                     *             }
                     *           ],
                     *           "trail_message": null,
                     *           "waived": false,
                     *           "waiver": null
                     *         }
                     *       ],
                     *       "created_by": {
                     *         "type": "key",
                     *         "id": "text"
                     *       },
                     *       "created_at": "2026-03-05T09:30:00.000Z",
                     *       "updated_at": "2026-03-05T09:30:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["PluginUploadInFull"];
                };
            };
        };
    };
    confirmOrganizationPluginUpload: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Unique per request. Repeating the request with the same key within 24 hours returns the original response.
                 * @example 0f8c2f3e-6f0a-4a53-9d7b-6a7b0f2a9c11
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /**
                 * @description ID of the upload, `plu_…`
                 * @example plu_01m7wc54fherz84624ahd0kr7h
                 */
                upload_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /** @example null */
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
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "upload_id": "plu_01m7wc54fherz84624ahd0kr7h",
                     *       "plugin_id": "text_profile_1_0_0",
                     *       "name": "text_profile",
                     *       "version": "1.0.0",
                     *       "validation_status": "passed",
                     *       "validation_errors": [
                     *         "text"
                     *       ],
                     *       "deployment_status": "pending",
                     *       "feature_uri": "mixpeek://text_profile@1.0.0",
                     *       "s3_archive_url": null,
                     *       "code_hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *       "namespace_id": "ns_01m7wc54fherz84624ahd0kr7h",
                     *       "organization_id": "org_01m7wc54fherz84624ahd0kr7h",
                     *       "message": "Faster tokenizer",
                     *       "warnings": [
                     *         {
                     *           "file": "text",
                     *           "filename": "text",
                     *           "line": 1,
                     *           "column": 1,
                     *           "end_line": 1,
                     *           "end_column": 1,
                     *           "severity": "error",
                     *           "rule": "text",
                     *           "name": "text_profile",
                     *           "message": "Faster tokenizer",
                     *           "trail": [
                     *             {
                     *               "bound_in": "text",
                     *               "bound_at_line": 1,
                     *               "name": "text_profile",
                     *               "module": null,
                     *               "member": null
                     *             }
                     *           ],
                     *           "trail_message": null,
                     *           "waived": false,
                     *           "waiver": null
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["ConfirmPluginUploadResponse"];
                };
            };
        };
    };
    listQuotas: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Usage and quotas */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "organization_id": "org_01m7wc54fherz84624ahd0kr7h",
                     *       "quotas": {
                     *         "plugins_per_namespace": {
                     *           "used": 1,
                     *           "max_allowed": 1
                     *         },
                     *         "stored_bytes": {
                     *           "used": 1,
                     *           "max_allowed": 1
                     *         },
                     *         "live_deployments": {
                     *           "used": 1,
                     *           "max_allowed": 1
                     *         },
                     *         "keys": {
                     *           "used": 1,
                     *           "max_allowed": 1
                     *         },
                     *         "namespaces": {
                     *           "used": 1,
                     *           "max_allowed": 1
                     *         },
                     *         "webhook_endpoints": {
                     *           "used": 1,
                     *           "max_allowed": 1
                     *         },
                     *         "model_bytes": {
                     *           "used": 1,
                     *           "max_allowed": 1
                     *         },
                     *         "model_uploads": {
                     *           "used": 1,
                     *           "max_allowed": 1
                     *         },
                     *         "log_bytes_per_day": {
                     *           "used": 1,
                     *           "max_allowed": 1
                     *         }
                     *       }
                     *     }
                     */
                    "application/json": {
                        organization_id: string;
                        /** @description For `plugins_per_namespace`, `used` is the count of the fullest namespace */
                        quotas: {
                            keys: {
                                max_allowed: number;
                                used: number;
                            };
                            live_deployments: {
                                max_allowed: number;
                                used: number;
                            };
                            log_bytes_per_day: {
                                max_allowed: number;
                                used: number;
                            };
                            model_bytes: {
                                max_allowed: number;
                                used: number;
                            };
                            model_uploads: {
                                max_allowed: number;
                                used: number;
                            };
                            namespaces: {
                                max_allowed: number;
                                used: number;
                            };
                            plugins_per_namespace: {
                                max_allowed: number;
                                used: number;
                            };
                            stored_bytes: {
                                max_allowed: number;
                                used: number;
                            };
                            webhook_endpoints: {
                                max_allowed: number;
                                used: number;
                            };
                        };
                    };
                };
            };
        };
    };
    getScanPolicy: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The scan policy */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "level": "seed",
                     *       "policy_version": "text",
                     *       "levels": [
                     *         "seed"
                     *       ],
                     *       "thresholds": {
                     *         "reject": "error",
                     *         "warn": "warning"
                     *       },
                     *       "updated_at": null,
                     *       "updated_by": null,
                     *       "versions_to_judge": 1
                     *     }
                     */
                    "application/json": components["schemas"]["ScanPolicy"];
                };
            };
        };
    };
    setScanPolicy: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "level": "seed"
                 *     }
                 */
                "application/json": {
                    /**
                     * @description `seed`: the published list of forbidden names. `strict`: the same and more rules. Each level only adds rules to the one before.
                     * @enum {string}
                     */
                    level: "seed" | "strict";
                };
            };
        };
        responses: {
            /** @description The scan policy */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "level": "seed",
                     *       "policy_version": "text",
                     *       "levels": [
                     *         "seed"
                     *       ],
                     *       "thresholds": {
                     *         "reject": "error",
                     *         "warn": "warning"
                     *       },
                     *       "updated_at": null,
                     *       "updated_by": null,
                     *       "versions_to_judge": 1
                     *     }
                     */
                    "application/json": components["schemas"]["ScanPolicy"];
                };
            };
        };
    };
    previewScanPolicy: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the previous page */
                cursor?: string;
                /** @description Maximum number of results */
                limit?: number;
            };
            header?: {
                /**
                 * @description Unique per request. Repeating the request with the same key within 24 hours returns the original response.
                 * @example 0f8c2f3e-6f0a-4a53-9d7b-6a7b0f2a9c11
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "level": "seed"
                 *     }
                 */
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
            /** @description The versions that would change */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "level": "seed",
                     *       "policy_version": "text",
                     *       "examined": 1,
                     *       "results": [
                     *         {
                     *           "plugin_id": "text_profile_1_0_0",
                     *           "name": "text_profile",
                     *           "version": "1.0.0",
                     *           "namespace_id": "ns_01m7wc54fherz84624ahd0kr7h",
                     *           "from": "pass",
                     *           "to": "pass",
                     *           "rules": [
                     *             "text"
                     *           ],
                     *           "introduced": 1,
                     *           "fixed": 1,
                     *           "findings": [
                     *             {
                     *               "file": "text",
                     *               "filename": "text",
                     *               "line": 1,
                     *               "column": 1,
                     *               "end_line": 1,
                     *               "end_column": 1,
                     *               "severity": "error",
                     *               "rule": "text",
                     *               "name": "text_profile",
                     *               "message": "Faster tokenizer",
                     *               "trail": [
                     *                 {
                     *                   "bound_in": "text",
                     *                   "bound_at_line": 1,
                     *                   "name": "text_profile",
                     *                   "module": null,
                     *                   "member": null
                     *                 }
                     *               ],
                     *               "trail_message": null,
                     *               "waived": false,
                     *               "waiver": null
                     *             }
                     *           ]
                     *         }
                     *       ],
                     *       "pagination": {
                     *         "limit": 1,
                     *         "next_cursor": null
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["PolicyPreview"];
                };
            };
        };
    };
    getSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The key, with its organization */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "key": {
                     *         "key_id": "key_01m7wc54fherz84624ahd0kr7h",
                     *         "name": "text_profile",
                     *         "prefix": "sk_3kQx9bT",
                     *         "scopes": [
                     *           "plugins:write"
                     *         ],
                     *         "namespace_ids": [
                     *           "ns_01m7wc54fherz84624ahd0kr7h"
                     *         ],
                     *         "status": "active",
                     *         "created_at": "2026-03-05T09:30:00.000Z",
                     *         "expires_at": "2030-01-01T00:00:00.000Z",
                     *         "last_used_at": null,
                     *         "revoked_at": null,
                     *         "previous_valid_until": null,
                     *         "organization_id": "org_01m7wc54fherz84624ahd0kr7h",
                     *         "organization_name": "text"
                     *       },
                     *       "csrf_token": null
                     *     }
                     */
                    "application/json": components["schemas"]["Session"];
                };
            };
        };
    };
    signIn: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Signed in */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "expires_at": "2030-01-01T00:00:00.000Z",
                     *       "csrf_token": "text"
                     *     }
                     */
                    "application/json": components["schemas"]["SignedIn"];
                };
            };
        };
    };
    signOut: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Signed out */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    createSignInLink: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Unique per request. Repeating the request with the same key within 24 hours returns the original response.
                 * @example 0f8c2f3e-6f0a-4a53-9d7b-6a7b0f2a9c11
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The link */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "url": "https://example.com/",
                     *       "expires_at": "2030-01-01T00:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["SignInLink"];
                };
            };
        };
    };
    useSignInLink: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "link": "text"
                 *     }
                 */
                "application/json": {
                    /** @description The part of the URL after `#link=` */
                    link: string;
                };
            };
        };
        responses: {
            /** @description Signed in */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "expires_at": "2030-01-01T00:00:00.000Z",
                     *       "csrf_token": "text"
                     *     }
                     */
                    "application/json": components["schemas"]["SignedIn"];
                };
            };
        };
    };
    listWaivers: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the previous page */
                cursor?: string;
                /** @description Maximum number of results */
                limit?: number;
                /** @description A plugin's name, for all of its versions, or the ID of one version */
                plugin?: string;
                /** @description Only this status */
                status?: "active" | "expired" | "revoked";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of waivers */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "results": [
                     *         {
                     *           "waiver_id": "wvr_01m7wc54fherz84624ahd0kr7h",
                     *           "plugin": "text_profile",
                     *           "rule": "text",
                     *           "reason": "text",
                     *           "expires_at": "2030-01-01T00:00:00.000Z",
                     *           "status": "active",
                     *           "created_at": "2026-03-05T09:30:00.000Z",
                     *           "created_by": {
                     *             "type": "key",
                     *             "id": "text"
                     *           },
                     *           "revoked_at": null
                     *         }
                     *       ],
                     *       "pagination": {
                     *         "limit": 1,
                     *         "next_cursor": null
                     *       }
                     *     }
                     */
                    "application/json": {
                        pagination: {
                            limit: number;
                            next_cursor: string | null;
                        };
                        results: components["schemas"]["Waiver"][];
                    };
                };
            };
        };
    };
    grantWaiver: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Unique per request. Repeating the request with the same key within 24 hours returns the original response.
                 * @example 0f8c2f3e-6f0a-4a53-9d7b-6a7b0f2a9c11
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "plugin": "text_profile",
                 *       "rule": "SLP301",
                 *       "reason": "text",
                 *       "expires_at": "2030-01-01T00:00:00.000Z"
                 *     }
                 */
                "application/json": components["schemas"]["WaiverRequest"];
            };
        };
        responses: {
            /** @description The waiver */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "waiver_id": "wvr_01m7wc54fherz84624ahd0kr7h",
                     *       "plugin": "text_profile",
                     *       "rule": "text",
                     *       "reason": "text",
                     *       "expires_at": "2030-01-01T00:00:00.000Z",
                     *       "status": "active",
                     *       "created_at": "2026-03-05T09:30:00.000Z",
                     *       "created_by": {
                     *         "type": "key",
                     *         "id": "text"
                     *       },
                     *       "revoked_at": null
                     *     }
                     */
                    "application/json": components["schemas"]["Waiver"];
                };
            };
        };
    };
    revokeWaiver: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description ID of the waiver, `wvr_…`
                 * @example wvr_…
                 */
                waiver_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The waiver */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "waiver_id": "wvr_01m7wc54fherz84624ahd0kr7h",
                     *       "plugin": "text_profile",
                     *       "rule": "text",
                     *       "reason": "text",
                     *       "expires_at": "2030-01-01T00:00:00.000Z",
                     *       "status": "active",
                     *       "created_at": "2026-03-05T09:30:00.000Z",
                     *       "created_by": {
                     *         "type": "key",
                     *         "id": "text"
                     *       },
                     *       "revoked_at": null
                     *     }
                     */
                    "application/json": components["schemas"]["Waiver"];
                };
            };
        };
    };
    listWebhooks: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the previous page */
                cursor?: string;
                /** @description Maximum number of results */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of webhooks */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "results": [
                     *         {
                     *           "endpoint_id": "whk_01m7wc54fherz84624ahd0kr7h",
                     *           "url": "https://hooks.example.com/slipway",
                     *           "description": "Counts words and sentences.",
                     *           "events": null,
                     *           "namespace_ids": [
                     *             "ns_01m7wc54fherz84624ahd0kr7h"
                     *           ],
                     *           "status": "enabled",
                     *           "disabled_because": "request",
                     *           "failing_since": null,
                     *           "timeout_seconds": 1,
                     *           "previous_secret_until": null,
                     *           "created_at": "2026-03-05T09:30:00.000Z",
                     *           "updated_at": "2026-03-05T09:30:00.000Z"
                     *         }
                     *       ],
                     *       "pagination": {
                     *         "limit": 1,
                     *         "next_cursor": null
                     *       }
                     *     }
                     */
                    "application/json": {
                        pagination: {
                            limit: number;
                            next_cursor: string | null;
                        };
                        results: components["schemas"]["Webhook"][];
                    };
                };
            };
        };
    };
    createWebhook: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Unique per request. Repeating the request with the same key within 24 hours returns the original response.
                 * @example 0f8c2f3e-6f0a-4a53-9d7b-6a7b0f2a9c11
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "url": "https://hooks.example.com/slipway",
                 *       "description": "Counts words and sentences.",
                 *       "events": null,
                 *       "namespace_ids": [
                 *         "ns_01m7wc54fherz84624ahd0kr7h"
                 *       ]
                 *     }
                 */
                "application/json": {
                    description?: string | null;
                    /** @description Null or omitted: all */
                    events?: components["schemas"]["EventFilter"][] | null;
                    /** @description Null or omitted: all */
                    namespace_ids?: string[] | null;
                    /** @example https://hooks.example.com/slipway */
                    url: string;
                };
            };
        };
        responses: {
            /** @description The webhook and its secret */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "endpoint_id": "whk_01m7wc54fherz84624ahd0kr7h",
                     *       "url": "https://hooks.example.com/slipway",
                     *       "description": "Counts words and sentences.",
                     *       "events": null,
                     *       "namespace_ids": [
                     *         "ns_01m7wc54fherz84624ahd0kr7h"
                     *       ],
                     *       "status": "enabled",
                     *       "disabled_because": "request",
                     *       "failing_since": null,
                     *       "timeout_seconds": 1,
                     *       "previous_secret_until": null,
                     *       "created_at": "2026-03-05T09:30:00.000Z",
                     *       "updated_at": "2026-03-05T09:30:00.000Z",
                     *       "secret": "whsec_…"
                     *     }
                     */
                    "application/json": components["schemas"]["WebhookWithSecret"];
                };
            };
        };
    };
    getWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description ID of the webhook, `whk_…`
                 * @example whk_…
                 */
                endpoint_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The webhook, with its newest 500 deliveries counted by status */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "endpoint_id": "whk_01m7wc54fherz84624ahd0kr7h",
                     *       "url": "https://hooks.example.com/slipway",
                     *       "description": "Counts words and sentences.",
                     *       "events": null,
                     *       "namespace_ids": [
                     *         "ns_01m7wc54fherz84624ahd0kr7h"
                     *       ],
                     *       "status": "enabled",
                     *       "disabled_because": "request",
                     *       "failing_since": null,
                     *       "timeout_seconds": 1,
                     *       "previous_secret_until": null,
                     *       "created_at": "2026-03-05T09:30:00.000Z",
                     *       "updated_at": "2026-03-05T09:30:00.000Z",
                     *       "deliveries": {
                     *         "pending": 1,
                     *         "succeeded": 1,
                     *         "failed": 1
                     *       }
                     *     }
                     */
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
            query?: never;
            header?: never;
            path: {
                /**
                 * @description ID of the webhook, `whk_…`
                 * @example whk_…
                 */
                endpoint_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "endpoint_id": "whk_01m7wc54fherz84624ahd0kr7h"
                     *     }
                     */
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
            query?: never;
            header?: never;
            path: {
                /**
                 * @description ID of the webhook, `whk_…`
                 * @example whk_…
                 */
                endpoint_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "url": "https://hooks.example.com/slipway",
                 *       "description": "Counts words and sentences.",
                 *       "events": null,
                 *       "namespace_ids": [
                 *         "ns_01m7wc54fherz84624ahd0kr7h"
                 *       ]
                 *     }
                 */
                "application/json": {
                    description?: string | null;
                    /** @description Null or omitted: all */
                    events?: components["schemas"]["EventFilter"][] | null;
                    /** @description Null or omitted: all */
                    namespace_ids?: string[] | null;
                    /** @example https://hooks.example.com/slipway */
                    url?: string;
                };
            };
        };
        responses: {
            /** @description The webhook */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "endpoint_id": "whk_01m7wc54fherz84624ahd0kr7h",
                     *       "url": "https://hooks.example.com/slipway",
                     *       "description": "Counts words and sentences.",
                     *       "events": null,
                     *       "namespace_ids": [
                     *         "ns_01m7wc54fherz84624ahd0kr7h"
                     *       ],
                     *       "status": "enabled",
                     *       "disabled_because": "request",
                     *       "failing_since": null,
                     *       "timeout_seconds": 1,
                     *       "previous_secret_until": null,
                     *       "created_at": "2026-03-05T09:30:00.000Z",
                     *       "updated_at": "2026-03-05T09:30:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Webhook"];
                };
            };
        };
    };
    listDeliveries: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the previous page */
                cursor?: string;
                /** @description ID of the event, `evt_…` */
                event_id?: string;
                /** @description Maximum number of results */
                limit?: number;
                /** @description Time of the event */
                since?: string;
                /** @description Only this status */
                status?: "pending" | "succeeded" | "failed";
                /** @description Only this type, or all types with this prefix */
                type?: components["schemas"]["EventFilter"];
                /** @description Exclusive */
                until?: string;
            };
            header?: never;
            path: {
                /**
                 * @description ID of the webhook, `whk_…`
                 * @example whk_…
                 */
                endpoint_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of deliveries */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "results": [
                     *         {
                     *           "delivery_id": "dlv_01m7wc54fherz84624ahd0kr7h",
                     *           "endpoint_id": "whk_01m7wc54fherz84624ahd0kr7h",
                     *           "event_id": "evt_01m7wc54fherz84624ahd0kr7h",
                     *           "event_type": "text",
                     *           "status": "succeeded",
                     *           "attempts": 1,
                     *           "next_attempt_at": null,
                     *           "event_at": "2026-03-05T09:30:00.000Z",
                     *           "updated_at": "2026-03-05T09:30:00.000Z"
                     *         }
                     *       ],
                     *       "pagination": {
                     *         "limit": 1,
                     *         "next_cursor": null
                     *       }
                     *     }
                     */
                    "application/json": {
                        pagination: {
                            limit: number;
                            next_cursor: string | null;
                        };
                        results: components["schemas"]["Delivery"][];
                    };
                };
            };
        };
    };
    getDelivery: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description ID of the delivery, `dlv_…`
                 * @example dlv_…
                 */
                delivery_id: string;
                /**
                 * @description ID of the webhook, `whk_…`
                 * @example whk_…
                 */
                endpoint_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The delivery */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "delivery_id": "dlv_01m7wc54fherz84624ahd0kr7h",
                     *       "endpoint_id": "whk_01m7wc54fherz84624ahd0kr7h",
                     *       "event_id": "evt_01m7wc54fherz84624ahd0kr7h",
                     *       "event_type": "text",
                     *       "status": "succeeded",
                     *       "attempts": 1,
                     *       "next_attempt_at": null,
                     *       "event_at": "2026-03-05T09:30:00.000Z",
                     *       "updated_at": "2026-03-05T09:30:00.000Z",
                     *       "body": "text",
                     *       "attempts_made": [
                     *         {
                     *           "number": 1,
                     *           "started_at": "2026-03-05T09:30:00.000Z",
                     *           "duration_ms": 1,
                     *           "status_code": null,
                     *           "error": null,
                     *           "response_excerpt": null
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["DeliveryInFull"];
                };
            };
        };
    };
    redeliver: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Unique per request. Repeating the request with the same key within 24 hours returns the original response.
                 * @example 0f8c2f3e-6f0a-4a53-9d7b-6a7b0f2a9c11
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /**
                 * @description ID of the delivery, `dlv_…`
                 * @example dlv_…
                 */
                delivery_id: string;
                /**
                 * @description ID of the webhook, `whk_…`
                 * @example whk_…
                 */
                endpoint_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The delivery */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "delivery_id": "dlv_01m7wc54fherz84624ahd0kr7h",
                     *       "endpoint_id": "whk_01m7wc54fherz84624ahd0kr7h",
                     *       "event_id": "evt_01m7wc54fherz84624ahd0kr7h",
                     *       "event_type": "text",
                     *       "status": "succeeded",
                     *       "attempts": 1,
                     *       "next_attempt_at": null,
                     *       "event_at": "2026-03-05T09:30:00.000Z",
                     *       "updated_at": "2026-03-05T09:30:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Delivery"];
                };
            };
        };
    };
    disableWebhook: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Unique per request. Repeating the request with the same key within 24 hours returns the original response.
                 * @example 0f8c2f3e-6f0a-4a53-9d7b-6a7b0f2a9c11
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /**
                 * @description ID of the webhook, `whk_…`
                 * @example whk_…
                 */
                endpoint_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The webhook */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "endpoint_id": "whk_01m7wc54fherz84624ahd0kr7h",
                     *       "url": "https://hooks.example.com/slipway",
                     *       "description": "Counts words and sentences.",
                     *       "events": null,
                     *       "namespace_ids": [
                     *         "ns_01m7wc54fherz84624ahd0kr7h"
                     *       ],
                     *       "status": "enabled",
                     *       "disabled_because": "request",
                     *       "failing_since": null,
                     *       "timeout_seconds": 1,
                     *       "previous_secret_until": null,
                     *       "created_at": "2026-03-05T09:30:00.000Z",
                     *       "updated_at": "2026-03-05T09:30:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Webhook"];
                };
            };
        };
    };
    enableWebhook: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Unique per request. Repeating the request with the same key within 24 hours returns the original response.
                 * @example 0f8c2f3e-6f0a-4a53-9d7b-6a7b0f2a9c11
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /**
                 * @description ID of the webhook, `whk_…`
                 * @example whk_…
                 */
                endpoint_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The webhook */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "endpoint_id": "whk_01m7wc54fherz84624ahd0kr7h",
                     *       "url": "https://hooks.example.com/slipway",
                     *       "description": "Counts words and sentences.",
                     *       "events": null,
                     *       "namespace_ids": [
                     *         "ns_01m7wc54fherz84624ahd0kr7h"
                     *       ],
                     *       "status": "enabled",
                     *       "disabled_because": "request",
                     *       "failing_since": null,
                     *       "timeout_seconds": 1,
                     *       "previous_secret_until": null,
                     *       "created_at": "2026-03-05T09:30:00.000Z",
                     *       "updated_at": "2026-03-05T09:30:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Webhook"];
                };
            };
        };
    };
    recoverDeliveries: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Unique per request. Repeating the request with the same key within 24 hours returns the original response.
                 * @example 0f8c2f3e-6f0a-4a53-9d7b-6a7b0f2a9c11
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /**
                 * @description ID of the webhook, `whk_…`
                 * @example whk_…
                 */
                endpoint_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "since": "2026-03-05T09:30:00.000Z",
                 *       "until": "2026-03-05T09:30:00.000Z"
                 *     }
                 */
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
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "since": "2026-03-05T09:30:00.000Z",
                     *       "until": "2026-03-05T09:30:00.000Z",
                     *       "deliveries": 1
                     *     }
                     */
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
            query?: never;
            header?: {
                /**
                 * @description Unique per request. Repeating the request with the same key within 24 hours returns the original response.
                 * @example 0f8c2f3e-6f0a-4a53-9d7b-6a7b0f2a9c11
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /**
                 * @description ID of the webhook, `whk_…`
                 * @example whk_…
                 */
                endpoint_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /** @example null */
                "application/json": {
                    /**
                     * @description How long the previous secret keeps signing
                     * @default 86400
                     */
                    overlap_seconds?: number;
                } | null;
            };
        };
        responses: {
            /** @description The webhook and its new secret */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "endpoint_id": "whk_01m7wc54fherz84624ahd0kr7h",
                     *       "url": "https://hooks.example.com/slipway",
                     *       "description": "Counts words and sentences.",
                     *       "events": null,
                     *       "namespace_ids": [
                     *         "ns_01m7wc54fherz84624ahd0kr7h"
                     *       ],
                     *       "status": "enabled",
                     *       "disabled_because": "request",
                     *       "failing_since": null,
                     *       "timeout_seconds": 1,
                     *       "previous_secret_until": null,
                     *       "created_at": "2026-03-05T09:30:00.000Z",
                     *       "updated_at": "2026-03-05T09:30:00.000Z",
                     *       "secret": "whsec_…"
                     *     }
                     */
                    "application/json": components["schemas"]["WebhookWithSecret"];
                };
            };
        };
    };
    testWebhook: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description Unique per request. Repeating the request with the same key within 24 hours returns the original response.
                 * @example 0f8c2f3e-6f0a-4a53-9d7b-6a7b0f2a9c11
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /**
                 * @description ID of the webhook, `whk_…`
                 * @example whk_…
                 */
                endpoint_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The delivery of the test event */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "delivery_id": "dlv_01m7wc54fherz84624ahd0kr7h",
                     *       "endpoint_id": "whk_01m7wc54fherz84624ahd0kr7h",
                     *       "event_id": "evt_01m7wc54fherz84624ahd0kr7h",
                     *       "event_type": "text",
                     *       "status": "succeeded",
                     *       "attempts": 1,
                     *       "next_attempt_at": null,
                     *       "event_at": "2026-03-05T09:30:00.000Z",
                     *       "updated_at": "2026-03-05T09:30:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Delivery"];
                };
            };
        };
    };
}
