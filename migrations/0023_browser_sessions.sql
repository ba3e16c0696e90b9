CREATE TABLE `browser_sessions` (
	`id` text PRIMARY KEY NOT NULL,
	`key_id` text NOT NULL,
	`key_hash` text NOT NULL,
	`state` text NOT NULL,
	`hash` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	CONSTRAINT "browser_sessions_state" CHECK("browser_sessions"."state" in ('link', 'open'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `browser_sessions_hash_unique` ON `browser_sessions` (`hash`);--> statement-breakpoint
CREATE INDEX `browser_sessions_expiry` ON `browser_sessions` (`expires_at`);