// Streams, each a thread that runs its commands in their order, and events.
#include <time.h>
#include <unistd.h>

#include <random>

#include "driver.h"

namespace driver {
namespace {

int64_t now() {
    timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1'000'000'000LL + time.tv_nsec;
}

void delay(Lock& lock) {
    int64_t most = state.numbers[DELAY];
    if (most > 0) {
        static std::minstd_rand random;
        int64_t micros = static_cast<int64_t>(random()) % most;
        lock.unlock();
        usleep(static_cast<useconds_t>(micros));
        lock.lock();
    }
}

void run(Stream* stream) {
    Lock lock(state.mutex);
    for (;;) {
        stream->wake.wait(lock, [&] { return stream->closing || !stream->commands.empty(); });
        if (stream->commands.empty()) {
            break;
        }
        Command command = std::move(stream->commands.front());
        stream->commands.pop_front();
        if (command.after) {
            state.changed.wait(lock, [&] { return command.after->reached; });
        }
        if (command.work) {
            delay(lock);
        }
        // Nothing runs any more once a command has failed.
        if (command.work && stream->context->lost == SUCCESS) {
            lock.unlock();
            Status status = command.work();
            lock.lock();
            if (status != SUCCESS && stream->context->lost == SUCCESS) {
                stream->context->lost = status;
            }
        }
        if (command.reaches) {
            command.reaches->nanos = now();
            command.reaches->reached = true;
        }
        stream->progress->over++;
        state.changed.notify_all();
    }
    stream->context->progress.erase(stream->progress);
    delete stream;
}

void waitFor(Lock& lock, const std::shared_ptr<Progress>& progress) {
    uint64_t given = progress->given;
    state.changed.wait(lock, [&] { return progress->over >= given; });
}

/** As check, and the handle must be of the current context. */
Status checkEvent(Event* event) {
    if (Status status = check()) {
        return status;
    }
    return state.events.count(event) > 0 && event->context == current ? SUCCESS : INVALID_HANDLE;
}

/** What may neither be asked nor waited for while it is captured. */
Status refuseIfCaptured(Event* event) {
    if (event->capture) {
        invalidate(*event->capture);
        return CAPTURED_EVENT;
    }
    return SUCCESS;
}

Status refuseIfCaptured(Stream* stream) {
    if (stream->capture) {
        invalidate(*stream->capture);
        return CAPTURE_UNSUPPORTED;
    }
    return checkUnsafe();
}

}  // namespace

Status check(Stream* stream) {
    if (Status status = check()) {
        return status;
    }
    if (stream == nullptr) {
        return NOT_SUPPORTED; // the stream that all share: the backend never uses it
    }
    return state.streams.count(stream) > 0 && stream->context == current ? SUCCESS : INVALID_HANDLE;
}

Status give(Stream* stream, Command command) {
    if (stream->capture) {
        Capture& capture = *stream->capture;
        if (capture.invalidated) {
            return CAPTURE_INVALIDATED;
        }
        if (command.work) {
            size_t node = capture.graph.nodes.size();
            capture.graph.nodes.push_back(std::move(command.work));
            capture.before.push_back(capture.streams[stream]);
            capture.streams[stream] = {node};
        }
        return SUCCESS;
    }
    stream->progress->given++;
    stream->commands.push_back(std::move(command));
    stream->wake.notify_one();
    return SUCCESS;
}

void finish(Lock& lock, Context* context) {
    for (const std::shared_ptr<Progress>& progress : std::set<std::shared_ptr<Progress>>(context->progress)) {
        waitFor(lock, progress);
    }
}

void destroyStream(Stream* stream) {
    if (stream->capture) {
        invalidate(*stream->capture);
    }
    state.streams.erase(stream);
    stream->context->streams.erase(stream);
    stream->closing = true;
    stream->wake.notify_one();
}

}  // namespace driver

using namespace driver;

extern "C" {

int cuStreamCreate(Stream** stream, unsigned flags) {
    Lock lock(state.mutex);
    if (Status status = check()) {
        return status;
    }
    if (flags > 1) {
        return INVALID_VALUE;
    }
    if (failsToCreate()) {
        return OUT_OF_MEMORY;
    }
    *stream = new Stream;
    (*stream)->context = current;
    current->streams.insert(*stream);
    current->progress.insert((*stream)->progress);
    state.streams.insert(*stream);
    std::thread(run, *stream).detach();
    return SUCCESS;
}

int cuStreamDestroy_v2(Stream* stream) {
    Lock lock(state.mutex);
    Status status = check(stream);
    if (state.streams.count(stream) > 0) {
        destroyStream(stream);
    }
    return status;
}

int cuStreamQuery(Stream* stream) {
    Lock lock(state.mutex);
    if (Status status = check(stream)) {
        return status;
    }
    if (Status status = refuseIfCaptured(stream)) {
        return status;
    }
    return stream->progress->over == stream->progress->given ? SUCCESS : NOT_READY;
}

int cuStreamSynchronize(Stream* stream) {
    Lock lock(state.mutex);
    if (Status status = check(stream)) {
        return status;
    }
    if (Status status = refuseIfCaptured(stream)) {
        return status;
    }
    Context* context = stream->context;
    waitFor(lock, std::shared_ptr<Progress>(stream->progress));
    return context->lost;
}

int cuStreamWaitEvent(Stream* stream, Event* event, unsigned) {
    Lock lock(state.mutex);
    if (Status status = check(stream)) {
        return status;
    }
    if (state.events.count(event) == 0) {
        return INVALID_HANDLE;
    }
    if (event->capture) {
        if (event->capture->over) {
            return CAPTURED_EVENT;
        }
        if (stream->capture && stream->capture != event->capture) {
            invalidate(*stream->capture);
            invalidate(*event->capture);
            return CAPTURE_MERGE;
        }
        stream->capture = event->capture;
        stream->capture->streams[stream].insert(event->after.begin(), event->after.end());
        return stream->capture->invalidated ? CAPTURE_INVALIDATED : SUCCESS;
    }
    if (stream->capture) { // what is captured cannot wait for what is not
        invalidate(*stream->capture);
        return CAPTURE_ISOLATION;
    }
    return give(stream, {event->point, nullptr, nullptr});
}

int cuLaunchHostFunc(Stream* stream, void (*function)(void*), void* argument) {
    Lock lock(state.mutex);
    if (Status status = check(stream)) {
        return status;
    }
    auto call = [=]() -> Status {
        return guarded([=] { function(argument); });
    };
    return give(stream, {nullptr, call, nullptr});
}

int cuEventCreate(Event** event, unsigned flags) {
    Lock lock(state.mutex);
    if (Status status = check()) {
        return status;
    }
    if (failsToCreate()) {
        return OUT_OF_MEMORY;
    }
    constexpr unsigned DISABLE_TIMING = 2;
    *event = new Event;
    (*event)->context = current;
    (*event)->timed = (flags & DISABLE_TIMING) == 0;
    state.events.insert(*event);
    current->events.insert(*event);
    return SUCCESS;
}

int cuEventDestroy_v2(Event* event) {
    Lock lock(state.mutex);
    Status status = checkEvent(event);
    if (state.events.erase(event) > 0) {
        event->context->events.erase(event);
        delete event;
    }
    return status;
}

int cuEventRecord(Event* event, Stream* stream) {
    Lock lock(state.mutex);
    if (Status status = check(stream)) {
        return status;
    }
    if (Status status = checkEvent(event)) {
        return status;
    }
    if (stream->capture) {
        if (stream->capture->invalidated) {
            return CAPTURE_INVALIDATED;
        }
        event->capture = stream->capture;
        event->after = stream->capture->streams[stream];
        event->point = nullptr;
        return SUCCESS;
    }
    event->capture = nullptr;
    event->point = std::make_shared<Point>();
    return give(stream, {nullptr, nullptr, event->point});
}

int cuEventQuery(Event* event) {
    Lock lock(state.mutex);
    if (Status status = checkEvent(event)) {
        return status;
    }
    if (Status status = refuseIfCaptured(event)) {
        return status;
    }
    if (Status status = checkUnsafe()) {
        return status;
    }
    return !event->point || event->point->reached ? SUCCESS : NOT_READY;
}

int cuEventSynchronize(Event* event) {
    Lock lock(state.mutex);
    if (Status status = checkEvent(event)) {
        return status;
    }
    if (Status status = refuseIfCaptured(event)) {
        return status;
    }
    if (Status status = checkUnsafe()) {
        return status;
    }
    Context* context = event->context;
    if (std::shared_ptr<Point> point = event->point) {
        state.changed.wait(lock, [&] { return point->reached; });
    }
    return context->lost;
}

int cuEventElapsedTime(float* milliseconds, Event* start, Event* end) {
    Lock lock(state.mutex);
    for (Event* event : {start, end}) {
        if (Status status = checkEvent(event)) {
            return status;
        }
        if (!event->timed || !event->point) {
            return INVALID_HANDLE;
        }
    }
    if (!start->point->reached || !end->point->reached) {
        return NOT_READY;
    }
    *milliseconds = static_cast<float>(1e-6 * static_cast<double>(end->point->nanos - start->point->nanos));
    return SUCCESS;
}

}  // extern "C"
