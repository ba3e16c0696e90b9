ALTER TABLE `enabled_plugins` ADD `name` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `enabled_plugins` ADD `major` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `enabled_plugins` ADD `minor` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `enabled_plugins` ADD `patch` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX `enabled_plugins_listed` ON `enabled_plugins` (`namespace_id`,`name`,`major`,`minor`,`patch`);--> statement-breakpoint
CREATE INDEX `agent_artifacts_named` ON `agent_artifacts` (`name_key`,`id`);--> statement-breakpoint
CREATE INDEX `deployments_counting` ON `deployments` (`namespace_id`,`version_id`,`ticket`) WHERE status not in ('superseded', 'cancelled', 'stopped');--> statement-breakpoint
CREATE INDEX `deployments_promoted` ON `deployments` (`namespace_id`,`version_id`,`promoted_at`) WHERE promoted_at is not null;--> statement-breakpoint
update enabled_plugins set (name, major, minor, patch) = (select v.name, v.major, v.minor, v.patch from plugin_versions v where v.id = enabled_plugins.version_id);--> statement-breakpoint
CREATE TRIGGER `enabled_numbered_insert` AFTER INSERT ON `enabled_plugins` WHEN new.name = '' BEGIN
	update enabled_plugins set (name, major, minor, patch) = (select v.name, v.major, v.minor, v.patch from plugin_versions v where v.id = new.version_id) where namespace_id = new.namespace_id and version_id = new.version_id;
END;--> statement-breakpoint
CREATE TRIGGER `enabled_counted_insert` AFTER INSERT ON `enabled_plugins` WHEN true BEGIN
	insert into counters (scope, resource, amount) select new.namespace_id, 'enabled_versions', 1 where not exists (select 1 from plugins p where p.owner_id = new.namespace_id and p.kind = 'extractor' and p.name = (select v.name from plugin_versions v where v.id = new.version_id) and p.active_version_id is not null) on conflict (scope, resource) do update set amount = amount + excluded.amount;
END;--> statement-breakpoint
CREATE TRIGGER `enabled_counted_delete` AFTER DELETE ON `enabled_plugins` WHEN not exists (select 1 from plugins p where p.owner_id = old.namespace_id and p.kind = 'extractor' and p.name = old.name and p.active_version_id is not null) BEGIN
	insert into counters (scope, resource, amount) select old.namespace_id, 'enabled_versions', -1 where true on conflict (scope, resource) do update set amount = amount + excluded.amount;
END;--> statement-breakpoint
CREATE TRIGGER `enabled_counted_by_own` AFTER UPDATE OF active_version_id ON `plugins` WHEN new.kind = 'extractor' and (old.active_version_id is not null) <> (new.active_version_id is not null) BEGIN
	insert into counters (scope, resource, amount) select new.owner_id, 'enabled_versions', iif(new.active_version_id is not null, -1, 1) * (select count(*) from enabled_plugins e where e.namespace_id = new.owner_id and e.name = new.name) where (select count(*) from enabled_plugins e where e.namespace_id = new.owner_id and e.name = new.name) > 0 on conflict (scope, resource) do update set amount = amount + excluded.amount;
END;--> statement-breakpoint
CREATE TRIGGER `enabled_counted_by_new` AFTER INSERT ON `plugins` WHEN new.kind = 'extractor' and new.active_version_id is not null BEGIN
	insert into counters (scope, resource, amount) select new.owner_id, 'enabled_versions', -(select count(*) from enabled_plugins e where e.namespace_id = new.owner_id and e.name = new.name) where (select count(*) from enabled_plugins e where e.namespace_id = new.owner_id and e.name = new.name) > 0 on conflict (scope, resource) do update set amount = amount + excluded.amount;
END;--> statement-breakpoint
insert into counters (scope, resource, amount) select namespace_id, 'enabled_versions', count(*) from enabled_plugins where not exists (select 1 from plugins p where p.owner_id = enabled_plugins.namespace_id and p.kind = 'extractor' and p.name = enabled_plugins.name and p.active_version_id is not null) group by namespace_id;--> statement-breakpoint
PRAGMA optimize;
