#include "sim/buyer.h"

#include "http/answers.h"

namespace perpetua::sim {
namespace {

constexpr Micros kPatience = 3 * kSecond;

http::Request request_with(const std::set<std::string>& positions) {
  http::Request request;
  std::string field;
  for (const std::string& token : positions) field += (field.empty() ? "" : ",") + token;
  if (!field.empty()) request.headers.add("perpetua-position", field);
  return request;
}

std::string told(const domain::Order& order) {
  return order.id.substr(0, 9) + " taken by " + order.taken_by.text() +
         (order.durability == domain::Durability::kRemote ? ", remote" : ", local");
}

/// The server's side.
template <class T>
Task<Answer<T>> serve(Shop& shop, Process& process, const std::string& key,
                      const http::Request& request, const Rule<T>& rule) {
  std::size_t mine = 0;
  if (!key.empty()) {
    std::vector<Service>& services = shop.ledger().services[key];
    mine = services.size();
    services.push_back({process.region, shop.now(), std::nullopt, &process.owner});
  }
  const http::Private exchange = co_await http::Private::begin(*process.promise, request);
  auto result = co_await rule(process);
  if (!key.empty()) shop.ledger().services[key][mine].ended_at = shop.now();
  const http::Response response =
      result ? exchange.answer({}, result->position) : exchange.refuse(result.error());
  if (result) shop.ledger().told(process.region, result->position, process.store().position());
  Answer<T> answer{std::move(result), {}, false};
  if (const auto token = response.headers.find("Perpetua-Position")) answer.token = *token;
  answer.is_stale = response.headers.find("Perpetua-Stale").has_value();
  co_return answer;
}

}  // namespace

Buyer::Buyer(Shop& shop, const std::string& name, std::size_t home)
    : shop_(shop),
      name_(name),
      home_(home % shop.regions()),
      random_(shop.random("buyer " + name)),
      session_{"cu_" + name, "ca_" + name} {}

std::size_t Buyer::elsewhere(std::size_t region) {
  return random_.other_than(region, shop_.regions());
}

crdt::OrderDetails Buyer::any_details() {
  crdt::OrderDetails details;
  if (random_.permille(500)) {
    details.ship_to = crdt::Address{
        name_, std::to_string(random_.between(1, 9)) + " Main Street", {}, "D02", "Dublin", "IE"};
    if (random_.permille(300)) details.ship_to->extra = "Flat 2";
    const domain::DeliveryOption& option = random_.any(delivery_options());
    details.delivery = {option.method, option.price.amount, option.price.currency};
  }
  if (random_.permille(500)) details.payment = {"visa", "4242"};
  return details;
}

template <class T>
Task<Buyer::Answered<T>> Buyer::request(std::size_t region, std::string key, Rule<T> rule) {
  // What was sent is replaced by the join; what has come meanwhile stays.
  const std::set<std::string> sent = positions_;
  Shop::HandlerOf<Answer<T>> handler = [&shop = shop_, key, message = request_with(sent),
                                        rule = std::move(rule)](Process& process) {
    return serve<T>(shop, process, key, message, rule);
  };
  Answered<T> answer = co_await shop_.ask<Answer<T>>(region, std::move(handler), kPatience);
  if (answer && !answer->token.empty()) {
    for (const std::string& token : sent) positions_.erase(token);
    positions_.insert(answer->token);
  }
  co_return answer;
}

Task<Buyer::Answered<domain::Order>> Buyer::place(std::size_t region, std::string key,
                                                  domain::OrderRequest wanted) {
  const std::string id = domain::order_id(session_.cart, key, wanted);
  Ledger& ledger = shop_.ledger();
  const std::size_t mine = ledger.tries.size();
  ledger.tries.push_back({session_.customer, session_.cart, key, wanted, id, region, shop_.now(),
                          std::nullopt, std::nullopt, std::nullopt});
  shop_.history().line(shop_.now(), region, "order?", [&] { return name_ + " " + key; });
  Rule<domain::Order> rule =
      [session = session_, key, wanted, &shop = shop_](
          Process& process) -> Task<domain::Checked<domain::Reflecting<domain::Order>>> {
    auto placed = co_await process.rules->orders.place(session, key, wanted);
    if (placed) shop.ledger().taken_at.emplace(placed->value.id, shop.now());
    co_return placed;
  };
  Answered<domain::Order> answer = co_await request<domain::Order>(region, key, std::move(rule));
  OrderTry& one = shop_.ledger().tries[mine];
  one.ended_at = shop_.now();
  if (answer && answer->result) one.order = answer->result->value;
  if (answer && !answer->result) one.problem = answer->result.error();
  shop_.history().line(shop_.now(), region, "order!", [&] {
    return name_ + " " + key + ": " +
           (one.order     ? told(*one.order)
            : one.problem ? one.problem->detail + (one.problem->outcome_unknown ? " (unknown)" : "")
                          : "no answer");
  });
  co_return answer;
}

Task<Buyer::Answered<domain::CartWritten>> Buyer::add(std::size_t region, std::string book,
                                                      std::int64_t quantity, std::string key) {
  Rule<domain::CartWritten> rule = [cart = session_.cart, book, quantity, key](Process& process) {
    return process.rules->carts.add(cart, book, quantity, key);
  };
  return request<domain::CartWritten>(region, key, std::move(rule));
}

Task<Buyer::Answered<domain::CartWritten>> Buyer::set(std::size_t region, std::string book,
                                                      std::int64_t quantity, std::string key) {
  Rule<domain::CartWritten> rule = [cart = session_.cart, book, quantity, key](Process& process) {
    return process.rules->carts.set(cart, book, quantity, key);
  };
  return request<domain::CartWritten>(region, key, std::move(rule));
}

Task<Buyer::Answered<domain::CartWritten>> Buyer::remove(std::size_t region, std::string book,
                                                         std::string key) {
  Rule<domain::CartWritten> rule = [cart = session_.cart, book, key](Process& process) {
    return process.rules->carts.remove(cart, book, key);
  };
  return request<domain::CartWritten>(region, key, std::move(rule));
}

Task<Buyer::Answered<domain::Cart>> Buyer::cart(std::size_t region) {
  Rule<domain::Cart> rule = [cart = session_.cart](Process& process) {
    return process.rules->carts.get(cart);
  };
  return request<domain::Cart>(region, "", std::move(rule));
}

Task<Buyer::Answered<domain::Order>> Buyer::order(std::size_t region, std::string id) {
  Rule<domain::Order> rule = [session = session_, id](Process& process) {
    return process.rules->orders.get(session, id);
  };
  return request<domain::Order>(region, "", std::move(rule));
}

Task<Buyer::Answered<domain::OrderPage>> Buyer::orders(std::size_t region) {
  Rule<domain::OrderPage> rule = [session = session_](Process& process) {
    return process.rules->orders.list(session, std::nullopt, 100);
  };
  return request<domain::OrderPage>(region, "", std::move(rule));
}

Task<Buyer::Outcome> Buyer::buy(std::string key, domain::OrderRequest wanted, int tries) {
  Outcome outcome;
  std::size_t region = home_;
  for (int attempt = 0; attempt < tries; ++attempt) {
    const Answered<domain::Order> answer = co_await place(region, key, wanted);
    if (answer && answer->result) {
      outcome.order = answer->result->value;
      outcome.is_unknown = false;
      co_return outcome;
    }
    if (answer) outcome.problem = answer->result.error();
    // For sure only when none of the tries before can still be under way or have been taken.
    if (answer && !answer->result.error().outcome_unknown) {
      outcome.is_unknown = attempt > 0;
      co_return outcome;
    }
    region = elsewhere(region);
    const Micros pause = random_.between(10, 400) * kMillisecond;
    co_await shop_.sleep(pause);
  }
  co_return outcome;
}

Task<bool> Buyer::add_surely(std::string book, std::int64_t quantity, std::string key, int tries) {
  std::size_t region = home_;
  for (int attempt = 0; attempt < tries; ++attempt) {
    const Answered<domain::CartWritten> answer = co_await add(region, book, quantity, key);
    if (answer && answer->result) co_return true;
    region = elsewhere(region);
    const Micros pause = random_.between(10, 200) * kMillisecond;
    co_await shop_.sleep(pause);
  }
  co_return false;
}

namespace {

struct Open {
  std::size_t tasks;
  Promise<bool> done;
  void close() {
    if (--tasks == 0) done.set(true);
  }
};

Task<void> run_one_of(Open& open, Task<void> task) {
  co_await task;
  open.close();
}

}  // namespace

Task<void> side_by_side(std::vector<Task<void>> tasks) {
  Open open{tasks.size() + 1, {}};
  for (Task<void>& task : tasks) detach(run_one_of(open, std::move(task)));
  open.close();
  co_await open.done;
}

domain::OrderRequest lines(const std::string& book, std::int64_t quantity, std::int64_t amount) {
  domain::ExplicitOrder order;
  order.lines.push_back({book, quantity, {amount, "EUR"}});
  return order;
}

}  // namespace perpetua::sim
