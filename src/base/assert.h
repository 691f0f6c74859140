#pragma once
// Assertions state what must hold whatever the input; they stay on in release builds, for a shop
// that goes on with a broken invariant sells what it does not have.

namespace perpetua {

/// Prints the failed condition and its place to stderr and aborts the process.
[[noreturn]] void assertion_failed(const char* condition, const char* file, int line,
                                   const char* why);

}  // namespace perpetua

#define PERPETUA_ASSERT(condition, why)                                    \
  do {                                                                     \
    if (!(condition)) [[unlikely]]                                         \
      ::perpetua::assertion_failed(#condition, __FILE__, __LINE__, (why)); \
  } while (false)
