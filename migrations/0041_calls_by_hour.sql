CREATE TABLE `call_hours` (
	`namespace_id` text NOT NULL,
	`plugin_id` text NOT NULL,
	`hour` integer NOT NULL,
	`version` text NOT NULL,
	`calls` integer NOT NULL,
	`errors` integer NOT NULL,
	`latencies` text NOT NULL,
	PRIMARY KEY(`namespace_id`, `plugin_id`, `hour`, `version`)
);
--> statement-breakpoint
CREATE INDEX `call_hours_hour` ON `call_hours` (`hour`);