"""Tests how a node fetches, keeps and removes the files of plugins on Ray."""

import base64
import errno
import hashlib
import http.server
import io
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path
from unittest import mock

from support import HOST

from slipway_ray import cache, fetch, zstd

CONTENT = bytes(range(256)) * 40
# "slipway" and 100,000 times "a", compressed.
COMPRESSED = base64.b64decode("KLUv/SAHOQAAc2xpcHdheSi1L/2goIYBAFUAABBhYQEAm4Y5wAI=")


class Store(http.server.BaseHTTPRequestHandler):
    """Answers /broken with half of what is asked for, and counts the requests."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.server.paths.append(self.path)
        if self.path.startswith("/missing"):
            self.send_error(404)
            return
        first = int(self.headers["range"].removeprefix("bytes=").partition("-")[0])
        body = CONTENT[first:]
        self.send_response(206)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2 + 1] if self.path.startswith("/broken") else body)
        self.close_connection = True

    def log_message(self, *args):
        pass


class FilesTest(unittest.TestCase):
    def setUp(self):
        self.folder = self.enterContext(tempfile.TemporaryDirectory())
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Store)
        self.server.paths = []
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        self.enterContext(mock.patch.object(fetch.time, "sleep"))

    def file(self, *paths, digest=hashlib.sha256(CONTENT).hexdigest()):
        urls = [f"http://127.0.0.1:{self.server.server_port}{path}" for path in paths]
        return {"sha256": digest, "size_bytes": len(CONTENT), "urls": urls}

    def fetched(self, file):
        path = os.path.join(self.folder, "file")
        fetch.fetch(file, path)
        return Path(path)

    def test_a_broken_download_continues_where_it_stopped(self):
        with mock.patch.object(fetch, "ATTEMPTS", 20):
            self.assertEqual(self.fetched(self.file("/broken")).read_bytes(), CONTENT)
        self.assertGreater(len(self.server.paths), 2)

    def test_the_second_url_is_used_if_the_first_one_does_not_answer(self):
        self.assertEqual(self.fetched(self.file("/missing", "/whole")).read_bytes(), CONTENT)

    def test_a_file_with_another_digest_is_refused_and_the_message_has_no_signature(self):
        with self.assertRaisesRegex(fetch.NotFetched, "has another digest"):
            self.fetched(self.file("/whole", digest="0" * 64))
        os.unlink(os.path.join(self.folder, "file"))
        with self.assertRaises(fetch.NotFetched) as raised:
            self.fetched(self.file("/missing?signature=secret"))
        self.assertEqual(str(raised.exception), f"127.0.0.1:{self.server.server_port}: status 404")

    def test_processes_of_a_node_fetch_a_file_once(self):
        file = self.file("/whole")
        program = (
            "import json, sys; sys.path.insert(0, sys.argv[1]); from slipway_ray import cache, fetch; "
            "file = json.loads(sys.argv[3]); "
            "print(cache.NodeCache(sys.argv[2]).get(file['sha256'], 1, lambda path: fetch.fetch(file, path)), flush=True); "
            "sys.stdin.read()"
        )
        argv = [sys.executable, "-c", program, str(HOST), os.path.join(self.folder, "cache"), json.dumps(file)]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        running = [subprocess.Popen(argv, **pipes) for _ in range(4)]
        paths = {one.stdout.readline().strip() for one in running}  # all use it at once
        for one in running:
            one.communicate()
        self.assertEqual(len(paths), 1)
        self.assertEqual(Path(*paths).read_bytes(), CONTENT)
        self.assertEqual(self.server.paths, ["/whole"])


class CacheTest(unittest.TestCase):
    def setUp(self):
        self.folder = os.path.join(self.enterContext(tempfile.TemporaryDirectory()), "cache")

    def put(self, node, digest, size):
        return node.get(digest, size, lambda path: Path(path).write_bytes(b"x" * size))

    def kept(self):
        return sorted(name for name in os.listdir(self.folder) if "." not in name)

    def put_elsewhere(self, digest, size, used_at=None):
        """Another process puts the entry, and has ended."""
        program = (
            "import sys; sys.path.insert(0, sys.argv[1]); from slipway_ray.cache import NodeCache; from pathlib import Path; "
            "folder, digest, size = sys.argv[2], sys.argv[3], int(sys.argv[4]); "
            "NodeCache(folder, 1000).get(digest, size, lambda path: Path(path).write_bytes(b'x' * size))"
        )
        subprocess.run([sys.executable, "-c", program, str(HOST), self.folder, digest, str(size)], check=True)
        if used_at is not None:
            os.utime(os.path.join(self.folder, digest), (used_at, used_at))

    def test_the_least_recently_used_entries_make_room(self):
        self.put_elsewhere("first", 400, time.time() - 20)
        self.put_elsewhere("second", 400, time.time() - 30)
        self.put_elsewhere("third", 400)
        self.assertEqual(self.kept(), ["first", "third"])

    def test_an_entry_that_nobody_used_for_a_week_is_removed(self):
        self.put_elsewhere("old", 1, time.time() - 8 * 24 * 3600)
        self.put_elsewhere("new", 1)
        self.assertEqual(self.kept(), ["new"])

    def test_an_entry_that_a_process_uses_is_not_removed(self):
        user = cache.NodeCache(self.folder, 500)
        path = self.put(user, "used", 400)
        self.put(cache.NodeCache(self.folder, 500), "other", 400)
        self.assertTrue(os.path.exists(path))

    def test_what_a_killed_process_left_unfinished_is_removed(self):
        node = cache.NodeCache(self.folder)
        os.mkdir(os.path.join(self.folder, "lost.unfinished"))
        self.put(node, "next", 1)
        self.assertEqual(self.kept(), ["next"])
        self.assertFalse(os.path.exists(os.path.join(self.folder, "lost.unfinished")))

    def test_a_failed_entry_can_be_made_later(self):
        node = cache.NodeCache(self.folder)

        def fail(path):
            Path(path).write_bytes(b"half")
            raise OSError(errno.ENOSPC, "full")

        with self.assertRaises(cache.NoRoom):
            node.get("file", 10, fail)
        self.assertEqual(Path(self.put(node, "file", 3)).read_bytes(), b"xxx")

    def test_a_folder_that_another_user_can_write_to_is_refused(self):
        os.mkdir(self.folder)
        os.chmod(self.folder, 0o777)
        with self.assertRaises(PermissionError):
            cache.NodeCache(self.folder)


class ZstandardTest(unittest.TestCase):
    def read(self, *pieces):
        return io.BufferedReader(zstd.Reader(iter(pieces)), 4096).read()

    def test_frames_are_decompressed_however_they_are_cut(self):
        whole = b"slipway" + b"a" * 100_000
        for size in (1, 7, len(COMPRESSED)):
            pieces = [COMPRESSED[at : at + size] for at in range(0, len(COMPRESSED), size)]
            self.assertEqual(self.read(*pieces), whole)

    def test_damaged_data_is_refused(self):
        for data in (COMPRESSED[:-3], b"not compressed at all"):
            with self.assertRaises(ValueError):
                self.read(data)
