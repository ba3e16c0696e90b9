CREATE TABLE `search_blocks` (
	`organization_id` text NOT NULL,
	`first` text NOT NULL,
	`lines` text NOT NULL,
	PRIMARY KEY(`organization_id`, `first`)
);
--> statement-breakpoint
CREATE TABLE `search_words` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`number` integer NOT NULL,
	`revision` integer NOT NULL,
	`read_revision` integer NOT NULL,
	`queued` text,
	`merged` text,
	`merging` integer NOT NULL,
	`lease_token` text,
	`lease_until` integer,
	FOREIGN KEY (`organization_id`) REFERENCES `organizations`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `search_words_number` ON `search_words` (`organization_id`,`number`);--> statement-breakpoint
CREATE INDEX `search_words_due` ON `search_words` (`id`) WHERE revision <> read_revision;--> statement-breakpoint
CREATE INDEX `search_words_queue` ON `search_words` (`organization_id`,`number`) WHERE queued is not null;--> statement-breakpoint
CREATE INDEX `search_words_merging` ON `search_words` (`organization_id`,`number`) WHERE merging;