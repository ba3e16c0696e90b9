"""Asks the service. It is reached through the proxy that the environment names, as every HTTP client does by itself."""

import json
import urllib.error
import urllib.parse
import urllib.request

URL = "https://api.example.com/lookup"
TIMEOUT_S = 10


def lookup(text: str, url: str = URL) -> dict:
    query = urllib.parse.urlencode({"text": text})
    try:
        with urllib.request.urlopen(f"{url}?{query}", timeout=TIMEOUT_S) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        # The relay says in one line which host is not granted.
        raise RuntimeError(f"{error.code}: {error.read(500).decode(errors='replace').strip()}") from None
