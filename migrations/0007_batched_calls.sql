ALTER TABLE `call_counts` ADD `batched_calls` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `call_counts` ADD `batch_millionths` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `call_counts` ADD `batch_wait_ms` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `call_totals` ADD `batched_calls` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `call_totals` ADD `batch_millionths` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `call_totals` ADD `batch_wait_ms` integer DEFAULT 0 NOT NULL;