#include "http/listener.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <future>
#include <thread>

#include "http/problem.h"
#include "http/testing.h"

namespace perpetua::http {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using Tcp = asio::ip::tcp;

/// A loop on a thread of its own, as perpetuad's is, with a handler that tests open and shut.
class ListenerTest : public ::testing::Test {
 protected:
  ~ListenerTest() override {
    run([this] { listener_.reset(); });
    work_.reset();
    thread_.join();
  }

  /// Runs on the loop's thread and waits for it.
  void run(std::function<void()> what) {
    std::promise<void> done;
    asio::post(loop_, [&] {
      what();
      done.set_value();
    });
    done.get_future().wait();
  }

  void listen_tcp() {
    run([this] { keep(Listener::tcp(loop_, "127.0.0.1", 0, limits_, service())); });
  }
  void keep(Result<std::unique_ptr<Listener>> listener) {
    ASSERT_TRUE(listener) << listener.error().message;
    listener_ = std::move(*listener);
    port_ = listener_->port();
  }

  Service service() {
    return {[this](const Request& request) { return handle(request); },
            [](Response& response) { response.headers.add("X-Finished", "yes"); }};
  }

  Task<Response> handle(const Request& request) {
    Response response;
    response.body = request.method + " " + request.path + " " +
                    std::to_string(request.body.size()) + " " +
                    std::to_string(static_cast<int>(request.trust));
    for (const char* name : {"x-forwarded-proto", "perpetua-region", "perpetua-position"})
      if (request.headers.find(name)) response.body += std::string(" ") + name;
    if (request.path == "/wait") {
      waiting_.set_value();
      co_await gate_;
    }
    if (request.path == "/large") response.body = std::string(3'000'000, 'x');
    co_return response;
  }

  Tcp::socket connect() {
    Tcp::socket socket(client_);
    socket.connect({asio::ip::make_address("127.0.0.1"), port_});
    return socket;
  }

  /// All that comes until the server closes.
  template <class Stream>
  static std::string read_all(Stream& stream) {
    std::string text;
    boost::system::error_code failed;
    asio::read(stream, asio::dynamic_buffer(text), failed);
    return text;
  }
  std::string exchange(std::string_view bytes) {
    Tcp::socket socket = connect();
    boost::system::error_code closed_early;
    asio::write(socket, asio::buffer(bytes), closed_early);
    return read_all(socket);
  }

  asio::io_context loop_;
  asio::io_context client_;
  asio::executor_work_guard<asio::io_context::executor_type> work_{loop_.get_executor()};
  std::thread thread_{[this] { loop_.run(); }};
  std::unique_ptr<Listener> listener_;
  ListenerLimits limits_;
  std::uint16_t port_ = 0;
  Promise<bool> gate_;
  std::promise<void> waiting_;
};

constexpr std::string_view kClose = "Host: x\r\nConnection: close\r\n\r\n";

std::size_t count(std::string_view text, std::string_view part) {
  std::size_t n = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string_view::npos; ++at) ++n;
  return n;
}

TEST_F(ListenerTest, AnswersPipelinedRequestsInOrder) {
  listen_tcp();
  std::string requests;
  for (int i = 0; i < 50; ++i)
    requests += "GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: x\r\n\r\n";
  const std::string answers = exchange(requests + "GET /last HTTP/1.1\r\n" + std::string(kClose));
  EXPECT_EQ(count(answers, "HTTP/1.1 200 OK"), 51u);
  std::size_t at = 0;
  for (int i = 0; i < 50; ++i) {
    at = answers.find("GET /" + std::to_string(i) + " 0 0", at);
    ASSERT_NE(at, std::string::npos) << i;
  }
}

TEST_F(ListenerTest, HeadHasALengthAndNoBody) {
  listen_tcp();
  const std::string answer = exchange("HEAD /a HTTP/1.1\r\n" + std::string(kClose));
  EXPECT_NE(answer.find("Content-Length: 11\r\n"), std::string::npos) << answer;
  EXPECT_TRUE(answer.ends_with("\r\n\r\n"));
}

TEST_F(ListenerTest, BelievesNoStranger) {
  listen_tcp();
  const std::string answer = exchange(
      "GET /a HTTP/1.1\r\nX-Forwarded-Proto: https\r\nPerpetua-Region: x\r\nPerpetua-Position: "
      "p\r\n" +
      std::string(kClose));
  EXPECT_TRUE(answer.ends_with("GET /a 0 0 perpetua-position")) << answer;
}

TEST_F(ListenerTest, RefusesWhatIsTooLargeAndTheClientSeesIt) {
  listen_tcp();
  const std::string head = "POST / HTTP/1.1\r\nHost: x\r\n";
  const std::string by_length =
      exchange(head + "Content-Length: 200000\r\n\r\n" + std::string(200'000, 'a'));
  EXPECT_TRUE(by_length.starts_with("HTTP/1.1 413 ")) << by_length;
  EXPECT_NE(by_length.find("X-Finished: yes"), std::string::npos);
  const std::string chunked =
      exchange(head + "Transfer-Encoding: chunked\r\n\r\n20000\r\n" + std::string(200'000, 'a'));
  EXPECT_TRUE(chunked.starts_with("HTTP/1.1 413 ")) << chunked;
  EXPECT_TRUE(
      exchange("GET / HTTP/1.1\r\nX: " + std::string(40'000, 'a')).starts_with("HTTP/1.1 431 "));
  EXPECT_TRUE(exchange("nonsense\r\n\r\n").starts_with("HTTP/1.1 400 "));
  EXPECT_TRUE(
      exchange("GET /?a=%zz HTTP/1.1\r\n" + std::string(kClose)).starts_with("HTTP/1.1 400 "));
}

TEST_F(ListenerTest, TellsTheClientToGoOn) {
  listen_tcp();
  Tcp::socket socket = connect();
  asio::write(socket,
              asio::buffer("POST /a HTTP/1.1\r\nContent-Length: 2\r\nExpect: 100-continue\r\n" +
                           std::string(kClose)));
  std::string text;
  asio::read(socket, asio::dynamic_buffer(text), asio::transfer_exactly(25));
  EXPECT_EQ(text, "HTTP/1.1 100 Continue\r\n\r\n");
  asio::write(socket, asio::buffer(std::string_view("ab")));
  EXPECT_TRUE(read_all(socket).ends_with("POST /a 2 0"));
}

TEST_F(ListenerTest, DoesNotWaitForSlowClients) {
  limits_.head = 150ms;
  limits_.body = 150ms;
  limits_.idle = 150ms;
  listen_tcp();
  EXPECT_TRUE(exchange("GET / HT").starts_with("HTTP/1.1 408 "));
  EXPECT_TRUE(exchange("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab")
                  .starts_with("HTTP/1.1 408 "));
  EXPECT_EQ(exchange(""), "");
  const std::string idle = exchange("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_TRUE(idle.starts_with("HTTP/1.1 200 ")) << idle;
}

TEST_F(ListenerTest, SendsLargeAnswersWhole) {
  listen_tcp();
  EXPECT_GT(exchange("GET /large HTTP/1.1\r\n" + std::string(kClose)).size(), 3'000'000u);
}

TEST_F(ListenerTest, GivesUpTheLongestIdleForANewOne) {
  limits_.connections = 2;
  listen_tcp();
  Tcp::socket first = connect();
  asio::write(first, asio::buffer(std::string_view("GET / HTTP/1.1\r\nHost: x\r\n\r\n")));
  std::string text;
  asio::read_until(first, asio::dynamic_buffer(text), "GET / 0 0");
  Tcp::socket second = connect();
  asio::write(second, asio::buffer(std::string_view("GET / HTTP/1.1\r\nHost: x\r\n\r\n")));
  asio::read_until(second, asio::dynamic_buffer(text), "GET / 0 0");
  EXPECT_NE(exchange("GET /third HTTP/1.1\r\n" + std::string(kClose)).find("GET /third"),
            std::string::npos);
  EXPECT_EQ(read_all(first), "");  // closed
}

TEST_F(ListenerTest, DrainsWhatIsUnderWay) {
  listen_tcp();
  Tcp::socket idle = connect();
  Tcp::socket busy = connect();
  asio::write(busy, asio::buffer(std::string_view("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n")));
  waiting_.get_future().wait();
  std::promise<void> stopped;
  run([&] { listener_->stop(5s, [&] { stopped.set_value(); }); });
  EXPECT_EQ(read_all(idle), "");
  boost::system::error_code refused;
  Tcp::socket late(client_);
  late.connect({asio::ip::make_address("127.0.0.1"), port_}, refused);
  EXPECT_TRUE(refused);
  auto done = stopped.get_future();
  EXPECT_EQ(done.wait_for(0s), std::future_status::timeout);
  run([&] { gate_.set(true); });
  const std::string answer = read_all(busy);
  EXPECT_NE(answer.find("GET /wait"), std::string::npos);
  EXPECT_NE(answer.find("Connection: close"), std::string::npos);
  done.wait();
}

TEST_F(ListenerTest, UnixSocketIsForItsOwnerAlone) {
  const TemporaryFolder folder;
  const std::string path = folder / "operator.sock";
  for (int again = 0; again < 2; ++again)  // the second takes the place of the file left behind
    run([&] { keep(Listener::unix_socket(loop_, path, limits_, service())); });
  struct stat status{};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  asio::local::stream_protocol::socket socket(client_);
  socket.connect(asio::local::stream_protocol::endpoint(path));
  asio::write(socket, asio::buffer("GET /a HTTP/1.1\r\n" + std::string(kClose)));
  EXPECT_TRUE(read_all(socket).ends_with("GET /a 0 2"));
}

class TlsListenerTest : public ListenerTest {
 protected:
  TlsListenerTest() : authority_(folder_), other_(folder_, "other-ca") {
    authority_.issue("server", {.dns_name = "eu-west-1.region.perpetua.test"});
    authority_.issue("edge", {.dns_name = "dublin.edge.perpetua.test"});
    other_.issue("stranger", {.dns_name = "dublin.edge.perpetua.test"});
    const TlsFiles files{folder_ / "server.pem", folder_ / "server.key", folder_ / "ca.pem"};
    run([&] { keep(Listener::tls(loop_, "127.0.0.1", 0, files, limits_, service())); });
  }
  /// The answer, or nothing when the server wants nothing of this client.
  std::string ask_as(const std::string& name,
                     const std::string& request =
                         "GET /a HTTP/1.1\r\nX-Forwarded-Proto: https\r\n" + std::string(kClose)) {
    asio::ssl::context context(asio::ssl::context::tls_client);
    if (!name.empty()) {
      context.use_certificate_file(folder_ / (name + ".pem"), asio::ssl::context::pem);
      context.use_private_key_file(folder_ / (name + ".key"), asio::ssl::context::pem);
    }
    asio::ssl::stream<Tcp::socket> stream(connect(), context);
    boost::system::error_code failed;
    stream.handshake(asio::ssl::stream_base::client, failed);
    if (!failed) asio::write(stream, asio::buffer(request), failed);
    return failed ? "" : read_all(stream);
  }
  TemporaryFolder folder_;
  TestAuthority authority_;
  TestAuthority other_;
};

TEST_F(TlsListenerTest, KnowsEdgesByTheirCertificates) {
  EXPECT_TRUE(ask_as("edge").ends_with("GET /a 0 1 x-forwarded-proto"));
  EXPECT_EQ(ask_as("server"), "");
  EXPECT_EQ(ask_as(""), "");
  EXPECT_EQ(ask_as("stranger"), "");
}

TEST_F(TlsListenerTest, BelievesNoTrailers) {
  const std::string request =
      "POST /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" + std::string(kClose) +
      "1\r\na\r\n0\r\nX-Forwarded-Proto: https\r\nPerpetua-Region: x\r\n\r\n";
  EXPECT_TRUE(ask_as("edge", request).ends_with("POST /a 1 1"));
}

}  // namespace
}  // namespace perpetua::http
