// Serves launches to the test JVM over standard input and output: one line per command, little-endian bytes after it.
// Every buffer ends at a page that nothing may touch, so that an access beyond it is caught in the act.
#include <dlfcn.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <iostream>
#include <sstream>

#include "library.h"

namespace emulation {

struct Buffer {
    char* pages;
    size_t mapped;
    size_t bytes;
};
std::map<uint64_t, Buffer> buffers;
std::vector<Library> libraries;
constexpr unsigned char SLACK = 0xa5;

uint64_t allocate(size_t bytes) {
    size_t page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
    size_t rounded = (bytes + 15) / 16 * 16;
    size_t body = std::max(page, (rounded + page - 1) / page * page);
    char* pages = static_cast<char*>(
            mmap(nullptr, body + 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    if (pages == MAP_FAILED) {
        throw Failure{"out of memory"};
    }
    mprotect(pages, page, PROT_NONE);
    mprotect(pages + page + body, page, PROT_NONE);
    char* start = pages + page + body - rounded;
    memset(start, 0xff, bytes); // NaN
    memset(start + bytes, SLACK, rounded - bytes);
    uint64_t address = reinterpret_cast<uint64_t>(start);
    buffers[address] = {pages, body + 2 * page, bytes};
    return address;
}

void checkSlack() {
    for (const auto& [address, buffer] : buffers) {
        const unsigned char* end = reinterpret_cast<const unsigned char*>(address) + buffer.bytes;
        for (size_t i = 0; i < (16 - buffer.bytes % 16) % 16; i++) {
            if (end[i] != SLACK) {
                throw Failure{"written beyond a buffer of " + std::to_string(buffer.bytes) + " bytes"};
            }
        }
    }
}

void onFault(int) {
    char text[160];
    int length = snprintf(
            text, sizeof text, "error access outside of every buffer (block %u,%u,%u thread %u)\n", blockIdx.x,
            blockIdx.y, blockIdx.z, threadIdx.x);
    ssize_t ignored = write(1, text, static_cast<size_t>(length));
    (void) ignored;
    _exit(3);
}

std::string run(std::istringstream& words) {
    std::string command;
    words >> command;
    if (command == "load") {
        std::string path;
        words >> path;
        void* handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
        auto library = handle ? reinterpret_cast<Library (*)()>(dlsym(handle, "emulated_library")) : nullptr;
        if (!library) {
            throw Failure{std::string("cannot load: ") + dlerror()};
        }
        libraries.push_back(library());
        std::string answer = std::to_string(libraries.size() - 1);
        for (const auto& [name, entry] : libraries.back().kernels) {
            answer += " " + name;
        }
        return answer;
    }
    if (command == "allocate") {
        size_t bytes;
        words >> bytes;
        return std::to_string(allocate(bytes));
    }
    if (command == "free") {
        uint64_t address;
        words >> address;
        Buffer buffer = buffers.at(address);
        munmap(buffer.pages, buffer.mapped);
        buffers.erase(address);
        return "";
    }
    if (command == "write" || command == "read") {
        uint64_t address;
        size_t bytes;
        words >> address >> bytes;
        char* data = reinterpret_cast<char*>(address);
        if (command == "write") {
            std::cin.read(data, static_cast<std::streamsize>(bytes));
            return "";
        }
        std::cout << "ok\n";
        std::cout.write(data, static_cast<std::streamsize>(bytes));
        std::cout.flush();
        return "\n";
    }
    if (command == "copy" || command == "clear") {
        uint64_t to, from = 0;
        size_t bytes;
        words >> to;
        if (command == "copy") {
            words >> from;
        }
        words >> bytes;
        if (command == "copy") {
            memcpy(reinterpret_cast<void*>(to), reinterpret_cast<void*>(from), bytes);
        } else {
            memset(reinterpret_cast<void*>(to), 0, bytes);
        }
        return "";
    }
    if (command == "drop") {
        std::string place;
        words >> place;
        drop(place);
        return "";
    }
    if (command == "places") {
        std::string all;
        for (const std::string& place : places) {
            all += place + " ";
        }
        return all;
    }
    if (command == "launch") {
        std::string name;
        dim3 grid{}, threads{};
        size_t sharedBytes;
        uint64_t seed;
        size_t count;
        size_t number;
        words >> number >> name >> grid.x >> grid.y >> grid.z >> threads.x >> threads.y >> threads.z >> sharedBytes >> seed >> count;
        std::vector<uint64_t> arguments(count);
        for (uint64_t& argument : arguments) {
            words >> argument;
        }
        const Library& library = libraries.at(number);
        auto kernel = library.kernels.find(name);
        if (!words || kernel == library.kernels.end()) {
            throw Failure{"no kernel " + name};
        }
        if (kernel->second.parameters != count) {
            throw Failure{name + " takes " + std::to_string(kernel->second.parameters) + " arguments, got " +
                          std::to_string(count)};
        }
        staticShared = library.sharedStart;
        staticBytes = library.sharedBytes;
        launch(grid, threads, sharedBytes, seed, [&] { kernel->second.call(arguments.data()); });
        checkSlack();
        return "";
    }
    throw Failure{"unknown command " + command};
}

int serve() {
    static char alternate[1 << 16];
    stack_t stack{};
    stack.ss_sp = alternate;
    stack.ss_size = sizeof alternate;
    sigaltstack(&stack, nullptr);
    struct sigaction action{};
    action.sa_handler = onFault;
    action.sa_flags = SA_ONSTACK;
    sigaction(SIGSEGV, &action, nullptr);
    sigaction(SIGBUS, &action, nullptr);
    std::ios::sync_with_stdio(false);
    for (std::string line; std::getline(std::cin, line);) {
        std::istringstream words(line);
        try {
            std::string answer = run(words);
            if (answer != "\n") {
                std::cout << "ok " << answer << std::endl;
            }
        } catch (const Failure& failure) {
            std::cout << "error " << failure.message << std::endl;
        }
    }
    return 0;
}

}  // namespace emulation

int main() { return emulation::serve(); }
