CREATE TABLE `api_keys` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`name` text NOT NULL,
	`prefix` text NOT NULL,
	`hash` text NOT NULL,
	`scopes` text NOT NULL,
	`namespace_ids` text,
	`created_at` integer NOT NULL,
	`expires_at` integer,
	`revoked_at` integer,
	`last_used_at` integer,
	FOREIGN KEY (`organization_id`) REFERENCES `organizations`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `api_keys_hash_unique` ON `api_keys` (`hash`);--> statement-breakpoint
CREATE INDEX `api_keys_organization` ON `api_keys` (`organization_id`);--> statement-breakpoint
CREATE TABLE `dead_letters` (
	`id` text PRIMARY KEY NOT NULL,
	`queue` text NOT NULL,
	`body` text,
	`reason` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `deployment_steps` (
	`deployment_id` text NOT NULL,
	`step` text NOT NULL,
	`attempt` integer NOT NULL,
	`started_at` integer NOT NULL,
	`ended_at` integer,
	`error` text,
	`log` text,
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
	`lease_token` text,
	`lease_until` integer,
	`attempts` integer DEFAULT 0 NOT NULL,
	`next_attempt_at` integer,
	`error` text,
	`created_by` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`promoted_at` integer,
	`stop_after` integer,
	`instance_stopped_at` integer,
	FOREIGN KEY (`plugin_id`) REFERENCES `plugins`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`version_id`) REFERENCES `plugin_versions`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "deployments_status" CHECK("deployments"."status" in ('queued', 'claimed', 'building', 'starting', 'verifying', 'ready', 'promoted', 'failed', 'superseded', 'cancelled', 'stopped')),
	CONSTRAINT "deployments_type" CHECK("deployments"."type" in ('realtime', 'batch_only'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `deployments_generation` ON `deployments` (`namespace_id`,`version_id`,`generation`);--> statement-breakpoint
CREATE INDEX `deployments_plugin` ON `deployments` (`namespace_id`,`plugin_id`,`ticket`);--> statement-breakpoint
CREATE INDEX `deployments_unfinished` ON `deployments` (`status`,`updated_at`);--> statement-breakpoint
CREATE INDEX `deployments_to_stop` ON `deployments` (`stop_after`) WHERE instance_stopped_at is null and stop_after is not null;--> statement-breakpoint
CREATE TABLE `events` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`namespace_id` text,
	`type` text NOT NULL,
	`actor` text NOT NULL,
	`subject_id` text NOT NULL,
	`data` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `events_organization` ON `events` (`organization_id`,`id`);--> statement-breakpoint
CREATE INDEX `events_subject` ON `events` (`subject_id`,`id`);--> statement-breakpoint
CREATE TABLE `live_pointers` (
	`namespace_id` text NOT NULL,
	`subject_id` text NOT NULL,
	`target_id` text,
	`ticket` integer NOT NULL,
	`last_ticket` integer NOT NULL,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`namespace_id`, `subject_id`)
);
--> statement-breakpoint
CREATE INDEX `live_pointers_target` ON `live_pointers` (`target_id`);--> statement-breakpoint
CREATE TABLE `namespaces` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`name` text NOT NULL,
	`type` text NOT NULL,
	`description` text,
	`feature_extractors` text NOT NULL,
	`settings` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`deleted_at` integer,
	FOREIGN KEY (`organization_id`) REFERENCES `organizations`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "namespaces_type" CHECK("namespaces"."type" in ('standard', 'marketplace'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `namespaces_name` ON `namespaces` (`organization_id`,`name`) WHERE deleted_at is null;--> statement-breakpoint
CREATE TABLE `organizations` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `outbox` (
	`id` text PRIMARY KEY NOT NULL,
	`queue` text NOT NULL,
	`body` text NOT NULL,
	`created_at` integer NOT NULL,
	`due_at` integer NOT NULL,
	`sent_at` integer,
	CONSTRAINT "outbox_queue" CHECK("outbox"."queue" in ('scans', 'deployments', 'deliveries'))
);
--> statement-breakpoint
CREATE INDEX `outbox_unsent` ON `outbox` (`due_at`) WHERE sent_at is null;--> statement-breakpoint
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
	`has_realtime` integer NOT NULL,
	`feature_uri` text NOT NULL,
	`scan_id` text NOT NULL,
	`created_by` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`deleted_at` integer,
	`archive_released_at` integer,
	FOREIGN KEY (`plugin_id`) REFERENCES `plugins`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`scan_id`) REFERENCES `scans`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "plugin_versions_kind" CHECK("plugin_versions"."kind" in ('extractor', 'pipeline', 'storage', 'agent'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `plugin_versions_number` ON `plugin_versions` (`owner_id`,`kind`,`name`,`major`,`minor`,`patch`) WHERE deleted_at is null;--> statement-breakpoint
CREATE INDEX `plugin_versions_plugin` ON `plugin_versions` (`plugin_id`);--> statement-breakpoint
CREATE INDEX `plugin_versions_digest` ON `plugin_versions` (`sha256`);--> statement-breakpoint
CREATE TABLE `plugins` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`owner_id` text NOT NULL,
	`kind` text NOT NULL,
	`name` text NOT NULL,
	`active_version_id` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`organization_id`) REFERENCES `organizations`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "plugins_kind" CHECK("plugins"."kind" in ('extractor', 'pipeline', 'storage', 'agent'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `plugins_name` ON `plugins` (`owner_id`,`kind`,`name`);--> statement-breakpoint
CREATE TABLE `quotas` (
	`organization_id` text NOT NULL,
	`resource` text NOT NULL,
	`max_allowed` integer NOT NULL,
	PRIMARY KEY(`organization_id`, `resource`)
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
	`files_scanned` integer NOT NULL,
	`created_at` integer NOT NULL,
	CONSTRAINT "scans_status" CHECK("scans"."status" in ('queued', 'running', 'done', 'errored')),
	CONSTRAINT "scans_verdict" CHECK("scans"."verdict" in ('pass', 'warn', 'reject'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `scans_key` ON `scans` (`sha256`,`policy_version`,`level`);--> statement-breakpoint
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
	`expected_etag` text,
	`expected_bytes` integer,
	`status` text NOT NULL,
	`lease_token` text,
	`lease_until` integer,
	`attempts` integer DEFAULT 0 NOT NULL,
	`expires_at` integer NOT NULL,
	`version_id` text,
	`findings` text,
	`rejected_because` text,
	`created_by` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	CONSTRAINT "uploads_status" CHECK("uploads"."status" in ('open', 'confirming', 'accepted', 'rejected', 'expired'))
);
--> statement-breakpoint
CREATE INDEX `uploads_name` ON `uploads` (`owner_id`,`kind`,`name`);--> statement-breakpoint
CREATE INDEX `uploads_unfinished` ON `uploads` (`status`,`updated_at`);