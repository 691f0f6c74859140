#include "base/simulation.h"

#ifdef PERPETUA_SIMULATION

namespace perpetua::simulation {
namespace {

// Points are made before main(), in whatever order.
std::vector<Point*>& all() {
  static std::vector<Point*> points;
  return points;
}

Decide decide_now = nullptr;

}  // namespace

Point::Point(std::string_view its_name, Kind its_kind) : name(its_name), kind(its_kind) {
  all().push_back(this);
}

std::vector<Point*> points(Kind kind) {
  std::vector<Point*> found;
  std::ranges::copy_if(all(), std::back_inserter(found),
                       [kind](const Point* point) { return point->kind == kind; });
  std::ranges::sort(found, {}, &Point::name);
  return found;
}

void set_decide(Decide decide) {
  decide_now = decide;
}

bool fires(Point& point) {
  if (!point.is_on || decide_now == nullptr || !decide_now()) return false;
  ++point.reached;
  return true;
}

}  // namespace perpetua::simulation

#endif
