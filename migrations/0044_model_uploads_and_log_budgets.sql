CREATE TABLE `log_budgets` (
	`organization_id` text PRIMARY KEY NOT NULL,
	`day` integer NOT NULL,
	`bytes` integer NOT NULL
);
--> statement-breakpoint
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
CREATE INDEX `model_uploads_expiry` ON `model_uploads` (`expires_at`);