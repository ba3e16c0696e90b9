ALTER TABLE `deployment_steps` ADD `log_lines` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX `deployments_listed` ON `deployments` (`namespace_id`,`id`);--> statement-breakpoint
CREATE INDEX `deployments_version` ON `deployments` (`version_id`,`id`);