// The API over the real rules and a store in memory, without sockets: what each route answers.

#include "http/api_testing.h"

namespace perpetua::http {
namespace {

constexpr const char* kTwoDunes = R"({"bookId":"dune","quantity":2})";

TEST_F(ApiTest, SaysWhichRegionAnswers) {
  const Response truth = ask("GET", "/api/truth");
  EXPECT_EQ(body(truth).at("region"), "eu-west-1");
  EXPECT_EQ(body(truth).at("title"), "Ireland");
  EXPECT_EQ(body(truth).at("flag"), "IE");
  EXPECT_EQ(truth.headers.find("Cache-Control"), "no-store");
}

TEST_F(ApiTest, BeginsASessionOnce) {
  const Response first = ask("POST", "/api/session");
  EXPECT_EQ(first.status, 201);
  const std::string token(body(first).at("token").as_string());
  const Response again =
      ask("POST", "/api/session", "{}", {{"cookie", "perpetua_session=" + token}});
  EXPECT_EQ(again.status, 201);
  EXPECT_EQ(body(again).at("customerId"), body(first).at("customerId"));
  EXPECT_EQ(body(again).at("cartId"), body(first).at("cartId"));
  EXPECT_EQ(again.headers.all("Set-Cookie").size(), 2u);
  EXPECT_EQ(type(ask("POST", "/api/session", "{}", {{"origin", "http://evil.test"}})),
            "403 forbidden-origin");
}

TEST_F(ApiTest, ShowsTheCatalogue) {
  const Response list = ask("GET", "/api/books?limit=1");
  EXPECT_EQ(list.status, 200) << list.body;
  EXPECT_EQ(body(list).at("items").as_array().size(), 1u);
  EXPECT_EQ(body(list).at("items").at(0).at("id"), "bread");
  EXPECT_TRUE(list.headers.find("ETag"));
  EXPECT_FALSE(list.headers.find("Set-Cookie"));
  for (const char* of_a_view :
       {"/api/books", "/api/categories", "/api/bestsellers", "/api/search?q=du"})
    EXPECT_EQ(tokens_.verify(*ask("GET", of_a_view).headers.find("Perpetua-Position")),
              feeder_.position())
        << of_a_view;
  const std::string link(*list.headers.find("Link"));
  const std::string next = link.substr(1, link.find('>') - 1);
  EXPECT_EQ(body(ask("GET", next)).at("items").at(0).at("id"), "dune");
  EXPECT_FALSE(ask("GET", next).headers.find("Link"));

  const Response book = ask("GET", "/api/books/dune");
  EXPECT_EQ(body(book).at("availability").at(0).at("quantity"), 3);
  EXPECT_EQ(ask("GET", "/api/books/dune", {},
                {{"if-none-match", std::string(*book.headers.find("ETag"))}})
                .status,
            304);
  EXPECT_EQ(type(ask("GET", "/api/books/none")), "404 not-found");
  EXPECT_EQ(body(ask("GET", "/api/categories")).at("items").at(1).at("name"), "Science Fiction");
  EXPECT_EQ(body(ask("GET", "/api/books?category=cookbooks")).at("items").as_array().size(), 1u);
}

TEST_F(ApiTest, ListsBooksInTheSequenceThatIsAskedFor) {
  const Response list = ask("GET", "/api/books?sort=-price&limit=1&category=cookbooks");
  EXPECT_EQ(list.status, 200) << list.body;
  EXPECT_FALSE(list.headers.find("Link"));
  const Response dear = ask("GET", "/api/books?limit=1&sort=-price");
  EXPECT_EQ(body(dear).at("items").at(0).at("id"), "dune");
  const std::string link(*dear.headers.find("Link"));
  EXPECT_TRUE(link.starts_with("</api/books?limit=1&sort=-price&cursor=")) << link;
  const std::string next = link.substr(1, link.find('>') - 1);
  EXPECT_EQ(body(ask("GET", next)).at("items").at(0).at("id"), "bread");
  const std::string cursor = next.substr(next.find("&cursor="));
  for (const char* other : {"sort=price", "sort=title", "limit=1", "sort=-price&category=cookbooks",
                            "sort=-price&author=F.%20Herbert"})
    EXPECT_EQ(type(ask("GET", std::string("/api/books?") + other + cursor)), "400 validation")
        << other;
  EXPECT_EQ(body(ask("GET", "/api/books?author=f.+h%C3%A9rbert")).at("items").at(0).at("id"),
            "dune");
  EXPECT_EQ(ask("PUT", "/books/bread",
                R"({"id":"bread","title":"Bread","authors":["F. Herbert"],"category":"cookbooks",)"
                R"("description":"","price":{"amount":500,"currency":"EUR"}})")
                .status,
            200);
  const Response of_author = ask("GET", "/api/books?author=F.%20Herbert&sort=price&limit=1");
  EXPECT_TRUE(of_author.headers.find("Link")->starts_with(
      "</api/books?limit=1&author=F.%20Herbert&sort=price&cursor="));
}

TEST_F(ApiTest, FindsBooks) {
  const json::value found = body(ask("GET", "/api/search?q=herb+d%C3%BBne"));
  EXPECT_EQ(found.at("total"), 1);
  EXPECT_EQ(found.at("items").at(0).at("id"), "dune");
  const Response both = ask("GET", "/api/search?q=fiction&limit=1");
  EXPECT_EQ(body(both).at("total"), 1);
  EXPECT_FALSE(both.headers.find("Set-Cookie"));
  EXPECT_EQ(ask("GET", "/api/search?q=fiction&limit=1", {},
                {{"if-none-match", std::string(*both.headers.find("ETag"))}})
                .status,
            304);
  std::string accents;  // of two bytes each: the bound is of characters
  for (int i = 0; i < 100; ++i) accents += "%C3%A9";
  const Response none = ask("GET", "/api/search?q=" + accents);
  EXPECT_EQ(none.status, 200) << none.body;
  EXPECT_EQ(body(none), json::parse(R"({"items":[],"total":0})"));
  EXPECT_EQ(body(ask("GET", "/api/search?q=%3F%FF")).at("total"), 0);
}

TEST_F(ApiTest, NamesTheParameterThatIsWrong) {
  const auto detail = [this](const std::string& target) {
    const Response response = as_buyer("GET", target);
    EXPECT_EQ(type(response), "400 validation") << target;
    EXPECT_FALSE(body(response).as_object().contains("pointer")) << target;  // into a body
    return std::string(body(response).at("detail").as_string());
  };
  for (const char* list : {"/api/books", "/api/orders"}) {
    const auto about = [&](const std::string& query) { return detail(list + ("?" + query)); };
    EXPECT_EQ(about("limit=0"), "limit must be an integer from 1 to 100");
    EXPECT_EQ(about("limit=x"), "limit must be an integer from 1 to 100");
    EXPECT_EQ(about("limit=1&limit=2"), "limit is there twice");
    EXPECT_EQ(about("cursor=AAAA"), "cursor is not one that this list gave");
    EXPECT_EQ(about("colour=red"), "this address has no parameter 'colour'");
  }
  EXPECT_EQ(detail("/api/books?sort=year"), "sort must be title, price, -price or -year");
  EXPECT_EQ(detail("/api/books?author="), "author must have 1 to 200 characters");
  EXPECT_EQ(detail("/api/books?author=" + std::string(201, 'a')),
            "author must have 1 to 200 characters");
  EXPECT_EQ(detail("/api/books?author=a&category=cookbooks"),
            "category and author cannot both be given");
  EXPECT_EQ(detail("/api/search"), "q is missing");
  EXPECT_EQ(detail("/api/search?q="), "q must have 1 to 100 characters");
  EXPECT_EQ(detail("/api/search?q=" + std::string(101, 'a')), "q must have 1 to 100 characters");
  EXPECT_EQ(detail("/api/search?q=a&cursor=AAAA"), "this address has no parameter 'cursor'");
  for (const char* address : {"/api/truth", "/api/categories", "/api/bestsellers", "/api/delivery",
                              "/api/books/dune", "/api/cart", "/api/cart/items/dune"})
    EXPECT_EQ(detail(address + std::string("?%FF=1&x")), "this address has no parameter '%FF'");
  EXPECT_EQ(type(as_buyer("POST", "/api/cart/items?x", kTwoDunes)), "400 validation");
}

TEST_F(ApiTest, KeepsACart) {
  EXPECT_EQ(type(ask("GET", "/api/cart")), "401 unauthenticated");
  const Response added = as_buyer("POST", "/api/cart/items", kTwoDunes);
  EXPECT_EQ(added.status, 201) << added.body;
  EXPECT_EQ(body(added).at("total").at("amount"), 3798);
  EXPECT_EQ(body(added).at("durability"), "local");
  EXPECT_EQ(added.headers.find("Cache-Control"), "no-store");
  EXPECT_TRUE(tokens_.verify(*added.headers.find("Perpetua-Position")));
  EXPECT_EQ(as_buyer("GET", "/api/cart").headers.find("ETag"), added.headers.find("ETag"));
  const json::value line = body(as_buyer("GET", "/api/cart/items/dune"));
  EXPECT_EQ(line.at("quantity"), 2);
  EXPECT_EQ(line.at("authors"), (json::array{"F. Herbert"}));
  EXPECT_EQ(line.at("category"), "science-fiction");
  const Response set = as_buyer("PUT", "/api/cart/items/dune", R"({"quantity":1})");
  EXPECT_EQ(body(set).at("lines").at(0).at("quantity"), 1);
  EXPECT_EQ(as_buyer("DELETE", "/api/cart/items/dune").status, 200);
  EXPECT_EQ(type(as_buyer("GET", "/api/cart/items/dune")), "404 not-found");
}

TEST_F(ApiTest, ABookThatWasRetiredCanBeTakenOutOfACart) {
  EXPECT_EQ(as_buyer("POST", "/api/cart/items", kTwoDunes).status, 201);
  EXPECT_EQ(ask("POST", "/books/dune/retire").status, 200);
  EXPECT_EQ(as_buyer("DELETE", "/api/cart/items/dune").status, 200);
  EXPECT_EQ(
      ask("PUT", "/books/dune",
          R"({"id":"dune","title":"Dune","authors":["F. Herbert"],"category":"science-fiction",)"
          R"("description":"Sand.","price":{"amount":1899,"currency":"EUR"}})")
          .status,
      200);
  EXPECT_TRUE(body(as_buyer("GET", "/api/cart")).at("lines").as_array().empty());
}

TEST_F(ApiTest, PointsAtWhatIsWrongInABody) {
  const auto pointer = [this](const char* content) {
    const Response response = as_buyer("POST", "/api/cart/items", content);
    EXPECT_EQ(response.status, 400) << response.body;
    const auto problem = body(response).as_object();
    return problem.contains("pointer") ? std::string(problem.at("pointer").as_string()) : "none";
  };
  EXPECT_EQ(pointer(R"({"bookId":"dune","quantity":0})"), "/quantity");
  EXPECT_EQ(pointer(R"({"bookId":"Dune","quantity":1})"), "/bookId");
  EXPECT_EQ(pointer(R"({"bookId":"dune","quantity":1,"colour":"red"})"), "/colour");
  EXPECT_EQ(pointer("{"), "none");
}

TEST_F(ApiTest, ARemovalHasNothingInItsBody) {
  EXPECT_EQ(as_buyer("POST", "/api/cart/items", kTwoDunes).status, 201);
  EXPECT_EQ(type(as_buyer("DELETE", "/api/cart/items/dune", "nonsense{")), "400 malformed-json");
  EXPECT_EQ(type(as_buyer("DELETE", "/api/cart/items/dune", R"({"quantity":1})")),
            "400 validation");
  EXPECT_EQ(
      type(as_buyer("DELETE", "/api/cart/items/dune", "{}", {{"content-type", "text/plain"}})),
      "415 unsupported-media-type");
  EXPECT_EQ(as_buyer("DELETE", "/api/cart/items/dune", "{}").status, 200);
}

TEST_F(ApiTest, AKeyIsForOneThing) {
  EXPECT_EQ(as_buyer("POST", "/api/cart/items", kTwoDunes, {{"idempotency-key", "k"}}).status, 201);
  const Response again = as_buyer("POST", "/api/cart/items", kTwoDunes, {{"idempotency-key", "k"}});
  EXPECT_EQ(body(again).at("lines").at(0).at("quantity"), 2);
  EXPECT_EQ(type(as_buyer("POST", "/api/cart/items", R"({"bookId":"dune","quantity":1})",
                          {{"idempotency-key", "k"}})),
            "422 key-reused");
}

TEST_F(ApiTest, TakesAnOrderOfTheCart) {
  const Response cart = as_buyer("POST", "/api/cart/items", kTwoDunes);
  EXPECT_EQ(type(as_buyer("POST", "/api/orders", "{}")), "428 precondition-required");
  EXPECT_EQ(type(as_buyer("POST", "/api/orders", "{}", {{"if-match", "\"other\""}})),
            "412 etag-mismatch");
  const Response order =
      as_buyer("POST", "/api/orders", "{}",
               {{"if-match", std::string(*cart.headers.find("ETag"))}, {"idempotency-key", "o"}});
  ASSERT_EQ(order.status, 201) << order.body;
  EXPECT_EQ(body(order).at("region"), "eu-west-1");
  const json::value line = body(order).at("lines").at(0);
  EXPECT_EQ(line.at("title"), "Dune");
  EXPECT_EQ(line.at("authors"), (json::array{"F. Herbert"}));
  EXPECT_EQ(line.at("category"), "science-fiction");
  const std::string location(*order.headers.find("Location"));
  EXPECT_EQ(body(as_buyer("GET", location)).at("lines"), body(order).at("lines"));
  EXPECT_EQ(body(as_buyer("GET", "/api/orders")).at("items").as_array().size(), 1u);
  EXPECT_TRUE(body(as_buyer("GET", "/api/cart")).at("lines").as_array().empty());
  EXPECT_EQ(body(ask("GET", "/api/bestsellers")).at("items").at(0).at("sold"), 2);
  const json::value stock = body(ask("GET", "/books/dune/stock"));
  EXPECT_EQ(stock.at("writers").at(0).at("sold"), 2);
  EXPECT_EQ(stock.at("deliveries").at(0).at("quantity"), 3);
}

TEST_F(ApiTest, TakesAnOrderOfLinesAtTheCataloguesPrices) {
  const auto order = [this](int quantity, int amount) {
    return as_buyer("POST", "/api/orders",
                    R"({"lines":[{"bookId":"dune","quantity":)" + std::to_string(quantity) +
                        R"(,"price":{"amount":)" + std::to_string(amount) +
                        R"(,"currency":"EUR"}}]})");
  };
  const Response dear = order(1, 1);
  EXPECT_EQ(type(dear), "409 price-changed");
  EXPECT_EQ(body(dear).at("lines").at(0).at("price").at("amount"), 1899);
  const Response many = order(4, 1899);
  EXPECT_EQ(type(many), "409 sold-out");
  EXPECT_EQ(body(many).at("lines").at(0).at("available"), 3);
  EXPECT_EQ(order(3, 1899).status, 201);
}

TEST_F(ApiTest, KeepsWhereAnOrderGoesAndWhatItIsPaidWith) {
  const std::string details =
      R"("shipTo":{"name":"A","street":"B","postcode":"C","city":"D","country":"IE"},)"
      R"("delivery":{"method":"express","price":{"amount":890,"currency":"EUR"}},)"
      R"("payment":{"brand":"amex","last4":"0042"})";
  const Response cart = as_buyer("POST", "/api/cart/items", kTwoDunes);
  const Response order = as_buyer("POST", "/api/orders", "{" + details + "}",
                                  {{"if-match", std::string(*cart.headers.find("ETag"))}});
  ASSERT_EQ(order.status, 201) << order.body;
  const json::object given = json::parse("{" + details + "}").as_object();
  for (const auto& answer : {body(order), body(as_buyer("GET", "/api/orders")).at("items").at(0)}) {
    for (const auto& [name, value] : given) EXPECT_EQ(answer.at(name), value);
    EXPECT_EQ(answer.at("total").at("amount"), 2 * 1899 + 890);
  }
  const Response lines = as_buyer(
      "POST", "/api/orders",
      R"({"lines":[{"bookId":"dune","quantity":1,"price":{"amount":1899,"currency":"EUR"}}],)" +
          details + "}");
  EXPECT_EQ(lines.status, 201) << lines.body;
}

TEST_F(ApiTest, PointsAtWhatIsWrongBesideTheLines) {
  const auto pointer = [this](const std::string& details) {
    const Response response =
        as_buyer("POST", "/api/orders", "{" + details + "}", {{"if-match", "\"0123\""}});
    EXPECT_EQ(response.status, 400) << response.body;
    return std::string(body(response).at("pointer").as_string());
  };
  const std::string price = R"("price":{"amount":890,"currency":"EUR"})";
  EXPECT_EQ(pointer(R"("delivery":{"method":"express",)" + price + "}"), "/shipTo");
  EXPECT_EQ(pointer(R"("delivery":{"method":"express"})"), "/delivery/price");
  EXPECT_EQ(pointer(R"("delivery":"express")"), "/delivery");
  EXPECT_EQ(pointer(R"("payment":{"brand":"visa","last4":"4242","number":"1"})"),
            "/payment/number");
  EXPECT_EQ(pointer(R"("payment":{"brand":"visa","last4":4242})"), "/payment/last4");
  EXPECT_EQ(pointer(R"("shipTo":{})"), "/shipTo/name");
  EXPECT_EQ(pointer(R"("shipto":{})"), "/shipto");
}

TEST_F(ApiTest, ListsTheWaysOfDelivery) {
  const Response listed = ask("GET", "/api/delivery");
  EXPECT_EQ(listed.status, 200);
  EXPECT_FALSE(listed.headers.find("Perpetua-Position")) << "it is of no view";
  const json::value expected = json::parse(R"([
      {"method":"standard","price":{"amount":390,"currency":"EUR"},"daysMin":2,"daysMax":4},
      {"method":"express","price":{"amount":890,"currency":"EUR"},"daysMin":1,"daysMax":1}])");
  EXPECT_EQ(body(listed).at("items"), expected);
  const std::string etag(*listed.headers.find("ETag"));
  EXPECT_EQ(ask("GET", "/api/delivery", "", {{"if-none-match", etag}}).status, 304);
}

TEST_F(ApiTest, AnOrderOutlastsItsBook) {
  const Response order = as_buyer(
      "POST", "/api/orders",
      R"({"lines":[{"bookId":"dune","quantity":1,"price":{"amount":1899,"currency":"EUR"}}]})");
  EXPECT_EQ(ask("POST", "/books/dune/retire").status, 200);
  const json::value later = body(as_buyer("GET", std::string(*order.headers.find("Location"))));
  const json::object line = later.at("lines").at(0).as_object();
  EXPECT_EQ(line.at("title"), "dune");
  EXPECT_FALSE(line.contains("authors") || line.contains("category"));
}

TEST_F(ApiTest, OperatorsChangeTheCatalogueAndTheStock) {
  const Response delivered =
      ask("POST", "/books/dune/deliveries", R"({"delivery":"monday","quantity":5})");
  EXPECT_EQ(delivered.status, 200) << delivered.body;
  EXPECT_EQ(ask("POST", "/books/dune/deliveries", R"({"delivery":"monday","quantity":5})").body,
            delivered.body);
  const Response less = ask("POST", "/books/dune/write-offs", R"({"quantity":2,"key":"w"})");
  EXPECT_EQ(body(less).at("writers").at(0).at("rights"), 6) << less.body;
  EXPECT_EQ(type(ask("POST", "/books/none/deliveries", R"({"delivery":"m","quantity":5})")),
            "404 not-found");
  EXPECT_EQ(type(ask("POST", "/books/%ff/retire")), "404 not-found");
  const Response blank =
      ask("PUT", "/books/dune",
          R"({"id":"dune","title":" ","authors":["F. Herbert"],"category":"science-fiction",)"
          R"("description":"Sand.","price":{"amount":1899,"currency":"EUR"}})");
  EXPECT_EQ(type(blank), "400 validation");
  EXPECT_EQ(body(blank).at("detail"), "/title is blank");
  EXPECT_EQ(body(blank).at("pointer"), "/title");
  EXPECT_EQ(body(ask("POST", "/books/dune/retire")).at("changed"), true);
  EXPECT_EQ(ask("GET", "/api/books/dune").status, 404);
  const auto history = body(ask("GET", "/books/dune/history")).at("items").as_array();
  ASSERT_EQ(history.size(), 2u);
  EXPECT_EQ(history.at(0).at("retired"), true);
  EXPECT_EQ(history.at(1).at("writer"), "eu-west-1#1");
  EXPECT_EQ(ask("PUT", "/books/dune", json::serialize(history.at(1).at("book"))).status, 200);
  EXPECT_EQ(ask("GET", "/api/books/dune").status, 200);
  EXPECT_EQ(type(ask("GET", "/books/none/history")), "404 not-found");
}

TEST_F(ApiTest, AnImportIntoARegionThatTakesNoWritesBlamesNoLine) {
  store_->stop_writing("the disk is full");
  const std::string book =
      R"({"id":"new","title":"New","authors":[],"category":"cars","description":"",)"
      R"("price":{"amount":500,"currency":"EUR"}})";
  const Response answer =
      ask("POST", "/books", book + "\nnonsense\n", {{"content-type", "application/x-ndjson"}});
  EXPECT_EQ(type(answer), "503 read-only") << answer.body;
  EXPECT_EQ(body(answer).at("detail"), "the disk is full");
}

}  // namespace
}  // namespace perpetua::http
