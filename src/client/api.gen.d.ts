// The API's types, made from openapi.json by scripts/generate-openapi.ts; not to be edited.
export interface paths {
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
         * Make an organization and its first key
         * @description Needs the admin token, as all of these. The key is shown in this answer only.
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
        /** Get an organization with what it has and may have */
        get: operations["getOrganization"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
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
         * Make an API key of an organization
         * @description For one that has no key with keys:admin left. The secret is shown in this answer only.
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
         * Change what an organization may have
         * @description What is left out stays. A lower quota takes nothing away: it refuses what would be added.
         */
        patch: operations["setQuotas"];
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
         * @description Needs the scope audit:read. A key that is bound to namespaces sees their events only.
         */
        get: {
            parameters: {
                query?: {
                    cursor?: string;
                    limit?: number;
                    /** @description The id of a namespace */
                    namespace?: string;
                    /** @description Newest or oldest first */
                    order?: "desc" | "asc";
                    since?: string;
                    /** @description The id of what changed */
                    subject?: string;
                    type?: components["schemas"]["EventFilter"];
                    /** @description Not included */
                    until?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description A page of events, in the order in which they were written */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
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
         * @description NDJSON: events in the order in which they were written, after the last one of each block a line {"block": …}, and at the end a line {"end": …}. docs/events.md says how to verify it. Needs the scope audit:read and a key of the whole organization.
         */
        get: {
            parameters: {
                query?: {
                    /** @description Begin with the events of this block */
                    from_block?: number;
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
        put?: never;
        post?: never;
        delete?: never;
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
         * @description A key that is bound to namespaces sees those that are bound to no others.
         */
        get: operations["listKeys"];
        put?: never;
        /**
         * Make an API key
         * @description Needs the scope keys:admin, as all of these. A key gives no scope, namespace or time that it lacks itself. The secret is shown in this answer only.
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
         * @description It opens nothing from then on, after 10 s at the latest. It stays in the list. The last active key with keys:admin for all namespaces is not revoked without allow_last: afterwards only the operator can make one.
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
         * Change an API key's secret
         * @description The new one works at once, and is shown in this answer only. The one before works for the overlap, and for 10 s at most without one. A key rotates none that has more than it has itself.
         */
        post: operations["rotateKey"];
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
        /** Make a namespace */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
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
                        "application/json": components["schemas"]["Namespace"];
                    };
                };
            };
        };
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
        get: {
            parameters: {
                query?: {
                    cursor?: string;
                    limit?: number;
                    /** @description Of the plugin of that name */
                    name?: string;
                    status?: "queued" | "claimed" | "building" | "starting" | "verifying" | "ready" | "promoted" | "failed" | "superseded" | "cancelled" | "stopped";
                };
                header?: never;
                path: {
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
                        "application/json": components["schemas"]["DeploymentPage"];
                    };
                };
            };
        };
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
        /** Get a deployment with its steps and what they said */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    deployment_id: string;
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
                        "application/json": components["schemas"]["DeploymentInFull"];
                    };
                };
            };
        };
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
         * Cancel a deployment that does not serve yet
         * @description Traffic stays where it is. Cancelling it again changes nothing; 409 when it serves, or has ended otherwise.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    deployment_id: string;
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
                        "application/json": components["schemas"]["DeploymentInFull"];
                    };
                };
            };
        };
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
         * @description Server-sent events: `step` when one begins or ends, `log` with what it said since, `status` when that changes, and `end` when nothing will follow. All that was before comes first, or what came after the message that Last-Event-ID names. The stream ends after five minutes at the latest; who comes back with Last-Event-ID misses nothing.
         */
        get: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The id of the last message that was read */
                    "last-event-id"?: string;
                };
                path: {
                    deployment_id: string;
                    namespace_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The stream */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/event-stream": string;
                    };
                };
                /** @description It is over, and the message that Last-Event-ID names was the last one */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
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
         * Read what the instance of a deployment prints
         * @description The newest 1000 lines. What an instance had when it was stopped for good is kept for 30 days; one that fell asleep begins anew. With `follow=true` server-sent events: `log` with the lines of a deployment, again whenever there are more; the stream ends after five minutes, and Last-Event-ID goes on from there.
         */
        get: {
            parameters: {
                query?: {
                    /** @description Answer with a stream of what comes */
                    follow?: "true" | "false";
                    /** @description At most so many of the lines that are there already */
                    tail?: number | null;
                };
                header?: {
                    /** @description The id of the last message that was read */
                    "last-event-id"?: string;
                };
                path: {
                    deployment_id: string;
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
                        "application/json": components["schemas"]["InstanceLog"];
                        "text/event-stream": string;
                    };
                };
            };
        };
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
         * Deploy once more what failed or was cancelled
         * @description A new deployment of the same version with the same type and parameters; while one is under way, asking again is the same one. 409 when the deployment has neither failed nor been cancelled.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    deployment_id: string;
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
                        "application/json": components["schemas"]["Deployment"];
                    };
                };
            };
        };
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
        get: {
            parameters: {
                query?: {
                    limit?: number;
                    name?: string;
                    offset?: number | null;
                    source?: components["schemas"]["PluginOwner"];
                };
                header?: never;
                path: {
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
                        "application/json": components["schemas"]["PluginList"];
                    };
                };
            };
        };
        put?: never;
        /** Publish an archive in one request */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
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
                        "application/json": components["schemas"]["ConfirmPluginUploadResponse"];
                    };
                };
            };
        };
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
        get: {
            parameters: {
                query?: {
                    return_presigned_urls?: boolean;
                };
                header?: never;
                path: {
                    namespace_id: string;
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
                        "application/json": {
                            plugin: components["schemas"]["PluginDocument"];
                            /**
                             * Format: uri
                             * @description When return_presigned_urls is true
                             */
                            presigned_download_url: string | null;
                            /** @enum {boolean} */
                            success: true;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        /** Delete a plugin version */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    namespace_id: string;
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
                        "application/json": components["schemas"]["PluginDeleted"];
                    };
                };
            };
        };
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
        /** Deploy a version, or deploy it anew */
        post: {
            parameters: {
                query?: {
                    deployment_type?: "batch_only" | "realtime";
                };
                header?: never;
                path: {
                    namespace_id: string;
                    plugin_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Queued; or done, when it is batch-only */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DeployAnswer"];
                    };
                };
            };
        };
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
        get: {
            parameters: {
                query?: {
                    cursor?: string;
                    limit?: number;
                };
                header?: never;
                path: {
                    namespace_id: string;
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
                        "application/json": components["schemas"]["DeploymentPage"];
                    };
                };
            };
        };
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
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    namespace_id: string;
                    plugin_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description GET download_url until expires_at, without the key */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PluginDownload"];
                    };
                };
            };
        };
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
         * Read what the running instance of a version prints
         * @description The newest 1000 lines. What an instance had when it was stopped for good is kept for 30 days; one that fell asleep begins anew. With `follow=true` server-sent events: `log` with the lines of a deployment, again whenever there are more; the stream ends after five minutes, and Last-Event-ID goes on from there.
         */
        get: {
            parameters: {
                query?: {
                    /** @description Answer with a stream of what comes */
                    follow?: "true" | "false";
                    /** @description At most so many of the lines that are there already */
                    tail?: number | null;
                };
                header?: {
                    /** @description The id of the last message that was read */
                    "last-event-id"?: string;
                };
                path: {
                    namespace_id: string;
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
                        "application/json": components["schemas"]["InstanceLog"];
                        "text/event-stream": string;
                    };
                };
            };
        };
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
        /** Call the realtime endpoint */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    namespace_id: string;
                    plugin_id: string;
                };
                cookie?: never;
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
                /** @description The answer, or the error the handler raised */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["RealtimeAnswer"];
                    };
                };
            };
        };
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
         * Read the source of a version
         * @description Every file of the archive without its top folder, text as it is and anything else in base64. Files above 1 MiB, and what comes after 20 MiB, are listed without their content.
         */
        get: {
            parameters: {
                query?: {
                    /** @description One file only */
                    path?: string;
                };
                header?: never;
                path: {
                    namespace_id: string;
                    plugin_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The files, in the order of the archive */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PluginSource"];
                    };
                };
            };
        };
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
        /** How a version stands */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    namespace_id: string;
                    plugin_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The newest attempt decides status; the rest tells what serves now */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PluginStatus"];
                    };
                };
            };
        };
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
        /** Take a version out of service */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    namespace_id: string;
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
        /** List organization plugins that can be enabled here */
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
        get: {
            parameters: {
                query: {
                    v1: string;
                    v2: string;
                };
                header?: never;
                path: {
                    namespace_id: string;
                    /** @description The plugin's name */
                    slug: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Files as unified text, findings that came and went, dependencies that changed */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PluginDiff"];
                    };
                };
            };
        };
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
        /** Call the version that serves the name */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    namespace_id: string;
                    /** @description The plugin's name */
                    slug: string;
                };
                cookie?: never;
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
                /** @description The answer, or the error the handler raised */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["NamedRealtimeAnswer"];
                    };
                };
            };
        };
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
        /** Call the version that serves the name */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    namespace_id: string;
                    /** @description The plugin's name */
                    slug: string;
                };
                cookie?: never;
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
                /** @description The answer, or the error the handler raised */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["NamedRealtimeAnswer"];
                    };
                };
            };
        };
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
         * Make another version the active one, and have it serve the name
         * @description The active version changes at once. Calls to the name move at once to a version that is live or still draining; else its stored archive is deployed, and they move when it is ready. Nothing is taken out of service.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    namespace_id: string;
                    /** @description The plugin's name */
                    slug: string;
                };
                cookie?: never;
            };
            requestBody?: {
                content: {
                    "application/json": {
                        message?: string | null;
                        /**
                         * @description Left out: the version that was active before.
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
                        "application/json": components["schemas"]["PluginRollback"];
                    };
                };
            };
        };
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
        get: {
            parameters: {
                query?: {
                    cursor?: string;
                    limit?: number;
                };
                header?: never;
                path: {
                    namespace_id: string;
                    /** @description The plugin's name */
                    slug: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description When each was published and deployed, by whom, and with which message */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PluginVersions"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
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
        /** Disable a version of an organization plugin here, and undeploy it */
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
         * Enable a version of an organization plugin here, and deploy it
         * @description From then on it answers under the paths of this namespace as its own plugins do, with deployments, parameters and traffic of its own. Enabling it again gives it the `params` that are sent, if any are.
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
         * Have the vector features follow the deployed plugins
         * @description Adds a vector feature for each that a deployed plugin declares. Stored vectors stay: a feature that no plugin declares any more goes only when nothing is stored in it. One name with two dimensions or metrics is refused.
         */
        post: operations["reconfigureNamespace"];
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
        /** Get a presigned URL for an archive */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    namespace_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["PluginUploadRequest"];
                };
            };
            responses: {
                /** @description PUT the archive to presigned_url, then confirm */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PluginUpload"];
                    };
                };
            };
        };
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
        /** Confirm an upload: check, scan and publish it */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    namespace_id: string;
                    upload_id: string;
                };
                cookie?: never;
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
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ConfirmPluginUploadResponse"];
                    };
                };
            };
        };
        delete?: never;
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
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description Id or name */
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
                        "application/json": components["schemas"]["Namespace"];
                    };
                };
            };
        };
        /** Change a namespace */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description Id or name */
                    namespace_identifier: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
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
                        "application/json": components["schemas"]["Namespace"];
                    };
                };
            };
        };
        post?: never;
        /**
         * Delete a namespace with all it holds
         * @description The namespace `default` stays: every organization has it.
         */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description Id or name */
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
        options?: never;
        head?: never;
        /** Change a namespace */
        patch: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description Id or name */
                    namespace_identifier: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
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
                        "application/json": components["schemas"]["Namespace"];
                    };
                };
            };
        };
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
        post: {
            parameters: {
                query?: {
                    cursor?: string;
                    include_total?: string;
                    limit?: number;
                    offset?: number | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
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
                    headers: {
                        [name: string]: unknown;
                    };
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
        get: {
            parameters: {
                query?: {
                    limit?: number;
                    name?: string;
                    offset?: number | null;
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
                        "application/json": components["schemas"]["PluginList"];
                    };
                };
            };
        };
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
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
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
                        "application/json": {
                            plugin: components["schemas"]["PluginDocument"];
                            /** @enum {boolean} */
                            success: true;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        /** Delete a plugin version */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
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
                        "application/json": components["schemas"]["PluginDeleted"];
                    };
                };
            };
        };
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
        get: {
            parameters: {
                query?: {
                    cursor?: string;
                    limit?: number;
                };
                header?: never;
                path: {
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
                        "application/json": components["schemas"]["DeploymentPage"];
                    };
                };
            };
        };
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
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    plugin_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description GET download_url until expires_at, without the key */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PluginDownload"];
                    };
                };
            };
        };
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
         * Read the source of a version
         * @description Every file of the archive without its top folder, text as it is and anything else in base64. Files above 1 MiB, and what comes after 20 MiB, are listed without their content.
         */
        get: {
            parameters: {
                query?: {
                    /** @description One file only */
                    path?: string;
                };
                header?: never;
                path: {
                    plugin_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The files, in the order of the archive */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PluginSource"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
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
        /** Get a presigned URL for an archive */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["PluginUploadRequest"];
                };
            };
            responses: {
                /** @description PUT the archive to presigned_url, then confirm */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PluginUpload"];
                    };
                };
            };
        };
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
        /** Confirm an upload: check, scan and publish it */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    upload_id: string;
                };
                cookie?: never;
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
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ConfirmPluginUploadResponse"];
                    };
                };
            };
        };
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
         * @description Needs the scope policy:admin, as all of these, and a key of the whole organization.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description What plugins are judged by */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ScanPolicy"];
                    };
                };
            };
        };
        /**
         * Choose the level of the scan policy
         * @description It holds for what is confirmed from now on. What was published stays and is judged again: what is rejected then is deployed no more, and what is live stays live. Each change of a verdict is an event.
         */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /**
                         * @description seed: the published list of forbidden names. strict: that, and more rules. A level only adds to those before it.
                         * @enum {string}
                         */
                        level: "seed" | "strict";
                    };
                };
            };
            responses: {
                /** @description What plugins are judged by */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ScanPolicy"];
                    };
                };
            };
        };
        post?: never;
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
         * @description Needs the scope policy:admin, as all of these, and a key of the whole organization.
         */
        get: {
            parameters: {
                query?: {
                    cursor?: string;
                    limit?: number;
                    /** @description A plugin's name, for all of its versions, or the id of one version */
                    plugin?: string;
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
        put?: never;
        /**
         * Waive a rule for a plugin
         * @description What the rule finds in the plugin stays visible, marked as waived, and rejects no upload until the waiver is over. Rules that begin with SLP6, SLP70 or SLM can not be waived, nor can SLP710.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
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
                        "application/json": components["schemas"]["Waiver"];
                    };
                };
            };
        };
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
         * Take a waiver back
         * @description What was published stays and is judged again. One that is over or taken back already stays as it is.
         */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    waiver_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The waiver as it is now */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Waiver"];
                    };
                };
            };
        };
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
        get: {
            parameters: {
                query?: {
                    cursor?: string;
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
        put?: never;
        /**
         * Make a webhook
         * @description Needs the scope webhooks:admin, as all of these. The URL must be https on port 443 of a public host name. The secret is shown in this answer only.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        description?: string | null;
                        /** @description Null or left out: all */
                        events?: components["schemas"]["EventFilter"][] | null;
                        /** @description Null or left out: all */
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
                        "application/json": components["schemas"]["WebhookWithSecret"];
                    };
                };
            };
        };
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
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    endpoint_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The webhook, and how its deliveries of the last 30 days ended */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
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
        put?: never;
        post?: never;
        /** Delete a webhook with its deliveries */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
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
                        "application/json": {
                            endpoint_id: string;
                            /** @enum {boolean} */
                            success: true;
                        };
                    };
                };
            };
        };
        options?: never;
        head?: never;
        /** Change a webhook */
        patch: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    endpoint_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        description?: string | null;
                        /** @description Null or left out: all */
                        events?: components["schemas"]["EventFilter"][] | null;
                        /** @description Null or left out: all */
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
                        "application/json": components["schemas"]["Webhook"];
                    };
                };
            };
        };
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
         * @description Newest events first; those that ended are kept for 30 days.
         */
        get: {
            parameters: {
                query?: {
                    cursor?: string;
                    event_id?: string;
                    limit?: number;
                    /** @description When the event happened */
                    since?: string;
                    status?: "pending" | "succeeded" | "failed";
                    type?: components["schemas"]["EventFilter"];
                    /** @description Not included */
                    until?: string;
                };
                header?: never;
                path: {
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
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    delivery_id: string;
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
                        "application/json": components["schemas"]["DeliveryInFull"];
                    };
                };
            };
        };
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
         * Deliver again
         * @description However it ended, from the beginning of its schedule, with the same webhook-id.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    delivery_id: string;
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
                        "application/json": components["schemas"]["Delivery"];
                    };
                };
            };
        };
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
         * @description Deliveries that are under way end as failed.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
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
                        "application/json": components["schemas"]["Webhook"];
                    };
                };
            };
        };
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
         * @description It is told what happens from now on; for what happened meanwhile, recover the period.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
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
                        "application/json": components["schemas"]["Webhook"];
                    };
                };
            };
        };
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
         * Recover a period
         * @description Delivers again what failed of the events of a period, and what happened in it while the webhook was disabled. It reaches back at most 14 days.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    endpoint_id: string;
                };
                cookie?: never;
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
                /** @description The period, and how many deliveries are under way again */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
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
         * Change a webhook's secret
         * @description Both secrets sign for the overlap. The new one is shown in this answer only.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    endpoint_id: string;
                };
                cookie?: never;
            };
            requestBody?: {
                content: {
                    "application/json": {
                        /**
                         * @description How long the secret before goes on signing
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
                        "application/json": components["schemas"]["WebhookWithSecret"];
                    };
                };
            };
        };
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
         * @description An event of the type webhook.test, for this webhook only, whatever it filters.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    endpoint_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Its delivery */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Delivery"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export interface webhooks {
    "deployment.building": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The deployment is being built. */
        post: {
            parameters: {
                query?: never;
                header: {
                    /** @description The id of the event: the same however often it is sent */
                    "webhook-id": string;
                    /** @description v1,<base64 HMAC-SHA256 of "id.timestamp.body">, one for each live secret */
                    "webhook-signature": string;
                    /** @description Of this attempt, in seconds since 1970 */
                    "webhook-timestamp": string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Event"] & {
                        /** @description The deployment is being built. */
                        data?: Record<string, never>;
                        /** @enum {string} */
                        type?: "deployment.building";
                    };
                };
            };
            responses: {
                /** @description It was received. Nothing else counts; redirects are not followed. */
                "2XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "deployment.cancelled": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The deployment was cancelled on its way. */
        post: {
            parameters: {
                query?: never;
                header: {
                    /** @description The id of the event: the same however often it is sent */
                    "webhook-id": string;
                    /** @description v1,<base64 HMAC-SHA256 of "id.timestamp.body">, one for each live secret */
                    "webhook-signature": string;
                    /** @description Of this attempt, in seconds since 1970 */
                    "webhook-timestamp": string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Event"] & {
                        /** @description The deployment was cancelled on its way. */
                        data?: Record<string, never>;
                        /** @enum {string} */
                        type?: "deployment.cancelled";
                    };
                };
            };
            responses: {
                /** @description It was received. Nothing else counts; redirects are not followed. */
                "2XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "deployment.claimed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A worker took the deployment, for the first time or again. */
        post: {
            parameters: {
                query?: never;
                header: {
                    /** @description The id of the event: the same however often it is sent */
                    "webhook-id": string;
                    /** @description v1,<base64 HMAC-SHA256 of "id.timestamp.body">, one for each live secret */
                    "webhook-signature": string;
                    /** @description Of this attempt, in seconds since 1970 */
                    "webhook-timestamp": string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Event"] & {
                        /** @description A worker took the deployment, for the first time or again. */
                        data?: Record<string, never>;
                        /** @enum {string} */
                        type?: "deployment.claimed";
                    };
                };
            };
            responses: {
                /** @description It was received. Nothing else counts; redirects are not followed. */
                "2XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "deployment.failed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The deployment failed for good. */
        post: {
            parameters: {
                query?: never;
                header: {
                    /** @description The id of the event: the same however often it is sent */
                    "webhook-id": string;
                    /** @description v1,<base64 HMAC-SHA256 of "id.timestamp.body">, one for each live secret */
                    "webhook-signature": string;
                    /** @description Of this attempt, in seconds since 1970 */
                    "webhook-timestamp": string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Event"] & {
                        /** @description The deployment failed for good. */
                        data?: {
                            error: string;
                        };
                        /** @enum {string} */
                        type?: "deployment.failed";
                    };
                };
            };
            responses: {
                /** @description It was received. Nothing else counts; redirects are not followed. */
                "2XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "deployment.promoted": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The deployment serves its version. */
        post: {
            parameters: {
                query?: never;
                header: {
                    /** @description The id of the event: the same however often it is sent */
                    "webhook-id": string;
                    /** @description v1,<base64 HMAC-SHA256 of "id.timestamp.body">, one for each live secret */
                    "webhook-signature": string;
                    /** @description Of this attempt, in seconds since 1970 */
                    "webhook-timestamp": string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Event"] & {
                        /** @description The deployment serves its version. */
                        data?: {
                            /** @description The id of a version, ver_… */
                            version_id: string;
                        };
                        /** @enum {string} */
                        type?: "deployment.promoted";
                    };
                };
            };
            responses: {
                /** @description It was received. Nothing else counts; redirects are not followed. */
                "2XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "deployment.queued": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A deployment was asked for. */
        post: {
            parameters: {
                query?: never;
                header: {
                    /** @description The id of the event: the same however often it is sent */
                    "webhook-id": string;
                    /** @description v1,<base64 HMAC-SHA256 of "id.timestamp.body">, one for each live secret */
                    "webhook-signature": string;
                    /** @description Of this attempt, in seconds since 1970 */
                    "webhook-timestamp": string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Event"] & {
                        /** @description A deployment was asked for. */
                        data?: {
                            /** @enum {string} */
                            type: "realtime" | "batch_only";
                            /** @description The id of a version, ver_… */
                            version_id: string;
                        };
                        /** @enum {string} */
                        type?: "deployment.queued";
                    };
                };
            };
            responses: {
                /** @description It was received. Nothing else counts; redirects are not followed. */
                "2XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "deployment.ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The instance may take traffic. */
        post: {
            parameters: {
                query?: never;
                header: {
                    /** @description The id of the event: the same however often it is sent */
                    "webhook-id": string;
                    /** @description v1,<base64 HMAC-SHA256 of "id.timestamp.body">, one for each live secret */
                    "webhook-signature": string;
                    /** @description Of this attempt, in seconds since 1970 */
                    "webhook-timestamp": string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Event"] & {
                        /** @description The instance may take traffic. */
                        data?: Record<string, never>;
                        /** @enum {string} */
                        type?: "deployment.ready";
                    };
                };
            };
            responses: {
                /** @description It was received. Nothing else counts; redirects are not followed. */
                "2XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "deployment.resumed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The deployment was draining, and serves its version again. */
        post: {
            parameters: {
                query?: never;
                header: {
                    /** @description The id of the event: the same however often it is sent */
                    "webhook-id": string;
                    /** @description v1,<base64 HMAC-SHA256 of "id.timestamp.body">, one for each live secret */
                    "webhook-signature": string;
                    /** @description Of this attempt, in seconds since 1970 */
                    "webhook-timestamp": string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Event"] & {
                        /** @description The deployment was draining, and serves its version again. */
                        data?: {
                            /** @description The id of a version, ver_… */
                            version_id: string;
                        };
                        /** @enum {string} */
                        type?: "deployment.resumed";
                    };
                };
            };
            responses: {
                /** @description It was received. Nothing else counts; redirects are not followed. */
                "2XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "deployment.starting": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The instance is being started. */
        post: {
            parameters: {
                query?: never;
                header: {
                    /** @description The id of the event: the same however often it is sent */
                    "webhook-id": string;
                    /** @description v1,<base64 HMAC-SHA256 of "id.timestamp.body">, one for each live secret */
                    "webhook-signature": string;
                    /** @description Of this attempt, in seconds since 1970 */
                    "webhook-timestamp": string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Event"] & {
                        /** @description The instance is being started. */
                        data?: Record<string, never>;
                        /** @enum {string} */
                        type?: "deployment.starting";
                    };
                };
            };
            responses: {
                /** @description It was received. Nothing else counts; redirects are not followed. */
                "2XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "deployment.stopped": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Nothing names the deployment any more; its instance goes. */
        post: {
            parameters: {
                query?: never;
                header: {
                    /** @description The id of the event: the same however often it is sent */
                    "webhook-id": string;
                    /** @description v1,<base64 HMAC-SHA256 of "id.timestamp.body">, one for each live secret */
                    "webhook-signature": string;
                    /** @description Of this attempt, in seconds since 1970 */
                    "webhook-timestamp": string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Event"] & {
                        /** @description Nothing names the deployment any more; its instance goes. */
                        data?: Record<string, never>;
                        /** @enum {string} */
                        type?: "deployment.stopped";
                    };
                };
            };
            responses: {
                /** @description It was received. Nothing else counts; redirects are not followed. */
                "2XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "deployment.superseded": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A newer wish overtook the deployment. */
        post: {
            parameters: {
                query?: never;
                header: {
                    /** @description The id of the event: the same however often it is sent */
                    "webhook-id": string;
                    /** @description v1,<base64 HMAC-SHA256 of "id.timestamp.body">, one for each live secret */
                    "webhook-signature": string;
                    /** @description Of this attempt, in seconds since 1970 */
                    "webhook-timestamp": string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Event"] & {
                        /** @description A newer wish overtook the deployment. */
                        data?: Record<string, never>;
                        /** @enum {string} */
                        type?: "deployment.superseded";
                    };
                };
            };
            responses: {
                /** @description It was received. Nothing else counts; redirects are not followed. */
                "2XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "deployment.verifying": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The instance is called with the plugin's own examples. */
        post: {
            parameters: {
                query?: never;
                header: {
                    /** @description The id of the event: the same however often it is sent */
                    "webhook-id": string;
                    /** @description v1,<base64 HMAC-SHA256 of "id.timestamp.body">, one for each live secret */
                    "webhook-signature": string;
                    /** @description Of this attempt, in seconds since 1970 */
                    "webhook-timestamp": string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Event"] & {
                        /** @description The instance is called with the plugin's own examples. */
                        data?: Record<string, never>;
                        /** @enum {string} */
                        type?: "deployment.verifying";
                    };
                };
            };
            responses: {
                /** @description It was received. Nothing else counts; redirects are not followed. */
                "2XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "key.created": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** An API key was made. */
        post: {
            parameters: {
                query?: never;
                header: {
                    /** @description The id of the event: the same however often it is sent */
                    "webhook-id": string;
                    /** @description v1,<base64 HMAC-SHA256 of "id.timestamp.body">, one for each live secret */
                    "webhook-signature": string;
                    /** @description Of this attempt, in seconds since 1970 */
                    "webhook-timestamp": string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Event"] & {
                        /** @description An API key was made. */
                        data?: {
                            expires_at: string | null;
                            name: string;
                            namespace_ids: string[] | null;
                            prefix: string;
                            scopes: ("plugins:read" | "plugins:write" | "plugins:deploy" | "plugins:invoke" | "namespaces:admin" | "policy:admin" | "webhooks:admin" | "keys:admin" | "audit:read")[];
                        };
                        /** @enum {string} */
                        type?: "key.created";
                    };
                };
            };
            responses: {
                /** @description It was received. Nothing else counts; redirects are not followed. */
                "2XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "key.revoked": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** An API key was revoked. */
        post: {
            parameters: {
                query?: never;
                header: {
                    /** @description The id of the event: the same however often it is sent */
                    "webhook-id": string;
                    /** @description v1,<base64 HMAC-SHA256 of "id.timestamp.body">, one for each live secret */
                    "webhook-signature": string;
                    /** @description Of this attempt, in seconds since 1970 */
                    "webhook-timestamp": string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Event"] & {
                        /** @description An API key was revoked. */
                        data?: {
                            name: string;
                            prefix: string;
                        };
                        /** @enum {string} */
                        type?: "key.revoked";
                    };
                };
            };
            responses: {
                /** @description It was received. Nothing else counts; redirects are not followed. */
                "2XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "key.rotated": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** An API key has a new secret. */
        post: {
            parameters: {
                query?: never;
                header: {
                    /** @description The id of the event: the same however often it is sent */
                    "webhook-id": string;
                    /** @description v1,<base64 HMAC-SHA256 of "id.timestamp.body">, one for each live secret */
                    "webhook-signature": string;
                    /** @description Of this attempt, in seconds since 1970 */
                    "webhook-timestamp": string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Event"] & {
                        /** @description An API key has a new secret. */
                        data?: {
                            name: string;
                            prefix: string;
                            /** @description Null: the one before is over. */
                            previous_valid_until: string | null;
                        };
                        /** @enum {string} */
                        type?: "key.rotated";
                    };
                };
            };
            responses: {
                /** @description It was received. Nothing else counts; redirects are not followed. */
                "2XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "namespace.created": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A namespace was made. */
        post: {
            parameters: {
                query?: never;
                header: {
                    /** @description The id of the event: the same however often it is sent */
                    "webhook-id": string;
                    /** @description v1,<base64 HMAC-SHA256 of "id.timestamp.body">, one for each live secret */
                    "webhook-signature": string;
                    /** @description Of this attempt, in seconds since 1970 */
                    "webhook-timestamp": string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Event"] & {
                        /** @description A namespace was made. */
                        data?: {
                            name: string;
                        };
                        /** @enum {string} */
                        type?: "namespace.created";
                    };
                };
            };
            responses: {
                /** @description It was received. Nothing else counts; redirects are not followed. */
                "2XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "namespace.deleted": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A namespace was deleted; what it holds follows. */
        post: {
            parameters: {
                query?: never;
                header: {
                    /** @description The id of the event: the same however often it is sent */
                    "webhook-id": string;
                    /** @description v1,<base64 HMAC-SHA256 of "id.timestamp.body">, one for each live secret */
                    "webhook-signature": string;
                    /** @description Of this attempt, in seconds since 1970 */
                    "webhook-timestamp": string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Event"] & {
                        /** @description A namespace was deleted; what it holds follows. */
                        data?: Record<string, never>;
                        /** @enum {string} */
                        type?: "namespace.deleted";
                    };
                };
            };
            responses: {
                /** @description It was received. Nothing else counts; redirects are not followed. */
                "2XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "namespace.reconfigured": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A namespace's vector features follow the plugins that are deployed in it: some were added or removed. */
        post: {
            parameters: {
                query?: never;
                header: {
                    /** @description The id of the event: the same however often it is sent */
                    "webhook-id": string;
                    /** @description v1,<base64 HMAC-SHA256 of "id.timestamp.body">, one for each live secret */
                    "webhook-signature": string;
                    /** @description Of this attempt, in seconds since 1970 */
                    "webhook-timestamp": string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Event"] & {
                        /** @description A namespace's vector features follow the plugins that are deployed in it: some were added or removed. */
                        data?: {
                            added: string[];
                            removed: string[];
                        };
                        /** @enum {string} */
                        type?: "namespace.reconfigured";
                    };
                };
            };
            responses: {
                /** @description It was received. Nothing else counts; redirects are not followed. */
                "2XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "namespace.updated": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A namespace was changed. */
        post: {
            parameters: {
                query?: never;
                header: {
                    /** @description The id of the event: the same however often it is sent */
                    "webhook-id": string;
                    /** @description v1,<base64 HMAC-SHA256 of "id.timestamp.body">, one for each live secret */
                    "webhook-signature": string;
                    /** @description Of this attempt, in seconds since 1970 */
                    "webhook-timestamp": string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Event"] & {
                        /** @description A namespace was changed. */
                        data?: {
                            fields: string[];
                        };
                        /** @enum {string} */
                        type?: "namespace.updated";
                    };
                };
            };
            responses: {
                /** @description It was received. Nothing else counts; redirects are not followed. */
                "2XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "organization.created": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** An organization was made. */
        post: {
            parameters: {
                query?: never;
                header: {
                    /** @description The id of the event: the same however often it is sent */
                    "webhook-id": string;
                    /** @description v1,<base64 HMAC-SHA256 of "id.timestamp.body">, one for each live secret */
                    "webhook-signature": string;
                    /** @description Of this attempt, in seconds since 1970 */
                    "webhook-timestamp": string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Event"] & {
                        /** @description An organization was made. */
                        data?: {
                            name: string;
                        };
                        /** @enum {string} */
                        type?: "organization.created";
                    };
                };
            };
            responses: {
                /** @description It was received. Nothing else counts; redirects are not followed. */
                "2XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "organization.quotas_changed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The operator changed what an organization may have. */
        post: {
            parameters: {
                query?: never;
                header: {
                    /** @description The id of the event: the same however often it is sent */
                    "webhook-id": string;
                    /** @description v1,<base64 HMAC-SHA256 of "id.timestamp.body">, one for each live secret */
                    "webhook-signature": string;
                    /** @description Of this attempt, in seconds since 1970 */
                    "webhook-timestamp": string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Event"] & {
                        /** @description The operator changed what an organization may have. */
                        data?: {
                            /** @description Null: as for everybody. */
                            quotas: {
                                keys?: number | null;
                                live_deployments?: number | null;
                                namespaces?: number | null;
                                plugins_per_namespace?: number | null;
                                stored_bytes?: number | null;
                                webhook_endpoints?: number | null;
                            };
                        };
                        /** @enum {string} */
                        type?: "organization.quotas_changed";
                    };
                };
            };
            responses: {
                /** @description It was received. Nothing else counts; redirects are not followed. */
                "2XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "plugin.active_version_changed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Another version of a plugin is the active one, or none. */
        post: {
            parameters: {
                query?: never;
                header: {
                    /** @description The id of the event: the same however often it is sent */
                    "webhook-id": string;
                    /** @description v1,<base64 HMAC-SHA256 of "id.timestamp.body">, one for each live secret */
                    "webhook-signature": string;
                    /** @description Of this attempt, in seconds since 1970 */
                    "webhook-timestamp": string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Event"] & {
                        /** @description Another version of a plugin is the active one, or none. */
                        data?: {
                            /** @description The id of a version, ver_… */
                            to: string | null;
                        };
                        /** @enum {string} */
                        type?: "plugin.active_version_changed";
                    };
                };
            };
            responses: {
                /** @description It was received. Nothing else counts; redirects are not followed. */
                "2XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "plugin.disabled": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A version of an organization's plugin may not be used in a namespace any more. */
        post: {
            parameters: {
                query?: never;
                header: {
                    /** @description The id of the event: the same however often it is sent */
                    "webhook-id": string;
                    /** @description v1,<base64 HMAC-SHA256 of "id.timestamp.body">, one for each live secret */
                    "webhook-signature": string;
                    /** @description Of this attempt, in seconds since 1970 */
                    "webhook-timestamp": string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Event"] & {
                        /** @description A version of an organization's plugin may not be used in a namespace any more. */
                        data?: {
                            plugin_id: string;
                        };
                        /** @enum {string} */
                        type?: "plugin.disabled";
                    };
                };
            };
            responses: {
                /** @description It was received. Nothing else counts; redirects are not followed. */
                "2XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "plugin.enabled": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A version of an organization's plugin may be used in a namespace, or is given other parameters there. */
        post: {
            parameters: {
                query?: never;
                header: {
                    /** @description The id of the event: the same however often it is sent */
                    "webhook-id": string;
                    /** @description v1,<base64 HMAC-SHA256 of "id.timestamp.body">, one for each live secret */
                    "webhook-signature": string;
                    /** @description Of this attempt, in seconds since 1970 */
                    "webhook-timestamp": string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Event"] & {
                        /** @description A version of an organization's plugin may be used in a namespace, or is given other parameters there. */
                        data?: {
                            plugin_id: string;
                        };
                        /** @enum {string} */
                        type?: "plugin.enabled";
                    };
                };
            };
            responses: {
                /** @description It was received. Nothing else counts; redirects are not followed. */
                "2XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "plugin.rolled_back": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A rollback was asked for; a plugin's traffic by name follows when its version can serve. */
        post: {
            parameters: {
                query?: never;
                header: {
                    /** @description The id of the event: the same however often it is sent */
                    "webhook-id": string;
                    /** @description v1,<base64 HMAC-SHA256 of "id.timestamp.body">, one for each live secret */
                    "webhook-signature": string;
                    /** @description Of this attempt, in seconds since 1970 */
                    "webhook-timestamp": string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Event"] & {
                        /** @description A rollback was asked for; a plugin's traffic by name follows when its version can serve. */
                        data?: {
                            /** @description What was active until then. */
                            from: string | null;
                            message: string | null;
                            /** @description The id of a version, ver_… */
                            to: string;
                        };
                        /** @enum {string} */
                        type?: "plugin.rolled_back";
                    };
                };
            };
            responses: {
                /** @description It was received. Nothing else counts; redirects are not followed. */
                "2XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "pointer.emptied": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A version serves nothing any more in a namespace. */
        post: {
            parameters: {
                query?: never;
                header: {
                    /** @description The id of the event: the same however often it is sent */
                    "webhook-id": string;
                    /** @description v1,<base64 HMAC-SHA256 of "id.timestamp.body">, one for each live secret */
                    "webhook-signature": string;
                    /** @description Of this attempt, in seconds since 1970 */
                    "webhook-timestamp": string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Event"] & {
                        /** @description A version serves nothing any more in a namespace. */
                        data?: Record<string, never>;
                        /** @enum {string} */
                        type?: "pointer.emptied";
                    };
                };
            };
            responses: {
                /** @description It was received. Nothing else counts; redirects are not followed. */
                "2XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "pointer.moved": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A plugin's traffic by name went to a version, or away from one. */
        post: {
            parameters: {
                query?: never;
                header: {
                    /** @description The id of the event: the same however often it is sent */
                    "webhook-id": string;
                    /** @description v1,<base64 HMAC-SHA256 of "id.timestamp.body">, one for each live secret */
                    "webhook-signature": string;
                    /** @description Of this attempt, in seconds since 1970 */
                    "webhook-timestamp": string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Event"] & {
                        /** @description A plugin's traffic by name went to a version, or away from one. */
                        data?: {
                            /** @description The id of a version, ver_… */
                            away_from?: string;
                            /** @description The id of a version, ver_… */
                            to?: string;
                        };
                        /** @enum {string} */
                        type?: "pointer.moved";
                    };
                };
            };
            responses: {
                /** @description It was received. Nothing else counts; redirects are not followed. */
                "2XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "scan_policy.updated": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** An organization chose another level of the scan policy. */
        post: {
            parameters: {
                query?: never;
                header: {
                    /** @description The id of the event: the same however often it is sent */
                    "webhook-id": string;
                    /** @description v1,<base64 HMAC-SHA256 of "id.timestamp.body">, one for each live secret */
                    "webhook-signature": string;
                    /** @description Of this attempt, in seconds since 1970 */
                    "webhook-timestamp": string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Event"] & {
                        /** @description An organization chose another level of the scan policy. */
                        data?: {
                            /** @enum {string} */
                            from: "seed" | "strict";
                            /** @enum {string} */
                            to: "seed" | "strict";
                        };
                        /** @enum {string} */
                        type?: "scan_policy.updated";
                    };
                };
            };
            responses: {
                /** @description It was received. Nothing else counts; redirects are not followed. */
                "2XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "upload.confirming": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** An upload is being read and scanned. */
        post: {
            parameters: {
                query?: never;
                header: {
                    /** @description The id of the event: the same however often it is sent */
                    "webhook-id": string;
                    /** @description v1,<base64 HMAC-SHA256 of "id.timestamp.body">, one for each live secret */
                    "webhook-signature": string;
                    /** @description Of this attempt, in seconds since 1970 */
                    "webhook-timestamp": string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Event"] & {
                        /** @description An upload is being read and scanned. */
                        data?: Record<string, never>;
                        /** @enum {string} */
                        type?: "upload.confirming";
                    };
                };
            };
            responses: {
                /** @description It was received. Nothing else counts; redirects are not followed. */
                "2XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "upload.created": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A presigned URL was handed out. */
        post: {
            parameters: {
                query?: never;
                header: {
                    /** @description The id of the event: the same however often it is sent */
                    "webhook-id": string;
                    /** @description v1,<base64 HMAC-SHA256 of "id.timestamp.body">, one for each live secret */
                    "webhook-signature": string;
                    /** @description Of this attempt, in seconds since 1970 */
                    "webhook-timestamp": string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Event"] & {
                        /** @description A presigned URL was handed out. */
                        data?: {
                            name: string;
                        };
                        /** @enum {string} */
                        type?: "upload.created";
                    };
                };
            };
            responses: {
                /** @description It was received. Nothing else counts; redirects are not followed. */
                "2XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "upload.expired": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** An upload was given up: nobody confirmed it in time. */
        post: {
            parameters: {
                query?: never;
                header: {
                    /** @description The id of the event: the same however often it is sent */
                    "webhook-id": string;
                    /** @description v1,<base64 HMAC-SHA256 of "id.timestamp.body">, one for each live secret */
                    "webhook-signature": string;
                    /** @description Of this attempt, in seconds since 1970 */
                    "webhook-timestamp": string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Event"] & {
                        /** @description An upload was given up: nobody confirmed it in time. */
                        data?: Record<string, never>;
                        /** @enum {string} */
                        type?: "upload.expired";
                    };
                };
            };
            responses: {
                /** @description It was received. Nothing else counts; redirects are not followed. */
                "2XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "upload.rejected": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** An upload was rejected for good. */
        post: {
            parameters: {
                query?: never;
                header: {
                    /** @description The id of the event: the same however often it is sent */
                    "webhook-id": string;
                    /** @description v1,<base64 HMAC-SHA256 of "id.timestamp.body">, one for each live secret */
                    "webhook-signature": string;
                    /** @description Of this attempt, in seconds since 1970 */
                    "webhook-timestamp": string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Event"] & {
                        /** @description An upload was rejected for good. */
                        data?: {
                            /** @enum {string} */
                            because: "content" | "conflict" | "attempts";
                            errors: number;
                        };
                        /** @enum {string} */
                        type?: "upload.rejected";
                    };
                };
            };
            responses: {
                /** @description It was received. Nothing else counts; redirects are not followed. */
                "2XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "upload.reopened": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** An upload is open again, without a verdict. */
        post: {
            parameters: {
                query?: never;
                header: {
                    /** @description The id of the event: the same however often it is sent */
                    "webhook-id": string;
                    /** @description v1,<base64 HMAC-SHA256 of "id.timestamp.body">, one for each live secret */
                    "webhook-signature": string;
                    /** @description Of this attempt, in seconds since 1970 */
                    "webhook-timestamp": string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Event"] & {
                        /** @description An upload is open again, without a verdict. */
                        data?: Record<string, never>;
                        /** @enum {string} */
                        type?: "upload.reopened";
                    };
                };
            };
            responses: {
                /** @description It was received. Nothing else counts; redirects are not followed. */
                "2XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "version.deleted": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A version was deleted. */
        post: {
            parameters: {
                query?: never;
                header: {
                    /** @description The id of the event: the same however often it is sent */
                    "webhook-id": string;
                    /** @description v1,<base64 HMAC-SHA256 of "id.timestamp.body">, one for each live secret */
                    "webhook-signature": string;
                    /** @description Of this attempt, in seconds since 1970 */
                    "webhook-timestamp": string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Event"] & {
                        /** @description A version was deleted. */
                        data?: {
                            plugin_id: string;
                        };
                        /** @enum {string} */
                        type?: "version.deleted";
                    };
                };
            };
            responses: {
                /** @description It was received. Nothing else counts; redirects are not followed. */
                "2XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "version.published": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** An upload was accepted as a version. */
        post: {
            parameters: {
                query?: never;
                header: {
                    /** @description The id of the event: the same however often it is sent */
                    "webhook-id": string;
                    /** @description v1,<base64 HMAC-SHA256 of "id.timestamp.body">, one for each live secret */
                    "webhook-signature": string;
                    /** @description Of this attempt, in seconds since 1970 */
                    "webhook-timestamp": string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Event"] & {
                        /** @description An upload was accepted as a version. */
                        data?: {
                            plugin_id: string;
                            sha256: string;
                            upload_id: string;
                        };
                        /** @enum {string} */
                        type?: "version.published";
                    };
                };
            };
            responses: {
                /** @description It was received. Nothing else counts; redirects are not followed. */
                "2XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "version.verdict_changed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The scan policy says another thing of a version than before: its rules, its level or a waiver changed. What is live stays live. */
        post: {
            parameters: {
                query?: never;
                header: {
                    /** @description The id of the event: the same however often it is sent */
                    "webhook-id": string;
                    /** @description v1,<base64 HMAC-SHA256 of "id.timestamp.body">, one for each live secret */
                    "webhook-signature": string;
                    /** @description Of this attempt, in seconds since 1970 */
                    "webhook-timestamp": string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Event"] & {
                        /** @description The scan policy says another thing of a version than before: its rules, its level or a waiver changed. What is live stays live. */
                        data?: {
                            /** @enum {string} */
                            from: "pass" | "warn" | "reject";
                            /** @enum {string} */
                            level: "seed" | "strict";
                            /** @description Where it is live, up to a hundred places. */
                            live: {
                                deployment_id: string;
                                namespace_id: string;
                            }[];
                            /** @description In how many places it is live. */
                            live_places: number;
                            plugin_id: string;
                            policy_version: string;
                            /** @description Those that reject it. */
                            rules: string[];
                            /** @enum {string} */
                            to: "pass" | "warn" | "reject";
                        };
                        /** @enum {string} */
                        type?: "version.verdict_changed";
                    };
                };
            };
            responses: {
                /** @description It was received. Nothing else counts; redirects are not followed. */
                "2XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "waiver.expired": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A waiver is over. */
        post: {
            parameters: {
                query?: never;
                header: {
                    /** @description The id of the event: the same however often it is sent */
                    "webhook-id": string;
                    /** @description v1,<base64 HMAC-SHA256 of "id.timestamp.body">, one for each live secret */
                    "webhook-signature": string;
                    /** @description Of this attempt, in seconds since 1970 */
                    "webhook-timestamp": string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Event"] & {
                        /** @description A waiver is over. */
                        data?: {
                            plugin: string;
                            rule: string;
                        };
                        /** @enum {string} */
                        type?: "waiver.expired";
                    };
                };
            };
            responses: {
                /** @description It was received. Nothing else counts; redirects are not followed. */
                "2XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "waiver.granted": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A rule was waived for a plugin. */
        post: {
            parameters: {
                query?: never;
                header: {
                    /** @description The id of the event: the same however often it is sent */
                    "webhook-id": string;
                    /** @description v1,<base64 HMAC-SHA256 of "id.timestamp.body">, one for each live secret */
                    "webhook-signature": string;
                    /** @description Of this attempt, in seconds since 1970 */
                    "webhook-timestamp": string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Event"] & {
                        /** @description A rule was waived for a plugin. */
                        data?: {
                            expires_at: string;
                            /** @description A plugin's name, or the id of one of its versions. */
                            plugin: string;
                            reason: string;
                            rule: string;
                        };
                        /** @enum {string} */
                        type?: "waiver.granted";
                    };
                };
            };
            responses: {
                /** @description It was received. Nothing else counts; redirects are not followed. */
                "2XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "waiver.revoked": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A waiver was taken back. */
        post: {
            parameters: {
                query?: never;
                header: {
                    /** @description The id of the event: the same however often it is sent */
                    "webhook-id": string;
                    /** @description v1,<base64 HMAC-SHA256 of "id.timestamp.body">, one for each live secret */
                    "webhook-signature": string;
                    /** @description Of this attempt, in seconds since 1970 */
                    "webhook-timestamp": string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Event"] & {
                        /** @description A waiver was taken back. */
                        data?: {
                            plugin: string;
                            rule: string;
                        };
                        /** @enum {string} */
                        type?: "waiver.revoked";
                    };
                };
            };
            responses: {
                /** @description It was received. Nothing else counts; redirects are not followed. */
                "2XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "waiver.used": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A version was accepted with findings that the waiver lets pass. */
        post: {
            parameters: {
                query?: never;
                header: {
                    /** @description The id of the event: the same however often it is sent */
                    "webhook-id": string;
                    /** @description v1,<base64 HMAC-SHA256 of "id.timestamp.body">, one for each live secret */
                    "webhook-signature": string;
                    /** @description Of this attempt, in seconds since 1970 */
                    "webhook-timestamp": string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Event"] & {
                        /** @description A version was accepted with findings that the waiver lets pass. */
                        data?: {
                            findings: number;
                            plugin_id: string;
                            rule: string;
                            upload_id: string;
                        };
                        /** @enum {string} */
                        type?: "waiver.used";
                    };
                };
            };
            responses: {
                /** @description It was received. Nothing else counts; redirects are not followed. */
                "2XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "webhook.created": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A webhook was made. */
        post: {
            parameters: {
                query?: never;
                header: {
                    /** @description The id of the event: the same however often it is sent */
                    "webhook-id": string;
                    /** @description v1,<base64 HMAC-SHA256 of "id.timestamp.body">, one for each live secret */
                    "webhook-signature": string;
                    /** @description Of this attempt, in seconds since 1970 */
                    "webhook-timestamp": string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Event"] & {
                        /** @description A webhook was made. */
                        data?: {
                            events: string[] | null;
                            host: string;
                            namespace_ids: string[] | null;
                        };
                        /** @enum {string} */
                        type?: "webhook.created";
                    };
                };
            };
            responses: {
                /** @description It was received. Nothing else counts; redirects are not followed. */
                "2XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "webhook.deleted": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A webhook was deleted. */
        post: {
            parameters: {
                query?: never;
                header: {
                    /** @description The id of the event: the same however often it is sent */
                    "webhook-id": string;
                    /** @description v1,<base64 HMAC-SHA256 of "id.timestamp.body">, one for each live secret */
                    "webhook-signature": string;
                    /** @description Of this attempt, in seconds since 1970 */
                    "webhook-timestamp": string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Event"] & {
                        /** @description A webhook was deleted. */
                        data?: Record<string, never>;
                        /** @enum {string} */
                        type?: "webhook.deleted";
                    };
                };
            };
            responses: {
                /** @description It was received. Nothing else counts; redirects are not followed. */
                "2XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "webhook.disabled": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A webhook gets no more events: by request, answered 410, or failed for days. */
        post: {
            parameters: {
                query?: never;
                header: {
                    /** @description The id of the event: the same however often it is sent */
                    "webhook-id": string;
                    /** @description v1,<base64 HMAC-SHA256 of "id.timestamp.body">, one for each live secret */
                    "webhook-signature": string;
                    /** @description Of this attempt, in seconds since 1970 */
                    "webhook-timestamp": string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Event"] & {
                        /** @description A webhook gets no more events: by request, answered 410, or failed for days. */
                        data?: {
                            /** @enum {string} */
                            because: "request" | "gone" | "failing";
                        };
                        /** @enum {string} */
                        type?: "webhook.disabled";
                    };
                };
            };
            responses: {
                /** @description It was received. Nothing else counts; redirects are not followed. */
                "2XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "webhook.enabled": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A webhook gets events again. */
        post: {
            parameters: {
                query?: never;
                header: {
                    /** @description The id of the event: the same however often it is sent */
                    "webhook-id": string;
                    /** @description v1,<base64 HMAC-SHA256 of "id.timestamp.body">, one for each live secret */
                    "webhook-signature": string;
                    /** @description Of this attempt, in seconds since 1970 */
                    "webhook-timestamp": string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Event"] & {
                        /** @description A webhook gets events again. */
                        data?: Record<string, never>;
                        /** @enum {string} */
                        type?: "webhook.enabled";
                    };
                };
            };
            responses: {
                /** @description It was received. Nothing else counts; redirects are not followed. */
                "2XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "webhook.recovered": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The failed deliveries of a period were asked for again. */
        post: {
            parameters: {
                query?: never;
                header: {
                    /** @description The id of the event: the same however often it is sent */
                    "webhook-id": string;
                    /** @description v1,<base64 HMAC-SHA256 of "id.timestamp.body">, one for each live secret */
                    "webhook-signature": string;
                    /** @description Of this attempt, in seconds since 1970 */
                    "webhook-timestamp": string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Event"] & {
                        /** @description The failed deliveries of a period were asked for again. */
                        data?: {
                            since: string;
                            until: string;
                        };
                        /** @enum {string} */
                        type?: "webhook.recovered";
                    };
                };
            };
            responses: {
                /** @description It was received. Nothing else counts; redirects are not followed. */
                "2XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "webhook.redelivered": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A delivery was asked for again. */
        post: {
            parameters: {
                query?: never;
                header: {
                    /** @description The id of the event: the same however often it is sent */
                    "webhook-id": string;
                    /** @description v1,<base64 HMAC-SHA256 of "id.timestamp.body">, one for each live secret */
                    "webhook-signature": string;
                    /** @description Of this attempt, in seconds since 1970 */
                    "webhook-timestamp": string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Event"] & {
                        /** @description A delivery was asked for again. */
                        data?: {
                            delivery_id: string;
                            event_id: string;
                        };
                        /** @enum {string} */
                        type?: "webhook.redelivered";
                    };
                };
            };
            responses: {
                /** @description It was received. Nothing else counts; redirects are not followed. */
                "2XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "webhook.secret_rotated": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A webhook has a new secret. */
        post: {
            parameters: {
                query?: never;
                header: {
                    /** @description The id of the event: the same however often it is sent */
                    "webhook-id": string;
                    /** @description v1,<base64 HMAC-SHA256 of "id.timestamp.body">, one for each live secret */
                    "webhook-signature": string;
                    /** @description Of this attempt, in seconds since 1970 */
                    "webhook-timestamp": string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Event"] & {
                        /** @description A webhook has a new secret. */
                        data?: {
                            previous_valid_until: string;
                        };
                        /** @enum {string} */
                        type?: "webhook.secret_rotated";
                    };
                };
            };
            responses: {
                /** @description It was received. Nothing else counts; redirects are not followed. */
                "2XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "webhook.test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A test, sent to the webhook that it was asked for and to no other. */
        post: {
            parameters: {
                query?: never;
                header: {
                    /** @description The id of the event: the same however often it is sent */
                    "webhook-id": string;
                    /** @description v1,<base64 HMAC-SHA256 of "id.timestamp.body">, one for each live secret */
                    "webhook-signature": string;
                    /** @description Of this attempt, in seconds since 1970 */
                    "webhook-timestamp": string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Event"] & {
                        /** @description A test, sent to the webhook that it was asked for and to no other. */
                        data?: Record<string, never>;
                        /** @enum {string} */
                        type?: "webhook.test";
                    };
                };
            };
            responses: {
                /** @description It was received. Nothing else counts; redirects are not followed. */
                "2XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "webhook.updated": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A webhook was changed. */
        post: {
            parameters: {
                query?: never;
                header: {
                    /** @description The id of the event: the same however often it is sent */
                    "webhook-id": string;
                    /** @description v1,<base64 HMAC-SHA256 of "id.timestamp.body">, one for each live secret */
                    "webhook-signature": string;
                    /** @description Of this attempt, in seconds since 1970 */
                    "webhook-timestamp": string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Event"] & {
                        /** @description A webhook was changed. */
                        data?: {
                            fields: string[];
                        };
                        /** @enum {string} */
                        type?: "webhook.updated";
                    };
                };
            };
            responses: {
                /** @description It was received. Nothing else counts; redirects are not followed. */
                "2XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export interface components {
    schemas: {
        ApiKey: {
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            expires_at: string | null;
            key_id: string;
            /**
             * Format: date-time
             * @description To the minute
             */
            last_used_at: string | null;
            name: string;
            /** @description Null: all of the organization */
            namespace_ids: string[] | null;
            /**
             * @description How the secret begins
             * @example sk_3kQx9bT
             */
            prefix: string;
            /**
             * Format: date-time
             * @description Until then the secret before works, too
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
             * @description Shown in this answer only
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
            /** @description What deployments of it here are given, when it is enabled */
            parameters: {
                [key: string]: unknown;
            } | null;
            plugin_id: string;
            /** @description The namespace has a plugin of that name itself, which the name means here */
            shadowed: boolean;
            /** @enum {string} */
            validation_status: "passed";
            version: string;
        };
        AvailablePlugins: {
            namespace_id: string;
            organization_id: string;
            plugins: components["schemas"]["AvailablePlugin"][];
            /** @enum {boolean} */
            success: true;
            total: number;
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
                /** @description Null: it succeeded */
                error: string | null;
                number: number;
                /** @description The first KiB of the answer */
                response_excerpt: string | null;
                /** Format: date-time */
                started_at: string;
                /** @description Null: no answer came */
                status_code: number | null;
            }[];
            /** @description What is sent, byte by byte */
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
        Deployment: {
            /** @description How often a worker took it up */
            attempts: number;
            /** Format: date-time */
            created_at: string;
            created_by: {
                id: string;
                /** @enum {string} */
                type: "key" | "admin" | "system";
            };
            deployment_id: string;
            /** @enum {string} */
            deployment_type: "realtime" | "batch_only";
            /** @description Why it failed */
            error: string | null;
            /** @description Its place among the deployments of this version in this namespace */
            generation: number;
            name: string;
            namespace_id: string;
            parameters: {
                [key: string]: unknown;
            };
            plugin_id: string;
            /** Format: date-time */
            promoted_at: string | null;
            /** @enum {string} */
            status: "queued" | "claimed" | "building" | "starting" | "verifying" | "ready" | "promoted" | "failed" | "superseded" | "cancelled" | "stopped";
            /** Format: date-time */
            updated_at: string;
            version: string;
            version_id: string;
        };
        DeploymentEntry: components["schemas"]["Deployment"] & {
            /** @description Calls to its version go to it */
            serving: boolean;
            steps: components["schemas"]["DeploymentStep"][];
        };
        DeploymentInFull: {
            /** @description How often a worker took it up */
            attempts: number;
            /** Format: date-time */
            created_at: string;
            created_by: {
                id: string;
                /** @enum {string} */
                type: "key" | "admin" | "system";
            };
            deployment_id: string;
            /** @enum {string} */
            deployment_type: "realtime" | "batch_only";
            /** @description Why it failed */
            error: string | null;
            /** @description Its place among the deployments of this version in this namespace */
            generation: number;
            name: string;
            namespace_id: string;
            parameters: {
                [key: string]: unknown;
            };
            plugin_id: string;
            /** Format: date-time */
            promoted_at: string | null;
            /** @description Calls to its version go to it */
            serving: boolean;
            /** @enum {string} */
            status: "queued" | "claimed" | "building" | "starting" | "verifying" | "ready" | "promoted" | "failed" | "superseded" | "cancelled" | "stopped";
            steps: components["schemas"]["DeploymentStepInFull"][];
            /** Format: date-time */
            updated_at: string;
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
            /** @description A step that was cut off is entered again by the next attempt */
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
            /** @description The newest lines */
            log: components["schemas"]["LogLine"][];
            /** @description How many there were in all */
            log_lines: number;
        };
        Error: {
            detail: string;
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
                type: "key" | "admin" | "system";
            };
            data: {
                [key: string]: unknown;
            };
            /** @description evt_…; the header webhook-id of every delivery of it */
            id: string;
            /** @description Null: outside of namespaces */
            namespace_id: string | null;
            organization_id: string;
            /** @description The id of what changed */
            subject_id: string;
            /** Format: date-time */
            timestamp: string;
            /** @enum {string} */
            type: "organization.created" | "organization.quotas_changed" | "key.created" | "key.rotated" | "key.revoked" | "namespace.created" | "namespace.updated" | "namespace.deleted" | "namespace.reconfigured" | "upload.created" | "upload.confirming" | "upload.reopened" | "upload.rejected" | "upload.expired" | "version.published" | "version.deleted" | "version.verdict_changed" | "plugin.active_version_changed" | "plugin.enabled" | "plugin.disabled" | "plugin.rolled_back" | "scan_policy.updated" | "waiver.granted" | "waiver.used" | "waiver.revoked" | "waiver.expired" | "deployment.queued" | "deployment.claimed" | "deployment.building" | "deployment.starting" | "deployment.verifying" | "deployment.ready" | "deployment.promoted" | "deployment.failed" | "deployment.superseded" | "deployment.cancelled" | "deployment.resumed" | "deployment.stopped" | "pointer.moved" | "pointer.emptied" | "webhook.created" | "webhook.updated" | "webhook.deleted" | "webhook.enabled" | "webhook.disabled" | "webhook.secret_rotated" | "webhook.test" | "webhook.redelivered" | "webhook.recovered";
        };
        /**
         * @example deployment.
         * @enum {string}
         */
        EventFilter: "organization.created" | "organization.quotas_changed" | "key.created" | "key.rotated" | "key.revoked" | "namespace.created" | "namespace.updated" | "namespace.deleted" | "namespace.reconfigured" | "upload.created" | "upload.confirming" | "upload.reopened" | "upload.rejected" | "upload.expired" | "version.published" | "version.deleted" | "version.verdict_changed" | "plugin.active_version_changed" | "plugin.enabled" | "plugin.disabled" | "plugin.rolled_back" | "scan_policy.updated" | "waiver.granted" | "waiver.used" | "waiver.revoked" | "waiver.expired" | "deployment.queued" | "deployment.claimed" | "deployment.building" | "deployment.starting" | "deployment.verifying" | "deployment.ready" | "deployment.promoted" | "deployment.failed" | "deployment.superseded" | "deployment.cancelled" | "deployment.resumed" | "deployment.stopped" | "pointer.moved" | "pointer.emptied" | "webhook.created" | "webhook.updated" | "webhook.deleted" | "webhook.enabled" | "webhook.disabled" | "webhook.secret_rotated" | "webhook.test" | "webhook.redelivered" | "webhook.recovered" | "organization." | "key." | "namespace." | "upload." | "version." | "plugin." | "scan_policy." | "waiver." | "deployment." | "pointer." | "webhook.";
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
            /** @description The organization lets it pass for this plugin: it rejects nothing */
            waived: boolean;
            waiver: {
                /** Format: date-time */
                expires_at: string;
                reason: string;
                waiver_id: string;
            } | null;
        };
        InstanceLog: {
            /** @description Null: nothing serves */
            deployment_id: string | null;
            generation: number | null;
            /**
             * @description Null: there is no instance now
             * @enum {string|null}
             */
            instance_state: "starting" | "ready" | "restarting" | "draining" | "stopped" | "failed" | null;
            /** @description Oldest first */
            lines: components["schemas"]["LogLine"][];
        };
        LogLine: {
            at: string;
            line: string;
            /** @enum {string} */
            stream: "stdout" | "stderr" | "host";
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
            /** @description That have vectors, and none in what was added */
            collections_to_reprocess: string[];
            message: string;
            namespace_id: string;
            /** @description Vectors that were stored before, in all features */
            previous_points_count: number;
            /** @enum {string} */
            status: "reconfigured" | "no_changes_needed";
            vectors_added: string[];
            /** @description That no deployed plugin declares and nothing was stored in */
            vectors_removed: string[];
            vectors_total: string[];
        };
        Organization: {
            /** Format: date-time */
            created_at: string;
            name: string;
            organization_id: string;
        };
        OrganizationInFull: components["schemas"]["Organization"] & {
            /** @description Of plugins, as many as the fullest namespace has */
            quotas: {
                keys: {
                    max_allowed: number;
                    used: number;
                };
                live_deployments: {
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
        PluginDeleted: {
            deployment_removed: boolean;
            message: string;
            plugin_id: string;
            /** @enum {boolean} */
            success: true;
        };
        PluginDiff: {
            dependencies: {
                name: string;
                v1: string | null;
                v2: string | null;
            }[];
            diff: string;
            files: {
                /** @description Null where lines were not counted */
                additions: number | null;
                deletions: number | null;
                /** @description Unified text; one line that says that the files differ for what is hidden */
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
                ray_cluster_url: null;
                ray_deployment_name: string;
            } | null;
            description: string | null;
            feature_uri: string;
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
                output_schema: {
                    [key: string]: unknown;
                } | null;
                parameter_schema: {
                    [key: string]: unknown;
                } | null;
                required_vector_indexes: {
                    [key: string]: unknown;
                }[] | null;
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
            plugin_id: string;
            resolved_inference_name: string | null;
            s3_archive_url: string;
            /**
             * @description Of the scan policy as it is now, waivers counted. A version that it rejects is deployed no more; what is live stays live.
             * @enum {string}
             */
            scan_verdict: "pass" | "warn" | "reject";
            /** @description By the scan policy as it is now */
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
        PluginList: {
            namespace_id: string | null;
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
            description: string | null;
            feature_uri: string;
            name: string;
            plugin_id: string;
            source: components["schemas"]["PluginOwner"];
            /** Format: date-time */
            updated_at: string;
            /** @enum {string} */
            validation_status: "passed";
            version: string;
        };
        /** @enum {string} */
        PluginOwner: "namespace" | "org";
        PluginRollback: {
            active_version: string;
            deployment_id: string | null;
            message: string;
            name: string;
            plugin_id: string;
            previous_version: string | null;
            /** @enum {boolean} */
            success: true;
            /**
             * @description What calls to the name get: nothing, since nothing serves it; this version; this version when its deployment is ready, and what served it until then.
             * @enum {string}
             */
            traffic: "none" | "serving" | "deploying";
            version: string;
        };
        PluginSource: {
            code_hash: string;
            files: {
                /** @description Null for what is too large to be told */
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
            /** @description Some files come without their content */
            truncated: boolean;
            version: string;
        };
        PluginStatus: {
            deployed: boolean;
            deployed_at: string | null;
            error: string | null;
            estimated_completion_seconds: number | null;
            feature_uri: string;
            message: string | null;
            name: string;
            namespace_id: string;
            plugin_id: string;
            queued_at: string | null;
            realtime_enabled: boolean;
            route_prefix: string | null;
            serving: {
                deployment_id: string;
                generation: number;
                instance: {
                    last_call_at: string | null;
                    /** @enum {string} */
                    state: "running" | "asleep" | "unknown";
                } | null;
            } | null;
            /** @enum {string} */
            status: "QUEUED" | "PENDING" | "IN_PROGRESS" | "DEPLOYED" | "FAILED" | "NOT_DEPLOYED";
            version: string;
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
        PluginUploadRequest: {
            description?: string | null;
            file_size_bytes?: number | null;
            name: string;
            /** @description Seconds; 3600 when left out. */
            presigned_url_expiration?: number | null;
            /** @description Left out: the next patch of the highest version. */
            version?: string;
        };
        PluginVersion: {
            active: boolean;
            code_hash: string;
            /** Format: date-time */
            created_at: string;
            created_by: {
                id: string;
                /** @enum {string} */
                type: "key" | "admin" | "system";
            };
            deployed: boolean;
            /** Format: date-time */
            deployed_at: string | null;
            deployed_by: {
                id: string;
                /** @enum {string} */
                type: "key" | "admin" | "system";
            } | null;
            feature_uri: string;
            /**
             * Format: date-time
             * @description Also when it is not deployed any more
             */
            last_deployed_at: string | null;
            message: string | null;
            plugin_id: string;
            /** @description Calls to the plugin's name go to it */
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
            /** @enum {boolean} */
            success: true;
            total: number;
            versions: components["schemas"]["PluginVersion"][];
        };
        QuotaChanges: {
            /** @description Null: as for everybody, 100 */
            keys?: number | null;
            /** @description Null: as for everybody, 50 */
            live_deployments?: number | null;
            /** @description Null: as for everybody, 100 */
            namespaces?: number | null;
            /** @description Null: as for everybody, 10 */
            plugins_per_namespace?: number | null;
            /** @description Null: as for everybody, 10737418240 */
            stored_bytes?: number | null;
            /** @description Null: as for everybody, 50 */
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
             * @description seed: the published list of forbidden names. strict: that, and more rules. A level only adds to those before it.
             * @enum {string}
             */
            level: "seed" | "strict";
            levels: ("seed" | "strict")[];
            /** @description Of the rules; it goes up with every change of them */
            policy_version: string;
            /** @description The severity from which on one finding that is not waived makes the verdict */
            thresholds: {
                /** @enum {string} */
                reject: "error";
                /** @enum {string} */
                warn: "warning";
            };
            /**
             * Format: date-time
             * @description Null: nothing was chosen, the default holds
             */
            updated_at: string | null;
            updated_by: {
                id: string;
                /** @enum {string} */
                type: "key" | "admin" | "system";
            } | null;
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
                type: "key" | "admin" | "system";
            };
            /** Format: date-time */
            expires_at: string;
            /**
             * @description A plugin's name, for all of its versions, or the id of one version
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
             * @description A plugin's name, for all of its versions, or the id of one version
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
             * @description By request, because the receiver answered 410, or because it failed for five days
             * @enum {string|null}
             */
            disabled_because: "request" | "gone" | "failing" | null;
            endpoint_id: string;
            /** @description Null: all */
            events: components["schemas"]["EventFilter"][] | null;
            /** Format: date-time */
            failing_since: string | null;
            /** @description Null: all, and what happens outside of namespaces */
            namespace_ids: string[] | null;
            /**
             * Format: date-time
             * @description Until then the secret before signs, too
             */
            previous_secret_until: string | null;
            /** @enum {string} */
            status: "enabled" | "disabled";
            /** Format: date-time */
            updated_at: string;
            url: string;
        };
        WebhookWithSecret: components["schemas"]["Webhook"] & {
            /**
             * @description Shown in this answer only
             * @example whsec_…
             */
            secret: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    listOrganizations: {
        parameters: {
            query?: {
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of organizations, the oldest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
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
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    /** @description The same as the quota of that name, which goes before it. */
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
                    "application/json": components["schemas"]["OrganizationInFull"];
                };
            };
        };
    };
    createOrganizationKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                organization_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * Format: date-time
                     * @description Null or left out: when the key which asks does
                     */
                    expires_at?: string;
                    name: string;
                    /** @description Null or left out: all that the key which asks has */
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
                organization_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
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
                    "application/json": components["schemas"]["OrganizationInFull"];
                };
            };
        };
    };
    listKeys: {
        parameters: {
            query?: {
                cursor?: string;
                limit?: number;
                status?: "active" | "expired" | "revoked";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of keys, the oldest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
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
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * Format: date-time
                     * @description Null or left out: when the key which asks does
                     */
                    expires_at?: string;
                    name: string;
                    /** @description Null or left out: all that the key which asks has */
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
                    "application/json": components["schemas"]["ApiKey"];
                };
            };
        };
    };
    revokeKey: {
        parameters: {
            query?: {
                allow_last?: "true" | "false";
            };
            header?: never;
            path: {
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
                    "application/json": components["schemas"]["ApiKey"];
                };
            };
        };
    };
    rotateKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                key_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /**
                     * @description How long the secret before goes on working
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
                    "application/json": components["schemas"]["ApiKeyWithSecret"];
                };
            };
        };
    };
    listAvailablePlugins: {
        parameters: {
            query?: {
                limit?: number;
                name?: string;
                offset?: number | null;
            };
            header?: never;
            path: {
                namespace_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Every version of them, enabled or not */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AvailablePlugins"];
                };
            };
        };
    };
    disablePlugin: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                namespace_id: string;
                plugin_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Disabled, or it was not enabled */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PluginDisabled"];
                };
            };
        };
    };
    enablePlugin: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                namespace_id: string;
                plugin_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description True when left out. */
                    deploy?: boolean | null;
                    /** @description Given to each realtime call here, under the call's own parameters. */
                    params?: {
                        [key: string]: unknown;
                    } | null;
                } | null;
            };
        };
        responses: {
            /** @description Enabled; skipped: not deployed, since that was not asked for or a plugin of the namespace shadows it */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PluginEnabled"];
                };
            };
        };
    };
    reconfigureNamespace: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                namespace_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    confirm: boolean;
                };
            };
        };
        responses: {
            /** @description What was added, and what there is */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NamespaceReconfigured"];
                };
            };
        };
    };
}
