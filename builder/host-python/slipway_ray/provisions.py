"""Provides a replica with what its plugin needs beyond the package: the archive, packages of the organization's own
indexes, models and secrets. Files come by digest through short-lived URLs, into the node's cache.
"""

import json
import os
import sys
import tarfile
import tempfile

from slipway_host import provided
from slipway_host.failure import StartFailure
from slipway_ray import zstd
from slipway_ray.archive import unpack
from slipway_ray.cache import NodeCache, NoRoom
from slipway_ray.fetch import NotFetched, fetch

READ_BYTES = 1024 * 1024


class Provisions:
    """`given` is the JSON that the Worker sends (src/features/clusters/ray/provisions.ts)."""

    def __init__(self, given):
        self._given = given
        self._cache = None
        self._links = tempfile.TemporaryDirectory(prefix="slipway-models-")

    def take(self):
        """Delivers secrets and models. Returns the folder of the fetched archive, or None if it came with the adapter,
        and the folders of the packages' modules. Raises StartFailure.
        """
        given = self._given
        provided.deliver_secrets(given["secrets"])
        try:
            if given["archive"] or given["packages"] or given["models"]:
                self._cache = NodeCache()
            provided.deliver_models({model["name"]: self._model(model) for model in given["models"]})
            sites = [os.path.join(self._package(package), "site") for package in given["packages"]]
            return self._archive(given["archive"]) if given["archive"] else None, sites
        except NotFetched as error:
            message = f"A node of the cluster can't fetch the plugin's files: {error}. Check that its nodes can reach the store."
            raise StartFailure("cluster-failed", message) from error
        except (NoRoom, OSError, zstd.Unavailable) as error:
            raise StartFailure("cluster-failed", f"A node of the cluster can't keep the plugin's files: {error}.") from error

    def _model(self, file):
        """Libraries tell a file's format by its name."""
        link = os.path.join(self._links.name, file["name"])
        os.symlink(self._cache.get(file["sha256"], file["size_bytes"], lambda path: fetch(file, path)), link)
        return link

    def _archive(self, file):
        def make(path):
            fetched = path + ".zip"
            fetch(file, fetched)
            unpack(fetched, path)
            os.unlink(fetched)
            _protect(path)

        return self._cache.get(f"archive-{file['sha256']}", 2 * file["size_bytes"], make)

    def _package(self, package):
        def make(path):
            os.mkdir(path)
            _unpack_package(package["parts"], path)
            _protect(path)

        size = sum(part["size_bytes"] for part in package["parts"])
        folder = self._cache.get(f"package-{package['key']}", 4 * size, make)
        _require_target(folder)
        return folder


def _require_target(folder):
    """Packages contain compiled code, which another Python must not import."""
    with open(os.path.join(folder, "package.json"), encoding="utf-8") as file:
        package = json.load(file)
    python, built_for = f"{sys.version_info.major}.{sys.version_info.minor}", package["target"]["python"]
    if built_for != python:
        message = f"{package['name']} was installed for Python {built_for}, and the cluster's nodes have {python}."
        raise StartFailure("cluster-failed", message)


def _unpack_package(parts, folder):
    with tarfile.open(fileobj=zstd.Reader(_pieces(parts, folder)), mode="r|") as archive:
        archive.extractall(folder, filter="data")


def _pieces(parts, folder):
    """Holds one part at a time on disk."""
    path = os.path.join(folder, ".part")
    for part in parts:
        fetch(part, path)
        with open(path, "rb") as file:
            os.unlink(path)
            while piece := file.read(READ_BYTES):
                yield piece


def _protect(folder):
    """The node's processes share these files."""
    for place, _, names in os.walk(folder, topdown=False):
        for name in names:
            path = os.path.join(place, name)
            os.chmod(path, os.stat(path).st_mode & 0o555)
        os.chmod(place, 0o555)
