package dev.ideal4j.kernels.cpu.runtime;

import dev.ideal4j.core.ClosedException;
import dev.ideal4j.core.WorkInterruptedException;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;

/**
 * The backend's threads. A call splits its work into tasks. The number and shape of the tasks depend on the shapes of
 * the arguments, and, for matrix products and transformer blocks, also on the number of threads. Each thread first
 * takes the tasks of its own share, so that it finds the same rows in its caches from call to call. It then takes
 * remaining tasks of the other shares, so that no thread waits for a slow one. The calling thread takes part and can
 * finish the work alone, so any number of callers may run at once.
 */
public final class Workers implements AutoCloseable {
    /** System property: the number of threads that share the work of one call, including the caller. */
    public static final String THREADS_PROPERTY = "ideal4j.threads";

    /**
     * Spin iterations before a thread sleeps, about 20 to 50 microseconds. The operations of a network follow each
     * other closely, so a new call usually arrives within this time.
     */
    private static final int SPINS = 1000;

    /** The number of elements that {@link #rows} hands out at once. */
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

    /** Returns the number of threads that work on one call. */
    public int threads() {
        return workers.length + 1;
    }

    /**
     * Runs tasks 0 to {@code count − 1} in any order and on any thread, and returns when all are done.
     *
     * @throws WorkInterruptedException if the calling thread is interrupted; tasks that have not begun are skipped
     * @throws ClosedException if the backend is closed
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
     * @param work number of elements that a row touches; it determines how many rows are handed out at once
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

    /** A task on a range of a tensor's elements, for element-wise operations. */
    public interface Range {
        void run(int first, int count);
    }

    /** Runs over all {@code size} elements, some thousands at a time. */
    public void ranges(long size, Range range) {
        int tasks = (int) ((size + ROW_WORK - 1) / ROW_WORK);
        run(tasks, (index, scratch) -> {
            int first = index * ROW_WORK;
            range.run(first, (int) Math.min(ROW_WORK, size - first));
        });
    }

    /** Returns buffers for the calling thread, which must return them by {@link #giveBack}. */
    public Scratch borrow() {
        Scratch scratch = free.poll();
        return scratch == null ? new Scratch() : scratch;
    }

    /** Returns buffers that were borrowed by {@link #borrow}. */
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

    /**
     * Waits until a worker thread has finished its part of the current call. An interrupt of the waiting thread does
     * not end the wait; the interrupt flag is set again afterwards.
     */
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
        /** The next task of each share. */
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

        /** Returns the first task of a share, which is also the end of the share before it. */
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

        /** Runs tasks until none is left, those of the share {@code own} first. */
        void work(int own, Scratch scratch) {
            for (int i = 0; i < next.length(); i++) {
                int share = (own + i) % next.length();
                int end = start(share + 1);
                for (int index = next.getAndIncrement(share); index < end; index = next.getAndIncrement(share)) {
                    run(index, scratch);
                }
            }
        }

        /** Runs a task. After a failure, the remaining tasks are counted as done without being run. */
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

        /** Waits for the tasks that other threads took, and throws their exception if one failed. */
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
