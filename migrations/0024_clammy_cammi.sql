CREATE TABLE `environments` (
	`key` text PRIMARY KEY NOT NULL,
	`lock` text NOT NULL,
	`python` text NOT NULL,
	`platform` text NOT NULL,
	`archive` text NOT NULL,
	`archive_bytes` integer NOT NULL,
	`size_bytes` integer NOT NULL,
	`files` integer NOT NULL,
	`packages` text NOT NULL,
	`removed` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `environments_lock` ON `environments` (`lock`);--> statement-breakpoint
CREATE INDEX `environments_archive` ON `environments` (`archive`);--> statement-breakpoint
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
CREATE INDEX `plugin_locks_digest` ON `plugin_locks` (`digest`);