#pragma once
// For tests: a peer whose every message the test writes, linked to a real engine.

#include "replication/engine.h"

namespace perpetua::replication {

class Puppet : public Wire {
 public:
  Puppet(Engine& engine, const std::string& region) : engine_(engine) {
    id_ = engine.connected(region, *this);
  }
  Puppet(const Puppet&) = delete;
  Puppet& operator=(const Puppet&) = delete;
  ~Puppet() override {
    if (!is_closed_) engine_.disconnected(id_, "the test is over");
  }

  void say(const Message& message) { say_bytes(encode_message(message)); }
  void say_bytes(std::string_view bytes) {
    if (!is_closed_) engine_.received(id_, bytes);
  }
  /// What the engine has said since; the bytes are those of whole messages.
  [[nodiscard]] std::vector<Message> hear() {
    if (!is_closed_) reader_.feed(engine_.take_output(id_));
    std::vector<Message> heard;
    for (auto frame = reader_.next(); frame && *frame; frame = reader_.next())
      heard.push_back(decode_message(**frame).value());
    return heard;
  }
  [[nodiscard]] bool is_closed() const { return is_closed_; }

  void output_ready() override {}
  void close(std::string last) override {
    is_closed_ = true;
    reader_.feed(last);
  }

 private:
  Engine& engine_;
  Engine::SessionId id_ = 0;
  FrameReader reader_;
  bool is_closed_ = false;
};

}  // namespace perpetua::replication
