#include "core/trust/jose.h"

#include <gtest/gtest.h>

#include "core/trust/tests/statement.h"
#include "store/sql/tests/temp_dir.h"

namespace xinglin::trust {
namespace {

// RFC 7515 A.2 (RS256) and A.3 (ES256): the keys and what was signed with them.
constexpr std::string_view kRsaSet =
    R"({"keys":[{"kty":"RSA","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQ)"
    R"(p-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzj)"
    R"(b_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlx)"
    R"(vb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4)"
    R"(FRWyuXpoQ","e":"AQAB"}]})";
constexpr std::string_view kRsaToken =
    "eyJhbGciOiJSUzI1NiJ9."
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0"
    "cnVlfQ.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_"
    "O8W2Fp5jujGbds9uJ"
    "dbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_"
    "eSN9383LcO"
    "Ln6_dO--xi12jzDwusC-"
    "eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrB"
    "p0igcN_IoypGlUPQGe77Rw";
constexpr std::string_view kCurveSet =
    R"({"keys":[{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",)"
    R"("y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]})";
constexpr std::string_view kCurveToken =
    "eyJhbGciOiJFUzI1NiJ9."
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0"
    "cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";

TEST(Jose, KnownAnswers) {
  for (const auto& [set, token] : {std::pair(kRsaSet, kRsaToken), std::pair(kCurveSet, kCurveToken)}) {
    const auto keys = KeySet::parse(set);
    const auto jwt = parse_jwt(token);
    ASSERT_TRUE(keys) << keys.error().message();
    ASSERT_TRUE(jwt) << jwt.error().message();
    EXPECT_TRUE(keys->verify(*jwt)) << jwt->algorithm;
    EXPECT_EQ(jwt->text("iss"), "joe");
    EXPECT_EQ(jwt->seconds("exp"), 1300819380);
    std::string changed(token);
    changed[30] = changed[30] == 'A' ? 'B' : 'A';
    const auto other = parse_jwt(changed);
    EXPECT_FALSE(other && keys->verify(*other));
  }
  EXPECT_FALSE(KeySet::parse(kCurveSet)->verify(*parse_jwt(kRsaToken))) << "the key decides the algorithm";
}

std::string token_with(std::string_view header) {
  return to_base64url(as_bytes(header)) + ".e30.AAAA";
}

TEST(Jose, WhatIsNotSignedProperlyIsRefused) {
  for (const std::string_view header : {R"({"alg":"none"})", R"({"alg":"HS256"})", R"({"alg":"RS512"})",
                                        R"({})", R"([])", "x", R"({"alg":"RS256","crit":["exp"]})"})
    EXPECT_FALSE(parse_jwt(token_with(header))) << header;
  for (const std::string_view text : {"", ".", "..", "a.b", "a.b.c.d", "e30.e30."})
    EXPECT_FALSE(parse_jwt(text)) << text;
  EXPECT_FALSE(parse_jwt(std::string(20000, 'a')));
  for (const std::string_view set :
       {"", "[]", "{}", R"({"keys":[]})", R"({"keys":[{"kty":"oct","k":"AAAA"}]})",
        R"({"keys":[{"kty":"RSA","n":"AQAB","e":"AQAB"}]})",
        R"({"keys":[{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}]})",
        R"({"keys":[{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",)"
        R"("y":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"}]})"})
    EXPECT_FALSE(KeySet::parse(set)) << set;
  EXPECT_TRUE(KeySet::parse(R"({"keys":[{"kty":"EC","d":"AAAA"}]})").error().is(kBadJwk)) << "a private key";
}

TEST(Jose, KeysAreFoundByTheirName) {
  const StatementKey one("one"), two("two");
  const auto keys = KeySet::parse(one.jwks());
  ASSERT_TRUE(keys) << keys.error().message();
  EXPECT_TRUE(keys->verify(*parse_jwt(one.sign({{"sub", "x"}}))));
  EXPECT_FALSE(keys->verify(*parse_jwt(two.sign({{"sub", "x"}}))));
  EXPECT_FALSE(keys->verify(*parse_jwt(StatementKey("one").sign({{"sub", "x"}}))))
      << "the same name, another key";
  EXPECT_FALSE(keys->verify(*parse_jwt(one.sign({{"sub", "x"}}, "ES256"))));
}

TEST(Jose, OurOwnKeyIsKeptAndVerifies) {
  const sql::testing::TempDir dir;
  const auto made = TokenSigner::load_or_create(dir.path("k.pem"));
  ASSERT_TRUE(made) << made.error().message();
  const auto token = (*made)->sign({{"iss", "us"}, {"aud", json::array{"a", "b"}}});
  ASSERT_TRUE(token);
  const auto again = TokenSigner::load_or_create(dir.path("k.pem"));
  ASSERT_TRUE(again) << again.error().message();
  const auto keys = KeySet::parse(json::serialize((*again)->public_keys()));
  ASSERT_TRUE(keys);
  const auto jwt = parse_jwt(*token);
  ASSERT_TRUE(jwt);
  EXPECT_TRUE(keys->verify(*jwt));
  EXPECT_TRUE(jwt->is_for("b"));
  EXPECT_FALSE(jwt->is_for("c"));
}

}  // namespace
}  // namespace xinglin::trust
