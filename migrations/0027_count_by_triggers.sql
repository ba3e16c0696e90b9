CREATE TRIGGER `plugins_counted_insert` AFTER INSERT ON `plugins` WHEN new.active_version_id is not null BEGIN
	insert into counters (scope, resource, amount) select new.owner_id, 'plugins', 1 where true on conflict (scope, resource) do update set amount = amount + excluded.amount;
END;--> statement-breakpoint
CREATE TRIGGER `plugins_counted_update` AFTER UPDATE OF active_version_id ON `plugins` WHEN (old.active_version_id is not null) <> (new.active_version_id is not null) BEGIN
	insert into counters (scope, resource, amount) select new.owner_id, 'plugins', iif(new.active_version_id is not null, 1, -1) where true on conflict (scope, resource) do update set amount = amount + excluded.amount;
END;--> statement-breakpoint
CREATE TRIGGER `plugins_counted_delete` AFTER DELETE ON `plugins` WHEN old.active_version_id is not null BEGIN
	insert into counters (scope, resource, amount) select old.owner_id, 'plugins', -1 where true on conflict (scope, resource) do update set amount = amount + excluded.amount;
END;--> statement-breakpoint
CREATE TRIGGER `versions_counted_insert` AFTER INSERT ON `plugin_versions` WHEN new.deleted_at is null BEGIN
	insert into counters (scope, resource, amount) select new.owner_id, 'extractor_versions', 1 where new.kind = 'extractor' on conflict (scope, resource) do update set amount = amount + excluded.amount;
	insert into counters (scope, resource, amount) select new.plugin_id, 'plugin_versions', 1 where true on conflict (scope, resource) do update set amount = amount + excluded.amount;
	insert into counters (scope, resource, amount) select new.organization_id, 'versions', 1 where true on conflict (scope, resource) do update set amount = amount + excluded.amount;
	insert into counters (scope, resource, amount) select new.organization_id, 'stored_bytes', new.size_bytes where not exists (select 1 from plugin_versions v where v.organization_id = new.organization_id and v.sha256 = new.sha256 and v.deleted_at is null and v.id <> new.id) and not exists (select 1 from agent_artifacts a where a.checksum = new.sha256 and a.organization_id = new.organization_id and a.mirrored and a.yanked_at is null) on conflict (scope, resource) do update set amount = amount + excluded.amount;
END;--> statement-breakpoint
CREATE TRIGGER `versions_counted_update` AFTER UPDATE OF deleted_at ON `plugin_versions` WHEN old.deleted_at is null and new.deleted_at is not null BEGIN
	insert into counters (scope, resource, amount) select new.owner_id, 'extractor_versions', -1 where new.kind = 'extractor' on conflict (scope, resource) do update set amount = amount + excluded.amount;
	insert into counters (scope, resource, amount) select new.plugin_id, 'plugin_versions', -1 where true on conflict (scope, resource) do update set amount = amount + excluded.amount;
	insert into counters (scope, resource, amount) select new.organization_id, 'versions', -1 where true on conflict (scope, resource) do update set amount = amount + excluded.amount;
	insert into counters (scope, resource, amount) select new.organization_id, 'stored_bytes', -new.size_bytes where not exists (select 1 from plugin_versions v where v.organization_id = new.organization_id and v.sha256 = new.sha256 and v.deleted_at is null and v.id <> new.id) and not exists (select 1 from agent_artifacts a where a.checksum = new.sha256 and a.organization_id = new.organization_id and a.mirrored and a.yanked_at is null) on conflict (scope, resource) do update set amount = amount + excluded.amount;
END;--> statement-breakpoint
CREATE TRIGGER `versions_counted_delete` AFTER DELETE ON `plugin_versions` WHEN old.deleted_at is null BEGIN
	insert into counters (scope, resource, amount) select old.owner_id, 'extractor_versions', -1 where old.kind = 'extractor' on conflict (scope, resource) do update set amount = amount + excluded.amount;
	insert into counters (scope, resource, amount) select old.plugin_id, 'plugin_versions', -1 where true on conflict (scope, resource) do update set amount = amount + excluded.amount;
	insert into counters (scope, resource, amount) select old.organization_id, 'versions', -1 where true on conflict (scope, resource) do update set amount = amount + excluded.amount;
	insert into counters (scope, resource, amount) select old.organization_id, 'stored_bytes', -old.size_bytes where not exists (select 1 from plugin_versions v where v.organization_id = old.organization_id and v.sha256 = old.sha256 and v.deleted_at is null and v.id <> old.id) and not exists (select 1 from agent_artifacts a where a.checksum = old.sha256 and a.organization_id = old.organization_id and a.mirrored and a.yanked_at is null) on conflict (scope, resource) do update set amount = amount + excluded.amount;
END;--> statement-breakpoint
CREATE TRIGGER `copies_counted_insert` AFTER INSERT ON `agent_artifacts` WHEN new.mirrored and new.yanked_at is null BEGIN
	insert into counters (scope, resource, amount) select new.organization_id, 'stored_bytes', coalesce(new.size_bytes, 0) where new.mirrored and new.yanked_at is null and not exists (select 1 from plugin_versions v where v.organization_id = new.organization_id and v.sha256 = new.checksum and v.deleted_at is null) and not exists (select 1 from agent_artifacts a where a.checksum = new.checksum and a.organization_id = new.organization_id and a.mirrored and a.yanked_at is null and a.id <> new.id) on conflict (scope, resource) do update set amount = amount + excluded.amount;
END;--> statement-breakpoint
CREATE TRIGGER `copies_counted_update` AFTER UPDATE OF mirrored, yanked_at, size_bytes, checksum, organization_id ON `agent_artifacts` WHEN (old.mirrored and old.yanked_at is null) <> (new.mirrored and new.yanked_at is null) or old.size_bytes is not new.size_bytes or old.checksum <> new.checksum or old.organization_id <> new.organization_id BEGIN
	insert into counters (scope, resource, amount) select old.organization_id, 'stored_bytes', -coalesce(old.size_bytes, 0) where old.mirrored and old.yanked_at is null and not exists (select 1 from plugin_versions v where v.organization_id = old.organization_id and v.sha256 = old.checksum and v.deleted_at is null) and not exists (select 1 from agent_artifacts a where a.checksum = old.checksum and a.organization_id = old.organization_id and a.mirrored and a.yanked_at is null and a.id <> old.id) on conflict (scope, resource) do update set amount = amount + excluded.amount;
	insert into counters (scope, resource, amount) select new.organization_id, 'stored_bytes', coalesce(new.size_bytes, 0) where new.mirrored and new.yanked_at is null and not exists (select 1 from plugin_versions v where v.organization_id = new.organization_id and v.sha256 = new.checksum and v.deleted_at is null) and not exists (select 1 from agent_artifacts a where a.checksum = new.checksum and a.organization_id = new.organization_id and a.mirrored and a.yanked_at is null and a.id <> new.id) on conflict (scope, resource) do update set amount = amount + excluded.amount;
END;--> statement-breakpoint
CREATE TRIGGER `copies_counted_delete` AFTER DELETE ON `agent_artifacts` WHEN old.mirrored and old.yanked_at is null BEGIN
	insert into counters (scope, resource, amount) select old.organization_id, 'stored_bytes', -coalesce(old.size_bytes, 0) where old.mirrored and old.yanked_at is null and not exists (select 1 from plugin_versions v where v.organization_id = old.organization_id and v.sha256 = old.checksum and v.deleted_at is null) and not exists (select 1 from agent_artifacts a where a.checksum = old.checksum and a.organization_id = old.organization_id and a.mirrored and a.yanked_at is null and a.id <> old.id) on conflict (scope, resource) do update set amount = amount + excluded.amount;
END;--> statement-breakpoint
CREATE TRIGGER `uploads_counted_insert` AFTER INSERT ON `uploads` WHEN iif(new.status in ('open', 'confirming'), coalesce(new.announced_bytes, 0), 0) <> 0 BEGIN
	insert into counters (scope, resource, amount) select new.organization_id, 'reserved_bytes', iif(new.status in ('open', 'confirming'), coalesce(new.announced_bytes, 0), 0) where true on conflict (scope, resource) do update set amount = amount + excluded.amount;
END;--> statement-breakpoint
CREATE TRIGGER `uploads_counted_update` AFTER UPDATE OF status, announced_bytes ON `uploads` WHEN iif(old.status in ('open', 'confirming'), coalesce(old.announced_bytes, 0), 0) <> iif(new.status in ('open', 'confirming'), coalesce(new.announced_bytes, 0), 0) BEGIN
	insert into counters (scope, resource, amount) select new.organization_id, 'reserved_bytes', iif(new.status in ('open', 'confirming'), coalesce(new.announced_bytes, 0), 0) - iif(old.status in ('open', 'confirming'), coalesce(old.announced_bytes, 0), 0) where true on conflict (scope, resource) do update set amount = amount + excluded.amount;
END;--> statement-breakpoint
CREATE TRIGGER `uploads_counted_delete` AFTER DELETE ON `uploads` WHEN iif(old.status in ('open', 'confirming'), coalesce(old.announced_bytes, 0), 0) <> 0 BEGIN
	insert into counters (scope, resource, amount) select old.organization_id, 'reserved_bytes', -iif(old.status in ('open', 'confirming'), coalesce(old.announced_bytes, 0), 0) where true on conflict (scope, resource) do update set amount = amount + excluded.amount;
END;--> statement-breakpoint
CREATE TRIGGER `keys_counted_insert` AFTER INSERT ON `api_keys` WHEN new.revoked_at is null and new.expires_at is null BEGIN
	insert into counters (scope, resource, amount) select new.organization_id, 'lasting_keys', 1 where true on conflict (scope, resource) do update set amount = amount + excluded.amount;
END;--> statement-breakpoint
CREATE TRIGGER `keys_counted_update` AFTER UPDATE OF revoked_at, expires_at ON `api_keys` WHEN (old.revoked_at is null and old.expires_at is null) <> (new.revoked_at is null and new.expires_at is null) BEGIN
	insert into counters (scope, resource, amount) select new.organization_id, 'lasting_keys', iif(new.revoked_at is null and new.expires_at is null, 1, -1) where true on conflict (scope, resource) do update set amount = amount + excluded.amount;
END;--> statement-breakpoint
CREATE TRIGGER `keys_counted_delete` AFTER DELETE ON `api_keys` WHEN old.revoked_at is null and old.expires_at is null BEGIN
	insert into counters (scope, resource, amount) select old.organization_id, 'lasting_keys', -1 where true on conflict (scope, resource) do update set amount = amount + excluded.amount;
END;--> statement-breakpoint
CREATE TRIGGER `deployments_live_insert` AFTER INSERT ON `deployments` WHEN new.type = 'realtime' BEGIN
	insert or ignore into live_plugins (namespace_id, plugin_id, organization_id) values (new.namespace_id, new.plugin_id, new.organization_id);
	delete from live_plugins where namespace_id = new.namespace_id and plugin_id = new.plugin_id and not exists (select 1 from deployments d where d.namespace_id = new.namespace_id and d.plugin_id = new.plugin_id and d.status in ('queued', 'claimed', 'building', 'starting', 'verifying', 'ready', 'promoted') and d.type = 'realtime' and (d.status <> 'promoted' or exists (select 1 from live_pointers p where p.target_id = d.id)));
END;--> statement-breakpoint
CREATE TRIGGER `deployments_live_update` AFTER UPDATE OF status ON `deployments` WHEN new.type = 'realtime' and old.status <> new.status and new.status in ('promoted', 'failed', 'superseded', 'cancelled', 'stopped') BEGIN
	delete from live_plugins where namespace_id = new.namespace_id and plugin_id = new.plugin_id and not exists (select 1 from deployments d where d.namespace_id = new.namespace_id and d.plugin_id = new.plugin_id and d.status in ('queued', 'claimed', 'building', 'starting', 'verifying', 'ready', 'promoted') and d.type = 'realtime' and (d.status <> 'promoted' or exists (select 1 from live_pointers p where p.target_id = d.id)));
END;--> statement-breakpoint
CREATE TRIGGER `deployments_live_delete` AFTER DELETE ON `deployments` WHEN old.type = 'realtime' and old.status not in ('failed', 'superseded', 'cancelled', 'stopped') BEGIN
	delete from live_plugins where namespace_id = old.namespace_id and plugin_id = old.plugin_id and not exists (select 1 from deployments d where d.namespace_id = old.namespace_id and d.plugin_id = old.plugin_id and d.status in ('queued', 'claimed', 'building', 'starting', 'verifying', 'ready', 'promoted') and d.type = 'realtime' and (d.status <> 'promoted' or exists (select 1 from live_pointers p where p.target_id = d.id)));
END;--> statement-breakpoint
CREATE TRIGGER `pointers_live_insert` AFTER INSERT ON `live_pointers` WHEN new.target_id is not null BEGIN
	insert or ignore into live_plugins (namespace_id, plugin_id, organization_id) select d.namespace_id, d.plugin_id, d.organization_id from deployments d where d.id = new.target_id and d.type = 'realtime' and d.status = 'promoted';
END;--> statement-breakpoint
CREATE TRIGGER `pointers_live_update` AFTER UPDATE OF target_id ON `live_pointers` WHEN old.target_id is not new.target_id BEGIN
	insert or ignore into live_plugins (namespace_id, plugin_id, organization_id) select d.namespace_id, d.plugin_id, d.organization_id from deployments d where d.id = new.target_id and d.type = 'realtime' and d.status = 'promoted';
	delete from live_plugins where (namespace_id, plugin_id) = (select d.namespace_id, d.plugin_id from deployments d where d.id = old.target_id) and not exists (select 1 from deployments d where d.namespace_id = live_plugins.namespace_id and d.plugin_id = live_plugins.plugin_id and d.status in ('queued', 'claimed', 'building', 'starting', 'verifying', 'ready', 'promoted') and d.type = 'realtime' and (d.status <> 'promoted' or exists (select 1 from live_pointers p where p.target_id = d.id)));
END;--> statement-breakpoint
CREATE TRIGGER `pointers_live_delete` AFTER DELETE ON `live_pointers` WHEN old.target_id is not null BEGIN
	delete from live_plugins where (namespace_id, plugin_id) = (select d.namespace_id, d.plugin_id from deployments d where d.id = old.target_id) and not exists (select 1 from deployments d where d.namespace_id = live_plugins.namespace_id and d.plugin_id = live_plugins.plugin_id and d.status in ('queued', 'claimed', 'building', 'starting', 'verifying', 'ready', 'promoted') and d.type = 'realtime' and (d.status <> 'promoted' or exists (select 1 from live_pointers p where p.target_id = d.id)));
END;--> statement-breakpoint
CREATE TRIGGER `live_plugins_counted_insert` AFTER INSERT ON `live_plugins` WHEN true BEGIN
	insert into counters (scope, resource, amount) select new.organization_id, 'live_plugins', 1 where true on conflict (scope, resource) do update set amount = amount + excluded.amount;
END;--> statement-breakpoint
CREATE TRIGGER `live_plugins_counted_delete` AFTER DELETE ON `live_plugins` WHEN true BEGIN
	insert into counters (scope, resource, amount) select old.organization_id, 'live_plugins', -1 where true on conflict (scope, resource) do update set amount = amount + excluded.amount;
END;--> statement-breakpoint
insert into live_plugins (namespace_id, plugin_id, organization_id) select distinct d.namespace_id, d.plugin_id, d.organization_id from deployments d where d.status in ('queued', 'claimed', 'building', 'starting', 'verifying', 'ready', 'promoted') and d.type = 'realtime' and (d.status <> 'promoted' or exists (select 1 from live_pointers p where p.target_id = d.id));--> statement-breakpoint
insert into counters (scope, resource, amount) select owner_id as scope, 'plugins' as resource, count(*) as amount from plugins where active_version_id is not null group by owner_id;--> statement-breakpoint
insert into counters (scope, resource, amount) select owner_id, 'extractor_versions', count(*) from plugin_versions where deleted_at is null and kind = 'extractor' group by owner_id;--> statement-breakpoint
insert into counters (scope, resource, amount) select plugin_id, 'plugin_versions', count(*) from plugin_versions where deleted_at is null group by plugin_id;--> statement-breakpoint
insert into counters (scope, resource, amount) select organization_id, 'versions', count(*) from plugin_versions where deleted_at is null group by organization_id;--> statement-breakpoint
insert into counters (scope, resource, amount) select organization_id, 'stored_bytes', sum(size_bytes) from (select organization_id, sha256, size_bytes from plugin_versions where deleted_at is null union select organization_id, checksum, coalesce(size_bytes, 0) from agent_artifacts where mirrored and yanked_at is null) group by organization_id;--> statement-breakpoint
insert into counters (scope, resource, amount) select organization_id, 'reserved_bytes', sum(announced_bytes) from uploads where status in ('open', 'confirming') and announced_bytes is not null group by organization_id;--> statement-breakpoint
insert into counters (scope, resource, amount) select organization_id, 'lasting_keys', count(*) from api_keys where revoked_at is null and expires_at is null group by organization_id;--> statement-breakpoint
PRAGMA optimize;
