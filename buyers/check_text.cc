#include <boost/json.hpp>

#include "buyers/check.h"

namespace perpetua::buyers {
namespace {

constexpr std::size_t kFindingsShown = 20;

boost::json::array texts(const std::set<std::string>& names) {
  boost::json::array out;
  for (const std::string& name : names) out.emplace_back(name);
  return out;
}

}  // namespace

std::string to_json(const CheckResult& result) {
  const Verdicts& verdicts = result.verdicts;
  boost::json::array findings;
  for (const std::string& finding : verdicts.findings) {
    if (findings.size() == kFindingsShown) break;
    findings.emplace_back(finding);
  }
  return boost::json::serialize(
      boost::json::object{{"pass", result.pass()},
                          {"orders_lost", verdicts.orders_lost.size()},
                          {"lost_orders", texts(verdicts.orders_lost)},
                          {"oversold", verdicts.oversold},
                          {"diverged", verdicts.diverged},
                          {"orders_wrong", verdicts.orders_wrong},
                          {"duplicates", verdicts.duplicates},
                          {"cart_lines_lost", verdicts.cart_lines_lost.size()},
                          {"lost_cart_lines", texts(verdicts.cart_lines_lost)},
                          {"stock_exact", result.stock_exact},
                          {"carts_wrong", verdicts.carts_wrong},
                          {"stock_wrong", verdicts.stock_wrong},
                          {"answers_wrong", verdicts.answers_wrong},
                          {"unanswered", verdicts.unanswered},
                          {"checked",
                           {{"buyers", result.buyers},
                            {"orders", result.orders},
                            {"cart_lines", result.cart_lines},
                            {"books", result.books}}},
                          {"findings_total", verdicts.findings.size()},
                          {"findings", std::move(findings)}});
}

std::string to_text(const CheckResult& result) {
  const Verdicts& verdicts = result.verdicts;
  std::string out = "looked at " + std::to_string(result.buyers) + " buyers, " +
                    std::to_string(result.orders) + " orders, " +
                    std::to_string(result.cart_lines) + " cart lines, the stock of " +
                    std::to_string(result.books) + " books\n";
  out += "  orders: " + std::to_string(verdicts.orders_lost.size()) + " lost, " +
         std::to_string(verdicts.orders_wrong) + " wrong, " + std::to_string(verdicts.duplicates) +
         " twice; carts: " + std::to_string(verdicts.cart_lines_lost.size()) + " lines lost, " +
         std::to_string(verdicts.carts_wrong) + " carts wrong; stock wrong of " +
         std::to_string(verdicts.stock_wrong) + " books; answers wrong " +
         std::to_string(verdicts.answers_wrong) + "; no answer about " +
         std::to_string(verdicts.unanswered) + "; oversold " + std::to_string(verdicts.oversold) +
         "; regions differ about " + std::to_string(verdicts.diverged) + "\n";
  if (result.books > 0 && !result.stock_exact)
    out += "  the copies sold were compared only as far as others may have bought as well\n";
  std::size_t shown = 0;
  for (const std::string& finding : verdicts.findings) {
    if (shown++ == kFindingsShown) break;
    out += "  - " + finding + "\n";
  }
  return out + (result.pass() ? "passed\n" : "NOT PASSED\n");
}

}  // namespace perpetua::buyers
