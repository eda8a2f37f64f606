import json

from flask import Flask

from portal.sealing.keys import HASHING, SEALING, open_keyring


def test_keys_are_rotated_by_command_once_the_portal_is_stopped(app: Flask):
    keyring = app.extensions["portal"].keyring
    before = dict(keyring.keys)
    running = open_keyring(keyring.folder, create=False)
    refused = app.test_cli_runner().invoke(args=["keys", "rotate"])
    assert refused.exit_code == 1
    assert "先停止" in refused.stderr
    del running
    answer = app.test_cli_runner().invoke(args=["keys", "rotate", "--json"])
    assert answer.exit_code == 0, answer.output
    facts = json.loads(answer.stdout)
    assert (tuple(facts["renewed"]), tuple(facts["kept"])) == (SEALING, HASHING)
    written = open_keyring(keyring.folder, create=False).keys
    assert {purpose for purpose in before if before[purpose] == written[purpose]} == set(HASHING)
    assert not any(key.hex() in answer.output for key in (*before.values(), *written.values()))
