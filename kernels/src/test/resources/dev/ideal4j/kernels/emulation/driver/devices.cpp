// Devices, contexts, and the numbers that tests read and set.
#include <cstring>

#include "driver.h"

namespace driver {

State& state = *new State;
/** Of the generations that the backend knows apart, and one that is too old for it. */
const std::vector<Device> devices{
        {"Emulated Ampere", 80, 108, 163 << 10},
        {"Emulated Hopper", 90, 132, 227 << 10},
        {"Emulated Turing", 75, 72, 64 << 10},
        {"Emulated Pascal", 61, 20, 48 << 10},
        {"Emulated Ada", 89, 128, 99 << 10},
};
thread_local Context* current = nullptr;

Status check() {
    if (!state.initialized) {
        return NOT_INITIALIZED;
    }
    if (current == nullptr) {
        return INVALID_CONTEXT;
    }
    if (current->destroyed) {
        return CONTEXT_IS_DESTROYED;
    }
    return current->lost;
}

bool failsToCreate() {
    int64_t& left = state.numbers[FAILING_CREATION];
    return left > 0 && --left == 0;
}

void destroy(Lock& lock, Context* context) {
    finish(lock, context);
    size_t left = context->streams.size() + context->events.size() + context->modules.size() +
                  context->instances.size() + freeMemoryOf(context);
    if (context->lost == SUCCESS) {
        state.numbers[LEFT_BEHIND] += static_cast<int64_t>(left);
    }
    for (Stream* stream : std::set<Stream*>(context->streams)) {
        destroyStream(stream);
    }
    for (Event* event : context->events) {
        state.events.erase(event);
    }
    for (Module* module : std::set<Module*>(context->modules)) {
        destroyModule(module);
    }
    for (Instance* instance : context->instances) {
        state.instances.erase(instance);
    }
    context->destroyed = true;
}

namespace {

int64_t number(int which) {
    switch (which) {
        case LIVE_ALLOCATIONS: return static_cast<int64_t>(state.allocations.size());
        case LIVE_STREAMS: return static_cast<int64_t>(state.streams.size());
        case LIVE_EVENTS: return static_cast<int64_t>(state.events.size());
        case LIVE_MODULES: return static_cast<int64_t>(state.modules.size());
        case LIVE_REGISTRATIONS: return static_cast<int64_t>(state.registered.size());
        case LIVE_GRAPHS: return static_cast<int64_t>(state.graphs.size());
        case LIVE_INSTANCES: return static_cast<int64_t>(state.instances.size());
        case LIVE_CONTEXTS: return static_cast<int64_t>(state.primary.size());
        case LIVE_BYTES: {
            int64_t sum = 0;
            for (const auto& [address, allocation] : state.allocations) {
                sum += static_cast<int64_t>(allocation.bytes);
            }
            return sum;
        }
        default: return state.numbers[which];
    }
}

/** Success if the device is one. */
Status checkDevice(int device) {
    if (!state.initialized) {
        return NOT_INITIALIZED;
    }
    return device >= 0 && device < static_cast<int>(devices.size()) ? SUCCESS : INVALID_DEVICE;
}

}  // namespace
}  // namespace driver

using namespace driver;

extern "C" {

int cuInit(unsigned flags) {
    Lock lock(state.mutex);
    state.initialized = true;
    return flags == 0 ? SUCCESS : INVALID_VALUE;
}

int cuDriverGetVersion(int* version) {
    Lock lock(state.mutex);
    *version = static_cast<int>(state.numbers[DRIVER_VERSION]);
    return SUCCESS;
}

int cuDeviceGetCount(int* count) {
    *count = static_cast<int>(devices.size());
    return state.initialized ? SUCCESS : NOT_INITIALIZED;
}

int cuDeviceGet(int* device, int ordinal) {
    *device = ordinal;
    return checkDevice(ordinal);
}

int cuDeviceGetName(char* name, int length, int device) {
    if (Status status = checkDevice(device)) {
        return status;
    }
    strncpy(name, devices[device].name, static_cast<size_t>(length));
    return SUCCESS;
}

int cuDeviceTotalMem_v2(size_t* bytes, int device) {
    *bytes = static_cast<size_t>(state.numbers[MEMORY]);
    return checkDevice(device);
}

int cuDeviceGetAttribute(int* value, int attribute, int device) {
    if (Status status = checkDevice(device)) {
        return status;
    }
    const Device& about = devices[device];
    switch (attribute) {
        case 1: *value = 1024; return SUCCESS;                    // threads of a block
        case 8: *value = 48 << 10; return SUCCESS;                // shared memory of a block
        case 10: *value = 32; return SUCCESS;                     // threads of a warp
        case 16: *value = about.units; return SUCCESS;            // multiprocessors
        case 75: *value = about.capability / 10; return SUCCESS;  // compute capability
        case 76: *value = about.capability % 10; return SUCCESS;  //
        case 97: *value = about.sharedBytes; return SUCCESS;      // shared memory of a block that asks for more
        default: return INVALID_VALUE;
    }
}

int cuDevicePrimaryCtxRetain(Context** context, int device) {
    Lock lock(state.mutex);
    if (Status status = checkDevice(device)) {
        return status;
    }
    Context*& primary = state.primary[device];
    if (primary == nullptr) {
        primary = new Context;
        primary->device = device;
        state.contexts.insert(primary);
    }
    primary->retained++;
    *context = primary;
    return SUCCESS;
}

int cuDevicePrimaryCtxRelease_v2(int device) {
    Lock lock(state.mutex);
    if (Status status = checkDevice(device)) {
        return status;
    }
    auto found = state.primary.find(device);
    if (found == state.primary.end()) {
        return INVALID_CONTEXT;
    }
    Context* context = found->second;
    if (--context->retained == 0) {
        state.primary.erase(found);
        destroy(lock, context);
    }
    return SUCCESS;
}

int cuCtxSetCurrent(Context* context) {
    Lock lock(state.mutex);
    if (!state.initialized) {
        return NOT_INITIALIZED;
    }
    if (context != nullptr && state.contexts.count(context) == 0) {
        return INVALID_CONTEXT;
    }
    if (context != nullptr && context->destroyed) {
        return CONTEXT_IS_DESTROYED;
    }
    current = context;
    return SUCCESS;
}

int cuCtxGetCurrent(Context** context) {
    *context = current;
    return state.initialized ? SUCCESS : NOT_INITIALIZED;
}

int cuCtxGetDevice(int* device) {
    Lock lock(state.mutex);
    if (Status status = check()) {
        return status;
    }
    *device = current->device;
    return SUCCESS;
}

int cuCtxSynchronize() {
    Lock lock(state.mutex);
    if (Status status = checkUnsafe()) {
        return status;
    }
    finish(lock, current);
    return current->lost;
}

int cuCtxGetLimit(size_t* value, int limit) {
    Lock lock(state.mutex);
    if (limit < FIRST_NUMBER || limit > LAST_NUMBER) {
        return UNSUPPORTED_LIMIT;
    }
    *value = static_cast<size_t>(number(limit));
    return SUCCESS;
}

int cuCtxSetLimit(int limit, size_t value) {
    Lock lock(state.mutex);
    if (limit < MEMORY || limit > LAST_NUMBER) {
        return UNSUPPORTED_LIMIT;
    }
    state.numbers[limit] = static_cast<int64_t>(value);
    if (limit == LAUNCHED) {
        writeLaunched();
    }
    return SUCCESS;
}

}  // extern "C"
