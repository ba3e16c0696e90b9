CREATE TABLE `secrets` (
	`namespace_id` text NOT NULL,
	`name` text NOT NULL,
	`id` text NOT NULL,
	`sealed` text NOT NULL,
	`revision` integer NOT NULL,
	`restart_due` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`updated_by` text NOT NULL,
	PRIMARY KEY(`namespace_id`, `name`)
);
--> statement-breakpoint
CREATE INDEX `secrets_restart_due` ON `secrets` (`updated_at`) WHERE restart_due = 1;--> statement-breakpoint
ALTER TABLE `namespaces` ADD `secret_revision` integer;--> statement-breakpoint
ALTER TABLE `deployments` ADD `secret_revision` integer;