#include "http/static_files.h"

#include <gtest/gtest.h>

#include "http/testing.h"

namespace perpetua::http {
namespace {

class StaticFilesTest : public ::testing::Test {
 protected:
  StaticFilesTest()
      : files_(folder_.path() / "dist", {"/", "/books/{id}", "/cart"},
               [this](const Error& error) { failure_ = error.message; }) {
    folder_.write("secret", "secret");
    folder_.write("dist/index.html", "<html>");
    folder_.write("dist/assets/app-1a2b.js", "plain");
    folder_.write("dist/assets/app-1a2b.js.gz", "gzipped");
    folder_.write("dist/flag.svg", "<svg>");
    EXPECT_TRUE(files_.load());
  }
  Response get(std::string path, std::string accept = {}, std::string encoding = {},
               std::string etag = {}) {
    Request request;
    request.method = "GET";
    request.path = std::move(path);
    if (!accept.empty()) request.headers.add("accept", accept);
    if (!encoding.empty()) request.headers.add("accept-encoding", encoding);
    if (!etag.empty()) request.headers.add("if-none-match", etag);
    return files_.answer(request, now_ms_ += 2000);
  }
  TemporaryFolder folder_;
  std::string failure_;
  StaticFiles files_;
  std::int64_t now_ms_ = 0;
};

TEST_F(StaticFilesTest, NothingOutsideTheFolderCanBeAskedFor) {
  for (const char* path :
       {"/../secret", "/assets/../../secret", "/%2e%2e/secret", "/..%2fsecret", "//secret",
        "/assets//../../secret", "/etc/passwd", "/.", "/..", "/assets", "/assets/", "/%00", "/%zz",
        "/index.html/", "/assets/app-1a2b.js.gz", ""})
    EXPECT_EQ(get(path).status, 404) << path;
}

TEST_F(StaticFilesTest, PagesAreTheIndex) {
  for (const char* path : {"/", "/books/dune", "/cart", "/index.html"}) {
    const Response response = get(path);
    EXPECT_EQ(response.status, 200) << path;
    EXPECT_EQ(response.content(), "<html>");
    EXPECT_EQ(response.headers.find("Cache-Control"), "no-cache");
    EXPECT_TRUE(response.headers.find("Content-Security-Policy"));
  }
  EXPECT_EQ(get("/books/").status, 404);
}

TEST_F(StaticFilesTest, BrowsersSeeThePageOfWhatIsNotThere) {
  const Response page = get("/nowhere", "text/html,*/*;q=0.8");
  EXPECT_EQ(page.status, 404);
  EXPECT_EQ(page.content(), "<html>");
  EXPECT_FALSE(page.headers.find("ETag"));
  EXPECT_NE(get("/api/nowhere", "text/html").content(), "<html>");
  EXPECT_EQ(get("/nowhere", "*/*").headers.find("Content-Type"), "application/problem+json");
}

TEST_F(StaticFilesTest, HashedNamesAreKeptForGood) {
  const Response plain = get("/assets/app-1a2b.js");
  EXPECT_EQ(plain.headers.find("Cache-Control"), "public, max-age=31536000, immutable");
  EXPECT_EQ(plain.headers.find("Content-Type"), "text/javascript; charset=utf-8");
  EXPECT_EQ(plain.headers.find("Vary"), "Accept-Encoding");
  const Response zipped = get("/assets/app-1a2b.js", {}, "gzip, br");
  EXPECT_EQ(zipped.content(), "gzipped");
  EXPECT_EQ(zipped.headers.find("Content-Encoding"), "gzip");
  EXPECT_NE(zipped.headers.find("ETag"), plain.headers.find("ETag"));
  EXPECT_EQ(
      get("/assets/app-1a2b.js", {}, "gzip", std::string(*zipped.headers.find("ETag"))).status,
      304);
}

TEST_F(StaticFilesTest, TakesNothing) {
  Request request;
  request.method = "POST";
  request.path = "/cart";
  const Response response = files_.answer(request, 0);
  EXPECT_EQ(response.status, 405);
  EXPECT_EQ(response.headers.find("Allow"), "GET, HEAD");
  request.path = "/nowhere";
  EXPECT_EQ(files_.answer(request, 0).status, 404);
}

TEST_F(StaticFilesTest, ANewBuildIsServedWithoutARestart) {
  folder_.write("dist/index.html", "<html>new");
  std::filesystem::last_write_time(
      folder_.path() / "dist/index.html",
      std::filesystem::file_time_type::clock::now() + std::chrono::seconds(5));
  EXPECT_EQ(get("/").content(), "<html>new");
  std::filesystem::remove_all(folder_.path() / "dist");
  EXPECT_EQ(get("/").content(), "<html>new");
}

TEST_F(StaticFilesTest, ABuildThatCannotBeReadIsTriedAgain) {
  folder_.write("dist/index.html", "<html>new");
  std::filesystem::last_write_time(
      folder_.path() / "dist/index.html",
      std::filesystem::file_time_type::clock::now() + std::chrono::seconds(5));
  folder_.write("dist/assets/huge.js", "");
  std::filesystem::resize_file(folder_.path() / "dist/assets/huge.js", StaticFiles::kBytesMax);
  EXPECT_EQ(get("/").content(), "<html>");
  EXPECT_NE(failure_.find("exceeds"), std::string::npos) << failure_;
  std::filesystem::remove(folder_.path() / "dist/assets/huge.js");
  EXPECT_EQ(get("/").content(), "<html>new");
}

TEST_F(StaticFilesTest, AVariantBeyondTheBoundIsNotLeftOutSilently) {
  folder_.write("dist/flag.svg.br", "");
  std::filesystem::resize_file(folder_.path() / "dist/flag.svg.br", StaticFiles::kBytesMax);
  EXPECT_FALSE(files_.load());
}

TEST(StaticFiles, NeedAnIndex) {
  const TemporaryFolder folder;
  EXPECT_FALSE(StaticFiles(folder.path(), {}).load());
}

}  // namespace
}  // namespace perpetua::http
