ALTER TABLE `uploads` ADD `found_bytes` integer;--> statement-breakpoint
DROP TRIGGER `uploads_counted_insert`;--> statement-breakpoint
DROP TRIGGER `uploads_counted_update`;--> statement-breakpoint
DROP TRIGGER `uploads_counted_delete`;--> statement-breakpoint
CREATE TRIGGER `uploads_counted_insert` AFTER INSERT ON `uploads` WHEN iif(new.status in ('open', 'confirming'), max(coalesce(new.announced_bytes, 0), coalesce(new.found_bytes, 0)), 0) <> 0 BEGIN
	insert into counters (scope, resource, amount) select new.organization_id, 'reserved_bytes', iif(new.status in ('open', 'confirming'), max(coalesce(new.announced_bytes, 0), coalesce(new.found_bytes, 0)), 0) where true on conflict (scope, resource) do update set amount = amount + excluded.amount;
END;--> statement-breakpoint
CREATE TRIGGER `uploads_counted_update` AFTER UPDATE OF status, announced_bytes, found_bytes ON `uploads` WHEN iif(old.status in ('open', 'confirming'), max(coalesce(old.announced_bytes, 0), coalesce(old.found_bytes, 0)), 0) <> iif(new.status in ('open', 'confirming'), max(coalesce(new.announced_bytes, 0), coalesce(new.found_bytes, 0)), 0) BEGIN
	insert into counters (scope, resource, amount) select new.organization_id, 'reserved_bytes', iif(new.status in ('open', 'confirming'), max(coalesce(new.announced_bytes, 0), coalesce(new.found_bytes, 0)), 0) - iif(old.status in ('open', 'confirming'), max(coalesce(old.announced_bytes, 0), coalesce(old.found_bytes, 0)), 0) where true on conflict (scope, resource) do update set amount = amount + excluded.amount;
END;--> statement-breakpoint
CREATE TRIGGER `uploads_counted_delete` AFTER DELETE ON `uploads` WHEN iif(old.status in ('open', 'confirming'), max(coalesce(old.announced_bytes, 0), coalesce(old.found_bytes, 0)), 0) <> 0 BEGIN
	insert into counters (scope, resource, amount) select old.organization_id, 'reserved_bytes', -iif(old.status in ('open', 'confirming'), max(coalesce(old.announced_bytes, 0), coalesce(old.found_bytes, 0)), 0) where true on conflict (scope, resource) do update set amount = amount + excluded.amount;
END;