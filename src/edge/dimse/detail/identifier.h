// Identifiers of C-FIND, C-MOVE and C-GET (PS3.4 C.4): what is asked as a query of the archive, its rows as
// data sets in the character set and transfer syntax of who asks. Pure; private to edge/dimse.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "codec/dicom/data_set.h"
#include "core/archive/query.h"

namespace xinglin::dimse {

// The six SOP classes of PS3.4 C.6, two information models with three operations each, and the modality
// worklist of PS3.4 K.
enum class Model { PatientRoot, StudyRoot, Worklist };
enum class QueryOperation { Find, Move, Get };
struct QueryClass {
  std::string_view uid;
  Model model;
  QueryOperation operation;
};
const QueryClass* find_query_class(std::string_view uid);  // nullptr: another class
bool is_uncompressed(std::string_view transfer_syntax);    // that an identifier may be in

// SOP class extended negotiation of C-FIND, C-MOVE and C-GET (PS3.4 C.5).
struct Extended {
  bool relational = false, combined_datetime = false, fuzzy = false;
};

struct Asked {
  Model model = Model::StudyRoot;
  archive::Query query;
  dicom::DataSet keys;  // as they came, text in UTF-8 on reading
  std::string charset;  // of the answers: a term of (0008,0005), "" when the asker named none
};

// kBadIdentifier: it cannot be read or breaks the hierarchy of the model.
Result<Asked> parse_identifier(std::span<const uint8_t> bytes, const std::string& transfer_syntax,
                               const QueryClass& asked_of, const Extended& extended);
bool is_unique_key(dicom::Tag tag);
dicom::Tag unique_key(archive::Level level);
// The answer to C-FIND: each key of the request with the row's value or none.
dicom::DataSet answer_of(const Asked& asked, const json::object& row, const std::string& our_ae);
// In ASCII when that is enough, else in `charset` where it can say the text, else in ISO_IR 192.
std::vector<uint8_t> encode_identifier(const dicom::DataSet& data_set, const std::string& transfer_syntax,
                                       const std::string& charset);

// A whole data set with its text as it is, in another uncompressed syntax.
std::vector<uint8_t> rewrite(const dicom::DataSet& data_set, const std::string& transfer_syntax);

}  // namespace xinglin::dimse
