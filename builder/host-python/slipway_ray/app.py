"""The application of one deployment, or of one run, as Slipway's Worker asks for it (src/deploy/ray/application.ts)."""

from ray import serve
from slipway_ray.replica import Replica
from slipway_ray.rows import RowsReplica


def build(args):
    """Called by Ray Serve. `serve` has the options of the deployment; the replicas get the rest."""
    options = args.pop("serve")
    replica = RowsReplica if args.get("entry") == "run" else Replica
    return serve.deployment(replica).options(**options).bind(args)
