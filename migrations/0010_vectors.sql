CREATE TABLE `vector_collections` (
	`feature_id` text NOT NULL,
	`collection` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`feature_id`, `collection`),
	FOREIGN KEY (`feature_id`) REFERENCES `vector_features`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `vector_features` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`namespace_id` text NOT NULL,
	`name` text NOT NULL,
	`dimensions` integer NOT NULL,
	`metric` text NOT NULL,
	`status` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	CONSTRAINT "vector_features_metric" CHECK("vector_features"."metric" in ('cosine', 'euclid', 'dot')),
	CONSTRAINT "vector_features_status" CHECK("vector_features"."status" in ('adding', 'ready', 'removing'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `vector_features_name` ON `vector_features` (`namespace_id`,`name`) WHERE status <> 'removing';--> statement-breakpoint
CREATE INDEX `vector_features_unsettled` ON `vector_features` (`updated_at`) WHERE status <> 'ready';--> statement-breakpoint
CREATE TABLE `vectors` (
	`feature_id` text NOT NULL,
	`id` text NOT NULL,
	`data` text NOT NULL,
	PRIMARY KEY(`feature_id`, `id`)
);
