// The client against a real socket, served by a thread that says what the test wants.

#include "buyers/client.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <future>
#include <thread>

namespace perpetua::buyers {
namespace {

// One connection after the other; `serve` gets each with its number, and closes nothing.
class Listener {
 public:
  explicit Listener(std::function<void(int connection, int number)> serve)
      : file_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (::bind(file_, generic, size) != 0 || ::listen(file_, 8) != 0) std::abort();
    if (::getsockname(file_, generic, &size) != 0) std::abort();
    port_ = std::to_string(ntohs(address.sin_port));
    thread_ = std::thread([this, serve = std::move(serve)] {
      for (int number = 0;; ++number) {
        const int connection = ::accept(file_, nullptr, nullptr);
        if (connection < 0) return;
        serve(connection, number);
        ::close(connection);
      }
    });
  }
  ~Listener() {
    ::shutdown(file_, SHUT_RDWR);
    thread_.join();
    ::close(file_);
  }
  [[nodiscard]] Endpoint endpoint() const { return {"edge", "127.0.0.1", port_, {}}; }

 private:
  int file_;
  std::string port_;
  std::thread thread_;
};

// The head of the next request (these have no body), or empty when the client closed.
std::string read_head(int connection) {
  std::string head;
  char byte = 0;
  while (!head.ends_with("\r\n\r\n")) {
    if (::recv(connection, &byte, 1, 0) != 1) return {};
    head.push_back(byte);
  }
  return head;
}

void say(int connection, std::string_view text) {
  ASSERT_EQ(::send(connection, text.data(), text.size(), MSG_NOSIGNAL),
            static_cast<ssize_t>(text.size()));
}

constexpr std::string_view kOk =
    "HTTP/1.1 200 OK\r\nPerpetua-Region: a\r\nContent-Length: 2\r\n\r\n{}";

Task<void> send_some(Client& client, Endpoint to, int count, std::vector<HttpAnswer>& answers) {
  for (int i = 0; i < count; ++i) {
    HttpRequest request;
    request.method = "GET";
    request.path = "/api/truth?n=" + std::to_string(i);
    request.headers.emplace_back("Perpetua-Position", "abc");
    request.timeout_ms = 200;
    HttpAnswer answer = co_await client.send(to, request);
    answers.push_back(answer);
  }
}

std::vector<HttpAnswer> ask(const Endpoint& to, int count) {
  Client client;
  std::vector<HttpAnswer> answers;
  client.run(send_some(client, to, count, answers));
  return answers;
}

TEST(Client, KeepsItsConnection) {
  std::vector<std::string> heads;
  int connections = 0;
  {
    Listener listener([&](int connection, int number) {
      connections = number + 1;
      for (std::string head = read_head(connection); !head.empty(); head = read_head(connection)) {
        heads.push_back(head);
        say(connection, kOk);
      }
    });
    const auto answers = ask(listener.endpoint(), 3);
    ASSERT_EQ(answers.size(), 3u);
    EXPECT_EQ(answers[2].status, 200);
    EXPECT_EQ(answers[2].header("perpetua-region"), "a");
    EXPECT_EQ(answers[2].body, "{}");
  }
  EXPECT_EQ(connections, 1);
  ASSERT_EQ(heads.size(), 3u);
  EXPECT_TRUE(heads[1].starts_with("GET /api/truth?n=1 HTTP/1.1\r\n")) << heads[1];
  EXPECT_NE(heads[1].find("Perpetua-Position: abc\r\n"), std::string::npos) << heads[1];
}

TEST(Client, AConnectionThatTheServerClosedMeanwhileIsNotUsedAgain) {
  std::promise<void> closed;
  Listener listener([&](int connection, int number) {
    read_head(connection);
    say(connection, kOk);
    ::shutdown(connection, SHUT_RDWR);
    if (number == 0) closed.set_value();
  });
  Client client;
  std::vector<HttpAnswer> answers;
  client.run(send_some(client, listener.endpoint(), 1, answers));
  closed.get_future().wait();
  client.run(send_some(client, listener.endpoint(), 1, answers));
  ASSERT_EQ(answers.size(), 2u);
  EXPECT_EQ(answers[1].status, 200);
}

TEST(Client, TellsApartHowAnAnswerWasLost) {
  {
    Listener silent([](int connection, int) {
      read_head(connection);
      char byte = 0;
      ::recv(connection, &byte, 1, 0);  // until the client gives up
    });
    EXPECT_EQ(ask(silent.endpoint(), 1)[0].error, NetError::kTimeout);
  }
  {
    Listener half([](int connection, int) {
      read_head(connection);
      say(connection, kOk.substr(0, kOk.size() - 1));
    });
    EXPECT_EQ(ask(half.endpoint(), 1)[0].error, NetError::kConnection);
  }
  Endpoint nobody;
  {
    Listener gone([](int, int) {});
    nobody = gone.endpoint();
  }
  EXPECT_EQ(ask(nobody, 1)[0].error, NetError::kConnect);
  EXPECT_EQ(ask({"a", "", "", "/nowhere/operator.sock"}, 1)[0].error, NetError::kConnect);
}

TEST(Client, SleepsUntilTheTime) {
  Client client;
  const double start_ms = client.now_ms();
  client.run(client.sleep_until(start_ms + 20));
  EXPECT_GE(client.now_ms(), start_ms + 20);
  client.run(client.sleep_until(start_ms));
}

// A generator that is behind its schedule sleeps until what has passed, again and again.
Task<void> never_in_time(Client& client, const std::vector<HttpAnswer>& answers) {
  const double give_up_ms = client.now_ms() + 10'000;
  while (answers.empty() && client.now_ms() < give_up_ms) co_await client.sleep_until(0);
}

TEST(Client, WhoIsBehindLetsAnswersIn) {
  Listener listener([](int connection, int) {
    read_head(connection);
    say(connection, kOk);
  });
  Client client;
  std::vector<HttpAnswer> answers;
  detach(send_some(client, listener.endpoint(), 1, answers));
  client.run(never_in_time(client, answers));
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(answers[0].status, 200);
}

TEST(Endpoint, IsReadFromItsUrl) {
  const auto region = parse_named_url("eu-west-1=http://127.1.2.1:8080/");
  ASSERT_TRUE(region);
  EXPECT_EQ(region->name, "eu-west-1");
  EXPECT_EQ(region->host, "127.1.2.1");
  EXPECT_EQ(region->port, "8080");
  EXPECT_EQ(parse_url("edge", "http://localhost")->port, "80");
  for (const char* wrong : {"https://a", "http://", "http://a:b", "http://a/b", "http://u@a", "a"})
    EXPECT_FALSE(parse_url("edge", wrong)) << wrong;
  EXPECT_FALSE(parse_named_url("http://a"));
  EXPECT_FALSE(parse_named_url("Not A Name=http://a"));
  EXPECT_EQ(parse_named_socket("a=/x/operator.sock")->socket_path, "/x/operator.sock");
  EXPECT_FALSE(parse_named_socket("a="));
}

}  // namespace
}  // namespace perpetua::buyers
