CREATE TABLE `promotions` (
	`namespace_id` text NOT NULL,
	`plugin_id` text NOT NULL,
	`version_id` text NOT NULL,
	`ticket` integer NOT NULL,
	`promoted_at` integer NOT NULL,
	PRIMARY KEY(`namespace_id`, `plugin_id`, `version_id`),
	FOREIGN KEY (`plugin_id`) REFERENCES `plugins`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`version_id`) REFERENCES `plugin_versions`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `promotions_version` ON `promotions` (`version_id`);--> statement-breakpoint
INSERT INTO `promotions` (`namespace_id`, `plugin_id`, `version_id`, `ticket`, `promoted_at`)
SELECT `namespace_id`, `plugin_id`, `version_id`, max(`ticket`), max(`promoted_at`) FROM `deployments`
WHERE `promoted_at` IS NOT NULL AND `version_id` IN (SELECT `id` FROM `plugin_versions` WHERE `deleted_at` IS NULL)
GROUP BY `namespace_id`, `plugin_id`, `version_id`;
--> statement-breakpoint
INSERT INTO `promotions` (`namespace_id`, `plugin_id`, `version_id`, `ticket`, `promoted_at`)
SELECT `namespace_id`, `subject_id`, `target_id`, `ticket`, `updated_at` FROM `live_pointers`
WHERE `subject_id` IN (SELECT `id` FROM `plugins`) AND `target_id` IS NOT NULL
ON CONFLICT DO UPDATE SET `ticket` = max(`ticket`, `excluded`.`ticket`);
