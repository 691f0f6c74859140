"""One shop of two regions and an edge for all black-box tests of a session."""

import pytest

from client import Buyer, Client
from operating import LOGS, make_book
from ops import temporary


@pytest.fixture(scope="session")
def running():
    with temporary.shop(keep_logs_in=LOGS / "api-shop") as shop:
        yield shop


@pytest.fixture(scope="session")
def edge(running):
    return Client(running.url)


@pytest.fixture(scope="session")
def regions(running):
    """Name -> client of that region's own address, in the topology's order."""
    return {region.name: Client(region.url) for region in running.shop.regions}


@pytest.fixture(scope="session", params=[0, 1], ids=["first region", "second region"])
def region(request, regions):
    return list(regions.values())[request.param]


@pytest.fixture
def buyer(edge):
    return Buyer(edge)


@pytest.fixture
def new_book(running, regions):
    """Makes books with as many copies as one likes, known in every region when it returns."""
    return lambda copies=100, **changes: make_book(running, regions, copies, **changes)


@pytest.fixture
def book(new_book):
    return new_book()
