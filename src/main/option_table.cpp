#include "main/option_table.h"

#include <array>

namespace xinglin::main {
namespace {

using options::Type;

constexpr std::array kTable = std::to_array<options::Declaration>({
    {.name = "log.level", .default_value = "info", .prose = "Lines written to standard error: debug, info, warning, error."},
    {.name = "time.default_offset_minutes", .type = Type::Integer, .default_value = "0",
     .prose = "Offset from UTC of times that come without a zone (HL7 v2, DICOM); 480 for China.", .unit = "min",
     .min = -840, .max = 840},
    {.name = "store.readers", .type = Type::Integer, .default_value = "4", .prose = "Connections that read at once.",
     .min = 1, .max = 64},
    {.name = "store.group_max", .type = Type::Integer, .default_value = "256",
     .prose = "Writes that share one commit at most.", .min = 1, .max = 4096},
    {.name = "store.write_queue_max", .type = Type::Integer, .default_value = "4096",
     .prose = "Writes that may wait; over it senders are told to come back later.", .min = 16, .max = 100000},
    {.name = "http.pages_directory", .default_value = "",
     .prose = "Folder of the built pages; empty: ui/dist of the source tree the program was built in."},
    {.name = "http.connections_max", .type = Type::Integer, .default_value = "512", .prose = "HTTP connections at once.",
     .min = 8, .max = 10000},
    {.name = "http.handler_threads", .type = Type::Integer, .default_value = "8",
     .prose = "HTTP requests worked on at once.", .min = 1, .max = 256},
    {.name = "http.event_streams_max", .type = Type::Integer, .default_value = "128",
     .prose = "Open pages that are told of news at once.", .min = 1, .max = 4096},
    {.name = "http.behind_tls", .type = Type::Boolean, .default_value = "false",
     .prose = "A proxy in front speaks TLS: cookies are marked Secure."},
    {.name = "http.hosts", .default_value = "",
     .prose = "Names the Host header may carry when listening beyond loopback, separated by commas; empty: any."},
    {.name = "dimse.ae_title", .default_value = "XINGLIN", .prose = "Our application entity title."},
    {.name = "dimse.accept_any_called", .type = Type::Boolean, .default_value = "false",
     .prose = "Accept associations that call another title than ours."},
    {.name = "dimse.calling_aes", .default_value = "",
     .prose = "Calling titles that are accepted, separated by commas; empty: all."},
    {.name = "dimse.associations_max", .type = Type::Integer, .default_value = "64", .prose = "Associations at once.",
     .min = 1, .max = 1000},
    {.name = "dimse.instance_mib_max", .type = Type::Integer, .default_value = "2048",
     .prose = "Largest instance accepted.", .unit = "MiB", .min = 1, .max = 65536},
    {.name = "dimse.idle_timeout_ms", .type = Type::Integer, .default_value = "60000",
     .prose = "An association silent for this long is aborted.", .unit = "ms", .min = 100, .max = 3600000},
    {.name = "mllp.connections_max", .type = Type::Integer, .default_value = "128", .prose = "MLLP connections at once.",
     .min = 1, .max = 4096},
    {.name = "mllp.message_kib_max", .type = Type::Integer, .default_value = "4096",
     .prose = "Largest message accepted.", .unit = "KiB", .min = 4, .max = 262144},
    {.name = "mllp.idle_timeout_ms", .type = Type::Integer, .default_value = "3600000",
     .prose = "A connection silent for this long is closed.", .unit = "ms", .min = 100, .max = 86400000},
    {.name = "auth.session_idle_minutes", .type = Type::Integer, .default_value = "30",
     .prose = "A session without a request for this long ends.", .unit = "min", .min = 1, .max = 1440},
    {.name = "auth.session_max_hours", .type = Type::Integer, .default_value = "12",
     .prose = "A session ends after this time in any case.", .unit = "h", .min = 1, .max = 72},
    {.name = "auth.sign_in_tries", .type = Type::Integer, .default_value = "5",
     .prose = "Failed sign-ins of one name or address before they have to wait.", .min = 1, .max = 100},
    {.name = "audit.checkpoint_seconds", .type = Type::Integer, .default_value = "60",
     .prose = "The audit log is signed this often when it has grown.", .unit = "s", .min = 1, .max = 86400},
    {.name = "apps.model_directory", .default_value = "",
     .prose = "Folder of model files, one subfolder per application; empty: DIR/models of the data directory."},
});

}  // namespace

std::span<const options::Declaration> option_table() { return kTable; }

}  // namespace xinglin::main
