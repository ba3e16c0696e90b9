"""Opens platform assets. Realtime workers have no network access, so callers must send the content in `inputs`."""


class AssetUnavailable(RuntimeError):
    """Raised because assets can't be fetched here."""


def open_asset(url, *args, **kwargs):
    raise AssetUnavailable(f"open_asset({url!r}): realtime workers have no network access; send the content in `inputs`")


def download_asset(url, *args, **kwargs):
    raise AssetUnavailable(f"download_asset({url!r}): realtime workers have no network access; send the content in `inputs`")
