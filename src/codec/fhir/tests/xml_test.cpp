#include "codec/fhir/xml.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/json_text.h"
#include "codec/fhir/definitions.h"
#include "codec/fhir/text.h"

namespace xinglin::fhir {
namespace {

std::string to_json(std::string_view xml) {
  const auto out = from_xml(xml);
  return out ? to_text(*out) : std::string(out.error().code().name) + " " + out.error().message();
}
std::string to_xml_text(std::string_view text) {
  const auto value = json::parse_exact(text);
  if (!value) return value.error().message();
  const auto out = to_xml(value->get_object());
  return out ? out->substr(38) : std::string(out.error().code().name);
}

TEST(Xml, SaysWhatJsonSays) {
  const std::string_view xml =
      R"(<Patient xmlns="http://hl7.org/fhir"><id value="p1"/><meta><tag><code value="a"/></tag></meta>)"
      R"(<text><status value="generated"/>)"
      R"(<div xmlns="http://www.w3.org/1999/xhtml"><p>A &amp; B<br/></p></div>)"
      R"(</text>)"
      R"(<contained><Organization><id value="o"/></Organization></contained>)"
      R"(<extension url="http://x"><valueDecimal value="1.50"/></extension>)"
      R"(<active value="true"/><name id="n"><given value="A"/><given id="g"/><given value="B&#10;&lt;">)"
      R"(<extension url="http://y"><valueInteger value="7"/></extension></given></name></Patient>)";
  const std::string_view text =
      R"({"resourceType":"Patient","id":"p1","meta":{"tag":[{"code":"a"}]},"text":{"status":"generated",)"
      R"("div":"<div xmlns=\"http://www.w3.org/1999/xhtml\"><p>A &amp; B<br/></p></div>"},)"
      R"("contained":[{"resourceType":"Organization","id":"o"}],)"
      R"("extension":[{"url":"http://x","valueDecimal":1.50}],)"
      R"("active":true,"name":[{"id":"n","given":["A",null,"B\n<"],)"
      R"("_given":[null,{"id":"g"},{"extension":[{"url":"http://y","valueInteger":7}]}]}]})";
  EXPECT_EQ(to_json(xml), text);
  EXPECT_EQ(to_xml_text(text), xml);
}

TEST(Xml, IsWrittenInTheOrderOfTheDefinitions) {
  EXPECT_EQ(to_xml_text(R"({"valueQuantity":{"code":"g","value":1.0},"status":"final","code":{"text":"x"},)"
                        R"("id":"1","fhir_comments":["no"],"resourceType":"Observation"})"),
            R"(<Observation xmlns="http://hl7.org/fhir"><id value="1"/><status value="final"/><code>)"
            R"(<text value="x"/></code><valueQuantity><value value="1.0"/><code value="g"/></valueQuantity>)"
            R"(</Observation>)");
  EXPECT_EQ(to_xml_text(R"({"resourceType":"Patient","_birthDate":{"id":"b"},"_gender":null})"),
            R"(<Patient xmlns="http://hl7.org/fhir"><birthDate id="b"/></Patient>)");
}

TEST(Xml, TakesPrefixesCommentsAndDeclarations) {
  EXPECT_EQ(
      to_json("\xEF\xBB\xBF<?xml version='1.0' encoding='utf-8'?>\n<?style a?><!-- <x> -->\n"
              "<f:Basic xmlns:f='http://hl7.org/fhir' xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' "
              "xsi:schemaLocation='a b'>\n <f:id value='1'  />\n</f:Basic >\n"),
      R"({"resourceType":"Basic","id":"1"})");
  EXPECT_EQ(
      to_json("<Basic xmlns='http://hl7.org/fhir'><language value='&#x4F60;&quot;&apos;a\tb'/></Basic>"),
      "{\"resourceType\":\"Basic\",\"language\":\"\u4F60\\\"'a b\"}");
}

TEST(Xml, RefusesWhatIsNotTheXmlOfAResource) {
  const auto refused = [](std::string_view inside) {
    return to_json("<Patient xmlns='http://hl7.org/fhir'>\n" + std::string(inside) + "</Patient>");
  };
  for (const char* bad : {"<id value='&nbsp;'/>",
                          "<id value='&#0;'/>",
                          "<id value='&#xFFFF;'/>",
                          "<id value='a' value='b'/>",
                          "<id value='<'/>",
                          "<id value=a/>",
                          "<id value/>",
                          "<id/>",
                          "<nothing value='a'/>",
                          "text",
                          "<id value='a'/><id value='b'/>",
                          "<active value='yes'/>",
                          "<multipleBirthInteger value='1x'/>",
                          "<value value='a'/>",
                          "<multipleBirth value='a'/>",
                          "<id value='a' other='b'/>",
                          "<![CDATA[a]]>",
                          "<id value='a'>x</id>",
                          "<name><family value='a'></name>",
                          "<contained/>",
                          "<contained><a/></contained>",
                          "<contained><Basic/><Basic/></contained>",
                          "<id xmlns='' value='a'/>",
                          "<text><div>a</div></text>",
                          "<text><div xmlns='http://www.w3.org/1999/xhtml'><p></div></text>",
                          "<resourceType value='Basic'/>",
                          "<_id value='a'/>",
                          "<id value='\x01'/>",
                          "<id value='\xff'/>"})
    EXPECT_TRUE(refused(bad).starts_with("fhir.bad-xml")) << bad << " " << refused(bad);
  for (const char* bad :
       {"", "<", "<a", "<Patient/>", "<!DOCTYPE a><Patient xmlns='http://hl7.org/fhir'/>",
        "<Nothing xmlns='http://hl7.org/fhir'/>", "<Quantity xmlns='http://hl7.org/fhir'/>",
        "<Patient xmlns='http://hl7.org/fhir'>", "<Basic xmlns='http://hl7.org/fhir'/><a/>",
        "<?xml version='1.0' encoding='latin-1'?><Basic xmlns='http://hl7.org/fhir'/>", "<!--"})
    EXPECT_TRUE(to_json(bad).starts_with("fhir.bad-xml")) << bad;
  EXPECT_EQ(refused("<nothing/>"), "fhir.bad-xml line 2: element <nothing> cannot stand here");
}

TEST(Xml, HasLimits) {
  std::string deep = "<Parameters xmlns='http://hl7.org/fhir'>";
  for (int i = 0; i < 200; ++i) deep += i == 0 ? "<parameter>" : "<part>";
  EXPECT_NE(to_json(deep).find("too deeply"), std::string::npos);
  const auto many =
      from_xml("<Patient xmlns='http://hl7.org/fhir'><name/><name/><name/></Patient>", {.elements_max = 3});
  EXPECT_FALSE(many.ok());
}

TEST(Xml, CannotSayWhatTheDefinitionsDoNotKnow) {
  EXPECT_EQ(to_xml_text(R"({"resourceType":"Patient","nothing":1})"), "fhir.no-xml");
  EXPECT_EQ(to_xml_text(R"({"resourceType":"Quantity"})"), "fhir.no-xml");
  EXPECT_EQ(to_xml_text(R"({"resourceType":"Patient","name":"x"})"), "fhir.no-xml");
  EXPECT_EQ(to_xml_text("{\"resourceType\":\"Patient\",\"language\":\"\\u0001\"}"), "fhir.no-xml");
}

// As one text with members in one order, so that only the content is compared.
void canonical(std::string& out, const json::value& value) {
  if (const json::object* object = value.if_object()) {
    std::map<std::string, std::string> members;
    for (const auto& member : *object) {
      if (json::is_kept(member.key()) || member.key() == "fhir_comments") continue;
      std::string& text = members[std::string(member.key())];
      if (member.value().is_object() || member.value().is_array())
        canonical(text, member.value());
      else
        json::append_member(text, *object, member.key(), member.value());
    }
    out += "{";
    for (const auto& [key, text] : members) out.append(key).append("=").append(text).append(";");
    out += "}";
  } else if (const json::array* items = value.if_array()) {
    out += "[";
    for (const json::value& item : *items) canonical(out, item), out += ",";
    out += "]";
  } else {
    json::append_text(out, value);
  }
}

// Every resource of the official package, definitions and examples alike.
TEST(Xml, WholePackageComesBack) {
  const std::string package = XL_SOURCE_DIR "/tools/definitions/node_modules/hl7.fhir.r4.examples";
  size_t files = 0, failed = 0;
  for (const auto& entry : std::filesystem::directory_iterator(package)) {
    if (entry.path().extension() != ".json" || entry.file_size() > 500'000) continue;
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    const auto value = json::parse_exact(text);
    if (!value || !value->is_object()) continue;
    if (!is_resource_type(json::find_string(value->get_object(), "resourceType").value_or(""))) continue;
    ++files;
    const auto xml = to_xml(value->get_object(), files % 2 ? XmlLayout::Compact : XmlLayout::Pretty);
    const auto again = xml ? from_xml(*xml) : Result<json::object>(xml.error());
    std::string before, after;
    canonical(before, *value);
    if (again) canonical(after, json::value(*again));
    if (before == after) continue;
    const auto at = static_cast<size_t>(
        std::mismatch(before.begin(), before.end(), after.begin(), after.end()).first - before.begin());
    const std::string why =
        again ? "differs at " + before.substr(std::max<size_t>(at, 40) - 40, 80) : again.error().message();
    if (++failed <= 10) ADD_FAILURE() << entry.path().filename() << " " << why;
  }
  EXPECT_GT(files, 5000u);
  EXPECT_EQ(failed, 0u);
}

}  // namespace
}  // namespace xinglin::fhir
