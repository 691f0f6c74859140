#include "base/assert.h"

#include <cstdio>
#include <cstdlib>

namespace perpetua {

void assertion_failed(const char* condition, const char* file, int line, const char* why) {
  std::fprintf(stderr, "perpetua: assertion failed: %s (%s) at %s:%d\n", condition, why, file,
               line);
  std::abort();
}

}  // namespace perpetua
