DROP INDEX `pushes_to_report`;--> statement-breakpoint
CREATE INDEX `pushes_to_report` ON `pushes` (`organization_id`,`report_at`) WHERE report_at is not null;