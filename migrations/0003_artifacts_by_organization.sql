DROP INDEX `agent_artifacts_due`;--> statement-breakpoint
CREATE INDEX `agent_artifacts_in_progress` ON `agent_artifacts` (`organization_id`,`lease_until`) WHERE lease_until is not null;--> statement-breakpoint
CREATE INDEX `agent_artifacts_due` ON `agent_artifacts` (`organization_id`,`next_check_at`) WHERE next_check_at is not null;