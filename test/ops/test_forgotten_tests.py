"""A test that nothing runs is found, whatever it is written in and wherever it lies."""

import pytest

from ops.suites.style import every_file, forgotten_tests
from ops.shop import REPO


@pytest.mark.parametrize("name", [
    "test/api/test_cart.py", "test/ops/deeper/test_it.py", "web/src/app/layers.test.ts",
    "web/src/features/cart/CartPage.test.tsx", "web/e2e/walk.spec.ts", "src/http/uri_test.cc",
])
def test_what_a_runner_looks_for_is_run(name):
    assert forgotten_tests([name]) == []


@pytest.mark.parametrize("name", [
    "test/test_cart.py", "ops/test_shop.py", "test/contract/cart_test.py", "web/src/x.spec.ts",
    "web/test/x.test.ts", "web/x.test.ts", "web/e2e/x.test.ts", "web/e2e/x.spec.js",
    "web/src/x.test.js", "web/src/x.test.mts", "web/src/x_test.ts", "sim/x_test.cc",
    "src/x_test.cpp", "edge/edge_test.sh",
])
def test_what_no_runner_looks_for_is_a_fault(name):
    assert forgotten_tests([name]) == [f"{name} is a test that no suite runs"]


def test_this_repository_forgets_none():
    assert forgotten_tests(str(path.relative_to(REPO)) for path in every_file()) == []
