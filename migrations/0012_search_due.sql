DROP INDEX `search_words_due`;--> statement-breakpoint
CREATE INDEX `search_words_due` ON `search_words` (`number`) WHERE revision <> read_revision;