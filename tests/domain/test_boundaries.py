import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.boundaries import WIDTH, boundaries_from_geojson

NUMBER = "鲁S（2025）012号"


def square(west: float, south: float, side: float) -> list[list[float]]:
    corners = ((0, 0), (side, 0), (side, side), (0, side), (0, 0))
    return [[west + x, south + y] for x, y in corners]


def collection(*units: tuple[str, list[list[float]]], number: object = NUMBER) -> dict:
    features = [
        {"properties": {"code": code}, "geometry": {"type": "Polygon", "coordinates": [ring]}} for code, ring in units
    ]
    return {"type": "FeatureCollection", "approval_number": number, "features": features}


@pytest.mark.parametrize("number", ["", "012号", None, "鲁S2025012号", "见原图"])
def test_no_map_without_the_number_of_its_approval(number: object):
    with pytest.raises(ValueError, match="审图号"):
        boundaries_from_geojson(collection(("370811", square(116, 35, 1)), number=number))


@pytest.mark.parametrize(
    "feature",
    [
        {"properties": {}, "geometry": {"type": "Polygon", "coordinates": [square(116, 35, 1)]}},
        {"properties": {"code": "370811"}, "geometry": None},
        {"properties": {"code": "370811"}, "geometry": {"type": "Point", "coordinates": [116, 35]}},
        {"properties": {"code": "370811"}, "geometry": {"type": "Polygon", "coordinates": [[[116, 35], [117, 35]]]}},
        {"properties": {"code": "370811"}, "geometry": {"type": "Polygon", "coordinates": [square(500_000, 35, 1)]}},
    ],
)
def test_a_file_that_cannot_be_drawn_says_so(feature: dict):
    with pytest.raises(ValueError, match=r"boundaries\.geojson"):
        boundaries_from_geojson({"approval_number": NUMBER, "features": [feature]})


def test_an_empty_file_is_no_map():
    with pytest.raises(ValueError, match="points"):
        boundaries_from_geojson({"approval_number": NUMBER, "features": []})


def test_a_square_of_degrees_is_narrower_than_high_as_on_the_ground():
    found = boundaries_from_geojson(collection(("370811", square(116, 35, 1))))
    assert found.size[0] == WIDTH
    assert found.size[1] == pytest.approx(WIDTH / 0.814, abs=2)  # the cosine of 35.5 degrees
    (shape,) = found.shapes
    assert (shape.x, shape.y) == (WIDTH // 2, found.size[1] // 2)


def test_words_stand_in_the_greatest_part_of_a_unit():
    parts = [[square(116, 35, 0.1)], [square(117, 35, 1)]]
    feature = {"properties": {"code": "370826"}, "geometry": {"type": "MultiPolygon", "coordinates": parts}}
    found = boundaries_from_geojson({"approval_number": NUMBER, "features": [feature]})
    assert found.shapes[0].x > WIDTH / 2
    assert found.shapes[0].path.count("M") == 2


@given(
    st.lists(
        st.tuples(st.floats(115, 117), st.floats(34, 36), st.floats(0.01, 1)), min_size=1, max_size=14,
    )
)  # fmt: skip
def test_everything_lies_within_the_picture(squares: list[tuple[float, float, float]]):
    found = boundaries_from_geojson(collection(*((str(place), square(*one)) for place, one in enumerate(squares))))
    for shape in found.shapes:
        numbers = [int(word) for word in shape.path.replace("M", " ").replace("L", " ").replace("Z", " ").split()]
        assert all(0 <= x <= WIDTH for x in numbers[::2])
        assert all(0 <= y <= found.size[1] for y in numbers[1::2])
        assert 0 <= shape.x <= WIDTH
