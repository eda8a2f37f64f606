import pytest

from portal.domain.payment_uploads import UploadProgress, UploadStep


def test_the_steps_are_counted_from_one():
    assert [UploadProgress(step, 0, 0).place for step in UploadStep] == [1, 2, 3]


@pytest.mark.parametrize(
    ("rows", "known", "measured"),
    [(0, 0, False), (4000, 0, False), (0, 9000, False), (4000, 9000, True), (9000, 9000, True), (9001, 9000, False)],
)
def test_a_share_is_told_only_where_the_file_says_how_many_rows_it_has(rows: int, known: int, measured: bool):
    assert UploadProgress(UploadStep.READ, rows, known).is_measured is measured
