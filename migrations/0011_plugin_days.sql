CREATE TABLE `stored_months` (
	`organization_id` text NOT NULL,
	`month` text NOT NULL,
	`bytes` integer NOT NULL,
	`recorded_at` integer NOT NULL,
	PRIMARY KEY(`organization_id`, `month`)
);
--> statement-breakpoint
CREATE INDEX `stored_months_age` ON `stored_months` (`month`);--> statement-breakpoint
CREATE TABLE `plugin_callers` (
	`namespace_id` text NOT NULL,
	`plugin_id` text NOT NULL,
	`caller` text NOT NULL,
	`last_day` integer NOT NULL,
	`days` integer NOT NULL,
	PRIMARY KEY(`namespace_id`, `plugin_id`, `caller`)
);
--> statement-breakpoint
CREATE TABLE `plugin_days` (
	`owner_id` text NOT NULL,
	`plugin_id` text NOT NULL,
	`day` integer NOT NULL,
	`calls` integer NOT NULL,
	`callers` integer NOT NULL,
	`downloads` integer NOT NULL,
	`called_at` integer,
	PRIMARY KEY(`owner_id`, `plugin_id`, `day`)
);
--> statement-breakpoint
CREATE INDEX `plugin_days_age` ON `plugin_days` (`day`);