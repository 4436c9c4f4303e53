// How jemalloc is set up, when the program is linked with it (docs/decisions/0008-allocator.md). It looks for
// this name.
extern "C" {
extern const char* malloc_conf;
// A thread of its own gives back to the system what was freed, also when nobody allocates any more.
const char* malloc_conf = "background_thread:true";
}
