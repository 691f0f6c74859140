#pragma once
// For tests: the API over the real rules and a store in memory, in a region on its own; no sockets.

#include "domain/membership.h"
#include "http/api.h"
#include "http/testing.h"
#include "port/testing.h"
#include "store/memory/memory_store.h"
#include "views/view.h"

namespace perpetua::http {

/// Of a region on its own.
class NoPeers : public port::Peers {
 public:
  Task<bool> wait_remote(std::uint64_t, std::chrono::milliseconds) override { co_return false; }
  bool is_held_elsewhere(const Writer&, std::uint64_t) const override { return false; }
  Task<Result<std::string>> ask(std::string, std::string, std::chrono::milliseconds) override {
    co_return fail(ErrorCode::kUnavailable, "there is nobody");
  }
  void set_answerer(Answerer) override {}
};

/// A certificate authority and a key that signs sessions, in files.
struct SessionFiles {
  SessionFiles() : authority(folder) {
    authority.issue("session", {.dns_name = "eu-west-1.session.perpetua.test", .is_ed25519 = true});
  }
  TemporaryFolder folder;
  TestAuthority authority;
};

/// The API's and the operator's routes in one router.
class LoneRegion {
 public:
  explicit LoneRegion(const SessionFiles& files)
      : access_(*SessionSigner::open(files.folder / "session.key", files.folder / "session.pem"),
                *SessionVerifier::open(files.folder / "ca.pem"),
                std::vector<std::string>{"http://localhost:8080"}, world_, world_) {
    add_routes(router_, services_, api_routes());
    add_routes(router_, services_, operator_routes());
    feeder_.start();
  }

  /// Of a request whose target is parsed. Nothing when none came within ten seconds of virtual
  /// time.
  std::optional<Response> answer(Request& request) {
    std::optional<Response> answer;
    detach(router_.route(request),
           std::move_only_function<void(Response)>([&](Response r) { answer = std::move(r); }));
    for (int waits = 0; !answer && waits < 100; ++waits)
      world_.advance(std::chrono::milliseconds(100));
    return answer;
  }

 protected:
  port::TestWorld world_;
  NoPeers peers_;
  std::unique_ptr<store::Journal> store_ =
      store::found_in_memory(Writer{"eu-west-1", 1}, domain::founding_rows({"eu-west-1"}), world_);
  domain::Context context_{*store_, peers_, world_, world_};
  domain::HybridClock clock_{world_};
  domain::GrantDesk grants_{context_};
  domain::Catalogue catalogue_{context_, clock_};
  domain::CartService carts_{context_};
  domain::OrderService orders_{context_,
                               clock_,
                               grants_,
                               {{"standard", {390, "EUR"}, 2, 4}, {"express", {890, "EUR"}, 1, 1}}};
  domain::StockService stock_{context_, grants_};
  views::CatalogueView shelves_;
  views::BestSellersView best_sellers_;
  views::Feeder feeder_{*store_, world_, {&shelves_, &best_sellers_}};
  PositionTokens tokens_{{{1, std::string(32, 'k')}}};
  PositionPromise promise_{*store_, tokens_};
  Access access_;
  Services services_{{"Ireland", "IE"}, *store_, world_,   catalogue_,    carts_,
                     orders_,           stock_,  shelves_, best_sellers_, feeder_,
                     access_,           promise_};
  Router router_;
};

}  // namespace perpetua::http
