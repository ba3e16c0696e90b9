ALTER TABLE `pushes` ADD `lost` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `search_words` ADD `tries` integer DEFAULT 0 NOT NULL;