package dev.ideal4j.kernels.cpu.runtime;

import dev.ideal4j.core.ClosedException;
import dev.ideal4j.core.WorkInterruptedException;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;

/**
 * The backend's threads. A call splits its work into tasks whose number and shape depend on the shapes of its arguments
 * alone; each thread takes those of its own share first, so that from call to call it finds the same rows in its caches, and
 * then what others have left, so that no thread waits for a slow one. The calling thread takes part and needs no other to
 * make progress, so any number of callers may be at work at once.
 */
public final class Workers implements AutoCloseable {
    /** System property: threads that share the work of one call, the caller included. */
    public static final String THREADS_PROPERTY = "ideal4j.threads";

    /** Tries before a thread goes to sleep, some 20 to 50 microseconds: the operations of a network follow each other. */
    private static final int SPINS = 1000;

    /** Elements that {@link #rows} hands out at once. */
    private static final int ROW_WORK = 1 << 14;

    /** One task of a call. */
    public interface Task {
        void run(int index, Scratch scratch);
    }

    private final Worker[] workers;
    private final ConcurrentLinkedDeque<Job> jobs = new ConcurrentLinkedDeque<>();
    private final ConcurrentLinkedDeque<Scratch> free = new ConcurrentLinkedDeque<>();
    private volatile boolean closed;

    public Workers(int threads) {
        workers = new Worker[threads - 1];
        for (int i = 0; i < workers.length; i++) {
            workers[i] = new Worker(i + 1);
            workers[i].start();
        }
    }

    /** Threads that work on one call. */
    public int threads() {
        return workers.length + 1;
    }

    /**
     * Runs tasks 0 to {@code count − 1}, in any order and by any thread, and returns when all are done.
     *
     * @throws WorkInterruptedException if the calling thread is interrupted, without the tasks that had not begun
     */
    public void run(int count, Task task) {
        if (closed) {
            throw new ClosedException("the backend cpu");
        }
        Scratch scratch = borrow();
        try {
            if (count <= 1 || workers.length == 0) {
                for (int i = 0; i < count; i++) {
                    WorkInterruptedException.check();
                    task.run(i, scratch);
                }
                return;
            }
            Job job = new Job(count, task, threads());
            jobs.add(job);
            for (int i = 0; i < workers.length && i < count - 1; i++) {
                workers[i].wake();
            }
            job.work(0, scratch);
            jobs.remove(job);
            job.await();
        } finally {
            giveBack(scratch);
        }
    }

    /**
     * Runs a task for each of {@code rows} rows, several rows at a time.
     *
     * @param work elements that a row touches, to judge how many rows are worth handing out
     */
    public void rows(int rows, int work, Task task) {
        int some = Math.max(1, ROW_WORK / Math.max(1, work));
        run((rows + some - 1) / some, (index, scratch) -> {
            int end = Math.min(rows, (index + 1) * some);
            for (int row = index * some; row < end; row++) {
                task.run(row, scratch);
            }
        });
    }

    /** Part of a tensor, for operations element by element. */
    public interface Range {
        void run(int first, int count);
    }

    /** Runs over all of {@code size} elements, some thousands at a time. */
    public void ranges(long size, Range range) {
        int tasks = (int) ((size + ROW_WORK - 1) / ROW_WORK);
        run(tasks, (index, scratch) -> {
            int first = index * ROW_WORK;
            range.run(first, (int) Math.min(ROW_WORK, size - first));
        });
    }

    /** Buffers for the calling thread; to be given back. */
    public Scratch borrow() {
        Scratch scratch = free.poll();
        return scratch == null ? new Scratch() : scratch;
    }

    /** The counterpart of {@link #borrow}. */
    public void giveBack(Scratch scratch) {
        free.push(scratch);
    }

    @Override
    public void close() {
        closed = true;
        for (Worker worker : workers) {
            LockSupport.unpark(worker);
        }
        for (Worker worker : workers) {
            await(worker);
        }
        free.clear();
    }

    /** A thread ends when it has done its share of the call under way, whatever becomes of the waiting thread. */
    private static void await(Worker worker) {
        boolean interrupted = false;
        while (worker.isAlive()) {
            try {
                worker.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static final class Job {
        private final int count;
        private final Task task;
        private final Thread caller = Thread.currentThread();
        /** Per share its next task. */
        private final AtomicIntegerArray next;

        private final AtomicInteger left;
        private volatile Throwable failure;

        Job(int count, Task task, int shares) {
            this.count = count;
            this.task = task;
            this.next = new AtomicIntegerArray(shares);
            this.left = new AtomicInteger(count);
            for (int share = 0; share < shares; share++) {
                next.set(share, start(share));
            }
        }

        /** First task of a share, or the end of the one before. */
        private int start(int share) {
            return (int) ((long) share * count / next.length());
        }

        boolean exhausted() {
            for (int share = 0; share < next.length(); share++) {
                if (next.get(share) < start(share + 1)) {
                    return false;
                }
            }
            return true;
        }

        /** Takes tasks until none is left to take, those of {@code own} first. */
        void work(int own, Scratch scratch) {
            for (int i = 0; i < next.length(); i++) {
                int share = (own + i) % next.length();
                int end = start(share + 1);
                for (int index = next.getAndIncrement(share); index < end; index = next.getAndIncrement(share)) {
                    run(index, scratch);
                }
            }
        }

        /** After a failure the rest are taken, but not run. */
        private void run(int index, Scratch scratch) {
            try {
                if (failure == null) {
                    WorkInterruptedException.check(caller);
                    task.run(index, scratch);
                }
            } catch (RuntimeException | Error e) {
                failure = e;
            }
            if (left.decrementAndGet() == 0) {
                LockSupport.unpark(caller);
            }
        }

        /** Waits for the tasks that others took; fails as they failed. */
        void await() {
            for (int spins = 0; left.get() > 0; spins++) {
                if (spins < SPINS) {
                    Thread.onSpinWait();
                } else {
                    LockSupport.park(this);
                }
            }
            if (failure instanceof RuntimeException e) {
                throw e;
            }
            if (failure instanceof Error e) {
                throw e;
            }
        }
    }

    private final class Worker extends Thread {
        private final int share;
        private volatile boolean asleep;

        Worker(int share) {
            super("ideal4j-cpu-" + share);
            this.share = share;
            setDaemon(true);
        }

        void wake() {
            if (asleep) {
                LockSupport.unpark(this);
            }
        }

        @Override
        public void run() {
            Scratch scratch = new Scratch();
            while (!closed) {
                Job job = jobs.peek();
                if (job == null) {
                    rest();
                } else if (job.exhausted()) {
                    jobs.remove(job);
                } else {
                    job.work(share, scratch);
                }
            }
        }

        private void rest() {
            for (int spins = 0; spins < SPINS; spins++) {
                if (!jobs.isEmpty()) {
                    return;
                }
                Thread.onSpinWait();
            }
            asleep = true;
            if (jobs.isEmpty() && !closed) {
                LockSupport.park(this);
            }
            asleep = false;
        }
    }
}
