ALTER TABLE `plugin_versions` ADD `files_sha256` text;--> statement-breakpoint
CREATE INDEX `plugin_versions_files` ON `plugin_versions` (`files_sha256`);