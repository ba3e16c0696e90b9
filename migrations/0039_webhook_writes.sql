DROP INDEX `deliveries_listed`;--> statement-breakpoint
DROP INDEX `deliveries_not_succeeded`;--> statement-breakpoint
DROP INDEX `deliveries_type`;--> statement-breakpoint
ALTER TABLE `deliveries` ADD `attempts_made` text;--> statement-breakpoint
CREATE INDEX `deliveries_failed` ON `deliveries` (`endpoint_id`,`event_id`) WHERE status = 'failed';--> statement-breakpoint
CREATE INDEX `builds_artifact` ON `builds` ((built ->> '$.artifact.sha256'));