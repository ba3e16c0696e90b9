CREATE TABLE `models` (
	`namespace_id` text NOT NULL,
	`name` text NOT NULL,
	`id` text NOT NULL,
	`organization_id` text NOT NULL,
	`sha256` text NOT NULL,
	`size_bytes` integer NOT NULL,
	`waived_because` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`updated_by` text NOT NULL,
	PRIMARY KEY(`namespace_id`, `name`)
);
--> statement-breakpoint
CREATE INDEX `models_content` ON `models` (`organization_id`,`sha256`,`size_bytes`);