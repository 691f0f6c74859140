#pragma once
// For tests: a toy shop of two regions with the promises of the real one, whose rows a test may
// alter by hand, and whose link it may cut.

#include "buyers/asker.h"

namespace perpetua::buyers {

/// Two regions `a` and `b`; the edge asks `nearest`. Each book costs 1000. What one region writes
/// is in the other before anybody asks there, but while `linked` is false.
class ToyShop {
 public:
  /// Copies by operation key: what is left of them.
  using CartLine = std::map<std::string, std::int64_t>;
  using Cart = std::map<std::string, CartLine>;  // by book
  struct Order {
    std::string id;
    std::vector<Line> lines;
    std::string durability = "remote";
    int number = 0;  // of one order in two regions the lower one stands
    Cart taken{};    // copies that left the cart for it
  };
  /// A region's view; each has its own, so that a test can alter one.
  struct Region {
    std::map<std::string, Cart> carts;                 // by token
    std::map<std::string, std::vector<Order>> orders;  // by token, oldest first
    std::map<std::string, std::int64_t> sold;          // by book
    std::map<std::string, std::size_t> position{};     // of each region's writes: how many are here
  };

  explicit ToyShop(int books = 5, std::int64_t copies = 1'000) : books_(books), copies_(copies) {}

  HttpAnswer handle(const Endpoint& to, const HttpRequest& request);
  std::map<std::string, Region> regions{{"a", {}}, {"b", {}}};
  std::string nearest = "a";
  bool linked = true;

  static HttpAnswer problem(int status, const std::string& slug, bool outcome_unknown = false);
  /// What an edge says by itself (edge/errors).
  static HttpAnswer edge_error(int status);
  static HttpAnswer lost(NetError error);

 private:
  using Write = std::function<void(Region&)>;

  void write(const std::string& region, Write write);
  void replicate();
  HttpAnswer ask(const std::string& region, const HttpRequest& request, const std::string& token);
  HttpAnswer read(const std::string& region, const HttpRequest& request,
                  const std::string& token) const;
  HttpAnswer shelf(const std::string& region, const std::string& path) const;
  HttpAnswer cart_write(const std::string& region, const HttpRequest& request,
                        const std::string& token);
  HttpAnswer order(const std::string& region, const HttpRequest& request, const std::string& token);
  HttpAnswer stock(const std::string& region, const std::string& book) const;
  void promise(const std::string& region, const HttpRequest& request, HttpAnswer& answer) const;

  int books_;
  std::int64_t copies_;
  int sessions_ = 0;
  int orders_ = 0;
  std::map<std::string, std::vector<Write>> log_;  // by the region that wrote
};

}  // namespace perpetua::buyers
