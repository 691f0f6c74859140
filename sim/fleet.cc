#include "sim/fleet.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <system_error>

#include "base/bytes.h"

namespace perpetua::sim {
namespace {

constexpr int kDied = 9;

std::string encode(const Outcome& outcome, const std::vector<Line>& lines) {
  Encoder out;
  out.u8(outcome.violation ? 1 : 0);
  if (outcome.violation) {
    out.str(outcome.violation->invariant);
    out.str(outcome.violation->what);
    out.i64(outcome.violation->at);
  }
  out.u64(outcome.history_hash);
  out.u64(outcome.events);
  out.i64(outcome.virtual_time);
  out.u64(outcome.crashes);
  for (const auto* counts : {&outcome.faults, &outcome.reached}) {
    out.u32(static_cast<std::uint32_t>(counts->size()));
    for (const auto& [name, count] : *counts) {
      out.str(name);
      out.u64(count);
    }
  }
  out.u64(outcome.orders_tried);
  out.u64(outcome.orders_taken);
  out.u32(static_cast<std::uint32_t>(lines.size()));
  for (const Line& line : lines) {
    out.i64(line.at);
    out.u64(line.region);
    out.str(line.text);
    out.u8(line.is_fault ? 1 : 0);
  }
  return std::move(out).take();
}

std::optional<std::pair<Outcome, std::vector<Line>>> decode(std::string_view bytes) {
  Decoder in(bytes);
  Outcome outcome;
  std::vector<Line> lines;
  if (in.u8() == 1) {
    Violation violation;
    violation.invariant = in.str();
    violation.what = in.str();
    violation.at = in.i64();
    outcome.violation = std::move(violation);
  }
  outcome.history_hash = in.u64();
  outcome.events = in.u64();
  outcome.virtual_time = in.i64();
  outcome.crashes = in.u64();
  for (auto* counts : {&outcome.faults, &outcome.reached})
    for (std::uint32_t left = in.u32(); left > 0 && in.ok(); --left) {
      const std::string name(in.str());
      (*counts)[name] = in.u64();
    }
  outcome.orders_tried = in.u64();
  outcome.orders_taken = in.u64();
  for (std::uint32_t left = in.u32(); left > 0 && in.ok(); --left) {
    Line line{in.i64(), in.u64(), std::string(in.str()), false};
    line.is_fault = in.u8() == 1;
    lines.push_back(std::move(line));
  }
  if (!in.finish("run")) return std::nullopt;
  return std::pair(std::move(outcome), std::move(lines));
}

/// What the signal handler of a run tells before the run dies.
const History* dying_history = nullptr;
int dying_results = -1;

/// Writes all, to a reader that may have gone.
void write_all(int to, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(to, bytes.data(), bytes.size());
    if (written <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

/// An assertion that fails is a finding like any other, and comes with its timeline.
void tell_and_die(int) {
  Outcome outcome;
  outcome.violation = Violation{"crash", {}, 0};
  write_all(dying_results, encode(outcome, dying_history->lines()));
  std::_Exit(kDied);
}

struct Child {
  Plan plan;
  pid_t pid = 0;
  int results = -1;
  int errors = -1;
  std::string result;
  std::string error;
};

void check(bool is_done, const char* what) {
  if (!is_done) throw std::system_error(errno, std::generic_category(), what);
}

Child begin(const Plan& plan, bool keeps_lines) {
  int results[2];
  int errors[2];
  check(::pipe2(results, O_CLOEXEC) == 0, "pipe");
  check(::pipe2(errors, O_CLOEXEC) == 0, "pipe");
  std::fflush(nullptr);
  const pid_t pid = ::fork();
  check(pid >= 0, "fork");
  if (pid == 0) {
    ::dup2(errors[1], STDERR_FILENO);
    ::close(results[0]);
    ::close(errors[0]);
    std::signal(SIGINT, SIG_DFL);
    ::alarm(kRunTimeMax);
    const rlimit work{kRunSecondsMax, kRunSecondsMax + 1};
    ::setrlimit(RLIMIT_CPU, &work);
    History history(keeps_lines);
    dying_history = &history;
    dying_results = results[1];
    std::signal(SIGABRT, tell_and_die);
    const Outcome outcome = run(plan, history);
    write_all(results[1], encode(outcome, history.lines()));
    // Nothing is taken down: what a killed process left waiting would wait for ever.
    std::_Exit(0);
  }
  ::close(results[1]);
  ::close(errors[1]);
  return {plan, pid, results[0], errors[0], {}, {}};
}

/// Whether there may be more.
bool read_some(int from, std::string& into) {
  char buffer[65536];
  const ssize_t size = ::read(from, buffer, sizeof buffer);
  if (size > 0) into.append(buffer, static_cast<std::size_t>(size));
  return size > 0;
}

Finished finish(Child child) {
  int status = 0;
  ::waitpid(child.pid, &status, 0);
  Finished finished{std::move(child.plan), {}, {}};
  auto decoded = decode(child.result);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0 && decoded) {
    finished.outcome = std::move(decoded->first);
    finished.lines = std::move(decoded->second);
    return finished;
  }
  if (decoded) finished.lines = std::move(decoded->second);
  std::string why = child.error;
  if (WIFSIGNALED(status) && (WTERMSIG(status) == SIGALRM || WTERMSIG(status) == SIGXCPU))
    why += "it does not end";
  else if (WIFSIGNALED(status))
    why += "ended by signal " + std::to_string(WTERMSIG(status));
  finished.outcome.violation = Violation{"crash", std::move(why), 0};
  return finished;
}

}  // namespace

void run_fleet(std::size_t jobs, const std::function<std::optional<Plan>()>& next,
               const std::function<bool(Finished)>& take) {
  std::vector<Child> children;
  bool has_more = true;
  bool goes_on = true;
  while (goes_on) {
    while (has_more && children.size() < jobs) {
      const std::optional<Plan> plan = next();
      has_more = plan.has_value();
      if (plan) children.push_back(begin(*plan, false));
    }
    if (children.empty()) return;
    std::vector<pollfd> polled;
    for (const Child& child : children) {
      polled.push_back({child.results, POLLIN, 0});
      polled.push_back({child.errors, POLLIN, 0});
    }
    ::poll(polled.data(), polled.size(), -1);
    for (std::size_t i = 0; i < children.size(); ++i) {
      Child& child = children[i];
      if (polled[2 * i].revents != 0 && !read_some(child.results, child.result)) {
        ::close(std::exchange(child.results, -1));
      }
      if (polled[2 * i + 1].revents != 0 && !read_some(child.errors, child.error)) {
        ::close(std::exchange(child.errors, -1));
      }
    }
    for (auto child = children.begin(); child != children.end() && goes_on;) {
      if (child->results >= 0 || child->errors >= 0) {
        ++child;
        continue;
      }
      goes_on = take(finish(std::move(*child)));
      child = children.erase(child);
    }
  }
  for (Child& child : children) {
    ::kill(child.pid, SIGKILL);
    static_cast<void>(finish(std::move(child)));
  }
}

Finished run_one(const Plan& plan, bool keeps_lines) {
  Child child = begin(plan, keeps_lines);
  while (read_some(child.results, child.result)) {
  }
  while (read_some(child.errors, child.error)) {
  }
  ::close(child.results);
  ::close(child.errors);
  return finish(std::move(child));
}

}  // namespace perpetua::sim
