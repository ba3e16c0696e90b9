ALTER TABLE `call_hours` ADD `checked` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `call_hours` ADD `mismatched` integer DEFAULT 0 NOT NULL;