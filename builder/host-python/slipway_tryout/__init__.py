"""What `slipway test` runs besides a worker. Nothing of it takes part in serving."""
