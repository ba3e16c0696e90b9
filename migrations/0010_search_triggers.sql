-- The triggers of src/features/search/triggers.ts.
CREATE TRIGGER `plugins_searched_insert` AFTER INSERT ON `plugins` WHEN new.active_version_id is not null BEGIN
	insert into search_words (id, organization_id, number, revision, read_revision, merging) values (new.id, new.organization_id, coalesce((select max(number) from search_words where organization_id = new.organization_id), 0) + 1, 1, 0, 0) on conflict (id) do update set revision = revision + 1;
END;
--> statement-breakpoint
CREATE TRIGGER `plugins_searched_update` AFTER UPDATE OF active_version_id ON `plugins` WHEN true BEGIN
	insert into search_words (id, organization_id, number, revision, read_revision, merging) values (new.id, new.organization_id, coalesce((select max(number) from search_words where organization_id = new.organization_id), 0) + 1, 1, 0, 0) on conflict (id) do update set revision = revision + 1;
END;
