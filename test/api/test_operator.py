"""The operator's commands: book, stock, import, status."""

import json

from client import eventually
from operating import availability, sold


def test_status_tells_where_everything_is_and_how_far(running):
    status = json.loads(running.perpetua("status", "--json").stdout)
    for edge in status["edges"]:
        assert {"name", "url", "ready"} <= set(edge) and edge["ready"]
    names = {region["name"] for region in status["regions"]}
    for region in status["regions"]:
        assert region["ready"] and region["pid"] > 0 and region["url"].startswith("http://127.")
        assert set(region["lag_ms"]) == names - {region["name"]}
        assert all(n > 0 for n in region["position"].values())
    assert "ready" in running.perpetua("status").stdout


def test_a_book_is_put_changed_retired_and_brought_back(running, regions, tmp_path):
    book = {"id": "the-craft", "title": "The Craft", "authors": ["B. Bench"],
            "category": "woodwork", "description": "Joints.",
            "price": {"amount": 2500, "currency": "EUR"}}
    file = tmp_path / "book.json"
    for amount in (2500, 2700):
        book["price"]["amount"] = amount
        file.write_text(json.dumps(book))
        running.perpetua("book", "put", str(file))
        for client in regions.values():
            eventually(lambda: client.get("/api/books/the-craft").status == 200 and client.get(
                "/api/books/the-craft").body["price"]["amount"] == amount)
    running.perpetua("book", "retire", "the-craft")
    for client in regions.values():
        eventually(lambda: client.get("/api/books/the-craft").status == 404)
    listed = running.perpetua("book", "history", "the-craft", "--json").stdout
    before = [edit["book"] for edit in json.loads(listed)["items"] if not edit["retired"]]
    assert [each["price"]["amount"] for each in before] == [2700, 2500]
    assert "27.00 EUR" in running.perpetua("book", "history", "the-craft").stdout
    file.write_text(json.dumps(before[0]))
    running.perpetua("book", "put", str(file))
    for client in regions.values():
        eventually(lambda: client.get("/api/books/the-craft").status == 200)


def test_deliveries_and_write_offs(running, regions, new_book):
    book = new_book(copies=10)["id"]
    for _ in range(2):
        running.perpetua("stock", "add", book, "5", "--delivery", "monday")
    running.perpetua("stock", "write-off", book, "3")
    for name, client in regions.items():
        eventually(lambda: sum(row["quantity"] for row in availability(client, book)) == 12)
        assert sold(running, book, name) == 0


def test_errors_are_one_line_that_says_what_where_and_what_to_do(running, tmp_path):
    broken = tmp_path / "broken.json"
    broken.write_text("{")
    for arguments in (["book", "put", str(broken)], ["book", "put", "/no/such/file"],
                      ["book", "retire", "no-such-book"],
                      ["book", "history", "no-such-book"], ["import", "/no/such/file"],
                      ["stock", "add", "no-such-book", "1", "--delivery", "d"],
                      ["stock", "write-off", "no-such-book", "1"]):
        result = running.perpetua(*arguments, expect=1)
        assert result.stderr.startswith("perpetua: ") and result.stderr.count("\n") == 1, result
        assert "Traceback" not in result.stderr


def test_importing_again_elsewhere_changes_no_stock(running, regions, tmp_path):
    catalogue = tmp_path / "books.jsonl"
    books = [{"id": f"import-{n}", "title": f"Import {n}", "authors": ["C. Cargo"],
              "category": "cars", "description": "Wheels.",
              "price": {"amount": 1000 + n, "currency": "EUR"}} for n in range(20)]
    catalogue.write_text("".join(json.dumps(book) + "\n" for book in books))
    for name in (*regions, *regions):
        running.perpetua("import", str(catalogue), "--region", name)
    for client in regions.values():
        for book in books:
            eventually(lambda: client.get(f"/api/books/{book['id']}").status == 200)
            eventually(lambda: sum(
                row["quantity"] for row in availability(client, book["id"])) == 100)
