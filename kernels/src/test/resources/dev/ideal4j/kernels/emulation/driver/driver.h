// A CUDA driver made of this process, for the host side of the CUDA backend: what it promises and refuses is what the
// driver API's reference documents. Streams are threads, so that a wait left out is a race that shows. One lock guards
// all; commands run outside of it.
#pragma once
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace driver {

enum Status : int {
    SUCCESS = 0,
    INVALID_VALUE = 1,
    OUT_OF_MEMORY = 2,
    NOT_INITIALIZED = 3,
    INVALID_DEVICE = 101,
    INVALID_CONTEXT = 201,
    UNSUPPORTED_LIMIT = 215,
    INVALID_PTX = 218,
    UNSUPPORTED_PTX_VERSION = 222,
    INVALID_HANDLE = 400,
    NOT_FOUND = 500,
    NOT_READY = 600,
    ILLEGAL_ADDRESS = 700,
    CONTEXT_IS_DESTROYED = 709,
    HOST_MEMORY_ALREADY_REGISTERED = 712,
    HOST_MEMORY_NOT_REGISTERED = 713,
    LAUNCH_FAILED = 719,
    NOT_SUPPORTED = 801,
    CAPTURE_UNSUPPORTED = 900,
    CAPTURE_INVALIDATED = 901,
    CAPTURE_MERGE = 902,
    CAPTURE_UNMATCHED = 903,
    CAPTURE_UNJOINED = 904,
    CAPTURE_ISOLATION = 905,
    CAPTURED_EVENT = 907,
    CAPTURE_WRONG_THREAD = 908,
};

using Lock = std::unique_lock<std::mutex>;
struct Context;
struct Stream;
struct Capture;

/** Work of a stream; fails the context by returning something else than success. */
using Work = std::function<Status()>;

/** A place among the commands of a stream. */
struct Point {
    bool reached = false;
    int64_t nanos = 0;
};

struct Command {
    std::shared_ptr<Point> after; // waited for first; may be null
    Work work;                    // may be null
    std::shared_ptr<Point> reaches; // then reached; may be null
};

/** How many commands a stream was given, and how many are over; outlives the stream's handle. */
struct Progress {
    uint64_t given = 0;
    uint64_t over = 0;
};

struct Stream {
    Context* context;
    std::shared_ptr<Progress> progress = std::make_shared<Progress>();
    std::deque<Command> commands;
    bool closing = false;
    std::condition_variable wake;
    std::shared_ptr<Capture> capture;
};

struct Event {
    Context* context;
    bool timed;
    std::shared_ptr<Point> point;     // null: never recorded
    std::shared_ptr<Capture> capture; // not null: last recorded in a stream that was captured
    std::set<size_t> after;           // the captured nodes that it comes after
};

struct Graph {
    std::vector<Work> nodes; // in an order that their dependencies allow
};

/** A capture under way: what would have been given to its streams. */
struct Capture {
    Stream* origin;
    std::thread::id thread;
    int mode;
    bool over = false;
    bool invalidated = false;
    std::map<Stream*, std::set<size_t>> streams; // those that have joined, with the nodes that their next one comes after
    std::vector<std::set<size_t>> before;        // of each node, those that it comes after
    Graph graph;
};

struct Instance {
    Context* context;
    Graph graph;
    std::shared_ptr<std::mutex> running; // one launch runs after the other
};

struct Module;
struct Function;

/** What is made in a context and must be given back. */
struct Context {
    int device;
    int retained = 0;
    bool destroyed = false;
    Status lost = SUCCESS; // once a command has failed
    std::set<Stream*> streams;
    std::set<std::shared_ptr<Progress>> progress; // of these and of those that still work off what they were given
    std::set<Event*> events;
    std::set<Module*> modules;
    std::set<Instance*> instances;
};

struct Allocation {
    Context* context;
    char* pages;
    size_t mapped;
    size_t bytes;
};

/** Page-locked host memory. */
struct Registration {
    Context* context;
    size_t bytes;
};

struct Device {
    const char* name;
    int capability;
    int units;
    int sharedBytes; // of a block, when asked for
};

/** Numbers that tests read with cuCtxGetLimit and set with cuCtxSetLimit, beyond the limits that drivers have. */
enum Number : int {
    FIRST_NUMBER = 1000,
    LIVE_ALLOCATIONS = 1000,
    LIVE_STREAMS = 1001,
    LIVE_EVENTS = 1002,
    LIVE_MODULES = 1003,
    LIVE_REGISTRATIONS = 1004,
    LIVE_GRAPHS = 1005,
    LIVE_INSTANCES = 1006,
    LIVE_CONTEXTS = 1007,
    /** What contexts still held when they were destroyed, ever, but those in which a command had failed. */
    LEFT_BEHIND = 1008,
    LIVE_BYTES = 1009,
    LAUNCHES = 1010,
    GRAPH_LAUNCHES = 1011,
    /** Set: the most bytes that a device has. */
    MEMORY = 1020,
    /** Set: every command waits up to so many microseconds before it runs; 0 for none. */
    DELAY = 1021,
    /** Set: the n-th launch from now on fails when it runs; 0 for none. */
    FAILING_LAUNCH = 1022,
    /** Set: the newest PTX that modules may be, as 85 for 8.5. */
    PTX_VERSION = 1023,
    /** Set: the n-th call from now on that makes something on the device is out of memory; 0 for none. */
    FAILING_CREATION = 1024,
    /** Set, to anything: writes the file `launched` beside this library, each kernel and the most blocks it ran in. */
    LAUNCHED = 1025,
    /** Set: the version that the driver says it is, as 12060 for CUDA 12.6. */
    DRIVER_VERSION = 1026,
    /** Set: whether host memory is not page-locked, as in some containers. */
    REFUSING_TO_PIN = 1027,
    LAST_NUMBER = 1027,
};

struct State {
    std::mutex mutex;
    std::condition_variable changed; // a point is reached, a stream is idle
    bool initialized = false;
    std::map<int, Context*> primary; // by device
    std::set<Context*> contexts;     // all that ever were: a handle may be used after its end
    std::set<Stream*> streams;
    std::set<Event*> events;
    std::set<Module*> modules;
    std::set<Function*> functions;
    std::set<Graph*> graphs;
    std::set<Instance*> instances;
    std::map<uint64_t, Allocation> allocations;
    std::map<uint64_t, Registration> registered;
    std::set<std::shared_ptr<Capture>> captures;
    std::map<int, int64_t> numbers{{MEMORY, 2LL << 30}, {PTX_VERSION, 85}, {DRIVER_VERSION, 12060}};
    /** By library and kernel, the most blocks of a launch; 0 if there was none. */
    std::map<std::string, std::map<std::string, uint64_t>> launched;
    std::mutex kernels; // one kernel runs at a time, in the whole process
};

/** Never destroyed: threads of streams outlive main. */
extern State& state;
extern const std::vector<Device> devices;
/** The calling thread's. */
extern thread_local Context* current;

/** Success if a call may go on in the current context. */
Status check();
/** As check, and the handle must be of the current context. */
Status check(Stream* stream);
/** As check, for calls that must not be made while a stream is captured; such a call ends the capture. */
Status checkUnsafe();
/** Whether to say that there is no memory, for tests. */
bool failsToCreate();

/** Gives a command to a stream, or to the capture that it is in. */
Status give(Stream* stream, Command command);
/** Waits until everything given to the context's streams so far is over. */
void finish(Lock& lock, Context* context);
/** Ends the capture: nothing comes of it. */
void invalidate(Capture& capture);
void destroy(Lock& lock, Context* context);
void destroyStream(Stream* stream);
void destroyModule(Module* module);
/** Frees memory of the device and lets go of that of the host; how many pieces it was. */
size_t freeMemoryOf(Context* context);
/** Whether memory of a device holds these bytes. */
bool holds(uint64_t address, size_t bytes);
Status checkSlack();
void writeLaunched();
/** Runs something that may touch what it must not. */
Status guarded(const std::function<void()>& work);

}  // namespace driver
