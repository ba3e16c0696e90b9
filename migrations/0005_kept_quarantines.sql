CREATE TABLE `kept_quarantines` (
	`id` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`sha256` text NOT NULL,
	`upload_sha256` text NOT NULL,
	`files_sha256` text,
	`quarantined` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `kept_quarantines_content` ON `kept_quarantines` (`sha256`,`id`);--> statement-breakpoint
CREATE INDEX `kept_quarantines_uploads` ON `kept_quarantines` (`upload_sha256`);--> statement-breakpoint
CREATE INDEX `kept_quarantines_files` ON `kept_quarantines` (`files_sha256`);