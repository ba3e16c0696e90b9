CREATE TABLE `idempotency_keys` (
	`id` text PRIMARY KEY NOT NULL,
	`fingerprint` text NOT NULL,
	`claim` text NOT NULL,
	`lease_until` integer NOT NULL,
	`status` integer,
	`answer` text,
	`expires_at` integer NOT NULL,
	CONSTRAINT "idempotency_keys_answer" CHECK(("idempotency_keys"."status" is null) = ("idempotency_keys"."answer" is null))
);
--> statement-breakpoint
CREATE INDEX `idempotency_keys_expiry` ON `idempotency_keys` (`expires_at`);