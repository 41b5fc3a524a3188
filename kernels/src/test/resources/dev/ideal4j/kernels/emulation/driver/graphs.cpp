// Captures of streams, and the graphs that come of them.
#include "driver.h"

namespace driver {
namespace {

enum Mode { GLOBAL = 0, THREAD = 1, RELAXED = 2 };

/** How careful the calling thread is with other threads' captures. */
thread_local int care = GLOBAL;

bool forbidsUnsafe(const Capture& capture) {
    bool own = capture.thread == std::this_thread::get_id();
    if (care == RELAXED || capture.mode == RELAXED) {
        return false;
    }
    return own || (care == GLOBAL && capture.mode == GLOBAL);
}

/** Whether the origin waits for all that was captured. */
bool isJoined(const Capture& capture) {
    std::set<size_t> waited;
    std::vector<size_t> next(capture.streams.at(capture.origin).begin(), capture.streams.at(capture.origin).end());
    while (!next.empty()) {
        size_t node = next.back();
        next.pop_back();
        if (waited.insert(node).second) {
            next.insert(next.end(), capture.before[node].begin(), capture.before[node].end());
        }
    }
    return waited.size() == capture.graph.nodes.size();
}

}  // namespace

void invalidate(Capture& capture) { capture.invalidated = true; }

Status checkUnsafe() {
    if (Status status = check()) {
        return status;
    }
    Status status = SUCCESS;
    for (const std::shared_ptr<Capture>& capture : state.captures) {
        if (forbidsUnsafe(*capture)) {
            invalidate(*capture);
            status = CAPTURE_UNSUPPORTED;
        }
    }
    return status;
}

}  // namespace driver

using namespace driver;

extern "C" {

int cuThreadExchangeStreamCaptureMode(int* mode) {
    if (*mode < GLOBAL || *mode > RELAXED) {
        return INVALID_VALUE;
    }
    std::swap(*mode, care);
    return SUCCESS;
}

int cuStreamBeginCapture_v2(Stream* stream, int mode) {
    Lock lock(state.mutex);
    if (Status status = check(stream)) {
        return status;
    }
    if (stream->capture || mode < GLOBAL || mode > RELAXED) {
        return INVALID_VALUE;
    }
    auto capture = std::make_shared<Capture>();
    capture->origin = stream;
    capture->thread = std::this_thread::get_id();
    capture->mode = mode;
    capture->streams[stream];
    stream->capture = capture;
    state.captures.insert(capture);
    return SUCCESS;
}

int cuStreamIsCapturing(Stream* stream, int* result) {
    Lock lock(state.mutex);
    if (Status status = check(stream)) {
        return status;
    }
    *result = !stream->capture ? 0 : stream->capture->invalidated ? 2 : 1;
    return SUCCESS;
}

int cuStreamEndCapture(Stream* stream, Graph** graph) {
    Lock lock(state.mutex);
    *graph = nullptr;
    if (Status status = check(stream)) {
        return status;
    }
    std::shared_ptr<Capture> capture = stream->capture;
    if (!capture) {
        return INVALID_VALUE;
    }
    if (capture->origin != stream) {
        invalidate(*capture);
        return CAPTURE_UNMATCHED;
    }
    if (capture->mode != RELAXED && capture->thread != std::this_thread::get_id()) {
        return CAPTURE_WRONG_THREAD;
    }
    capture->over = true;
    state.captures.erase(capture);
    for (auto& [each, after] : capture->streams) {
        if (state.streams.count(each) > 0) {
            each->capture = nullptr;
        }
    }
    if (capture->invalidated) {
        return CAPTURE_INVALIDATED;
    }
    if (!isJoined(*capture)) {
        return CAPTURE_UNJOINED;
    }
    *graph = new Graph(capture->graph);
    state.graphs.insert(*graph);
    return SUCCESS;
}

int cuGraphGetNodes(Graph* graph, void** nodes, size_t* count) {
    Lock lock(state.mutex);
    if (state.graphs.count(graph) == 0) {
        return INVALID_VALUE;
    }
    if (nodes != nullptr) {
        return NOT_SUPPORTED;
    }
    *count = graph->nodes.size();
    return SUCCESS;
}

int cuGraphDestroy(Graph* graph) {
    Lock lock(state.mutex);
    if (state.graphs.erase(graph) == 0) {
        return INVALID_VALUE;
    }
    delete graph;
    return SUCCESS;
}

int cuGraphInstantiateWithFlags(Instance** instance, Graph* graph, unsigned long long) {
    Lock lock(state.mutex);
    if (Status status = checkUnsafe()) {
        return status;
    }
    if (state.graphs.count(graph) == 0) {
        return INVALID_VALUE;
    }
    if (failsToCreate()) {
        return OUT_OF_MEMORY;
    }
    *instance = new Instance{current, *graph, std::make_shared<std::mutex>()};
    state.instances.insert(*instance);
    current->instances.insert(*instance);
    return SUCCESS;
}

int cuGraphExecDestroy(Instance* instance) {
    Lock lock(state.mutex);
    if (state.instances.erase(instance) == 0) {
        return INVALID_VALUE;
    }
    instance->context->instances.erase(instance);
    delete instance; // a launch under way has what it needs
    return SUCCESS;
}

int cuGraphUpload(Instance* instance, Stream* stream) {
    Lock lock(state.mutex);
    if (Status status = check(stream)) {
        return status;
    }
    return state.instances.count(instance) > 0 ? SUCCESS : INVALID_VALUE;
}

int cuGraphLaunch(Instance* instance, Stream* stream) {
    Lock lock(state.mutex);
    if (Status status = check(stream)) {
        return status;
    }
    if (state.instances.count(instance) == 0) {
        return INVALID_VALUE;
    }
    state.numbers[GRAPH_LAUNCHES]++;
    auto run = [nodes = instance->graph.nodes, running = instance->running]() -> Status {
        std::lock_guard<std::mutex> turn(*running);
        for (const Work& node : nodes) {
            if (Status status = node()) {
                return status;
            }
        }
        return SUCCESS;
    };
    return give(stream, {nullptr, run, nullptr});
}

}  // extern "C"
