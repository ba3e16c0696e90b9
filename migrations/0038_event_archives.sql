CREATE TABLE `event_archives` (
	`organization_id` text NOT NULL,
	`first_block` integer NOT NULL,
	`last_block` integer NOT NULL,
	`last_hash` text NOT NULL,
	`last_seq` integer NOT NULL,
	`last_event_at` integer NOT NULL,
	`events` integer NOT NULL,
	`sha256` text NOT NULL,
	`archived_at` integer NOT NULL,
	PRIMARY KEY(`organization_id`, `last_block`)
);
