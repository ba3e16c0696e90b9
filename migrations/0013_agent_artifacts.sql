CREATE TABLE `agent_artifacts` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`name` text NOT NULL,
	`name_key` text NOT NULL,
	`version` text NOT NULL,
	`plugin_type` text NOT NULL,
	`artifact_url` text NOT NULL,
	`checksum` text NOT NULL,
	`config_schema` text NOT NULL,
	`plugin_runtime` text NOT NULL,
	`verification` text NOT NULL,
	`attempts` integer NOT NULL,
	`next_check_at` integer,
	`lease_token` text,
	`lease_until` integer,
	`checked_at` integer,
	`failure` text,
	`failure_detail` text,
	`actual_sha256` text,
	`size_bytes` integer,
	`content_type` text,
	`mirrored` integer NOT NULL,
	`registered_by` text NOT NULL,
	`registered_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`yanked_at` integer,
	FOREIGN KEY (`organization_id`) REFERENCES `organizations`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "agent_artifacts_verification" CHECK("agent_artifacts"."verification" in ('pending', 'verified', 'mismatch', 'unreachable', 'unverifiable'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `agent_artifacts_version` ON `agent_artifacts` (`name_key`,`version`);--> statement-breakpoint
CREATE INDEX `agent_artifacts_due` ON `agent_artifacts` (`next_check_at`) WHERE next_check_at is not null;