ALTER TABLE `call_counts` ADD `invalid_inputs` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `call_totals` ADD `invalid_inputs` integer DEFAULT 0 NOT NULL;