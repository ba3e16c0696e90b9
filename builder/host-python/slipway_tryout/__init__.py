"""Code that only `slipway test` runs, in addition to a worker. Not used for serving."""
