#include "fuzz/target.h"

namespace perpetua::fuzz {

const std::vector<Target>& all_targets() {
  static const std::vector<Target> targets = [] {
    std::vector<Target> all;
    for (const auto group :
         {replication_targets(), session_targets(), mirror_targets(), store_targets(),
          row_targets(), http_targets(), json_targets(), token_targets(), api_targets()})
      all.insert(all.end(), group.begin(), group.end());
    return all;
  }();
  return targets;
}

const Target* find_target(std::string_view name) {
  const auto found = std::ranges::find(all_targets(), name, &Target::name);
  return found == all_targets().end() ? nullptr : &*found;
}

}  // namespace perpetua::fuzz
