// Runs the blocks of a CUDA launch on one CPU thread. Each CUDA thread is a fibre that runs until it must wait; which warp
// goes on, and for how long, is random (from a seed), so that warps run far ahead of each other as they may on a GPU.
// Shared memory starts as NaN in every block. What can be shown this way is a race between two waits, not one between two
// single instructions.
#pragma once
#include <ucontext.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <set>
#include <string>
#include <vector>

struct uint3 {
    unsigned x, y, z;
};
struct dim3 {
    unsigned x, y, z;
};

inline uint3 threadIdx, blockIdx;
inline dim3 blockDim, gridDim;

namespace emulation {

constexpr int WARP = 32;
constexpr int MAX_THREADS = 1024;
constexpr size_t STACK = 256 << 10;
constexpr size_t MAX_SHARED = 227 << 10;

/** A copy between shared and global memory that has been asked for but not waited for. */
struct Copy {
    char* to;
    const char* from;
    size_t bytes;   // copied
    size_t zeros;   // written after them
    uint64_t* done; // the barrier told of it, for bulk copies
};

struct Fiber {
    // What every switch touches comes first: 256 fibres' worth of it should stay in the cache.
    void* here[5]; // of __builtin_setjmp, which saves far less than setjmp does
    const unsigned* waits = nullptr; // goes on when this no longer is `generation`
    unsigned generation = 0;
    bool started = false;
    bool finished = true;
    bool polls = false;
    uint3 index;
    std::vector<char> stack;
    std::vector<std::vector<Copy>> groups;                       // cp.async: committed groups, oldest first, then the open one
    std::vector<std::vector<std::function<void()>>> multiplies;  // wgmma, likewise
};

/** What the lanes of a warp hand in for an instruction they execute together, and what they get. */
struct Warp {
    unsigned arrived = 0;
    unsigned generation = 0;
    const char* instruction = nullptr;
    uint32_t in[WARP][16];
    uint32_t out[WARP][8];
};

struct Failure {
    std::string message;
};

class Block {
public:
    std::vector<Fiber> fibers;
    std::vector<Warp> warps;
    std::vector<Copy> bulk; // cp.async.bulk under way
    int threads = 0;
    int alive = 0;
    int current = 0;
    unsigned arrived = 0;
    unsigned generation = 0;
    uint64_t random = 1;
    void* scheduler[5];
    std::function<void()> body;
    bool inFiber = false;
    bool failed = false;
    std::string failure;

    unsigned draw(unsigned below) {
        random = random * 6364136223846793005ull + 1442695040888963407ull;
        return static_cast<unsigned>((random >> 32) * below >> 32);
    }
};

inline Block block;
alignas(1024) inline unsigned char dynamicShared[MAX_SHARED];
inline size_t dynamicBytes = 0;
/** The running kernel's static shared arrays: its library keeps them in one section. */
inline unsigned char* staticShared = nullptr;
inline size_t staticBytes = 0;

/** Goes on where __builtin_setjmp filled a buffer; a function of its own, as the two must not stand in one. */
[[noreturn]] __attribute__((noinline)) inline void jump(void** there) { __builtin_longjmp(there, 1); }

/** Ends the launch with a message; from within a fibre or the scheduler. */
[[noreturn]] inline void fail(const std::string& message) {
    block.failure = message + " (block " + std::to_string(blockIdx.x) + "," + std::to_string(blockIdx.y) + "," +
                    std::to_string(blockIdx.z) + " thread " + std::to_string(threadIdx.x) + ")";
    if (!block.inFiber) {
        throw Failure{block.failure};
    }
    block.failed = true;
    jump(block.scheduler);
}

inline Fiber& self() { return block.fibers[block.current]; }
inline int lane() { return block.current % WARP; }
inline Warp& warp() { return block.warps[block.current / WARP]; }
inline int lanes() { return std::min(WARP, block.threads - block.current / WARP * WARP); }

__attribute__((noinline)) inline void pause() {
    if (__builtin_setjmp(self().here) == 0) {
        jump(block.scheduler);
    }
}

inline void waitFor(const unsigned* counter, unsigned value) {
    Fiber& fiber = self();
    fiber.waits = counter;
    fiber.generation = value;
    pause();
}

// ---- Places that a mutant can leave out ---------------------------------------------------------------------------

inline std::set<std::string> places;
inline std::string dropped;
/** The place asked about last: a block's threads mostly come to one place after the other. */
inline const char* lastFile = nullptr;
inline int lastLine = 0;
inline bool lastLeftOut = false;

/** From now on leaves out the synchronisation at a place. */
inline void drop(const std::string& place) {
    dropped = place;
    lastFile = nullptr;
}

/** Notes a place of synchronisation; true if this run is to leave it out. */
inline bool leftOut(const char* file, int line) {
    if (file != lastFile || line != lastLine) {
        const char* name = strrchr(file, '/');
        std::string place = std::string(name ? name + 1 : file) + ":" + std::to_string(line);
        places.insert(place);
        lastFile = file;
        lastLine = line;
        lastLeftOut = place == dropped;
    }
    return lastLeftOut;
}

// ---- Barriers -----------------------------------------------------------------------------------------------------

inline void releaseIfAllArrived() {
    if (block.arrived > 0 && block.arrived >= static_cast<unsigned>(block.alive)) {
        block.arrived = 0;
        block.generation++;
    }
}

inline void blockBarrier() {
    unsigned generation = block.generation;
    block.arrived++;
    releaseIfAllArrived();
    if (block.generation == generation) {
        waitFor(&block.generation, generation);
    }
}

/** All lanes of a warp meet; the last one to come does the work for all. */
template <class Work>
void together(const char* instruction, Work work) {
    Warp& mine = warp();
    if (mine.arrived == 0) {
        mine.instruction = instruction;
    } else if (strcmp(mine.instruction, instruction) != 0) {
        fail(std::string("the lanes of a warp part: ") + mine.instruction + " and " + instruction);
    }
    unsigned generation = mine.generation;
    if (++mine.arrived == static_cast<unsigned>(lanes())) {
        work(mine);
        mine.arrived = 0;
        mine.generation++;
    } else {
        waitFor(&mine.generation, generation);
    }
}

// ---- Running a block ----------------------------------------------------------------------------------------------

inline void fiberMain() {
    for (;;) {
        block.body();
        Fiber& fiber = self();
        fiber.finished = true;
        block.alive--;
        releaseIfAllArrived();
        pause();
    }
}

inline bool runnable(const Fiber& fiber) {
    return !fiber.finished && (fiber.waits == nullptr || *fiber.waits != fiber.generation);
}

/** Begins a fibre on a stack of its own. */
inline void start(Fiber& fiber, int index) {
    static ucontext_t context;
    fiber.started = true;
    fiber.stack.resize(STACK);
    getcontext(&context);
    context.uc_stack.ss_sp = fiber.stack.data();
    // Stacks end at different lines of the cache, or all ends would fall into the same few.
    context.uc_stack.ss_size = STACK - static_cast<size_t>(index) * 320 % (32 << 10);
    context.uc_link = nullptr;
    makecontext(&context, fiberMain, 0);
    setcontext(&context);
}

/** Lets a fibre run until it waits. */
__attribute__((noinline)) inline void resume(int index) {
    Fiber& fiber = block.fibers[index];
    block.current = index;
    threadIdx = fiber.index;
    fiber.waits = nullptr;
    block.inFiber = true;
    if (__builtin_setjmp(block.scheduler) == 0) {
        if (fiber.started) {
            jump(fiber.here);
        }
        start(fiber, index);
    }
    block.inFiber = false;
    if (block.failed) {
        block.failed = false;
        throw Failure{block.failure};
    }
}

void finishBulkCopy(const Copy& copy);

/** One turn of a warp: of the lanes that can go on most do, in an order that starts anywhere. */
inline bool turn(int number, bool& onlyPolls) {
    int first = number * WARP;
    int count = std::min(WARP, block.threads - first);
    int start = static_cast<int>(block.draw(count));
    bool moved = false;
    for (int i = 0; i < count; i++) {
        int index = first + (start + i < count ? start + i : start + i - count);
        if (runnable(block.fibers[index]) && block.draw(8) > 0) {
            bool polled = block.fibers[index].polls;
            resume(index);
            moved = true;
            onlyPolls = onlyPolls && polled && block.fibers[index].polls;
        }
    }
    return moved;
}

inline void describeWaiting(std::string& text) {
    int atBarrier = 0, atWarp = 0, polling = 0;
    for (const Fiber& fiber : block.fibers) {
        if (!fiber.finished) {
            (fiber.polls ? polling : fiber.waits == &block.generation ? atBarrier : atWarp)++;
        }
    }
    text += ": " + std::to_string(atBarrier) + " threads wait at __syncthreads, " + std::to_string(atWarp) +
            " within a warp, " + std::to_string(polling) + " at an mbarrier";
}

inline void runBlock() {
    int warps = (block.threads + WARP - 1) / WARP;
    block.alive = block.threads;
    block.arrived = 0;
    block.bulk.clear();
    block.warps.resize(warps);
    for (Warp& each : block.warps) {
        each.arrived = 0;
    }
    for (int i = 0; i < block.threads; i++) {
        Fiber& fiber = block.fibers[i];
        fiber.finished = false;
        fiber.waits = nullptr;
        fiber.polls = false;
        fiber.groups.assign(1, {});
        fiber.multiplies.assign(1, {});
        fiber.index = {i % blockDim.x, i / blockDim.x % blockDim.y, i / (blockDim.x * blockDim.y)};
    }
    int still = 0;
    while (block.alive > 0) {
        bool moved = false;
        bool onlyPolls = true;
        for (int visits = 0; visits < warps; visits++) {
            int number = static_cast<int>(block.draw(warps));
            for (int burst = 1 << block.draw(5); burst > 0 && turn(number, onlyPolls); burst--) {
                moved = true;
            }
        }
        bool copied = false;
        if (!block.bulk.empty() && (block.draw(2) == 0 || !moved)) {
            int index = static_cast<int>(block.draw(static_cast<unsigned>(block.bulk.size())));
            Copy copy = block.bulk[index];
            block.bulk.erase(block.bulk.begin() + index);
            finishBulkCopy(copy);
            copied = true;
        }
        still = (moved && !onlyPolls) || copied ? 0 : still + 1;
        if (still > 1000) {
            std::string text = "deadlock";
            describeWaiting(text);
            throw Failure{text};
        }
    }
}

inline void launch(dim3 grid, dim3 threads, size_t sharedBytes, uint64_t seed, const std::function<void()>& body) {
    gridDim = grid;
    blockDim = threads;
    block.threads = static_cast<int>(threads.x * threads.y * threads.z);
    if (block.threads < 1 || block.threads > MAX_THREADS || sharedBytes > MAX_SHARED) {
        throw Failure{"launch of " + std::to_string(block.threads) + " threads with " + std::to_string(sharedBytes) +
                      " bytes of shared memory"};
    }
    dynamicBytes = sharedBytes;
    block.random = seed * 2 + 1;
    block.body = body;
    block.fibers.resize(MAX_THREADS);
    for (Fiber& fiber : block.fibers) {
        fiber.started = fiber.started && fiber.finished; // a launch that failed left the others anywhere
        fiber.finished = true;
    }
    for (unsigned z = 0; z < grid.z; z++) {
        for (unsigned y = 0; y < grid.y; y++) {
            for (unsigned x = 0; x < grid.x; x++) {
                blockIdx = {x, y, z};
                memset(dynamicShared, 0xff, dynamicBytes);
                if (staticBytes > 0) {
                    memset(staticShared, 0xff, staticBytes);
                }
                runBlock();
            }
        }
    }
}

}  // namespace emulation
