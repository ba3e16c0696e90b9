ALTER TABLE `uploads` ADD `to_deploy` integer;--> statement-breakpoint
CREATE INDEX `uploads_to_deploy` ON `uploads` (`updated_at`) WHERE to_deploy and status = 'accepted';