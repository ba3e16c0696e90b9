CREATE TABLE `plugin_grants` (
	`plugin_id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`permissions` text NOT NULL,
	`granted_by` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`plugin_id`) REFERENCES `plugins`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`organization_id`) REFERENCES `organizations`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `plugin_grants_listed` ON `plugin_grants` (`organization_id`,`plugin_id`);