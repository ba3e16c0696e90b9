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
ALTER TABLE `uploads` ADD `fetched_at` integer;--> statement-breakpoint
ALTER TABLE `uploads` ADD `scanned_at` integer;--> statement-breakpoint
ALTER TABLE `uploads` ADD `built_at` integer;