ALTER TABLE `advisories` ADD `import_id` text;--> statement-breakpoint
CREATE INDEX `advisories_import` ON `advisories` (`import_id`);--> statement-breakpoint
ALTER TABLE `version_advisories` ADD `uncompared` integer DEFAULT false NOT NULL;