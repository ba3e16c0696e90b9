CREATE TABLE `released_archives` (
	`sha256` text PRIMARY KEY NOT NULL,
	`released_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `store_sweeps` (
	`prefix` text PRIMARY KEY NOT NULL,
	`last_key` text
);
