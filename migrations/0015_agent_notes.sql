ALTER TABLE `agent_artifacts` ADD `description` text;--> statement-breakpoint
ALTER TABLE `agent_artifacts` ADD `labels` text;--> statement-breakpoint
ALTER TABLE `agent_artifacts` ADD `deprecation` text;--> statement-breakpoint
ALTER TABLE `agent_artifacts` ADD `last_fetched_at` integer;--> statement-breakpoint
CREATE INDEX `agent_artifacts_organization` ON `agent_artifacts` (`organization_id`);--> statement-breakpoint
CREATE INDEX `agent_artifacts_checksum` ON `agent_artifacts` (`checksum`);--> statement-breakpoint
CREATE INDEX `agent_artifacts_yanked` ON `agent_artifacts` (`yanked_at`) WHERE yanked_at is not null;