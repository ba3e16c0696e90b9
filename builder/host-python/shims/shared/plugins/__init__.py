"""Assets of the platform. A realtime worker has no network: what a call needs comes in its inputs."""


class AssetUnavailable(RuntimeError):
    """An asset was asked for where none can be fetched."""


def open_asset(url, *args, **kwargs):
    raise AssetUnavailable(f"open_asset({url!r}): a realtime worker has no network; send the content in `inputs`")


def download_asset(url, *args, **kwargs):
    raise AssetUnavailable(f"download_asset({url!r}): a realtime worker has no network; send the content in `inputs`")
