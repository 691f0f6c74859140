#pragma once
// Rows read and merged: what the rules see under a key. Errors of the store come as problems, a
// conflict as kConflict, for transact() to try again.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "crdt/cart_line.h"
#include "crdt/order.h"
#include "crdt/stock.h"
#include "domain/membership.h"
#include "domain/problem.h"
#include "domain/types.h"
#include "port/peers.h"
#include "port/store.h"

namespace perpetua::domain {

Task<Checked<std::vector<port::Row>>> gather(port::Transaction& transaction, port::Key key);
Task<Checked<std::vector<port::KeyedRow>>> scan(port::Transaction& transaction, port::Scan scan);
/// All rows of a partition; whoever writes into it bounds it.
Task<Checked<std::vector<port::KeyedRow>>> scan_all(port::Transaction& transaction,
                                                    std::string table, std::string partition);

/// A stored value that does not decode: the store's checksums passed, so a bug or a newer version.
[[nodiscard]] Problem undecodable(const Error& error);

struct BookRead {
  std::optional<Book> book;   // the winner, retired or not
  std::uint64_t version = 0;  // the highest seen
  Position position;          // of the rows read
};
Task<Checked<BookRead>> read_book(port::Transaction& transaction, std::string id);
/// kNotFound unless it is in the catalogue.
Task<Checked<Book>> read_book_for_sale(port::Transaction& transaction, std::string id);

Task<Checked<crdt::Stock>> read_stock(port::Transaction& transaction, std::string book);
[[nodiscard]] std::int64_t available(const crdt::Stock& stock);
[[nodiscard]] std::vector<Availability> availability(const crdt::Stock& stock);

/// A cart's lines by book, merged, and this region's own rows, to be written anew.
struct CartRead {
  std::map<std::string, crdt::CartLineRow> merged;
  std::map<std::string, crdt::CartLineRow> own;
};
Task<Checked<CartRead>> read_cart(port::Transaction& transaction, const Writer& self,
                                  std::string cart);
/// The cart with titles, prices, availability and ETag: a hash over each line's operations with
/// what is left of them, and the prices, so that carts of one tag give one order.
Task<Checked<Cart>> show_cart(port::Transaction& transaction, std::string id,
                              const CartRead& lines);

struct OrderRead {
  std::map<Writer, crdt::OrderRow> rows;
  std::map<Writer, std::uint64_t> entries;  // the log entry of each row
};
Task<Checked<OrderRead>> read_order(port::Transaction& transaction, std::string id);
/// The winner's row; `read` is not empty. Remote when another region holds one of the rows, whose
/// contents are equal.
[[nodiscard]] Order show_order(const std::string& id, const OrderRead& read,
                               const port::Peers& peers);

}  // namespace perpetua::domain
