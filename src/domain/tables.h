#pragma once
// Where the rules file their rows. Keys and values to the byte: docs/formats/tables.md.

#include <string>

#include "port/store.h"

namespace perpetua::domain::tables {

inline constexpr const char* kMember = "member";
inline constexpr const char* kBook = "book";
inline constexpr const char* kBookEdit = "book_edit";
inline constexpr const char* kDelivery = "delivery";
inline constexpr const char* kStock = "stock";
inline constexpr const char* kCart = "cart";
inline constexpr const char* kOrder = "order";
inline constexpr const char* kOrderKey = "order_key";
inline constexpr const char* kCustomerOrder = "customer_order";
inline constexpr const char* kRelease = "release";
inline constexpr const char* kWriteOff = "write_off";
inline constexpr const char* kCursor = "cursor";

inline port::Key founders() {
  return {kMember, "all", "founders"};
}
inline port::Key book(const std::string& id) {
  return {kBook, id, ""};
}
/// Sorts the latest first.
inline port::Key book_edit(const std::string& id, std::uint64_t version) {
  Encoder complement;
  complement.u64(~version);
  return {kBookEdit, id, to_hex(complement.bytes())};
}
inline port::Key delivery(const std::string& book, const std::string& id) {
  return {kDelivery, book, id};
}
inline port::Key stock(const std::string& book) {
  return {kStock, book, ""};
}
inline port::Key cart_line(const std::string& cart, const std::string& book) {
  return {kCart, cart, book};
}
inline port::Key order(const std::string& id) {
  return {kOrder, id, ""};
}
inline port::Key order_key(const std::string& cart, const std::string& key) {
  return {kOrderKey, cart, key};
}
inline port::Key customer_order(const std::string& customer, const std::string& sort) {
  return {kCustomerOrder, customer, sort};
}
/// `writer`: of the order's row that is released, which an heir can do in its stead.
inline port::Key release(const std::string& order, const Writer& writer) {
  return {kRelease, order, writer.text()};
}
inline port::Key write_off(const std::string& book, const std::string& key) {
  return {kWriteOff, book, key};
}
inline port::Key cursor(const std::string& name, const std::string& writer) {
  return {kCursor, name, writer};
}

}  // namespace perpetua::domain::tables
