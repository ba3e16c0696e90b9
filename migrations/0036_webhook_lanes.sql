CREATE TABLE `webhook_lanes` (
	`endpoint_id` text NOT NULL,
	`lane` integer NOT NULL,
	`lease_token` text,
	`lease_until` integer,
	PRIMARY KEY(`endpoint_id`, `lane`)
);
--> statement-breakpoint
DROP INDEX `deliveries_status`;--> statement-breakpoint
DROP INDEX `deliveries_due`;--> statement-breakpoint
DROP INDEX `deliveries_finished`;--> statement-breakpoint
ALTER TABLE `deliveries` ADD `lane` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX `deliveries_not_succeeded` ON `deliveries` (`endpoint_id`,`status`,`id`) WHERE status <> 'succeeded';--> statement-breakpoint
CREATE INDEX `deliveries_due_in_lane` ON `deliveries` (`endpoint_id`,`lane`,`next_at`) WHERE status = 'pending';--> statement-breakpoint
ALTER TABLE `webhook_endpoints` ADD `hang_score` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `webhook_endpoints` ADD `timeout_ms` integer;