"""The built site from a server, on a phone's screen."""

from browsing import everything, wider_than_the_screen


def test_no_page_complains(from_server):
    assert not everything(from_server, lambda visit: visit.complaints)


def test_no_page_asks_another_host(from_server, served):
    own = (served + "/", "data:", "blob:")
    assert not everything(from_server, lambda visit: [a for a in visit.requests if not a.startswith(own)])


def test_no_page_scrolls_sideways(from_server):
    assert not everything(from_server, wider_than_the_screen)


def test_axe_finds_nothing(from_server):
    assert not everything(from_server, lambda visit: visit.axe["phone"])
