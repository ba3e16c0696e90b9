CREATE TABLE `counters` (
	`scope` text NOT NULL,
	`resource` text NOT NULL,
	`amount` integer NOT NULL,
	PRIMARY KEY(`scope`, `resource`)
);
--> statement-breakpoint
CREATE TABLE `live_plugins` (
	`namespace_id` text NOT NULL,
	`plugin_id` text NOT NULL,
	`organization_id` text NOT NULL,
	PRIMARY KEY(`namespace_id`, `plugin_id`)
);
--> statement-breakpoint
CREATE TABLE `progress` (
	`work` text PRIMARY KEY NOT NULL,
	`seq` integer NOT NULL
);
--> statement-breakpoint
DROP INDEX `api_keys_organization`;--> statement-breakpoint
CREATE INDEX `api_keys_listed` ON `api_keys` (`organization_id`,`id`);--> statement-breakpoint
CREATE INDEX `api_keys_unrevoked` ON `api_keys` (`organization_id`,`expires_at`) WHERE revoked_at is null and expires_at is not null;--> statement-breakpoint
DROP INDEX `deployments_organization`;--> statement-breakpoint
DROP INDEX `deployments_unfinished`;--> statement-breakpoint
CREATE INDEX `deployments_named` ON `deployments` (`namespace_id`,`plugin_id`,`id`);--> statement-breakpoint
CREATE INDEX `deployments_in_state` ON `deployments` (`namespace_id`,`status`,`id`);--> statement-breakpoint
CREATE INDEX `deployments_at_work` ON `deployments` (`organization_id`,`lease_until`) WHERE status in ('queued', 'claimed', 'building', 'starting', 'verifying', 'ready');--> statement-breakpoint
CREATE INDEX `deployments_current` ON `deployments` (`namespace_id`,`plugin_id`) WHERE status in ('queued', 'claimed', 'building', 'starting', 'verifying', 'ready', 'promoted');--> statement-breakpoint
CREATE INDEX `deployments_ended` ON `deployments` (`updated_at`) WHERE status in ('failed', 'superseded', 'cancelled', 'stopped');--> statement-breakpoint
CREATE INDEX `deployments_unfinished` ON `deployments` (`updated_at`) WHERE status in ('queued', 'claimed', 'building', 'starting', 'verifying', 'ready');--> statement-breakpoint
DROP INDEX `agent_artifacts_yanked`;--> statement-breakpoint
CREATE INDEX `agent_artifacts_yanked` ON `agent_artifacts` (`yanked_at`) WHERE mirrored and yanked_at is not null;--> statement-breakpoint
DROP INDEX `plugin_versions_plugin`;--> statement-breakpoint
CREATE INDEX `plugin_versions_activation` ON `plugin_versions` (`plugin_id`,`activation`) WHERE activation is not null;--> statement-breakpoint
CREATE INDEX `plugin_versions_of_organization` ON `plugin_versions` (`organization_id`,`id`) WHERE deleted_at is null;--> statement-breakpoint
CREATE INDEX `plugin_versions_to_release` ON `plugin_versions` (`deleted_at`) WHERE deleted_at is not null and archive_released_at is null;--> statement-breakpoint
CREATE INDEX `plugin_versions_installed` ON `plugin_versions` (`id`) WHERE kind in ('pipeline', 'storage');--> statement-breakpoint
CREATE INDEX `plugin_versions_plugin` ON `plugin_versions` (`plugin_id`,`id`);--> statement-breakpoint
ALTER TABLE `namespaces` ADD `emptied_at` integer;--> statement-breakpoint
CREATE INDEX `namespaces_to_empty` ON `namespaces` (`deleted_at`) WHERE deleted_at is not null and emptied_at is null;--> statement-breakpoint
CREATE INDEX `live_pointers_subject` ON `live_pointers` (`subject_id`) WHERE target_id is not null;--> statement-breakpoint
CREATE INDEX `promotions_order` ON `promotions` (`namespace_id`,`plugin_id`,`ticket`);--> statement-breakpoint
CREATE INDEX `dead_letters_created` ON `dead_letters` (`created_at`);--> statement-breakpoint
CREATE INDEX `events_type` ON `events` (`organization_id`,`type`,`seq`);--> statement-breakpoint
CREATE INDEX `events_namespace` ON `events` (`namespace_id`,`seq`) WHERE namespace_id is not null;--> statement-breakpoint
CREATE INDEX `waivers_listed` ON `waivers` (`organization_id`,`id`);--> statement-breakpoint
CREATE INDEX `uploads_pending` ON `uploads` (`owner_id`,`kind`,`name`) WHERE status in ('open', 'confirming');--> statement-breakpoint
CREATE INDEX `uploads_unannounced` ON `uploads` (`owner_id`,`expires_at`) WHERE status = 'open' and announced_bytes is null;--> statement-breakpoint
CREATE INDEX `uploads_expiring` ON `uploads` (`expires_at`) WHERE status = 'open';--> statement-breakpoint
CREATE INDEX `uploads_version` ON `uploads` (`version_id`) WHERE version_id is not null;--> statement-breakpoint
CREATE INDEX `webhook_endpoints_deleted` ON `webhook_endpoints` (`deleted_at`) WHERE deleted_at is not null;