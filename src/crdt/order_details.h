#pragma once
// What an order may have beside its lines: where it goes, how it is sent, what it is paid with. All
// of it is a function of the request alone, part of the order's id and equal in all its rows. It is
// about a person: none of it belongs in a log.

#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.h"

namespace perpetua::crdt {

struct Address {
  std::string name;
  std::string street;
  std::optional<std::string> extra;  // flat, floor, company
  std::string postcode;
  std::string city;
  std::string country;  // ISO 3166-1 alpha-2
  bool operator==(const Address&) const = default;
};

/// How the parcel is sent, at the price that the buyer saw.
struct OrderDelivery {
  std::string method;
  std::int64_t price = 0;  // in minor units
  std::string currency;    // the lines'
  bool operator==(const OrderDelivery&) const = default;
};

/// As a receipt shows it: never a card's number.
struct Payment {
  std::string brand;
  std::string last4;
  bool operator==(const Payment&) const = default;
};

struct OrderDetails {
  std::optional<Address> ship_to;
  std::optional<OrderDelivery> delivery;  // only with ship_to
  std::optional<Payment> payment;
  bool operator==(const OrderDetails&) const = default;

  [[nodiscard]] bool empty() const { return *this == OrderDetails{}; }
};

/// The same bytes in a row and in what an order's id is a hash of (docs/formats/tables.md). Not of
/// empty details, which have no bytes.
void encode(const OrderDetails& details, Encoder& out);
/// Bytes that encode() does not make let the decoder fail.
[[nodiscard]] OrderDetails decode_order_details(Decoder& in);

}  // namespace perpetua::crdt
