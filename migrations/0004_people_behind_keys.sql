ALTER TABLE `api_keys` ADD `made_by` text;--> statement-breakpoint
ALTER TABLE `deploy_hooks` ADD `changed_by` text;