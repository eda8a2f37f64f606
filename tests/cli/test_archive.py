import json


def test_the_index_is_rebuilt_by_a_command(app):
    result = app.test_cli_runner().invoke(args=["archive", "rebuild", "--json"])
    assert result.exit_code == 0
    assert json.loads(result.stdout) == {"entries": 0}
