// WADO-URI (PS3.18 9): one object or one picture of it by query parameters.
#include <algorithm>

#include "edge/dicomweb/detail/impl.h"
#include "edge/dicomweb/detail/picture.h"

namespace xinglin::dicomweb {

namespace {

using http::Request;
using http::Response;

constexpr std::string_view kObjectOnly[] = {"transferSyntax"};
constexpr std::string_view kPictureOnly[] = {"windowCenter", "windowWidth",  "rows",       "columns",
                                             "region",       "imageQuality", "frameNumber"};
constexpr std::string_view kAny[] = {"requestType", "studyUID", "seriesUID", "objectUID", "contentType"};

template <size_t n>
bool is_one_of(const std::string_view (&names)[n], std::string_view name) {
  return std::find(names, names + n, name) != names + n;
}

// kNotOffered for what changes the object or draws on it, kBadRequest for what is not of the standard or does
// not go with the form.
Result<void> check_parameters(const Request& request, bool picture) {
  for (const http::Parameter& parameter : request.query) {
    const std::string& name = parameter.name;
    if (is_one_of(kAny, name) || (picture ? is_one_of(kPictureOnly, name) : is_one_of(kObjectOnly, name)))
      continue;
    if (is_one_of(kPictureOnly, name) || is_one_of(kObjectOnly, name))
      return Error(kBadRequest, "the parameter " + name + " does not go with this contentType");
    if (name == "anonymize" || name == "annotation" || name == "presentationUID" || name == "charset")
      return Error(kNotOffered, name + " is not offered");
    return Error(kBadRequest, "the parameter " + name + " is not known");
  }
  return {};
}

}  // namespace

Response DicomWeb::Impl::wado_uri(const Request& request, const trust::Access& access) const {
  const auto value = [&](std::string_view name) {
    return std::string(request.query_value(name).value_or(""));
  };
  if (value("requestType") != "WADO") return fail(request, Error(kBadRequest, "requestType must be WADO"));
  for (const char* name : {"studyUID", "seriesUID", "objectUID"})
    if (!is_uid(value(name))) return fail(request, Error(kBadRequest, std::string(name) + " must be a UID"));
  const std::string type = value("contentType");
  const bool jpeg = type == "image/jpeg", png = type == "image/png";
  if (!type.empty() && !jpeg && !png && type != "application/dicom" && type != "*/*")
    return fail(request, Error(kNotAcceptable,
                               "WADO-URI is offered for contentType application/dicom, "
                               "image/jpeg and image/png"));
  const archive::Selection selection{StudyUid(value("studyUID")), SeriesUid(value("seriesUID")),
                                     SopInstanceUid(value("objectUID"))};
  const auto found = rooms.retrieval.find(access, selection, jpeg || png ? "picture" : "file");
  if (!found) return fail(request, found.error());
  const archive::InstanceInfo& instance = found->front();
  // Not said: an image of one frame is a picture, everything else the object itself (PS3.18 9.1.2.2).
  bool picture = jpeg || png;
  if (type.empty() && value("transferSyntax").empty()) {
    const auto frames = layouts.of(rooms.retrieval, instance);
    picture = frames && (*frames)->frames() == 1 && (*frames)->decodable();
  }
  if (const auto fits = check_parameters(request, picture); !fits) return fail(request, fits.error());
  if (picture) {
    const auto asked = parse_wado_uri_picture(request, png ? PictureForm::Png : PictureForm::Jpeg);
    if (!asked) return fail(request, asked.error());
    return send_picture(request, instance, *asked);
  }
  const TransferSyntaxUid syntax(value("transferSyntax"));
  const bool stored = syntax.empty() || syntax == instance.transfer_syntax;
  if (!stored && !can_send_files(*found)(syntax))
    return fail(request, Error(kNotAcceptable, "stored as transfer syntax " + instance.transfer_syntax.str() +
                                                   "; the one asked for cannot be made"));
  return one_file(request, instance, stored ? TransferSyntaxUid() : syntax);
}

}  // namespace xinglin::dicomweb
