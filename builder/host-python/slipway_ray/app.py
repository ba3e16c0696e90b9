"""The application for one deployment or run, configured by Slipway's Worker (src/features/clusters/ray/application.ts)."""

from ray import serve
from slipway_ray.batch_replica import BatchReplica
from slipway_ray.replica import Replica
from slipway_ray.rows import RowsReplica


def build(args):
    """Called by Ray Serve. `serve` holds the deployment's options; the replicas get the remaining arguments."""
    options = args.pop("serve")
    replica = RowsReplica if args.get("entry") == "run" else BatchReplica if "batching" in args else Replica
    return serve.deployment(replica).options(**options).bind(args)
