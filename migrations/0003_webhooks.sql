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
CREATE TABLE `attempts` (
	`delivery_id` text NOT NULL,
	`number` integer NOT NULL,
	`started_at` integer NOT NULL,
	`duration_ms` integer NOT NULL,
	`status_code` integer,
	`error` text,
	`response_excerpt` text,
	PRIMARY KEY(`delivery_id`, `number`)
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
	CONSTRAINT "deliveries_status" CHECK("deliveries"."status" in ('pending', 'succeeded', 'failed')),
	CONSTRAINT "deliveries_next" CHECK((status = 'pending') = (next_at is not null))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `deliveries_event` ON `deliveries` (`endpoint_id`,`event_id`);--> statement-breakpoint
CREATE INDEX `deliveries_listed` ON `deliveries` (`endpoint_id`,`id`);--> statement-breakpoint
CREATE INDEX `deliveries_status` ON `deliveries` (`endpoint_id`,`status`,`created_at`);--> statement-breakpoint
CREATE INDEX `deliveries_due` ON `deliveries` (`endpoint_id`,`next_at`) WHERE status = 'pending';--> statement-breakpoint
CREATE INDEX `deliveries_finished` ON `deliveries` (`updated_at`) WHERE status <> 'pending';--> statement-breakpoint
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
	`lease_token` text,
	`lease_until` integer,
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
CREATE INDEX `webhook_endpoints_enabled` ON `webhook_endpoints` (`id`) WHERE status = 'enabled' and deleted_at is null;--> statement-breakpoint
CREATE TABLE `__new_events` (
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
INSERT INTO `__new_events`("id", "organization_id", "namespace_id", "type", "actor", "subject_id", "data", "created_at") SELECT "id", "organization_id", "namespace_id", "type", "actor", "subject_id", "data", "created_at" FROM `events` ORDER BY rowid;--> statement-breakpoint
DROP TABLE `events`;--> statement-breakpoint
ALTER TABLE `__new_events` RENAME TO `events`;--> statement-breakpoint
CREATE UNIQUE INDEX `events_id_unique` ON `events` (`id`);--> statement-breakpoint
CREATE INDEX `events_organization` ON `events` (`organization_id`,`seq`);--> statement-breakpoint
CREATE INDEX `events_time` ON `events` (`organization_id`,`created_at`);--> statement-breakpoint
CREATE INDEX `events_subject` ON `events` (`subject_id`,`seq`);