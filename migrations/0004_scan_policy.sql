CREATE TABLE `scan_policies` (
	`organization_id` text PRIMARY KEY NOT NULL,
	`level` text NOT NULL,
	`updated_by` text NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`organization_id`) REFERENCES `organizations`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "scan_policies_level" CHECK("scan_policies"."level" in ('seed', 'strict'))
);
--> statement-breakpoint
CREATE TABLE `waivers` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`plugin` text NOT NULL,
	`rule` text NOT NULL,
	`reason` text NOT NULL,
	`expires_at` integer NOT NULL,
	`created_by` text NOT NULL,
	`created_at` integer NOT NULL,
	`revoked_at` integer,
	`expiry_told_at` integer,
	FOREIGN KEY (`organization_id`) REFERENCES `organizations`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `waivers_plugin` ON `waivers` (`organization_id`,`plugin`);--> statement-breakpoint
CREATE INDEX `waivers_ending` ON `waivers` (`expires_at`) WHERE revoked_at is null and expiry_told_at is null;