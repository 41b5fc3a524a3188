// Memory of devices, which is host memory that ends at a page nothing may touch, and copies.
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "driver.h"

namespace driver {
namespace {

constexpr unsigned char SLACK = 0xa5;
constexpr size_t ALIGNMENT = 16;
/** Freed memory is kept out of use for as long as this allows, so that a late access is caught. */
constexpr size_t MOST_FREED = 8ull << 30;

std::deque<std::pair<char*, size_t>>& freed = *new std::deque<std::pair<char*, size_t>>;
size_t freedBytes = 0;

/** The allocation that an address lies in; null if none. */
const Allocation* find(uint64_t address, uint64_t* start) {
    auto next = state.allocations.upper_bound(address);
    if (next == state.allocations.begin()) {
        return nullptr;
    }
    --next;
    *start = next->first;
    return address < next->first + next->second.bytes ? &next->second : nullptr;
}

size_t rounded(size_t bytes) { return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT; }

void release(uint64_t address) {
    Allocation allocation = state.allocations.at(address);
    state.allocations.erase(address);
    mmap(allocation.pages, allocation.mapped, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE, -1, 0);
    freed.emplace_back(allocation.pages, allocation.mapped);
    freedBytes += allocation.mapped;
    while (freedBytes > MOST_FREED) {
        munmap(freed.front().first, freed.front().second);
        freedBytes -= freed.front().second;
        freed.pop_front();
    }
}

/** Whether host memory is page-locked, whole. */
bool isRegistered(const void* host, size_t bytes) {
    uint64_t address = reinterpret_cast<uint64_t>(host);
    auto next = state.registered.upper_bound(address);
    if (next == state.registered.begin()) {
        return false;
    }
    --next;
    return address + bytes <= next->first + next->second.bytes;
}

/** Copies, when its turn has come, if the memory is still there. */
Work copying(uint64_t to, uint64_t from, size_t bytes, std::function<bool()> isThere) {
    return [=]() -> Status {
        {
            Lock lock(state.mutex);
            if (!isThere()) {
                return ILLEGAL_ADDRESS;
            }
        }
        memmove(reinterpret_cast<void*>(to), reinterpret_cast<const void*>(from), bytes);
        return SUCCESS;
    };
}

uint64_t word(const void* pointer) { return reinterpret_cast<uint64_t>(pointer); }

Work filling(uint64_t to, uint32_t value, size_t count) {
    return [=]() -> Status {
        {
            Lock lock(state.mutex);
            if (!holds(to, 4 * count)) {
                return ILLEGAL_ADDRESS;
            }
        }
        for (size_t i = 0; i < count; i++) {
            memcpy(reinterpret_cast<char*>(to) + 4 * i, &value, 4);
        }
        return SUCCESS;
    };
}

}  // namespace

bool holds(uint64_t address, size_t bytes) {
    uint64_t start;
    const Allocation* allocation = find(address, &start);
    return allocation != nullptr && address + bytes <= start + allocation->bytes;
}

size_t freeMemoryOf(Context* context) {
    std::vector<uint64_t> device, host;
    for (const auto& [address, allocation] : state.allocations) {
        if (allocation.context == context) {
            device.push_back(address);
        }
    }
    for (const auto& [address, registration] : state.registered) {
        if (registration.context == context) {
            host.push_back(address);
        }
    }
    for (uint64_t address : device) {
        release(address);
    }
    for (uint64_t address : host) {
        state.registered.erase(address);
    }
    return device.size() + host.size();
}

Status checkSlack() {
    for (const auto& [address, allocation] : state.allocations) {
        for (size_t i = allocation.bytes; i < rounded(allocation.bytes); i++) {
            if (reinterpret_cast<const unsigned char*>(address)[i] != SLACK) {
                return ILLEGAL_ADDRESS;
            }
        }
    }
    return SUCCESS;
}

}  // namespace driver

using namespace driver;

extern "C" {

int cuMemAlloc_v2(uint64_t* address, size_t bytes) {
    Lock lock(state.mutex);
    if (Status status = checkUnsafe()) {
        return status;
    }
    if (bytes == 0) {
        return INVALID_VALUE;
    }
    size_t used = 0;
    for (const auto& [start, allocation] : state.allocations) {
        used += allocation.context->device == current->device ? allocation.bytes : 0;
    }
    size_t all = static_cast<size_t>(state.numbers[MEMORY]);
    if (failsToCreate() || bytes > all || used + bytes > all) {
        return OUT_OF_MEMORY;
    }
    size_t page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
    size_t body = (rounded(bytes) + page - 1) / page * page;
    char* pages = static_cast<char*>(
            mmap(nullptr, body + 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    if (pages == MAP_FAILED) {
        return OUT_OF_MEMORY;
    }
    mprotect(pages, page, PROT_NONE);
    mprotect(pages + page + body, page, PROT_NONE);
    char* start = pages + page + body - rounded(bytes);
    memset(start, 0xff, bytes); // NaN
    memset(start + bytes, SLACK, rounded(bytes) - bytes);
    *address = word(start);
    state.allocations[*address] = {current, pages, body + 2 * page, bytes};
    return SUCCESS;
}

int cuMemFree_v2(uint64_t address) {
    Lock lock(state.mutex);
    if (Status status = checkUnsafe()) {
        return status;
    }
    auto found = state.allocations.find(address);
    if (found == state.allocations.end()) {
        return INVALID_VALUE;
    }
    finish(lock, found->second.context);
    if (state.allocations.count(address) == 0) {
        return INVALID_VALUE; // freed twice at once
    }
    release(address);
    return current->lost;
}

int cuMemGetInfo_v2(size_t* free, size_t* total) {
    Lock lock(state.mutex);
    if (Status status = check()) {
        return status;
    }
    *total = static_cast<size_t>(state.numbers[MEMORY]);
    *free = *total;
    for (const auto& [start, allocation] : state.allocations) {
        *free -= allocation.context->device == current->device ? std::min(*free, allocation.bytes) : 0;
    }
    return SUCCESS;
}

int cuMemHostRegister_v2(void* host, size_t bytes, unsigned) {
    Lock lock(state.mutex);
    if (Status status = checkUnsafe()) {
        return status;
    }
    if (host == nullptr || bytes == 0) {
        return INVALID_VALUE;
    }
    if (failsToCreate()) {
        return OUT_OF_MEMORY;
    }
    if (state.numbers[REFUSING_TO_PIN] != 0) {
        return NOT_SUPPORTED;
    }
    for (const auto& [start, registration] : state.registered) {
        if (word(host) < start + registration.bytes && start < word(host) + bytes) {
            return HOST_MEMORY_ALREADY_REGISTERED;
        }
    }
    state.registered[word(host)] = {current, bytes};
    return SUCCESS;
}

int cuMemHostUnregister(void* host) {
    Lock lock(state.mutex);
    if (Status status = checkUnsafe()) {
        return status;
    }
    return state.registered.erase(word(host)) > 0 ? SUCCESS : HOST_MEMORY_NOT_REGISTERED;
}

int cuMemcpyHtoDAsync_v2(uint64_t to, const void* from, size_t bytes, Stream* stream) {
    Lock lock(state.mutex);
    if (Status status = check(stream)) {
        return status;
    }
    if (!holds(to, bytes)) {
        return INVALID_VALUE;
    }
    if (!isRegistered(from, bytes)) {
        // What is not page-locked is taken before the call returns.
        auto taken = std::make_shared<std::vector<char>>(static_cast<const char*>(from), static_cast<const char*>(from) + bytes);
        return give(stream, {nullptr, copying(to, word(taken->data()), bytes, [=] { return taken && holds(to, bytes); }), nullptr});
    }
    auto isThere = [=] { return isRegistered(from, bytes) && holds(to, bytes); };
    return give(stream, {nullptr, copying(to, word(from), bytes, isThere), nullptr});
}

int cuMemcpyDtoHAsync_v2(void* to, uint64_t from, size_t bytes, Stream* stream) {
    Lock lock(state.mutex);
    if (Status status = check(stream)) {
        return status;
    }
    if (!holds(from, bytes)) {
        return INVALID_VALUE;
    }
    if (isRegistered(to, bytes)) {
        auto isThere = [=] { return isRegistered(to, bytes) && holds(from, bytes); };
        return give(stream, {nullptr, copying(word(to), from, bytes, isThere), nullptr});
    }
    if (stream->capture) {
        return NOT_SUPPORTED;
    }
    // What is not page-locked is there when the call returns.
    auto done = std::make_shared<Point>();
    give(stream, {nullptr, copying(word(to), from, bytes, [=] { return holds(from, bytes); }), done});
    state.changed.wait(lock, [&] { return done->reached; });
    return current->lost;
}

int cuMemcpyDtoDAsync_v2(uint64_t to, uint64_t from, size_t bytes, Stream* stream) {
    Lock lock(state.mutex);
    if (Status status = check(stream)) {
        return status;
    }
    if (!holds(from, bytes) || !holds(to, bytes)) {
        return INVALID_VALUE;
    }
    auto isThere = [=] { return holds(from, bytes) && holds(to, bytes); };
    return give(stream, {nullptr, copying(to, from, bytes, isThere), nullptr});
}

int cuMemsetD32Async(uint64_t to, unsigned value, size_t count, Stream* stream) {
    Lock lock(state.mutex);
    if (Status status = check(stream)) {
        return status;
    }
    if (to % 4 != 0 || !holds(to, 4 * count)) {
        return INVALID_VALUE;
    }
    return give(stream, {nullptr, filling(to, value, count), nullptr});
}

/** For tests that hold a stream: it goes on once the word in memory is the value, or above it, or has its bits. */
int cuStreamWaitValue32_v2(Stream* stream, uint64_t address, unsigned value, unsigned flags) {
    Lock lock(state.mutex);
    if (Status status = check(stream)) {
        return status;
    }
    if (address % 4 != 0 || !holds(address, 4) || flags > 2) {
        return INVALID_VALUE;
    }
    auto wait = [=]() -> Status {
        for (;;) {
            Lock inner(state.mutex);
            if (!holds(address, 4)) {
                return ILLEGAL_ADDRESS;
            }
            unsigned found;
            memcpy(&found, reinterpret_cast<const void*>(address), 4);
            bool met = flags == 0 ? static_cast<int>(found - value) >= 0 : flags == 1 ? found == value : (found & value) != 0;
            if (met || stream->context->lost != SUCCESS) {
                return SUCCESS;
            }
            inner.unlock();
            usleep(200);
        }
    };
    return give(stream, {nullptr, wait, nullptr});
}

int cuStreamWriteValue32_v2(Stream* stream, uint64_t address, unsigned value, unsigned) {
    return cuMemsetD32Async(address, value, 1, stream);
}

}  // extern "C"
