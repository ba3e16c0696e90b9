"""Reads secrets from the plugin's namespace that its manifest asks for and its organization granted.

They reach this process over the builder's channel when the process starts. No file, argument or environment
variable holds them.
"""

_secrets = {}


class SecretUnavailable(KeyError):
    """Raised if the plugin has no secret of that name."""

    def __str__(self):
        return self.args[0]


def get(name):
    """Returns the secret. Raises SecretUnavailable if this process has none of that name."""
    try:
        return _secrets[name]
    except KeyError:
        raise SecretUnavailable(_reason(name)) from None


def _reason(name):
    known = ", ".join(sorted(_secrets)) or "none"
    asking = f'permissions = {{"secrets": ["{name}"]}}'
    return f"this process has no secret {name!r} (it has: {known}). A trial before approval has none; for other calls, ask for it in manifest.py: {asking}"


def receive(secrets):
    """Replaces all secrets. The host calls this before it loads the plugin."""
    _secrets.clear()
    _secrets.update(secrets)


class Secrets:
    """Provides `container.secrets` for a batch."""

    def get(self, name):
        return _Text(get(name))


class _Text(str):
    """A string that can also be awaited, because `container.secrets.get` is a coroutine function on other hosts."""

    def __await__(self):
        return str(self)
        yield  # makes this a generator, which never waits
