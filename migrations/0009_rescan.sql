ALTER TABLE `plugin_versions` ADD `verdict` text;--> statement-breakpoint
ALTER TABLE `plugin_versions` ADD `judged_policy` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `plugin_versions` ADD `judging_until` integer;--> statement-breakpoint
ALTER TABLE `plugin_versions` ADD `judging_attempts` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX `plugin_versions_to_judge` ON `plugin_versions` (`judged_policy`,`organization_id`) WHERE deleted_at is null;--> statement-breakpoint
ALTER TABLE `scans` ADD `error_rules` text DEFAULT '[]' NOT NULL;