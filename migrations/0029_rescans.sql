CREATE TABLE `rescans` (
	`organization_id` text NOT NULL,
	`plugin` text NOT NULL,
	`after_name` text NOT NULL,
	`after_id` text NOT NULL,
	`remaining` integer NOT NULL,
	PRIMARY KEY(`organization_id`, `plugin`)
);
--> statement-breakpoint
DROP INDEX `plugin_versions_of_organization`;--> statement-breakpoint
CREATE INDEX `plugin_versions_scan` ON `plugin_versions` (`scan_id`);--> statement-breakpoint
CREATE INDEX `plugin_versions_unclaimed` ON `plugin_versions` (`organization_id`,`judged_policy`) WHERE deleted_at is null and judging_until is null;--> statement-breakpoint
CREATE INDEX `plugin_versions_claimed` ON `plugin_versions` (`organization_id`,`judging_until`) WHERE deleted_at is null and judging_until is not null;--> statement-breakpoint
CREATE INDEX `plugin_versions_of_organization` ON `plugin_versions` (`organization_id`,`name`,`id`) WHERE deleted_at is null;--> statement-breakpoint
DROP INDEX `deliveries_status`;--> statement-breakpoint
CREATE INDEX `deliveries_type` ON `deliveries` (`endpoint_id`,`event_type`,`id`);--> statement-breakpoint
CREATE INDEX `deliveries_status` ON `deliveries` (`endpoint_id`,`status`,`id`);--> statement-breakpoint
CREATE INDEX `vector_features_namespace` ON `vector_features` (`namespace_id`);--> statement-breakpoint
INSERT INTO progress (work, seq) SELECT 'fan-out', coalesce((SELECT min(e.event_cursor) FROM webhook_endpoints e WHERE e.status = 'enabled' AND e.deleted_at IS NULL AND EXISTS (SELECT 1 FROM events v WHERE v.organization_id = e.organization_id AND v.seq > e.event_cursor)), (SELECT max(seq) FROM events), 0) WHERE NOT EXISTS (SELECT 1 FROM progress WHERE work = 'fan-out');--> statement-breakpoint
INSERT INTO progress (work, seq) SELECT 'sealing', coalesce((SELECT min(s.seq) FROM (SELECT o.id AS id, coalesce((SELECT max(b.last_seq) FROM event_blocks b WHERE b.organization_id = o.id), 0) AS seq FROM organizations o) s WHERE EXISTS (SELECT 1 FROM events v WHERE v.organization_id = s.id AND v.seq > s.seq)), (SELECT max(seq) FROM events), 0) WHERE NOT EXISTS (SELECT 1 FROM progress WHERE work = 'sealing');--> statement-breakpoint
PRAGMA optimize;
