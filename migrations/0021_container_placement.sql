ALTER TABLE `organizations` ADD `jurisdiction` text;--> statement-breakpoint
ALTER TABLE `deployments` ADD `placement` text;