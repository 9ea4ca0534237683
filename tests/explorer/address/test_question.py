"""What the address of a page about one image may ask for."""

from explorer.address.question import QUESTION


def test_a_question_is_taken_where_it_is_allowed() -> None:
    wanted = {"run": "exact", "image": -1, "pixels": "grey"}
    assert QUESTION.checked(wanted) == wanted and wanted.keys() == QUESTION.defaults().keys()
    for key, value in [("run", "../x"), ("image", -2), ("image", 1.5), ("image", True), ("pixels", "blue")]:
        assert QUESTION.checked(wanted | {key: value})[key] == QUESTION.defaults()[key]


def test_an_address_holds_what_differs_from_the_defaults() -> None:
    shown = {"run": "exact", "image": 7, "pixels": "binarised"}
    assert QUESTION.address(shown) == {"run": "exact", "image": "7"}
    assert QUESTION.address(QUESTION.defaults()) == {}
