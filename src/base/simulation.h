#pragma once
// Places in the product's own code that the simulator (sim/) looks at and reaches into. All of it
// is compiled out unless PERPETUA_SIMULATION is defined: then, and only then, it costs anything.
//
//   if (PERPETUA_RARE(small_group)) ...      does what happens rarely, now and then: an injected
//                                            fault, or the long way round
//   PERPETUA_REACHED(grant_repeated);        notes that a path was taken that few runs take
//   if (PERPETUA_PLANTED(gap_skipped)) ...   a bug that the simulator must find, off unless it is
//                                            the one that was switched on
//
// Names are [a-z_]+, and each stands in one place. After FoundationDB's BUGGIFY.

#ifdef PERPETUA_SIMULATION

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace perpetua::simulation {

enum class Kind : std::uint8_t { kRare, kReached, kPlanted };

/// One place in the code. Known from the program's start, whether it is ever come by or not.
struct Point {
  Point(std::string_view name, Kind kind);
  const std::string_view name;
  const Kind kind;
  bool is_on = false;         // kRare: may fire in this run; kPlanted: switched on
  std::uint64_t reached = 0;  // kRare: how often it fired
};

/// All that are linked in, by name. One thread.
[[nodiscard]] std::vector<Point*> points(Kind kind);

/// Decides whether a rare point that is on fires now. None fires without.
using Decide = bool (*)();
void set_decide(Decide decide);

[[nodiscard]] bool fires(Point& point);

template <std::size_t kSize>
struct Name {
  constexpr Name(const char (&name)[kSize]) { std::copy_n(name, kSize, text); }  // NOLINT
  char text[kSize];
};

template <Name kName, Kind kKind>
inline Point point{std::string_view(kName.text, sizeof(kName.text) - 1), kKind};

}  // namespace perpetua::simulation

#define PERPETUA_RARE(name)      \
  ::perpetua::simulation::fires( \
      ::perpetua::simulation::point<#name, ::perpetua::simulation::Kind::kRare>)
#define PERPETUA_REACHED(name) \
  (++::perpetua::simulation::point<#name, ::perpetua::simulation::Kind::kReached>.reached)
#define PERPETUA_PLANTED(name) \
  (::perpetua::simulation::point<#name, ::perpetua::simulation::Kind::kPlanted>.is_on)

#else

#define PERPETUA_RARE(name) false
#define PERPETUA_REACHED(name) static_cast<void>(0)
#define PERPETUA_PLANTED(name) false

#endif
