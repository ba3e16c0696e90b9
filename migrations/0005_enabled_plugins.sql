CREATE TABLE `enabled_plugins` (
	`namespace_id` text NOT NULL,
	`version_id` text NOT NULL,
	`plugin_id` text NOT NULL,
	`parameters` text NOT NULL,
	`activation` integer,
	`created_by` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`namespace_id`, `version_id`),
	FOREIGN KEY (`version_id`) REFERENCES `plugin_versions`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`plugin_id`) REFERENCES `plugins`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `enabled_plugins_plugin` ON `enabled_plugins` (`namespace_id`,`plugin_id`);--> statement-breakpoint
CREATE INDEX `enabled_plugins_version` ON `enabled_plugins` (`version_id`);