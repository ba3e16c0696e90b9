"""The application of one deployment, as Slipway's Worker asks for it (src/deploy/ray/application.ts)."""

from ray import serve
from slipway_ray.replica import Replica


def build(args):
    """Called by Ray Serve. `serve` has the options of the deployment; the replicas get the rest."""
    options = args.pop("serve")
    return serve.deployment(Replica).options(**options).bind(args)
