// Modules, which are libraries of emulated kernels found by the text of their PTX, and launches.
#include <dlfcn.h>
#include <setjmp.h>
#include <signal.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <sstream>

#include "../library.h"
#include "driver.h"

namespace driver {

struct Function {
    Module* module;
    std::string name;
    emulation::Entry entry;
    size_t mostShared = 0; // dynamic, of a block, that was asked for
};

struct Module {
    Context* context;
    std::string path;
    emulation::Library library;
    std::map<std::string, Function*> functions;
};

namespace {

constexpr int JIT_ERROR_LOG = 5;
constexpr int JIT_ERROR_LOG_BYTES = 6;
constexpr int MOST_DYNAMIC_SHARED = 8;

// ---- Accesses beyond memory end the kernel, not the process --------------------------------------------------------------

thread_local sigjmp_buf* wayOut = nullptr;
struct sigaction handlersBefore[NSIG];

void onFault(int signal, siginfo_t* info, void* context) {
    if (wayOut != nullptr) {
        siglongjmp(*wayOut, 1);
    }
    const struct sigaction& before = handlersBefore[signal];
    if (before.sa_flags & SA_SIGINFO) {
        before.sa_sigaction(signal, info, context);
    } else if (before.sa_handler != SIG_DFL && before.sa_handler != SIG_IGN) {
        before.sa_handler(signal);
    } else {
        sigaction(signal, &before, nullptr); // and again
    }
}

void catchFaults() {
    struct sigaction action{};
    action.sa_sigaction = onFault;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    for (int signal : {SIGSEGV, SIGBUS}) {
        sigaction(signal, &action, &handlersBefore[signal]);
    }
}

// ---- Finding the kernels that PTX was made from ---------------------------------------------------------------------------

std::string folder() {
    Dl_info info;
    dladdr(reinterpret_cast<void*>(&catchFaults), &info);
    std::string path = info.dli_fname;
    return path.substr(0, path.rfind('/'));
}

/** FNV-1a. */
std::string hash(const std::string& text) {
    uint64_t hash = 0xcbf29ce484222325ull;
    for (unsigned char byte : text) {
        hash = (hash ^ byte) * 0x100000001b3ull;
    }
    char digits[17];
    snprintf(digits, sizeof digits, "%016llx", static_cast<unsigned long long>(hash));
    return digits;
}

/** The library of a program, as the list beside this library says; empty if it is not there. */
std::string libraryOf(const std::string& program) {
    std::ifstream list(folder() + "/programs");
    std::string wanted = hash(program), found, path;
    while (list >> found && std::getline(list >> std::ws, path)) {
        if (found == wanted) {
            return path;
        }
    }
    return "";
}

struct Refusal {
    Status status;
    std::string log;
};

/** The value of a directive, as `8.0` or `sm_90a`. */
std::string directive(const std::string& ptx, const std::string& name) {
    size_t at = ptx.find(name + " ");
    if (at == std::string::npos) {
        throw Refusal{INVALID_PTX, "ptxas fatal: no " + name};
    }
    std::istringstream rest(ptx.substr(at + name.size()));
    std::string value;
    rest >> value;
    return value.substr(0, value.find(','));
}

/** Refuses what the driver's compiler would not take for the device. */
void checkPtx(const std::string& ptx, const Device& device) {
    std::string version = directive(ptx, ".version");
    int number = 10 * std::stoi(version) + std::stoi(version.substr(version.find('.') + 1));
    if (number > state.numbers[PTX_VERSION]) {
        throw Refusal{UNSUPPORTED_PTX_VERSION, "ptxas fatal: unsupported .version " + version};
    }
    std::string target = directive(ptx, ".target");
    int capability = std::stoi(target.substr(3));
    bool exact = target.back() == 'a';
    if (exact ? capability != device.capability : capability > device.capability) {
        throw Refusal{INVALID_PTX, "ptxas error: " + target + " is not for this device"};
    }
}

/** Static shared memory of a block: that of the program, whose kernels but one have none where dynamic memory is used too. */
size_t staticOf(const Function* function) { return function->module->library.sharedBytes; }

/** Whether a block may have so much dynamic memory: what is static counts as well, here and when more is asked for. */
bool mayHave(const Function* function, size_t shared) {
    return shared <= function->mostShared || shared + staticOf(function) <= 48 << 10;
}

Module* load(const std::string& image) {
    if (image.rfind("cubin ", 0) != 0) { // of the emulated run-time compiler
        checkPtx(image, devices[current->device]);
    }
    std::string path = libraryOf(image);
    if (path.empty()) {
        throw Refusal{INVALID_PTX, "the emulation was not told what this PTX was made from"};
    }
    void* handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    auto library = handle ? reinterpret_cast<emulation::Library (*)()>(dlsym(handle, "emulated_library")) : nullptr;
    if (!library) {
        throw Refusal{INVALID_PTX, dlerror()};
    }
    Module* module = new Module{current, path, library(), {}};
    for (const auto& [name, entry] : module->library.kernels) {
        state.launched[path][name];
    }
    state.modules.insert(module);
    current->modules.insert(module);
    return module;
}

Status launch(const emulation::Entry& entry, const emulation::Library& library, dim3 grid, dim3 threads, size_t shared,
              const std::vector<uint64_t>& arguments, const std::string& name) {
    static uint64_t seed = 0;
    std::lock_guard<std::mutex> turn(state.kernels);
    emulation::staticShared = library.sharedStart;
    emulation::staticBytes = library.sharedBytes;
    Status status = guarded([&] {
        emulation::launch(grid, threads, shared, seed++, [&] { entry.call(arguments.data()); });
    });
    if (status == SUCCESS) {
        Lock lock(state.mutex);
        status = checkSlack();
    }
    if (status != SUCCESS) {
        fprintf(stderr, "the emulated driver: kernel %s touched what it must not, or could not end\n", name.c_str());
    }
    return status;
}

}  // namespace

Status guarded(const std::function<void()>& work) {
    static std::once_flag once;
    std::call_once(once, catchFaults);
    sigjmp_buf here;
    if (sigsetjmp(here, 1) != 0) {
        wayOut = nullptr;
        emulation::block.inFiber = false;
        return ILLEGAL_ADDRESS;
    }
    wayOut = &here;
    Status status = SUCCESS;
    try {
        work();
    } catch (const emulation::Failure& failure) {
        fprintf(stderr, "the emulated driver: %s\n", failure.message.c_str());
        status = LAUNCH_FAILED;
    }
    wayOut = nullptr;
    return status;
}

void writeLaunched() {
    std::ofstream file(folder() + "/launched");
    for (const auto& [path, kernels] : state.launched) {
        for (const auto& [name, blocks] : kernels) {
            file << path << ' ' << name << ' ' << blocks << '\n';
        }
    }
}

void destroyModule(Module* module) {
    for (const auto& [name, function] : module->functions) {
        state.functions.erase(function); // kept: a command may still have it
    }
    state.modules.erase(module);
    module->context->modules.erase(module);
}

}  // namespace driver

using namespace driver;

extern "C" {

int cuModuleLoadDataEx(Module** module, const void* image, unsigned count, int* options, void** values) {
    Lock lock(state.mutex);
    if (Status status = checkUnsafe()) {
        return status;
    }
    char* log = nullptr;
    size_t logBytes = 0;
    for (unsigned i = 0; i < count; i++) {
        if (options[i] == JIT_ERROR_LOG) {
            log = static_cast<char*>(values[i]);
        } else if (options[i] == JIT_ERROR_LOG_BYTES) {
            logBytes = reinterpret_cast<size_t>(values[i]) & 0xffffffff;
        }
    }
    if (failsToCreate()) {
        return OUT_OF_MEMORY;
    }
    try {
        *module = load(static_cast<const char*>(image));
        return SUCCESS;
    } catch (const Refusal& refusal) {
        if (log != nullptr && logBytes > 0) {
            snprintf(log, logBytes, "%s", refusal.log.c_str());
        }
        return refusal.status;
    }
}

int cuModuleLoadData(Module** module, const void* image) {
    return cuModuleLoadDataEx(module, image, 0, nullptr, nullptr);
}

int cuModuleUnload(Module* module) {
    Lock lock(state.mutex);
    if (Status status = checkUnsafe()) {
        return status;
    }
    if (state.modules.count(module) == 0) {
        return INVALID_HANDLE;
    }
    destroyModule(module);
    return SUCCESS;
}

int cuModuleGetFunction(Function** function, Module* module, const char* name) {
    Lock lock(state.mutex);
    if (Status status = check()) {
        return status;
    }
    if (state.modules.count(module) == 0) {
        return INVALID_HANDLE;
    }
    auto entry = module->library.kernels.find(name);
    if (entry == module->library.kernels.end()) {
        return NOT_FOUND;
    }
    Function*& made = module->functions[name];
    if (made == nullptr) {
        made = new Function{module, name, entry->second};
        state.functions.insert(made);
    }
    *function = made;
    return SUCCESS;
}

int cuFuncSetAttribute(Function* function, int attribute, int value) {
    Lock lock(state.mutex);
    if (Status status = check()) {
        return status;
    }
    if (state.functions.count(function) == 0) {
        return INVALID_HANDLE;
    }
    if (attribute != MOST_DYNAMIC_SHARED || value < 0 ||
        value + static_cast<int>(staticOf(function)) > devices[current->device].sharedBytes) {
        return INVALID_VALUE;
    }
    function->mostShared = static_cast<size_t>(value);
    return SUCCESS;
}

int cuLaunchKernel(Function* function, unsigned gridX, unsigned gridY, unsigned gridZ, unsigned x, unsigned y, unsigned z,
                   unsigned shared, Stream* stream, void** parameters, void** extra) {
    Lock lock(state.mutex);
    if (Status status = check(stream)) {
        return status;
    }
    if (state.functions.count(function) == 0 || function->module->context != current) {
        return INVALID_HANDLE;
    }
    uint64_t threads = static_cast<uint64_t>(x) * y * z;
    if (gridX == 0 || gridY == 0 || gridZ == 0 || gridX > 0x7fffffff || gridY > 65535 || gridZ > 65535 || threads == 0 ||
        threads > 1024 || z > 64 || (shared > 0 && !mayHave(function, shared)) || extra != nullptr ||
        (parameters == nullptr && function->entry.parameters > 0)) {
        return INVALID_VALUE;
    }
    std::vector<uint64_t> arguments(function->entry.parameters);
    for (size_t i = 0; i < arguments.size(); i++) {
        memcpy(&arguments[i], parameters[i], function->entry.sizes[i]);
    }
    state.numbers[LAUNCHES]++;
    uint64_t& most = state.launched[function->module->path][function->name];
    most = std::max(most, static_cast<uint64_t>(gridX) * gridY * gridZ);
    int64_t& failing = state.numbers[FAILING_LAUNCH];
    if (failing > 0 && --failing == 0) {
        return give(stream, {nullptr, [] { return LAUNCH_FAILED; }, nullptr});
    }
    auto work = [=]() -> Status {
        {
            Lock inner(state.mutex);
            if (state.functions.count(function) == 0) {
                return LAUNCH_FAILED; // its module was unloaded
            }
        }
        return launch(function->entry, function->module->library, {gridX, gridY, gridZ}, {x, y, z}, shared, arguments,
                      function->name);
    };
    return give(stream, {nullptr, work, nullptr});
}

}  // extern "C"
