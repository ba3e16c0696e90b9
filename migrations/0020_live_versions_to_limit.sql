ALTER TABLE `live_pointers` ADD `limit_ticket` integer;--> statement-breakpoint
CREATE INDEX `live_pointers_to_limit` ON `live_pointers` (`updated_at`) WHERE limit_ticket is not null;