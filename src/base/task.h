#pragma once
// Task<T>: a lazily started coroutine, for code that waits without knowing what runs it. In
// perpetuad an event loop does, in the simulator virtual time does. One thread; not thread-safe.
//
//   Task<int> twice(Source& s) { const int x = co_await s.next(); co_return 2 * x; }
//
// A task starts when it is awaited, resumes its awaiter when it is done (by symmetric transfer, so
// a long chain does not grow the stack), and destroys its frame with the Task object. Exceptions
// travel to the awaiter. detach() starts a task that nobody awaits.

#include <coroutine>
#include <exception>
#include <functional>
#include <optional>
#include <utility>
#include <variant>

namespace perpetua {

template <class T>
class [[nodiscard]] Task;

namespace internal {

struct TaskPromiseBase {
  std::coroutine_handle<> awaiter = std::noop_coroutine();

  struct Final {
    bool await_ready() noexcept { return false; }
    template <class Promise>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> done) noexcept {
      return done.promise().awaiter;
    }
    void await_resume() noexcept {}
  };
  std::suspend_always initial_suspend() noexcept { return {}; }
  Final final_suspend() noexcept { return {}; }
};

template <class T>
struct TaskPromise : TaskPromiseBase {
  std::variant<std::monostate, T, std::exception_ptr> result;

  Task<T> get_return_object();
  template <class U>
  void return_value(U&& value) {
    result.template emplace<1>(std::forward<U>(value));
  }
  void unhandled_exception() { result.template emplace<2>(std::current_exception()); }
  T take() {
    if (result.index() == 2) std::rethrow_exception(std::get<2>(result));
    return std::move(std::get<1>(result));
  }
};

template <>
struct TaskPromise<void> : TaskPromiseBase {
  std::exception_ptr error;

  Task<void> get_return_object();
  void return_void() {}
  void unhandled_exception() { error = std::current_exception(); }
  void take() const {
    if (error) std::rethrow_exception(error);
  }
};

}  // namespace internal

template <class T>
class [[nodiscard]] Task {
 public:
  using promise_type = internal::TaskPromise<T>;
  using Handle = std::coroutine_handle<promise_type>;

  explicit Task(Handle handle) : handle_(handle) {}
  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Task& operator=(Task&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~Task() {
    if (handle_) handle_.destroy();
  }

  bool await_ready() const noexcept { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> awaiter) noexcept {
    handle_.promise().awaiter = awaiter;
    return handle_;
  }
  T await_resume() { return handle_.promise().take(); }

 private:
  Handle handle_;
};

namespace internal {

template <class T>
Task<T> TaskPromise<T>::get_return_object() {
  return Task<T>(std::coroutine_handle<TaskPromise>::from_promise(*this));
}
inline Task<void> TaskPromise<void>::get_return_object() {
  return Task<void>(std::coroutine_handle<TaskPromise>::from_promise(*this));
}

struct Detached {
  struct promise_type {
    Detached get_return_object() { return {}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }
  };
};

}  // namespace internal

/// Runs `task` until its first wait, and leaves it to finish by itself. Whatever it refers to must
/// outlive it. An exception that leaves it ends the process.
inline internal::Detached detach(Task<void> task) {
  co_await task;
}

/// The same, and hands the result to `done` on the thread that finished it.
template <class T>
internal::Detached detach(Task<T> task, std::move_only_function<void(T)> done) {
  T result = co_await task;
  done(std::move(result));
}

/// A value that comes later, once, from outside a coroutine. At most one task awaits it. The owner
/// keeps it alive until it has been set and the awaiter has resumed.
template <class T>
class Promise {
 public:
  Promise() = default;
  Promise(const Promise&) = delete;
  Promise& operator=(const Promise&) = delete;

  [[nodiscard]] bool is_set() const { return value_.has_value(); }

  /// Resumes the awaiter, if there is one, before it returns. Setting twice keeps the first.
  void set(T value) {
    if (value_) return;
    value_.emplace(std::move(value));
    if (awaiter_) std::exchange(awaiter_, nullptr).resume();
  }

  bool await_ready() const noexcept { return value_.has_value(); }
  void await_suspend(std::coroutine_handle<> awaiter) noexcept { awaiter_ = awaiter; }
  T await_resume() { return std::move(*value_); }

 private:
  std::optional<T> value_;
  std::coroutine_handle<> awaiter_;
};

}  // namespace perpetua
