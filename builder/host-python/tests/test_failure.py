"""Tests the messages for a plugin's exceptions."""

import os
import socket
import unittest
import urllib.error

from slipway_host.failure import ENVIRONMENT_NOTE, NETWORK_NOTE, message_of


def wrapped(cause):
    error = ConnectionError("Failed to resolve 'api.example.com'")
    error.__cause__ = cause
    return error


def missing_in(variables):
    try:
        variables["RATES_KEY"]
    except KeyError as error:
        return error


class Messages(unittest.TestCase):
    def test_a_name_that_is_not_looked_up_is_explained_by_the_network_that_a_plugin_has(self):
        lookup = socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
        for error in (lookup, urllib.error.URLError(lookup), wrapped(lookup)):
            with self.subTest(type(error).__name__):
                self.assertEqual(f"{error}. {NETWORK_NOTE}", message_of(error))

    def test_a_variable_that_is_not_in_the_environment_is_explained_by_secrets(self):
        self.assertEqual(message_of(missing_in(os.environ)), f"'RATES_KEY'. {ENVIRONMENT_NOTE}")

    def test_another_missing_key_is_as_it_was(self):
        for error in (missing_in(dict(os.environ)), KeyError("RATES_KEY")):
            self.assertEqual(message_of(error), "'RATES_KEY'")

    def test_an_error_whose_own_property_raises_keeps_its_text(self):
        class Broken(Exception):
            @property
            def reason(self):
                raise SystemExit

        self.assertEqual(message_of(Broken("no")), "no")

    def test_another_error_of_the_network_is_as_it_was(self):
        self.assertEqual("refused", message_of(ConnectionRefusedError("refused")))
