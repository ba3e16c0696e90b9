ALTER TABLE `plugin_versions` ADD `placement` text;--> statement-breakpoint
CREATE INDEX `plugin_versions_wasm` ON `plugin_versions` ((built ->> '$.wasm.artifact.sha256'));--> statement-breakpoint
CREATE INDEX `builds_wasm` ON `builds` ((built ->> '$.wasm.artifact.sha256'));