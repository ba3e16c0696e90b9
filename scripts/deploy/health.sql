-- Counts what should be zero in a healthy installation, and what serves. Run by an operator (docs/production.md) and by its test.
select
  (select count(*) from dead_letters where created_at > (unixepoch() - 86400) * 1000) as dead_letters_today,
  (select count(*) from outbox where sent_at is null and due_at < (unixepoch() - 300) * 1000) as unsent_messages,
  (select count(*) from deployments where status in ('queued', 'claimed', 'building', 'starting', 'verifying', 'ready')
     and updated_at < (unixepoch() - 600) * 1000) as stuck_deployments,
  (select count(*) from uploads where status = 'confirming'
     and updated_at < (unixepoch() - 600) * 1000) as stuck_uploads,
  (select count(*) from webhook_endpoints where disabled_because = 'failing' and deleted_at is null) as failing_webhooks,
  (select count(*) from live_pointers where target_id is not null) as serving;
