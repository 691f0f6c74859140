#include "crdt/order_details.h"

namespace perpetua::crdt {
namespace {

enum Flag : std::uint8_t { kShipTo = 1, kDelivery = 2, kPayment = 4, kExtra = 8 };
constexpr std::uint8_t kAllFlags = kShipTo | kDelivery | kPayment | kExtra;

std::uint8_t flags_of(const OrderDetails& details) {
  const auto flag = [](bool is_set, Flag which) { return is_set ? which : 0; };
  return static_cast<std::uint8_t>(flag(details.ship_to.has_value(), kShipTo) |
                                   flag(details.delivery.has_value(), kDelivery) |
                                   flag(details.payment.has_value(), kPayment) |
                                   flag(details.ship_to && details.ship_to->extra, kExtra));
}

bool are_possible(std::uint8_t flags) {
  const bool needs_address = (flags & (kDelivery | kExtra)) != 0;
  return flags != 0 && (flags & ~kAllFlags) == 0 && (!needs_address || (flags & kShipTo) != 0);
}

}  // namespace

void encode(const OrderDetails& details, Encoder& out) {
  out.u8(flags_of(details));
  if (details.ship_to) {
    out.str(details.ship_to->name);
    out.str(details.ship_to->street);
    if (details.ship_to->extra) out.str(*details.ship_to->extra);
    out.str(details.ship_to->postcode);
    out.str(details.ship_to->city);
    out.str(details.ship_to->country);
  }
  if (details.delivery) {
    out.str(details.delivery->method);
    out.i64(details.delivery->price);
    out.str(details.delivery->currency);
  }
  if (details.payment) {
    out.str(details.payment->brand);
    out.str(details.payment->last4);
  }
}

OrderDetails decode_order_details(Decoder& in) {
  OrderDetails details;
  const std::uint8_t flags = in.u8();
  if (!are_possible(flags)) in.set_failed();
  if ((flags & kShipTo) != 0) {
    Address& to = details.ship_to.emplace();
    to.name = in.str();
    to.street = in.str();
    if ((flags & kExtra) != 0) to.extra = in.str();
    to.postcode = in.str();
    to.city = in.str();
    to.country = in.str();
  }
  if ((flags & kDelivery) != 0) {
    OrderDelivery& delivery = details.delivery.emplace();
    delivery.method = in.str();
    delivery.price = in.i64();
    delivery.currency = in.str();
    if (delivery.price < 0) in.set_failed();
  }
  if ((flags & kPayment) != 0) {
    Payment& payment = details.payment.emplace();
    payment.brand = in.str();
    payment.last4 = in.str();
  }
  return details;
}

}  // namespace perpetua::crdt
