CREATE TABLE `tool_sets` (
	`namespace_id` text NOT NULL,
	`name` text NOT NULL,
	`id` text NOT NULL,
	`description` text,
	`requires_approval` integer NOT NULL,
	`tools` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`updated_by` text NOT NULL,
	PRIMARY KEY(`namespace_id`, `name`)
);
