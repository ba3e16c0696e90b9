CREATE TABLE `dismissals` (
	`organization_id` text NOT NULL,
	`viewer_id` text NOT NULL,
	`need_id` text NOT NULL,
	`fingerprint` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`organization_id`, `viewer_id`, `need_id`)
);
--> statement-breakpoint
CREATE INDEX `dismissals_age` ON `dismissals` (`created_at`);--> statement-breakpoint
CREATE TABLE `attention_summaries` (
	`organization_id` text PRIMARY KEY NOT NULL,
	`day` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `webhook_endpoints_summaries` ON `webhook_endpoints` (`organization_id`) WHERE instr(event_filters, '"attention.') > 0 and status = 'enabled' and deleted_at is null;