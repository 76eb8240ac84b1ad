package dev.lazuli.cpu;

import org.jspecify.annotations.Nullable;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;

/// The threads that share a kernel's work with its caller.
///
/// They are daemons, started with the first large range, and spin for a moment before they park: kernels of one
/// evaluation follow each other within microseconds. Whoever finds them busy, a nested call or another application
/// thread, runs its range alone; so nobody ever waits for work that has not begun.
public final class Workers {

    /// Work on the half-open range [from, to); `from` is a multiple of the grain.
    @FunctionalInterface
    public interface Range { void run(long from, long to); }

    private static final int COUNT = Math.max(1,
        Integer.getInteger("lazuli.threads", Runtime.getRuntime().availableProcessors()));

    /// Long enough to bridge the gap between two kernels, short enough to leave an idle machine idle.
    private static final long SPIN_NANOS = COUNT > Runtime.getRuntime().availableProcessors() ? 0 : 50_000;

    /// Several chunks a thread, so that one that starts late or is preempted holds up little.
    private static final int CHUNKS_PER_THREAD = 8;

    private static volatile @Nullable Job current;
    private static final VarHandle CURRENT;
    private static final VarHandle NEXT;
    private static final VarHandle DONE;

    static {
        try {
            var lookup = MethodHandles.lookup();
            CURRENT = lookup.findStaticVarHandle(Workers.class, "current", Job.class);
            NEXT = lookup.findVarHandle(Job.class, "next", long.class);
            DONE = lookup.findVarHandle(Job.class, "done", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private Workers() {}

    /// Threads that take part in a range, the caller among them: property `lazuli.threads`, else the processors the
    /// process may use.
    public static int count() { return COUNT; }

    /// Runs `body` over [0, n) in chunks that are multiples of `grain`, on all free workers and the calling thread.
    ///
    /// A range of at most one grain runs inline. An exception of any chunk is thrown here, after every chunk that had
    /// begun is over; the rest is skipped.
    public static void forRange(long n, long grain, Range body) {
        if (n <= 0) return;
        if (n <= grain || COUNT == 1 || current != null) {
            body.run(0, n);
            return;
        }
        long grains = (n + grain - 1) / grain;
        long chunk = Math.max(1, grains / ((long) COUNT * CHUNKS_PER_THREAD)) * grain;
        var job = new Job(body, n, chunk, Thread.currentThread());
        if (!CURRENT.compareAndSet(null, job)) {
            body.run(0, n);
            return;
        }
        try {
            Worker.wake((int) Math.min(COUNT - 1, (n - 1) / chunk));
            job.work();
            job.await();
        } finally {
            current = null;
        }
        job.check();
    }

    private static final class Job {
        private final Range body;
        private final long n;
        private final long chunk;
        private final Thread caller;
        private volatile long next;
        private volatile long done;
        private volatile boolean waiting;
        private volatile @Nullable Throwable failure;

        Job(Range body, long n, long chunk, Thread caller) {
            this.body = body;
            this.n = n;
            this.chunk = chunk;
            this.caller = caller;
        }

        boolean hasWork() { return next < n; }

        /// Takes chunks until none is left.
        void work() {
            while (next < n) {
                long from = (long) NEXT.getAndAdd(this, chunk);
                if (from >= n) return;
                long to = Math.min(n, from + chunk);
                try {
                    if (failure == null) body.run(from, to);
                } catch (Throwable e) {
                    failure = e;
                }
                long before = (long) DONE.getAndAdd(this, to - from);
                if (before + to - from == n && waiting) LockSupport.unpark(caller);
            }
        }

        void await() {
            long start = System.nanoTime();
            while (done < n && System.nanoTime() - start < SPIN_NANOS) Thread.onSpinWait();
            if (done == n) return;
            boolean interrupted = false;
            waiting = true;
            while (done < n) {
                LockSupport.park(this);
                interrupted |= Thread.interrupted();
            }
            if (interrupted) Thread.currentThread().interrupt();
        }

        void check() {
            switch (failure) {
                case null -> {}
                case Error e -> throw e;
                case RuntimeException e -> throw e;
                case Throwable e -> throw new IllegalStateException(e);
            }
        }
    }

    private static final class Worker implements Runnable {
        private static final Worker[] ALL = new Worker[COUNT - 1];

        static {
            for (int i = 0; i < ALL.length; i++) {
                ALL[i] = new Worker();
                ALL[i].thread = Thread.ofPlatform().daemon().name("lazuli-", i + 1).unstarted(ALL[i]);
            }
            for (var worker : ALL) worker.thread.start();
        }

        private Thread thread = Thread.currentThread();
        private volatile boolean parked;

        /// Unparks up to `wanted` workers; those that spin count, for they see the job by themselves.
        static void wake(int wanted) {
            for (var worker : ALL) {
                if (wanted-- <= 0) return;
                if (worker.parked) {
                    worker.parked = false;
                    LockSupport.unpark(worker.thread);
                }
            }
        }

        @Override public void run() {
            while (true) next().work();
        }

        private Job next() {
            long start = System.nanoTime();
            while (true) {
                var job = current;
                if (job != null && job.hasWork()) return job;
                if (System.nanoTime() - start < SPIN_NANOS) {
                    Thread.onSpinWait();
                    continue;
                }
                parked = true;
                job = current;
                if (job == null || !job.hasWork()) LockSupport.park(this);
                parked = false;
                start = System.nanoTime();
            }
        }
    }
}
