// What a library of emulated kernels offers to the server that loads it. The two share the scheduler's variables, which are
// inline and therefore one in the process.
#ifndef IDEAL4J_EMULATION_LIBRARY_H // precompiled, where #pragma once is warned of
#define IDEAL4J_EMULATION_LIBRARY_H
#include <map>

#include "tensorcores.h"

namespace emulation {

/** A kernel that takes its arguments as words of 8 bytes, of which each parameter uses the first `sizes` bytes. */
struct Entry {
    size_t parameters;
    std::vector<size_t> sizes;
    std::function<void(const uint64_t*)> call;
};

struct Library {
    std::map<std::string, Entry> kernels;
    unsigned char* sharedStart; // static shared arrays
    size_t sharedBytes;
};

template <class T>
T fromWord(const uint64_t* word) {
    T value;
    memcpy(&value, word, sizeof value);
    return value;
}

template <class... Parameters, size_t... I>
void callWith(void (*kernel)(Parameters...), const uint64_t* words, std::index_sequence<I...>) {
    kernel(fromWord<std::decay_t<Parameters>>(words + I)...);
}

template <class... Parameters>
Entry entry(void (*kernel)(Parameters...)) {
    return {sizeof...(Parameters), {sizeof(Parameters)...}, [kernel](const uint64_t* words) {
                callWith(kernel, words, std::index_sequence_for<Parameters...>{});
            }};
}

}  // namespace emulation

extern "C" unsigned char __start_emulated_shared[] __attribute__((weak, visibility("hidden")));
extern "C" unsigned char __stop_emulated_shared[] __attribute__((weak, visibility("hidden")));

#define EMULATED_LIBRARY(...)                                                                                \
    extern "C" emulation::Library emulated_library() {                                                       \
        return {{__VA_ARGS__},                                                                               \
                __start_emulated_shared,                                                                     \
                static_cast<size_t>(__stop_emulated_shared - __start_emulated_shared)};                      \
    }
#endif
