#pragma once
// Propagation for coroutines that return std::expected, which C++23 has no operator for.

#define PERPETUA_JOIN_(a, b) a##b
#define PERPETUA_JOIN(a, b) PERPETUA_JOIN_(a, b)

/// PERPETUA_CO_TRY(auto rows, co_await transaction.gather(key)): the value, or co_return the error.
#define PERPETUA_CO_TRY(declaration, ...) \
  PERPETUA_CO_TRY_(PERPETUA_JOIN(tried_, __LINE__), declaration, __VA_ARGS__)
#define PERPETUA_CO_TRY_(name, declaration, ...)                 \
  auto name = __VA_ARGS__;                                       \
  if (!name) co_return std::unexpected(std::move(name).error()); \
  declaration = std::move(*name)
