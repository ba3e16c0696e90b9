ALTER TABLE `deployments` ADD `takes_name` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `plugin_versions` ADD `activation` integer;