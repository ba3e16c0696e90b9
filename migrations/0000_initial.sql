CREATE TABLE `api_keys` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`name` text NOT NULL,
	`kind` text DEFAULT 'service' NOT NULL,
	`person_id` text,
	`principal` text,
	`stage_only` integer DEFAULT false NOT NULL,
	`plugin_pattern` text,
	`trusted_publisher_id` text,
	`prefix` text NOT NULL,
	`hash` text NOT NULL,
	`previous_hash` text,
	`previous_until` integer,
	`scopes` text NOT NULL,
	`namespace_ids` text,
	`created_at` integer NOT NULL,
	`expires_at` integer,
	`revoked_at` integer,
	`last_used_at` integer,
	FOREIGN KEY (`organization_id`) REFERENCES `organizations`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "api_keys_kind" CHECK("api_keys"."kind" in ('service', 'personal', 'session', 'ci')),
	CONSTRAINT "api_keys_principal" CHECK(("api_keys"."kind" = 'service') = ("api_keys"."principal" is null))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `api_keys_hash_unique` ON `api_keys` (`hash`);--> statement-breakpoint
CREATE INDEX `api_keys_listed` ON `api_keys` (`organization_id`,`id`);--> statement-breakpoint
CREATE INDEX `api_keys_unrevoked` ON `api_keys` (`organization_id`,`expires_at`) WHERE revoked_at is null and expires_at is not null;--> statement-breakpoint
CREATE INDEX `api_keys_previous` ON `api_keys` (`previous_hash`);--> statement-breakpoint
CREATE INDEX `api_keys_person` ON `api_keys` (`person_id`,`organization_id`) WHERE person_id is not null;--> statement-breakpoint
CREATE INDEX `api_keys_ci_expiry` ON `api_keys` (`expires_at`) WHERE kind = 'ci';--> statement-breakpoint
CREATE INDEX `api_keys_trusted_publisher` ON `api_keys` (`trusted_publisher_id`) WHERE trusted_publisher_id is not null;--> statement-breakpoint
CREATE INDEX `api_keys_session_expiry` ON `api_keys` (`expires_at`) WHERE kind = 'session';--> statement-breakpoint
CREATE TABLE `browser_sessions` (
	`id` text PRIMARY KEY NOT NULL,
	`key_id` text NOT NULL,
	`key_hash` text NOT NULL,
	`state` text NOT NULL,
	`hash` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	CONSTRAINT "browser_sessions_state" CHECK("browser_sessions"."state" in ('link', 'open', 'code'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `browser_sessions_hash_unique` ON `browser_sessions` (`hash`);--> statement-breakpoint
CREATE INDEX `browser_sessions_expiry` ON `browser_sessions` (`expires_at`);--> statement-breakpoint
CREATE INDEX `browser_sessions_key` ON `browser_sessions` (`key_id`);--> statement-breakpoint
CREATE TABLE `counters` (
	`scope` text NOT NULL,
	`resource` text NOT NULL,
	`amount` integer NOT NULL,
	PRIMARY KEY(`scope`, `resource`)
);
--> statement-breakpoint
CREATE TABLE `idempotency_keys` (
	`id` text PRIMARY KEY NOT NULL,
	`fingerprint` text NOT NULL,
	`claim` text NOT NULL,
	`lease_until` integer NOT NULL,
	`status` integer,
	`answer` text,
	`expires_at` integer NOT NULL,
	CONSTRAINT "idempotency_keys_answer" CHECK(("idempotency_keys"."status" is null) = ("idempotency_keys"."answer" is null))
);
--> statement-breakpoint
CREATE INDEX `idempotency_keys_expiry` ON `idempotency_keys` (`expires_at`);--> statement-breakpoint
CREATE TABLE `namespaces` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`name` text NOT NULL,
	`type` text NOT NULL,
	`description` text,
	`feature_extractors` text NOT NULL,
	`settings` text NOT NULL,
	`keep_live_versions` integer,
	`placement` text,
	`requires_approval` integer DEFAULT false NOT NULL,
	`default_release` text,
	`refuse_advisories` text,
	`dependencies_older_than` text,
	`secret_revision` integer,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`deleted_at` integer,
	`emptied_at` integer,
	FOREIGN KEY (`organization_id`) REFERENCES `organizations`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "namespaces_type" CHECK("namespaces"."type" in ('standard', 'marketplace')),
	CONSTRAINT "namespaces_refuse_advisories" CHECK("namespaces"."refuse_advisories" in ('low', 'medium', 'high', 'critical')),
	CONSTRAINT "namespaces_placement" CHECK("namespaces"."placement" in ('sandbox', 'ray'))
);
--> statement-breakpoint
CREATE INDEX `namespaces_of_organization` ON `namespaces` (`organization_id`,`id`);--> statement-breakpoint
CREATE INDEX `namespaces_to_empty` ON `namespaces` (`deleted_at`) WHERE deleted_at is not null and emptied_at is null;--> statement-breakpoint
CREATE UNIQUE INDEX `namespaces_name` ON `namespaces` (`organization_id`,`name`) WHERE deleted_at is null;--> statement-breakpoint
CREATE TABLE `organizations` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`jurisdiction` text,
	`placement` text DEFAULT 'sandbox' NOT NULL,
	`created_at` integer NOT NULL,
	`deletion_due_at` integer,
	`closed_at` integer,
	CONSTRAINT "organizations_placement" CHECK("organizations"."placement" in ('sandbox', 'ray'))
);
--> statement-breakpoint
CREATE INDEX `organizations_to_delete` ON `organizations` (`closed_at`,`deletion_due_at`) WHERE deletion_due_at is not null;--> statement-breakpoint
CREATE TABLE `quotas` (
	`organization_id` text NOT NULL,
	`resource` text NOT NULL,
	`max_allowed` integer NOT NULL,
	PRIMARY KEY(`organization_id`, `resource`)
);
--> statement-breakpoint
CREATE TABLE `advisories` (
	`id` text PRIMARY KEY NOT NULL,
	`aliases` text NOT NULL,
	`summary` text NOT NULL,
	`severity` text,
	`published_at` integer,
	`modified_at` integer NOT NULL,
	`withdrawn_at` integer,
	`digest` text NOT NULL,
	`match_due` integer NOT NULL,
	`updated_at` integer NOT NULL,
	CONSTRAINT "advisories_severity" CHECK("advisories"."severity" in ('low', 'medium', 'high', 'critical'))
);
--> statement-breakpoint
CREATE INDEX `advisories_to_match` ON `advisories` (`id`) WHERE match_due;--> statement-breakpoint
CREATE TABLE `advisory_imports` (
	`id` text PRIMARY KEY NOT NULL,
	`url` text,
	`status` text NOT NULL,
	`size_bytes` integer,
	`files` integer,
	`cursor` integer NOT NULL,
	`counts` text NOT NULL,
	`error` text,
	`lease_token` text,
	`lease_until` integer,
	`attempts` integer NOT NULL,
	`created_by` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`ended_at` integer,
	CONSTRAINT "advisory_imports_status" CHECK("advisory_imports"."status" in ('open', 'reading', 'done', 'failed'))
);
--> statement-breakpoint
CREATE INDEX `advisory_imports_unfinished` ON `advisory_imports` (`updated_at`) WHERE status in ('open', 'reading');--> statement-breakpoint
CREATE INDEX `advisory_imports_ended` ON `advisory_imports` (`ended_at`) WHERE ended_at is not null;--> statement-breakpoint
CREATE TABLE `advisory_packages` (
	`advisory_id` text NOT NULL,
	`ecosystem` text NOT NULL,
	`name` text NOT NULL,
	`affected` text NOT NULL,
	PRIMARY KEY(`advisory_id`, `ecosystem`, `name`)
);
--> statement-breakpoint
CREATE INDEX `advisory_packages_name` ON `advisory_packages` (`ecosystem`,`name`);--> statement-breakpoint
CREATE TABLE `advisory_sources` (
	`url` text PRIMARY KEY NOT NULL,
	`next_at` integer NOT NULL,
	`last_import_id` text,
	`etag` text,
	`sha256` text,
	`error` text,
	`created_by` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `advisory_sources_due` ON `advisory_sources` (`next_at`);--> statement-breakpoint
CREATE TABLE `package_versions` (
	`purl` text PRIMARY KEY NOT NULL,
	`ecosystem` text NOT NULL,
	`name` text NOT NULL,
	`version` text NOT NULL,
	CONSTRAINT "package_versions_ecosystem" CHECK("package_versions"."ecosystem" in ('PyPI', 'Go'))
);
--> statement-breakpoint
CREATE INDEX `package_versions_name` ON `package_versions` (`ecosystem`,`name`);--> statement-breakpoint
CREATE TABLE `version_advisories` (
	`version_id` text NOT NULL,
	`advisory_id` text NOT NULL,
	`purl` text NOT NULL,
	`organization_id` text NOT NULL,
	`fixed_in` text,
	`reach` text NOT NULL,
	`reach_due` integer NOT NULL,
	`announce_due` integer NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`version_id`, `advisory_id`, `purl`),
	CONSTRAINT "version_advisories_reach" CHECK("version_advisories"."reach" in ('symbol', 'package', 'none', 'unknown'))
);
--> statement-breakpoint
CREATE INDEX `version_advisories_advisory` ON `version_advisories` (`advisory_id`,`organization_id`,`version_id`);--> statement-breakpoint
CREATE INDEX `version_advisories_organization` ON `version_advisories` (`organization_id`,`version_id`,`advisory_id`,`purl`);--> statement-breakpoint
CREATE INDEX `version_advisories_to_analyze` ON `version_advisories` (`version_id`) WHERE reach_due;--> statement-breakpoint
CREATE INDEX `version_advisories_to_announce` ON `version_advisories` (`version_id`) WHERE announce_due and not reach_due;--> statement-breakpoint
CREATE TABLE `version_packages` (
	`purl` text NOT NULL,
	`version_id` text NOT NULL,
	`organization_id` text NOT NULL,
	PRIMARY KEY(`purl`, `version_id`)
);
--> statement-breakpoint
CREATE INDEX `version_packages_version` ON `version_packages` (`version_id`);--> statement-breakpoint
CREATE TABLE `agent_artifacts` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`name` text NOT NULL,
	`name_key` text NOT NULL,
	`version` text NOT NULL,
	`plugin_type` text NOT NULL,
	`artifact_url` text NOT NULL,
	`checksum` text NOT NULL,
	`config_schema` text NOT NULL,
	`plugin_runtime` text NOT NULL,
	`verification` text NOT NULL,
	`attempts` integer NOT NULL,
	`next_check_at` integer,
	`lease_token` text,
	`lease_until` integer,
	`checked_at` integer,
	`failure` text,
	`failure_detail` text,
	`actual_sha256` text,
	`size_bytes` integer,
	`content_type` text,
	`mirrored` integer NOT NULL,
	`description` text,
	`labels` text,
	`deprecation` text,
	`last_fetched_at` integer,
	`registered_by` text NOT NULL,
	`registered_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`yanked_at` integer,
	`yank_reason` text,
	`quarantined` text,
	FOREIGN KEY (`organization_id`) REFERENCES `organizations`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "agent_artifacts_verification" CHECK("agent_artifacts"."verification" in ('pending', 'verified', 'mismatch', 'unreachable', 'unverifiable'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `agent_artifacts_version` ON `agent_artifacts` (`name_key`,`version`);--> statement-breakpoint
CREATE INDEX `agent_artifacts_named` ON `agent_artifacts` (`name_key`,`id`);--> statement-breakpoint
CREATE INDEX `agent_artifacts_organization` ON `agent_artifacts` (`organization_id`);--> statement-breakpoint
CREATE INDEX `agent_artifacts_checksum` ON `agent_artifacts` (`checksum`);--> statement-breakpoint
CREATE INDEX `agent_artifacts_yanked` ON `agent_artifacts` (`yanked_at`) WHERE mirrored and yanked_at is not null;--> statement-breakpoint
CREATE INDEX `agent_artifacts_quarantined` ON `agent_artifacts` (`checksum`,`id`) WHERE quarantined is not null;--> statement-breakpoint
CREATE INDEX `agent_artifacts_due` ON `agent_artifacts` (`next_check_at`) WHERE next_check_at is not null;--> statement-breakpoint
CREATE TABLE `budgets` (
	`organization_id` text NOT NULL,
	`scope` text NOT NULL,
	`set_by` text NOT NULL,
	`instance_seconds` integer,
	`calls` integer,
	`stored_bytes` integer,
	`on_exceeded` text NOT NULL,
	`month` text DEFAULT '' NOT NULL,
	`instance_seconds_reached` integer DEFAULT 0 NOT NULL,
	`calls_reached` integer DEFAULT 0 NOT NULL,
	`stored_bytes_reached` integer DEFAULT 0 NOT NULL,
	`checked_at` integer NOT NULL,
	PRIMARY KEY(`organization_id`, `scope`, `set_by`),
	CONSTRAINT "budgets_set_by" CHECK("budgets"."set_by" in ('organization', 'operator')),
	CONSTRAINT "budgets_on_exceeded" CHECK("budgets"."on_exceeded" in ('warn', 'refuse'))
);
--> statement-breakpoint
CREATE INDEX `budgets_to_check` ON `budgets` (`checked_at`);--> statement-breakpoint
CREATE TABLE `counted_instances` (
	`id` text NOT NULL,
	`started_at` integer NOT NULL,
	`counted_ms` integer NOT NULL,
	`counted_at` integer NOT NULL,
	PRIMARY KEY(`id`, `started_at`)
);
--> statement-breakpoint
CREATE INDEX `counted_instances_age` ON `counted_instances` (`counted_at`);--> statement-breakpoint
CREATE TABLE `usage_months` (
	`organization_id` text NOT NULL,
	`month` text NOT NULL,
	`namespace_id` text NOT NULL,
	`plugin_id` text NOT NULL,
	`calls` integer NOT NULL,
	`instance_ms` integer NOT NULL,
	PRIMARY KEY(`organization_id`, `month`, `namespace_id`, `plugin_id`)
);
--> statement-breakpoint
CREATE INDEX `usage_months_age` ON `usage_months` (`month`);--> statement-breakpoint
CREATE TABLE `builders` (
	`name` text PRIMARY KEY NOT NULL,
	`url` text NOT NULL,
	`source` text NOT NULL,
	`mode` text DEFAULT 'active' NOT NULL,
	`added_at` integer NOT NULL,
	`silent_since` integer,
	`lost_at` integer,
	CONSTRAINT "builders_source" CHECK("builders"."source" in ('settings', 'operator')),
	CONSTRAINT "builders_mode" CHECK("builders"."mode" in ('active', 'draining'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `builders_url_unique` ON `builders` (`url`);--> statement-breakpoint
CREATE TABLE `call_limits` (
	`subject_id` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`organization_id` text NOT NULL,
	`owner_id` text NOT NULL,
	`per_minute` integer,
	`at_once` integer,
	`updated_at` integer NOT NULL,
	CONSTRAINT "call_limits_kind" CHECK("call_limits"."kind" in ('plugin', 'version', 'key'))
);
--> statement-breakpoint
CREATE INDEX `call_limits_listed` ON `call_limits` (`organization_id`,`subject_id`);--> statement-breakpoint
CREATE TABLE `callback_secrets` (
	`namespace_id` text PRIMARY KEY NOT NULL,
	`secret` text NOT NULL,
	`previous_secret` text,
	`previous_until` integer,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `later_calls` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`namespace_id` text NOT NULL,
	`callee` text NOT NULL,
	`request_id` text NOT NULL,
	`traceparent` text,
	`priority` text NOT NULL,
	`status` text NOT NULL,
	`runs` integer NOT NULL,
	`due_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`lease_token` text,
	`lease_until` integer,
	`body` text,
	`answer` text,
	`body_bytes` integer DEFAULT 0 NOT NULL,
	`answer_bytes` integer DEFAULT 0 NOT NULL,
	`deployment_id` text,
	`callback_url` text,
	`callback_attempts` integer DEFAULT 0 NOT NULL,
	`callback_at` integer,
	`callback_token` text,
	`callback_error` text,
	`created_by` text NOT NULL,
	`created_at` integer NOT NULL,
	`started_at` integer,
	`ended_at` integer,
	CONSTRAINT "later_calls_priority" CHECK("later_calls"."priority" in ('normal', 'low')),
	CONSTRAINT "later_calls_status" CHECK("later_calls"."status" in ('queued', 'running', 'succeeded', 'failed', 'cancelled', 'expired'))
);
--> statement-breakpoint
CREATE INDEX `later_calls_listed` ON `later_calls` (`organization_id`,`id`);--> statement-breakpoint
CREATE INDEX `later_calls_queued` ON `later_calls` (`priority`,`organization_id`,`due_at`) WHERE status = 'queued';--> statement-breakpoint
CREATE INDEX `later_calls_expiring` ON `later_calls` (`expires_at`) WHERE status = 'queued';--> statement-breakpoint
CREATE INDEX `later_calls_running` ON `later_calls` (`organization_id`) WHERE status = 'running';--> statement-breakpoint
CREATE INDEX `later_calls_leased` ON `later_calls` (`lease_until`) WHERE status = 'running';--> statement-breakpoint
CREATE INDEX `later_calls_without_result` ON `later_calls` (`status`,`organization_id`,`id`) WHERE status in ('failed', 'cancelled', 'expired');--> statement-breakpoint
CREATE INDEX `later_calls_ended` ON `later_calls` (`ended_at`) WHERE ended_at is not null;--> statement-breakpoint
CREATE INDEX `later_calls_callbacks` ON `later_calls` (`organization_id`,`callback_at`) WHERE callback_at is not null;--> statement-breakpoint
CREATE INDEX `later_calls_called_back` ON `later_calls` (`organization_id`) WHERE callback_token is not null;--> statement-breakpoint
CREATE TABLE `cluster_applications` (
	`deployment_id` text PRIMARY KEY NOT NULL,
	`cluster_id` text NOT NULL,
	`config` text NOT NULL,
	`removed_at` integer,
	`crashes` integer DEFAULT 0 NOT NULL,
	`crashed_at` integer,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`cluster_id`) REFERENCES `clusters`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `cluster_applications_cluster` ON `cluster_applications` (`cluster_id`);--> statement-breakpoint
CREATE TABLE `clusters` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`dashboard_url` text NOT NULL,
	`serve_url` text NOT NULL,
	`sealed` text NOT NULL,
	`trusted_for` text,
	`network` text DEFAULT 'none' NOT NULL,
	`state` text NOT NULL,
	`message` text,
	`ray_version` text,
	`reach` text,
	`checked_at` integer NOT NULL,
	`created_at` integer NOT NULL,
	`lease_token` text,
	`lease_until` integer,
	CONSTRAINT "clusters_state" CHECK("clusters"."state" in ('ready', 'not-allowed', 'unreachable', 'token-refused', 'not-ray', 'version-unsupported', 'foreign-applications', 'token-unreadable')),
	CONSTRAINT "clusters_network" CHECK("clusters"."network" in ('none', 'open'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `clusters_name_unique` ON `clusters` (`name`);--> statement-breakpoint
CREATE UNIQUE INDEX `clusters_dashboard_url_unique` ON `clusters` (`dashboard_url`);--> statement-breakpoint
CREATE INDEX `clusters_checked` ON `clusters` (`checked_at`);--> statement-breakpoint
CREATE TABLE `builds` (
	`key` text PRIMARY KEY NOT NULL,
	`built` text,
	`error` text,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `builds_artifact` ON `builds` ((built ->> '$.artifact.sha256'));--> statement-breakpoint
CREATE INDEX `builds_wasm` ON `builds` ((built ->> '$.wasm.artifact.sha256'));--> statement-breakpoint
CREATE INDEX `builds_failed` ON `builds` (`created_at`) WHERE error is not null;--> statement-breakpoint
CREATE TABLE `deployment_steps` (
	`deployment_id` text NOT NULL,
	`step` text NOT NULL,
	`attempt` integer NOT NULL,
	`started_at` integer NOT NULL,
	`ended_at` integer,
	`error` text,
	`log` text,
	`log_lines` integer DEFAULT 0 NOT NULL,
	PRIMARY KEY(`deployment_id`, `step`),
	FOREIGN KEY (`deployment_id`) REFERENCES `deployments`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "deployment_steps_step" CHECK("deployment_steps"."step" in ('build', 'start', 'verify', 'promote'))
);
--> statement-breakpoint
CREATE TABLE `deployments` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`namespace_id` text NOT NULL,
	`plugin_id` text NOT NULL,
	`version_id` text NOT NULL,
	`generation` integer NOT NULL,
	`ticket` integer NOT NULL,
	`type` text NOT NULL,
	`parameters` text NOT NULL,
	`status` text NOT NULL,
	`placement` text NOT NULL,
	`scaling` text,
	`takes_name` integer DEFAULT false NOT NULL,
	`lease_token` text,
	`lease_until` integer,
	`attempts` integer DEFAULT 0 NOT NULL,
	`next_attempt_at` integer,
	`error` text,
	`release` text,
	`traceparent` text,
	`created_by` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`promoted_at` integer,
	`sandbox` text,
	`cgroup` text,
	`secret_revision` integer,
	`stop_after` integer,
	`instance_stopped_at` integer,
	FOREIGN KEY (`version_id`) REFERENCES `plugin_versions`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "deployments_status" CHECK("deployments"."status" in ('queued', 'claimed', 'building', 'starting', 'verifying', 'ready', 'promoted', 'failed', 'superseded', 'cancelled', 'stopped')),
	CONSTRAINT "deployments_type" CHECK("deployments"."type" in ('realtime', 'batch_only'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `deployments_generation` ON `deployments` (`namespace_id`,`version_id`,`generation`);--> statement-breakpoint
CREATE INDEX `deployments_plugin` ON `deployments` (`namespace_id`,`plugin_id`,`ticket`);--> statement-breakpoint
CREATE INDEX `deployments_listed` ON `deployments` (`namespace_id`,`id`);--> statement-breakpoint
CREATE INDEX `deployments_version` ON `deployments` (`version_id`,`id`);--> statement-breakpoint
CREATE INDEX `deployments_named` ON `deployments` (`namespace_id`,`plugin_id`,`id`);--> statement-breakpoint
CREATE INDEX `deployments_in_state` ON `deployments` (`namespace_id`,`status`,`id`);--> statement-breakpoint
CREATE INDEX `deployments_at_work` ON `deployments` (`organization_id`,`lease_until`) WHERE status in ('queued', 'claimed', 'building', 'starting', 'verifying', 'ready');--> statement-breakpoint
CREATE INDEX `deployments_unfinished` ON `deployments` (`updated_at`) WHERE status in ('queued', 'claimed', 'building', 'starting', 'verifying', 'ready');--> statement-breakpoint
CREATE INDEX `deployments_current` ON `deployments` (`namespace_id`,`plugin_id`) WHERE status in ('queued', 'claimed', 'building', 'starting', 'verifying', 'ready', 'promoted');--> statement-breakpoint
CREATE INDEX `deployments_scaled` ON `deployments` (`organization_id`,`namespace_id`,`plugin_id`) WHERE scaling is not null and status in ('queued', 'claimed', 'building', 'starting', 'verifying', 'ready', 'promoted');--> statement-breakpoint
CREATE INDEX `deployments_packed` ON `deployments` (`organization_id`) WHERE placement ->> '$.shared.container' is not null and instance_stopped_at is null;--> statement-breakpoint
CREATE INDEX `deployments_kept_awake` ON `deployments` (`promoted_at`) WHERE status = 'promoted' and scaling ->> '$.min' > 0;--> statement-breakpoint
CREATE INDEX `deployments_counting` ON `deployments` (`namespace_id`,`version_id`,`ticket`) WHERE status not in ('superseded', 'cancelled', 'stopped');--> statement-breakpoint
CREATE INDEX `deployments_promoted` ON `deployments` (`namespace_id`,`version_id`,`promoted_at`) WHERE promoted_at is not null;--> statement-breakpoint
CREATE INDEX `deployments_new` ON `deployments` (`promoted_at`) WHERE status = 'promoted' and type = 'realtime';--> statement-breakpoint
CREATE INDEX `deployments_ended` ON `deployments` (`updated_at`) WHERE status in ('failed', 'superseded', 'cancelled', 'stopped');--> statement-breakpoint
CREATE INDEX `deployments_to_stop` ON `deployments` (`stop_after`) WHERE instance_stopped_at is null and stop_after is not null;--> statement-breakpoint
CREATE TABLE `live_plugins` (
	`namespace_id` text NOT NULL,
	`plugin_id` text NOT NULL,
	`organization_id` text NOT NULL,
	PRIMARY KEY(`namespace_id`, `plugin_id`)
);
--> statement-breakpoint
CREATE TABLE `live_pointers` (
	`namespace_id` text NOT NULL,
	`subject_id` text NOT NULL,
	`target_id` text,
	`ticket` integer NOT NULL,
	`last_ticket` integer NOT NULL,
	`limit_ticket` integer,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`namespace_id`, `subject_id`)
);
--> statement-breakpoint
CREATE INDEX `live_pointers_target` ON `live_pointers` (`target_id`);--> statement-breakpoint
CREATE INDEX `live_pointers_subject` ON `live_pointers` (`subject_id`) WHERE target_id is not null;--> statement-breakpoint
CREATE INDEX `live_pointers_to_limit` ON `live_pointers` (`updated_at`) WHERE limit_ticket is not null;--> statement-breakpoint
CREATE TABLE `log_budgets` (
	`organization_id` text NOT NULL,
	`day` integer NOT NULL,
	`bytes` integer NOT NULL,
	PRIMARY KEY(`organization_id`, `day`)
);
--> statement-breakpoint
CREATE INDEX `log_budgets_day` ON `log_budgets` (`day`);--> statement-breakpoint
CREATE TABLE `promotions` (
	`namespace_id` text NOT NULL,
	`plugin_id` text NOT NULL,
	`version_id` text NOT NULL,
	`ticket` integer NOT NULL,
	`promoted_at` integer NOT NULL,
	PRIMARY KEY(`namespace_id`, `plugin_id`, `version_id`),
	FOREIGN KEY (`version_id`) REFERENCES `plugin_versions`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `promotions_order` ON `promotions` (`namespace_id`,`plugin_id`,`ticket`);--> statement-breakpoint
CREATE INDEX `promotions_version` ON `promotions` (`version_id`);--> statement-breakpoint
CREATE TABLE `environment_packages` (
	`environment` text NOT NULL,
	`package` text NOT NULL,
	PRIMARY KEY(`environment`, `package`),
	FOREIGN KEY (`environment`) REFERENCES `environments`(`key`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`package`) REFERENCES `packages`(`key`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `environment_packages_package` ON `environment_packages` (`package`);--> statement-breakpoint
CREATE TABLE `environments` (
	`key` text PRIMARY KEY NOT NULL,
	`lock` text NOT NULL,
	`python` text NOT NULL,
	`platform` text NOT NULL,
	`size_bytes` integer NOT NULL,
	`files` integer NOT NULL,
	`packages` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `environments_lock` ON `environments` (`lock`);--> statement-breakpoint
CREATE TABLE `packages` (
	`key` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`version` text NOT NULL,
	`size_bytes` integer NOT NULL,
	`files` integer NOT NULL,
	`parts` text NOT NULL,
	`archive_bytes` integer NOT NULL,
	`removed` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `plugin_locks` (
	`version_id` text PRIMARY KEY NOT NULL,
	`digest` text NOT NULL,
	`text` text NOT NULL,
	`packages` text NOT NULL,
	`resolver` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`version_id`) REFERENCES `plugin_versions`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `plugin_locks_digest` ON `plugin_locks` (`digest`);--> statement-breakpoint
CREATE TABLE `dead_letters` (
	`id` text PRIMARY KEY NOT NULL,
	`queue` text NOT NULL,
	`body` text,
	`reason` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `dead_letters_created` ON `dead_letters` (`created_at`);--> statement-breakpoint
CREATE INDEX `dead_letters_subject` ON `dead_letters` ((body ->> '$.id'));--> statement-breakpoint
CREATE TABLE `event_archives` (
	`organization_id` text NOT NULL,
	`first_block` integer NOT NULL,
	`last_block` integer NOT NULL,
	`last_hash` text NOT NULL,
	`last_seq` integer NOT NULL,
	`last_event_at` integer NOT NULL,
	`events` integer NOT NULL,
	`sha256` text NOT NULL,
	`archived_at` integer NOT NULL,
	PRIMARY KEY(`organization_id`, `last_block`)
);
--> statement-breakpoint
CREATE TABLE `event_blocks` (
	`organization_id` text NOT NULL,
	`number` integer NOT NULL,
	`previous` text NOT NULL,
	`hash` text NOT NULL,
	`events` integer NOT NULL,
	`last_seq` integer NOT NULL,
	`sealed_at` integer NOT NULL,
	PRIMARY KEY(`organization_id`, `number`)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `event_blocks_last` ON `event_blocks` (`organization_id`,`last_seq`);--> statement-breakpoint
CREATE TABLE `events` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`organization_id` text NOT NULL,
	`namespace_id` text,
	`type` text NOT NULL,
	`actor` text NOT NULL,
	`subject_id` text NOT NULL,
	`data` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `events_id_unique` ON `events` (`id`);--> statement-breakpoint
CREATE INDEX `events_organization` ON `events` (`organization_id`,`seq`);--> statement-breakpoint
CREATE INDEX `events_time` ON `events` (`organization_id`,`created_at`);--> statement-breakpoint
CREATE INDEX `events_subject` ON `events` (`subject_id`,`seq`);--> statement-breakpoint
CREATE INDEX `events_type` ON `events` (`organization_id`,`type`,`seq`);--> statement-breakpoint
CREATE INDEX `events_rollbacks` ON `events` (`namespace_id`,`subject_id`,`seq`) WHERE type = 'plugin.rolled_back';--> statement-breakpoint
CREATE INDEX `events_namespace` ON `events` (`namespace_id`,`seq`) WHERE namespace_id is not null;--> statement-breakpoint
CREATE TABLE `outbox` (
	`id` text PRIMARY KEY NOT NULL,
	`queue` text NOT NULL,
	`body` text NOT NULL,
	`created_at` integer NOT NULL,
	`due_at` integer NOT NULL,
	`sent_at` integer,
	CONSTRAINT "outbox_queue" CHECK("outbox"."queue" in ('scans', 'deployments', 'deliveries', 'runs', 'calls', 'lowCalls'))
);
--> statement-breakpoint
CREATE INDEX `outbox_unsent` ON `outbox` (`due_at`) WHERE sent_at is null;--> statement-breakpoint
CREATE INDEX `outbox_subject` ON `outbox` ((body ->> '$.id'));--> statement-breakpoint
CREATE TABLE `progress` (
	`work` text PRIMARY KEY NOT NULL,
	`seq` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `evidence` (
	`version_id` text NOT NULL,
	`type` text NOT NULL,
	`key_id` text NOT NULL,
	`envelope` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`version_id`, `type`),
	CONSTRAINT "evidence_type" CHECK("evidence"."type" in ('provenance', 'verdict', 'lock'))
);
--> statement-breakpoint
CREATE TABLE `signing_keys` (
	`id` text PRIMARY KEY NOT NULL,
	`pem` text NOT NULL,
	`sealed` text NOT NULL,
	`created_at` integer NOT NULL,
	`retired_at` integer,
	`revoked_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `signing_keys_current` ON `signing_keys` ((retired_at is null)) WHERE retired_at is null;--> statement-breakpoint
CREATE TABLE `plugin_grants` (
	`plugin_id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`permissions` text NOT NULL,
	`granted_by` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`plugin_id`) REFERENCES `plugins`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`organization_id`) REFERENCES `organizations`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `plugin_grants_listed` ON `plugin_grants` (`organization_id`,`plugin_id`);--> statement-breakpoint
CREATE TABLE `heartbeats` (
	`id` integer PRIMARY KEY NOT NULL,
	`at` integer NOT NULL,
	CONSTRAINT "heartbeats_one" CHECK("heartbeats"."id" = 1)
);
--> statement-breakpoint
CREATE TABLE `deploy_hooks` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`owner_id` text NOT NULL,
	`plugin_id` text NOT NULL,
	`kind` text NOT NULL,
	`plugin_name` text NOT NULL,
	`description` text,
	`provider` text NOT NULL,
	`action` text NOT NULL,
	`repository` text NOT NULL,
	`path` text,
	`branches` text NOT NULL,
	`tags` text NOT NULL,
	`release` text,
	`status` text NOT NULL,
	`secret` text NOT NULL,
	`previous_secret` text,
	`previous_until` integer,
	`status_token` text,
	`status_url` text,
	`lease_token` text,
	`lease_until` integer,
	`window_start` integer NOT NULL,
	`window_count` integer NOT NULL,
	`created_by` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`deleted_at` integer,
	CONSTRAINT "deploy_hooks_kind" CHECK("deploy_hooks"."kind" in ('extractor', 'pipeline', 'storage', 'agent')),
	CONSTRAINT "deploy_hooks_provider" CHECK("deploy_hooks"."provider" in ('github', 'gitlab', 'gitea', 'generic')),
	CONSTRAINT "deploy_hooks_action" CHECK("deploy_hooks"."action" in ('update', 'publish', 'redeploy')),
	CONSTRAINT "deploy_hooks_status" CHECK("deploy_hooks"."status" in ('enabled', 'disabled'))
);
--> statement-breakpoint
CREATE INDEX `deploy_hooks_organization` ON `deploy_hooks` (`organization_id`,`id`);--> statement-breakpoint
CREATE INDEX `deploy_hooks_deleted` ON `deploy_hooks` (`id`) WHERE deleted_at is not null;--> statement-breakpoint
CREATE TABLE `pushes` (
	`id` text PRIMARY KEY NOT NULL,
	`hook_id` text NOT NULL,
	`organization_id` text NOT NULL,
	`delivery_key` text NOT NULL,
	`event` text NOT NULL,
	`ref` text,
	`status` text NOT NULL,
	`reason` text,
	`message` text,
	`commit_hash` text,
	`upload_id` text,
	`version_id` text,
	`deployment_id` text,
	`superseded_by` text,
	`attempts` integer NOT NULL,
	`next_at` integer NOT NULL,
	`report_at` integer,
	`report_attempts` integer NOT NULL,
	`reported` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`ended_at` integer,
	CONSTRAINT "pushes_status" CHECK("pushes"."status" in ('queued', 'running', 'deploying', 'live', 'published', 'failed', 'superseded', 'ignored'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `pushes_delivery` ON `pushes` (`hook_id`,`delivery_key`);--> statement-breakpoint
CREATE INDEX `pushes_listed` ON `pushes` (`hook_id`,`id`);--> statement-breakpoint
CREATE INDEX `pushes_open` ON `pushes` (`hook_id`,`id`) WHERE ended_at is null;--> statement-breakpoint
CREATE INDEX `pushes_deploying` ON `pushes` (`deployment_id`) WHERE status = 'deploying';--> statement-breakpoint
CREATE INDEX `pushes_unfinished` ON `pushes` (`updated_at`) WHERE ended_at is null;--> statement-breakpoint
CREATE INDEX `pushes_ended` ON `pushes` (`ended_at`) WHERE ended_at is not null;--> statement-breakpoint
CREATE INDEX `pushes_to_report` ON `pushes` (`report_at`) WHERE report_at is not null;--> statement-breakpoint
CREATE TABLE `invitations` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`hash` text NOT NULL,
	`email` text NOT NULL,
	`role` text NOT NULL,
	`namespace_ids` text,
	`created_by` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`accepted_by` text,
	FOREIGN KEY (`organization_id`) REFERENCES `organizations`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "invitations_role" CHECK("invitations"."role" in ('owner', 'admin', 'developer', 'viewer'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `invitations_hash_unique` ON `invitations` (`hash`);--> statement-breakpoint
CREATE INDEX `invitations_listed` ON `invitations` (`organization_id`,`id`);--> statement-breakpoint
CREATE INDEX `invitations_expiry` ON `invitations` (`expires_at`);--> statement-breakpoint
CREATE TABLE `issuers` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text,
	`name` text NOT NULL,
	`purpose` text NOT NULL,
	`url` text NOT NULL,
	`jwks` text,
	`client_id` text,
	`client_secret` text,
	`groups_claim` text,
	`group_roles` text,
	`created_by` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`organization_id`) REFERENCES `organizations`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "issuers_purpose" CHECK("issuers"."purpose" in ('ci', 'people')),
	CONSTRAINT "issuers_client" CHECK("issuers"."purpose" = 'ci' or "issuers"."client_id" is not null)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `issuers_name` ON `issuers` (`organization_id`,`name`) WHERE organization_id is not null;--> statement-breakpoint
CREATE UNIQUE INDEX `issuers_name_of_operator` ON `issuers` (`name`) WHERE organization_id is null;--> statement-breakpoint
CREATE INDEX `issuers_listed` ON `issuers` (`organization_id`,`id`);--> statement-breakpoint
CREATE TABLE `members` (
	`organization_id` text NOT NULL,
	`person_id` text NOT NULL,
	`role` text NOT NULL,
	`namespace_ids` text,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`organization_id`, `person_id`),
	FOREIGN KEY (`organization_id`) REFERENCES `organizations`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "members_role" CHECK("members"."role" in ('owner', 'admin', 'developer', 'viewer'))
);
--> statement-breakpoint
CREATE INDEX `members_person` ON `members` (`person_id`);--> statement-breakpoint
CREATE TABLE `people` (
	`id` text PRIMARY KEY NOT NULL,
	`issuer_id` text NOT NULL,
	`subject` text NOT NULL,
	`email` text NOT NULL,
	`name` text NOT NULL,
	`created_at` integer NOT NULL,
	`signed_in_at` integer NOT NULL,
	FOREIGN KEY (`issuer_id`) REFERENCES `issuers`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `people_subject` ON `people` (`issuer_id`,`subject`);--> statement-breakpoint
CREATE INDEX `people_listed` ON `people` (`issuer_id`,`id`);--> statement-breakpoint
CREATE TABLE `sign_ins` (
	`hash` text PRIMARY KEY NOT NULL,
	`issuer_id` text NOT NULL,
	`browser_hash` text NOT NULL,
	`sealed` text NOT NULL,
	`organization_id` text,
	`invitation_id` text,
	`page` text NOT NULL,
	`expires_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `sign_ins_expiry` ON `sign_ins` (`expires_at`);--> statement-breakpoint
CREATE INDEX `sign_ins_issuer` ON `sign_ins` (`issuer_id`);--> statement-breakpoint
CREATE TABLE `trusted_publishers` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`issuer_id` text NOT NULL,
	`namespace_id` text NOT NULL,
	`plugin` text NOT NULL,
	`conditions` text NOT NULL,
	`pinned` text NOT NULL,
	`scopes` text NOT NULL,
	`stage_only` integer NOT NULL,
	`created_by` text NOT NULL,
	`created_at` integer NOT NULL,
	`last_used_at` integer,
	FOREIGN KEY (`organization_id`) REFERENCES `organizations`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`issuer_id`) REFERENCES `issuers`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `trusted_publishers_listed` ON `trusted_publishers` (`organization_id`,`id`);--> statement-breakpoint
CREATE INDEX `trusted_publishers_issuer` ON `trusted_publishers` (`issuer_id`);--> statement-breakpoint
CREATE TABLE `used_tokens` (
	`issuer_id` text NOT NULL,
	`token` text NOT NULL,
	`expires_at` integer NOT NULL,
	PRIMARY KEY(`issuer_id`, `token`)
);
--> statement-breakpoint
CREATE INDEX `used_tokens_expiry` ON `used_tokens` (`expires_at`);--> statement-breakpoint
CREATE TABLE `model_uploads` (
	`namespace_id` text NOT NULL,
	`name` text NOT NULL,
	`sha256` text NOT NULL,
	`organization_id` text NOT NULL,
	`size_bytes` integer NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	PRIMARY KEY(`namespace_id`, `name`, `sha256`)
);
--> statement-breakpoint
CREATE INDEX `model_uploads_reserved` ON `model_uploads` (`organization_id`,`sha256`,`size_bytes`);--> statement-breakpoint
CREATE INDEX `model_uploads_expiry` ON `model_uploads` (`expires_at`);--> statement-breakpoint
CREATE TABLE `models` (
	`namespace_id` text NOT NULL,
	`name` text NOT NULL,
	`id` text NOT NULL,
	`organization_id` text NOT NULL,
	`sha256` text NOT NULL,
	`size_bytes` integer NOT NULL,
	`waived_because` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`updated_by` text NOT NULL,
	PRIMARY KEY(`namespace_id`, `name`)
);
--> statement-breakpoint
CREATE INDEX `models_content` ON `models` (`organization_id`,`sha256`,`size_bytes`);--> statement-breakpoint
CREATE TABLE `secrets` (
	`namespace_id` text NOT NULL,
	`name` text NOT NULL,
	`id` text NOT NULL,
	`sealed` text NOT NULL,
	`revision` integer NOT NULL,
	`restart_due` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`updated_by` text NOT NULL,
	PRIMARY KEY(`namespace_id`, `name`)
);
--> statement-breakpoint
CREATE INDEX `secrets_restart_due` ON `secrets` (`updated_at`) WHERE restart_due = 1;--> statement-breakpoint
CREATE TABLE `rescans` (
	`organization_id` text NOT NULL,
	`plugin` text NOT NULL,
	`after_name` text NOT NULL,
	`after_id` text NOT NULL,
	`remaining` integer NOT NULL,
	PRIMARY KEY(`organization_id`, `plugin`)
);
--> statement-breakpoint
CREATE TABLE `scan_policies` (
	`organization_id` text PRIMARY KEY NOT NULL,
	`level` text NOT NULL,
	`updated_by` text NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`organization_id`) REFERENCES `organizations`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "scan_policies_level" CHECK("scan_policies"."level" in ('seed', 'strict'))
);
--> statement-breakpoint
CREATE TABLE `waivers` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`plugin` text NOT NULL,
	`rule` text NOT NULL,
	`reason` text NOT NULL,
	`expires_at` integer NOT NULL,
	`created_by` text NOT NULL,
	`created_at` integer NOT NULL,
	`revoked_at` integer,
	`expiry_told_at` integer,
	FOREIGN KEY (`organization_id`) REFERENCES `organizations`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `waivers_listed` ON `waivers` (`organization_id`,`id`);--> statement-breakpoint
CREATE INDEX `waivers_plugin` ON `waivers` (`organization_id`,`plugin`);--> statement-breakpoint
CREATE INDEX `waivers_ending` ON `waivers` (`expires_at`) WHERE revoked_at is null and expiry_told_at is null;--> statement-breakpoint
CREATE TABLE `enabled_plugins` (
	`namespace_id` text NOT NULL,
	`version_id` text NOT NULL,
	`plugin_id` text NOT NULL,
	`parameters` text NOT NULL,
	`name` text NOT NULL,
	`major` integer NOT NULL,
	`minor` integer NOT NULL,
	`patch` integer NOT NULL,
	`activation` integer,
	`created_by` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`namespace_id`, `version_id`),
	FOREIGN KEY (`version_id`) REFERENCES `plugin_versions`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `enabled_plugins_plugin` ON `enabled_plugins` (`namespace_id`,`plugin_id`);--> statement-breakpoint
CREATE INDEX `enabled_plugins_listed` ON `enabled_plugins` (`namespace_id`,`name`,`major`,`minor`,`patch`);--> statement-breakpoint
CREATE INDEX `enabled_plugins_version` ON `enabled_plugins` (`version_id`);--> statement-breakpoint
CREATE TABLE `plugin_versions` (
	`id` text PRIMARY KEY NOT NULL,
	`plugin_id` text NOT NULL,
	`organization_id` text NOT NULL,
	`owner_id` text NOT NULL,
	`kind` text NOT NULL,
	`name` text NOT NULL,
	`major` integer NOT NULL,
	`minor` integer NOT NULL,
	`patch` integer NOT NULL,
	`description` text,
	`message` text,
	`sha256` text NOT NULL,
	`upload_sha256` text NOT NULL,
	`size_bytes` integer NOT NULL,
	`manifest` text,
	`origin` text,
	`definition` text,
	`built` text,
	`placement` text,
	`capabilities` text,
	`has_realtime` integer NOT NULL,
	`feature_uri` text NOT NULL,
	`scan_id` text NOT NULL,
	`verdict` text NOT NULL,
	`judged_policy` integer NOT NULL,
	`judging_until` integer,
	`judging_attempts` integer DEFAULT 0 NOT NULL,
	`created_by` text NOT NULL,
	`activation` integer,
	`stage` text,
	`staged_until` integer,
	`decision` text,
	`deploy_approved` integer DEFAULT false NOT NULL,
	`trials` integer DEFAULT 0 NOT NULL,
	`tried_until` integer,
	`yanked` text,
	`deprecated` text,
	`quarantined` text,
	`packages_indexed_at` integer,
	`evidence_at` integer,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`deleted_at` integer,
	`release_began_at` integer,
	`archive_released_at` integer,
	FOREIGN KEY (`plugin_id`) REFERENCES `plugins`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`scan_id`) REFERENCES `scans`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "plugin_versions_kind" CHECK("plugin_versions"."kind" in ('extractor', 'pipeline', 'storage', 'agent')),
	CONSTRAINT "plugin_versions_stage" CHECK("plugin_versions"."stage" in ('staged', 'approved', 'rejected'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `plugin_versions_number` ON `plugin_versions` (`owner_id`,`kind`,`name`,`major`,`minor`,`patch`) WHERE deleted_at is null;--> statement-breakpoint
CREATE INDEX `plugin_versions_artifact` ON `plugin_versions` ((built ->> '$.artifact.sha256'));--> statement-breakpoint
CREATE INDEX `plugin_versions_wasm` ON `plugin_versions` ((built ->> '$.wasm.artifact.sha256'));--> statement-breakpoint
CREATE INDEX `plugin_versions_plugin` ON `plugin_versions` (`plugin_id`,`id`);--> statement-breakpoint
CREATE INDEX `plugin_versions_activation` ON `plugin_versions` (`plugin_id`,`activation`) WHERE activation is not null;--> statement-breakpoint
CREATE INDEX `plugin_versions_of_organization` ON `plugin_versions` (`organization_id`,`name`,`id`) WHERE deleted_at is null;--> statement-breakpoint
CREATE INDEX `plugin_versions_to_release` ON `plugin_versions` (`deleted_at`) WHERE deleted_at is not null and archive_released_at is null;--> statement-breakpoint
CREATE INDEX `plugin_versions_installed` ON `plugin_versions` (`id`) WHERE kind in ('pipeline', 'storage');--> statement-breakpoint
CREATE INDEX `plugin_versions_digest` ON `plugin_versions` (`sha256`);--> statement-breakpoint
CREATE INDEX `plugin_versions_scan` ON `plugin_versions` (`scan_id`);--> statement-breakpoint
CREATE INDEX `plugin_versions_to_judge` ON `plugin_versions` (`judged_policy`,`organization_id`) WHERE deleted_at is null;--> statement-breakpoint
CREATE INDEX `plugin_versions_unclaimed` ON `plugin_versions` (`organization_id`,`judged_policy`) WHERE deleted_at is null and judging_until is null;--> statement-breakpoint
CREATE INDEX `plugin_versions_claimed` ON `plugin_versions` (`organization_id`,`judging_until`) WHERE deleted_at is null and judging_until is not null;--> statement-breakpoint
CREATE INDEX `plugin_versions_staged` ON `plugin_versions` (`organization_id`,`id`) WHERE stage = 'staged' and deleted_at is null;--> statement-breakpoint
CREATE INDEX `plugin_versions_stage_ends` ON `plugin_versions` (`staged_until`) WHERE stage = 'staged' and deleted_at is null;--> statement-breakpoint
CREATE INDEX `plugin_versions_stored` ON `plugin_versions` (`organization_id`,`sha256`,`size_bytes`) WHERE deleted_at is null;--> statement-breakpoint
CREATE INDEX `plugin_versions_quarantined` ON `plugin_versions` (`sha256`,`id`) WHERE quarantined is not null;--> statement-breakpoint
CREATE INDEX `plugin_versions_to_index` ON `plugin_versions` (`id`) WHERE packages_indexed_at is null and deleted_at is null;--> statement-breakpoint
CREATE INDEX `plugin_versions_without_evidence` ON `plugin_versions` (`id`) WHERE evidence_at is null and deleted_at is null;--> statement-breakpoint
CREATE TABLE `plugins` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`owner_id` text NOT NULL,
	`kind` text NOT NULL,
	`name` text NOT NULL,
	`active_version_id` text,
	`requires_approval` integer DEFAULT false NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`organization_id`) REFERENCES `organizations`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "plugins_kind" CHECK("plugins"."kind" in ('extractor', 'pipeline', 'storage', 'agent'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `plugins_name` ON `plugins` (`owner_id`,`kind`,`name`);--> statement-breakpoint
CREATE INDEX `plugins_of_organization` ON `plugins` (`organization_id`);--> statement-breakpoint
CREATE TABLE `released_archives` (
	`sha256` text PRIMARY KEY NOT NULL,
	`released_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `scans` (
	`id` text PRIMARY KEY NOT NULL,
	`sha256` text NOT NULL,
	`policy_version` text NOT NULL,
	`level` text NOT NULL,
	`status` text NOT NULL,
	`verdict` text NOT NULL,
	`findings` text,
	`error_rules` text NOT NULL,
	`files_scanned` integer NOT NULL,
	`created_at` integer NOT NULL,
	CONSTRAINT "scans_status" CHECK("scans"."status" in ('queued', 'running', 'done', 'errored')),
	CONSTRAINT "scans_verdict" CHECK("scans"."verdict" in ('pass', 'warn', 'reject'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `scans_key` ON `scans` (`sha256`,`policy_version`,`level`);--> statement-breakpoint
CREATE TABLE `store_sweeps` (
	`prefix` text PRIMARY KEY NOT NULL,
	`last_key` text
);
--> statement-breakpoint
CREATE TABLE `uploads` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`owner_id` text NOT NULL,
	`kind` text NOT NULL,
	`name` text NOT NULL,
	`major` integer NOT NULL,
	`minor` integer NOT NULL,
	`patch` integer NOT NULL,
	`version_chosen_by_server` integer NOT NULL,
	`description` text,
	`message` text,
	`announced_bytes` integer,
	`found_bytes` integer,
	`expected_etag` text,
	`expected_bytes` integer,
	`status` text NOT NULL,
	`lease_token` text,
	`lease_until` integer,
	`attempts` integer DEFAULT 0 NOT NULL,
	`expires_at` integer NOT NULL,
	`version_id` text,
	`findings` text,
	`origin` text,
	`refusal` text,
	`confirmed_at` integer,
	`fetched_at` integer,
	`scanned_at` integer,
	`built_at` integer,
	`to_deploy` integer,
	`release` text,
	`to_stage` integer DEFAULT false NOT NULL,
	`deploy_approved` integer DEFAULT false NOT NULL,
	`lock` text,
	`traceparent` text,
	`rejected_because` text,
	`created_by` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	CONSTRAINT "uploads_status" CHECK("uploads"."status" in ('open', 'confirming', 'accepted', 'rejected', 'expired'))
);
--> statement-breakpoint
CREATE INDEX `uploads_name` ON `uploads` (`owner_id`,`kind`,`name`);--> statement-breakpoint
CREATE INDEX `uploads_pending` ON `uploads` (`owner_id`,`kind`,`name`) WHERE status in ('open', 'confirming');--> statement-breakpoint
CREATE INDEX `uploads_unannounced` ON `uploads` (`owner_id`,`expires_at`) WHERE status = 'open' and announced_bytes is null;--> statement-breakpoint
CREATE INDEX `uploads_expiring` ON `uploads` (`expires_at`) WHERE status = 'open';--> statement-breakpoint
CREATE INDEX `uploads_version` ON `uploads` (`version_id`) WHERE version_id is not null;--> statement-breakpoint
CREATE INDEX `uploads_unfinished` ON `uploads` (`status`,`updated_at`);--> statement-breakpoint
CREATE INDEX `uploads_to_deploy` ON `uploads` (`updated_at`) WHERE to_deploy and status = 'accepted';--> statement-breakpoint
CREATE INDEX `uploads_under_way` ON `uploads` (`organization_id`,`owner_id`,`name`) WHERE status in ('open', 'confirming');--> statement-breakpoint
CREATE INDEX `uploads_in_progress` ON `uploads` (`organization_id`,`lease_until`) WHERE status = 'confirming';--> statement-breakpoint
CREATE TABLE `releases` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`namespace_id` text NOT NULL,
	`plugin_id` text NOT NULL,
	`from_version_id` text NOT NULL,
	`to_version_id` text NOT NULL,
	`plan` text NOT NULL,
	`state` text NOT NULL,
	`step` integer NOT NULL,
	`weight` integer NOT NULL,
	`shadow` integer NOT NULL,
	`generation` integer NOT NULL,
	`reason` text,
	`measured` text,
	`created_by` text NOT NULL,
	`created_at` integer NOT NULL,
	`step_started_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`ended_at` integer,
	CONSTRAINT "releases_state" CHECK("releases"."state" in ('shadowing', 'rolling', 'paused', 'succeeded', 'reverted', 'cancelled'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `releases_active` ON `releases` (`namespace_id`,`plugin_id`) WHERE state in ('shadowing', 'rolling', 'paused');--> statement-breakpoint
CREATE INDEX `releases_listed` ON `releases` (`namespace_id`,`id`);--> statement-breakpoint
CREATE INDEX `releases_of_plugin` ON `releases` (`namespace_id`,`plugin_id`,`id`);--> statement-breakpoint
CREATE INDEX `releases_at_work` ON `releases` (`updated_at`) WHERE state in ('shadowing', 'rolling', 'paused');--> statement-breakpoint
CREATE INDEX `releases_ended` ON `releases` (`ended_at`) WHERE ended_at is not null;--> statement-breakpoint
CREATE TABLE `run_chunks` (
	`id` text PRIMARY KEY NOT NULL,
	`run_id` text NOT NULL,
	`organization_id` text NOT NULL,
	`number` integer NOT NULL,
	`start_at` integer NOT NULL,
	`bytes` integer NOT NULL,
	`first_row` integer NOT NULL,
	`rows` integer NOT NULL,
	`is_too_long` integer NOT NULL,
	`status` text NOT NULL,
	`slot` integer,
	`lease_token` text,
	`lease_until` integer,
	`attempt` integer DEFAULT 0 NOT NULL,
	`failures` integer DEFAULT 0 NOT NULL,
	`next_at` integer DEFAULT 0 NOT NULL,
	`rows_done` integer DEFAULT 0 NOT NULL,
	`bytes_done` integer DEFAULT 0 NOT NULL,
	`parts` text NOT NULL,
	`reserved_bytes` integer DEFAULT 0 NOT NULL,
	CONSTRAINT "run_chunks_status" CHECK("run_chunks"."status" in ('waiting', 'running', 'done'))
);
--> statement-breakpoint
CREATE INDEX `run_chunks_listed` ON `run_chunks` (`run_id`,`first_row`);--> statement-breakpoint
CREATE INDEX `run_chunks_waiting` ON `run_chunks` (`run_id`,`next_at`) WHERE status = 'waiting';--> statement-breakpoint
CREATE INDEX `run_chunks_running` ON `run_chunks` (`organization_id`,`run_id`) WHERE status = 'running';--> statement-breakpoint
CREATE TABLE `runs` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`namespace_id` text NOT NULL,
	`plugin_id` text NOT NULL,
	`plugin_name` text NOT NULL,
	`version_id` text NOT NULL,
	`version` text NOT NULL,
	`deployment_id` text NOT NULL,
	`status` text NOT NULL,
	`format` text NOT NULL,
	`compression` text,
	`failed_of` text,
	`parameters` text NOT NULL,
	`batch_size` integer NOT NULL,
	`max_parallel` integer NOT NULL,
	`input_bytes` integer,
	`input_etag` text,
	`stored_input_bytes` integer DEFAULT 0 NOT NULL,
	`stored_chunk_bytes` integer DEFAULT 0 NOT NULL,
	`columns` text,
	`split_at` integer DEFAULT 0 NOT NULL,
	`chunks` integer DEFAULT 0 NOT NULL,
	`rows` integer DEFAULT 0 NOT NULL,
	`done` integer DEFAULT 0 NOT NULL,
	`skipped` integer DEFAULT 0 NOT NULL,
	`failed` integer DEFAULT 0 NOT NULL,
	`output_bytes` integer DEFAULT 0 NOT NULL,
	`error_bytes` integer DEFAULT 0 NOT NULL,
	`busy_ms` integer DEFAULT 0 NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`error` text,
	`lease_token` text,
	`lease_until` integer,
	`split_attempts` integer DEFAULT 0 NOT NULL,
	`created_by` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`started_at` integer,
	`ended_at` integer,
	CONSTRAINT "runs_status" CHECK("runs"."status" in ('open', 'queued', 'splitting', 'running', 'succeeded', 'partial', 'failed', 'cancelled', 'expired')),
	CONSTRAINT "runs_format" CHECK("runs"."format" in ('jsonl', 'csv')),
	CONSTRAINT "runs_compression" CHECK("runs"."compression" in ('gzip'))
);
--> statement-breakpoint
CREATE INDEX `runs_listed` ON `runs` (`namespace_id`,`id`);--> statement-breakpoint
CREATE INDEX `runs_of_plugin` ON `runs` (`namespace_id`,`plugin_id`,`id`);--> statement-breakpoint
CREATE INDEX `runs_of_version` ON `runs` (`version_id`,`id`);--> statement-breakpoint
CREATE INDEX `runs_to_split` ON `runs` (`lease_until`) WHERE status in ('queued', 'splitting');--> statement-breakpoint
CREATE INDEX `runs_at_work` ON `runs` (`organization_id`,`id`) WHERE status in ('splitting', 'running');--> statement-breakpoint
CREATE INDEX `runs_open` ON `runs` (`created_at`) WHERE status = 'open';--> statement-breakpoint
CREATE INDEX `runs_unfinished` ON `runs` (`organization_id`) WHERE ended_at is null;--> statement-breakpoint
CREATE INDEX `runs_to_clear` ON `runs` (`ended_at`) WHERE ended_at is not null and stored_input_bytes + stored_chunk_bytes > 0;--> statement-breakpoint
CREATE INDEX `runs_ended` ON `runs` (`ended_at`) WHERE ended_at is not null;--> statement-breakpoint
CREATE TABLE `source_credentials` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`host` text NOT NULL,
	`path` text NOT NULL,
	`username` text NOT NULL,
	`github_app` text,
	`deploy_key` text,
	`sealed` text NOT NULL,
	`revision` integer NOT NULL,
	`go_modules` integer NOT NULL,
	`python_packages` text,
	`expires_at` integer,
	`last_used_at` integer,
	`created_at` integer NOT NULL,
	`created_by` text NOT NULL,
	`updated_at` integer NOT NULL,
	`updated_by` text NOT NULL,
	FOREIGN KEY (`organization_id`) REFERENCES `organizations`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `source_credentials_place` ON `source_credentials` (`organization_id`,`host`,`path`);--> statement-breakpoint
CREATE INDEX `source_credentials_listed` ON `source_credentials` (`organization_id`,`id`);--> statement-breakpoint
CREATE TABLE `call_counts` (
	`namespace_id` text NOT NULL,
	`plugin_id` text NOT NULL,
	`at` integer NOT NULL,
	`version` text NOT NULL,
	`calls` integer NOT NULL,
	`errors` integer NOT NULL,
	`latencies` text NOT NULL,
	`checked` integer NOT NULL,
	`mismatched` integer NOT NULL,
	`minutes` text NOT NULL,
	`has_minutes` integer NOT NULL,
	PRIMARY KEY(`namespace_id`, `plugin_id`, `at`, `version`)
);
--> statement-breakpoint
CREATE INDEX `call_counts_age` ON `call_counts` (`at`);--> statement-breakpoint
CREATE INDEX `call_counts_of_namespace` ON `call_counts` (`namespace_id`,`at`);--> statement-breakpoint
CREATE INDEX `call_counts_minutes` ON `call_counts` (`at`) WHERE has_minutes;--> statement-breakpoint
CREATE TABLE `call_totals` (
	`namespace_id` text NOT NULL,
	`plugin_id` text NOT NULL,
	`calls` integer NOT NULL,
	`errors` integer NOT NULL,
	`latencies` text NOT NULL,
	`duration_ms` integer NOT NULL,
	`last_at` integer NOT NULL,
	PRIMARY KEY(`namespace_id`, `plugin_id`)
);
--> statement-breakpoint
CREATE TABLE `vector_collections` (
	`feature_id` text NOT NULL,
	`collection` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`feature_id`, `collection`),
	FOREIGN KEY (`feature_id`) REFERENCES `vector_features`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `vector_features` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`namespace_id` text NOT NULL,
	`name` text NOT NULL,
	`dimensions` integer NOT NULL,
	`metric` text NOT NULL,
	`status` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	CONSTRAINT "vector_features_metric" CHECK("vector_features"."metric" in ('cosine', 'euclid', 'dot')),
	CONSTRAINT "vector_features_status" CHECK("vector_features"."status" in ('adding', 'ready', 'removing'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `vector_features_name` ON `vector_features` (`namespace_id`,`name`) WHERE status <> 'removing';--> statement-breakpoint
CREATE INDEX `vector_features_namespace` ON `vector_features` (`namespace_id`);--> statement-breakpoint
CREATE INDEX `vector_features_unsettled` ON `vector_features` (`updated_at`) WHERE status <> 'ready';--> statement-breakpoint
CREATE TABLE `vectors` (
	`feature_id` text NOT NULL,
	`id` text NOT NULL,
	`data` text NOT NULL,
	PRIMARY KEY(`feature_id`, `id`)
);
--> statement-breakpoint
CREATE TABLE `deliveries` (
	`id` text PRIMARY KEY NOT NULL,
	`endpoint_id` text NOT NULL,
	`event_id` text NOT NULL,
	`event_type` text NOT NULL,
	`status` text NOT NULL,
	`attempts` integer NOT NULL,
	`schedule_from` integer NOT NULL,
	`next_at` integer,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`lane` integer DEFAULT 0 NOT NULL,
	`attempts_made` text NOT NULL,
	CONSTRAINT "deliveries_status" CHECK("deliveries"."status" in ('pending', 'succeeded', 'failed')),
	CONSTRAINT "deliveries_next" CHECK((status = 'pending') = (next_at is not null))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `deliveries_event` ON `deliveries` (`endpoint_id`,`event_id`);--> statement-breakpoint
CREATE INDEX `deliveries_failed` ON `deliveries` (`endpoint_id`,`event_id`) WHERE status = 'failed';--> statement-breakpoint
CREATE INDEX `deliveries_due_in_lane` ON `deliveries` (`endpoint_id`,`lane`,`next_at`) WHERE status = 'pending';--> statement-breakpoint
CREATE TABLE `webhook_endpoints` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`url` text NOT NULL,
	`description` text,
	`event_filters` text,
	`namespace_ids` text,
	`status` text NOT NULL,
	`disabled_because` text,
	`secret` text NOT NULL,
	`previous_secret` text,
	`previous_until` integer,
	`event_cursor` integer NOT NULL,
	`hang_score` integer DEFAULT 0 NOT NULL,
	`timeout_ms` integer,
	`hold_until` integer,
	`failing_since` integer,
	`last_failure_at` integer,
	`created_by` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`deleted_at` integer,
	CONSTRAINT "webhook_endpoints_status" CHECK("webhook_endpoints"."status" in ('enabled', 'disabled')),
	CONSTRAINT "webhook_endpoints_disabled" CHECK((status = 'disabled') = (disabled_because is not null))
);
--> statement-breakpoint
CREATE INDEX `webhook_endpoints_organization` ON `webhook_endpoints` (`organization_id`,`id`);--> statement-breakpoint
CREATE INDEX `webhook_endpoints_deleted` ON `webhook_endpoints` (`deleted_at`) WHERE deleted_at is not null;--> statement-breakpoint
CREATE INDEX `webhook_endpoints_enabled` ON `webhook_endpoints` (`id`) WHERE status = 'enabled' and deleted_at is null;--> statement-breakpoint
CREATE TABLE `webhook_lanes` (
	`endpoint_id` text NOT NULL,
	`lane` integer NOT NULL,
	`lease_token` text,
	`lease_until` integer,
	PRIMARY KEY(`endpoint_id`, `lane`)
);
--> statement-breakpoint
CREATE TRIGGER `plugins_counted_insert` AFTER INSERT ON `plugins` WHEN new.active_version_id is not null BEGIN
	insert into counters (scope, resource, amount) select new.owner_id, 'plugins', 1 where true on conflict (scope, resource) do update set amount = amount + excluded.amount;
END;
--> statement-breakpoint
CREATE TRIGGER `plugins_counted_update` AFTER UPDATE OF active_version_id ON `plugins` WHEN (old.active_version_id is not null) <> (new.active_version_id is not null) BEGIN
	insert into counters (scope, resource, amount) select new.owner_id, 'plugins', iif(new.active_version_id is not null, 1, -1) where true on conflict (scope, resource) do update set amount = amount + excluded.amount;
END;
--> statement-breakpoint
CREATE TRIGGER `plugins_counted_delete` AFTER DELETE ON `plugins` WHEN old.active_version_id is not null BEGIN
	insert into counters (scope, resource, amount) select old.owner_id, 'plugins', -1 where true on conflict (scope, resource) do update set amount = amount + excluded.amount;
END;
--> statement-breakpoint
CREATE TRIGGER `enabled_counted_insert` AFTER INSERT ON `enabled_plugins` WHEN true BEGIN
	insert into counters (scope, resource, amount) select new.namespace_id, 'enabled_versions', 1 where not exists (select 1 from plugins p where p.owner_id = new.namespace_id and p.kind = 'extractor' and p.name = (select v.name from plugin_versions v where v.id = new.version_id) and p.active_version_id is not null) on conflict (scope, resource) do update set amount = amount + excluded.amount;
END;
--> statement-breakpoint
CREATE TRIGGER `enabled_counted_delete` AFTER DELETE ON `enabled_plugins` WHEN not exists (select 1 from plugins p where p.owner_id = old.namespace_id and p.kind = 'extractor' and p.name = old.name and p.active_version_id is not null) BEGIN
	insert into counters (scope, resource, amount) select old.namespace_id, 'enabled_versions', -1 where true on conflict (scope, resource) do update set amount = amount + excluded.amount;
END;
--> statement-breakpoint
CREATE TRIGGER `enabled_counted_by_own` AFTER UPDATE OF active_version_id ON `plugins` WHEN new.kind = 'extractor' and (old.active_version_id is not null) <> (new.active_version_id is not null) BEGIN
	insert into counters (scope, resource, amount) select new.owner_id, 'enabled_versions', iif(new.active_version_id is not null, -1, 1) * (select count(*) from enabled_plugins e where e.namespace_id = new.owner_id and e.name = new.name) where (select count(*) from enabled_plugins e where e.namespace_id = new.owner_id and e.name = new.name) > 0 on conflict (scope, resource) do update set amount = amount + excluded.amount;
END;
--> statement-breakpoint
CREATE TRIGGER `enabled_counted_by_new` AFTER INSERT ON `plugins` WHEN new.kind = 'extractor' and new.active_version_id is not null BEGIN
	insert into counters (scope, resource, amount) select new.owner_id, 'enabled_versions', -(select count(*) from enabled_plugins e where e.namespace_id = new.owner_id and e.name = new.name) where (select count(*) from enabled_plugins e where e.namespace_id = new.owner_id and e.name = new.name) > 0 on conflict (scope, resource) do update set amount = amount + excluded.amount;
END;
--> statement-breakpoint
CREATE TRIGGER `versions_counted_insert` AFTER INSERT ON `plugin_versions` WHEN new.deleted_at is null BEGIN
	insert into counters (scope, resource, amount) select new.owner_id, 'extractor_versions', 1 where new.kind = 'extractor' on conflict (scope, resource) do update set amount = amount + excluded.amount;
	insert into counters (scope, resource, amount) select new.plugin_id, 'plugin_versions', 1 where true on conflict (scope, resource) do update set amount = amount + excluded.amount;
	insert into counters (scope, resource, amount) select new.organization_id, 'versions', 1 where true on conflict (scope, resource) do update set amount = amount + excluded.amount;
	insert into counters (scope, resource, amount) select new.organization_id, 'archive_bytes', new.size_bytes where not exists (select 1 from plugin_versions v where v.organization_id = new.organization_id and v.sha256 = new.sha256 and v.deleted_at is null and v.id <> new.id) on conflict (scope, resource) do update set amount = amount + excluded.amount;
END;
--> statement-breakpoint
CREATE TRIGGER `versions_counted_update` AFTER UPDATE OF deleted_at ON `plugin_versions` WHEN old.deleted_at is null and new.deleted_at is not null BEGIN
	insert into counters (scope, resource, amount) select new.owner_id, 'extractor_versions', -1 where new.kind = 'extractor' on conflict (scope, resource) do update set amount = amount + excluded.amount;
	insert into counters (scope, resource, amount) select new.plugin_id, 'plugin_versions', -1 where true on conflict (scope, resource) do update set amount = amount + excluded.amount;
	insert into counters (scope, resource, amount) select new.organization_id, 'versions', -1 where true on conflict (scope, resource) do update set amount = amount + excluded.amount;
	insert into counters (scope, resource, amount) select new.organization_id, 'archive_bytes', -new.size_bytes where not exists (select 1 from plugin_versions v where v.organization_id = new.organization_id and v.sha256 = new.sha256 and v.deleted_at is null and v.id <> new.id) on conflict (scope, resource) do update set amount = amount + excluded.amount;
END;
--> statement-breakpoint
CREATE TRIGGER `versions_counted_delete` AFTER DELETE ON `plugin_versions` WHEN old.deleted_at is null BEGIN
	insert into counters (scope, resource, amount) select old.owner_id, 'extractor_versions', -1 where old.kind = 'extractor' on conflict (scope, resource) do update set amount = amount + excluded.amount;
	insert into counters (scope, resource, amount) select old.plugin_id, 'plugin_versions', -1 where true on conflict (scope, resource) do update set amount = amount + excluded.amount;
	insert into counters (scope, resource, amount) select old.organization_id, 'versions', -1 where true on conflict (scope, resource) do update set amount = amount + excluded.amount;
	insert into counters (scope, resource, amount) select old.organization_id, 'archive_bytes', -old.size_bytes where not exists (select 1 from plugin_versions v where v.organization_id = old.organization_id and v.sha256 = old.sha256 and v.deleted_at is null and v.id <> old.id) on conflict (scope, resource) do update set amount = amount + excluded.amount;
END;
--> statement-breakpoint
CREATE TRIGGER `copies_counted_insert` AFTER INSERT ON `agent_artifacts` WHEN new.mirrored and new.yanked_at is null BEGIN
	insert into counters (scope, resource, amount) select new.organization_id, 'artifact_bytes', coalesce(new.size_bytes, 0) where new.mirrored and new.yanked_at is null and not exists (select 1 from agent_artifacts a where a.checksum = new.checksum and a.organization_id = new.organization_id and a.mirrored and a.yanked_at is null and a.id <> new.id) on conflict (scope, resource) do update set amount = amount + excluded.amount;
END;
--> statement-breakpoint
CREATE TRIGGER `copies_counted_update` AFTER UPDATE OF mirrored, yanked_at, size_bytes, checksum, organization_id ON `agent_artifacts` WHEN (old.mirrored and old.yanked_at is null) <> (new.mirrored and new.yanked_at is null) or old.size_bytes is not new.size_bytes or old.checksum <> new.checksum or old.organization_id <> new.organization_id BEGIN
	insert into counters (scope, resource, amount) select old.organization_id, 'artifact_bytes', -coalesce(old.size_bytes, 0) where old.mirrored and old.yanked_at is null and not exists (select 1 from agent_artifacts a where a.checksum = old.checksum and a.organization_id = old.organization_id and a.mirrored and a.yanked_at is null and a.id <> old.id) on conflict (scope, resource) do update set amount = amount + excluded.amount;
	insert into counters (scope, resource, amount) select new.organization_id, 'artifact_bytes', coalesce(new.size_bytes, 0) where new.mirrored and new.yanked_at is null and not exists (select 1 from agent_artifacts a where a.checksum = new.checksum and a.organization_id = new.organization_id and a.mirrored and a.yanked_at is null and a.id <> new.id) on conflict (scope, resource) do update set amount = amount + excluded.amount;
END;
--> statement-breakpoint
CREATE TRIGGER `copies_counted_delete` AFTER DELETE ON `agent_artifacts` WHEN old.mirrored and old.yanked_at is null BEGIN
	insert into counters (scope, resource, amount) select old.organization_id, 'artifact_bytes', -coalesce(old.size_bytes, 0) where old.mirrored and old.yanked_at is null and not exists (select 1 from agent_artifacts a where a.checksum = old.checksum and a.organization_id = old.organization_id and a.mirrored and a.yanked_at is null and a.id <> old.id) on conflict (scope, resource) do update set amount = amount + excluded.amount;
END;
--> statement-breakpoint
CREATE TRIGGER `uploads_counted_insert` AFTER INSERT ON `uploads` WHEN iif(new.status in ('open', 'confirming'), max(coalesce(new.announced_bytes, 0), coalesce(new.found_bytes, 0)), 0) <> 0 BEGIN
	insert into counters (scope, resource, amount) select new.organization_id, 'archive_bytes', iif(new.status in ('open', 'confirming'), max(coalesce(new.announced_bytes, 0), coalesce(new.found_bytes, 0)), 0) where true on conflict (scope, resource) do update set amount = amount + excluded.amount;
END;
--> statement-breakpoint
CREATE TRIGGER `uploads_counted_update` AFTER UPDATE OF status, announced_bytes, found_bytes ON `uploads` WHEN iif(old.status in ('open', 'confirming'), max(coalesce(old.announced_bytes, 0), coalesce(old.found_bytes, 0)), 0) <> iif(new.status in ('open', 'confirming'), max(coalesce(new.announced_bytes, 0), coalesce(new.found_bytes, 0)), 0) BEGIN
	insert into counters (scope, resource, amount) select new.organization_id, 'archive_bytes', iif(new.status in ('open', 'confirming'), max(coalesce(new.announced_bytes, 0), coalesce(new.found_bytes, 0)), 0) - iif(old.status in ('open', 'confirming'), max(coalesce(old.announced_bytes, 0), coalesce(old.found_bytes, 0)), 0) where true on conflict (scope, resource) do update set amount = amount + excluded.amount;
END;
--> statement-breakpoint
CREATE TRIGGER `uploads_counted_delete` AFTER DELETE ON `uploads` WHEN iif(old.status in ('open', 'confirming'), max(coalesce(old.announced_bytes, 0), coalesce(old.found_bytes, 0)), 0) <> 0 BEGIN
	insert into counters (scope, resource, amount) select old.organization_id, 'archive_bytes', -iif(old.status in ('open', 'confirming'), max(coalesce(old.announced_bytes, 0), coalesce(old.found_bytes, 0)), 0) where true on conflict (scope, resource) do update set amount = amount + excluded.amount;
END;
--> statement-breakpoint
CREATE TRIGGER `models_counted_insert` AFTER INSERT ON `models` WHEN new.size_bytes <> 0 BEGIN
	insert into counters (scope, resource, amount) select new.organization_id, 'model_bytes', new.size_bytes where true on conflict (scope, resource) do update set amount = amount + excluded.amount;
END;
--> statement-breakpoint
CREATE TRIGGER `models_counted_update` AFTER UPDATE OF size_bytes ON `models` WHEN old.size_bytes <> new.size_bytes BEGIN
	insert into counters (scope, resource, amount) select new.organization_id, 'model_bytes', new.size_bytes - old.size_bytes where true on conflict (scope, resource) do update set amount = amount + excluded.amount;
END;
--> statement-breakpoint
CREATE TRIGGER `models_counted_delete` AFTER DELETE ON `models` WHEN old.size_bytes <> 0 BEGIN
	insert into counters (scope, resource, amount) select old.organization_id, 'model_bytes', -old.size_bytes where true on conflict (scope, resource) do update set amount = amount + excluded.amount;
END;
--> statement-breakpoint
CREATE TRIGGER `model_uploads_counted_insert` AFTER INSERT ON `model_uploads` WHEN new.size_bytes <> 0 BEGIN
	insert into counters (scope, resource, amount) select new.organization_id, 'model_bytes', new.size_bytes where true on conflict (scope, resource) do update set amount = amount + excluded.amount;
END;
--> statement-breakpoint
CREATE TRIGGER `model_uploads_counted_update` AFTER UPDATE OF size_bytes ON `model_uploads` WHEN old.size_bytes <> new.size_bytes BEGIN
	insert into counters (scope, resource, amount) select new.organization_id, 'model_bytes', new.size_bytes - old.size_bytes where true on conflict (scope, resource) do update set amount = amount + excluded.amount;
END;
--> statement-breakpoint
CREATE TRIGGER `model_uploads_counted_delete` AFTER DELETE ON `model_uploads` WHEN old.size_bytes <> 0 BEGIN
	insert into counters (scope, resource, amount) select old.organization_id, 'model_bytes', -old.size_bytes where true on conflict (scope, resource) do update set amount = amount + excluded.amount;
END;
--> statement-breakpoint
CREATE TRIGGER `runs_counted_insert` AFTER INSERT ON `runs` WHEN (new.stored_input_bytes + new.stored_chunk_bytes + new.output_bytes + new.error_bytes) <> 0 BEGIN
	insert into counters (scope, resource, amount) select new.organization_id, 'run_bytes', (new.stored_input_bytes + new.stored_chunk_bytes + new.output_bytes + new.error_bytes) where true on conflict (scope, resource) do update set amount = amount + excluded.amount;
END;
--> statement-breakpoint
CREATE TRIGGER `runs_counted_update` AFTER UPDATE OF stored_input_bytes, stored_chunk_bytes, output_bytes, error_bytes ON `runs` WHEN (old.stored_input_bytes + old.stored_chunk_bytes + old.output_bytes + old.error_bytes) <> (new.stored_input_bytes + new.stored_chunk_bytes + new.output_bytes + new.error_bytes) BEGIN
	insert into counters (scope, resource, amount) select new.organization_id, 'run_bytes', (new.stored_input_bytes + new.stored_chunk_bytes + new.output_bytes + new.error_bytes) - (old.stored_input_bytes + old.stored_chunk_bytes + old.output_bytes + old.error_bytes) where true on conflict (scope, resource) do update set amount = amount + excluded.amount;
END;
--> statement-breakpoint
CREATE TRIGGER `runs_counted_delete` AFTER DELETE ON `runs` WHEN (old.stored_input_bytes + old.stored_chunk_bytes + old.output_bytes + old.error_bytes) <> 0 BEGIN
	insert into counters (scope, resource, amount) select old.organization_id, 'run_bytes', -(old.stored_input_bytes + old.stored_chunk_bytes + old.output_bytes + old.error_bytes) where true on conflict (scope, resource) do update set amount = amount + excluded.amount;
END;
--> statement-breakpoint
CREATE TRIGGER `later_calls_counted_insert` AFTER INSERT ON `later_calls` WHEN (new.body_bytes + new.answer_bytes) <> 0 BEGIN
	insert into counters (scope, resource, amount) select new.organization_id, 'later_call_bytes', (new.body_bytes + new.answer_bytes) where true on conflict (scope, resource) do update set amount = amount + excluded.amount;
END;
--> statement-breakpoint
CREATE TRIGGER `later_calls_counted_update` AFTER UPDATE OF body_bytes, answer_bytes ON `later_calls` WHEN (old.body_bytes + old.answer_bytes) <> (new.body_bytes + new.answer_bytes) BEGIN
	insert into counters (scope, resource, amount) select new.organization_id, 'later_call_bytes', (new.body_bytes + new.answer_bytes) - (old.body_bytes + old.answer_bytes) where true on conflict (scope, resource) do update set amount = amount + excluded.amount;
END;
--> statement-breakpoint
CREATE TRIGGER `later_calls_counted_delete` AFTER DELETE ON `later_calls` WHEN (old.body_bytes + old.answer_bytes) <> 0 BEGIN
	insert into counters (scope, resource, amount) select old.organization_id, 'later_call_bytes', -(old.body_bytes + old.answer_bytes) where true on conflict (scope, resource) do update set amount = amount + excluded.amount;
END;
--> statement-breakpoint
CREATE TRIGGER `logs_counted_insert` AFTER INSERT ON `log_budgets` WHEN new.bytes <> 0 BEGIN
	insert into counters (scope, resource, amount) select new.organization_id, 'log_bytes', new.bytes where true on conflict (scope, resource) do update set amount = amount + excluded.amount;
END;
--> statement-breakpoint
CREATE TRIGGER `logs_counted_update` AFTER UPDATE OF bytes ON `log_budgets` WHEN old.bytes <> new.bytes BEGIN
	insert into counters (scope, resource, amount) select new.organization_id, 'log_bytes', new.bytes - old.bytes where true on conflict (scope, resource) do update set amount = amount + excluded.amount;
END;
--> statement-breakpoint
CREATE TRIGGER `logs_counted_delete` AFTER DELETE ON `log_budgets` WHEN old.bytes <> 0 BEGIN
	insert into counters (scope, resource, amount) select old.organization_id, 'log_bytes', -old.bytes where true on conflict (scope, resource) do update set amount = amount + excluded.amount;
END;
--> statement-breakpoint
CREATE TRIGGER `keys_counted_insert` AFTER INSERT ON `api_keys` WHEN new.revoked_at is null and new.expires_at is null BEGIN
	insert into counters (scope, resource, amount) select new.organization_id, 'lasting_keys', 1 where true on conflict (scope, resource) do update set amount = amount + excluded.amount;
END;
--> statement-breakpoint
CREATE TRIGGER `keys_counted_update` AFTER UPDATE OF revoked_at, expires_at ON `api_keys` WHEN (old.revoked_at is null and old.expires_at is null) <> (new.revoked_at is null and new.expires_at is null) BEGIN
	insert into counters (scope, resource, amount) select new.organization_id, 'lasting_keys', iif(new.revoked_at is null and new.expires_at is null, 1, -1) where true on conflict (scope, resource) do update set amount = amount + excluded.amount;
END;
--> statement-breakpoint
CREATE TRIGGER `keys_counted_delete` AFTER DELETE ON `api_keys` WHEN old.revoked_at is null and old.expires_at is null BEGIN
	insert into counters (scope, resource, amount) select old.organization_id, 'lasting_keys', -1 where true on conflict (scope, resource) do update set amount = amount + excluded.amount;
END;
--> statement-breakpoint
CREATE TRIGGER `deployments_live_insert` AFTER INSERT ON `deployments` WHEN new.type = 'realtime' BEGIN
	insert or ignore into live_plugins (namespace_id, plugin_id, organization_id) values (new.namespace_id, new.plugin_id, new.organization_id);
	delete from live_plugins where namespace_id = new.namespace_id and plugin_id = new.plugin_id and not exists (select 1 from deployments d where d.namespace_id = new.namespace_id and d.plugin_id = new.plugin_id and d.status in ('queued', 'claimed', 'building', 'starting', 'verifying', 'ready', 'promoted') and d.type = 'realtime' and (d.status <> 'promoted' or exists (select 1 from live_pointers p where p.target_id = d.id)));
END;
--> statement-breakpoint
CREATE TRIGGER `deployments_live_update` AFTER UPDATE OF status ON `deployments` WHEN new.type = 'realtime' and old.status <> new.status and new.status in ('promoted', 'failed', 'superseded', 'cancelled', 'stopped') BEGIN
	delete from live_plugins where namespace_id = new.namespace_id and plugin_id = new.plugin_id and not exists (select 1 from deployments d where d.namespace_id = new.namespace_id and d.plugin_id = new.plugin_id and d.status in ('queued', 'claimed', 'building', 'starting', 'verifying', 'ready', 'promoted') and d.type = 'realtime' and (d.status <> 'promoted' or exists (select 1 from live_pointers p where p.target_id = d.id)));
END;
--> statement-breakpoint
CREATE TRIGGER `deployments_live_delete` AFTER DELETE ON `deployments` WHEN old.type = 'realtime' and old.status not in ('failed', 'superseded', 'cancelled', 'stopped') BEGIN
	delete from live_plugins where namespace_id = old.namespace_id and plugin_id = old.plugin_id and not exists (select 1 from deployments d where d.namespace_id = old.namespace_id and d.plugin_id = old.plugin_id and d.status in ('queued', 'claimed', 'building', 'starting', 'verifying', 'ready', 'promoted') and d.type = 'realtime' and (d.status <> 'promoted' or exists (select 1 from live_pointers p where p.target_id = d.id)));
END;
--> statement-breakpoint
CREATE TRIGGER `pointers_live_insert` AFTER INSERT ON `live_pointers` WHEN new.target_id is not null BEGIN
	insert or ignore into live_plugins (namespace_id, plugin_id, organization_id) select d.namespace_id, d.plugin_id, d.organization_id from deployments d where d.id = new.target_id and d.type = 'realtime' and d.status = 'promoted';
END;
--> statement-breakpoint
CREATE TRIGGER `pointers_live_update` AFTER UPDATE OF target_id ON `live_pointers` WHEN old.target_id is not new.target_id BEGIN
	insert or ignore into live_plugins (namespace_id, plugin_id, organization_id) select d.namespace_id, d.plugin_id, d.organization_id from deployments d where d.id = new.target_id and d.type = 'realtime' and d.status = 'promoted';
	delete from live_plugins where (namespace_id, plugin_id) = (select d.namespace_id, d.plugin_id from deployments d where d.id = old.target_id) and not exists (select 1 from deployments d where d.namespace_id = live_plugins.namespace_id and d.plugin_id = live_plugins.plugin_id and d.status in ('queued', 'claimed', 'building', 'starting', 'verifying', 'ready', 'promoted') and d.type = 'realtime' and (d.status <> 'promoted' or exists (select 1 from live_pointers p where p.target_id = d.id)));
END;
--> statement-breakpoint
CREATE TRIGGER `pointers_live_delete` AFTER DELETE ON `live_pointers` WHEN old.target_id is not null BEGIN
	delete from live_plugins where (namespace_id, plugin_id) = (select d.namespace_id, d.plugin_id from deployments d where d.id = old.target_id) and not exists (select 1 from deployments d where d.namespace_id = live_plugins.namespace_id and d.plugin_id = live_plugins.plugin_id and d.status in ('queued', 'claimed', 'building', 'starting', 'verifying', 'ready', 'promoted') and d.type = 'realtime' and (d.status <> 'promoted' or exists (select 1 from live_pointers p where p.target_id = d.id)));
END;
--> statement-breakpoint
CREATE TRIGGER `live_plugins_counted_insert` AFTER INSERT ON `live_plugins` WHEN true BEGIN
	insert into counters (scope, resource, amount) select new.organization_id, 'live_plugins', 1 where true on conflict (scope, resource) do update set amount = amount + excluded.amount;
END;
--> statement-breakpoint
CREATE TRIGGER `live_plugins_counted_delete` AFTER DELETE ON `live_plugins` WHEN true BEGIN
	insert into counters (scope, resource, amount) select old.organization_id, 'live_plugins', -1 where true on conflict (scope, resource) do update set amount = amount + excluded.amount;
END;
--> statement-breakpoint
INSERT INTO `progress` (`work`, `seq`) VALUES ('fan-out', 0), ('sealing', 0);
