#include "server/founding.h"

#include <algorithm>
#include <chrono>

#include "domain/membership.h"
#include "store/rocks/rocks_store.h"

namespace perpetua::server {

Result<void> found(const Config& config) {
  if (std::ranges::find(config.founders, config.region) == config.founders.end())
    return fail(ErrorCode::kInvalid,
                config.region + " is not among the founders: start it with run, as a newcomer");
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const Writer self{config.region, 1};
  return store::found_rocks_store(
      config.store_folder(), self, domain::founding_rows(config.founders),
      std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
}

}  // namespace perpetua::server
