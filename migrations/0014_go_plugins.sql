CREATE TABLE `builds` (
	`key` text PRIMARY KEY NOT NULL,
	`built` text,
	`error` text,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
ALTER TABLE `plugin_versions` ADD `origin` text;--> statement-breakpoint
ALTER TABLE `plugin_versions` ADD `definition` text;--> statement-breakpoint
ALTER TABLE `plugin_versions` ADD `built` text;--> statement-breakpoint
ALTER TABLE `uploads` ADD `origin` text;--> statement-breakpoint
ALTER TABLE `uploads` ADD `refusal` text;